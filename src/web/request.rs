//! What the guard knows of a request before any handler does, and what it is to add to the response.

use std::cell::{Cell, RefCell};
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;

use super::device::device_of;
use super::network::client_address;
use super::{Flash, Perspective, SentFile};
use crate::app::App;
use crate::error::{AppError, Result};
use crate::secrets::Token;
use crate::text::Tag;

/// A request as the handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct Request(Rc<Parts>);

pub struct Parts {
    /// The application.
    pub app: App,
    /// Stands in the log and, where something broke, on the page that the person sees.
    pub id: String,
    /// Allows our own scripts, this time only (Content Security Policy).
    pub nonce: String,
    /// The address that limits count by.
    pub client: IpAddr,
    /// The secret in the session cookie, if there is one; whether it opens anything is for the database to say.
    pub session: Option<Token>,
    /// What was just done, to be said on this page.
    pub flash: Option<Flash>,
    /// Path and query as they were asked for.
    pub address: String,
    /// The browser and the system, in two words, for somebody's own list of sessions.
    pub device: String,
    /// As whom an organizer wants to see their page just now.
    pub perspective: Option<Perspective>,
    /// The language that the browser is used in.
    pub language: Option<Tag>,
    /// Whether a script asks, which wants JSON instead of a page.
    pub wants_json: bool,
    page_links: Vec<Token>,
    browser: Token,
    browser_is_new: bool,
    browser_is_used: Cell<bool>,
    flash_is_said: Cell<bool>,
    session_is_over: Cell<bool>,
    body: RefCell<Bytes>,
    files: RefCell<Vec<SentFile>>,
    cookies: RefCell<Vec<Cookie<'static>>>,
}

impl std::ops::Deref for Request {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

const FLASH_SECONDS: i64 = 60;

impl Request {
    pub(super) fn new(request: &ServiceRequest, app: App) -> Self {
        let cookie = |name: &str| request.cookie(&cookie_name(&app, name)).map(|cookie| cookie.value().to_owned());
        // A proxy may add a line of its own behind the client's: they are one list (RFC 9110, 5.3).
        let lines = request.headers().get_all(header::X_FORWARDED_FOR);
        let forwarded_for = lines.map(|line| line.to_str().unwrap_or_default()).collect::<Vec<_>>().join(",");
        let client = client_address(request.peer_addr(), Some(&forwarded_for), &app.config.trusted_proxies);
        let browser = cookie("browser").and_then(|text| Token::parse(&text));
        Self(Rc::new(Parts {
            id: Token::generate().reveal().chars().filter(char::is_ascii_alphanumeric).take(12).collect(),
            nonce: Token::generate().reveal().to_owned(),
            client,
            session: cookie("session").and_then(|text| Token::parse(&text)),
            flash: cookie("flash").and_then(|text| Flash::from_cookie(&text)),
            device: device_of(header_text(request, &header::USER_AGENT)),
            perspective: cookie("perspective").and_then(|text| Perspective::from_cookie(&text)),
            language: Tag::preferred(header_text(request, &header::ACCEPT_LANGUAGE)),
            wants_json: header_text(request, &header::ACCEPT).contains("application/json"),
            page_links: cookie("links").map(|text| parse_links(&text)).unwrap_or_default(),
            address: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            browser_is_new: browser.is_none(),
            browser: browser.unwrap_or_else(Token::generate),
            browser_is_used: Cell::new(false),
            flash_is_said: Cell::new(false),
            session_is_over: Cell::new(false),
            body: RefCell::default(),
            files: RefCell::default(),
            cookies: RefCell::default(),
            app,
        }))
    }

    /// The token that every form of this visit carries. It follows from the session's secret, or from the
    /// browser's where nobody is signed in, so that there is nothing to store.
    pub fn csrf_token(&self) -> String {
        self.browser_is_used.set(self.session.is_none());
        self.session.as_ref().unwrap_or(&self.browser).derive("csrf")
    }

    /// A secret that this browser keeps whether or not anybody is signed in.
    pub fn browser(&self) -> Token {
        self.browser_is_used.set(true);
        self.browser.clone()
    }

    /// What this page is to say about what was just done; it is said once.
    pub fn say_flash(&self) -> Option<String> {
        self.flash_is_said.set(true);
        self.flash.map(Flash::sentence)
    }

    /// Leaves a word for the next page.
    pub fn set_flash(&self, flash: Flash) {
        let cookie = self.cookie("flash", flash.to_cookie(), Some(CookieDuration::seconds(FLASH_SECONDS)));
        self.cookies.borrow_mut().push(cookie);
        self.flash_is_said.set(false);
    }

