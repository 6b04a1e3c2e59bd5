//! What an update has said over time.

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, RevisionId};
use crate::sites::Audience;

/// What it said from a time on.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its row; none for what it says now.
    pub id: Option<RevisionId>,
    /// The title.
    pub title: Option<String>,
    /// Light Markdown.
    pub body: String,
    /// Whom it was for.
    pub audience: Audience,
    /// Who said it, if they are still here.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}
