//! Mail of ours holds links and addresses that are one reader's alone. What comes back may have them in it, wherever a quote was
//! not recognised as one, or where somebody has passed a mail on: nobody else is to read them.

use std::borrow::Cow;

use crate::mail::IncomingAddress;

/// Where a secret follows in an address of a page: every route with a token.
const PLACES: [&str; 11] = [
    "/sign-in/link/",
    "/unsubscribe/",
    "/invitations/",
    "/visits/",
    "/erasure/",
    "/email/confirm/",
    "/email/change/",
    "/email/stop/",
    "/password/reset/",
    "/feeds/",
    "/links/",
];

/// The secrets are longer; what is shorter is an address of somebody else's that looks alike.
const SHORTEST_SECRET: usize = 20;

/// What stands in the place of one.
const LINK: &str = "[link]";
const ADDRESS: &str = "[address]";

/// A text without the links in it that hold a secret of ours, also where somebody's mail provider has wrapped them into links of
/// its own. Which host they name is not asked: an installation may have had another name.
pub fn without_links(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut words = text.split_inclusive(char::is_whitespace).peekable();
    while let Some(piece) = words.next() {
        let (word, space) = cut_space(piece);
        let secret = match look(word) {
            Found::Nothing => false,
            Found::Secret => true,
            // Some programs break the line in the middle of a link.
            Found::Begun(so_far) => {
                let mut between = String::new();
                while let Some(next) = words.next_if(|next| is_between(next)) {
                    between.push_str(next);
                }
                let rest = words.peek().map_or(0, |next| count_secret(next));
                if so_far + rest >= SHORTEST_SECRET {
                    words.next();
                    true
                } else {
                    kept.extend([word, space, between.as_str()]);
                    continue;
                }
            }
        };
        if secret {
            let (before, after) = around(word);
            kept.extend([before, LINK, after, space]);
        } else {
            kept.push_str(piece);
        }
    }
    kept
}

/// A text without addresses of ours that hold a key.
pub fn without_addresses(text: &str, ours: &IncomingAddress) -> String {
    let is_edge = |letter: char| letter.is_whitespace() || "<>()[]{},;:\"'“”‘’«»*|=".contains(letter);
    let mut kept = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_edge) {
        let word = piece.trim_end_matches(is_edge);
        let bare = word.trim_end_matches(['.', '!', '?']);
        let is_key =
            |key: &str| key.len() > SHORTEST_SECRET && key.chars().all(|letter| letter.is_ascii_alphanumeric());
        if ours.key_of(bare).is_some_and(is_key) {
            kept.push_str(ADDRESS);
            kept.push_str(piece.get(bare.len()..).unwrap_or_default());
        } else {
            kept.push_str(piece);
        }
    }
    kept
}

/// What there is of a secret in a word.
enum Found {
    Nothing,
    /// So many letters of one, and then the word ends.
    Begun(usize),
    Secret,
}

fn look(word: &str) -> Found {
    let mut found = Found::Nothing;
    let mut look_at = |form: &str| {
        // Of the same length: lower case changes ASCII only.
        let lower = form.to_ascii_lowercase();
        for place in PLACES {
            for (at, _) in lower.match_indices(place) {
                let behind = form.get(at + place.len()..).unwrap_or_default();
                match count_secret(behind) {
                    count if count >= SHORTEST_SECRET => found = Found::Secret,
                    count if count == behind.len() && matches!(found, Found::Nothing) => found = Found::Begun(count),
                    _ => {}
                }
            }
        }
    };
    // What is wrapped twice is encoded twice.
    let mut form = Cow::Borrowed(word);
    for _ in 0..4 {
        look_at(&form);
        match decoded(&form) {
            Some(next) => form = Cow::Owned(next),
            None => break,
        }
    }
    // Proofpoint's way of writing them, version 2.
    if word.contains("urldefense")
        && let Some(form) = decoded(&word.replace('_', "/").replace('-', "%"))
    {
        look_at(&form);
    }
    found
}

/// How many letters that a secret may have stand first.
fn count_secret(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count()
}

/// With each `%2F` and the like as what it stands for; none where there is none.
fn decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut has_changed = false;
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
                has_changed = true;
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    has_changed.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

