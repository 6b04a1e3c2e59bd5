//! A few lines to begin with, which one writes over. None of them can be posted by mistake.

crate::words! {
    /// What the lines are for.
    pub enum Scaffold {
        /// The first update of a page.
        First = "first",
        /// The day of an operation.
        Surgery = "surgery",
        /// Things are worse than they were.
        Setback = "setback",
        /// From the hospital to home.
        Home = "home",
        /// Somebody has died, or is dying.
        Goodbye = "goodbye",
        /// Thanks to everyone.
        Thanks = "thanks",
    }
}

/// Where the first name of the person stands.
const NAME: &str = "{name}";

impl Scaffold {
    /// What still fits on a page in loving memory.
    pub const IN_MEMORY: &'static [Self] = &[Self::Goodbye];

    /// What it is called where it is chosen.
    pub fn label(self) -> &'static str {
        match self {
            Self::First => "A first update",
            Self::Surgery => "The day of an operation",
            Self::Setback => "A setback",
            Self::Home => "Going home",
            Self::Goodbye => "A goodbye",
            Self::Thanks => "A thank-you",
        }
    }

    /// The prompts, each a paragraph.
    fn prompts(self) -> &'static [&'static str] {
        match self {
            Self::First => &[
                "[One sentence on how {name} is today]",
                "[What happened, as much of it as you want to tell]",
                "[What comes next, and when you think there will be news]",
                "[What would help, or that nothing is needed just now]",
                "[Whether calls and visits are welcome, or a message is better]",
            ],
            Self::Surgery => &[
                "[How {name} is this morning]",
                "[What is being done today, in plain words]",
                "[When it begins, and how long it may take]",
                "[When you will write again; no news until then is no bad news]",
            ],
            Self::Setback => &[
                "[What has changed for {name}, in one sentence]",
                "[What the doctors say, and what nobody knows yet]",
                "[How {name} and the family are taking it]",
                "[What would help now, and what is too much just now]",
            ],
            Self::Home => &[
                "[When {name} comes home, or that it has happened]",
                "[What is still hard, and what goes well already]",
                "[Whether visits are welcome, and when]",
                "[What would help in the first days at home]",
            ],
            Self::Goodbye => &[
                "[That {name} has died, or that it is time to say goodbye]",
                "[When and where it was, and who was there, if you want to say so]",
                "[Something of {name} that everybody should remember]",
                "[What you know of the funeral, or that you will write when you know]",
                "[What the family needs now, and whether calls are welcome]",
            ],
            Self::Thanks => &[
                "[What you want to thank everyone for]",
                "[One thing that helped {name} more than people may know]",
                "[How {name} is now]",
            ],
        }
    }

    /// The text to begin with.
    pub fn text(self, first_name: &str) -> String {
        let lines: Vec<String> = self.prompts().iter().map(|prompt| prompt.replace(NAME, first_name)).collect();
        lines.join("\n\n")
    }
}

/// More than a first name can be.
const LONGEST_NAME: usize = 400;

/// Where a prompt stands in a text, if it stands there as it was, with whatever name in it.
fn find(text: &str, prompt: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    match prompt.split_once(NAME) {
        None => rest.find(prompt).map(|at| (from + at, from + at + prompt.len())),
        Some((before, after)) => {
            let mut begin = 0;
            while let Some(at) = rest.get(begin..)?.find(before).map(|at| begin + at) {
                let name = rest.get(at + before.len()..)?;
                let near = name.get(..name.floor_char_boundary(LONGEST_NAME + after.len()))?;
                if let Some(length) = near.find(after)
                    && !near.get(..length)?.contains(['\n', '[', ']'])
                {
                    return Some((from + at, from + at + before.len() + length + after.len()));
                }
                begin = at + before.len();
            }
            None
        }
    }
}

