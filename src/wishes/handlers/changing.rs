//! Changing and removing one's own words, and what an organizer does with anybody's.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};

use super::encouragement::ListPlace;
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::error::{AppError, FieldErrors, Result};
use crate::photos::{self, PhotoWords};
use crate::sites::{self, Notice, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::calm::{Decision, Seen};
use crate::wishes::deciding;
use crate::wishes::model::{EditInput, NewWish, Wish, Withheld, may_edit};
use crate::wishes::pages::{EditPage, HiddenPage, RemovalPage};
use crate::wishes::store::{self, WISHES_A_PAGE};
use crate::wishes::visitors::with_few_links;

/// Words that the viewer has written, as a link's session may that has written them, and a visitor who is known here.
fn load_to_edit(conn: &mut Conn, viewer: &Viewer, slug: &str, id: WishId) -> Result<(SiteScope, Wish)> {
    let scope = SiteScope::load_to_read(conn, viewer, slug)?;
    let (wish, _) = store::get_words(conn, &scope, id)?;
    if !may_edit(&scope, &wish) {
        return Err(AppError::NotFound);
    }
    require_heard(conn, &scope)?;
    Ok((scope, wish))
}

/// Of a visitor: whoever is shut out, also under another way of writing their address, changes nothing any more.
fn require_heard(conn: &mut Conn, scope: &SiteScope) -> Result<()> {
    let is_heard = scope.access.is_member() || !sites::is_shut_out(conn, scope, scope.actor()?)?;
    if is_heard { Ok(()) } else { Err(AppError::NotFound) }
}

/// Takes what comes before the words that somebody changes: their own place on the page, and what the words are about. From then
/// on it is certain that they may.
fn hold_for(conn: &mut Conn, scope: &SiteScope, wish: &Wish) -> Result<()> {
    match scope.member_id.filter(|_| scope.access.is_member()) {
        Some(member) => sites::hold_active(conn, member)?,
        None => sites::hold_place_of(conn, scope.site.id, scope.actor()?)?,
    }
    store::hold_place(conn, scope, wish.about())?;
    require_heard(conn, scope)
}

pub async fn edit(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, wish, message)) = visit
        .read(move |conn, viewer| {
            let (scope, wish) = load_to_edit(conn, viewer, &slug, id)?;
            let message = store::get_message(conn, &wish)?;
            Ok((scope, wish, message))
        })
        .await?;
    let input = EditInput::of(&message);
    page(StatusCode::OK, &EditPage::new(visit.layout(&viewer), &scope, &wish, input, FieldErrors::default(), false))
}

pub async fn update(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let input: EditInput = visit.form()?;
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let new = match input.parse() {
        Ok(new) => new.written_in(visit.language.as_ref()),
        Err(errors) => return edit_form(&visit, slug, id, input, errors).await,
    };
    let (now, app, place, sent) = (visit.app.clock.now(), visit.app.clone(), slug.clone(), input.clone());
    let changed = visit
        .write(move |conn, viewer| {
            let (scope, wish) = load_to_edit(conn, viewer, &place, id)?;
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            change(conn, &scope, &wish, &sent, &new, now)
        })
        .await?;
    match changed {
        Changed::Meanwhile => changed_meanwhile(&visit, slug, id, input).await,
        Changed::Refused(problem) => {
            edit_form(&visit, slug, id, input, FieldErrors::default().with("message", problem)).await
        }
        Changed::Saved => {
            visit.set_flash(Flash::WordsChanged);
            see_other(format!("/p/{slug}/wishes/{id}"))
        }
    }
}

/// The form once more, with what is wrong beside it.
async fn edit_form(visit: &Visit, slug: String, id: WishId, input: EditInput, errors: FieldErrors) -> Answer {
    let (viewer, (scope, wish)) = visit.read(move |conn, viewer| load_to_edit(conn, viewer, &slug, id)).await?;
    let form = EditPage::new(visit.layout(&viewer), &scope, &wish, input, errors, false);
    page(StatusCode::UNPROCESSABLE_ENTITY, &form)
}

/// What became of a change.
enum Changed {
    /// It is kept.
    Saved,
    /// Somebody has written something else there meanwhile.
    Meanwhile,
    /// It cannot be kept like this, and the sentence that says why.
    Refused(String),
}

/// What was said can be said better also where nothing more is taken. Of two who change the same words at once, the second sees
/// what the first has written, and nothing is changed. Where the new words are not to be shown, of which nothing is said, organizers hear that something waits.
fn change(
    conn: &mut Conn,
    scope: &SiteScope,
    wish: &Wish,
    sent: &EditInput,
    new: &NewWish,
    now: Timestamp,
) -> Result<Changed> {
    hold_for(conn, scope, wish)?;
    let before = store::get_message(conn, wish)?;
    if before == new.message {
        return Ok(Changed::Saved);
    }
    if !sent.is_about(&before) {
        return Ok(Changed::Meanwhile);
    }
    if !scope.access.is_member()
        && let Err(problem) = with_few_links(&new.message)
    {
        return Ok(Changed::Refused(problem));
    }
    let me = scope.actor()?;
    // Whoever has words here already is new no longer.
    let judged = store::judge_words(conn, scope, me, &[&new.message], wish.audience)?;
    let withheld = judged.filter(|why| *why == Withheld::Words);
    store::update_message(conn, wish, &NewWish { withheld, ..new.clone() }, now)?;
    if withheld.is_some() && wish.withheld.is_none() {
        sites::notify_organizers(conn, scope.site.id, me, Notice::Wish(wish.id), now)?;
    }
    Ok(Changed::Saved)
}