    /// Signs this browser in; the cookie lasts as long as the session may.
    pub fn set_session(&self, token: &Token, lifetime: jiff::SignedDuration) {
        let lifetime = CookieDuration::seconds(lifetime.as_secs());
        let cookie = self.cookie("session", token.reveal().to_owned(), Some(lifetime));
        self.cookies.borrow_mut().push(cookie);
    }

    /// Forgets the session in this browser, and has the browser forget what it kept meanwhile.
    pub fn forget_session(&self) {
        self.session_is_over.set(true);
        let cookie = self.cookie("session", String::new(), Some(CookieDuration::ZERO));
        self.cookies.borrow_mut().push(cookie);
    }

    /// Whether the answer signs this browser out.
    pub(super) fn forgets_session(&self) -> bool {
        self.session_is_over.get()
    }

    /// As whom an organizer sees the page that this request is about; elsewhere they see with their own eyes.
    pub(super) fn perspective_here(&self) -> Option<&Perspective> {
        let path = self.address.split('?').next().unwrap_or_default();
        self.perspective.as_ref().filter(|it| {
            let rest = path.strip_prefix(&it.path());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The secret page links that were opened in this browser.
    pub fn page_links(&self) -> &[Token] {
        &self.page_links
    }

    /// Keeps one more secret page link in this browser, and forgets the oldest when there are many.
    pub fn keep_page_link(&self, link: &Token) {
        let others = self.page_links.iter().filter(|it| it.reveal() != link.reveal());
        let all: Vec<&str> = std::iter::once(link).chain(others).take(MOST_LINKS).map(Token::reveal).collect();
        let cookie = self.cookie("links", all.join("."), Some(CookieDuration::days(365)));
        self.cookies.borrow_mut().push(cookie);
    }

    /// From now on, an organizer's browser shows a page as somebody else sees it; or as themselves again.
    pub fn set_perspective(&self, perspective: Option<&Perspective>) {
        let (text, lifetime) = match perspective {
            Some(perspective) => (perspective.to_cookie(), CookieDuration::hours(1)),
            None => (String::new(), CookieDuration::ZERO),
        };
        let cookie = self.cookie("perspective", text, Some(lifetime));
        self.cookies.borrow_mut().push(cookie);
    }

    /// The fields that were sent, as the type that the handler works with.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        serde_html_form::from_bytes(&self.body.borrow())
            .map_err(|_| AppError::invalid("form", "This form could not be read. Please go back and try again."))
    }

    pub(super) fn set_body(&self, body: Bytes) {
        self.0.body.replace(body);
    }

    pub(super) fn set_files(&self, files: Vec<SentFile>) {
        self.0.files.replace(files);
    }

    /// The files that were sent in a field, in their order. They can be taken once.
    pub fn take_files(&self, field: &str) -> Vec<SentFile> {
        let (taken, left) = self.files.take().into_iter().partition(|file| file.field == field);
        self.files.replace(left);
        taken
    }

    /// The fields that were sent, in their order.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        serde_html_form::from_bytes(&self.body.borrow()).unwrap_or_default()
    }

    pub(super) fn take_cookies(&self) -> Vec<Cookie<'static>> {
        let mut cookies = self.cookies.take();
        if self.browser_is_new && self.browser_is_used.get() {
            cookies.push(self.cookie("browser", self.browser.reveal().to_owned(), Some(CookieDuration::days(365))));
        }
        if self.flash.is_some() && self.flash_is_said.get() {
            cookies.push(self.cookie("flash", String::new(), Some(CookieDuration::ZERO)));
        }
        cookies
    }

    fn cookie(&self, name: &str, value: String, lifetime: Option<CookieDuration>) -> Cookie<'static> {
        let mut cookie = Cookie::build(cookie_name(&self.app, name), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.app.config.public_url.is_https())
            .finish();
        cookie.set_max_age(lifetime);
        cookie
    }
}

/// How many secret page links a browser keeps.
const MOST_LINKS: usize = 20;

fn parse_links(text: &str) -> Vec<Token> {
    text.split('.').take(MOST_LINKS).filter_map(Token::parse).collect()
}

fn header_text<'a>(request: &'a ServiceRequest, name: &header::HeaderName) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The `__Host-` prefix ties a cookie to this very host (RFC 6265bis, 4.1.3.2); browsers take it over TLS only.
fn cookie_name(app: &App, name: &str) -> String {
    let prefix = if app.config.public_url.is_https() { "__Host-" } else { "" };
    format!("{prefix}tidings-{name}")
}

impl FromRequest for Request {
    type Error = AppError;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Request>().cloned();
        ready(found.ok_or_else(|| AppError::internal("a request that did not pass the guard")))
    }
}
