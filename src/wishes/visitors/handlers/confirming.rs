//! The link in the mail. GET shows the words and changes nothing, however often a scanner asks; POST confirms them, or takes
//! them away.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::accounts::{self, SESSION_LIFETIME, SessionScope, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{AppError, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::journal;
use crate::mail::{self, EmailAddress, Purpose};
use crate::photos;
use crate::secrets::Token;
use crate::sites::{self, Privacy, Site, SiteScope};
use crate::web::{Answer, page, see_other};
use crate::wishes::model::Withheld;
use crate::wishes::store::delete_wish;
use crate::wishes::visitors::model::Words;
use crate::wishes::visitors::pages::{ConfirmPage, DonePage, OverPage, RefusalPage, RenewedPage};
use crate::wishes::visitors::publishing::{self, find_page};
use crate::wishes::visitors::store;

/// What a link turned out to lead to.
enum Found {
    /// Words that wait for its press.
    Live(Words, Box<SiteScope>),
    /// The same, but the link is too old.
    Old(Words),
    /// Words that the page takes no longer.
    Late(Words),
    /// Words that were confirmed.
    Done(Words),
    /// Nothing, or nothing any more.
    Nothing,
}

fn find(conn: &mut Conn, token: &Token, now: Timestamp) -> Result<Found> {
    let Some(about) = mail::find_token(conn, Purpose::ConfirmWords, token)? else { return Ok(Found::Nothing) };
    let words = match about.wish_id {
        Some(id) => store::find_words(conn, id)?,
        None => None,
    };
    let Some(words) = words else { return Ok(Found::Nothing) };
    if words.confirmed_at.is_some() {
        return Ok(Found::Done(words));
    }
    Ok(match find_page(conn, &words)? {
        None => Found::Late(words),
        Some(_) if about.expires_at <= now => Found::Old(words),
        Some(scope) => Found::Live(words, Box::new(scope)),
    })
}

fn parse(token: &str) -> Result<Token> {
    Token::parse(token).ok_or(AppError::NotFound)
}

fn path_of(token: &str) -> String {
    format!("/visits/{token}")
}

fn over(visit: &Visit, viewer: &Viewer, words: Option<Words>, renewal: Option<String>) -> Answer {
    page(StatusCode::GONE, &OverPage { layout: visit.layout(viewer), words, renewal })
}

pub async fn show(visit: Visit, token: Path<String>) -> Answer {
    let (secret, now) = (parse(&token)?, visit.app.clock.now());
    let (viewer, (found, done)) = visit
        .read(move |conn, viewer| {
            let found = find(conn, &secret, now)?;
            let done = match &found {
                Found::Done(words) => load_done(conn, viewer, words)?,
                _ => None,
            };
            Ok((found, done))
        })
        .await?;
    let path = path_of(&token);
    match (found, done) {
        (Found::Live(words, scope), _) => {
            let (layout, is_asked) = (visit.layout(&viewer), scope.site.privacy != Privacy::Link);
            page(StatusCode::OK, &ConfirmPage { layout, path, page: scope.site.name(), words, is_asked })
        }
        (Found::Done(words), Some(Done { site, is_readable, waits })) => {
            page(StatusCode::OK, &DonePage { layout: visit.layout(&viewer), site, words, is_readable, waits })
        }
        (Found::Old(words), _) => over(&visit, &viewer, Some(words), Some(format!("{path}/renewal"))),
        (Found::Late(words), _) => over(&visit, &viewer, Some(words), None),
        (Found::Done(_) | Found::Nothing, _) => over(&visit, &viewer, None, None),
    }
}

/// The page that words were left on.
struct Done {
    site: Site,
    /// Whether it opens in this browser.
    is_readable: bool,
    /// Whether they are told that their words wait. Whoever is shut out is told what they would be if they were not.
    waits: bool,
}

/// The page that words were left on; none where it is closed by now.
fn load_done(conn: &mut Conn, viewer: &Viewer, words: &Words) -> Result<Option<Done>> {
    let site = sites::find_site(conn, words.site_id)?.filter(|site| site.closed_at.is_none());
    let Some(site) = site else { return Ok(None) };
    let is_readable = match SiteScope::load_to_read(conn, viewer, &site.slug) {
        Ok(_) => true,
        Err(AppError::NotFound | AppError::SignInRequired) => false,
        Err(error) => return Err(error),
    };
    let holds_new = match SiteScope::load_for_visitor(conn, words.site_id, words.author_id, words.link) {
        Ok(scope) => scope.manners.holds_new,
        Err(AppError::NotFound) => false,
        Err(error) => return Err(error),
    };
    let waits = match words.withheld {
        Some(Withheld::New) => true,
        Some(Withheld::Hidden) => holds_new,
        _ => false,
    };
    Ok(Some(Done { site, is_readable, waits }))
}

