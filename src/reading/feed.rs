//! Updates as an Atom feed (RFC 4287).

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::config::PublicUrl;
use crate::error::{AppError, Result};
use crate::journal::Update;
use crate::sites::{Site, SiteScope};
use crate::text;

/// The feed, and a tag that changes with it (RFC 9110, 8.8.3).
pub fn write(scope: &SiteScope, updates: &[Update], url: &PublicUrl, token: &str) -> Result<(String, String)> {
    let site = &scope.site;
    let entries: Vec<Entry> = updates.iter().map(|update| entry(site, update, url)).collect::<Result<_>>()?;
    let newest = updates.iter().map(|it| it.edited_at.unwrap_or(it.published_at)).max();
    let mut feed = Feed::default();
    feed.set_title(Text::plain(readable(&site.name())));
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

fn entry(site: &Site, update: &Update, url: &PublicUrl) -> Result<Entry> {
    let title = update.title.clone().unwrap_or_else(|| format!("News of {}", site.first_name));
    let address = url.link(&format!("{}/updates/{}", site.path(), update.id));
    let mut author = Person::default();
    author.set_name(readable(&site.byline(update.author_id, &update.author)));
    let mut content = Content::default();
    content.set_content_type("html".to_owned());
    content.set_base(url.link("/"));
    content.set_value(readable(&html(update)));
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

/// The whole update. It was made safe when it was written, and holds whole addresses only.
fn html(update: &Update) -> String {
    // A reader of feeds is nobody to us when it asks for a picture.
    let words = text::without_photos(&update.body_html);
    match update.audience.note() {
        "" => words,
        note => format!("{words}<p><em>{note}. Please do not forward it.</em></p>"),
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
