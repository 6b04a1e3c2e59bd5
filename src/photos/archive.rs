//! All photos that somebody may see, as one ZIP that is written while it is sent: in order, as they are, a piece at a time,
//! so that it takes the same memory however many there are. What a viewer may see is asked anew for every few photos; when
//! it ends on the way, so does the file, and the browser says that it is not whole.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{BoxStream, Stream, StreamExt, try_unfold};
use jiff::tz::TimeZone;
use tidings_darkroom::Print;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::model::{Shown, Side, Within};
use super::store;
use crate::accounts::Viewer;
use crate::app::App;
use crate::blobs::Key;
use crate::clock::Timestamp;
use crate::error::{AppError, Result};
use crate::sites::SiteScope;

/// How many photos are looked up at once.
const BATCH: i64 = 100;

/// How much is sent at once.
const PIECE: usize = 64 * 1024;

/// The archive of a page for whoever is asking, piece by piece.
pub fn stream(app: App, viewer: Viewer, slug: String) -> impl Stream<Item = Result<Bytes>> {
    let out = Written::default();
    let archive = Archive {
        app,
        viewer,
        slug,
        zip: Some(ZipWriter::new_stream(out.clone())),
        out,
        stage: Stage::Photos,
        side: Side::Start,
        waiting: VecDeque::new(),
        bytes: None,
    };
    try_unfold(archive, |mut archive| async move {
        let piece = archive.next().await?;
        Ok(piece.map(|piece| (piece, archive)))
    })
}

/// What is written next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Photos,
    Captions,
    Done,
}

/// What was written and is not sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn size(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Archive {
    app: App,
    viewer: Viewer,
    slug: String,
    /// `None` once it is finished.
    zip: Option<ZipWriter<StreamWriter<Written>>>,
    out: Written,
    stage: Stage,
    side: Side,
    waiting: VecDeque<Shown>,
    /// The photo that is being copied.
    bytes: Option<BoxStream<'static, std::io::Result<Bytes>>>,
}

impl Archive {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        while self.stage != Stage::Done && self.out.size() < PIECE {
            self.step().await?;
        }
        let piece = self.out.take();
        Ok((!piece.is_empty()).then_some(piece))
    }

    async fn step(&mut self) -> Result<()> {
        if let Some(bytes) = &mut self.bytes {
            match bytes.next().await {
                Some(piece) => return self.write(&piece.map_err(AppError::internal)?),
                None => self.bytes = None,
            }
            return Ok(());
        }
        match (self.waiting.pop_front(), self.stage) {
            (None, _) => self.look_up().await,
            (Some(shown), Stage::Photos) => self.begin(&shown).await,
            (Some(shown), _) => self.write(caption(&shown).as_bytes()),
        }
    }

    /// The next few photos; when there are none, what comes after the photos.
    async fn look_up(&mut self) -> Result<()> {
        let (viewer, slug, side) = (self.viewer.clone(), self.slug.clone(), self.side);
        let batch = self
            .app
            .db
            .read(move |conn| {
                let scope = SiteScope::load_to_encourage(conn, &viewer, &slug)?;
                store::list_photos(conn, &scope, Within::Gallery, side, BATCH)
            })
            .await?;
        if let Some(last) = batch.last() {
            self.side = Side::After(last.spot());
            self.waiting.extend(batch.into_iter().filter(|shown| shown.photo.is_ready()));
            return Ok(());
        }
        if self.stage == Stage::Photos {
            self.start_file("captions.txt", None)?;
            (self.stage, self.side) = (Stage::Captions, Side::Start);
        } else {
            if let Some(zip) = self.zip.take() {
                zip.finish().map_err(AppError::internal)?;
            }
            self.stage = Stage::Done;
        }
        Ok(())
    }

    async fn begin(&mut self, shown: &Shown) -> Result<()> {
        // One that was taken away since it was looked up is not in it.
        let Some(blob) = self.app.blobs.get(Key::Print(shown.photo.id, Print::Full.name())).await? else {
            return Ok(());
        };
        self.start_file(&file_name(shown), Some(shown.moment))?;
        self.bytes = Some(blob.bytes);
        Ok(())
    }

    fn start_file(&mut self, name: &str, at: Option<Timestamp>) -> Result<()> {
        // Photos are packed as tightly as they can be already.
        let mut options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(0o644);
        if let Some(at) = at.and_then(dos_time) {
            options = options.last_modified_time(at);
        }
        match &mut self.zip {
            Some(zip) => zip.start_file(name, options).map_err(AppError::internal),
            None => Ok(()),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.zip {
            Some(zip) => zip.write_all(bytes).map_err(AppError::internal),
            None => Ok(()),
        }
    }
}

/// By album, and the others by month. The name is made of what does not change while the archive is written, so that its
/// captions name the same.
fn file_name(shown: &Shown) -> String {
    let at = shown.moment.to_jiff().to_zoned(TimeZone::UTC);
    let folder = match &shown.album_title {
        Some(title) => plain(title),
        None => at.strftime("%Y-%m").to_string(),
    };
    let id = shown.photo.id.to_string();
    let end = id.get(id.len().saturating_sub(8)..).unwrap_or(&id);
    format!("{folder}/{} {:03} {end}.jpg", at.strftime("%Y-%m-%d"), shown.photo.position.saturating_add(1))
}

/// A name that every file system takes, and that leads nowhere else.
fn plain(title: &str) -> String {
    let kept: String =
        title.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { ' ' }).collect();
    let short: String = kept.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
    let short = short.trim();
    // With a word before it, since some names alone mean a device to some systems.
    format!("Album {short}").trim_end().to_owned()
}

fn caption(shown: &Shown) -> String {
    let said = [
        ("", &shown.photo.caption),
        ("What can be seen: ", &shown.photo.alt),
        ("With the update: ", &shown.update_title),
        ("In the album: ", &shown.album_title),
    ];
    let lines: String =
        said.iter().filter_map(|(what, words)| Some(format!("{what}{}\r\n", words.as_ref()?))).collect();
    format!("{}\r\n{lines}Added by {}\r\n\r\n", file_name(shown), shown.uploader)
}

fn dos_time(at: Timestamp) -> Option<zip::DateTime> {
    let at = at.to_jiff().to_zoned(TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(at.year()).ok()?;
    let (month, day) = (part(at.month()), part(at.day()));
    zip::DateTime::from_date_and_time(year, month, day, part(at.hour()), part(at.minute()), part(at.second())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_album_leads_nowhere_else() {
        assert_eq!(plain("Summer 2026"), "Album Summer 2026");
        for title in ["../../etc/passwd", "..", "/", "C:\\x", "CON", "a\0b", "…"] {
            let name = plain(title);
            assert!(name.starts_with("Album") && !name.contains(['/', '\\', '.', ':', '\0']), "{name}");
        }
    }
}
