//! Photos that came in a letter: put away first, and then written down in the transaction that keeps what they came with.

use std::fs::File;
use std::io::Write;

use super::model::{Belongs, NewPhoto};
use super::store;
use super::uploads::{MOST_TOGETHER, look_at, same_in_draft};
use crate::app::App;
use crate::blobs::Key;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, PersonId, PhotoId};
use crate::error::{AppError, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::sites::SiteScope;

/// A photo for something that is being written, whose bytes are put away.
#[derive(Clone, Debug)]
pub struct ForDraft {
    id: PhotoId,
    digest: [u8; 32],
}

/// Puts a photo away that came in a letter for an update; a sentence where it cannot be used.
pub async fn keep_for_draft(
    app: &App,
    person: PersonId,
    bytes: Vec<u8>,
) -> Result<std::result::Result<ForDraft, String>> {
    let seen = look_at(into_file(app, bytes).await?).await?;
    if let Err(refusal) = seen.verdict {
        return if refusal.may_pass() { Err(AppError::internal(refusal)) } else { Ok(Err(refusal.to_string())) };
    }
    app.limits.uploads.count(person.to_string())?;
    let id = PhotoId::generate();
    app.blobs.put_file(Key::Incoming(id), &seen.file).await?;
    Ok(Ok(ForDraft { id, digest: seen.digest }))
}

impl ForDraft {
    /// It is with this draft from now on, and will be prepared; once, however often it was sent.
    pub fn write_down(&self, conn: &mut Conn, scope: &SiteScope, draft: DraftId, now: Timestamp) -> Result<()> {
        let new = NewPhoto {
            id: self.id,
            site_id: scope.site.id,
            uploader_id: scope.actor()?,
            belongs: Belongs::Draft(draft),
            upload: Some(same_in_draft(draft, &self.digest)),
            caption: None,
            alt: None,
        };
        let is_full = store::count_beside(conn, scope.site.id, new.belongs)? >= MOST_TOGETHER;
        if is_full || !store::insert_photo(conn, &new, now)? {
            return Ok(());
        }
        let detail = Some(self.id.to_string());
        jobs::enqueue(conn, Kind::PreparePhoto, NewJob { detail, ..NewJob::default() }, now)
    }

    /// Takes the bytes away if nothing was written down about them; where that cannot be asked, the sweep sees to it.
    pub async fn clear_away_unless_written(&self, app: &App) {
        let id = self.id;
        let known = app.db.read(move |conn| store::known_photos(conn, &[id])).await;
        let cleared = match known {
            Ok(known) if known.contains_key(&id) => Ok(()),
            Ok(_) => app.blobs.delete(Key::Incoming(id)).await,
            Err(error) => Err(error),
        };
        if let Err(error) = cleared {
            tracing::warn!(%error, "a photo of a letter stays until the sweep");
        }
    }
}

/// A file without a name that holds these bytes, as a form's photos come in; off the async threads.
pub(super) async fn into_file(app: &App, bytes: Vec<u8>) -> Result<File> {
    let folder = app.temporary_folder()?;
    let written = tokio::task::spawn_blocking(move || -> std::io::Result<File> {
        let mut file = tempfile::tempfile_in(folder)?;
        file.write_all(&bytes)?;
        Ok(file)
    });
    written.await.map_err(AppError::internal)?.map_err(AppError::internal)
}
