//! An update that came in a letter: kept as a draft, and posted where the page wants that, through the same functions as the
//! desk's.

use jiff::SignedDuration;

use super::desk::DeskInput;
use super::drafts::Saved;
use super::publishing::{self, Desk, Go, Submitted};
use super::{saving, store};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, UpdateId};
use crate::error::{AppError, Result};
use crate::photos::ForDraft;
use crate::sites::SiteScope;
use crate::text;
use crate::web::Zone;

/// How long the subject of a letter may be to be a title; a longer one stands above the words.
const TITLE_CHARS: usize = 200;

/// What a letter says.
#[derive(Clone, Debug)]
pub struct FromLetter {
    /// The same for the same letter, so that it makes one draft.
    pub draft: DraftId,
    /// Its subject.
    pub subject: String,
    /// Its words, as plain text.
    pub words: String,
    /// The photos that came with it, put away already.
    pub photos: Vec<ForDraft>,
    /// Whether it is to be posted at once.
    pub publishes: bool,
}

/// What has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// A draft; why it was not posted, if it was to be.
    Draft(DraftId, Option<String>),
    /// An update, whose mail leaves when the time to undo it is over.
    Update(UpdateId),
    /// Nothing, and the sentence that says why.
    Nothing(String),
}

/// Keeps a letter as a draft of whoever the page was loaded for, who may write there, and posts it where it is to be posted.
pub fn keep_letter(
    conn: &mut Conn,
    scope: &SiteScope,
    from: &FromLetter,
    now: Timestamp,
    undo: SignedDuration,
) -> Result<Became> {
    let input = input_of(from);
    let content = match input.content() {
        Ok(content) if content.is_empty() => {
            return Ok(Became::Nothing("There was nothing in it: no subject, no words and no photo.".to_owned()));
        }
        Ok(content) => content,
        Err(errors) => return Ok(Became::Nothing(first_problem(&errors))),
    };
    let revision = match saving::save(conn, scope, from.draft, &input, &content, now) {
        Ok(Saved::Kept(revision)) => revision,
        Ok(Saved::Gone(_)) => {
            let sentence = "It has come before, and was posted or thrown away since.";
            return Ok(store::find_posted(conn, scope.site.id, from.draft)?
                .map_or_else(|| Became::Nothing(sentence.to_owned()), Became::Update));
        }
        // The same letter makes the same draft, which somebody has gone on writing since.
        Ok(Saved::Conflict(_) | Saved::Scheduled(_)) => return Ok(Became::Draft(from.draft, None)),
        Err(AppError::Invalid(errors)) => return Ok(Became::Nothing(first_problem(&errors))),
        Err(error) => return Err(error),
    };
    for photo in &from.photos {
        photo.write_down(conn, scope, from.draft, now)?;
    }
    if !from.publishes {
        return Ok(Became::Draft(from.draft, None));
    }
    let desk = Desk { now, zone: Zone::default(), undo, by_script: true };
    let why = match publishing::submit_kept(conn, scope, from.draft, Go { revision, told: false, now: true }, &desk)? {
        Submitted::Posted(update) => return Ok(Became::Update(update)),
        Submitted::Refused(errors) => first_problem(&errors),
        _ => "Please look at it once more before you post it.".to_owned(),
    };
    Ok(Became::Draft(from.draft, Some(why)))
}

fn input_of(from: &FromLetter) -> DeskInput {
    let subject = from.subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = text::plain_to_markdown(from.words.trim());
    let (title, body) = if subject.chars().count() > TITLE_CHARS {
        (String::new(), format!("{}\n\n{words}", text::plain_to_markdown(&subject)))
    } else {
        (subject, words)
    };
    // Photos need something that they are with.
    let title =
        if title.is_empty() && body.is_empty() && !from.photos.is_empty() { "Photos".to_owned() } else { title };
    DeskInput { title, body, draft: from.draft.to_string(), ..DeskInput::default() }
}

fn first_problem(errors: &crate::error::FieldErrors) -> String {
    errors
        .iter()
        .next()
        .map_or_else(|| "Something in it cannot stand so.".to_owned(), |(_, sentence)| sentence.to_owned())
}
