//! The access table: every route, as every kind of viewer, at every level of privacy. A route that is missing here fails
//! the test; so does one that answers anybody otherwise than the table says.

use std::collections::BTreeSet;

use tidings::sites::Standing;

use crate::photos::support::writes_with_photo;
use crate::support::{Browser, Person, Response, TestApp};

/// Who gets through to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Everybody.
    Everyone,
    /// Whoever holds the secret in the address; an unknown one leads nowhere.
    Secret,
    /// The same, for a secret of which not even that is said.
    Hidden,
    /// Whoever has nothing but a link from a mail; in this table everybody has an account.
    Link,
    /// Whoever is signed in with an account.
    Account,
    /// For whom there is at least a front door.
    Door,
    /// Who may read the journal.
    Read,
    /// Who may leave encouragement.
    Encourage,
    /// Who may write.
    Write,
    /// Who may change this very update (an organizer's).
    Change,
    /// Who may organize.
    Organize,
}

const TABLE: &[(&str, &str, Rule)] = &[
    ("GET", "/", Rule::Everyone),
    ("GET", "/healthz", Rule::Everyone),
    ("GET", "/readyz", Rule::Everyone),
    // For whoever has the token that the settings name, of which there is none here: metrics.rs has it.
    ("GET", "/metrics", Rule::Hidden),
    ("GET", "/robots.txt", Rule::Everyone),
    ("GET", "/static/{version}/{name:.+}", Rule::Everyone),
    ("GET", "/sign-up", Rule::Everyone),
    ("POST", "/sign-up", Rule::Everyone),
    ("GET", "/sign-in", Rule::Everyone),
    ("POST", "/sign-in", Rule::Everyone),
    ("POST", "/sign-out", Rule::Everyone),
    ("GET", "/password/reset", Rule::Everyone),
    ("POST", "/password/reset", Rule::Everyone),
    ("GET", "/email/confirm/{token}", Rule::Secret),
    ("POST", "/email/confirm/{token}", Rule::Secret),
    ("GET", "/password/reset/{token}", Rule::Secret),
    ("POST", "/password/reset/{token}", Rule::Secret),
    ("GET", "/invitations/{token}", Rule::Secret),
    ("POST", "/invitations/{token}", Rule::Secret),
    ("GET", "/sign-in/link/{token}", Rule::Secret),
    ("POST", "/sign-in/link/{token}", Rule::Secret),
    ("GET", "/unsubscribe/{token}", Rule::Secret),
    ("POST", "/unsubscribe/{token}", Rule::Secret),
    ("POST", "/unsubscribe/{token}/hearing", Rule::Secret),
    ("GET", "/account", Rule::Account),
    ("POST", "/account/password", Rule::Account),
    ("GET", "/pages/new", Rule::Account),
    ("POST", "/pages", Rule::Account),
    ("GET", "/p/{slug}", Rule::Door),
    ("GET", "/p/{slug}/follow", Rule::Door),
    ("POST", "/p/{slug}/follow", Rule::Door),
    ("POST", "/p/{slug}/follow/name", Rule::Link),
    ("POST", "/p/{slug}/follow/receipts", Rule::Encourage),
    ("GET", "/p/{slug}/updates/{update}", Rule::Read),
    ("GET", "/p/{slug}/wishes", Rule::Read),
    ("GET", "/p/{slug}/condolences", Rule::Read),
    ("POST", "/p/{slug}/wishes", Rule::Encourage),
    ("GET", "/p/{slug}/wishes/{wish}/reactions", Rule::Read),
    ("GET", "/p/{slug}/wishes/hidden", Rule::Organize),
    ("GET", "/p/{slug}/wishes/{wish}", Rule::Read),
    ("GET", "/p/{slug}/wishes/{wish}/answers", Rule::Read),
    ("POST", "/p/{slug}/wishes/{wish}/answers", Rule::Encourage),
    ("GET", "/p/{slug}/wishes/{wish}/edit", Rule::Change),
    ("POST", "/p/{slug}/wishes/{wish}/edit", Rule::Change),
    ("GET", "/p/{slug}/wishes/{wish}/removal", Rule::Change),
    ("POST", "/p/{slug}/wishes/{wish}/removal", Rule::Change),
    ("POST", "/p/{slug}/wishes/{wish}/hiding", Rule::Organize),
    ("POST", "/p/{slug}/wishes/{wish}/showing", Rule::Organize),
    ("GET", "/p/{slug}/photos/{photo}/comments", Rule::Read),
    ("POST", "/p/{slug}/photos/{photo}/comments", Rule::Encourage),
    // For whoever has written something that is not for everyone, as well; here nobody has.
    ("GET", "/p/{slug}/wishes/private", Rule::Organize),
    ("GET", "/hints/{language}/{version}", Rule::Everyone),
    ("POST", "/p/{slug}/wishes/{wish}/reactions", Rule::Encourage),
    ("POST", "/p/{slug}/wishes/{wish}/reactions/removal", Rule::Encourage),
    ("POST", "/p/{slug}/updates/{update}/comments", Rule::Encourage),
    ("GET", "/p/{slug}/updates/{update}/reactions", Rule::Read),
    ("POST", "/p/{slug}/updates/{update}/reactions", Rule::Encourage),
    ("POST", "/p/{slug}/updates/{update}/reactions/removal", Rule::Encourage),
    // Whoever belongs to the page is told to use the form for them.
    ("POST", "/p/{slug}/visits", Rule::Read),
    ("GET", "/p/{slug}/visits", Rule::Read),
    ("GET", "/visits/{token}", Rule::Secret),
    ("POST", "/visits/{token}/renewal", Rule::Secret),
    ("GET", "/visits/{token}/refusal", Rule::Secret),
    ("POST", "/visits/{token}/refusal", Rule::Secret),
    ("GET", "/p/{slug}/wishes/{wish}/visitor", Rule::Organize),
    ("POST", "/p/{slug}/wishes/{wish}/visitor/block", Rule::Organize),
    ("GET", "/p/{slug}/encouragement/flood", Rule::Organize),
    ("POST", "/p/{slug}/encouragement/flood", Rule::Organize),
    ("POST", "/visits/{token}", Rule::Secret),
    ("GET", "/p/{slug}/updates/new", Rule::Write),
    ("POST", "/p/{slug}/updates", Rule::Write),
    ("GET", "/p/{slug}/updates/{update}/edit", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/edit", Rule::Change),
    ("GET", "/p/{slug}/updates/{update}/deletion", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/deletion", Rule::Change),
    ("GET", "/p/{slug}/people", Rule::Organize),
    ("POST", "/p/{slug}/people/invitations", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/invitation", Rule::Organize),
    ("POST", "/p/{slug}/people/admissions", Rule::Organize),
    ("GET", "/p/{slug}/people/{member}", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/role", Rule::Organize),
    ("GET", "/p/{slug}/people/{member}/block", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/block", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/unblocking", Rule::Organize),
    ("GET", "/p/{slug}/people/{member}/removal", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/removal", Rule::Organize),
    ("GET", "/p/{slug}/settings", Rule::Organize),
    ("POST", "/p/{slug}/settings", Rule::Organize),
    ("POST", "/p/{slug}/privacy", Rule::Organize),
    ("POST", "/p/{slug}/link", Rule::Organize),
    ("GET", "/p/{slug}/card", Rule::Organize),
    ("GET", "/p/{slug}/history", Rule::Organize),
    ("POST", "/p/{slug}/perspective", Rule::Organize),
    ("POST", "/p/{slug}/perspective/end", Rule::Everyone),
    ("GET", "/p/{slug}/closing", Rule::Organize),
    ("POST", "/p/{slug}/closing", Rule::Organize),
    ("POST", "/p/{slug}/opening", Rule::Organize),
    ("GET", "/p/{slug}/memorial", Rule::Organize),
    ("GET", "/p/{slug}/memorial/preview", Rule::Organize),
    // What the one does, the next one takes back.
    ("POST", "/p/{slug}/memorial", Rule::Organize),
    ("POST", "/p/{slug}/memorial/end", Rule::Organize),
    ("GET", "/p/{slug}/suggestions", Rule::Encourage),
    ("POST", "/p/{slug}/suggestions", Rule::Encourage),
    ("GET", "/p/{slug}/departure", Rule::Encourage),
    ("POST", "/p/{slug}/departure", Rule::Encourage),
    ("GET", "/links/{token}", Rule::Hidden),
    ("GET", "/sitemap.xml", Rule::Everyone),
    ("POST", "/invitations/{token}/renewal", Rule::Secret),
    ("POST", "/sign-in/link/{token}/renewal", Rule::Secret),
    ("GET", "/account/language", Rule::Account),
    ("POST", "/account/language", Rule::Account),
    ("GET", "/account/data", Rule::Account),
    ("POST", "/account/data", Rule::Account),
    ("GET", "/account/erasure", Rule::Account),
    ("POST", "/account/erasure", Rule::Account),
    ("GET", "/erasure/{token}", Rule::Secret),
    ("POST", "/erasure/{token}", Rule::Secret),
    ("GET", "/sign-in/link", Rule::Everyone),
    ("POST", "/sign-in/link", Rule::Everyone),
    ("POST", "/sign-in/passkey", Rule::Everyone),
    ("POST", "/sign-in/passkey/options", Rule::Everyone),
    ("POST", "/sign-out/everywhere", Rule::Everyone),
    ("GET", "/email/change/{token}", Rule::Secret),
    ("POST", "/email/change/{token}", Rule::Secret),
    ("GET", "/email/stop/{token}", Rule::Secret),
    ("POST", "/email/stop/{token}", Rule::Secret),
    ("POST", "/account/name", Rule::Account),
    ("GET", "/account/proof", Rule::Account),
    ("POST", "/account/proof", Rule::Account),
    ("GET", "/account/password", Rule::Account),
    ("POST", "/account/password/removal", Rule::Account),
    ("GET", "/account/passkeys", Rule::Account),
    ("POST", "/account/passkeys", Rule::Account),
    ("POST", "/account/passkeys/options", Rule::Account),
    ("POST", "/account/passkeys/{passkey}/name", Rule::Account),
    ("POST", "/account/passkeys/{passkey}/removal", Rule::Account),
    ("GET", "/account/second-factor", Rule::Account),
    ("POST", "/account/second-factor", Rule::Account),
    ("POST", "/account/second-factor/recovery-codes", Rule::Account),
    ("POST", "/account/second-factor/removal", Rule::Account),
    ("GET", "/account/email", Rule::Account),
    ("POST", "/account/email", Rule::Account),
    ("GET", "/account/sessions", Rule::Account),
    ("POST", "/account/sessions/{session}/end", Rule::Account),
    ("POST", "/p/{slug}/feed", Rule::Encourage),
    ("POST", "/p/{slug}/feed/end", Rule::Encourage),
    ("GET", "/p/{slug}/status", Rule::Read),
    ("POST", "/p/{slug}/status", Rule::Write),
    ("POST", "/p/{slug}/status/removal", Rule::Write),
    ("GET", "/p/{slug}/next-update", Rule::Write),
    ("POST", "/p/{slug}/next-update", Rule::Write),
    ("POST", "/p/{slug}/next-update/removal", Rule::Write),
    ("GET", "/p/{slug}/rest", Rule::Organize),
    ("POST", "/p/{slug}/rest", Rule::Organize),
    ("POST", "/p/{slug}/rest/end", Rule::Organize),
    ("GET", "/p/{slug}/notes", Rule::Organize),
    ("POST", "/p/{slug}/notes", Rule::Organize),
    ("GET", "/p/{slug}/notes/new", Rule::Organize),
    ("GET", "/p/{slug}/notes/{note}", Rule::Organize),
    ("POST", "/p/{slug}/notes/{note}", Rule::Organize),
    ("POST", "/p/{slug}/notes/{note}/place", Rule::Organize),
    ("POST", "/p/{slug}/notes/{note}/removal", Rule::Organize),
    ("GET", "/p/{slug}/updates", Rule::Read),
    ("GET", "/p/{slug}/position", Rule::Read),
    ("POST", "/p/{slug}/position", Rule::Encourage),
    ("GET", "/feeds/{token}", Rule::Hidden),
    ("GET", "/sw.js", Rule::Everyone),
    ("GET", "/offline", Rule::Everyone),
    ("POST", "/p/{slug}/photos", Rule::Write),
    ("GET", "/p/{slug}/photos/{photo}", Rule::Read),
    ("POST", "/p/{slug}/photos/{photo}", Rule::Change),
    ("POST", "/p/{slug}/photos/{photo}/removal", Rule::Change),
    ("GET", "/photos/{photo}/{size}", Rule::Read),
    ("GET", "/csrf", Rule::Everyone),
    ("POST", "/p/{slug}/quiet-hours", Rule::Organize),
    ("POST", "/p/{slug}/mail-photos", Rule::Organize),
    ("POST", "/p/{slug}/mail-holds", Rule::Organize),
    ("GET", "/p/{slug}/drafts", Rule::Write),
    // The draft of this table is shared with those who write.
    ("GET", "/p/{slug}/drafts/{draft}", Rule::Write),
    ("POST", "/p/{slug}/drafts/{draft}", Rule::Write),
    ("POST", "/p/{slug}/drafts/{draft}/deletion", Rule::Change),
    ("GET", "/p/{slug}/drafts/{draft}/publication", Rule::Write),
    ("POST", "/p/{slug}/drafts/{draft}/publication", Rule::Write),
    ("POST", "/p/{slug}/drafts/{draft}/publication/end", Rule::Write),
    ("GET", "/p/{slug}/drafts/{draft}/preview", Rule::Write),
    ("GET", "/p/{slug}/drafts/{draft}/preview/mail", Rule::Write),
    ("GET", "/p/{slug}/updates/{update}/revisions", Rule::Organize),
    ("POST", "/p/{slug}/updates/{update}/revisions/{revision}/restoration", Rule::Organize),
    ("POST", "/p/{slug}/updates/{update}/mail", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/mail/end", Rule::Change),
    ("GET", "/p/{slug}/updates/{update}/sending", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/sending", Rule::Change),
    ("GET", "/p/{slug}/updates/{update}/correction", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/correction", Rule::Change),
    ("GET", "/p/{slug}/photos/{photo}/reactions", Rule::Read),
    ("POST", "/p/{slug}/photos/{photo}/reactions", Rule::Encourage),
    ("POST", "/p/{slug}/photos/{photo}/reactions/removal", Rule::Encourage),
    ("GET", "/p/{slug}/photos", Rule::Read),
    ("POST", "/p/{slug}/photos/archive", Rule::Encourage),
    ("GET", "/p/{slug}/photos/{photo}/edit", Rule::Change),
    ("GET", "/p/{slug}/photos/{photo}/removal", Rule::Change),
    ("POST", "/p/{slug}/photos/{photo}/order", Rule::Change),
    ("GET", "/p/{slug}/albums/new", Rule::Write),
    ("POST", "/p/{slug}/albums", Rule::Write),
    ("GET", "/p/{slug}/albums/{album}", Rule::Read),
    ("POST", "/p/{slug}/albums/{album}/photos", Rule::Write),
    ("GET", "/p/{slug}/albums/{album}/edit", Rule::Change),
    ("POST", "/p/{slug}/albums/{album}/edit", Rule::Change),
    ("GET", "/p/{slug}/albums/{album}/order", Rule::Change),
    ("POST", "/p/{slug}/albums/{album}/order", Rule::Change),
    ("GET", "/p/{slug}/albums/{album}/deletion", Rule::Change),
    ("POST", "/p/{slug}/albums/{album}/deletion", Rule::Change),
    ("GET", "/p/{slug}/cover", Rule::Organize),
    ("POST", "/p/{slug}/cover", Rule::Organize),
    ("POST", "/p/{slug}/cover/crop", Rule::Organize),
    ("POST", "/p/{slug}/cover/removal", Rule::Organize),
    ("GET", "/p/{slug}/portrait", Rule::Organize),
    ("POST", "/p/{slug}/portrait", Rule::Organize),
    ("POST", "/p/{slug}/portrait/crop", Rule::Organize),
    ("POST", "/p/{slug}/portrait/removal", Rule::Organize),
    // Nobody in this table is the person whom the page is about: `bedside.rs` has them.
    ("GET", "/p/{slug}/bedside", Rule::Organize),
    ("GET", "/p/{slug}/bedside/words", Rule::Organize),
    ("GET", "/p/{slug}/bedside/again", Rule::Organize),
    ("GET", "/p/{slug}/bedside/print", Rule::Organize),
    ("POST", "/p/{slug}/bedside/hearings", Rule::Organize),
    ("POST", "/p/{slug}/bedside/hearts", Rule::Organize),
    ("POST", "/p/{slug}/bedside/hearts/removal", Rule::Organize),
    ("GET", "/p/{slug}/encouragement", Rule::Organize),
    ("POST", "/p/{slug}/encouragement", Rule::Organize),
    ("GET", "/p/{slug}/encouragement/new", Rule::Organize),
    ("POST", "/p/{slug}/encouragement/new", Rule::Organize),
    ("POST", "/p/{slug}/encouragement/new/seen", Rule::Organize),
    ("GET", "/p/{slug}/wishes/{wish}/block", Rule::Organize),
    ("GET", "/p/{slug}/wishes/{wish}/report", Rule::Read),
    ("POST", "/p/{slug}/wishes/{wish}/report", Rule::Read),
    // The person whom the page is about may, too: see calm.rs.
    ("GET", "/p/{slug}/thanks", Rule::Organize),
    ("POST", "/p/{slug}/thanks", Rule::Organize),
    ("POST", "/p/{slug}/thanks/seen", Rule::Encourage),
    ("POST", "/p/{slug}/updates/{update}/comments/closing", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/comments/opening", Rule::Change),
    ("GET", "/p/{slug}/post-by-mail", Rule::Organize),
    ("POST", "/p/{slug}/post-by-mail", Rule::Organize),
    ("POST", "/p/{slug}/post-by-mail/address", Rule::Organize),
    ("POST", "/p/{slug}/post-by-mail/removal", Rule::Organize),
];

const PRIVACIES: [&str; 4] = ["invited", "ask", "link", "public"];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Somebody who stands so to the page.
    Standing(Standing),
    /// Nobody we know, who has opened the page's secret link.
    LinkHolder,
}

const WHO: [Who; 9] = [
    Who::Standing(Standing::Anonymous),
    Who::LinkHolder,
    Who::Standing(Standing::Stranger),
    Who::Standing(Standing::Asked),
    Who::Standing(Standing::Invited),
    Who::Standing(Standing::Supporter),
    Who::Standing(Standing::Blocked),
    Who::Standing(Standing::CoAuthor),
    Who::Standing(Standing::Organizer),
];

/// How the page is.
#[derive(Clone, Copy, Debug)]
struct Page {
    privacy: &'static str,
    closed: bool,
}

/// What the rules say, written out again by hand: the test must not ask the code what is right.
fn passes(rule: Rule, who: Who, page: Page) -> bool {
    use Standing::{Anonymous, CoAuthor, Invited, Organizer, Supporter};
    let is = |all: &[Standing]| matches!(who, Who::Standing(standing) if all.contains(&standing));
    let member = is(&[Organizer]) || (!page.closed && is(&[Supporter, CoAuthor]));
    let reads = match page.privacy {
        "public" => !page.closed,
        "link" => !page.closed && who == Who::LinkHolder,
        _ => false,
    };
    match rule {
        Rule::Everyone => true,
        Rule::Secret | Rule::Hidden | Rule::Link => false,
        Rule::Account => !is(&[Anonymous]) && who != Who::LinkHolder,
        Rule::Door => member || reads || (!page.closed && (is(&[Invited]) || page.privacy == "ask")),
        Rule::Read => member || reads,
        Rule::Encourage => member,
        Rule::Write => is(&[Organizer]) || (!page.closed && is(&[CoAuthor])),
        Rule::Change | Rule::Organize => is(&[Organizer]),
    }
}

/// What changes how somebody stands, or how the page is, for as long as the world lasts: seen to in tests of its own.
fn is_lasting(method: &str, path: &str, who: Who) -> bool {
    let is = |all: &[Standing]| matches!(who, Who::Standing(standing) if all.contains(&standing));
    match (method, path) {
        // Signing out would change who this is.
        ("POST", "/sign-out" | "/sign-out/everywhere") => true,
        ("POST", "/p/{slug}/follow") => {
            is(&[Standing::Invited, Standing::Stranger, Standing::Anonymous]) || who == Who::LinkHolder
        }
        ("POST", "/p/{slug}/departure") => is(&[Standing::Supporter, Standing::CoAuthor, Standing::Organizer]),
        ("POST", "/p/{slug}/link" | "/p/{slug}/perspective") => is(&[Standing::Organizer]),
        _ => false,
    }
}

struct World {
    app: TestApp,
    organizer: Person,
    viewers: Vec<(Who, Viewer)>,
}

enum Viewer {
    Nobody(Browser),
    Somebody(Person),
}

impl Viewer {
    fn browser(&self) -> &Browser {
        match self {
            Self::Nobody(browser) => browser,
            Self::Somebody(person) => person,
        }
    }
}

impl World {
    fn new(page: Page) -> Self {
        let app = TestApp::new();
        let organizer = app.organizer_of("link");
        let holder = app.visitor();
        holder.get(&organizer.secret_link()).assert_status(303);
        organizer.opens_to(page.privacy);
        let nobody = Who::Standing(Standing::Anonymous);
        let mut viewers = vec![(nobody, Viewer::Nobody(app.visitor())), (Who::LinkHolder, Viewer::Nobody(holder))];
        for (standing, name) in [
            (Standing::Stranger, "Sam"),
            (Standing::Asked, "Ada"),
            (Standing::Invited, "Ivy"),
            (Standing::Supporter, "Jo"),
            (Standing::Blocked, "Bob"),
            (Standing::CoAuthor, "Cleo"),
        ] {
            let person = app.account(name);
            if standing != Standing::Stranger {
                let role = if standing == Standing::CoAuthor { "co-author" } else { "supporter" };
                let fields = [("addresses", person.email.as_str()), ("role", role)];
                organizer.post("/p/maria/people/invitations", &fields).assert_status(303);
            }
            let state = match standing {
                Standing::Asked => "asked",
                Standing::Blocked => "blocked",
                Standing::Supporter | Standing::CoAuthor => "active",
                _ => "invited",
            };
            app.sql(&format!(
                "UPDATE members SET state = '{state}' WHERE person_id = (SELECT id FROM people WHERE email = '{}')",
                person.email
            ));
            viewers.push((Who::Standing(standing), Viewer::Somebody(person)));
        }
        app.run_jobs();
        let ann = Person::again(&organizer, &app);
        viewers.push((Who::Standing(Standing::Organizer), Viewer::Somebody(ann)));
        if page.closed {
            organizer.submit("/p/maria/closing", &[]).assert_sees("The page is closed");
        }
        Self { app, organizer, viewers }
    }

    fn viewer(&self, who: Who) -> &Browser {
        self.viewers.iter().find(|(found, _)| *found == who).expect("a viewer").1.browser()
    }

    /// The address with real things in it, made anew, since some routes take away what they are about.
    fn address(&self, path: &str) -> String {
        let mut address = path.replace("{slug}", "maria").replace("{version}/{name:.+}", "x/style.css");
        address = address.replace("{language}/{version}", "en/x");
        if address.contains("{update}") {
            let update = self.organizer.writes("Home", "She is home.");
            if address.contains("{revision}") {
                self.organizer.submit(&format!("{update}/edit"), &[("body", "She sleeps."), ("audience", "everyone")]);
                let page = self.organizer.get(&format!("{update}/revisions"));
                let action = page.attribute("form[action$=restoration]", "action").expect("a revision");
                address = address.replace("{revision}", action.rsplit('/').nth(1).expect("an id"));
            }
            address = address.replace("/p/maria/updates/{update}", &update);
        }
        if address.contains("{wish}") {
            // One for many routes: nobody may leave so many in so short a time.
            let newest = || self.organizer.get("/p/maria/wishes").attribute("li.wish", "id");
            let id = newest().unwrap_or_else(|| {
                self.organizer.submit("/p/maria/wishes", &[("message", "Love")]);
                newest().expect("a wish")
            });
            let id = id.replace("wish-", "");
            address = address.replace("{wish}", &id);
        }
        if address.contains("{member}") {
            let name = format!("new{}", uuid::Uuid::now_v7().simple());
            self.app.invited(&self.organizer, &name, "supporter", "everyone");
            let page = self.organizer.get("/p/maria/people");
            let id = page.member_called(&name);
            address = address.replace("{member}", &id);
        }
        if address.contains("{note}") {
            self.app.sql("DELETE FROM notes");
            let fields = [("title", "Visiting hours"), ("body", "From three to five."), ("audience", "everyone")];
            let page = self.organizer.submit("/p/maria/notes", &fields);
            let id = page.attribute("li.card", "id").expect("a note").replace("note-", "");
            address = address.replace("{note}", &id);
        }
        if address.contains("{photo}") {
            let (_, photo) = writes_with_photo(&self.app, &self.organizer, "everyone");
            address = address.replace("{photo}", &photo).replace("{size}", "320");
        }
        if address.contains("{draft}") {
            self.app.sql("DELETE FROM drafts");
            let id = uuid::Uuid::now_v7().to_string();
            let fields = [("body", "She is home."), ("shared", "yes")];
            self.organizer.post(&format!("/p/maria/drafts/{id}"), &fields).assert_status(303);
            address = address.replace("{draft}", &id);
        }
        if address.contains("{album}") {
            self.app.sql("DELETE FROM albums");
            let made = self.organizer.post("/p/maria/albums", &[("title", "In the garden"), ("audience", "everyone")]);
            address = address.replace("/p/maria/albums/{album}", &made.location());
        }
        for id in ["{passkey}", "{session}"] {
            address = address.replace(id, "00000000-0000-7000-8000-000000000000");
        }
        address.replace("{token}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    }

    /// The page as it was, after what an organizer may have changed about it.
    fn restore(&self, page: Page, method: &str, path: &str) {
        let changes = ["/privacy", "/settings", "/closing", "/opening"];
        if method == "POST" && changes.iter().any(|end| path.ends_with(end)) {
            self.app.sql(&format!(
                "UPDATE sites SET privacy = '{}', supporter_invitations = 'approved' WHERE slug = 'maria'",
                page.privacy
            ));
            let act = if page.closed { "/p/maria/closing" } else { "/p/maria/opening" };
            self.organizer.post(act, &[]).assert_status(303);
        }
    }
}

/// Fields with which every form can be used.
const FIELDS: [(&str, &str); 16] = [
    ("message", "Love"),
    ("body", "She is home."),
    ("kind", "heart"),
    ("delivery", "each"),
    ("first_name", "Maria"),
    ("relationship", "her sister"),
    ("privacy", "invited"),
    ("role", "supporter"),
    ("circle", "everyone"),
    ("decision", "in"),
    ("as", "supporter"),
    ("name", "Somebody"),
    ("from", "21"),
    ("until", "8"),
    ("revision", "1"),
    ("mail_holds", "whole"),
];

fn ask(browser: &Browser, method: &str, address: &str) -> Response {
    match method {
        "GET" => browser.get(address),
        _ => browser.post(address, &FIELDS),
    }
}

fn check(page: Page) {
    let world = World::new(page);
    for (method, path, rule) in TABLE {
        for who in WHO.into_iter().filter(|who| !is_lasting(method, path, *who)) {
            let address = world.address(path);
            let answer = ask(world.viewer(who), method, &address);
            let place = format!("{method} {address} as {who:?} on {page:?}: {}", answer.status);
            assert!(answer.status < 500, "{place}");
            let refused = match rule {
                Rule::Account => matches!(answer.status, 303 | 403) && !passes(*rule, who, page),
                Rule::Secret => answer.status == 410,
                _ => answer.status == 404,
            };
            assert_eq!(!refused, passes(*rule, who, page), "{place}");
            if *rule == Rule::Account && refused && *method == "GET" {
                assert!(answer.location().starts_with("/sign-in?next="), "{place}");
            }
            if answer.status == 404 {
                compare_with_nothing(&world, who, method, &address, &answer);
            }
            world.restore(page, method, path);
        }
    }
}

/// What may not be seen answers with the same bytes and headers as what does not exist.
fn compare_with_nothing(world: &World, who: Who, method: &str, address: &str, answer: &Response) {
    let nowhere = match address.strip_prefix("/photos/") {
        Some(_) => format!("/photos/{}/320", uuid::Uuid::nil()),
        None => address.replace("/p/maria", "/p/no-such-page"),
    };
    let nothing = ask(world.viewer(who), method, &nowhere);
    assert_same_nothing(&nothing, answer, &format!("{address} and {nowhere}"));
}

#[track_caller]
fn assert_same_nothing(nothing: &Response, answer: &Response, place: &str) {
    assert_eq!(nothing.status, 404, "{place}");
    assert_eq!(nothing.body, answer.body, "{place} differ");
    let comparable = |response: &Response| {
        let passing = ["x-request-id", "date", "content-security-policy", "set-cookie"];
        let headers: BTreeSet<_> =
            response.headers.iter().filter(|(name, _)| !passing.contains(&name.as_str())).cloned().collect();
        headers
    };
    assert_eq!(comparable(nothing), comparable(answer), "{place} differ");
}

#[test]
fn on_a_page_for_invited_people() {
    check(Page { privacy: "invited", closed: false });
}

#[test]
fn on_a_page_that_one_can_ask_to_join() {
    check(Page { privacy: "ask", closed: false });
}

#[test]
fn on_a_page_for_anyone_with_the_link() {
    check(Page { privacy: "link", closed: false });
}

#[test]
fn on_a_public_page() {
    check(Page { privacy: "public", closed: false });
}

#[test]
fn on_a_closed_page() {
    check(Page { privacy: "public", closed: true });
}

#[test]
fn no_address_of_one_page_reaches_what_is_on_another() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let here = World { viewers: Vec::new(), organizer: Person::again(&ann, &app), app };
    let fields = [("first_name", "Bea"), ("relationship", "a friend"), ("privacy", "public"), ("slug", "bea")];
    ann.post("/pages", &fields).assert_status(303);
    for (method, path, _) in TABLE {
        let children = ["{update}", "{wish}", "{member}", "{note}", "{photo}", "{draft}", "{album}"];
        if !path.starts_with("/p/") || !children.iter().any(|child| path.contains(child)) {
            continue;
        }
        // Ann organizes both, so nothing but the page in the address stands between.
        let elsewhere = here.address(path).replace("/p/maria/", "/p/bea/");
        let answer = ask(&ann, method, &elsewhere);
        assert_eq!(answer.status, 404, "{method} {elsewhere}");
        // A child that there never was answers alike; but a draft that there never was can be begun.
        if *method == "POST" && *path == "/p/{slug}/drafts/{draft}" {
            continue;
        }
        let nil = uuid::Uuid::nil().to_string();
        let never = path.replace("{slug}", "bea");
        let never = children.iter().fold(never, |it, child| it.replace(child, &nil)).replace("{revision}", &nil);
        assert_same_nothing(&ask(&ann, method, &never), &answer, &elsewhere);
    }
}

#[test]
fn no_way_of_writing_an_address_gets_around_the_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    let id = update.rsplit('/').next().expect("an id").to_owned();
    let nothing = app.visitor().get("/p/no-such-page");
    let spellings = [
        "/p/maria/".to_owned(),
        "/p//maria".to_owned(),
        "//p/maria".to_owned(),
        "/P/maria".to_owned(),
        "/p/MARIA".to_owned(),
        "/p%2fmaria".to_owned(),
        "/p%2Fmaria".to_owned(),
        "/p/maria%2f".to_owned(),
        "/p/maria%00".to_owned(),
        "/p/maria%20".to_owned(),
        "/p/./maria".to_owned(),
        "/p/x/../maria".to_owned(),
        format!("/p/maria/updates/{id}/"),
        format!("/p/maria//updates/{id}"),
        format!("/p/maria/updates%2f{id}"),
        format!("/p/maria/updates/{}", id.to_uppercase()),
        format!("/p/maria/updates/{{{id}}}"),
        format!("/p/maria/updates/{}", id.replace('-', "")),
        "/p/maria/wishes/".to_owned(),
        "/p/maria/people/".to_owned(),
        "/p/maria/settings/".to_owned(),
    ];
    for spelling in &spellings {
        let answer = app.visitor().get(spelling);
        assert_same_nothing(&nothing, &answer, spelling);
        let head = app.visitor().head(spelling);
        assert_eq!((head.status, head.body.as_str()), (404, ""), "HEAD {spelling}");
    }
    for path in ["/p/maria", &update, "/p/maria/people", "/p/maria/settings", "/p/maria/card", "/p/maria/history"] {
        let head = app.visitor().head(path);
        assert_eq!((head.status, head.body.as_str()), (404, ""), "HEAD {path}");
        assert_eq!(head.header("content-length"), nothing.header("content-length"), "HEAD {path}");
    }
}

#[test]
fn no_route_is_missing_from_the_table() {
    let here: BTreeSet<(&str, &str)> = TABLE.iter().map(|(method, path, _)| (*method, *path)).collect();
    let there: BTreeSet<(&str, &str)> =
        tidings::serve::url_table().iter().map(|entry| (entry.method, entry.path)).collect();
    assert_eq!(here, there);
    assert_eq!(here.len(), TABLE.len(), "a route stands twice in the table");
    let privacies: Vec<&str> = tidings::sites::Privacy::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(privacies, PRIVACIES, "a level of privacy is missing");
}

#[test]
fn a_link_in_a_mail_gives_an_organizer_no_more_than_a_supporter_has() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Love to you all")]).assert_status(200);
    let link = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let phone = app.visitor();
    let page = phone.submit(&link, &[]);
    page.assert_status(200).assert_sees("Love to you all").assert_sees("Reading as");
    for address in ["/p/maria/people", "/p/maria/updates/new"] {
        // With their account they may, so they are asked to sign in.
        let answer = phone.get(address);
        answer.assert_status(303);
        assert!(answer.location().starts_with("/sign-in?next="), "{}", answer.location());
    }
    phone.get("/account").assert_status(303);
    phone.post("/p/maria/updates", &[("body", "I am Ann")]).assert_status(403);
    ann.get("/p/maria").assert_does_not_see("I am Ann");
    // Somebody who has no more than a supporter's place finds nothing there.
    jo.get("/p/maria/people").assert_status(404);
}

#[test]
fn a_link_opens_one_page_and_no_other() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.post("/pages", &[("first_name", "Bea"), ("relationship", "a friend"), ("privacy", "invited")])
        .assert_status(303);
    let jo = app.supporter(&ann, "Jo");
    ann.post("/p/bea/people/invitations", &[("addresses", &jo.email)]).assert_status(303);
    app.run_jobs();
    app.sql("UPDATE members SET state = 'active' WHERE role = 'supporter'");
    jo.get("/p/maria").assert_status(200);
    // Jo belongs to Bea's page as well, but has opened no link to it in this browser.
    jo.get("/p/bea").assert_status(404);
    jo.get("/").assert_does_not_see("Bea");
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    jo.submit(&link, &[]).assert_status(200);
    jo.get("/p/bea").assert_status(200);
    jo.get("/p/maria").assert_status(200);
}

#[test]
fn an_audience_holds_everywhere() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let secret = ann.writes_for("Only for us", "The results are not good.", "organizers");
    let family = ann.writes_for("For the family", "Please come on Sunday.", "family");
    ann.writes("For all", "She is resting.");
    jo.get("/p/maria").assert_sees("For all").assert_does_not_see("For the family").assert_does_not_see("Only for us");
    fay.get("/p/maria").assert_sees("For the family").assert_does_not_see("Only for us");
    for address in [&secret, &family] {
        jo.get(address).assert_status(404);
        jo.post(&format!("{address}/comments"), &[("message", "Hello")]).assert_status(404);
        jo.post(&format!("{address}/reactions"), &[("kind", "heart")]).assert_status(404);
    }
    // A comment is reached through its update only.
    fay.submit(&format!("{family}/comments"), &[("message", "We will be there")]);
    let comment = fay.get(&family).attribute("li.wish", "id").expect("a comment").replace("wish-", "");
    jo.post(&format!("/p/maria/wishes/{comment}/reactions"), &[("kind", "heart")]).assert_status(404);
    app.run_jobs();
    let subjects = |address: &str| -> BTreeSet<String> {
        app.mails().into_iter().filter(|mail| mail.to == address).map(|mail| mail.subject).collect()
    };
    assert!(subjects(&fay.email).contains("For the family"));
    assert!(!subjects(&jo.email).contains("For the family"));
    assert!(!subjects(&fay.email).contains("Only for us"));
    assert!(subjects(&jo.email).contains("For all"));
}
