//! What a device is given for the time without a network, and what it is told to forget.

use crate::support::TestApp;

#[test]
fn the_worker_holds_every_static_file_and_may_see_to_the_whole_site() {
    let app = TestApp::new();
    let worker = app.visitor().get("/sw.js");
    worker.assert_status(200);
    assert_eq!(worker.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(worker.header("cache-control"), Some("no-cache"), "an old one must not stay");
    assert_eq!(worker.header("service-worker-allowed"), Some("/"));
    let policy = worker.header("content-security-policy").expect("a policy");
    assert_eq!(policy, "default-src 'none'; script-src 'self'; connect-src 'self'");
    assert_eq!(worker.header("set-cookie"), None);
    let style = app.visitor().get("/").attribute("link[rel=stylesheet]", "href").expect("a stylesheet");
    let base = style.trim_end_matches("/style.css").to_owned();
    assert!(worker.body.starts_with(&format!("import {{ serve }} from \"{base}/js/worker.js\";")), "{}", worker.body);
    let addresses: Vec<&str> = worker.body.split('"').filter(|part| part.starts_with("/static/")).collect();
    assert!(addresses.contains(&style.as_str()));
    for address in addresses {
        app.visitor().get(address).assert_status(200);
    }
}

#[test]
fn pages_may_start_our_own_worker_and_no_other() {
    let app = TestApp::new();
    let page = app.visitor().get("/");
    assert!(page.header("content-security-policy").expect("a policy").contains("worker-src 'self';"));
}

#[test]
fn the_page_that_devices_keep_is_the_same_for_everybody() {
    let app = TestApp::new();
    let ann = app.organizer();
    let plain = |body: &str, nonce: &str| body.replace(nonce, "");
    let of = |browser: &crate::support::Browser| {
        let page = browser.get("/offline");
        page.assert_status(200);
        assert_eq!(page.header("set-cookie"), None);
        let nonce = page.attribute("script", "nonce").expect("a nonce");
        assert!(page.header("content-security-policy").expect("a policy").contains(&nonce));
        plain(&page.body, &nonce)
    };
    let hers = of(&ann);
    assert_eq!(hers, of(&app.visitor()));
    assert!(!hers.contains("csrf") && !hers.contains("Ann") && !hers.contains("data-person"));
}

#[test]
fn signing_out_has_the_browser_forget_what_it_kept() {
    let app = TestApp::new();
    let ann = app.organizer();
    assert_eq!(ann.get("/p/maria").header("clear-site-data"), None);
    for way_out in ["/sign-out", "/sign-out/everywhere"] {
        let ann = crate::support::Person::again(&ann, &app);
        let answer = ann.post(way_out, &[]);
        answer.assert_status(303);
        assert_eq!(answer.header("clear-site-data"), Some("\"cache\", \"storage\""), "{way_out}");
    }
}

#[test]
fn a_page_says_to_its_own_browser_whose_words_may_be_shown() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let of = |browser: &crate::support::Browser, path: &str| browser.get(path).attribute("html", "data-person");
    let hers = of(&ann, "/p/maria").expect("a word for her");
    assert!(!hers.is_empty());
    assert_eq!(of(&ann, "/").as_deref(), Some(hers.as_str()), "the same on every page");
    assert_ne!(of(&jo, "/p/maria").as_deref(), Some(hers.as_str()));
    assert!(!jo.get("/p/maria").body.contains(&hers), "nobody else is told");
    assert_eq!(of(&app.visitor(), "/").as_deref(), Some(""));
}
