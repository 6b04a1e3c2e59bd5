//! A database with a page to read, and more around it.

use std::path::{Path, PathBuf};

use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, test};
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use jiff::SignedDuration;
use tidings::accounts::SessionScope;
use tidings::app::App;
use tidings::clock::{Clock, Timestamp};
use tidings::config::Config;
use tidings::db::ids::{MemberId, PersonId, ReactionId, SessionId, SiteId, ThingId, UpdateId, WishId};
use tidings::db::schema::{members, people, reactions, sessions, sites, updates, wishes};
use tidings::db::{self, DatabaseUrl};
use tidings::secrets::Token;
use tidings::sites::{Audience, Circle, Delivery, MemberState, Privacy, Role};
use tidings::text;

/// How many well wishes the page shows.
pub const WISHES_SHOWN: usize = 5;

/// How much there is.
#[derive(Clone, Copy)]
pub struct Sizes {
    /// Updates on the page.
    pub updates: usize,
    /// Comments on each update.
    pub comments: usize,
    /// Hearts on each update.
    pub hearts: usize,
    /// Well wishes on the page.
    pub wishes: usize,
    /// Hearts besides: half of them on the newest update, half on the newest well wish.
    pub loved: usize,
    /// Other pages with as much on each.
    pub other_sites: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { updates: 10, comments: 3, hearts: 4, wishes: 6, loved: 0, other_sites: 0 }
    }
}

impl Sizes {
    /// About so many rows of updates, comments, wishes and hearts: half of them on the page, half on others.
    pub fn rows(count: usize) -> Self {
        let small = Self::default();
        if count <= 2 * small.rows_of_a_site() {
            return small;
        }
        // A busier page: more comments and hearts than are shown.
        let mut sizes = Self { comments: 20, hearts: 25, ..small };
        sizes.updates = count / 2 / sizes.rows_of_an_update();
        sizes.wishes = sizes.updates;
        sizes.other_sites = count / 2 / Self { updates: 10, wishes: 10, ..sizes }.rows_of_a_site();
        sizes
    }

    fn rows_of_an_update(&self) -> usize {
        // A heart on the first comment is one of them.
        1 + self.comments + self.hearts + 1
    }

    fn rows_of_a_site(&self) -> usize {
        self.updates * self.rows_of_an_update() + self.wishes
    }
}

/// What was made.
pub struct Seeded {
    /// Where everything lies.
    pub folder: PathBuf,
    /// The page's address.
    pub path: String,
    /// The cookie of somebody who reads it.
    pub cookie: String,
    /// What was asked for.
    pub sizes: Sizes,
    /// Rows of updates, comments, wishes and hearts.
    pub rows: usize,
    /// How many queries one request for the page runs.
    pub queries: u64,
}

impl Seeded {
    /// The database.
    pub fn file(&self) -> PathBuf {
        self.folder.join("tidings.db")
    }
}

/// Makes the folder, the settings and the database.
pub fn seed(folder: &Path, sizes: &Sizes) -> Seeded {
    std::fs::create_dir_all(folder).expect("the folder");
    let settings = format!("data_dir = {folder:?}\npublic_url = \"http://127.0.0.1\"\n");
    std::fs::write(folder.join("tidings.toml"), settings).expect("the settings");
    let file = folder.join("tidings.db");
    db::migrate(&DatabaseUrl::Sqlite(file.clone())).expect("a migrated database");

    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).expect("the database opens");
    let (token, rows) = conn.transaction(|conn| Seeder::start(conn, sizes)?.fill(conn, sizes)).expect("the rows");
    diesel::connection::SimpleConnection::batch_execute(&mut conn, "PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("all of it in the file itself");

    let (path, cookie) = ("/p/maria".to_owned(), format!("tidings-session={}", token.reveal()));
    let queries = count_queries(folder, &path, &cookie);
    Seeded { folder: folder.to_owned(), path, cookie, sizes: *sizes, rows, queries }
}