/// A text without a prompt, wherever it stands; none if it stands nowhere.
fn cut(text: &str, prompt: &str) -> Option<String> {
    let (mut kept, mut done) = (String::new(), 0);
    while let Some((from, to)) = find(text, prompt, done) {
        kept.push_str(text.get(done..from)?);
        done = to;
    }
    kept.push_str(text.get(done..)?);
    (done > 0).then_some(kept)
}

/// The same words, as an editor may have written them: brackets need no backslash here.
fn plain(text: &str) -> String {
    text.replace("\\[", "[").replace("\\]", "]").replace("\r\n", "\n")
}

/// Every prompt of every scaffold.
fn all() -> impl Iterator<Item = &'static str> {
    Scaffold::ALL.iter().flat_map(|scaffold| scaffold.prompts().iter().copied())
}

/// The prompts that still stand in a text as they were, in their order there.
pub fn prompts_left(body: &str) -> Vec<String> {
    let text = plain(body);
    let mut found: Vec<(usize, String)> = Vec::new();
    for prompt in all() {
        if let Some((from, to)) = find(&text, prompt, 0) {
            let words = text.get(from..to).unwrap_or_default().to_owned();
            if !found.iter().any(|(_, known)| *known == words) {
                found.push((from, words));
            }
        }
    }
    found.sort_by_key(|(from, _)| *from);
    found.into_iter().map(|(_, words)| words).collect()
}

/// The text without them; a line that held nothing else goes with them.
pub fn without_prompts(body: &str) -> String {
    if prompts_left(body).is_empty() {
        return body.to_owned();
    }
    let mut lines: Vec<String> = Vec::new();
    for line in plain(body).split('\n') {
        let mut rest = line.to_owned();
        for prompt in all() {
            if let Some(without) = cut(&rest, prompt) {
                rest = without;
            }
        }
        let is_gone = rest != line && is_mark_alone(&rest);
        let is_second_empty = line.trim().is_empty() && lines.last().is_none_or(|last| last.trim().is_empty());
        if !is_gone && !is_second_empty {
            lines.push(rest);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Whether a line has nothing but the mark of a list, a heading or a quotation.
fn is_mark_alone(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || matches!(c, '-' | '*' | '+' | '#' | '>' | '_' | '\\'))
}

/// What is said of them beside the field.
pub fn problem(left: &[String]) -> String {
    let lines = left.join(" ");
    if left.len() == 1 {
        format!("A line to write over still stands there: {lines}. Write something in its place, or post without it.")
    } else {
        format!("Lines to write over still stand there: {lines}. Write something in their place, or post without them.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_scaffold_is_recognised() {
        for scaffold in Scaffold::ALL.iter().copied() {
            let text = scaffold.text("Zoë [O’Hara");
            let named = scaffold.text("Maria");
            assert_eq!(prompts_left(&named).len(), scaffold.prompts().len(), "{scaffold:?}");
            assert_eq!(without_prompts(&named), "", "{scaffold:?}");
            assert!(!prompts_left(&text).is_empty());
            // An editor writes brackets with backslashes, may make a list of it, or join lines.
            let edited = named.replace('[', "\\[").replace(']', "\\]").replace("\n\n", "\n");
            assert_eq!(prompts_left(&edited).len(), scaffold.prompts().len(), "{scaffold:?}");
        }
    }

    #[test]
    fn what_somebody_wrote_stays() {
        let body = "She slept well.\n\n[What comes next, and when you think there will be news]\n\n- soup\n- [How Maria is now]\n\nLove, Ann";
        assert_eq!(prompts_left(body).len(), 2);
        assert_eq!(without_prompts(body), "She slept well.\n\n- soup\n\nLove, Ann");
        let own = "See [the ward](https://example.org), [1] and [One sentence on how she is]\n\n\n\nend \\[x\\]";
        assert!(prompts_left(own).is_empty());
        assert_eq!(without_prompts(own), own);
    }

    #[test]
    fn a_name_that_has_changed_since_hides_no_line() {
        let text = Scaffold::First.text("Mimi");
        assert_eq!(prompts_left(&text).len(), 5);
    }
}
