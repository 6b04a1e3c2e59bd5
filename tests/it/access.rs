//! The access table: every route, as every kind of viewer, at every level of privacy. A route that is missing here fails
//! the test; so does one that answers anybody otherwise than the table says.

use std::collections::BTreeSet;

use tidings::sites::Standing;

use crate::support::{Browser, Person, Response, TestApp};

/// Who gets through to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Everybody.
    Everyone,
    /// Whoever holds the secret in the address; an unknown one leads nowhere.
    Secret,
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
    ("GET", "/account", Rule::Account),
    ("POST", "/account/password", Rule::Account),
    ("GET", "/pages/new", Rule::Account),
    ("POST", "/pages", Rule::Account),
    ("GET", "/p/{slug}", Rule::Door),
    ("GET", "/p/{slug}/follow", Rule::Door),
    ("POST", "/p/{slug}/follow", Rule::Door),
    ("GET", "/p/{slug}/updates/{update}", Rule::Read),
    ("GET", "/p/{slug}/wishes", Rule::Read),
    ("POST", "/p/{slug}/wishes", Rule::Encourage),
    ("POST", "/p/{slug}/wishes/{wish}/reactions", Rule::Encourage),
    ("POST", "/p/{slug}/wishes/{wish}/reactions/removal", Rule::Encourage),
    ("POST", "/p/{slug}/updates/{update}/comments", Rule::Encourage),
    ("POST", "/p/{slug}/updates/{update}/reactions", Rule::Encourage),
    ("POST", "/p/{slug}/updates/{update}/reactions/removal", Rule::Encourage),
    ("GET", "/p/{slug}/updates/new", Rule::Write),
    ("POST", "/p/{slug}/updates", Rule::Write),
    ("GET", "/p/{slug}/updates/{update}/edit", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/edit", Rule::Change),
    ("GET", "/p/{slug}/updates/{update}/deletion", Rule::Change),
    ("POST", "/p/{slug}/updates/{update}/deletion", Rule::Change),
    ("GET", "/p/{slug}/people", Rule::Organize),
    ("POST", "/p/{slug}/people/invitations", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/invitation", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/admission", Rule::Organize),
    ("GET", "/p/{slug}/people/{member}/removal", Rule::Organize),
    ("POST", "/p/{slug}/people/{member}/removal", Rule::Organize),
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
];

const PRIVACIES: [&str; 3] = ["invited", "ask", "public"];

const STANDINGS: [Standing; 8] = [
    Standing::Anonymous,
    Standing::Stranger,
    Standing::Asked,
    Standing::Invited,
    Standing::Supporter,
    Standing::Blocked,
    Standing::CoAuthor,
    Standing::Organizer,
];

/// What the rules say, written out again by hand: the test must not ask the code what is right.
fn passes(rule: Rule, standing: Standing, privacy: &str) -> bool {
    use Standing::{Anonymous, CoAuthor, Invited, Organizer, Supporter};
    let member = matches!(standing, Supporter | CoAuthor | Organizer);
    match rule {
        Rule::Everyone => true,
        Rule::Secret => false,
        Rule::Account => standing != Anonymous,
        Rule::Door => member || standing == Invited || privacy != "invited",
        Rule::Read => member || privacy == "public",
        Rule::Encourage => member,
        Rule::Write => matches!(standing, CoAuthor | Organizer),
        Rule::Change | Rule::Organize => standing == Organizer,
    }
}

