//! Who is not told by mail.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId};
use crate::db::schema::members;
use crate::error::Result;
use crate::sites::model::{Audience, Circle, Delivery, MemberState, Role};

/// How many of those whom an update is for have chosen to hear nothing of its kind by mail. Who they are is theirs.
pub fn count_not_by_mail(
    conn: &mut Conn,
    site: SiteId,
    audience: Audience,
    is_big: bool,
    author: PersonId,
) -> Result<i64> {
    let choices: &[Delivery] = if is_big { &[Delivery::None] } else { &[Delivery::None, Delivery::Big] };
    let theirs = members::table
        .filter(members::site_id.eq(site))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::delivery.eq_any(choices))
        .filter(members::person_id.ne(author))
        .into_boxed();
    let theirs = match audience {
        Audience::Everyone => theirs,
        Audience::Family => theirs.filter(members::circle.eq(Circle::Family).or(members::role.ne(Role::Supporter))),
        Audience::Organizers => theirs.filter(members::role.eq(Role::Organizer)),
    };
    Ok(theirs.count().get_result(conn)?)
}
