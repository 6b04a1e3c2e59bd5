//! The four queries.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

diesel::table! { people (id) { id -> Binary, name -> Text, } }
diesel::table! { sessions (id) { id -> Binary, token_hash -> Binary, person_id -> Binary, expires_at -> BigInt, } }
diesel::table! { sites (id) { id -> Binary, slug -> Text, first_name -> Text, } }
diesel::table! {
    updates (id) {
        id -> Binary,
        site_id -> Binary,
        author_id -> Binary,
        title -> Nullable<Text>,
        body_html -> Text,
        published_at -> BigInt,
    }
}
diesel::table! {
    wishes (id) {
        id -> Binary,
        update_id -> Nullable<Binary>,
        author_id -> Binary,
        message_html -> Text,
        created_at -> BigInt,
    }
}
diesel::joinable!(sessions -> people (person_id));
diesel::joinable!(updates -> people (author_id));
diesel::joinable!(wishes -> people (author_id));
diesel::allow_tables_to_appear_in_same_query!(people, sessions, sites, updates, wishes);

/// Id, author, title, body, time.
pub type UpdateRow = (Vec<u8>, String, Option<String>, String, i64);
/// Id, update, author, message, time.
pub type CommentRow = (Vec<u8>, Option<Vec<u8>>, String, String, i64);

/// What stands on the page.
pub struct Found {
    pub person: Vec<u8>,
    pub viewer: String,
    pub first_name: String,
    pub updates: Vec<UpdateRow>,
    pub comments: Vec<CommentRow>,
}

/// A connection as Tidings has it: write-ahead log and 8 MB of cache.
pub fn open(file: &str) -> Result<SqliteConnection, Box<dyn std::error::Error>> {
    let mut conn = SqliteConnection::establish(file)?;
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA cache_size = -8000;")?;
    Ok(conn)
}

/// Session, page, ten updates, thirty comments.
pub fn load(conn: &mut SqliteConnection, token_hash: &[u8], slug: &str) -> QueryResult<Found> {
    let now = jiff::Timestamp::now().as_microsecond();
    let (person, viewer): (Vec<u8>, String) = sessions::table
        .inner_join(people::table)
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::expires_at.gt(now))
        .select((people::id, people::name))
        .first(conn)?;
    let (site, first_name): (Vec<u8>, String) =
        sites::table.filter(sites::slug.eq(slug)).select((sites::id, sites::first_name)).first(conn)?;
    let newest = || {
        updates::table
            .filter(updates::site_id.eq(&site))
            .order((updates::published_at.desc(), updates::id.desc()))
            .limit(10)
    };
    let updates = newest()
        .inner_join(people::table)
        .select((updates::id, people::name, updates::title, updates::body_html, updates::published_at))
        .load(conn)?;
    let comments = wishes::table
        .inner_join(people::table)
        .filter(wishes::update_id.eq_any(newest().select(updates::id.nullable())))
        .order(wishes::id.desc())
        .limit(30)
        .select((wishes::id, wishes::update_id, people::name, wishes::message_html, wishes::created_at))
        .load(conn)?;
    Ok(Found { person, viewer, first_name, updates, comments })
}
