//! The photos that somebody sent along.

use crate::letter::Letter;
use crate::parts::Part;

/// A photo that was sent along, as it was sent. Whether it really is one, and safe, is for whoever develops it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// How its sender named the file, if at all; only to be shown, never a path.
    pub name: Option<String>,
    /// What it is said to be, such as `image/jpeg`.
    pub content_type: String,
    /// How the text of the mail names it (`Content-ID`), without brackets, if it can.
    pub content_id: Option<String>,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Pictures in a mail that are smaller than this are signs and lines, not photos.
const SMALLEST: usize = 2_048;
/// And those that stand in a signature as a rule smaller than this.
const SMALLEST_UNNAMED: usize = 16 * 1024;

/// File names of photos where a mail program does not know what it sends.
const NAMES: [(&str, &str); 8] = [
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".webp", "image/webp"),
    (".gif", "image/gif"),
    (".heic", "image/heic"),
    (".heif", "image/heif"),
    (".jfif", "image/jpeg"),
];

impl Letter<'_> {
    /// The photos that were attached or put into the text, in their order. Those that stand in the quoted mail or in a
    /// signature are left out as far as that can be told, and so is what is too small to be a photo.
    pub fn photos(&self) -> impl Iterator<Item = Photo> {
        let seen = self.seen_pictures();
        self.parts.iter().filter_map(move |part| {
            let content_type = kind_of(part)?;
            let in_text = part.content_id.as_deref().filter(|_| !part.is_attachment);
            if in_text.is_some_and(|id| seen.is_cut(id)) {
                return None;
            }
            let bytes = part.bytes().into_owned();
            if in_text.is_some() && (bytes.len() < SMALLEST || (is_numbered(part) && bytes.len() < SMALLEST_UNNAMED)) {
                return None;
            }
            let name = part.file_name.as_deref().map(bare_name).filter(|name| !name.is_empty());
            let content_id = part.content_id.clone();
            (!bytes.is_empty()).then_some(Photo { name, content_type, content_id, bytes })
        })
    }
}

/// What kind of picture a part is. Drawings (SVG) are programs, and no photos.
fn kind_of(part: &Part<'_>) -> Option<String> {
    let by_name = || {
        let name = part.file_name.as_deref()?.to_ascii_lowercase();
        NAMES.iter().find(|(end, _)| name.ends_with(end)).map(|(_, kind)| (*kind).to_owned())
    };
    match part.kind.as_str() {
        kind if kind.starts_with("image/svg") => None,
        kind if kind.starts_with("image/") => Some(kind.to_owned()),
        "application/octet-stream" | "application/binary" | "application/x-download" | "binary/octet-stream" => {
            by_name()
        }
        _ => None,
    }
}

/// `image001.png`: what Outlook calls the pictures of a signature.
fn is_numbered(part: &Part<'_>) -> bool {
    let name = part.file_name.as_deref().unwrap_or_default().to_ascii_lowercase();
    let number = name.strip_prefix("image").and_then(|rest| rest.split_once('.')).map(|(number, _)| number);
    number.is_some_and(|number| number.len() == 3 && number.bytes().all(|digit| digit.is_ascii_digit()))
        && (name.ends_with(".png") || name.ends_with(".gif"))
}

/// The last part of a path, without what no name needs.
fn bare_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(200).collect::<String>().trim().to_owned()
}
