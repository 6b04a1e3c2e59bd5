//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::handlers::follow::FollowInput;
use super::handlers::people::Groups;
use super::model::{Circle, Delivery, MemberState, NewSiteInput, Privacy, Role};
use super::store::{ListedMember, PEOPLE_A_PAGE, Recipient, SiteScope};
use crate::error::FieldErrors;
use crate::web::Layout;

/// What stands at the head of everything on a page, and where its viewer may go.
#[derive(Clone, Debug)]
pub struct SiteHead {
    /// The page's address.
    pub path: String,
    /// "Maria's page".
    pub name: String,
    /// "Maria".
    pub first_name: String,
    /// "Maria's".
    pub possessive: String,
    pub is_member: bool,
    pub may_write: bool,
    pub may_organize: bool,
}

impl SiteHead {
    /// The head of a page for one viewer.
    pub fn new(scope: &SiteScope) -> Self {
        Self {
            path: scope.site.path(),
            name: scope.site.name(),
            first_name: scope.site.first_name.clone(),
            possessive: scope.site.possessive(),
            is_member: scope.access.is_member(),
            may_write: scope.access.may_write(),
            may_organize: scope.access.may_organize(),
        }
    }
}

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
    may_ask: bool,
    knows_viewer: bool,
    input: FollowInput,
    errors: FieldErrors,
}

impl FrontDoor {
    /// The front door with an empty form.
    pub fn new(layout: Layout, scope: &SiteScope) -> Self {
        use super::model::Standing;
        Self {
            layout,
            head: SiteHead::new(scope),
            asks: scope.access.standing == Standing::Asked,
            invited: scope.access.standing == Standing::Invited,
            is_public: scope.site.privacy == Privacy::Public,
            may_ask: scope.access.may_ask(),
            knows_viewer: scope.person_id.is_some(),
            input: FollowInput::default(),
            errors: FieldErrors::default(),
        }
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
    pub delivery: Delivery,
}

/// The form to invite people, and what became of the list before.
pub struct InvitationForm {
    pub addresses: String,
    pub role: Role,
    pub circle: Circle,
    pub invited: u32,
    pub notes: Vec<String>,
}

impl Default for InvitationForm {
    fn default() -> Self {
        Self {
            addresses: String::new(),
            role: Role::Supporter,
            circle: Circle::Everyone,
            invited: 0,
            notes: Vec::new(),
        }
    }
}

#[derive(Template)]
#[template(path = "sites/people.html")]
pub struct PeoplePage {
    layout: Layout,
    head: SiteHead,
    groups: Groups,
    form: InvitationForm,
    errors: FieldErrors,
    /// Where the list goes on.
    more: Option<String>,
}

impl PeoplePage {
    pub fn new(layout: Layout, scope: &SiteScope, groups: Groups, form: InvitationForm, errors: FieldErrors) -> Self {
        let head = SiteHead::new(scope);
        let is_full = i64::try_from(groups.active.len()).is_ok_and(|count| count == PEOPLE_A_PAGE);
        let last = groups.active.last().filter(|_| is_full).map(|member| member.id);
        let more = last.map(|id| format!("{}/people?after={id}", head.path));
        Self { layout, head, groups, form, errors, more }
    }
}

impl ListedMember {
    /// What an organizer needs to know of somebody, in words.
    fn facts(&self) -> Vec<&'static str> {
        let role = match self.role {
            Role::Organizer => "Organizer",
            Role::CoAuthor => "Co-author",
            Role::Supporter => "",
        };
        let circle = if self.circle == Circle::Family { "Family" } else { "" };
        let delivery = if self.delivery == Delivery::None { "Gets no e-mail, by their own choice" } else { "" };
        [role, circle, delivery].into_iter().filter(|fact| !fact.is_empty()).collect()
    }
}

#[derive(Template)]
#[template(path = "sites/removal.html")]
pub struct Removal {
    pub layout: Layout,
    pub head: SiteHead,
    pub member: ListedMember,
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
    pub done: bool,
}

#[derive(Template)]
#[template(path = "sites/link_is_over.html")]
pub struct LinkIsOver {
    pub layout: Layout,
}
