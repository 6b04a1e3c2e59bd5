//! How much visitors may leave, and that nobody is kept out by what others do.

use super::{confirmed, leaves, wishes};
use crate::support::TestApp;

#[test]
fn no_more_than_three_mails_an_hour_go_to_one_address_and_no_way_in_is_used_up() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    for n in 0..5 {
        let email = if n % 2 == 0 { "vera@example.org" } else { "vera+x@example.org" };
        let answer = wishes(&app, &app.visitor(), "Vera", email, &format!("Words {n}"));
        answer.assert_status(200).assert_sees(&format!("Words {n}")).assert_sees("within a week");
        // Whoever leaves them is told the truth, whoever has the address.
        if n < 3 {
            answer.assert_sees("Look into the mail")
        } else {
            answer.assert_sees("none could be sent just now")
        };
    }
    let mails = || app.mails_to("vera@example.org").len() + app.mails_to("vera+x@example.org").len();
    assert_eq!(mails(), 3);
    // On another page they are asked as well, and all in all not without end.
    ann.post("/pages", &[("first_name", "Bea"), ("relationship", "x"), ("privacy", "public"), ("slug", "bea")]);
    ann.post("/pages", &[("first_name", "Cy"), ("relationship", "x"), ("privacy", "public"), ("slug", "cy")]);
    for page in ["/p/bea", "/p/bea", "/p/cy", "/p/cy"] {
        let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "Elsewhere")];
        leaves(&app, &app.visitor(), page, &fields).assert_status(200);
    }
    assert_eq!(mails(), 6);
    // What others leave with their address keeps nobody from their own mail.
    let sam = app.account("Sam");
    for n in 0..4 {
        wishes(&app, &app.visitor(), "Sam", &sam.email, &format!("Words of nobody {n}"));
    }
    let before = app.mails_to(&sam.email).len();
    app.visitor().post("/sign-in/link", &[("email", &sam.email)]);
    assert_eq!(app.mails_to(&sam.email).len(), before + 1);
}

#[test]
fn whoever_is_known_is_not_kept_out_by_those_whom_nobody_knows() {
    let app = TestApp::new();
    app.organizer_of("public");
    let vera = confirmed(&app, "Vera", "vera@example.org", "First words");
    let site = app.database(|conn| {
        use diesel::prelude::*;
        let ids: Vec<tidings::db::ids::SiteId> =
            tidings::db::schema::sites::table.select(tidings::db::schema::sites::id).load(conn)?;
        Ok(ids[0].to_string())
    });
    while app.app.limits.visitors_on_page.count(site.clone()).is_ok() {}
    wishes(&app, &app.visitor(), "Eve", "eve@example.org", "Too much").assert_status(429);
    leaves(&app, &vera, "/p/maria", &[("message", "Second words")]).assert_status(303);
}

#[test]
fn one_network_and_one_page_take_only_so_much() {
    let app = TestApp::new();
    app.organizer_of("public");
    let eve = app.visitor();
    eve.comes_from("203.0.113.7");
    let fields = [("name", "Eve"), ("email", "eve@example.org"), ("message", "Kept words")];
    let answers: Vec<_> = (0..24).map(|_| eve.post("/p/maria/visits", &fields)).collect();
    let last = answers.last().expect("an answer");
    assert!(answers[..20].iter().all(|answer| answer.status == 422));
    last.assert_status(429).assert_sees("Kept words");
    let count = (0..70).filter(|_| app.app.limits.visitors_on_page.count("a page".to_owned()).is_ok()).count();
    assert!((60..70).contains(&count), "{count}");
}
