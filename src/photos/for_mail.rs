//! Photos as they go with a mail: few, small, and only those that whoever gets it may see at that moment. Their bytes are
//! read with no transaction open, and once for all who get the same.

use std::pin::Pin;

use futures_util::StreamExt;
use jiff::SignedDuration;
use tidings_darkroom::Print;

use super::model::{Photo, Size};
use super::store;
use crate::app::App;
use crate::blobs::Key;
use crate::db::Conn;
use crate::db::ids::{PhotoId, UpdateId};
use crate::error::{AppError, Result};
use crate::mail::{Found, Inline};
use crate::sites::Audience;

/// The most photos that stand in a mail.
const MOST: usize = 4;

/// What they weigh together at most, in bytes.
const MOST_BYTES: usize = 400 * 1024;

/// How long a photo whose bytes could not be read is not asked for again: mail does not wait for it.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// A photo that is with a mail.
#[derive(Clone, Debug)]
pub struct MailPhoto {
    pub photo: Photo,
    /// The size that it is with the mail in.
    pub size: Size,
    pub inline: Inline,
}

/// The photos of an update, for one of those who get it by mail.
#[derive(Clone, Debug, Default)]
pub struct MailPhotos {
    /// Those that stand in the mail.
    pub shown: Vec<MailPhoto>,
    /// All that they may see on the page, ready or soon to be.
    pub all: Vec<Photo>,
}

/// What there is for a mail.
pub enum ForMail {
    /// These.
    Photos(MailPhotos),
    /// Bytes are to be read first, with no transaction open; then ask again.
    After(Pin<Box<dyn Future<Output = ()> + Send>>),
}

/// The photos of an update for a mail to somebody who has these audiences; none of them in the mail itself where the family
/// does not want that.
pub fn for_mail(
    app: &App,
    conn: &mut Conn,
    update: UpdateId,
    audiences: &[Audience],
    with_pictures: bool,
) -> Result<ForMail> {
    let all = store::list_for_mail(conn, update, audiences)?;
    let ready: Vec<&Photo> =
        if with_pictures { all.iter().filter(|it| it.is_ready()).take(MOST).collect() } else { Vec::new() };
    // One alone is as wide as the words; of several, each is small.
    let size = if ready.len() == 1 { Size::Medium } else { Size::Small };
    let (mut shown, mut unread, mut bytes) = (Vec::new(), Vec::new(), 0);
    for photo in ready {
        match app.inlines.find(&name(photo.id, size), app.clock.now()) {
            Some(Found::Here(inline)) => {
                bytes += inline.size();
                if bytes <= MOST_BYTES {
                    shown.push(MailPhoto { photo: photo.clone(), size, inline });
                }
            }
            Some(Found::Missing(_)) => {}
            None => unread.push(photo.id),
        }
    }
    if unread.is_empty() {
        return Ok(ForMail::Photos(MailPhotos { shown, all }));
    }
    let app = app.clone();
    Ok(ForMail::After(Box::pin(async move {
        for id in unread {
            read(&app, id, size).await;
        }
    })))
}

/// The same for a mail in which none of them stands.
pub fn without_pictures(conn: &mut Conn, update: UpdateId, audiences: &[Audience]) -> Result<MailPhotos> {
    Ok(MailPhotos { shown: Vec::new(), all: store::list_for_mail(conn, update, audiences)? })
}

fn name(id: PhotoId, size: Size) -> String {
    format!("{id}-{}", size.word())
}

/// Reads one, so that it is there when it is asked for again; that it cannot be had is remembered as well.
async fn read(app: &App, id: PhotoId, size: Size) {
    let name = name(id, size);
    let found = match bytes_of(app, id, size).await {
        Ok(Some(bytes)) => Found::Here(Inline::new(&name, Print::SmallJpeg.media_type(), &bytes)),
        Ok(None) => Found::Missing(app.clock.now() + ASK_AGAIN),
        Err(error) => {
            tracing::warn!(photo = %id, %error, "a photo could not be read for a mail, which leaves without it");
            Found::Missing(app.clock.now() + ASK_AGAIN)
        }
    };
    app.inlines.keep(name, found);
}

/// Its bytes in a size; in the small one where that is too heavy.
async fn bytes_of(app: &App, id: PhotoId, size: Size) -> Result<Option<Vec<u8>>> {
    let prints: &[Print] =
        if size == Size::Medium { &[Print::MediumJpeg, Print::SmallJpeg] } else { &[Print::SmallJpeg] };
    for print in prints {
        let Some(mut blob) = app.blobs.get(Key::Print(id, print.name())).await? else { continue };
        let length = usize::try_from(blob.size).unwrap_or(usize::MAX);
        if length > MOST_BYTES {
            continue;
        }
        let mut bytes = Vec::with_capacity(length);
        while let Some(piece) = blob.bytes.next().await {
            bytes.extend_from_slice(&piece.map_err(AppError::internal)?);
        }
        return Ok(Some(bytes));
    }
    Ok(None)
}
