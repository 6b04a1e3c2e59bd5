//! Taking photos in: looked at, put away, and only then written down and acknowledged.

use std::fs::File;
use std::io::Seek;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use tidings_darkroom::Refusal;

use super::model::{Belongs, NewPhoto, PhotoState, PhotoWords, PhotosInput, Refused};
use super::store;
use crate::accounts::Visit;
use crate::blobs::Key;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, PhotoId, SubmissionKey, UpdateId};
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::sites::SiteScope;
use crate::web::{MOST_FILES, NotTaken, SentFile};

/// The field that photos come in.
const FIELD: &str = "photos";

/// The most photos that one draft, or one album, can have.
pub(super) const MOST_TOGETHER: i64 = 500;

/// What became of the files that came with a form.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Those that were taken in, in their order, with how each stands.
    pub photos: Vec<(PhotoId, PhotoState)>,
    /// Those that were not, each with its sentence.
    pub refused: Vec<Refused>,
}

/// Takes in the photos that came with a form, for whoever may write on the page. One that cannot be used keeps back none of
/// the others. With `upload`, an upload that is tried again makes one photo; without it, the same photo sent to the same
/// draft again does.
pub async fn take_in(
    visit: &Visit,
    slug: &str,
    belongs: Belongs,
    upload: Option<SubmissionKey>,
    words: &PhotoWords,
) -> Result<Taken> {
    let files = visit.take_files(FIELD);
    let mut taken = Taken::default();
    if files.is_empty() {
        return Ok(taken);
    }
    for file in files {
        let name = file.name.clone();
        let refused = |sentence: String| Refused { name, sentence };
        match take_one(visit, slug, belongs, upload, words, file).await {
            Ok(Ok(photo)) => taken.photos.push(photo),
            Ok(Err(sentence)) => taken.refused.push(refused(sentence)),
            // What is wrong for a moment is no reason to lose the words that came with it.
            Err(error @ (AppError::Unavailable(_) | AppError::Internal(_))) => {
                tracing::error!(%error, "could not take a photo in");
                taken.refused.push(refused("This photo could not be kept just now. Please try it again.".to_owned()));
            }
            Err(AppError::TooMany { .. }) => {
                taken
                    .refused
                    .push(refused("That was a lot at once. Please wait a few minutes with this one.".to_owned()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}

/// A sentence for the person where the fault is the file's.
type OrSentence<T> = std::result::Result<T, String>;

async fn take_one(
    visit: &Visit,
    slug: &str,
    belongs: Belongs,
    upload: Option<SubmissionKey>,
    words: &PhotoWords,
    sent: SentFile,
) -> Result<OrSentence<(PhotoId, PhotoState)>> {
    let file = match sent.content {
        Ok(file) => file,
        Err(NotTaken::TooLarge) => return Ok(Err(Refusal::TooLarge.to_string())),
        Err(NotTaken::TooMany) => {
            return Ok(Err(format!("Only {MOST_FILES} photos can come at once. Please add this one afterwards.")));
        }
    };
    // Before anything is read or kept: may they, and is it here already?
    let seen = look_at(file).await?;
    let upload = upload.or_else(|| belongs.draft().map(|draft| same_in_draft(draft, &seen.digest)));
    let place = slug.to_owned();
    let (_, (site, person, known)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &place)?;
            let person = scope.actor()?;
            let known = match upload {
                Some(upload) => store::find_by_upload(conn, &scope, person, upload)?,
                None => None,
            };
            Ok((scope.site.id, person, known.map(|photo| (photo.id, photo.state))))
        })
        .await?;
    // What could not be prepared before is tried anew.
    if let Some(known) = known.filter(|(_, state)| *state != PhotoState::Failed) {
        return Ok(Ok(known));
    }
    if let Err(refusal) = seen.verdict {
        return if refusal.may_pass() { Err(AppError::internal(refusal)) } else { Ok(Err(refusal.to_string())) };
    }
    visit.app.limits.uploads.count(person.to_string())?;
    let id = PhotoId::generate();
    visit.app.blobs.put_file(Key::Incoming(id), &seen.file).await?;
    let PhotoWords { alt, caption } = words.clone();
    let new = NewPhoto { id, site_id: site, uploader_id: person, belongs, upload, caption, alt };
    let written = write_down(visit, slug, new).await;
    let is_not_kept = match &written {
        Ok(Ok((kept, _))) => *kept != id,
        Ok(Err(_)) => true,
        // It may be written down all the same: an answer that was lost is no answer.
        Err(AppError::Unavailable(_) | AppError::Internal(_)) => false,
        // Decided within the transaction, which is undone with this.
        Err(_) => true,
    };
    if is_not_kept && let Err(error) = visit.app.blobs.delete(Key::Incoming(id)).await {
        tracing::warn!(%error, "what was not taken in stays until the sweep");
    }
    written
}

/// The row and the job are one transaction: a photo that is acknowledged will be prepared.
async fn write_down(visit: &Visit, slug: &str, new: NewPhoto) -> Result<OrSentence<(PhotoId, PhotoState)>> {
    let (slug, now) = (slug.to_owned(), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let person = scope.actor()?;
            if store::count_beside(conn, scope.site.id, new.belongs)? >= MOST_TOGETHER {
                return Ok(Err(format!("There are {MOST_TOGETHER} photos here already, which is all that fits.")));
            }
            if let Some(upload) = new.upload
                && let Some(failed) = store::find_by_upload(conn, &scope, person, upload)?
                && failed.state == PhotoState::Failed
            {
                store::delete_photo(conn, &failed)?;
                store::enqueue_discarding(conn, now)?;
            }
            if !store::insert_photo(conn, &new, now)? {
                let upload = new.upload.ok_or_else(|| AppError::internal("a photo that is there twice"))?;
                let known = store::find_by_upload(conn, &scope, person, upload)?.ok_or(AppError::NotFound)?;
                return Ok(Ok((known.id, known.state)));
            }
            let detail = Some(new.id.to_string());
            jobs::enqueue(conn, Kind::PreparePhoto, NewJob { detail, ..NewJob::default() }, now)?;
            follow_draft(conn, &scope, new.belongs)?;
            Ok(Ok((new.id, PhotoState::Preparing)))
        })
        .await
}

/// A photo that arrives when its draft was posted already goes where the draft has gone.
fn follow_draft(conn: &mut Conn, scope: &SiteScope, belongs: Belongs) -> Result<()> {
    let Some(draft) = belongs.draft() else { return Ok(()) };
    match store::find_posted(conn, scope, draft)? {
        Some(update) => store::attach(conn, scope.site.id, draft, update, None).map(|_| ()),
        None => Ok(()),
    }
}

pub(super) struct Seen {
    pub(super) file: File,
    pub(super) digest: [u8; 32],
    pub(super) verdict: std::result::Result<(), Refusal>,
}

/// What the file is, from its first bytes, and a digest of all of them; off the async threads.
pub(super) async fn look_at(file: File) -> Result<Seen> {
    let seen = tokio::task::spawn_blocking(move || -> std::io::Result<Seen> {
        let mut reader = std::io::BufReader::new(file.try_clone()?);
        reader.rewind()?;
        let verdict = tidings_darkroom::inspect_from(&mut reader).map(|_| ());
        reader.rewind()?;
        let mut hasher = Hashing(Sha256::new());
        std::io::copy(&mut reader, &mut hasher)?;
        Ok(Seen { file, digest: hasher.0.finalize().into(), verdict })
    });
    seen.await.map_err(AppError::internal)?.map_err(AppError::internal)
}

struct Hashing(Sha256);

impl std::io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The key of a photo that came with a plain form, which is sent whole again when it is sent again.
pub(super) fn same_in_draft(draft: DraftId, digest: &[u8; 32]) -> SubmissionKey {
    let mut hash = Sha256::new();
    hash.update(draft.as_bytes());
    hash.update(digest);
    SubmissionKey::from_digest(&hash.finalize().into())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DraftInput {
    draft: String,
    /// What forms that are no drafts are known by.
    submission: String,
}

/// What a form of an update brings with it of photos: the files in it, taken in already, and what it says of those that
/// were there. For whoever handles the form: `take_in` before its transaction, `attach` in it.
pub struct WithForm {
    draft: Option<DraftId>,
    input: PhotosInput,
    refused: Vec<Refused>,
}

impl WithForm {
    /// Takes in the files of a form; the draft is known by its field `draft` (or `submission`).
    pub async fn take_in(visit: &Visit, slug: &str) -> Result<Self> {
        let named: DraftInput = visit.form()?;
        let draft = DraftId::parse(&named.draft).or_else(|| DraftId::parse(&named.submission));
        let refused = match draft {
            Some(draft) => take_in(visit, slug, Belongs::Draft(draft), None, &PhotoWords::default()).await?.refused,
            None => {
                let sentence = "It did not say where it belongs. Please choose it again.".to_owned();
                let files = visit.take_files(FIELD).into_iter();
                files.map(|file| Refused { name: file.name, sentence: sentence.clone() }).collect()
            }
        };
        Ok(Self { draft, input: visit.form().unwrap_or_default(), refused })
    }

    /// Whether every file was taken in.
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty()
    }

    /// A sentence for each file that was not taken in, for the form to show beside the field.
    pub fn add_problems(&self, errors: &mut FieldErrors) {
        for refused in &self.refused {
            errors.add(FIELD, refused.full_sentence());
        }
    }

    /// What the form says of photos is so, and what they have brought is with the update from now on. In the transaction
    /// that posts or changes the update, after its own row.
    pub fn attach(&self, conn: &mut Conn, scope: &SiteScope, update: UpdateId, now: Timestamp) -> Result<()> {
        if let Some(draft) = self.draft {
            store::attach(conn, scope.site.id, draft, update, Some(scope.actor()?))?;
        }
        self.describe(conn, scope, now)
    }

    /// What the form says of photos is so, and they stay where they are: for a draft that is saved.
    pub fn describe(&self, conn: &mut Conn, scope: &SiteScope, now: Timestamp) -> Result<()> {
        let removed = self.input.removed();
        let some_go = !removed.is_empty();
        for id in removed {
            match store::get_photo_to_change(conn, scope, id) {
                Ok(photo) => store::delete_photo(conn, &photo)?,
                Err(AppError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        if some_go {
            store::enqueue_discarding(conn, now)?;
        }
        store::describe(conn, scope, &self.input.described())
    }
}
