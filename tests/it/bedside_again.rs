//! At the bedside: months to hear again, page by page, and whose a heart is.

use crate::support::TestApp;
use crate::support::database::postgres_server;

#[test]
fn the_months_are_read_page_by_page_and_each_begins_with_its_first_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.post("/p/maria/wishes", &[("message", "Before")]).assert_status(303);
    app.database(|conn| {
        use diesel::connection::SimpleConnection;
        // Three hundred each in January, February and March.
        for n in 0..900 {
            let bytes: String = uuid::Uuid::now_v7().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            let days = [31, 15, 0][n / 300];
            let (id, at) = if postgres_server().is_some() {
                (format!("'\\x{bytes}'::bytea"), format!("created_at - interval '{days} days'"))
            } else {
                (format!("x'{bytes}'"), format!("created_at - {days} * 86400000000"))
            };
            conn.batch_execute(&format!(
                "INSERT INTO wishes (id, site_id, author_id, message, message_html, created_at) \
                 SELECT {id}, site_id, author_id, 'w', '<p>Wish {n}</p>', {at} FROM wishes WHERE message = 'Before'"
            ))?;
        }
        Ok(())
    });
    app.sql("DELETE FROM wishes WHERE message = 'Before'");
    let (mut months, mut begins, mut address) = (Vec::new(), Vec::new(), Some("/p/maria/bedside/again".to_owned()));
    while let Some(here) = address {
        let page = ann.get(&here);
        let first = page.attribute(".bedside__button--main", "href").expect("the beginning");
        assert_eq!(ann.get(&first).texts(".bedside__words"), ["Wish 0"]);
        months.extend(page.texts("a[href*='on=again']:not(.bedside__button--main)"));
        let month = page.attribute("a[href*='on=again']:not(.bedside__button--main)", "href").expect("a month");
        begins.extend(ann.get(&month).texts(".bedside__words"));
        address = page.attribute("a[href*='again?before=']", "href");
    }
    assert_eq!(months, ["From March 2026 on", "From February 2026 on", "From January 2026 on"]);
    assert_eq!(begins, ["Wish 600", "Wish 300", "Wish 0"]);
}

#[test]
fn whoever_reads_to_the_person_is_told_whose_a_heart_is() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, maria) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Maria"));
    let member = ann.get("/p/maria/people").member_called(&maria.email);
    let fields = [("role", "supporter"), ("circle", "everyone"), ("about", "yes")];
    ann.post(&format!("/p/maria/people/{member}/role"), &fields).assert_status(303);
    jo.post("/p/maria/wishes", &[("message", "Love")]).assert_status(303);
    let page = ann.get("/p/maria/bedside");
    page.assert_sees("This heart is from you, not from Maria.");
    let described = page.attribute(".bedside__heart button", "aria-describedby").expect("whose it is");
    assert_eq!(page.count(&format!("#{described}")), 1);
    let hers = maria.get("/p/maria/bedside");
    hers.assert_does_not_see("This heart is from");
    assert_eq!(hers.attribute(".bedside__heart button", "aria-describedby"), None);
}
