//! How much of an update its mail holds: for the family to choose.

crate::words! {
    /// How much of an update its mail holds.
    pub enum MailHolds {
        /// All of it.
        Whole = "whole",
        /// How it begins.
        FirstLines = "first_lines",
        /// That there is news, and nothing of it.
        OnlyNews = "only_news",
    }
}

impl MailHolds {
    /// What it is called where it is chosen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Whole => "The whole update",
            Self::FirstLines => "Its first lines",
            Self::OnlyNews => "Only that there is news",
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Whole => "Everybody can read it in the mail itself. Its title is the subject.",
            Self::FirstLines => "The rest is one press away, on the page. Its title is the subject.",
            Self::OnlyNews => "Neither the mail nor its subject says what the news is: one reads it on the page.",
        }
    }

    /// The same, for whoever gets the mail.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Whole => "The whole update is in the mail.",
            Self::FirstLines => "The mail has the first lines, and leads to the rest.",
            Self::OnlyNews => "The mail says that there is news, and leads to it.",
        }
    }
}
