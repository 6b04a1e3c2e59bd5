//! What somebody sees who is on the way in or out: starting, front door, invitations, links.

use askama::Template;

use super::{HearingForm, SiteHead};
use crate::error::FieldErrors;
use crate::sites::access::Standing;
use crate::sites::handlers::follow::FollowInput;
use crate::sites::model::{MemberState, NewSiteInput, Privacy};
use crate::sites::store::{Recipient, SiteScope};
use crate::web::Layout;

#[derive(Template)]
#[template(path = "sites/new.html")]
pub struct NewSitePage {
    pub layout: Layout,
    pub input: NewSiteInput,
    pub errors: FieldErrors,
    pub origin: String,
}

impl NewSitePage {
    fn is(&self, privacy: &str) -> bool {
        self.input.privacy == privacy
    }
}

/// What there is to see for somebody who does not read yet.
#[derive(Template)]
#[template(path = "sites/front_door.html")]
pub struct FrontDoor {
    layout: Layout,
    head: SiteHead,
    asks: bool,
    invited: bool,
    is_public: bool,
    /// Whether a press in a mail is all that it takes to follow.
    confirms: bool,
    may_ask: bool,
    knows_viewer: bool,
    input: FollowInput,
    errors: FieldErrors,
    /// The cover and the portrait of the page, as safe HTML; empty where there is none.
    cover: String,
    portrait: String,
}

impl FrontDoor {
    /// The front door with an empty form.
    pub fn new(layout: Layout, scope: &SiteScope) -> Self {
        Self {
            layout,
            head: SiteHead::new(scope),
            asks: scope.has_asked,
            invited: scope.access.standing == Standing::Invited,
            is_public: scope.site.privacy == Privacy::Public,
            confirms: scope.site.privacy == Privacy::Link,
            may_ask: scope.access.may_ask() && !scope.has_asked,
            knows_viewer: scope.person_id.is_some(),
            input: FollowInput::default(),
            errors: FieldErrors::default(),
            cover: String::new(),
            portrait: String::new(),
        }
    }

    /// With the cover and the portrait of the page, as safe HTML.
    pub fn with_face(mut self, cover: String, portrait: String) -> Self {
        (self.cover, self.portrait) = (cover, portrait);
        self
    }

    /// As somebody sees it who has just asked.
    pub fn having_asked(mut self) -> Self {
        self.asks = true;
        self.may_ask = false;
        self
    }

    /// With what was sent, and what is wrong with it.
    pub fn with(mut self, input: FollowInput, errors: FieldErrors) -> Self {
        self.input = input;
        self.errors = errors;
        self
    }
}

#[derive(Template)]
#[template(path = "sites/follow.html")]
pub struct Follow {
    pub layout: Layout,
    pub head: SiteHead,
    /// How and when they hear.
    pub how: HearingForm,
    /// What somebody without an account is called; whoever has one says it there.
    pub name: Option<String>,
    pub errors: FieldErrors,
    /// Their address for a feed reader.
    pub feed: FeedView,
    /// Whether whoever writes sees by name what they have read; nothing where there is nobody to choose.
    pub shows_reading: Option<bool>,
}

/// What of a member's address for a feed reader is shown to them.
#[derive(Clone, Debug, Default)]
pub struct FeedView {
    /// Whether one can be had: nobody has one with somebody else's eyes.
    pub may_have: bool,
    /// Whether there is one.
    pub exists: bool,
    /// All of it, as long as it can be shown.
    pub address: Option<String>,
}

#[derive(Template)]
#[template(path = "sites/invitation.html")]
pub struct Invitation {
    pub layout: Layout,
    pub recipient: Recipient,
    pub inviter: Option<String>,
    pub other: Option<String>,
}

#[derive(Template)]
#[template(path = "sites/open_link.html")]
pub struct OpenLink {
    pub layout: Layout,
    pub recipient: Recipient,
    pub other: Option<String>,
}

#[derive(Template)]
#[template(path = "sites/unsubscribe.html")]
pub struct Unsubscribe {
    pub layout: Layout,
    pub recipient: Recipient,
    /// Whether they get no mail.
    pub done: bool,
    /// The address without what is not its own.
    pub path: String,
    /// What else they can choose, where mail can come at all.
    pub how: Option<HearingForm>,
}

#[derive(Template)]
#[template(path = "sites/link_is_over.html")]
pub struct LinkIsOver {
    pub layout: Layout,
    /// Whether it was right once, and a fresh one can be had for it.
    pub is_old: bool,
    /// Where a fresh one is asked for.
    pub renewal: String,
}

#[derive(Template)]
#[template(path = "sites/link_renewed.html")]
pub struct LinkRenewed {
    pub layout: Layout,
}
