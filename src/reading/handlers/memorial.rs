//! Keeping a page in loving memory: what that means and how it will look, doing it, and making the page as it was before.

use std::sync::Arc;

use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::{Journal, load_content};
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::Result;
use crate::reading::model::Place;
use crate::reading::pages::{JournalPage, MemorialPage};
use crate::record::{self, What};
use crate::sites::{self, Attention, SiteScope};
use crate::web::{Answer, AsWhom, Flash, Layout, Perspective, framed_page, framing_page, see_other};
use crate::wishes::{HeartsFor, Mine, Waiting};

/// Whether a book of condolence is wanted, as it was sent.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct MemorialInput {
    condolences: String,
}

impl MemorialInput {
    /// Where nothing is said, there is one: to be able to say something helps most people more than to be silent.
    fn has_book(&self) -> bool {
        self.condolences != "no"
    }
}

/// An organizer; and to begin with it, one who has proved a short while ago that it is really them: an account that somebody
/// finds open is not enough to say to everybody that somebody has died.
fn load(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<SiteScope> {
    let scope = SiteScope::load_to_organize(conn, viewer, slug)?;
    if !scope.site.is_memorial() {
        viewer.proven_account()?;
    }
    Ok(scope)
}

pub async fn show(visit: Visit, slug: Path<String>, input: Query<MemorialInput>) -> Answer {
    let (slug, input) = (slug.into_inner(), input.into_inner());
    let (viewer, scope) = visit.read(move |conn, viewer| load(conn, viewer, &slug)).await?;
    let has_book = if scope.site.is_memorial() { scope.site.has_book() } else { input.has_book() };
    framing_page(&visit, &MemorialPage::new(visit.layout(&viewer), &scope, has_book))
}

/// The page as it will look, as a friend who follows it will see it: for the frame in the page. Nothing in it can be pressed.
pub async fn preview(visit: Visit, slug: Path<String>, input: Query<MemorialInput>) -> Answer {
    let (slug, has_book, now) = (slug.into_inner(), input.has_book(), visit.app.clock.now());
    let (viewer, (scope, journal)) = visit
        .read(move |conn, viewer| {
            let mut scope = load(conn, viewer, &slug)?;
            if scope.site.closed_at.is_none() {
                let mut eyes = viewer.clone();
                eyes.perspective = Some(Perspective { slug: slug.clone(), as_whom: AsWhom::Supporter });
                scope = SiteScope::load_to_read(conn, &eyes, &slug)?;
            }
            scope.site.memorial_at = Some(now);
            scope.site.has_condolences = has_book;
            let journal = load_journal(conn, &scope)?;
            Ok((scope, journal))
        })
        .await?;
    let layout = Layout { nonce: String::new(), ..visit.layout(&viewer) };
    let page = JournalPage::new(layout, &scope, journal, &Place::default(), None, now);
    framed_page(&visit, &page.into_preview())
}

/// What stands on the page, and nothing of whoever looks. It is not what holds now, so nothing of it is kept in memory.
fn load_journal(conn: &mut Conn, scope: &SiteScope) -> Result<Journal> {
    let (content, _) = load_content(conn, scope, &Place::default())?;
    let hearts = HeartsFor::new(content.hearts.clone(), None, Mine::new());
    Ok(Journal {
        content: Arc::new(content),
        hearts,
        attention: Attention::default(),
        waiting: Waiting::default(),
        thanked: None,
        draft: None,
        stoppable: None,
    })
}

/// From now on the page is in loving memory, with a book of condolence or without; where it is already, only the book is
/// chosen anew.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<MemorialInput>()?);
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = load(conn, viewer, &slug)?;
            let has_book = input.has_book();
            if !sites::update_memorial(conn, scope.site.id, Some(now), has_book, now)? {
                return Ok(());
            }
            let detail = if has_book { "with a book of condolence" } else { "without a book of condolence" };
            note(conn, &scope, What::Memorial, Some(detail.to_owned()), now)
        })
        .await?;
    visit.set_flash(Flash::MemorialBegun);
    see_other(back)
}

/// The page is as it was before. What people have left meanwhile stays, among the well wishes.
pub async fn end(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            if !sites::update_memorial(conn, scope.site.id, None, false, now)? {
                return Ok(());
            }
            note(conn, &scope, What::MemorialEnded, None, now)
        })
        .await?;
    visit.set_flash(Flash::MemorialEnded);
    see_other(back)
}

fn note(conn: &mut Conn, scope: &SiteScope, what: What, detail: Option<String>, now: Timestamp) -> Result<()> {
    let new = record::New { actor: Some(scope.actor()?), subject: None, detail };
    record::note(conn, scope.site.id, what, new, now)
}
