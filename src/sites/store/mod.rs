//! Pages and memberships, always as somebody may see them.

mod feeds;
mod glance;
mod manners;
mod members;
mod memorial;
mod notices;
mod own;
mod positions;
mod quiet_hours;
mod recipients;
mod scope;
mod sites;

pub use feeds::{delete_feed, find_sealed_feed, upsert_feed};
pub use members::*;
pub use memorial::update_memorial;
pub use notices::{Attention, Notice, attention, next_gathering, notify_organizers};
pub use own::{
    OwnMembership, delete_memberships_of, find_site, hold_organizers, list_own_memberships, list_solely_organized,
};
pub use positions::{note_position, shows_reading, update_shows_reading};
pub use quiet_hours::{get_quiet_hours, update_quiet_hours};
pub use recipients::{Recipient, find_recipient, follows, list_readable, members_in, note_outcome};
pub use scope::{SiteScope, find_access};
pub use sites::*;

use glance::{GLANCE, GlanceColumns, GlanceRow};

use super::model::{Privacy, Site, SupporterInvitations};
use crate::clock::Timestamp;
use crate::db::ids::{PersonId, SiteId, TokenHash};
use crate::db::schema::sites as table;

/// Since when a page is in loving memory, and whether it has a book of condolence.
type Memorial = (Option<Timestamp>, bool);

type SiteRow = (
    SiteId,
    String,
    String,
    Privacy,
    i64,
    bool,
    Option<PersonId>,
    Option<Timestamp>,
    SupporterInvitations,
    Option<TokenHash>,
    Memorial,
    GlanceRow,
);

type SiteColumns = (
    table::id,
    table::slug,
    table::first_name,
    table::privacy,
    table::version,
    table::indexable,
    table::about_id,
    table::closed_at,
    table::supporter_invitations,
    table::link_hash,
    (table::memorial_at, table::has_condolences),
    GlanceColumns,
);

const SITE: SiteColumns = (
    table::id,
    table::slug,
    table::first_name,
    table::privacy,
    table::version,
    table::indexable,
    table::about_id,
    table::closed_at,
    table::supporter_invitations,
    table::link_hash,
    (table::memorial_at, table::has_condolences),
    GLANCE,
);

fn site(row: SiteRow) -> Site {
    let (id, slug, first_name, privacy, version, wants_indexing, about, closed_at, invitations, link, memorial, glance) =
        row;
    Site {
        id,
        slug,
        first_name,
        privacy,
        version,
        wants_indexing,
        about,
        closed_at,
        supporter_invitations: invitations,
        link,
        memorial_at: memorial.0,
        has_condolences: memorial.1,
        glance: glance::glance(glance),
    }
}
