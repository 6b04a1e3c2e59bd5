//! The copy that somebody takes away: a ZIP with everything of theirs as data, and their words to be read. It is written
//! in batches into a file, so that it takes no more memory however much somebody has written.

mod data;

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, Write};

use serde::Serialize;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::model::{Merge, Written};
use crate::accounts::{self, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{
    DraftId, MemberId, NoteId, PersonId, PhotoId, ReactionId, ReportId, SiteId, StatusId, ThanksId, UpdateId,
};
use crate::error::{AppError, Result};
use crate::photos::PhotoState;
use crate::sites::{self, SiteScope};
use crate::web::Reader;
use crate::{journal, photos, wishes};
use data::account_data;

/// How many photos' bytes are written between two reads of the database.
const PHOTOS_AT_ONCE: i64 = 50;

/// How many rows are read at once.
const BATCH: i64 = 500;

/// Writes the copy for whoever is asking, and answers with the file, to be read from its start. The file has no name: it is
/// gone when nobody holds it any more, also after a crash.
pub async fn write(app: &App, viewer: &Viewer, now: Timestamp) -> Result<File> {
    let (viewer, folder) = (viewer.clone(), app.config.data_dir.clone());
    let mut archive = app.db.read(move |conn| Archive::begin(conn, viewer, &folder, now)).await?;
    // A batch at a time, so that a long copy does not keep others from the database.
    while archive.stage != Stage::Done {
        archive = app.db.read(move |conn| archive.step(conn)).await?;
        for photo in std::mem::take(&mut archive.wanted) {
            archive = archive.photo(app, photo).await?;
        }
    }
    archive.finish()
}

/// What is written next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Memberships(MemberId),
    Words,
    Drafts(DraftId),
    Hearts(ReactionId),
    Readings(UpdateId),
    Thanks(ThanksId),
    Reports(ReportId),
    StatusLines(StatusId),
    Notes(NoteId),
    Photos(PhotoId),
    Readable,
    PhotoFiles(PhotoId),
    Done,
}

struct Archive {
    zip: ZipWriter<File>,
    viewer: Viewer,
    person: PersonId,
    reader: Reader,
    stage: Stage,
    /// Whether something stands in the list that is being written.
    is_first: bool,
    merge: Merge,
    /// The page that the readable words are on just now.
    heading: Option<SiteId>,
    /// The names of pages, as far as they may be read.
    names: HashMap<SiteId, Option<String>>,
    /// Photos whose bytes are to be written before the next batch is read: no transaction waits for them.
    wanted: Vec<PhotoId>,
}

impl Archive {
    fn begin(conn: &mut Conn, mut viewer: Viewer, folder: &std::path::Path, now: Timestamp) -> Result<Self> {
        // The copy is theirs, with whoever's eyes they see a page just now.
        viewer.perspective = None;
        let person = viewer.account()?.person_id;
        let account = accounts::get_account_copy(conn, person)?;
        let file = tempfile::tempfile_in(folder).map_err(AppError::internal)?;
        let mut archive = Self {
            zip: ZipWriter::new(file),
            viewer,
            person,
            reader: Reader::of(&account.language, &account.time_zone),
            stage: Stage::Memberships(MemberId::nil()),
            is_first: true,
            merge: Merge::default(),
            heading: None,
            names: HashMap::new(),
            wanted: Vec::new(),
        };
        archive.start_file("data.json")?;
        archive.text("{\n\"taken_at\": ")?;
        archive.json(&now.rfc3339())?;
        archive.text(",\n\"account\": ")?;
        archive.json(&account_data(&account))?;
        archive.text(",\n\"pages\": [")?;
        Ok(archive)
    }

    /// Writes one batch more.
    fn step(mut self, conn: &mut Conn) -> Result<Self> {
        self.stage = match self.stage {
            Stage::Memberships(after) => self.memberships(conn, after)?,
            Stage::Words => self.words(conn)?,
            Stage::Drafts(after) => self.drafts(conn, after)?,
            Stage::Hearts(after) => self.hearts(conn, after)?,
            Stage::Readings(after) => self.readings(conn, after)?,
            Stage::Thanks(after) => self.thanks(conn, after)?,
            Stage::Reports(after) => self.reports(conn, after)?,
            Stage::StatusLines(after) => self.status_lines(conn, after)?,
            Stage::Notes(after) => self.notes(conn, after)?,
            Stage::Photos(after) => self.photos(conn, after)?,
            Stage::Readable => self.readable(conn)?,
            Stage::PhotoFiles(after) => self.photo_files(conn, after)?,
            Stage::Done => Stage::Done,
        };
        Ok(self)
    }

