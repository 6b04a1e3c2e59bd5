//! Words that a family never wants to see shown, found however they are spelled: whole words, whatever their case and
//! accents, also with dots between the letters.

use std::collections::HashSet;

/// How many a family can name.
const MOST_WORDS: usize = 100;

/// How long one may be.
const MOST_CHARS: usize = 60;

/// The words that are not wanted on a page.
#[derive(Clone, Debug, Default)]
pub struct Unwanted(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    /// As the family wrote it.
    written: String,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    /// One word after the other, folded; a second time where a 1 in them can be read twice.
    Words(Vec<Vec<String>>),
    /// Letters of a script that puts no spaces between words: found anywhere.
    Anywhere(String),
    /// Something without letters, such as an emoji.
    Signs(String),
}

impl Unwanted {
    /// Reads a line each; what is there twice counts once.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut patterns: Vec<Pattern> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.chars().count() > MOST_CHARS {
                return Err(format!("“{}…” is too long for a word. Nothing was lost: please shorten it.", start(line)));
            }
            if patterns.iter().all(|it| it.written != line) {
                patterns.push(Pattern { written: line.to_owned(), shape: Shape::of(line) });
            }
        }
        if patterns.len() > MOST_WORDS {
            return Err(format!("There is room for {MOST_WORDS} words; these are {}.", patterns.len()));
        }
        Ok(Self(patterns))
    }

    /// As they are kept, a line each.
    pub fn lines(&self) -> String {
        self.0.iter().map(|it| it.written.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The first of them that a text holds, as the family wrote it.
    pub fn first_in(&self, text: &str) -> Option<&str> {
        if self.0.is_empty() {
            return None;
        }
        let text = Text::of(text);
        self.0.iter().find(|it| text.holds(&it.shape)).map(|it| it.written.as_str())
    }
}

fn start(line: &str) -> String {
    line.chars().take(20).collect()
}

impl Shape {
    fn of(written: &str) -> Self {
        let [read, other] = readings_of(written);
        if read.is_empty() {
            return Self::Signs(written.to_owned());
        }
        if written.chars().any(has_no_spaces) {
            return Self::Anywhere(read.concat());
        }
        Self::Words(if read == other { vec![read] } else { vec![read, other] })
    }
}

/// A text in every spelling in which it is looked at.
struct Text<'a> {
    written: &'a str,
    readings: [Vec<String>; 2],
    /// Each word, and what stands between two spaces without the signs in it.
    single: HashSet<String>,
    /// Those of them in which a letter stands three times in a row or more.
    drawn_out: Vec<String>,
    /// Letters that stand alone, in a row.
    spelled: Vec<String>,
    joined: String,
}

impl<'a> Text<'a> {
    fn of(written: &'a str) -> Self {
        let readings = readings_of(written);
        let mut single: HashSet<String> = readings.iter().flatten().cloned().collect();
        let mut spelled = Vec::new();
        for one in ONES {
            let chunks: Vec<String> = written.split_whitespace().map(|chunk| words_of(chunk, one).concat()).collect();
            spelled.extend(letters_in_a_row(&chunks));
            single.extend(chunks);
        }
        let drawn_out = single.iter().filter(|word| runs(word).iter().any(|(_, times)| *times >= 3)).cloned().collect();
        let joined = readings.first().map(|words| words.concat()).unwrap_or_default();
        Self { written, readings, single, drawn_out, spelled, joined }
    }

    fn holds(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Signs(signs) => self.written.contains(signs.as_str()),
            Shape::Anywhere(letters) => self.joined.contains(letters.as_str()),
            Shape::Words(readings) => readings.iter().any(|words| match words.as_slice() {
                [word] => self.holds_word(word),
                words => self.readings.iter().any(|text| text.windows(words.len()).any(|some| some == words)),
            }),
        }
    }

    fn holds_word(&self, word: &str) -> bool {
        // A row of letters begins or ends with it where other letters stand alone beside it: "I d u m m".
        self.single.contains(word)
            || self.spelled.iter().any(|row| row.starts_with(word) || row.ends_with(word))
            || self.drawn_out.iter().any(|long| is_drawn_out(long, word))
    }
}

/// What a 1 between letters can stand for.
const ONES: [char; 2] = ['i', 'l'];

fn readings_of(text: &str) -> [Vec<String>; 2] {
    ONES.map(|one| words_of(text, one))
}

/// The words of a text in small letters, without accents and without what nobody sees.
fn words_of(text: &str, one: char) -> Vec<String> {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '@' | '$');
    let words = seen.split(|c| !is_part(c)).filter(|word| !word.is_empty());
    let folded = words.map(|word| {
        // A number is a number, and no word in disguise.
        if word.chars().all(|c| c.is_ascii_digit()) {
            word.to_owned()
        } else {
            word.chars().map(|c| folded(c, one)).collect()
        }
    });
    folded.filter(|word: &String| !word.is_empty()).collect()
}

