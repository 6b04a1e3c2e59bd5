//! Photos: taken in, prepared by the worker, and shown to whoever sees what they belong to. Their bytes lie in `blobs`, under
//! their ids; every size of every one is asked for through its row, on every request.

mod handlers;
mod model;
mod pages;
mod store;
mod uploads;
mod work;

pub use handlers::field;
pub use model::{
    Around, Belongs, Crop, NewPhoto, Photo, PhotoState, PhotoWords, PhotosInput, Place, Refused, Size, may_change,
    may_see,
};
pub use pages::{Field, Figure, Illustrated, illustrate};
pub use store::{
    OwnPhoto, attach, count_of_update, delete_of_draft, delete_photos_of, enqueue_discarding, get_photo,
    get_photo_anywhere, get_photo_to_change, list_of_draft, list_of_updates, list_own_photos, list_to_change,
};
pub use uploads::{Taken, WithForm, take_in};
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
        get("/p/{slug}/photos/{photo}", handlers::show),
        post("/p/{slug}/photos/{photo}", handlers::update),
        post("/p/{slug}/photos/{photo}/removal", handlers::destroy),
        get("/photos/{photo}/{size}", handlers::image),
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