    fn readable(&mut self, conn: &mut Conn) -> Result<Stage> {
        for written in self.next_written(conn)? {
            if self.heading != Some(written.site()) {
                self.heading = Some(written.site());
                let page = self.name_of(conn, written.site())?;
                self.text(&format!("\n## {}\n", page.as_deref().unwrap_or("A page that I can no longer read")))?;
            }
            let time = self.reader.long(&written.at());
            let (title, text) = match &written {
                Written::Update(update) => (update.title.as_deref(), update.body.as_str()),
                Written::Wish(wish) => (None, wish.message.as_str()),
            };
            let title = title.map(|title| format!(": {title}")).unwrap_or_default();
            self.text(&format!("\n### {time}, {}{title}\n\n{}\n", written.kind(), text.trim_end()))?;
        }
        Ok(if self.merge.is_over() { Stage::PhotoFiles(PhotoId::nil()) } else { Stage::Readable })
    }

    fn photo_files(&mut self, conn: &mut Conn, after: PhotoId) -> Result<Stage> {
        let batch = photos::list_own_photos(conn, self.person, after, PHOTOS_AT_ONCE)?;
        self.wanted = batch.iter().filter(|photo| photo.state == PhotoState::Ready).map(|photo| photo.id).collect();
        Ok(batch.last().map_or(Stage::Done, |last| Stage::PhotoFiles(last.id)))
    }

    /// Writes one photo at its full size, by way of a file, so that none is ever whole in memory. One that was taken away
    /// meanwhile is not there.
    async fn photo(mut self, app: &App, photo: PhotoId) -> Result<Self> {
        let Some(mut bytes) = photos::full_size(app, photo).await? else { return Ok(self) };
        tokio::task::spawn_blocking(move || {
            // It is as small as it gets already.
            let options = SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Stored)
                .large_file(true)
                .unix_permissions(0o644);
            self.zip.start_file(photo_file(photo), options).map_err(AppError::internal)?;
            std::io::copy(&mut bytes, &mut self.zip).map_err(AppError::internal)?;
            Ok(self)
        })
        .await
        .map_err(AppError::internal)?
    }

    fn next_written(&mut self, conn: &mut Conn) -> Result<Vec<Written>> {
        if let Some(after) = self.merge.wants_updates() {
            self.merge.take_updates(journal::list_own_updates(conn, self.person, after, BATCH)?);
        }
        if let Some(after) = self.merge.wants_wishes() {
            self.merge.take_wishes(wishes::list_own_wishes(conn, self.person, after, BATCH)?);
        }
        Ok(std::iter::from_fn(|| self.merge.pop()).collect())
    }

    /// What a page is called, if its journal can be read by whoever takes the copy.
    fn name_of(&mut self, conn: &mut Conn, site: SiteId) -> Result<Option<String>> {
        if let Some(known) = self.names.get(&site) {
            return Ok(known.clone());
        }
        let name = match sites::find_site(conn, site)? {
            Some(found) => visible(SiteScope::load_to_read(conn, &self.viewer, &found.slug))?,
            None => None,
        };
        let name = name.map(|scope| scope.site.name());
        self.names.insert(site, name.clone());
        Ok(name)
    }

    fn start_file(&mut self, name: &str) -> Result<()> {
        // How large it will be is not known, and beyond four gigabytes the format wants to be told before.
        let options = SimpleFileOptions::default().large_file(true).unix_permissions(0o644);
        self.zip.start_file(name, options).map_err(AppError::internal)
    }

    fn text(&mut self, text: &str) -> Result<()> {
        self.zip.write_all(text.as_bytes()).map_err(AppError::internal)
    }

    fn json(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.zip, value).map_err(AppError::internal)
    }

    fn finish(self) -> Result<File> {
        let mut file = self.zip.finish().map_err(AppError::internal)?;
        file.rewind().map_err(AppError::internal)?;
        Ok(file)
    }
}

/// What a photo is called in the copy.
fn photo_file(photo: PhotoId) -> String {
    format!("photos/{photo}.jpg")
}

/// What cannot be seen is not there; any other failure is one.
fn visible(found: Result<SiteScope>) -> Result<Option<SiteScope>> {
    match found {
        Ok(scope) => Ok(Some(scope)),
        Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
