//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::Visit;
use super::model::{ReadingInput, SessionScope, SignUpInput, Viewer};
use super::store::{Credentials, PasskeyRow, SessionRow, Stopped};
use crate::db::ids::SessionId;
use crate::error::FieldErrors;
use crate::web::{Layout, Zone};

/// What is said where there can be no passkeys.
pub const NO_PASSKEYS: &str = "Passkeys need Tidings to be reached by a name, over https.";

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
    layout: Layout,
    email: String,
    next: String,
    passkeys: bool,
    errors: FieldErrors,
}

impl SignIn {
    pub fn new(visit: &Visit, viewer: &Viewer, email: String, next: &str, errors: FieldErrors) -> Self {
        let (layout, passkeys) = (visit.layout(viewer), visit.app.passkeys.is_some());
        Self { layout, email, next: next.to_owned(), passkeys, errors }
    }
}

/// The code after a password that was right, for which `ceremony` stands.
#[derive(Template)]
#[template(path = "accounts/code.html")]
pub struct Code {
    pub layout: Layout,
    pub ceremony: String,
    pub next: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/link_request.html")]
pub struct LinkRequest {
    pub layout: Layout,
    pub email: String,
    pub next: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/link_sent.html")]
pub struct LinkSent {
    pub layout: Layout,
    pub email: String,
    pub next: String,
}

#[derive(Template)]
#[template(path = "accounts/sign_in_link.html")]
pub struct SignInLink {
    pub layout: Layout,
    pub name: String,
    /// Somebody else who is here now, and would be signed out.
    pub other: Option<String>,
    pub has_code: bool,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
pub struct Account {
    pub layout: Layout,
    pub person: Credentials,
    pub typed_name: String,
    pub passkeys: usize,
    pub sessions: usize,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
pub struct Password {
    pub layout: Layout,
    pub has_password: bool,
    pub has_passkey: bool,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/proof.html")]
pub struct Proof {
    pub layout: Layout,
    pub has_password: bool,
    pub has_code: bool,
    pub has_passkey: bool,
    pub next: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/passkeys.html")]
pub struct PasskeyList {
    pub layout: Layout,
    pub passkeys: Vec<PasskeyRow>,
    /// Whether this installation can have any.
    pub available: bool,
    pub typed: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/second_factor_set_up.html")]
pub struct SecondFactorSetUp {
    pub layout: Layout,
    pub has_password: bool,
    /// To be typed where no picture can be taken.
    pub secret: String,
    /// The same for the form, sealed.
    pub sealed: String,
    pub qr_path: String,
    pub qr_size: usize,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/second_factor.html")]
pub struct SecondFactor {
    pub layout: Layout,
    pub codes_left: i64,
}

#[derive(Template)]
#[template(path = "accounts/recovery_codes.html")]
pub struct RecoveryCodes {
    pub layout: Layout,
    pub codes: Vec<String>,
    /// Whether the second factor was turned on just now.
    pub just_on: bool,
}

#[derive(Template)]
#[template(path = "accounts/sessions.html")]
pub struct Sessions {
    pub layout: Layout,
    pub this: SessionId,
    pub sessions: Vec<SessionRow>,
}

#[derive(Template)]
#[template(path = "accounts/email.html")]
pub struct EmailForm {
    pub layout: Layout,
    pub now_email: String,
    pub typed: String,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/email_sent.html")]
pub struct EmailSent {
    pub layout: Layout,
    pub email: String,
    pub now_email: String,
}

#[derive(Template)]
#[template(path = "accounts/email_confirm.html")]
pub struct EmailConfirm {
    pub layout: Layout,
    pub email: String,
}

#[derive(Template)]
#[template(path = "accounts/email_taken.html")]
pub struct EmailTaken {
    pub layout: Layout,
    pub email: String,
}

#[derive(Template)]
#[template(path = "accounts/email_stop.html")]
pub struct EmailStop {
    pub layout: Layout,
    pub old_email: String,
    pub confirmed: bool,
}

#[derive(Template)]
#[template(path = "accounts/email_stopped.html")]
pub struct EmailStopped {
    pub layout: Layout,
    pub old_email: String,
    pub outcome: Stopped,
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

    pub fn sign_in(layout: Layout) -> Self {
        Self {
            layout,
            explanation: "Links that sign you in work for ten minutes, and once.",
            action: "/sign-in/link",
            action_label: "Mail me a new one",
        }
    }

    pub fn email(layout: Layout) -> Self {
        Self {
            layout,
            explanation: "Links that confirm a new address work for one day, and once; those that stop a change, for a week. To change your address, ask for it again in your account.",
            action: "/account",
            action_label: "Go to your account",
        }
    }
}

/// The time zones of one part of the world.
pub struct Region {
    /// What it is called.
    pub region: String,
    /// Its zones.
    pub zones: Vec<ListedZone>,
}

/// A time zone to choose.
pub struct ListedZone {
    /// Its name.
    pub name: &'static str,
    /// What it is called on the list.
    pub label: String,
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
        Self { layout, groups: zone_regions(), language, time_zone, errors }
    }
}

/// Every zone under the part of the world that its name begins with; what names none stands last, but for the one that
/// is there before anybody has chosen.
pub fn zone_regions() -> Vec<Region> {
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