/// One press, and the words are where they belong. A second one changes nothing.
pub async fn confirm(visit: Visit, token: Path<String>) -> Answer {
    let (secret, now, device) = (parse(&token)?, visit.app.clock.now(), visit.device.clone());
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    let work = move |conn: &mut Conn| match find(conn, &secret, now)? {
        Found::Nothing => Ok(None),
        Found::Live(words, _) if take_in(conn, &words, now)? => remember(conn, &viewer, &words, &device, now).map(Some),
        _ => Ok(Some(None)),
    };
    let found = visit.app.db.write(work).await?;
    visit.app.ring();
    match found {
        None => over(&visit, &Viewer::anonymous(), None, None),
        Some(session) => {
            if let Some(session) = session {
                visit.set_session(&session, SESSION_LIFETIME);
            }
            see_other(path_of(&token))
        }
    }
}

/// Of two presses at once, the second finds that it is done.
fn take_in(conn: &mut Conn, words: &Words, now: Timestamp) -> Result<bool> {
    publishing::hold(conn, words.site_id, words.author_id, words.about.update())?;
    if !store::confirm(conn, words.id, now)? {
        return Ok(false);
    }
    if words.follows {
        publishing::follow(conn, words, now)?;
    }
    accounts::rename_unverified(conn, words.author_id, &words.author, now)?;
    accounts::mark_verified(conn, words.author_id, now)?;
    publishing::publish(conn, words, now)?;
    Ok(true)
}

/// In this browser they are known from now on, on this page. Whoever else is signed in here stays so.
fn remember(conn: &mut Conn, viewer: &Viewer, words: &Words, device: &str, now: Timestamp) -> Result<Option<Token>> {
    let person = words.author_id;
    let (session, token) = match viewer.person() {
        Some(known) if known.person_id == person => (known.session_id, None),
        Some(_) => return Ok(None),
        None => {
            let (id, token) = accounts::insert_session(conn, person, SessionScope::Pages, device, now)?;
            (id, Some(token))
        }
    };
    accounts::allow_site(conn, session, words.site_id)?;
    Ok(token)
}

/// Mails a fresh link in the place of one that is too old, to the address that the words were left with.
pub async fn renew(visit: Visit, token: Path<String>) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let (secret, now, app) = (parse(&token)?, visit.app.clock.now(), visit.app.clone());
    let work = move |conn: &mut Conn| {
        let Found::Old(words) = find(conn, &secret, now)? else { return Ok(None) };
        let address = EmailAddress::parse(&words.email).map_err(AppError::internal)?;
        app.limits.count_words_mail(&address.mailbox(), &words.site_id.to_string())?;
        let detail = Some(words.id.to_string());
        let about = NewJob { person_id: Some(words.author_id), detail, ..NewJob::default() };
        jobs::enqueue(conn, Kind::ConfirmWords, about, now)?;
        Ok(Some(words.email))
    };
    let renewed = visit.app.db.write(work).await?;
    visit.app.ring();
    match renewed {
        Some(email) => page(StatusCode::OK, &RenewedPage { layout: visit.layout(&Viewer::anonymous()), email }),
        None => over(&visit, &Viewer::anonymous(), None, None),
    }
}

/// Words of any kind that a link leads to.
fn find_any(conn: &mut Conn, token: &Token, now: Timestamp) -> Result<Option<Words>> {
    Ok(match find(conn, token, now)? {
        Found::Live(words, _) | Found::Old(words) | Found::Late(words) | Found::Done(words) => Some(words),
        Found::Nothing => None,
    })
}

pub async fn show_refusal(visit: Visit, token: Path<String>) -> Answer {
    let (secret, now) = (parse(&token)?, visit.app.clock.now());
    let (viewer, found) = visit.read(move |conn, _| find_any(conn, &secret, now)).await?;
    let Some(words) = found else { return over(&visit, &viewer, None, None) };
    let (layout, path) = (visit.layout(&viewer), path_of(&token));
    page(StatusCode::OK, &RefusalPage { layout, path, email: words.email, is_done: false })
}

/// "This was not me": what was written is gone, and the owner of the address is not asked again.
pub async fn refuse(visit: Visit, token: Path<String>) -> Answer {
    let (secret, now) = (parse(&token)?, visit.app.clock.now());
    let work = move |conn: &mut Conn| {
        let Some(words) = find_any(conn, &secret, now)? else { return Ok(None) };
        if let Some(update) = words.about.update() {
            journal::hold_updates(conn, words.site_id, PersonId::nil(), vec![update])?;
        }
        photos::hold_site(conn, words.site_id)?;
        let address = EmailAddress::parse(&words.email).map_err(AppError::internal)?;
        store::insert_refusal(conn, &address, now)?;
        delete_wish(conn, words.id)?;
        accounts::forget_unknown(conn, words.author_id)?;
        Ok(Some(words.email))
    };
    match visit.app.db.write(work).await? {
        Some(email) => {
            let layout = visit.layout(&Viewer::anonymous());
            page(StatusCode::OK, &RefusalPage { layout, path: String::new(), email, is_done: true })
        }
        None => over(&visit, &Viewer::anonymous(), None, None),
    }
}
