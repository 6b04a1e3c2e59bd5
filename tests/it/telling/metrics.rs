//! What whoever runs the server measures.

use jiff::SignedDuration;

use crate::support::TestApp;
use crate::support::smtp::{Behaviour, SmtpServer};

const TOKEN: &str = "0123456789abcdef0123";

fn measured(app: &TestApp) -> String {
    let answer = app.visitor().get_with("/metrics", &[("authorization", &format!("Bearer {TOKEN}"))]);
    answer.assert_status(200);
    answer.body
}

#[track_caller]
fn assert_says(text: &str, line: &str) {
    assert!(text.lines().any(|it| it == line), "‘{line}’ not in {text}");
}

#[test]
fn nothing_is_there_without_the_token() {
    let without = TestApp::new();
    let asked = [("authorization", "Bearer "), ("authorization", "Bearer 0123456789abcdef0123"), ("x-nothing", "")];
    for header in asked {
        without.visitor().get_with("/metrics", &[header]).assert_status(404);
    }
    let app = TestApp::with(&[("TIDINGS_METRICS_TOKEN", TOKEN)]);
    let wrong = ["Bearer 0123456789abcdef0124", "Bearer ", "Basic 0123456789abcdef0123", TOKEN];
    for given in wrong {
        app.visitor().get_with("/metrics", &[("authorization", given)]).assert_status(404);
    }
    measured(&app);
}

#[test]
fn the_queue_is_measured_by_kind_and_age_and_what_was_sent_is_counted() {
    let server = SmtpServer::start(Behaviour::Accept);
    let app = TestApp::with(&[
        ("TIDINGS_METRICS_TOKEN", TOKEN),
        ("TIDINGS_SMTP_URL", &server.url()),
        ("TIDINGS_MAIL_FROM", "tidings@example.org"),
    ]);
    let jo = app.nobody("Jo");
    let fields = [("name", "Jo"), ("email", jo.email.as_str()), ("password", "a lamp in the window")];
    jo.post("/sign-up", &fields).assert_status(200);
    app.pass(SignedDuration::from_secs(90));
    let text = measured(&app);
    assert_says(&text, r#"tidings_jobs{kind="confirm_email",state="due"} 1"#);
    assert_says(&text, r#"tidings_jobs{kind="new_update",state="due"} 0"#);
    assert_says(&text, "tidings_jobs_oldest_due_seconds 90");
    assert_says(&text, "tidings_sending_paused 0");
    assert_says(&text, r#"tidings_mails_total{outcome="sent"} 0"#);
    server.behave(Behaviour::Temporary);
    app.run_jobs();
    let text = measured(&app);
    assert_says(&text, r#"tidings_jobs{kind="confirm_email",state="later"} 1"#);
    assert_says(&text, "tidings_jobs_oldest_due_seconds 0");
    assert_says(&text, r#"tidings_mails_total{outcome="deferred"} 1"#);
    server.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_hours(1));
    app.run_jobs();
    let text = measured(&app);
    assert_says(&text, r#"tidings_jobs{kind="confirm_email",state="later"} 0"#);
    assert_says(&text, r#"tidings_mails_total{outcome="sent"} 1"#);
    assert_says(&text, "tidings_mail_send_seconds_count 2");
    assert!(!text.contains("example.org") && !text.to_lowercase().contains("jo@"), "{text}");
}

#[test]
fn it_is_measured_that_mail_waits() {
    let app = TestApp::with(&[("TIDINGS_METRICS_TOKEN", TOKEN)]);
    tidings::installation::pause(&app.app.config, &app.clock).expect("a pause");
    assert_says(&measured(&app), "tidings_sending_paused 1");
}
