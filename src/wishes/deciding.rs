//! What organizers and readers decide about words that are there: to show, hide or remove them, and to report them.

use super::calm::{Decision, Seen};
use super::judging;
use super::model::{About, Wish, Withheld, kind_of};
use super::store::{self, Decidable};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, UpdateId, WishId};
use crate::error::{AppError, Result};
use crate::journal;
use crate::photos;
use crate::record::{self, New, What};
use crate::sites::{self, Notice, SiteScope};

/// Does what an organizer has decided about words, wherever they have pressed it, and writes it down; never the words. Done twice, it
/// is done and written down once. The rows of the updates that they are on come first, in one statement, and then the page's, as
/// every write takes them. Nothing is done about words that say something else by now than was seen: answers with these.
pub fn decide(
    conn: &mut Conn,
    scope: &SiteScope,
    seen: &[Seen],
    decision: Decision,
    now: Timestamp,
) -> Result<Vec<WishId>> {
    let me = scope.actor()?;
    let all: Vec<WishId> = seen.iter().map(|it| it.id).collect();
    let found = store::list_decidable(conn, scope, &all, decision)?;
    if found.is_empty() {
        return Err(AppError::NotFound);
    }
    hold_places_of(conn, scope, &found)?;
    let changed = store::list_changed(conn, scope, seen)?;
    let found: Vec<Decidable> = found.into_iter().filter(|it| !changed.contains(&it.id)).collect();
    let ids: Vec<WishId> = found.iter().map(|it| it.id).collect();
    store::settle_reports(conn, &ids)?;
    // What stays or comes back is told of as it would have been; what nobody saw is told of anew, by whoever has shown it.
    let untold = found.iter().filter(|it| decision != Decision::Show || is_news(it)).map(|it| it.id).collect();
    store::delete_notices_of(conn, untold)?;
    if decision != Decision::Show {
        store::delete_notices_of_answers(conn, &ids)?;
    }
    for it in &found {
        let done = match decision {
            Decision::Show => show(conn, scope, it, me, now)?,
            Decision::Hide => store::hide_wish(conn, it.id)?.then_some(What::WordsHidden),
            Decision::Remove => store::delete_wish(conn, it.id)?.then_some(What::WordsRemoved),
        };
        if let Some(what) = done.filter(|_| it.author_id != me) {
            let detail = Some(kind_of(it.about, it.is_answer).to_owned());
            record::note(conn, scope.site.id, what, New { actor: Some(me), subject: Some(it.author_id), detail }, now)?;
        }
    }
    if decision == Decision::Remove {
        photos::enqueue_discarding(conn, now)?;
    }
    Ok(changed)
}

/// Takes words away for good: whoever wrote them, or an organizer.
pub fn remove(conn: &mut Conn, scope: &SiteScope, wish: &Wish, now: Timestamp) -> Result<()> {
    if scope.person_id != Some(wish.author_id) {
        decide(conn, scope, &[Seen::whatever(wish.id)], Decision::Remove, now)?;
        return Ok(());
    }
    scope.actor()?;
    store::hold_place(conn, scope, wish.about())?;
    store::delete_wish(conn, wish.id)?;
    photos::enqueue_discarding(conn, now)
}

/// Other organizers, and whom they concern, hear of words only now, where nobody could see them before.
fn show(conn: &mut Conn, scope: &SiteScope, it: &Decidable, me: PersonId, now: Timestamp) -> Result<Option<What>> {
    if !store::show_wish(conn, it, now)? {
        return Ok(None);
    }
    if !is_news(it) {
        return Ok(Some(What::WordsShown));
    }
    let concerned = store::list_concerned(conn, scope, it.id)?;
    sites::notify_organizers_and(conn, scope.site.id, me, &concerned, Notice::Wish(it.id), now)?;
    Ok(Some(What::WordsAllowed))
}

/// Whether nobody could see them before.
fn is_news(it: &Decidable) -> bool {
    matches!(it.withheld, Some(Withheld::New | Withheld::Words | Withheld::Flood | Withheld::Letter))
}

