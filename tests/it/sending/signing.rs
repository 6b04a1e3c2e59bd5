//! DKIM: what we sign, somebody else's library verifies.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::Arc;

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::{AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, ResolverCache, Txt};
use tidings::config::Config;

use super::{with_relays, with_supporters};
use crate::support::TestApp;
use crate::support::smtp::{Behaviour, SmtpServer};

fn key(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/sending");
    folder.join(name).display().to_string()
}

/// The DNS, as it would be if the operator had set what we say.
struct Dns(HashMap<Box<str>, Txt>);

impl Dns {
    fn of(app: &TestApp) -> Self {
        let records = app.app.mailer.dkim().iter().map(|key| {
            let (name, text) = key.record();
            (format!("{name}.").into(), Txt::DomainKey(Arc::new(DomainKey::parse(text.as_bytes()).expect("a record"))))
        });
        Self(records.collect())
    }
}

impl ResolverCache<Box<str>, Txt> for Dns {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(name).cloned()
    }

    fn remove<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: std::time::Instant) {}
}

/// Whether each signature of a message holds, and by which selector and algorithm it was made.
fn verified(app: &TestApp, raw: &str) -> Vec<(bool, String)> {
    let dns = Dns::of(app);
    app.wait_for(async {
        let message = AuthenticatedMessage::parse(raw.as_bytes()).expect("a message");
        let verifier = MessageAuthenticator::new_cloudflare().expect("a verifier, which asks nobody");
        let results = verifier.verify_dkim(Parameters::new(&message).with_txt_cache(&dns)).await;
        let said = results.iter().map(|it| {
            let signature = it.signature().expect("a signature");
            (it.result() == &DkimResult::Pass, format!("{} {:?}", signature.s, signature.a))
        });
        let mut said: Vec<_> = said.collect();
        said.sort();
        said
    })
}

#[test]
fn every_key_signs_and_another_library_agrees() {
    let server = SmtpServer::start(Behaviour::Accept);
    let keys = [("rsa2026", "rsa.pem"), ("old", "pkcs1.pem"), ("ed2026", "ed25519.pem")];
    let keys: Vec<String> = keys.iter().map(|(name, file)| format!("{name}:example.org:{}", key(file))).collect();
    let settings = [("TIDINGS_DKIM_KEYS", keys.join(", ")), ("TIDINGS_INCOMING_ADDRESS", "@in.example.org".to_owned())];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (app, ann) = with_relays(&[&server], &settings);
    with_supporters(&app, 2, "example.net");
    ann.writes(
        "Über den Tag — ein langer Titel, der gefaltet werden muss, weil er so lang ist",
        "Home.\n.\n  two  \n\nÄ\n\n\n",
    );
    app.run_jobs();
    let mails = server.taken();
    assert!(mails.len() >= 3, "the confirmation, and the update to both");
    for mail in mails {
        let said = verified(&app, &mail.raw);
        let expected = [
            (true, "ed2026 Ed25519Sha256".to_owned()),
            (true, "old RsaSha256".to_owned()),
            (true, "rsa2026 RsaSha256".to_owned()),
        ];
        assert_eq!(said, expected, "{}", mail.raw);
        // What was changed, or added, on the way is found out.
        let added = format!("From: Eve <eve@example.com>\r\n{}", mail.raw);
        let renamed = mail.raw.replacen("Subject: ", "Subject: Re: ", 1);
        let reworded = mail.raw.replace("multipart/alternative", "multipart/mixed");
        let (head, body) = mail.raw.split_once("\r\n\r\n").expect("a body");
        let rewritten = format!("{head}\r\n\r\n{}", body.replacen("mail", "mall", 1));
        assert_ne!(rewritten, mail.raw, "every mail of ours says something of mail");
        let all = [("From", added), ("Subject", renamed), ("type", reworded), ("a word", rewritten)];
        for (what, touched) in all {
            assert!(verified(&app, &touched).iter().all(|(holds, _)| !holds), "{what} of {}", mail.raw);
        }
    }
}

#[test]
fn a_bad_key_stops_the_start_with_its_name() {
    let problem = |setting: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("tidings.toml");
        std::fs::write(&file, "").expect("an empty file of settings");
        let setting = [("TIDINGS_DKIM_KEYS".to_owned(), setting.to_owned())];
        let config = Config::load(Some(&file), setting.into_iter()).map_err(|error| error.to_string())?;
        tidings::app::mailer(&config).map(|_| ())
    };
    for bad in ["a:example.org:/nowhere.pem".to_owned(), "a".to_owned(), format!("a:example.org:{}", key("mod.rs"))] {
        let said = problem(&bad).unwrap_err().to_lowercase();
        assert!(said.contains("dkim_keys"), "{bad}: {said}");
    }
    assert_eq!(problem(&format!("a:example.org:{}", key("rsa.pem"))), Ok(()));
}
