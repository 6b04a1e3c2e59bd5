//! Pages and memberships, always as somebody may see them.

mod digests;
mod feeds;
mod glance;
mod hearing;
mod mail_holds;
mod mail_photos;
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
mod telling;

use digests::put_off_digest;
pub use digests::{
    DigestNews, NewsCount, add_news, add_news_for, count_digests_in, count_news, enqueue_planning, forget_all_news,
    forget_news, has_news, note_digest, plan_digest, plan_digests, resume_news, stop_news, take_news,
};
pub use feeds::{delete_feed, find_sealed_feed, upsert_feed};
pub use hearing::{update_delivery, update_hearing};
pub use mail_holds::update_mail_holds;
pub use mail_photos::{get_mail_photos, update_mail_photos};
pub use members::*;
pub use memorial::update_memorial;
pub use notices::{
    Attention, Notice, attention, list_hearing_organizers, next_gathering, notify_organizers, notify_organizers_and,
    trouble,
};
pub use own::{
    OwnMembership, delete_memberships_of, find_site, hold_organizers, list_own_memberships, list_solely_organized,
};
pub use positions::{note_position, shows_reading, update_shows_reading};
pub use quiet_hours::{get_quiet_hours, update_quiet_hours};
pub use recipients::{
    Recipient, digest_tells, find_recipient, find_recipients, follows, hear_nothing, hear_nothing_anywhere,
    list_readable, members_in, note_outcome, unreachable, unreachable_everywhere,
};
pub use scope::{SiteScope, find_access};
pub use sites::*;
pub use telling::count_not_by_mail;

use glance::{GLANCE, GlanceColumns, GlanceRow};

use super::mail_holds::MailHolds;
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
    MailHolds,
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
    table::mail_holds,
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
    table::mail_holds,
    (table::memorial_at, table::has_condolences),
    GLANCE,
);

fn site(row: SiteRow) -> Site {
    let (id, slug, first_name, privacy, version, wants_indexing, about, closed_at, ..) = row;
    let (.., invitations, link, mail_holds, memorial, glance) = row;
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
        mail_holds,
        glance: glance::glance(glance),
    }
}
