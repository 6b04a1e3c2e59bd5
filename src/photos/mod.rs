//! Photos: taken in, prepared by the worker, and shown to whoever sees what they belong to. Their bytes lie in `blobs`, under
//! their ids; every size of every one is asked for through its row, on every request.

mod model;
mod store;

pub use model::{
    Around, Belongs, Crop, NewPhoto, Photo, PhotoState, PhotoWords, PhotosInput, Place, Refused, Size, may_change, may_see,
};
pub use store::{
    OwnPhoto, attach, count_of_update, delete_photos_of, enqueue_discarding, list_of_draft, list_of_updates,
    list_own_photos, list_to_change,
};
