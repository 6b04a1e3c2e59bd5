//! Blocking somebody, with what they wrote hidden in the same step.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::Visit;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, UpdateId};
use crate::error::{AppError, Result};
use crate::journal;
use crate::photos;
use crate::record::What;
use crate::sites::{self, ListedMember, MemberState, Privacy, SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::{deciding, pages, store};

pub async fn confirm_block(visit: Visit, path: Path<(String, MemberId)>, chosen: Query<BlockInput>) -> Answer {
    let ((slug, id), hides) = (path.into_inner(), chosen.hide == "yes");
    let (viewer, (scope, member)) = visit.read(move |conn, viewer| sites::load_member(conn, viewer, &slug, id)).await?;
    let (head, has_link) = (SiteHead::new(&scope), scope.site.privacy == Privacy::Link);
    page(StatusCode::OK, &pages::Block { layout: visit.layout(&viewer), head, member, has_link, hides })
}

/// What goes with it, as the form says it, or the address that leads to the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct BlockInput {
    hide: String,
    show: String,
}

/// From now on they see what a stranger sees, and hear nothing. They are told nothing.
pub async fn block(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let ((slug, id), input) = (path.into_inner(), visit.form::<BlockInput>()?);
    let (back, now, hides) = (format!("/p/{slug}/people"), visit.app.clock.now(), input.hide == "yes");
    visit
        .write(move |conn, viewer| {
            let (scope, member) = sites::load_member(conn, viewer, &slug, id)?;
            if scope.actor()? == member.person_id {
                return Err(AppError::Conflict("Nobody can block themselves."));
            }
            sites::require_another_organizer(conn, &scope, &member)?;
            sites::block(conn, member.id, now)?;
            shut_out(conn, &scope, &member, hides, now)?;
            let detail = hides.then(|| "what they wrote is hidden".to_owned());
            sites::note(conn, &scope, What::Blocked, &member, detail, now)
        })
        .await?;
    visit.set_flash(Flash::Blocked);
    see_other(back)
}

/// Nothing that they have reported counts any more. Where it is hidden as well, well wishes and comments are seen by nobody,
/// hearts are gone, updates are for organizers only: nothing that they wrote is deleted. What is on updates comes before what is
/// on the page, as every write takes them.
fn shut_out(conn: &mut Conn, scope: &SiteScope, member: &ListedMember, hides: bool, now: Timestamp) -> Result<()> {
    let (site, person) = (scope.site.id, member.person_id);
    let reported = store::list_reported_by(conn, site, person)?;
    let mut updates: Vec<UpdateId> = reported.into_iter().filter_map(|(.., update)| update).collect();
    if hides {
        updates.extend(store::list_commented(conn, site, person)?);
    }
    journal::hold_updates(conn, site, if hides { person } else { PersonId::nil() }, updates)?;
    photos::hold_site(conn, site)?;
    deciding::take_back_reports(conn, scope, person)?;
    if hides {
        journal::narrow_updates_of(conn, site, person, now)?;
        store::hide_words_of(conn, site, person)?;
    }
    Ok(())
}

/// Whoever is unblocked is a stranger again, who may ask or be invited.
pub async fn unblock(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let ((slug, id), input) = (path.into_inner(), visit.form::<BlockInput>()?);
    let (back, now, shows) = (format!("/p/{slug}/people"), visit.app.clock.now(), input.show == "yes");
    visit
        .write(move |conn, viewer| {
            let (scope, member) = sites::load_member(conn, viewer, &slug, id)?;
            if member.state != MemberState::Blocked {
                return Ok(());
            }
            if shows {
                let commented = store::list_commented(conn, scope.site.id, member.person_id)?;
                journal::hold_updates(conn, scope.site.id, member.person_id, commented)?;
                store::show_words_of(conn, scope.site.id, member.person_id, now)?;
            }
            sites::take_off(conn, &scope, &member, What::Unblocked, now)
        })
        .await?;
    visit.set_flash(Flash::Unblocked);
    see_other(back)
}
