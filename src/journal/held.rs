//! How much of an update its mail holds: as the family has chosen.

use crate::sites::MailHolds;
use crate::text;

/// How many characters the first lines are, at most.
const FIRST_LINES: usize = 300;

/// What of an update stands in a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its title, where it has one that may be said.
    pub title: Option<String>,
    /// Its words as plain text; empty where they are not to be said.
    pub text: String,
    /// The same as safe HTML.
    pub html: String,
    /// Whether there is more of it on the page.
    pub is_cut: bool,
    /// Whether nothing is said but that there is news.
    pub is_only_news: bool,
}

impl Held {
    /// What there is of an update, and how much of it may stand there.
    pub fn of(holds: MailHolds, title: Option<String>, body_text: String, body_html: String) -> Self {
        match holds {
            MailHolds::Whole => Self::whole(title, body_text, body_html),
            MailHolds::FirstLines => match text::first_lines(&body_text, FIRST_LINES) {
                Some(begins) => {
                    Self { title, html: text::plain_to_html(&begins), text: begins, is_cut: true, is_only_news: false }
                }
                None => Self::whole(title, body_text, body_html),
            },
            MailHolds::OnlyNews => {
                Self { title: None, text: String::new(), html: String::new(), is_cut: true, is_only_news: true }
            }
        }
    }

    fn whole(title: Option<String>, text: String, html: String) -> Self {
        Self { title, text, html, is_cut: false, is_only_news: false }
    }

    /// The same, on a button.
    pub fn press(&self) -> &'static str {
        if self.is_cut && !self.is_only_news { "Read the rest on the page" } else { "Read it on the page" }
    }

    /// What one does on the page.
    pub fn read(&self) -> &'static str {
        if self.is_cut && !self.is_only_news { "Read the rest" } else { "Read it" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_held_than_the_family_wants() {
        let body = format!("She is **home**. {}The end.", "She sleeps. ".repeat(40));
        let of = |holds| {
            let (words, html) = (text::markdown_to_text(&body), text::markdown_to_html(&body));
            Held::of(holds, Some("Home".to_owned()), words, html)
        };
        let whole = of(MailHolds::Whole);
        assert!(whole.text.ends_with("The end.") && whole.html.contains("<strong>home</strong>") && !whole.is_cut);
        let first = of(MailHolds::FirstLines);
        assert!(first.text.starts_with("She is home. She sleeps.") && first.text.ends_with(". …"), "{}", first.text);
        assert!(first.text.chars().count() <= FIRST_LINES + 2 && !first.html.contains("The end"));
        assert_eq!((first.title.as_deref(), first.read()), (Some("Home"), "Read the rest"));
        let nothing = of(MailHolds::OnlyNews);
        assert_eq!((nothing.title, nothing.text + &nothing.html), (None, String::new()));
    }

    #[test]
    fn what_is_short_is_whole() {
        let html = text::markdown_to_html("She is **home**.");
        let held = Held::of(MailHolds::FirstLines, None, "She is home.".to_owned(), html);
        assert!(held.html.contains("<strong>") && !held.is_cut);
    }
}
