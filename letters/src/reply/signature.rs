//! Signatures, and the lines that telephones and mail programs add.

use super::devices::{ADVERTS, DEVICES, DEVICES_INSIDE, SENT, SENT_AT_END};

/// How many lines a signature has at most, below the sign that only signatures have, below two dashes, and below what
/// may as well divide two thoughts.
const MOST_AFTER_SIGN: usize = 40;
const MOST_AFTER_DASHES: usize = 12;
const MOST_AFTER_DASH: usize = 4;

/// Whether a line begins a signature, with so many lines of text below it, of which this is the first.
pub(super) fn begins(line: &str, lines_below: usize, first_below: &str) -> bool {
    let first = first_below.trim_start().to_lowercase();
    let goes_on = ["p.s", "ps:", "ps ", "p. s"].iter().any(|start| first.starts_with(start));
    match line {
        "-- " => lines_below <= MOST_AFTER_SIGN,
        _ if goes_on => false,
        _ if line.trim() == "--" => lines_below <= MOST_AFTER_DASHES,
        _ => matches!(line.trim(), "—" | "–" | "__") && lines_below <= MOST_AFTER_DASH,
    }
}

/// Whether a line is what a telephone or a mail program adds.
pub(super) fn is_added(line: &str) -> bool {
    let bare = line.trim().trim_matches(['<', '>', '(', ')', '[', '*', '_', '-', ' ', '"', '.', '!', '|']);
    let bare = bare.to_lowercase();
    if bare.is_empty() || bare.chars().count() > 200 {
        return false;
    }
    // Without links the line is short.
    let words = bare.split_whitespace().filter(|word| !word.contains("://")).count();
    if words > 16 {
        return false;
    }
    if ADVERTS.iter().any(|start| bare.starts_with(start)) {
        return true;
    }
    let says_sent = SENT.iter().any(|start| bare.starts_with(start))
        || (words <= 8 && SENT_AT_END.iter().any(|end| bare.ends_with(end)));
    // “Sent from my heart” is not a telephone; “Sent from my TI-85” is one.
    let is_model =
        bare.strip_prefix("sent from my").is_some_and(|rest| rest.contains(|letter: char| letter.is_ascii_digit()));
    says_sent && (is_model || names_device(&bare))
}

fn names_device(line: &str) -> bool {
    let mut words = line.split(|letter: char| !(letter.is_alphanumeric() || ".'’".contains(letter)));
    words.any(|word| DEVICES.iter().any(|device| word.starts_with(device)))
        || DEVICES_INSIDE.iter().any(|device| line.contains(device))
}

/// How the small print of offices begins, in small letters.
const SMALL_PRINT: &[&str] = &[
    "confidentiality notice",
    "confidentiality note",
    "this e-mail and any",
    "this email and any",
    "this message and any attach",
    "this message (including",
    "this email (including",
    "this message contains confidential",
    "this e-mail is confidential",
    "this email is confidential",
    "the information contained in this",
    "the information in this e-mail",
    "diese e-mail enthält vertrauliche",
    "diese nachricht enthält vertrauliche",
    "ce message et toutes les pièces",
    "ce courriel et",
    "este mensaje y",
    "aviso de confidencialidad",
    "questo messaggio e i suoi allegati",
    "questo messaggio contiene",
    "dit bericht is uitsluitend",
    "de informatie in dit",
    "you received this message because you are subscribed",
];

/// Whether a line begins the small print of an office.
pub(super) fn is_small_print(line: &str) -> bool {
    let bare = line.trim().trim_start_matches(['*', '_', '-', ' ', '"']).to_lowercase();
    bare.len() > 20 && SMALL_PRINT.iter().any(|start| bare.starts_with(start)) || bare == "confidentiality notice"
}

/// Whether a line is only drawn.
pub(super) fn is_rule(line: &str) -> bool {
    let bare = line.trim();
    bare.chars().count() >= 3 && bare.chars().all(|letter| "-_=*~—–─#".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_telephones_are_known() {
        for line in [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Envoyé de mon iPad",
            "Enviado desde mi iPhone",
            "Sent from Outlook for Android<https://aka.ms/x>",
            "Get Outlook for iOS",
            "Skickat från min iPhone",
            "Отправлено с iPhone",
            "发自我的iPhone",
            "iPhoneから送信",
            "나의 iPhone에서 보냄",
            "iPhone'umdan gönderildi",
            "(sent from a phone)",
            "Sent with Proton Mail secure email.",
        ] {
            assert!(is_added(line), "{line}");
        }
    }

    #[test]
    fn what_people_write_is_not() {
        for line in [
            "Sent with love",
            "Sent from the bottom of our hearts",
            "Sent from my heart",
            "Sent from my mother's kitchen",
            "Wysłane z miłością",
            "Çiçekler gönderildi",
            "From my mother, who is at home watching television",
            "请再发送",
            "Von meinem Vater soll ich dich grüßen",
            "From my window I can see the park",
            "I sent from my account what we owed, and then the bank called and asked where it should go to at all",
            "Love, Ann",
        ] {
            assert!(!is_added(line), "{line}");
        }
    }
}
