//! Photos in a mail about an update.

use askama::Template;

use crate::error::{AppError, Result};
use crate::photos::for_mail::{MailPhoto, MailPhotos};
use crate::photos::model::Photo;
use crate::text;

/// How wide the words of a mail are on a large screen, in pixels, and with them a photo that stands alone.
const ACROSS: i32 = 526;

/// How wide a photo is at most that stands beside another one.
const BESIDE: i32 = 255;

/// How high a photo is at most.
const HIGH: i32 = 640;

/// A photo as it stands in a mail.
struct Picture<'a> {
    cid: &'a str,
    width: i32,
    alt: &'a str,
    caption: Option<&'a str>,
}

/// One in the middle of the words, or alone.
#[derive(Template)]
#[template(path = "mail/picture.html")]
struct One<'a> {
    picture: Picture<'a>,
    link: &'a str,
}

/// Several, two in a row.
#[derive(Template)]
#[template(path = "mail/pictures.html")]
struct Several<'a> {
    rows: Vec<Vec<Picture<'a>>>,
    link: &'a str,
}

/// The words of an update and its photos, as a mail about it says them.
#[derive(Clone, Debug, Default)]
pub struct InMail {
    /// The words, with the photos that are named in them where they are named.
    pub body_html: String,
    /// The others, below.
    pub html: String,
    /// What else there is on the page.
    pub note: String,
    /// What the plain text says of photos that the HTML shows.
    pub lines: Vec<String>,
    /// How many photos there are: the plain text shows none.
    pub text_note: String,
}

/// Puts the photos of an update to its words. What whoever gets the mail may not see leaves no trace in it, whatever the words
/// name. Every photo leads where `link` does.
pub fn illustrate_mail(body_html: &str, link: &str, photos: &MailPhotos) -> Result<InMail> {
    let mut named = Vec::new();
    let body_html = text::replace_photos(body_html, |id, alt| {
        let photo = photos.all.iter().find(|it| it.id.to_string() == id)?;
        let Some(it) = photos.shown.iter().find(|it| it.photo.id == photo.id) else {
            return Some(format!("<p>{}</p>", text::escape(&in_words(alt))));
        };
        named.push(photo.id);
        One { picture: picture(it, ACROSS, alt), link }.render().ok()
    });
    let others: Vec<&MailPhoto> = photos.shown.iter().filter(|it| !named.contains(&it.photo.id)).collect();
    let html = match others.as_slice() {
        [] => String::new(),
        [one] => One { picture: picture(one, ACROSS, ""), link }.render().map_err(AppError::internal)?,
        several => {
            let rows = several.chunks(2).map(|pair| pair.iter().map(|it| picture(it, BESIDE, "")).collect()).collect();
            Several { rows, link }.render().map_err(AppError::internal)?
        }
    };
    let (all, shown) = (photos.all.len(), photos.shown.len());
    let note = match all.saturating_sub(shown) {
        0 => String::new(),
        more if shown == 0 => count(more),
        1 => "One more photo is on the page.".to_owned(),
        more => format!("{more} more photos are on the page."),
    };
    // What the words name is named in the plain text as well; what stands under it is not.
    let lines = photos.shown.iter().filter(|it| it.photo.caption.is_some() || !named.contains(&it.photo.id));
    Ok(InMail { body_html, html, note, lines: lines.filter_map(|it| line(&it.photo)).collect(), text_note: count(all) })
}

fn picture<'a>(it: &'a MailPhoto, across: i32, named_as: &'a str) -> Picture<'a> {
    let (width, height) = it.photo.pixels(it.size);
    let if_high = HIGH.saturating_mul(width) / height.max(1);
    let caption = it.photo.caption.as_deref();
    let alt = match (it.photo.alt.as_deref().unwrap_or(named_as), caption) {
        ("", Some(caption)) => caption,
        ("", None) => "A photo",
        (alt, _) => alt,
    };
    Picture { cid: &it.inline.id, width: width.min(across).min(if_high).max(1), alt, caption }
}

/// How many photos are with an update.
fn count(all: usize) -> String {
    match all {
        0 => String::new(),
        1 => "A photo is with this update.".to_owned(),
        all => format!("{all} photos are with this update."),
    }
}

fn in_words(alt: &str) -> String {
    if alt.trim().is_empty() { "[Photo]".to_owned() } else { format!("[Photo: {alt}]") }
}

/// A photo for the plain text, if there is anything to say of it.
fn line(photo: &Photo) -> Option<String> {
    let alt = photo.alt.as_deref().unwrap_or_default();
    match &photo.caption {
        Some(caption) => Some(format!("{} {caption}", in_words(alt))),
        None if alt.is_empty() => None,
        None => Some(in_words(alt)),
    }
}
