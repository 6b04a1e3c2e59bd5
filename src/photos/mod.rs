//! Photos: taken in, prepared by the worker, and shown to whoever sees what they belong to. Their bytes lie in `blobs`, under
//! their ids; every size of every one is asked for through its row, on every request.

mod archive;
mod for_mail;
mod from_letters;
mod handlers;
mod model;
mod pages;
mod store;
mod uploads;
mod with_words;
mod work;

pub use for_mail::{ForMail, MailPhoto, MailPhotos, for_mail, without_pictures};
pub use from_letters::{ForDraft, keep_for_draft};
pub use handlers::field;
pub use handlers::gallery::{In, show_with, update_with};
pub use model::{
    Around, Belongs, Crop, NewPhoto, Photo, PhotoState, PhotoWords, PhotosInput, Place, Refused, Shown, Size,
    may_change, may_see,
};
pub use pages::cover::{FaceHtml, Portrait};
pub use pages::mail::{InMail, illustrate_mail};
pub use pages::{ACCEPT, Field, Figure, Illustrated, illustrate};
pub use store::{
    OfUpdates, OfWishes, OwnPhoto, attach, audiences_of, delete_of_draft, delete_photos_of, enqueue_discarding,
    find_face, find_portraits, get_photo, get_photo_anywhere, get_photo_to_change, get_shown, hand_over_albums_of,
    hold_site, list_of_draft, list_of_journal, list_of_updates, list_of_wishes, list_own_photos, list_to_change,
};
pub use uploads::{Taken, WithForm, take_in};
pub use with_words::{Kept, keep_from_letter, keep_one, pass_over_one};
pub use work::{full_size, perform, purge};

use crate::db::Conn;
use crate::db::ids::{DraftId, UpdateId};
use crate::error::Result;
use crate::sites::SiteScope;
use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        post("/p/{slug}/photos", handlers::create),
        // Before `{photo}`, which would take the word for itself.
        post("/p/{slug}/photos/archive", handlers::gallery::archive),
        post("/p/{slug}/photos/{photo}/removal", handlers::destroy),
        get("/photos/{photo}/{size}", handlers::image),
        get("/p/{slug}/photos", handlers::gallery::index),
        get("/p/{slug}/photos/{photo}/edit", handlers::gallery::edit),
        get("/p/{slug}/photos/{photo}/removal", handlers::gallery::confirm_removal),
        post("/p/{slug}/photos/{photo}/order", handlers::gallery::reorder),
        get("/p/{slug}/albums/new", handlers::albums::new),
        post("/p/{slug}/albums", handlers::albums::create),
        get("/p/{slug}/albums/{album}", handlers::albums::show),
        post("/p/{slug}/albums/{album}/photos", handlers::albums::add_photos),
        get("/p/{slug}/albums/{album}/edit", handlers::albums::edit),
        post("/p/{slug}/albums/{album}/edit", handlers::albums::update),
        get("/p/{slug}/albums/{album}/order", handlers::albums::order),
        post("/p/{slug}/albums/{album}/order", handlers::albums::reorder),
        get("/p/{slug}/albums/{album}/deletion", handlers::albums::confirm_deletion),
        post("/p/{slug}/albums/{album}/deletion", handlers::albums::destroy),
        get("/p/{slug}/cover", handlers::cover::show::<handlers::cover::Cover>),
        post("/p/{slug}/cover", handlers::cover::create::<handlers::cover::Cover>),
        post("/p/{slug}/cover/crop", handlers::cover::crop::<handlers::cover::Cover>),
        post("/p/{slug}/cover/removal", handlers::cover::destroy::<handlers::cover::Cover>),
        get("/p/{slug}/portrait", handlers::cover::show::<handlers::cover::Portrait>),
        post("/p/{slug}/portrait", handlers::cover::create::<handlers::cover::Portrait>),
        post("/p/{slug}/portrait/crop", handlers::cover::crop::<handlers::cover::Portrait>),
        post("/p/{slug}/portrait/removal", handlers::cover::destroy::<handlers::cover::Portrait>),
    ]
}

/// What the form of an update shows of its photos: those with the update that it changes, and those with the draft.
pub fn load_field(
    conn: &mut Conn,
    scope: &SiteScope,
    draft: Option<DraftId>,
    update: Option<UpdateId>,
) -> Result<Field> {
    let mut photos = match update {
        Some(update) => store::list_to_change(conn, scope, update)?,
        None => Vec::new(),
    };
    if let Some(draft) = draft {
        photos.extend(store::list_of_draft(conn, scope, draft)?);
    }
    Ok(Field::new(&scope.site.path(), draft, &photos))
}
