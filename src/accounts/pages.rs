//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::model::{ReadingInput, SignUpInput};
use crate::error::FieldErrors;
use crate::web::{Layout, Zone};

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
pub struct SignUp {
    layout: Layout,
    name: String,
    email: String,
    errors: FieldErrors,
}

impl SignUp {
    /// The password is not given back: it would stand in the page's source.
    pub fn new(layout: Layout, input: SignUpInput, errors: FieldErrors) -> Self {
        Self { layout, name: input.name, email: input.email, errors }
    }
}

#[derive(Template)]
#[template(path = "accounts/sign_up_sent.html")]
pub struct SignUpSent {
    pub layout: Layout,
    pub email: String,
}

#[derive(Template)]
#[template(path = "accounts/confirm_email.html")]
pub struct ConfirmEmail {
    pub layout: Layout,
    pub email: String,
    pub same_browser: bool,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
pub struct SignIn {
    pub layout: Layout,
    pub email: String,
    pub next: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
pub struct Account {
    pub layout: Layout,
    pub email: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/reset_request.html")]
pub struct ResetRequest {
    pub layout: Layout,
    pub email: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/reset_sent.html")]
pub struct ResetSent {
    pub layout: Layout,
    pub email: String,
}

#[derive(Template)]
#[template(path = "accounts/new_password.html")]
pub struct NewPassword {
    pub layout: Layout,
    pub errors: FieldErrors,
}

/// A link whose time is over, and what to do instead.
#[derive(Template)]
#[template(path = "accounts/link_is_over.html")]
pub struct LinkIsOver {
    layout: Layout,
    explanation: &'static str,
    action: &'static str,
    action_label: &'static str,
}

impl LinkIsOver {
    pub fn confirmation(layout: Layout) -> Self {
        Self {
            layout,
            explanation: "Links that confirm an address work for two days, and once. If you pressed the button before, your account is there: sign in.",
            action: "/sign-in",
            action_label: "Sign in",
        }
    }

    pub fn reset(layout: Layout) -> Self {
        Self {
            layout,
            explanation: "Links that set a new password work for one hour, and once.",
            action: "/password/reset",
            action_label: "Send me a new one",
        }
    }
}

/// The time zones of one part of the world.
struct Region {
    region: String,
    zones: Vec<ListedZone>,
}

struct ListedZone {
    name: &'static str,
    label: String,
}

#[derive(Template)]
#[template(path = "accounts/language.html")]
pub struct Language {
    layout: Layout,
    groups: Vec<Region>,
    language: String,
    time_zone: String,
    errors: FieldErrors,
}

impl Language {
    pub fn new(layout: Layout, input: &ReadingInput, errors: FieldErrors) -> Self {
        let ReadingInput { language, time_zone } = input.clone();
        Self { layout, groups: regions(), language, time_zone, errors }
    }
}

/// Every zone under the part of the world that its name begins with; what names none stands last, but for the one that
/// is there before anybody has chosen.
fn regions() -> Vec<Region> {
    const ELSEWHERE: &str = "Other";
    let default = Zone::default();
    let mut groups: Vec<Region> = Vec::new();
    let mut others = Vec::new();
    for name in Zone::names().iter().map(String::as_str).filter(|name| *name != default.name()) {
        let Some((region, place)) = name.split_once('/').filter(|(region, _)| *region != "Etc") else {
            others.push(ListedZone { name, label: name.replace('_', " ") });
            continue;
        };
        let label = place.replace('/', ", ").replace('_', " ");
        match groups.last_mut().filter(|last| last.region == region) {
            Some(last) => last.zones.push(ListedZone { name, label }),
            None => groups.push(Region { region: region.to_owned(), zones: vec![ListedZone { name, label }] }),
        }
    }
    let unchosen = ListedZone { name: "UTC", label: "UTC".to_owned() };
    groups.insert(0, Region { region: "Not chosen yet".to_owned(), zones: vec![unchosen] });
    groups.push(Region { region: ELSEWHERE.to_owned(), zones: others });
    groups
}
