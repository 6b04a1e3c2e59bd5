//! The one photo that can come with a well wish or a comment: looked at and put away first, then written down with the words,
//! in their transaction. What was put away and not written down is taken away again; what a crash leaves, the sweep finds.

use std::fs::File;
use std::result::Result as Either;

use serde::Deserialize;
use tidings_darkroom::Refusal;

use super::from_letters::into_file;
use super::model::{Belongs, NewPhoto, WordsInput};
use super::store;
use super::uploads::look_at;
use crate::accounts::Visit;
use crate::app::App;
use crate::blobs::Key;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, PhotoId, WishId};
use crate::error::{AppError, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::sites::SiteScope;
use crate::web::{NotTaken, SentFile};

/// The field that it comes in.
const FIELD: &str = "photo";

/// A photo whose bytes are put away, and that is still to be written down.
#[derive(Clone, Debug)]
pub struct Kept {
    id: PhotoId,
    /// What can be seen on it.
    alt: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AltInput {
    photo_alt: String,
}

/// Puts the photo away that came with a form of words, if one came; a sentence for the person where it cannot be used. Whoever
/// may not leave words here has none of their bytes looked at.
pub async fn keep_one(visit: &Visit, slug: &str) -> Result<Option<Either<Kept, String>>> {
    let mut files = visit.take_files(FIELD).into_iter();
    let Some(sent) = files.next() else { return Ok(None) };
    if files.next().is_some() {
        return Ok(Some(Err("One photo can come with it. Please choose one of them.".to_owned())));
    }
    match keep(visit, slug, sent).await {
        Ok(kept) => Ok(Some(kept)),
        // What is wrong for a moment is no reason to lose the words that came with it.
        Err(error @ (AppError::Unavailable(_) | AppError::Internal(_))) => {
            tracing::error!(%error, "could not keep a photo that came with words");
            Ok(Some(Err("This photo could not be kept just now. Please choose it again.".to_owned())))
        }
        Err(AppError::TooMany { .. }) => {
            Ok(Some(Err("That was a lot of photos at once. Please wait a while with this one.".to_owned())))
        }
        Err(error) => Err(error),
    }
}

/// Passes over the photo of a form whose words cannot be used; answers whether there was one.
pub fn pass_over_one(visit: &Visit) -> bool {
    !visit.take_files(FIELD).is_empty()
}

async fn keep(visit: &Visit, slug: &str, sent: SentFile) -> Result<Either<Kept, String>> {
    let place = slug.to_owned();
    let (_, person) =
        visit.read(move |conn, viewer| SiteScope::load_to_encourage(conn, viewer, &place)?.actor()).await?;
    let file = match sent.content {
        Ok(file) => file,
        Err(NotTaken::TooLarge | NotTaken::TooMany) => return Ok(Err(Refusal::TooLarge.to_string())),
    };
    let alt = visit.form::<AltInput>()?.photo_alt;
    let alt = WordsInput { alt, caption: String::new() }.cut().alt;
    Ok(put_away(&visit.app, person, file).await?.map(|kept| Kept { alt, ..kept }))
}

/// Puts a photo away that came in a letter, for whoever wrote it; a sentence where it cannot be used.
pub async fn keep_from_letter(app: &App, person: PersonId, bytes: Vec<u8>) -> Result<Either<Kept, String>> {
    put_away(app, person, into_file(app, bytes).await?).await
}

async fn put_away(app: &App, person: PersonId, file: File) -> Result<Either<Kept, String>> {
    let seen = look_at(file).await?;
    if let Err(refusal) = seen.verdict {
        return if refusal.may_pass() { Err(AppError::internal(refusal)) } else { Ok(Err(refusal.to_string())) };
    }
    app.limits.photos_with_words.count(person.to_string())?;
    app.limits.uploads.count(person.to_string())?;
    let id = PhotoId::generate();
    app.blobs.put_file(Key::Incoming(id), &seen.file).await?;
    Ok(Ok(Kept { id, alt: None }))
}

impl Kept {
    /// What can be seen on it.
    pub fn alt(&self) -> Option<&str> {
        self.alt.as_deref()
    }

    /// It is with these words from now on, and will be prepared. In the transaction that adds them.
    pub fn write_down(&self, conn: &mut Conn, scope: &SiteScope, wish: WishId, now: Timestamp) -> Result<()> {
        let new = NewPhoto {
            id: self.id,
            site_id: scope.site.id,
            uploader_id: scope.actor()?,
            belongs: Belongs::Wish(wish),
            upload: None,
            caption: None,
            alt: self.alt.clone(),
        };
        if !store::insert_photo(conn, &new, now)? {
            return Err(AppError::internal("a photo that is there twice"));
        }
        let detail = Some(self.id.to_string());
        jobs::enqueue(conn, Kind::PreparePhoto, NewJob { detail, ..NewJob::default() }, now)
    }

    /// Takes the bytes away if nothing was written down about them: the words were there already, or could not be added. After
    /// the transaction, however it ended; where that cannot be asked, the sweep sees to it.
    pub async fn clear_unless_written(&self, visit: &Visit) {
        self.clear_away_unless_written(&visit.app).await;
    }

    /// The same, where nobody is asking just now.
    pub async fn clear_away_unless_written(&self, app: &App) {
        let id = self.id;
        let known = app.db.read(move |conn| store::known_photos(conn, &[id])).await;
        let cleared = match known {
            Ok(known) if known.contains_key(&id) => Ok(()),
            Ok(_) => app.blobs.delete(Key::Incoming(id)).await,
            Err(error) => Err(error),
        };
        if let Err(error) = cleared {
            tracing::warn!(%error, "what did not come to be with words stays until the sweep");
        }
    }
}
