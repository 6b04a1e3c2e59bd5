//! The way in and out: tokens, headers, cookies, errors, static files.

use crate::support::TestApp;

#[test]
fn a_form_of_another_site_changes_nothing() {
    let app = TestApp::new();
    let ann = app.organizer();
    let csrf = ann.get("/sign-in").csrf();
    let body = ("body", "Not from Ann");
    let post =
        |fields: &[(&str, &str)], headers: &[(&str, &str)]| ann.post_raw("/p/maria/updates", fields, headers).status;
    assert_eq!(post(&[body], &[]), 403, "no token");
    assert_eq!(post(&[body, ("csrf", "wrong")], &[]), 403, "a wrong token");
    let other = app.visitor().get("/sign-in").csrf();
    assert_eq!(post(&[body, ("csrf", &other)], &[]), 403, "the token of another visit");
    for headers in
        [[("sec-fetch-site", "cross-site")], [("sec-fetch-site", "same-site")], [("origin", "https://evil.example")]]
    {
        assert_eq!(post(&[body, ("csrf", &csrf)], &headers), 403, "{headers:?}");
    }
    ann.get("/p/maria").assert_does_not_see("Not from Ann");
    assert_eq!(post(&[body, ("csrf", &csrf)], &[("sec-fetch-site", "same-origin")]), 303);
}

#[test]
fn every_answer_carries_the_headers_that_protect_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    for address in ["/", "/p/maria", "/p/nowhere", "/sign-in", "/nothing/at/all"] {
        let answer = ann.get(address);
        let csp = answer.header("content-security-policy").expect("a policy");
        assert!(csp.contains("script-src 'nonce-") && csp.contains("frame-ancestors 'none'"), "{csp}");
        assert!(!csp.contains("unsafe"), "{csp}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
        assert!(answer.header("x-request-id").is_some());
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    let (first, second) = (ann.get("/"), ann.get("/"));
    assert_ne!(first.header("content-security-policy"), second.header("content-security-policy"));
}

#[test]
fn cookies_are_closed_to_scripts_and_bound_to_the_host_on_https() {
    let app = TestApp::with(&[("TIDINGS_PUBLIC_URL", "https://tidings.example.org")]);
    let answer = app.visitor().get("/sign-in");
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-tidings-browser="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(answer.header("strict-transport-security").expect("HSTS").contains("max-age=31536000"));
    let plain = TestApp::new();
    let answer = plain.visitor().get("/sign-in");
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("HttpOnly") && !cookie.contains("Secure"), "{cookie}");
}

#[test]
fn a_get_that_only_reads_sets_no_cookie() {
    let app = TestApp::new();
    assert_eq!(app.visitor().get("/p/nowhere").header("set-cookie"), None);
    assert_eq!(app.visitor().get("/healthz").header("set-cookie"), None);
}

#[test]
fn static_files_are_compressed_and_kept_for_ever() {
    let app = TestApp::new();
    let page = app.visitor().get("/");
    let style = page.attribute("link[rel=stylesheet]", "href").expect("a stylesheet");
    let plain = app.visitor().get(&style);
    plain.assert_status(200);
    assert_eq!(plain.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let encoded = app.visitor().get_with(&style, &[("accept-encoding", "gzip, br")]);
    assert_eq!(encoded.header("content-encoding"), Some("br"));
    let old = style.replace("/static/", "/static/0");
    assert_eq!(app.visitor().get(&old).header("cache-control"), Some("no-cache"));
    app.visitor().get("/static/x/../../Cargo.toml").assert_status(404);
}

#[test]
fn an_error_gives_back_what_was_written() {
    let app = TestApp::new();
    let ann = app.organizer();
    let page = ann.post("/p/nowhere/updates", &[("body", "A long night.")]);
    page.assert_status(404).assert_sees("What you wrote").assert_sees("A long night.");
}

#[test]
fn a_broken_dependency_shows_the_request_id_and_no_cause() {
    let app = TestApp::new();
    let ann = app.organizer();
    app.sql("ALTER TABLE wishes RENAME TO wishes_gone");
    let page = ann.get("/p/maria/wishes");
    page.assert_status(500).assert_sees("went wrong on our side").assert_does_not_see("wishes_gone");
    let id = page.header("x-request-id").expect("an id").to_owned();
    page.assert_sees(&id);
}

#[test]
fn too_much_at_once_is_refused_kindly() {
    let app = TestApp::new();
    let ann = app.organizer();
    let csrf = ann.get("/sign-in").csrf();
    let endless = "x".repeat(3 * 1024 * 1024);
    let page = ann.post_raw("/p/maria/updates", &[("body", &endless), ("csrf", &csrf)], &[]);
    page.assert_status(413).assert_sees("too much at once");
}

#[test]
fn after_signing_in_one_is_where_one_wanted_to_be_and_nowhere_else() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    ann.post("/sign-out", &[]);
    let asked = ann.get("/pages/new");
    assert_eq!(asked.location(), "/sign-in?next=%2Fpages%2Fnew");
    let form = ann.get(&asked.location());
    assert_eq!(form.attribute("input[name=next]", "value").as_deref(), Some("/pages/new"));
    let fields = |next| {
        [("email", ann.email.clone()), ("password", crate::support::people::PASSWORD.to_owned()), ("next", next)]
    };
    for (next, place) in [("/pages/new", "/pages/new"), ("https://evil.example/", "/"), ("//evil.example", "/")] {
        let owned = fields(next.to_owned());
        let fields: Vec<(&str, &str)> = owned.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(ann.post("/sign-in", &fields).location(), place);
    }
}

#[test]
fn the_probes_answer() {
    let app = TestApp::new();
    assert_eq!(app.visitor().get("/healthz").body, "ok\n");
    assert_eq!(app.visitor().get("/readyz").body, "ready\n");
    app.visitor().get("/robots.txt").assert_status(200).assert_sees("Allow: /");
}

#[test]
fn a_form_of_a_thousand_fields_is_no_form() {
    let app = TestApp::new();
    let fields = vec![("a", "b"); 1_000];
    app.visitor().post_raw("/sign-in", &fields, &[]).assert_status(413);
}

#[test]
fn a_password_is_never_given_back() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let fields = [("current_password", "a lamp in the window"), ("password", "a kettle"), ("csrf", "stale")];
    let page = ann.post_raw("/account/password", &fields, &[]);
    page.assert_status(403);
    assert!(!page.body.contains("lamp") && !page.body.contains("kettle"), "{}", page.body);
}
