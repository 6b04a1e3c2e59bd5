//! What strangers try: signing up before the owner does, fixing sessions, forging where a request comes from or which
//! host it is for, and sending people elsewhere.

use diesel::prelude::*;
use tidings::db::schema::{people, sessions, sign_ups};

use crate::support::TestApp;
use crate::support::people::PASSWORD;

#[test]
fn an_unconfirmed_sign_up_is_nothing() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let eve = app.nobody("Eve");
    eve.post("/sign-up", &[("name", "Jo"), ("email", "jo@example.org"), ("password", "known to eve")]);
    app.run_jobs();
    let (people, sessions): (i64, i64) = app.database(|conn| {
        let people = people::table.filter(people::email.eq("jo@example.org")).count().get_result(conn)?;
        Ok((people, sessions::table.count().get_result(conn)?))
    });
    assert_eq!((people, sessions), (0, 1), "only Ann is there");
    ann.get("/p/maria/people").assert_does_not_see("jo@example.org");
    eve.get("/account").assert_status(303);
}

#[test]
fn the_owner_of_an_address_wins_over_who_signed_up_with_it_before() {
    let app = TestApp::new();
    let eve = app.nobody("Eve");
    eve.post("/sign-up", &[("name", "Eve"), ("email", "jo@example.org"), ("password", "known to eve")]);
    let eves = app.last_mail_to("jo@example.org").link("/email/confirm/");
    let jo = app.visitor();
    jo.post("/sign-up", &[("name", "Jo"), ("email", "jo@example.org"), ("password", PASSWORD)]);
    let own = app.last_mail_to("jo@example.org").link("/email/confirm/");
    jo.submit(&own, &[]).assert_sees("Jo");
    let left: i64 = app.database(|conn| Ok(sign_ups::table.count().get_result(conn)?));
    assert_eq!(left, 0);
    eve.post(&eves, &[("password", "known to eve")]).assert_status(410);
    eve.post("/sign-in", &[("email", "jo@example.org"), ("password", "known to eve")]).assert_status(422);
    app.visitor().post("/sign-in", &[("email", "jo@example.org"), ("password", PASSWORD)]).assert_status(303);
}

#[test]
fn a_sign_up_that_is_confirmed_late_does_not_open_the_account_there_is_by_then() {
    let app = TestApp::new();
    let jo = app.visitor();
    let fields = [("name", "Jo"), ("email", "jo@example.org"), ("password", PASSWORD)];
    jo.post("/sign-up", &fields);
    let link = app.last_mail_to("jo@example.org").link("/email/confirm/");
    // The account comes about in another way meanwhile.
    let ann = app.organizer();
    let invited = app.supporter(&ann, "Jo");
    app.sql(
        "UPDATE people SET password_hash = (SELECT password_hash FROM people WHERE name = 'Ann') WHERE name = 'Jo'",
    );
    jo.post(&link, &[]).assert_status(410);
    jo.get("/account").assert_status(303);
    invited.get("/p/maria").assert_status(200);
}

#[test]
fn who_got_in_before_by_a_link_is_out_when_the_account_is_made() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let forwarded = app.last_mail_to(&jo.email).link("/sign-in/link/");
    let friend = app.visitor();
    friend.submit(&forwarded, &[]).assert_status(200);
    jo.post("/sign-up", &[("name", "Jo"), ("email", &jo.email), ("password", PASSWORD)]).assert_status(200);
    let link = app.last_mail_to(&jo.email).link("/email/confirm/");
    jo.post(&link, &[]).assert_status(303);
    friend.get("/p/maria").assert_status(404);
    app.visitor().get(&forwarded).assert_status(410);
    jo.get("/p/maria").assert_status(200);
}

