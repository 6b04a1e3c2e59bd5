//! Updates as an Atom feed (RFC 4287).

use std::collections::HashMap;

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::config::PublicUrl;
use crate::db::ids::UpdateId;
use crate::error::{AppError, Result};
use crate::journal::Update;
use crate::photos::Photo;
use crate::sites::{Site, SiteScope};
use crate::text;

/// The feed, and a tag that changes with it (RFC 9110, 8.8.3).
pub fn write(
    scope: &SiteScope,
    updates: &[Update],
    photos: &HashMap<UpdateId, Vec<Photo>>,
    url: &PublicUrl,
    token: &str,
) -> Result<(String, String)> {
    let site = &scope.site;
    let photos_of = |update: &Update| photos.get(&update.id).map(Vec::as_slice).unwrap_or_default();
    let entries = updates.iter().map(|update| entry(site, update, photos_of(update), url));
    let entries: Vec<Entry> = entries.collect::<Result<_>>()?;
    let newest = updates.iter().map(|it| it.edited_at.unwrap_or(it.published_at)).max();
    let mut feed = Feed::default();
    feed.set_title(Text::plain(readable(&site.title())));
    feed.set_id(format!("urn:uuid:{}", site.id));
    feed.set_updated(date(newest.unwrap_or(Timestamp::from_micros(0)))?);
    feed.set_links(vec![
        link("alternate", url.link(&site.path()), "text/html"),
        link("self", url.link(&format!("/feeds/{token}")), "application/atom+xml"),
    ]);
    feed.set_entries(entries);
    let xml = feed.to_string();
    let hash = Sha256::digest(xml.as_bytes());
    let tag = HEXLOWER.encode(hash.get(..16).unwrap_or_default());
    Ok((xml, format!("\"{tag}\"")))
}

fn entry(site: &Site, update: &Update, photos: &[Photo], url: &PublicUrl) -> Result<Entry> {
    let title = update.title.clone().unwrap_or_else(|| site.untitled());
    let address = url.link(&format!("{}/updates/{}", site.path(), update.id));
    let mut author = Person::default();
    author.set_name(readable(&site.byline(update.author_id, &update.author)));
    let mut content = Content::default();
    content.set_content_type("html".to_owned());
    content.set_base(url.link("/"));
    content.set_value(readable(&html(site, update, photos, url)));
    let mut entry = Entry::default();
    entry.set_title(Text::plain(readable(&title)));
    entry.set_id(format!("urn:uuid:{}", update.id));
    entry.set_published(date(update.published_at)?);
    entry.set_updated(date(update.edited_at.unwrap_or(update.published_at))?);
    entry.set_authors(vec![author]);
    entry.set_links(vec![link("alternate", address, "text/html")]);
    entry.set_content(content);
    Ok(entry)
}

/// The whole update. It was made safe when it was written, and holds whole addresses only. Its photos are links: a feed reader
/// is not signed in, and what it keeps cannot be taken back.
fn html(site: &Site, update: &Update, photos: &[Photo], url: &PublicUrl) -> String {
    let link = |photo: &Photo, alt: &str| {
        let address = url.link(&format!("{}/photos/{}", site.path(), photo.id));
        let words = photo.caption.as_deref().or(photo.alt.as_deref()).unwrap_or(alt);
        let words = if words.is_empty() { "A photo".to_owned() } else { format!("Photo: {words}") };
        format!("<p><a href=\"{address}\">{}</a></p>", text::escape(&words))
    };
    let mut named = Vec::new();
    let mut html = text::replace_photos(&update.body_html, |id, alt| {
        let photo = photos.iter().find(|photo| photo.id.to_string() == id)?;
        named.push(photo.id);
        Some(link(photo, alt))
    });
    html.extend(photos.iter().filter(|photo| !named.contains(&photo.id)).map(|photo| link(photo, "")));
    match update.audience.note() {
        "" => html,
        note => format!("{html}<p><em>{note}. Please do not forward it.</em></p>"),
    }
}

fn link(relation: &str, address: String, kind: &str) -> Link {
    let mut link = Link::default();
    link.set_rel(relation);
    link.set_href(address);
    link.set_mime_type(kind.to_owned());
    link
}

fn date(time: Timestamp) -> Result<FixedDateTime> {
    time.rfc3339().parse().map_err(AppError::internal)
}

/// Without what XML cannot hold (XML 1.0, 2.2), whoever put it there.
fn readable(text: &str) -> String {
    let is_readable =
        |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_readable).collect()
}