struct World {
    app: TestApp,
    organizer: Person,
    viewers: Vec<(Standing, Viewer)>,
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
    fn new(privacy: &str) -> Self {
        let app = TestApp::new();
        let organizer = app.organizer_of(privacy);
        let mut viewers = vec![(Standing::Anonymous, Viewer::Nobody(app.visitor()))];
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
            viewers.push((standing, Viewer::Somebody(person)));
        }
        app.run_jobs();
        let ann = Person::again(&organizer, &app);
        viewers.push((Standing::Organizer, Viewer::Somebody(ann)));
        Self { app, organizer, viewers }
    }

    fn viewer(&self, standing: Standing) -> &Browser {
        self.viewers.iter().find(|(found, _)| *found == standing).expect("a viewer").1.browser()
    }

    /// The address with real things in it, made anew, since some routes take away what they are about.
    fn address(&self, path: &str) -> String {
        let mut address = path.replace("{slug}", "maria").replace("{version}/{name:.+}", "x/style.css");
        if address.contains("{update}") {
            let update = self.organizer.writes("Home", "She is home.");
            address = address.replace("/p/maria/updates/{update}", &update);
        }
        if address.contains("{wish}") {
            self.organizer.submit("/p/maria/wishes", &[("message", "Love")]);
            let page = self.organizer.get("/p/maria/wishes");
            let id = page.attribute("li.wish", "id").expect("a wish").replace("wish-", "");
            address = address.replace("{wish}", &id);
        }
        if address.contains("{member}") {
            let name = format!("new{}", uuid::Uuid::now_v7().simple());
            self.app.invited(&self.organizer, &name, "supporter", "everyone");
            let page = self.organizer.get("/p/maria/people");
            let removal = page.attribute("a[href$=removal]", "href").expect("somebody invited");
            let id = removal.split('/').nth(4).expect("an id").to_owned();
            address = address.replace("{member}", &id);
        }
        for id in ["{passkey}", "{session}"] {
            address = address.replace(id, "00000000-0000-7000-8000-000000000000");
        }
        address.replace("{token}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    }
}

/// Fields with which every form can be used.
const FIELDS: [(&str, &str); 7] = [
    ("message", "Love"),
    ("body", "She is home."),
    ("kind", "heart"),
    ("delivery", "each"),
    ("first_name", "Maria"),
    ("relationship", "her sister"),
    ("privacy", "invited"),
];

fn ask(browser: &Browser, method: &str, address: &str) -> Response {
    match method {
        "GET" => browser.get(address),
        _ => browser.post(address, &FIELDS),
    }
}

fn check(privacy: &str) {
    let world = World::new(privacy);
    for (method, path, rule) in TABLE {
        for standing in STANDINGS {
            // Signing out would change who this is.
            if path.starts_with("/sign-out") {
                continue;
            }
            // Asking, accepting and choosing change how somebody stands: seen to in tests of their own.
            let lasting = *method == "POST" && *path == "/p/{slug}/follow";
            if lasting && matches!(standing, Standing::Invited | Standing::Stranger | Standing::Anonymous) {
                continue;
            }
            let address = world.address(path);
            let answer = ask(world.viewer(standing), method, &address);
            let place = format!("{method} {address} as {standing:?} on a page for {privacy}: {}", answer.status);
            assert!(answer.status < 500, "{place}");
            let refused = match rule {
                Rule::Account => matches!(answer.status, 303 | 403) && !passes(*rule, standing, privacy),
                Rule::Secret => answer.status == 410,
                _ => answer.status == 404,
            };
            assert_eq!(!refused, passes(*rule, standing, privacy), "{place}");
            if *rule == Rule::Account && refused && *method == "GET" {
                assert!(answer.location().starts_with("/sign-in?next="), "{place}");
            }
            if answer.status == 404 {
                compare_with_nothing(&world, standing, method, &address, &answer);
            }
        }
    }
}

/// What may not be seen answers with the same bytes and headers as what does not exist.
fn compare_with_nothing(world: &World, standing: Standing, method: &str, address: &str, answer: &Response) {
    let nowhere = address.replace("/p/maria", "/p/no-such-page");
    let nothing = ask(world.viewer(standing), method, &nowhere);
    assert_eq!(nothing.status, 404, "{nowhere}");
    assert_eq!(nothing.body, answer.body, "{address} differs from {nowhere}");
    let comparable = |response: &Response| {
        let passing = ["x-request-id", "date", "content-security-policy", "set-cookie"];
        let headers: BTreeSet<_> =
            response.headers.iter().filter(|(name, _)| !passing.contains(&name.as_str())).cloned().collect();
        headers
    };
    assert_eq!(comparable(&nothing), comparable(answer), "{address} differs from {nowhere}");
}

#[test]
fn on_a_page_for_invited_people() {
    check("invited");
}

#[test]
fn on_a_page_that_one_can_ask_to_join() {
    check("ask");
}

#[test]
fn on_a_public_page() {
    check("public");
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
        phone.get(address).assert_status(404);
    }
    phone.get("/account").assert_status(303);
    phone.post("/p/maria/updates", &[("body", "I am Ann")]).assert_status(404);
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
