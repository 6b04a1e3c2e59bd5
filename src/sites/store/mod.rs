//! Pages and memberships, always as somebody may see them.

mod members;
mod notices;
mod own;
mod recipients;
mod scope;
mod sites;

pub use members::*;
pub use notices::{Attention, Notice, attention, next_gathering, notify_organizers};
pub use own::{
    OwnMembership, delete_memberships_of, find_site, hold_organizers, list_own_memberships, list_solely_organized,
};
pub use recipients::{Recipient, find_recipient, follows, members_in, note_outcome};
pub use scope::SiteScope;
pub use sites::{MySite, insert_site, list_my_sites, list_slugs_like};

use super::model::{Privacy, Site};
use crate::db::ids::SiteId;
use crate::db::schema::sites as table;

type SiteRow = (SiteId, String, String, Privacy, i64);

const SITE: (table::id, table::slug, table::first_name, table::privacy, table::version) =
    (table::id, table::slug, table::first_name, table::privacy, table::version);

fn site((id, slug, first_name, privacy, version): SiteRow) -> Site {
    Site { id, slug, first_name, privacy, version }
}