#[test]
fn a_session_from_before_is_not_the_one_after() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let eve = app.account("Eve");
    let planted = eve.cookie("tidings-session").expect("Eve's session");
    let victim = app.visitor();
    victim.set_cookie("tidings-session", &planted);
    victim.post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).assert_status(303);
    let after = victim.cookie("tidings-session").expect("a session");
    assert_ne!(after, planted);
    eve.get("/account").assert_status(303);
    let invented = app.visitor();
    invented.set_cookie("tidings-session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    invented.post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).assert_status(303);
    assert_ne!(invented.cookie("tidings-session").as_deref(), Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

#[test]
fn mail_leads_to_us_whatever_the_request_says() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    for (address, part) in [("/password/reset", "/password/reset/"), ("/sign-in/link", "/sign-in/link/")] {
        let visitor = app.visitor();
        let csrf = visitor.get("/sign-in").csrf();
        let forged = [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "host=evil.example"),
        ];
        let fields = [("email", ann.email.as_str()), ("csrf", &csrf)];
        visitor.post_raw(address, &fields, &forged).assert_status(200);
        let mail = app.last_mail_to(&ann.email);
        assert!(!mail.raw.contains("evil.example"), "{}", mail.text);
        assert!(mail.link(part).starts_with(app.app.config.public_url.origin()), "{}", mail.text);
    }
}

#[test]
fn a_forged_network_does_not_widen_the_limits() {
    let app = TestApp::with(&[("TIDINGS_TRUSTED_PROXIES", "192.0.2.1")]);
    let statuses = |address: &str, field: &str| -> Vec<u16> {
        // Each request says that it comes from somewhere else; nobody who is trusted says so.
        let eve = app.visitor();
        (0..24).map(|n| eve.post(address, &[(field, &format!("person{n}@example.org"))]).status).collect()
    };
    for (address, field, burst) in [("/sign-in", "email", 10), ("/sign-in/link", "email", 20)] {
        let statuses = statuses(address, field);
        assert!(!statuses[..burst].contains(&429) && statuses.ends_with(&[429]), "{address}: {statuses:?}");
    }
}

#[test]
fn nobody_is_sent_elsewhere() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-out"] {
        let encoded = next.replace('/', "%2F").replace(':', "%3A").replace('\\', "%5C");
        for page in ["/sign-in", "/sign-in/link", "/account/proof"] {
            let form = ann.get(&format!("{page}?next={encoded}"));
            let kept = form.attribute("input[name=next]", "value").expect("a field");
            assert!(kept.is_empty() || kept == "/account", "{page} keeps {kept}");
            assert!(!form.body.contains("evil.example"), "{page}");
        }
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD), ("next", next)];
        assert_eq!(app.visitor().post("/sign-in", &fields).location(), "/");
    }
}

#[test]
fn tokens_of_one_purpose_open_nothing_else() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    app.visitor().post("/password/reset", &[("email", &ann.email)]);
    let reset = app.last_mail_to(&ann.email).link("/password/reset/");
    let token = reset.rsplit('/').next().expect("a token");
    for address in ["/sign-in/link", "/email/change", "/email/stop", "/email/confirm", "/invitations", "/unsubscribe"] {
        let visitor = app.visitor();
        visitor.post(&format!("{address}/{token}"), &[]).assert_status(410);
        visitor.get("/account").assert_status(303);
    }
    app.visitor().get(&reset).assert_status(200);
}

#[test]
fn a_password_that_is_easily_guessed_is_refused_with_advice() {
    let app = TestApp::new();
    let jo = app.nobody("Jo");
    for weak in ["password123", "jo@example.org", "qwertyuiop"] {
        let page = jo.post("/sign-up", &[("name", "Jo"), ("email", &jo.email), ("password", weak)]);
        page.assert_status(422).assert_sees("Please check this");
        assert!(!page.body.contains(&format!("value=\"{weak}\"")) || weak == jo.email, "{weak} is given back");
    }
    assert!(app.mails_to(&jo.email).is_empty());
    let ann = app.account("Ann");
    let fields = [("current_password", PASSWORD), ("password", "ann@example.org")];
    ann.post("/account/password", &fields).assert_status(422);
}
