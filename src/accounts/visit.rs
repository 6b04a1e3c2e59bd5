//! A request together with whoever makes it.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use jiff::SignedDuration;

use super::model::{SessionScope, SignedIn, Viewer};
use super::store;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, TokenHash};
use crate::error::{AppError, Result};
use crate::secrets::Token;
use crate::web::{Layout, Perspective, Request};

/// How long one stays signed in.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What handlers take: the request, and reads and writes that are told who is asking. The session is looked up on the
/// same connection as what the handler asks for, so that a page is one trip to the database's thread.
#[derive(Clone)]
pub struct Visit(Request);

impl Deref for Visit {
    type Target = Request;

    fn deref(&self) -> &Request {
        &self.0
    }
}

impl Visit {
    /// Reads as whoever is asking.
    pub async fn read<T, F>(&self, work: F) -> Result<(Viewer, T)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Viewer) -> Result<T> + Send + 'static,
    {
        let seeker = self.seeker();
        self.app
            .db
            .read(move |conn| {
                let viewer = seeker.find(conn)?;
                let found = work(conn, &viewer)?;
                Ok((viewer, found))
            })
            .await
    }

    /// Changes something as whoever is asking, in one transaction. A session that has ended meanwhile is told so,
    /// rather than being treated as a stranger, so that what was written is not lost.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Viewer) -> Result<T> + Send + 'static,
    {
        let seeker = self.seeker();
        let done = self
            .app
            .db
            .write(move |conn| {
                let viewer = seeker.find(conn)?;
                if seeker.session.is_some() && viewer.person().is_none() {
                    return Err(AppError::SignInRequired);
                }
                work(conn, &viewer)
            })
            .await?;
        self.app.ring();
        Ok(done)
    }

    /// The frame around a page for whoever is asking.
    pub fn layout(&self, viewer: &Viewer) -> Layout {
        let person = viewer.person();
        let mut layout = Layout::new(self, person.map(|person| person.name.clone()), viewer.has_account());
        layout.person = person.map(|person| person.person_id.to_string()).unwrap_or_default();
        // Whoever has no account has chosen nothing: a script shows times as their device likes them.
        if let Ok(person) = viewer.account() {
            layout.reads_in(&person.language, &person.time_zone);
        }
        layout
    }

    fn seeker(&self) -> Seeker {
        Seeker {
            session: self.session.clone(),
            page_links: self.page_links().iter().map(Token::hash).collect(),
            perspective: self.perspective.clone(),
            now: self.app.clock.now(),
        }
    }

    /// What it takes to sign somebody in inside a transaction.
    pub(super) fn entrance(&self) -> Entrance {
        Entrance { old: self.session.clone(), device: self.device.clone(), now: self.app.clock.now() }
    }

    /// Keeps the secret of a new session in this browser.
    pub(super) fn keep_session(&self, token: &Token) {
        self.set_session(token, SESSION_LIFETIME);
    }
}

/// The way in, to be gone in the transaction that has looked whether they may.
pub(super) struct Entrance {
    old: Option<Token>,
    device: String,
    now: Timestamp,
}

impl Entrance {
    /// Signs somebody in: a new session with a new secret, and the end of the one that this browser had.
    pub(super) fn admit(&self, conn: &mut Conn, person: PersonId) -> Result<Token> {
        if let Some(old) = &self.old {
            store::delete_session(conn, old)?;
        }
        let (_, token) = store::insert_session(conn, person, SessionScope::Account, &self.device, self.now)?;
        Ok(token)
    }
}

/// What a request says of who makes it, to be looked up on the connection that does the work.
struct Seeker {
    session: Option<Token>,
    page_links: Vec<TokenHash>,
    perspective: Option<Perspective>,
    now: Timestamp,
}

impl Seeker {
    fn find(&self, conn: &mut Conn) -> Result<Viewer> {
        let person: Option<SignedIn> = match &self.session {
            Some(token) => store::find_session(conn, token, self.now)?,
            None => None,
        };
        Ok(Viewer::new(person, self.page_links.clone(), self.perspective.clone(), self.now))
    }
}

impl FromRequest for Visit {
    type Error = AppError;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Request::from_request(request, payload).into_inner().map(Self))
    }
}