/// A letter without case and accents; digits and signs that stand in for letters become them.
fn folded(c: char, one: char) -> String {
    let letter = match c {
        '0' => 'o',
        '1' => one,
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    if is_alphabet(letter) {
        // What an alphabet has of accents, ligatures and other ways of writing the same letter.
        let plain = deunicode::deunicode_char(letter).unwrap_or_default();
        let plain: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
        if !plain.is_empty() {
            return plain.to_lowercase();
        }
    }
    letter.to_lowercase().collect()
}

/// Latin, Greek and Cyrillic, and the Latin letters that are drawn otherwise (wide, bold, in circles).
fn is_alphabet(c: char) -> bool {
    matches!(c,
        '\u{00aa}'..='\u{024f}' | '\u{0250}'..='\u{02af}' | '\u{0370}'..='\u{052f}' | '\u{1e00}'..='\u{1fff}'
        | '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{fb00}'..='\u{fb06}' | '\u{ff10}'..='\u{ff5a}'
        | '\u{1d400}'..='\u{1d7ff}' | '\u{1f130}'..='\u{1f189}')
}

/// Scripts that put no spaces between words.
fn has_no_spaces(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Accents that stand by themselves, vowel points, and what has no width.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05c7}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{00ad}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}')
}

/// Rows of at least three letters that stand alone: "d u m m".
fn letters_in_a_row(chunks: &[String]) -> Vec<String> {
    let is_letter = |chunk: &&String| chunk.chars().count() == 1;
    let rows = chunks.split(|chunk| !is_letter(&chunk)).filter(|row| row.len() >= 3);
    rows.map(|row| row.concat()).collect()
}

/// A word as its letters, and how often each stands there in a row.
fn runs(word: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for c in word.chars() {
        match runs.last_mut() {
            Some((last, times)) if *last == c => *times += 1,
            _ => runs.push((c, 1)),
        }
    }
    runs
}

/// Whether a word is another one drawn out: "duuumm" is "dumm".
fn is_drawn_out(long: &str, word: &str) -> bool {
    let (long, word) = (runs(long), runs(word));
    let fits = |((a, many), (b, few)): (&(char, usize), &(char, usize))| {
        a == b && (many == few || (*many >= 3 && many >= few))
    };
    long.len() == word.len() && long.iter().zip(&word).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(words: &str, text: &str) -> bool {
        Unwanted::parse(words).unwrap().first_in(text).is_some()
    }

    #[test]
    fn whole_words_are_found_whatever_their_case_and_accents() {
        for text in [
            "You idiot",
            "IDIOT!",
            "an (Idiot).",
            "“idiot”",
            "ídiôt",
            "i\u{0301}diot",
            "ＩＤＩＯＴ",
            "𝐢𝐝𝐢𝐨𝐭",
            "idiot\u{200b}",
        ] {
            assert!(finds("idiot", text), "{text}");
        }
        for text in ["idiotic", "a videotape", "", "id iota", "I did it"] {
            assert!(!finds("idiot", text), "{text}");
        }
        assert!(finds("ÉTÉ", "l’ete dernier") && finds("straße", "STRASSE") && finds("дурак", "Дурак!"));
    }

    #[test]
    fn simple_disguises_are_seen_through() {
        for text in [
            "i.d.i.o.t",
            "i d i o t",
            "i-d-i-o-t",
            "id.iot",
            "1d10t",
            "idi0t",
            "i*d*i*o*t",
            "iiidiooot",
            "I D I O T",
            "you i d i o t now",
        ] {
            assert!(finds("idiot", text), "{text}");
        }
        assert!(finds("ass", "@$$") && finds("hell", "he11") && finds("he11", "hell") && finds("dumm", "d_u_m_m"));
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for (words, text) in [
            ("ass", "K L A S S E"),
            ("ass", "we pass the class"),
            ("hell", "hello and shell"),
            ("rest in peace", "rest, and peace"),
            ("cool", "col"),
            ("is", "Louis"),
            ("so", "50 of us"),
        ] {
            assert!(!finds(words, text), "{words} in {text}");
        }
    }

    #[test]
    fn several_words_are_found_in_their_order() {
        assert!(finds("Rest in peace", "May she rest — in   PEACE."));
        assert!(!finds("Rest in peace", "in peace rest"));
    }

    #[test]
    fn scripts_without_spaces_and_signs_are_found_anywhere() {
        assert!(finds("笨蛋", "你是笨蛋吗") && finds("笨蛋", "笨.蛋") && !finds("笨蛋", "笨的蛋"));
        assert!(finds("ばか", "このばかもの"));
        assert!(finds("🖕", "hello🖕you") && !finds("🖕", "hello 👋"));
        assert!(finds("كلب", "يا كَلْب") && !finds("كلب", "كلبي"));
    }

    #[test]
    fn a_list_is_kept_as_it_was_written_and_has_an_end() {
        let list = Unwanted::parse(" Idiot \r\n\nidiot\nIdiot\nrest in peace").unwrap();
        assert_eq!(list.lines(), "Idiot\nidiot\nrest in peace");
        assert_eq!(list.first_in("an IDIOT"), Some("Idiot"));
        let many = |count: usize| (0..count).map(|n| format!("word{n}\n")).collect::<String>();
        assert!(Unwanted::parse(&many(100)).is_ok());
        assert!(Unwanted::parse(&many(101)).unwrap_err().contains("room for 100"));
        assert!(Unwanted::parse(&"x".repeat(61)).is_err());
        assert!(Unwanted::default().first_in("anything").is_none());
    }
}