/// Asks the real application for the page, in this process, and reads its counter.
fn count_queries(folder: &Path, path: &str, cookie: &str) -> u64 {
    let config = Config::load(Some(&folder.join("tidings.toml")), std::iter::empty()).expect("good settings");
    let app = App::open(config, Clock::system()).expect("the application opens");
    actix_web::rt::System::new().block_on(async {
        let service = ActixApp::new().configure(tidings::serve::configure(&app)).wrap(from_fn(tidings::web::guard));
        let service = test::init_service(service).await;
        let before = app.db.queries_run();
        let request = test::TestRequest::get().uri(path).insert_header(("cookie", cookie)).to_request();
        let response = test::call_service(&service, request).await;
        assert!(response.status().is_success(), "{}", response.status());
        app.db.queries_run() - before
    })
}

/// How many people there are to write and to give hearts.
const PEOPLE: usize = 50;

struct Seeder {
    people: Vec<PersonId>,
    token: Token,
    now: Timestamp,
    rows: usize,
}

impl Seeder {
    /// The people, and the session of the first of them.
    fn start(conn: &mut SqliteConnection, sizes: &Sizes) -> QueryResult<Self> {
        let now = Clock::system().now();
        let names = (0..PEOPLE.max(sizes.hearts).max(sizes.loved / 2 + 1)).map(|number| format!("Person {number}"));
        let people: Vec<(PersonId, String)> = names.map(|name| (PersonId::generate(), name)).collect();
        for (id, name) in &people {
            let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
            diesel::insert_into(people::table)
                .values((
                    people::id.eq(id),
                    people::name.eq(name),
                    people::email.eq(&email),
                    people::email_key.eq(&email),
                    people::email_verified_at.eq(now),
                    people::created_at.eq(now),
                    people::updated_at.eq(now),
                ))
                .execute(conn)?;
        }
        let people: Vec<PersonId> = people.into_iter().map(|(id, _)| id).collect();
        let token = Token::generate();
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(SessionId::generate()),
                sessions::token_hash.eq(token.hash()),
                sessions::person_id.eq(people.first().copied().unwrap_or(PersonId::nil())),
                sessions::scope.eq(SessionScope::Account),
                sessions::created_at.eq(now),
                sessions::expires_at.eq(now + SignedDuration::from_hours(24)),
            ))
            .execute(conn)?;
        Ok(Self { people, token, now, rows: 0 })
    }

    /// The page itself, then the others; answers with the secret of the session and the number of rows.
    fn fill(mut self, conn: &mut SqliteConnection, sizes: &Sizes) -> QueryResult<(Token, usize)> {
        self.site(conn, "maria", sizes)?;
        let other = Sizes { updates: 10, wishes: 10, ..*sizes };
        for number in 0..sizes.other_sites {
            self.site(conn, &format!("other-{number}"), &other)?;
        }
        Ok((self.token, self.rows))
    }

    fn person(&self, number: usize) -> PersonId {
        self.people.get(number % self.people.len()).copied().unwrap_or(PersonId::nil())
    }

    /// A page for family, with its members and everything on it, oldest first.
    fn site(&mut self, conn: &mut SqliteConnection, slug: &str, sizes: &Sizes) -> QueryResult<()> {
        let site = SiteId::generate();
        diesel::insert_into(sites::table)
            .values((
                sites::id.eq(site),
                sites::slug.eq(slug),
                sites::first_name.eq("Maria"),
                sites::relationship.eq("daughter"),
                sites::privacy.eq(Privacy::Invited),
                sites::created_at.eq(self.now),
                sites::updated_at.eq(self.now),
            ))
            .execute(conn)?;
        for (number, person) in self.people.iter().take(PEOPLE.max(sizes.hearts)).enumerate() {
            diesel::insert_into(members::table)
                .values((
                    members::id.eq(MemberId::generate()),
                    members::site_id.eq(site),
                    members::person_id.eq(person),
                    members::role.eq(if number == 1 { Role::Organizer } else { Role::Supporter }),
                    members::state.eq(MemberState::Active),
                    members::circle.eq(Circle::Family),
                    members::delivery.eq(Delivery::Each),
                    members::created_at.eq(self.now),
                    members::updated_at.eq(self.now),
                ))
                .execute(conn)?;
        }
        let (mut update, mut wish) = (None, None);
        for number in 0..sizes.updates {
            let hours = i64::try_from(sizes.updates - number).unwrap_or(0);
            update = Some(self.update(conn, site, number, sizes, self.now - SignedDuration::from_hours(hours))?);
        }
        for number in 0..sizes.wishes {
            wish = Some(self.wish(conn, site, None, number, self.now)?);
        }
        // Everybody once; the update has hearts of the first few already.
        for number in 0..sizes.loved / 2 {
            if number > sizes.hearts {
                self.heart(conn, site, update, None, number, self.now)?;
            }
            self.heart(conn, site, None, wish, number, self.now)?;
        }
        Ok(())
    }

    fn update(
        &mut self,
        conn: &mut SqliteConnection,
        site: SiteId,
        number: usize,
        sizes: &Sizes,
        time: Timestamp,
    ) -> QueryResult<UpdateId> {
        let id = UpdateId::generate();
        let body = "Today was a **better day**. She sat up for lunch, asked for the window to be opened, and told the \
                    nurse about the garden.\n\nThe doctors want to see two more quiet nights before they decide \
                    anything. We are tired and hopeful, and we read every word that you send.\n\nThank you for the soup, \
                    the lifts and the silly pictures of dogs.";
        diesel::insert_into(updates::table)
            .values((
                updates::id.eq(id),
                updates::site_id.eq(site),
                updates::author_id.eq(self.person(1)),
                updates::title.eq(format!("Day {number}")),
                updates::body.eq(body),
                updates::body_html.eq(text::markdown_to_html(body)),
                updates::audience.eq(Audience::Everyone),
                updates::published_at.eq(time),
            ))
            .execute(conn)?;
        self.rows += 1;
        for number in 0..sizes.comments {
            let wish = self.wish(conn, site, Some(id), number, time + SignedDuration::from_mins(1))?;
            // The oldest of the comments that are shown has a heart.
            if number + 3 == sizes.comments {
                self.heart(conn, site, None, Some(wish), 1, time)?;
            }
        }
        for number in 0..sizes.hearts {
            self.heart(conn, site, Some(id), None, number + 1, time)?;
        }
        Ok(id)
    }

    fn wish(
        &mut self,
        conn: &mut SqliteConnection,
        site: SiteId,
        update: Option<UpdateId>,
        number: usize,
        time: Timestamp,
    ) -> QueryResult<WishId> {
        let id = WishId::generate();
        let message = "So glad to hear that she is in the garden again in her thoughts. We are with you every day, and \
                       the kettle is on whenever you want company.";
        diesel::insert_into(wishes::table)
            .values((
                wishes::id.eq(id),
                wishes::site_id.eq(site),
                wishes::update_id.eq(update),
                wishes::author_id.eq(self.person(number + 2)),
                wishes::message.eq(message),
                wishes::message_html.eq(text::plain_to_html(message)),
                wishes::created_at.eq(time),
            ))
            .execute(conn)?;
        self.rows += 1;
        Ok(id)
    }

    fn heart(
        &mut self,
        conn: &mut SqliteConnection,
        site: SiteId,
        update: Option<UpdateId>,
        wish: Option<WishId>,
        person: usize,
        time: Timestamp,
    ) -> QueryResult<()> {
        let thing = update.map(|id| *id.as_bytes()).or(wish.map(|id| *id.as_bytes())).map(ThingId::of);
        let thing = thing.unwrap_or(ThingId::nil());
        diesel::insert_into(reactions::table)
            .values((
                reactions::id.eq(ReactionId::generate()),
                reactions::site_id.eq(site),
                reactions::update_id.eq(update),
                reactions::wish_id.eq(wish),
                reactions::thing_id.eq(thing),
                reactions::person_id.eq(self.person(person)),
                reactions::kind.eq("heart"),
                reactions::created_at.eq(time),
            ))
            .execute(conn)?;
        self.rows += 1;
        Ok(())
    }
}