fn cut_space(piece: &str) -> (&str, &str) {
    let word = piece.trim_end_matches(char::is_whitespace);
    (word, piece.get(word.len()..).unwrap_or_default())
}

/// Whether nothing but spaces and the signs of a quote stand there.
fn is_between(piece: &str) -> bool {
    piece.chars().all(|letter| letter.is_whitespace() || letter == '>')
}

/// What stands before a link in its word, and behind it.
fn around(word: &str) -> (&str, &str) {
    let lower = word.to_ascii_lowercase();
    let opens = word.len() - word.trim_start_matches(['<', '(', '[', '"', '\'', '*']).len();
    let begin = lower.find("http").unwrap_or(opens);
    let end = word.trim_end_matches(['>', ')', ']', '"', '\'', '*', '.', ',', ';', '!', '?']).len().max(begin);
    (word.get(..begin).unwrap_or_default(), word.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "pQ3-x_Zk0LmN4oPqRs7TuVwXyZaBcDeF";

    #[test]
    fn a_link_that_is_somebodys_alone_is_left_out_however_it_is_written() {
        let origin = "https://tidings.example.org";
        for place in PLACES {
            let text = format!("Look: <{origin}{place}{SECRET}?to=updates/x#how>, it is good.");
            assert_eq!(without_links(&text), "Look: <[link]>, it is good.");
        }
        let link = format!("{origin}/sign-in/link/{SECRET}");
        let once = link.replace(':', "%3A").replace('/', "%2F");
        let twice = once.replace('%', "%25");
        let defended = link.replace('-', "-2D").replace('_', "-5F").replace(':', "-3A").replace('/', "_");
        for word in [
            link.clone(),
            format!("tidings.example.org/unsubscribe/{SECRET}"),
            format!("https://eur01.safelinks.protection.outlook.com/?url={once}&data=05%7C02"),
            format!("https://eur01.safelinks.protection.outlook.com/?url={}&data=05", once.replace("%2F", "%2f")),
            format!("https://www.google.com/url?q={twice}"),
            format!("https://urldefense.proofpoint.com/v2/url?u={defended}&d=DwMFaQ"),
            format!("https://urldefense.com/v3/__{link}__;!!AbC"),
            link.to_uppercase(),
        ] {
            assert_eq!(without_links(&format!("See\n> {word}\nthere")), "See\n> [link]\nthere", "{word}");
        }
        assert_eq!(without_links(&format!("[Read it]({link}).")), "[Read it]([link]).");
    }

    #[test]
    fn also_where_a_line_ends_in_the_middle_of_it() {
        for at in [0, 7, 19, 31] {
            let (begins, ends) = SECRET.split_at(at);
            let text = format!("> https://t.example/sign-in/link/{begins}\n> {ends} and\nmore");
            let kept = without_links(&text);
            assert!(kept.starts_with("> [link]") && kept.ends_with("and\nmore"), "{kept}");
            assert!(!kept.contains(ends) || ends.len() < SHORTEST_SECRET && at >= SHORTEST_SECRET, "{kept}");
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for text in [
            "",
            " \n She is home.\n\n  Love,\n\tJo ",
            "https://museum.example/visits/summer and https://shop.example/links/",
            "https://tidings.example.org/p/maria/updates/0190a5b2-7c3d-7e4f-8a6b-1c2d3e4f5a6b",
            "100% and 5 %, %zz %",
            "https://tidings.example.org/unsubscribe/\nWhat a day, and what a night",
        ] {
            assert_eq!(without_links(text), text);
        }
    }

    #[test]
    fn addresses_with_a_key_are_left_out_and_no_others() {
        let key = "uaaaaaaaaaaaabkjhgfdsaqwertyuio";
        let whole = IncomingAddress::parse("@in.example.org").unwrap();
        let tagged = IncomingAddress::parse("tidings@example.org").unwrap();
        let text = format!("Maria <{key}@IN.example.org>, jo@in.example.org. mailto:{key}@in.example.org.");
        assert_eq!(without_addresses(&text, &whole), "Maria <[address]>, jo@in.example.org. mailto:[address].");
        let text = format!("Maria <tidings+{key}@example.org> and tidings@example.org");
        assert_eq!(without_addresses(&text, &tagged), "Maria <[address]> and tidings@example.org");
    }
}