fn hold_places_of(conn: &mut Conn, scope: &SiteScope, found: &[Decidable]) -> Result<()> {
    let mut updates: Vec<UpdateId> = found.iter().filter_map(|it| it.about.update()).collect();
    updates.sort();
    updates.dedup();
    if !updates.is_empty() {
        journal::hold_updates(conn, scope.site.id, PersonId::nil(), updates)?;
    }
    photos::hold_site(conn, scope.site.id)
}

/// What is said where nothing more can be left about something, if nothing can. A photo of an update goes with the update.
pub fn closed(conn: &mut Conn, scope: &SiteScope, about: About) -> Result<Option<String>> {
    let update = match about {
        About::Page => return Ok(judging::wishes_closed(scope)),
        About::Update(id) => Some(id),
        About::Photo(id) => photos::get_shown(conn, scope, id)?.photo.update_id,
    };
    match update {
        Some(id) => Ok(judging::comments_closed(&journal::get_update(conn, scope, id)?)),
        None => Ok(None),
    }
}

/// Asks organizers to look at words that the viewer may read. Two people of the page, or one who is close, hide them until an
/// organizer has decided; whoever makes a second report adds nothing to it. Whoever is shut out is answered as everybody is, and
/// nobody hears of it; whoever is nobody says that, and nothing in words of their own. Answers with the words.
pub fn report(conn: &mut Conn, scope: &SiteScope, id: WishId, reason: Option<&str>, now: Timestamp) -> Result<Wish> {
    // With somebody else's eyes nothing is done.
    if scope.is_perspective {
        scope.actor()?;
    }
    let wish = store::get_wish(conn, scope, id)?;
    if scope.person_id == Some(wish.author_id) {
        return Err(AppError::Conflict("These are your own words. You can change or remove them."));
    }
    store::hold_place(conn, scope, wish.about())?;
    // An organizer who has decided to keep them is not asked again.
    if store::hold_wish(conn, id)? || is_unheard(conn, scope)? {
        return Ok(wish);
    }
    let reason = reason.filter(|_| scope.person_id.is_some());
    let Some(report) = store::insert_report(conn, scope, id, reason, now)? else { return Ok(wish) };
    let reporters = store::list_reporters(conn, scope, id)?;
    let writer = store::find_writer(conn, scope, wish.author_id)?;
    if judging::is_hidden_by(&reporters, false, writer) && store::withhold_reported(conn, id)? {
        // Nobody has decided it, and who has reported what is nothing for the record.
        let new = New { actor: None, subject: Some(wish.author_id), detail: Some(wish.kind().to_owned()) };
        record::note(conn, scope.site.id, What::WordsReported, new, now)?;
    }
    let by = scope.person_id.unwrap_or(PersonId::nil());
    sites::notify_organizers(conn, scope.site.id, by, Notice::Report(report), now)?;
    Ok(wish)
}

/// What somebody who is shut out has reported counts no more, and what nothing else hides is seen again: otherwise whoever makes
/// enough accounts would keep the last word. The rows of the updates and the page must be held.
pub fn take_back_reports(conn: &mut Conn, scope: &SiteScope, person: PersonId) -> Result<()> {
    let reported = store::list_reported_by(conn, scope.site.id, person)?;
    store::delete_reports_on(conn, scope.site.id, person)?;
    for (id, author, _) in reported {
        let reporters = store::list_reporters(conn, scope, id)?;
        let writer = store::find_writer(conn, scope, author)?;
        if !judging::is_hidden_by(&reporters, false, writer) {
            store::show_reported(conn, id)?;
        }
    }
    Ok(())
}

/// Whether nothing of what somebody asks is heard: asked as soon as the words are held, so that a blocking at the same moment is
/// seen.
fn is_unheard(conn: &mut Conn, scope: &SiteScope) -> Result<bool> {
    match scope.person_id {
        Some(person) => sites::is_shut_out(conn, scope, person),
        None => Ok(false),
    }
}
