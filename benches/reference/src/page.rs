//! What was found, as the template wants it.

use std::fmt::{self, Display};

use askama::Template;
use data_encoding::HEXLOWER;
use uuid::Uuid;

use crate::store::{CommentRow, Found, UpdateRow};

#[derive(Template)]
#[template(path = "journal.html")]
pub struct JournalPage {
    person: String,
    viewer: String,
    first_name: String,
    name: String,
    path: String,
    updates: Vec<Update>,
    /// As many comments again as Tidings shows well wishes.
    wishes: Vec<Comment>,
    /// As long as a token against forged forms is.
    csrf: String,
    /// As long as a nonce is.
    nonce: &'static str,
}

/// Who gave hearts, as it is made up.
const NOBODY: &[&str] = &[];
const ONE: &[&str] = &["Person 1"];
const FIRST_FEW: &[&str] = &["Person 1", "Person 2", "Person 3"];

struct Update {
    key: Vec<u8>,
    /// The same as it stands on the page, many times.
    id: String,
    author: String,
    title: Option<String>,
    body_html: String,
    published_at: Time,
    comments: Vec<Comment>,
}

#[derive(Clone)]
struct Comment {
    id: String,
    author: String,
    message_html: String,
    created_at: Time,
}

impl JournalPage {
    pub fn new(found: Found, slug: &str) -> Self {
        let mut updates: Vec<Update> = found.updates.into_iter().map(Update::new).collect();
        let comments: Vec<(Option<Vec<u8>>, Comment)> = found.comments.into_iter().map(Comment::new).collect();
        let wishes = comments.iter().take(5).map(|(_, comment)| comment.clone()).collect();
        for (update, comment) in comments {
            if let Some(update) = updates.iter_mut().find(|it| Some(&it.key) == update.as_ref()) {
                update.comments.push(comment);
            }
        }
        Self {
            person: uuid(&found.person),
            viewer: found.viewer,
            name: format!("{}’s page", found.first_name),
            first_name: found.first_name,
            path: format!("/p/{slug}"),
            updates,
            wishes,
            csrf: HEXLOWER.encode(&[7; 32]),
            nonce: "0123456789abcdef0123456789abcdef",
        }
    }
}

impl Update {
    fn new((key, author, title, body_html, published_at): UpdateRow) -> Self {
        Self {
            id: uuid(&key),
            key,
            author,
            title,
            body_html,
            published_at: Time::new(published_at),
            comments: Vec::with_capacity(3),
        }
    }
}

impl Comment {
    fn new((id, update, author, message_html, created_at): CommentRow) -> (Option<Vec<u8>>, Self) {
        (update, Self { id: uuid(&id), author, message_html, created_at: Time::new(created_at) })
    }
}

fn uuid(bytes: &[u8]) -> String {
    Uuid::from_slice(bytes).unwrap_or_default().to_string()
}

/// A point in time, for machines and for people.
#[derive(Clone, Copy)]
struct Time(jiff::civil::DateTime);

impl Time {
    fn new(micros: i64) -> Self {
        let time = jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
        Self(jiff::tz::Offset::UTC.to_datetime(time))
    }

    fn machine(&self) -> impl Display {
        Written(self.0, |time, f| {
            let (date, time) = (time.date(), time.time());
            let (year, month, day) = (date.year(), date.month(), date.day());
            let (hour, minute, second) = (time.hour(), time.minute(), time.second());
            write!(f, "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
        })
    }

    fn long(&self) -> impl Display {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        Written(self.0, |time, f| {
            let month = usize::try_from(time.month() - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
            write!(f, "{} {month} {}, {:02}:{:02} UTC", time.day(), time.year(), time.hour(), time.minute())
        })
    }
}

struct Written(jiff::civil::DateTime, fn(&jiff::civil::DateTime, &mut fmt::Formatter<'_>) -> fmt::Result);

impl Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1(&self.0, f)
    }
}
