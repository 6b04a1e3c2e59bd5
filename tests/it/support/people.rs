//! People: a name, an address, a browser.

use std::ops::Deref;

use super::{Browser, TestApp};

pub const PASSWORD: &str = "a lamp in the window";

pub struct Person {
    pub name: String,
    pub email: String,
    browser: Browser,
}

impl Deref for Person {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl TestApp {
    /// A browser in which nobody is signed in.
    pub fn visitor(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Somebody with an account and nothing else.
    pub fn account(&self, name: &str) -> Person {
        let person = self.nobody(name);
        let fields = [("name", name), ("email", &person.email), ("password", PASSWORD)];
        person.post("/sign-up", &fields).assert_status(200);
        let link = self.last_mail_to(&person.email).link("/email/confirm/");
        person.post(&link, &[]).assert_status(303);
        person
    }

    /// Somebody whom we do not know yet.
    pub fn nobody(&self, name: &str) -> Person {
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        Person { name: name.to_owned(), email, browser: self.visitor() }
    }

    /// Somebody with an account who organizes Maria's page at `/p/maria`.
    pub fn organizer(&self) -> Person {
        self.organizer_of("invited")
    }

    /// The same, with a privacy.
    pub fn organizer_of(&self, privacy: &str) -> Person {
        let ann = self.account("Ann");
        let fields = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", privacy), ("slug", "maria")];
        ann.post("/pages", &fields).assert_status(303);
        ann
    }

    /// Somebody whom the organizer has invited, and who has pressed the button in the mail.
    pub fn supporter(&self, organizer: &Person, name: &str) -> Person {
        self.member(organizer, name, "supporter", "everyone")
    }

    /// The same, with a role and a circle.
    pub fn member(&self, organizer: &Person, name: &str, role: &str, circle: &str) -> Person {
        let person = self.invited(organizer, name, role, circle);
        let link = self.last_mail_to(&person.email).link("/invitations/");
        person.submit(&link, &[]).assert_status(200);
        person
    }

    /// Somebody whom the organizer has invited, and who has not answered yet.
    pub fn invited(&self, organizer: &Person, name: &str, role: &str, circle: &str) -> Person {
        let person = self.nobody(name);
        let addresses = format!("{name} <{}>", person.email);
        let fields = [("addresses", addresses.as_str()), ("role", role), ("circle", circle)];
        organizer.post("/p/maria/people/invitations", &fields).assert_status(303);
        person
    }
}

impl Person {
    /// Signs in with the password that everybody has here.
    pub fn sign_in(&self) -> &Self {
        self.post("/sign-in", &[("email", &self.email), ("password", PASSWORD)]).assert_status(303);
        self
    }

    /// Posts an update on Maria's page, and answers with its address.
    pub fn writes(&self, title: &str, body: &str) -> String {
        self.writes_for(title, body, "everyone")
    }

    /// Posts an update for an audience.
    pub fn writes_for(&self, title: &str, body: &str, audience: &str) -> String {
        let fields = [("title", title), ("body", body), ("audience", audience)];
        let page = self.submit("/p/maria/updates", &fields);
        page.attribute("article.update .byline a", "href").expect("the newest update")
    }
}

impl Person {
    /// Decides who may read Maria's page, and says yes to what that means.
    pub fn opens_to(&self, privacy: &str) {
        self.opens(privacy, false);
    }

    /// The same, and whether search engines may list it.
    pub fn opens(&self, privacy: &str, indexable: bool) {
        let index = if indexable { "yes" } else { "" };
        let answer = self.post("/p/maria/privacy", &[("privacy", privacy), ("indexable", index)]);
        if answer.status == 303 {
            return;
        }
        let meaning = answer.assert_status(200).attribute("input[name=agreed]", "value").expect("what it means");
        let fields = [("privacy", privacy), ("indexable", index), ("agreed", &meaning)];
        self.post("/p/maria/privacy", &fields).assert_status(303);
    }

    /// The secret link of Maria's page.
    pub fn secret_link(&self) -> String {
        self.secret_link_of("/p/maria")
    }
}

impl Person {
    /// The same person at another device, signed in.
    pub fn again(other: &Person, app: &TestApp) -> Self {
        let person = Self { name: other.name.clone(), email: other.email.clone(), browser: app.visitor() };
        person.sign_in();
        person
    }
}
