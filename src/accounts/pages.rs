//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::model::SignUpInput;
use crate::error::FieldErrors;
use crate::web::Layout;

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
