//! In which language something was written, as far as the voice that reads it aloud has to know.
//!
//! Nobody is asked. The browser of whoever writes says which language they use it in, and the letters say whether that can
//! be: words in Cyrillic were not written in English, whatever the browser speaks.

use std::str::FromStr;

/// A language tag: language, and script and region where they are said (BCP 47, RFC 5646 section 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// Reads a tag, and writes it as it is usually written: `zh-Hant-TW`. What follows the region is left out.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-').peekable();
        let is_alphabetic = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let language = parts.next().filter(|it| matches!(it.len(), 2 | 3) && is_alphabetic(it))?.to_ascii_lowercase();
        // They say that it is none, several or unknown (ISO 639-2).
        if ["und", "mul", "mis", "zxx"].contains(&language.as_str()) {
            return None;
        }
        let mut tag = language;
        if let Some(script) = parts.next_if(|it| it.len() == 4 && is_alphabetic(it)) {
            let (first, rest) = script.split_at(1);
            tag.push_str(&format!("-{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase()));
        }
        let is_region = |it: &&str| {
            (it.len() == 2 && is_alphabetic(it)) || (it.len() == 3 && it.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if let Some(region) = parts.next_if(is_region) {
            tag.push_str(&format!("-{}", region.to_ascii_uppercase()));
        }
        // What else there may be is longer, or follows a single letter.
        let is_rest = |it: &str| (1..=8).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_alphanumeric());
        parts.all(is_rest).then_some(Self(tag))
    }

    /// The one that a browser likes best (RFC 9110, 12.5.4).
    pub fn preferred(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in accept_language.split(',') {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|it| f32::from_str(it).ok()).unwrap_or(0.0);
            let is_better = weight > best.as_ref().map_or(0.0, |(weight, _)| *weight);
            if let (true, Some(tag)) = (is_better, Self::parse(tag)) {
                best = Some((weight, tag));
            }
        }
        best.map(|(_, tag)| tag)
    }

    /// As it stands in the database and in `lang`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

/// Letters that tell languages apart, and the languages that are written in them: the first is the one that is meant where
/// nothing else is known.
const SCRIPTS: &[(&[std::ops::RangeInclusive<char>], &[&str])] = &[
    (&['\u{3041}'..='\u{30ff}'], &["ja"]),
    (&['\u{ac00}'..='\u{d7a3}', '\u{1100}'..='\u{11ff}'], &["ko"]),
    (&['\u{3400}'..='\u{4dbf}', '\u{4e00}'..='\u{9fff}'], &["zh", "ja", "yue", "cmn", "nan", "wuu"]),
    (
        &['\u{0400}'..='\u{052f}'],
        &["ru", "uk", "bg", "be", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "ba", "uz", "az", "ce", "cv", "os"],
    ),
    (&['\u{0370}'..='\u{03ff}', '\u{1f00}'..='\u{1fff}'], &["el", "grc"]),
    (&['\u{0590}'..='\u{05ff}'], &["he", "yi"]),
    (
        &['\u{0600}'..='\u{06ff}', '\u{0750}'..='\u{077f}'],
        &["ar", "fa", "ur", "ps", "ckb", "sd", "ug", "ku", "pa", "ks"],
    ),
    (&['\u{0900}'..='\u{097f}'], &["hi", "mr", "ne", "sa", "kok", "mai", "bho"]),
    (&['\u{0980}'..='\u{09ff}'], &["bn", "as"]),
    (&['\u{0a00}'..='\u{0a7f}'], &["pa"]),
    (&['\u{0a80}'..='\u{0aff}'], &["gu"]),
    (&['\u{0b80}'..='\u{0bff}'], &["ta"]),
    (&['\u{0c00}'..='\u{0c7f}'], &["te"]),
    (&['\u{0c80}'..='\u{0cff}'], &["kn"]),
    (&['\u{0d00}'..='\u{0d7f}'], &["ml"]),
    (&['\u{0d80}'..='\u{0dff}'], &["si"]),
    (&['\u{0e00}'..='\u{0e7f}'], &["th"]),
    (&['\u{0e80}'..='\u{0eff}'], &["lo"]),
    (&['\u{1000}'..='\u{109f}'], &["my"]),
    (&['\u{10a0}'..='\u{10ff}'], &["ka"]),
    (&['\u{0530}'..='\u{058f}'], &["hy"]),
    (&['\u{1200}'..='\u{137f}'], &["am", "ti"]),
    (&['\u{1780}'..='\u{17ff}'], &["km"]),
];

/// Languages of the list above that are written in Latin letters as well.
const LATIN_TOO: [&str; 9] = ["sr", "uz", "az", "kk", "ku", "tt", "mn", "tg", "ug"];

/// Which language words were written in: what the writer's browser says, where the letters allow it; what the letters
/// say; or nothing.
pub fn spoken(words: &str, by_browser: Option<&Tag>) -> Option<Tag> {
    // Latin letters are the last of the counts.
    let mut counts = vec![0_usize; SCRIPTS.len() + 1];
    for letter in words.chars().filter(|it| it.is_alphabetic()) {
        let script = SCRIPTS.iter().position(|(ranges, _)| ranges.iter().any(|range| range.contains(&letter)));
        if let Some(count) = counts.get_mut(script.unwrap_or(SCRIPTS.len())) {
            *count += 1;
        }
    }
    // Of the same number, the first: Japanese has Chinese characters, but no Chinese text has kana.
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let script = if counts.first().is_some_and(|kana| kana * 4 >= most) {
        0
    } else {
        counts.iter().position(|it| *it == most)?
    };
    match SCRIPTS.get(script) {
        Some((_, languages)) => {
            let fits = by_browser.filter(|tag| languages.contains(&tag.language())).cloned();
            fits.or_else(|| languages.first().and_then(|language| Tag::parse(language)))
        }
        None => {
            let other_letters = |tag: &&Tag| {
                let language = tag.language();
                !LATIN_TOO.contains(&language) && SCRIPTS.iter().any(|(_, languages)| languages.contains(&language))
            };
            by_browser.filter(|tag| !other_letters(tag)).cloned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> Option<String> {
        Tag::parse(text).map(|tag| tag.0)
    }

    #[test]
    fn a_tag_is_a_tag_or_nothing() {
        for (text, meant) in [("en", "en"), ("EN-gb", "en-GB"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")] {
            assert_eq!(tag(text).as_deref(), Some(meant));
        }
        assert_eq!(tag("de-DE-1996").as_deref(), Some("de-DE"));
        assert_eq!(tag("sr-Latn-RS-x-mine").as_deref(), Some("sr-Latn-RS"));
        let long = "en-".repeat(200);
        for absurd in
            ["", "e", "engl", "*", "und", "mul-US", "en_GB", "en\"><b", "en-", "e1", "日本", &long, "x-klingon"]
        {
            assert_eq!(tag(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn a_browser_says_which_it_likes_best() {
        let best = |text: &str| Tag::preferred(text).map(|tag| tag.0);
        assert_eq!(best("de-AT,de;q=0.9,en;q=0.8").as_deref(), Some("de-AT"));
        assert_eq!(best("en;q=0.2, fr ;q=0.9, *;q=1").as_deref(), Some("fr"));
        for absurd in ["", "*", ";q=1", "en;q=0", "en;q=nan", "en;level=1"] {
            assert_eq!(best(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn letters_say_what_a_browser_cannot_know() {
        let spoken = |words: &str, browser: &str| spoken(words, Tag::parse(browser).as_ref()).map(|tag| tag.0);
        assert_eq!(spoken("Get well soon ❤️", "en-GB").as_deref(), Some("en-GB"));
        assert_eq!(spoken("Gute Besserung", "de").as_deref(), Some("de"));
        assert_eq!(spoken("Gute Besserung", ""), None);
        assert_eq!(spoken("Выздоравливай скорее", "en-US").as_deref(), Some("ru"));
        assert_eq!(spoken("Одужуй швидше", "uk-UA").as_deref(), Some("uk-UA"));
        assert_eq!(spoken("早く元気になってね", "en-US").as_deref(), Some("ja"));
        assert_eq!(spoken("早日康复", "zh-TW").as_deref(), Some("zh-TW"));
        assert_eq!(spoken("Get well soon", "ja"), None);
        assert_eq!(spoken("Brzo ozdravi", "sr-RS").as_deref(), Some("sr-RS"));
        assert_eq!(spoken("שלום", "").as_deref(), Some("he"));
        assert_eq!(spoken("❤️❤️ 123", "en"), None);
    }
}
