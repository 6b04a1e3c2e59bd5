//! What bytes are called. A key is made from an id and from words of ours, never from what somebody sent, so that none
//! leads out of its place.

use object_store::path::Path;

use crate::db::ids::PhotoId;

/// What everything of photos that are ready begins with.
pub(super) const PHOTOS: &str = "photos";

/// What everything that was uploaded and is not ready begins with.
pub(super) const INCOMING: &str = "incoming";

/// The name of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// What somebody uploaded, with everything that is in it: never served, and gone as soon as the photo is ready.
    Incoming(PhotoId),
    /// One size of a photo, by a name of ours.
    Print(PhotoId, &'static str),
}

impl Key {
    pub(super) fn path(self, prefix: &Path) -> Path {
        match self {
            Self::Incoming(id) => prefix.clone().join(INCOMING).join(id.to_string()),
            Self::Print(id, name) => prefix.clone().join(PHOTOS).join(id.to_string()).join(name),
        }
    }
}

/// Whose bytes lie under a path, and whether they are what was uploaded; `None` for what is not ours.
pub(super) fn owner(path: &Path, prefix: &Path) -> Option<(PhotoId, bool)> {
    let mut parts = path.prefix_match(prefix)?;
    let kind = parts.next()?;
    let id = PhotoId::parse(parts.next()?.as_ref())?;
    match kind.as_ref() {
        PHOTOS => Some((id, false)),
        INCOMING => Some((id, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_back_to_its_photo() {
        let id = PhotoId::generate();
        for prefix in [Path::default(), Path::from("family/tidings")] {
            assert_eq!(owner(&Key::Incoming(id).path(&prefix), &prefix), Some((id, true)));
            assert_eq!(owner(&Key::Print(id, "full.jpg").path(&prefix), &prefix), Some((id, false)));
            assert_eq!(owner(&prefix.clone().join("check").join("x"), &prefix), None);
        }
    }
}
