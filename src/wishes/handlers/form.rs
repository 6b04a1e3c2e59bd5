//! What the form of a well wish or a comment brings: words, who they are for, and a photo. An answer and a comment on a photo
//! come without one.

use crate::accounts::Visit;
use crate::error::{FieldErrors, Result};
use crate::photos::{self, Kept};
use crate::wishes::model::{NewWish, WishAudience, WishInput};

/// The form, valid; or what is wrong with it.
pub(super) type Taken = std::result::Result<NewWish, FieldErrors>;

/// The form, valid, and its photo put away; or what is wrong with it. A photo waits until its words can be used.
pub(super) async fn take(visit: &Visit, slug: &str, input: &WishInput) -> Result<Taken> {
    let mut new = match input.parse() {
        Ok(new) => new.written_in(visit.language.as_ref()),
        Err(mut errors) => {
            if photos::pass_over_one(visit) {
                errors.add("photo", "Please choose your photo once more. Your words are here.");
            }
            return Ok(Err(errors));
        }
    };
    match photos::keep_one(visit, slug).await? {
        None => {}
        Some(Ok(kept)) => new.photo = Some(kept),
        Some(Err(sentence)) => return Ok(Err(FieldErrors::default().with("photo", sentence))),
    }
    Ok(Ok(new))
}

/// The same for a form that does not ask who it is for.
pub(super) async fn take_for_everyone(visit: &Visit, slug: &str, input: &WishInput) -> Result<Taken> {
    match for_everyone(input) {
        Ok(()) => take(visit, slug, input).await,
        Err(errors) => Ok(Err(errors)),
    }
}

/// The same for a form that asks for no photo, either.
pub(super) fn take_words(visit: &Visit, input: &WishInput) -> Taken {
    for_everyone(input)?;
    Ok(input.parse()?.written_in(visit.language.as_ref()))
}

/// What was meant for few is not shown to all.
fn for_everyone(input: &WishInput) -> std::result::Result<(), FieldErrors> {
    if ["", WishAudience::Everyone.as_str()].contains(&input.audience.as_str()) {
        return Ok(());
    }
    let sentence = "This is for everyone who may read what it is about. For fewer, leave a well wish.";
    Err(FieldErrors::default().with("message", sentence))
}

/// After the transaction, however it ended: a photo that is with no words goes.
pub(super) async fn settle(visit: &Visit, photo: Option<Kept>) {
    if let Some(photo) = photo {
        photo.clear_unless_written(visit).await;
    }
}
