//! Mails of other people's servers and mail programs. They are not part of the project: `TIDINGS_CORPUS` says where they
//! are, and without it they are looked for as `shared/data` beside the repository, or beside any folder that it lies in.

use std::fs;
use std::path::{Path, PathBuf};

use tidings_letters::{Automatic, Envelope, Kind, Letter};

fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let beside =
        || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|at| at.join("shared/data")).find(|at| at.is_dir());
    let named = std::env::var_os("TIDINGS_CORPUS").map(PathBuf::from);
    let Some(root) = named.clone().or_else(beside) else {
        println!("not run: there is no folder shared/data beside the repository, or around it");
        return None;
    };
    let folder = root.join(folder);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if named.is_some() => panic!("{}: {error}", folder.display()),
        Err(_) => {
            println!("not run: there are no mails in {}", folder.display());
            return None;
        }
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    Some(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn share(right: usize, of: usize) -> f64 {
    right as f64 / of as f64
}

fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn replies_come_out_as_they_were_written() {
    let Some(paths) = files("replies/emails") else { return };
    let mut wrong = Vec::new();
    for path in &paths {
        let written = fs::read_to_string(path).unwrap();
        let expected = path.parent().unwrap().parent().unwrap().join("trimmed").join(path.file_name().unwrap());
        let expected = fs::read_to_string(expected).unwrap();
        let mail = format!("From: ann@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{written}");
        let words = Letter::parse(mail.as_bytes()).unwrap().words();
        if even(&words.text) != even(&expected) {
            wrong.push(name(path));
            if std::env::var_os("SHOW").is_some() {
                println!("== {}\n-- expected\n{expected}\n-- came out\n{}", name(path), words.text);
            }
        }
    }
    let right = share(paths.len() - wrong.len(), paths.len());
    println!("replies: {right:.3} of {} come out right; not: {wrong:?}", paths.len());
    assert!(right >= 0.95, "{right}");
}

/// Whom a report is about.
fn recipients(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Bounce(bounce) | Kind::Delayed(bounce) => {
            bounce.failures.iter().map(|failure| failure.recipient.clone()).collect()
        }
        Kind::Complaint(complaint) => complaint.recipients.clone(),
        _ => Vec::new(),
    }
}

#[test]
fn bounces_and_complaints_are_known_and_say_whom_they_are_about() {
    let Some(paths) = files("bounces") else { return };
    let (mut wrong, mut unexplained, mut answers) = (Vec::new(), Vec::new(), 0);
    let mut without_original = 0;
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let kind = Letter::parse(&bytes).map(|letter| letter.kind(&Envelope::default()));
        if name(path).starts_with("rfc3834") {
            // These are answers of people who are away.
            assert_eq!(kind, Some(Kind::Automatic(Automatic::Answer)), "{}", name(path));
            answers += 1;
            continue;
        }
        if std::env::var_os("SHOW").is_some() {
            println!("== {}: {kind:#?}", name(path));
        }
        let found = kind.as_ref().map(recipients).unwrap_or_default();
        if found.is_empty() || found.iter().any(|address| !address.contains('@')) {
            wrong.push(name(path));
        }
        if let Some(Kind::Bounce(bounce)) = &kind {
            if bounce.failures.iter().any(|failure| failure.reason == tidings_letters::Reason::Other) {
                unexplained.push(name(path));
            }
            if bounce.original.message_id.is_none() {
                without_original += 1;
            }
        }
    }
    let of = paths.len() - answers;
    let right = share(of - wrong.len(), of);
    println!("bounces and complaints: {right:.3} of {of} are known, with whom they are about; not: {wrong:?}");
    println!("no reason found in {}: {unexplained:?}", unexplained.len());
    println!("bounces that do not bring along the id of the mail: {without_original}");
    assert!(right >= 0.98, "{right}");
    assert!(share(unexplained.len(), of) <= 0.1);
}

#[test]
fn other_mail_is_not_taken_for_bounces() {
    let Some(paths) = files("bounces/not") else { return };
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let kind = Letter::parse(&bytes).unwrap().kind(&Envelope::default());
        assert!(!matches!(kind, Kind::Bounce(_) | Kind::Delayed(_) | Kind::Complaint(_)), "{}: {kind:?}", name(path));
    }
    println!("no bounces: none of {} is taken for one", paths.len());
}
