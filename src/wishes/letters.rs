//! Words that came in a letter: they go the way that a form's words go.

use super::handlers::{Left, leave};
use super::model::{About, NewWish, Place, WishInput, Withheld};
use super::{book, deciding, store};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{SubmissionKey, UpdateId, WishId};
use crate::error::{AppError, Result};
use crate::journal;
use crate::photos::Kept;
use crate::sites::SiteScope;

/// What a letter answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// The page: a well wish.
    Page,
    /// An update: a comment.
    Update(UpdateId),
    /// Words: an answer, which stands beside the one that it answers.
    Words(WishId),
}

/// What a letter says, as a form would have.
#[derive(Clone, Debug)]
pub struct FromLetter {
    /// The words.
    pub message: String,
    /// The same for the same letter, so that it leaves its words once.
    pub submission: SubmissionKey,
    /// The photo that came with them, put away already.
    pub photo: Option<Kept>,
    /// Whether it is not certain that they are from whom they would stand under.
    pub is_doubtful: bool,
}

/// What became of the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftByLetter {
    /// They are kept; why they are not shown, if they are not.
    There(Option<Withheld>),
    /// Nothing can be left there, and the sentence that says so.
    Closed(String),
    /// They cannot be used as they are, and the sentence that says why.
    Unusable(String),
}

/// Leaves words for whoever the page was loaded for. What they answer must be there for them, as on the page.
pub fn leave_by_letter(
    conn: &mut Conn,
    scope: &SiteScope,
    answers: Answers,
    from: &FromLetter,
    now: Timestamp,
) -> Result<LeftByLetter> {
    let input = WishInput { message: from.message.clone(), ..WishInput::default() };
    let parsed = match input.parse() {
        Ok(parsed) => parsed,
        Err(errors) => {
            let sentence = errors.of("message").unwrap_or("There are no words in it.");
            return Ok(LeftByLetter::Unusable(sentence.to_owned()));
        }
    };
    let new =
        NewWish { submission: Some(from.submission), withheld: from.is_doubtful.then_some(Withheld::Letter), ..parsed };
    let place = place(conn, scope, answers)?;
    // A photo stands with a well wish or a comment; an answer has none, whichever way it comes.
    let new = NewWish { photo: from.photo.clone().filter(|_| place.answers.is_none()), ..new };
    Ok(match leave(conn, scope, &place, &new, now)? {
        Left::There(withheld) => LeftByLetter::There(withheld),
        Left::Closed(sentence) => LeftByLetter::Closed(sentence),
    })
}

/// Whether a photo can come with what answers this.
pub fn takes_photo(answers: Answers) -> bool {
    !matches!(answers, Answers::Words(_))
}

/// Whether anything can be left there, before more is done about it; the sentence where nothing can.
pub fn closed_for_letter(conn: &mut Conn, scope: &SiteScope, answers: Answers) -> Result<Option<String>> {
    let place = place(conn, scope, answers)?;
    if place.about == About::Page && !scope.site.takes_words() {
        return Ok(Some(book::CLOSED.to_owned()));
    }
    deciding::closed(conn, scope, place.about)
}

fn place(conn: &mut Conn, scope: &SiteScope, answers: Answers) -> Result<Place> {
    match answers {
        Answers::Page => Ok(Place::on(About::Page)),
        Answers::Update(update) => Ok(Place::on(About::Update(journal::get_update(conn, scope, update)?.id))),
        Answers::Words(id) => {
            let words = store::get_wish(conn, scope, id)?;
            let answered = match words.answers_id {
                Some(answered) => store::get_wish(conn, scope, answered)?,
                None => words,
            };
            // What is for few is read, and not answered.
            if answered.is_shown() { Ok(Place::under(&answered)) } else { Err(AppError::NotFound) }
        }
    }
}
