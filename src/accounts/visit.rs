//! A request together with whoever makes it.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use jiff::SignedDuration;

use super::model::{SessionScope, SignedIn, Viewer};
use super::store;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{AppError, Result};
use crate::secrets::Token;
use crate::web::{Layout, Request};

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
        let (session, now) = (self.session.clone(), self.app.clock.now());
        self.app
            .db
            .read(move |conn| {
                let viewer = find_viewer(conn, session.as_ref(), now)?;
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
        let (session, now) = (self.session.clone(), self.app.clock.now());
        let done = self
            .app
            .db
            .write(move |conn| {
                let viewer = find_viewer(conn, session.as_ref(), now)?;
                if session.is_some() && viewer.person().is_none() {
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
        Layout::new(self, viewer.person().map(|person| person.name.clone()), viewer.has_account())
    }

    /// Signs somebody in: a new session with a new secret, and the end of the one there was.
    pub async fn sign_in(&self, person: PersonId) -> Result<()> {
        let (old, now) = (self.session.clone(), self.app.clock.now());
        let token = self
            .app
            .db
            .write(move |conn| {
                if let Some(old) = old {
                    store::delete_session(conn, &old)?;
                }
                let (_, token) = store::insert_session(conn, person, SessionScope::Account, now)?;
                Ok(token)
            })
            .await?;
        self.set_session(&token, SESSION_LIFETIME);
        Ok(())
    }
}

fn find_viewer(conn: &mut Conn, session: Option<&Token>, now: crate::clock::Timestamp) -> Result<Viewer> {
    let Some(token) = session else { return Ok(Viewer::Anonymous) };
    let found: Option<SignedIn> = store::find_session(conn, token, now)?;
    Ok(found.map_or(Viewer::Anonymous, Viewer::Person))
}

impl FromRequest for Visit {
    type Error = AppError;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Request::from_request(request, payload).into_inner().map(Self))
    }
}
