//! What is new, gathered for those who want to hear of it once a day or once a week. Publishing writes down for whom
//! something is new, in one statement; soon after, each of them has a digest to come at their time; and what it tells is
//! judged when it leaves.

mod mails;

pub use mails::prepare_digest;

use crate::db::Conn;
use crate::db::ids::SiteId;
use crate::error::Result;
use crate::jobs::{Job, Outcome};
use crate::sites;

/// Sees to it that each of those on a page for whom something is new has a digest to come.
pub fn plan_digests(conn: &mut Conn, job: &Job) -> Result<Outcome> {
    let Some(site) = job.detail.as_deref().and_then(SiteId::parse) else {
        return Ok(Outcome::Dropped("no page named".to_owned()));
    };
    // From when it was asked for: if this comes late, what was due meanwhile is due now, and not a day later.
    sites::plan_digests(conn, site, job.created_at)?;
    Ok(Outcome::Done)
}
