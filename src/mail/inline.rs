//! Pictures that are with a mail, so that whoever reads it asks no server for them (RFC 2387, RFC 2392).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use data_encoding::BASE64_MIME;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment, Body, MultiPart, SinglePart};

use crate::clock::Timestamp;

/// One picture. Its bytes are encoded once, and shared by all the mails that it is with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// How the HTML part names it, after `cid:`.
    pub id: Arc<str>,
    /// Its media type.
    pub content_type: &'static str,
    /// The bytes as they stand in the mail: Base64 in lines (RFC 2045, 6.8).
    encoded: Bytes,
    size: usize,
}

impl Inline {
    /// A picture from its bytes. The name becomes its `Content-ID`, so it is words of ours, without spaces.
    pub fn new(name: &str, content_type: &'static str, bytes: &[u8]) -> Self {
        let encoded = Bytes::from(BASE64_MIME.encode(bytes).into_bytes());
        Self { id: format!("{name}@{PLACE}").into(), content_type, encoded, size: bytes.len() }
    }

    /// How many bytes the picture has, before they are encoded.
    pub fn size(&self) -> usize {
        self.size
    }
}

/// Both parts of a mail, with the pictures that its HTML names.
pub(super) fn alternative(text: SinglePart, html: SinglePart, related: &[Inline]) -> Result<MultiPart, String> {
    let alternative = MultiPart::alternative().singlepart(text);
    if related.is_empty() {
        return Ok(alternative.singlepart(html));
    }
    let mut with_pictures = MultiPart::related().singlepart(html);
    for it in related {
        let content_type = ContentType::parse(it.content_type).map_err(|error| error.to_string())?;
        // Encoded once, by `Inline::new`.
        let body = Body::dangerous_pre_encoded(it.encoded.to_vec(), ContentTransferEncoding::Base64);
        let picture = Attachment::new_inline_with_name(it.id.to_string(), "photo.jpg".to_owned());
        with_pictures = with_pictures.singlepart(picture.body(body, content_type));
    }
    Ok(alternative.multipart(with_pictures))
}

/// What stands behind the `@` of every picture of ours, wherever the installation is.
const PLACE: &str = "pictures.tidings";

/// Whether a `Content-ID` is one of ours: some programs send the pictures of the mail back that they answer.
pub fn is_ours(content_id: &str) -> bool {
    content_id.trim_matches(['<', '>', ' ']).rsplit_once('@').is_some_and(|(_, place)| place == PLACE)
}

/// How much of pictures is kept in memory, in bytes: what goes to ten thousand is read once.
const KEPT: usize = 12 * 1024 * 1024;

/// Pictures that went with a mail lately, by their names. What leaves is what came first.
#[derive(Default)]
pub struct Inlines(Mutex<VecDeque<Kept>>);

struct Kept {
    name: String,
    found: Found,
}

/// What is known of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It can be with a mail.
    Here(Inline),
    /// It could not be had, and until then nobody asks again: mail does not wait for a picture.
    Missing(Timestamp),
}

impl Inlines {
    /// What is known of a picture, if it was asked for lately.
    pub fn find(&self, name: &str, now: Timestamp) -> Option<Found> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|it| it.name == name).map(|it| it.found.clone())?;
        match found {
            Found::Missing(until) if until <= now => None,
            found => Some(found),
        }
    }

    /// Remembers what was found.
    pub fn keep(&self, name: String, found: Found) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|it| it.name != name);
        kept.push_back(Kept { name, found });
        let weight = |it: &Kept| match &it.found {
            Found::Here(inline) => inline.encoded.len(),
            Found::Missing(_) => 1024,
        };
        let mut all: usize = kept.iter().map(weight).sum();
        while all > KEPT
            && let Some(first) = kept.pop_front()
        {
            all -= weight(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_has_a_limit() {
        let inlines = Inlines::default();
        let now = Timestamp::from_micros(0);
        for number in 0..30 {
            let inline = Inline::new(&number.to_string(), "image/jpeg", &[7; 512 * 1024]);
            inlines.keep(number.to_string(), Found::Here(inline));
        }
        assert!(inlines.find("0", now).is_none() && matches!(inlines.find("29", now), Some(Found::Here(_))));
    }

    #[test]
    fn what_is_missing_is_asked_for_again_later() {
        let inlines = Inlines::default();
        inlines.keep("a".to_owned(), Found::Missing(Timestamp::from_micros(10)));
        assert!(inlines.find("a", Timestamp::from_micros(9)).is_some());
        assert!(inlines.find("a", Timestamp::from_micros(10)).is_none());
    }

    #[test]
    fn our_own_pictures_are_known_when_they_come_back() {
        let inline = Inline::new("photo-320", "image/jpeg", b"x");
        assert!(is_ours(&format!("<{}>", inline.id)) && is_ours(&inline.id));
        assert!(!is_ours("<image001.jpg@01DB3F2A.5C8E7D10>") && !is_ours("pictures.tidings"));
    }
}
