//! Words to begin with, for whoever finds it hard to begin. None of them promises anything, asks for anything, or says what to
//! believe; `docs/kindness.md` says why they are these.

/// Words that a writer can tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// As it is offered.
    pub label: &'static str,
    /// What comes into the text.
    pub text: &'static str,
}

const fn whole(words: &'static str) -> Prompt {
    Prompt { label: words, text: words }
}

const PROMPTS: &[Prompt] = &[
    whole("I am thinking of you."),
    whole("I wish this was not happening to you."),
    Prompt { label: "A memory I have of you…", text: "A memory I have of you: " },
    Prompt { label: "Something small from my day…", text: "Something small from my day: " },
    whole("You do not have to answer this."),
];

const IN_MEMORY: &[Prompt] = &[
    whole("I am thinking of you all."),
    Prompt { label: "A memory that stays with me…", text: "A memory that stays with me: " },
    whole("I do not know what to say, and I did not want to say nothing."),
    whole("You do not have to answer this."),
];

/// What is offered on a page; in loving memory, the words are for those who are left.
pub fn prompts(is_memorial: bool) -> &'static [Prompt] {
    if is_memorial { IN_MEMORY } else { PROMPTS }
}