/// What is said of the photo that came with words goes with them: whoever may change them says it, and it is judged as they are.
pub(super) fn describe_photo(
    conn: &mut Conn,
    scope: &SiteScope,
    id: WishId,
    said: &PhotoWords,
    now: Timestamp,
) -> Result<()> {
    sites::hold_active(conn, scope.member_id.ok_or(AppError::NotFound)?)?;
    let (wish, _) = store::get_words(conn, scope, id)?;
    store::hold_place(conn, scope, wish.about())?;
    let me = scope.actor()?;
    let said = said.alt.as_deref().unwrap_or_default();
    let judged = store::judge_words(conn, scope, me, &[said], wish.audience)?;
    if judged == Some(Withheld::Words) && store::withhold_for_words(conn, id)? {
        sites::notify_organizers(conn, scope.site.id, me, Notice::Wish(id), now)?;
    }
    Ok(())
}

/// The form once more, with what was sent in it and what stands there now above it: sent again, it is meant.
async fn changed_meanwhile(visit: &Visit, slug: String, id: WishId, input: EditInput) -> Answer {
    let (viewer, (scope, wish, message)) = visit
        .read(move |conn, viewer| {
            let (scope, wish) = load_to_edit(conn, viewer, &slug, id)?;
            let message = store::get_message(conn, &wish)?;
            Ok((scope, wish, message))
        })
        .await?;
    let input = EditInput { message: input.message, ..EditInput::of(&message) };
    let layout = visit.layout(&viewer);
    page(StatusCode::CONFLICT, &EditPage::new(layout, &scope, &wish, input, FieldErrors::default(), true))
}

/// Words that the viewer has written, or any where they organize the page.
fn load_to_remove(conn: &mut Conn, viewer: &Viewer, slug: &str, id: WishId) -> Result<(SiteScope, Wish)> {
    match load_to_edit(conn, viewer, slug, id) {
        Err(AppError::NotFound) => load_to_organize(conn, viewer, slug, id),
        found => found,
    }
}

fn load_to_organize(conn: &mut Conn, viewer: &Viewer, slug: &str, id: WishId) -> Result<(SiteScope, Wish)> {
    let scope = SiteScope::load_to_organize(conn, viewer, slug)?;
    let (wish, _) = store::get_words(conn, &scope, id)?;
    Ok((scope, wish))
}

pub async fn confirm_removal(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, wish, of_others)) = visit
        .read(move |conn, viewer| {
            let (scope, wish) = load_to_remove(conn, viewer, &slug, id)?;
            let of_others = store::count_answers_of_others(conn, &scope, &wish)?;
            Ok((scope, wish, of_others))
        })
        .await?;
    page(StatusCode::OK, &RemovalPage::new(visit.layout(&viewer), &scope, wish, of_others))
}

/// Takes words away for good, with what answers them.
pub async fn destroy(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let now = visit.app.clock.now();
    let list = visit
        .write(move |conn, viewer| {
            let (scope, wish) = load_to_remove(conn, viewer, &slug, id)?;
            deciding::remove(conn, &scope, &wish, now)?;
            Ok(wish.list_at(&scope.site))
        })
        .await?;
    visit.set_flash(Flash::WordsRemoved);
    see_other(list)
}

pub async fn hide(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    moderate(visit, path, Decision::Hide, Flash::WordsHidden).await
}

pub async fn show_again(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    moderate(visit, path, Decision::Show, Flash::WordsShown).await
}

/// Hides words or shows them again.
async fn moderate(visit: Visit, path: Path<(String, WishId)>, decision: Decision, flash: Flash) -> Answer {
    let (slug, id) = path.into_inner();
    let (now, place) = (visit.app.clock.now(), slug.clone());
    visit
        .write(move |conn, viewer| {
            let (scope, wish) = load_to_organize(conn, viewer, &place, id)?;
            deciding::decide(conn, &scope, &[Seen::whatever(wish.id)], decision, now)
        })
        .await?;
    visit.set_flash(flash);
    see_other(format!("/p/{slug}/wishes/{id}"))
}

/// What organizers have hidden.
pub async fn hidden(visit: Visit, slug: Path<String>, place: Query<ListPlace>) -> Answer {
    let (slug, before) = (slug.into_inner(), place.before);
    let (viewer, (scope, wishes, photos)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let wishes = store::list_hidden(conn, &scope, before, WISHES_A_PAGE + 1)?;
            let ids: Vec<WishId> = wishes.iter().map(|wish| wish.id).collect();
            let photos = photos::list_of_wishes(conn, &scope, &ids)?;
            Ok((scope, wishes, photos))
        })
        .await?;
    page(StatusCode::OK, &HiddenPage::new(visit.layout(&viewer), &scope, wishes, &photos))
}
