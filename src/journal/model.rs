//! Updates, and what may stand in one.

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, UpdateId};
use crate::sites::{Access, Audience, Closed, Role};

/// An update as somebody reads it.
#[derive(Clone, Debug)]
pub struct Update {
    /// Its row.
    pub id: UpdateId,
    /// Who wrote it.
    pub author_id: PersonId,
    /// What they are called.
    pub author: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Safe HTML.
    pub body_html: String,
    /// Who it is for.
    pub audience: Audience,
    /// How many comments it has.
    pub comment_count: i32,
    /// When it was posted.
    pub published_at: Timestamp,
    /// When it was last changed, if it was.
    pub edited_at: Option<Timestamp>,
    /// Whether comments on it are closed, and what is said instead.
    pub comments_closed: Option<Closed>,
}

/// Whether somebody may change or delete an update: those who wrote it and may still write, and organizers.
pub fn may_change(access: &Access, viewer: Option<PersonId>, author: PersonId) -> bool {
    access.may_organize() || (access.may_write() && viewer == Some(author))
}

/// Words that can stand on the page, rendered once for all who will read them.
#[derive(Clone, Debug)]
pub struct Words {
    pub title: Option<String>,
    pub body: String,
    pub body_html: String,
    pub audience: Audience,
}

/// Whether a writer may choose an audience: never one that would hide the update from themselves.
pub fn may_write_for(access: &Access, audience: Audience) -> bool {
    let role = if access.may_organize() { Role::Organizer } else { Role::CoAuthor };
    audience.includes(role, crate::sites::Circle::Family)
}
