//! The people on a page, for its organizers; and naming somebody, for its members.

use askama::Template;

use super::SiteHead;
use crate::accounts::MailStop;
use crate::error::FieldErrors;
use crate::sites::handlers::people::Groups;
use crate::sites::handlers::suggestions::SuggestionInput;
use crate::sites::model::{Circle, MemberState, Role, SupporterInvitations};
use crate::sites::store::{ListedMember, PEOPLE_A_PAGE, SiteScope, trouble};
use crate::web::Layout;

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
    /// Where each list goes on.
    more: More,
}

struct More {
    asking: Option<String>,
    invited: Option<String>,
    active: Option<String>,
    blocked: Option<String>,
}

impl PeoplePage {
    pub fn new(layout: Layout, scope: &SiteScope, groups: Groups, form: InvitationForm, errors: FieldErrors) -> Self {
        let head = SiteHead::new(scope);
        let more = |group: &str, count: usize, last: Option<&ListedMember>| {
            let is_full = i64::try_from(count).is_ok_and(|count| count == PEOPLE_A_PAGE);
            last.filter(|_| is_full).map(|member| format!("{}/people?{group}={}", head.path, member.id))
        };
        let more = More {
            asking: more("asking", groups.asking.len(), groups.asking.last().map(|(member, _)| member)),
            invited: more("invited", groups.invited.len(), groups.invited.last()),
            active: more("after", groups.active.len(), groups.active.last()),
            blocked: more("blocked", groups.blocked.len(), groups.blocked.last()),
        };
        Self { layout, head, groups, form, errors, more }
    }
}

impl ListedMember {
    /// What is the matter with mail to them, if something is.
    fn trouble(&self) -> Option<String> {
        let has_trouble = self.unreachable_reason.is_some() || self.mail_stopped.is_some();
        has_trouble.then(|| trouble(self.mail_stopped, self.state, &self.name, &self.email))
    }

    /// What was said of it, where a server has said something.
    fn server_said(&self) -> Option<&str> {
        self.unreachable_reason.as_deref().filter(|_| self.mail_stopped != Some(MailStop::Complained))
    }

    /// What an organizer needs to know of somebody, in words.
    fn facts(&self) -> Vec<&'static str> {
        let role = match self.role {
            Role::Organizer => "Organizer",
            Role::CoAuthor => "Co-author",
            Role::Supporter => "",
        };
        let circle = if self.circle == Circle::Family { "Family" } else { "" };
        [role, circle, self.delivery.note()].into_iter().filter(|fact| !fact.is_empty()).collect()
    }
}

#[derive(Template)]
#[template(path = "sites/removal.html")]
pub struct Removal {
    pub layout: Layout,
    pub head: SiteHead,
    pub member: ListedMember,
}

/// One member, and what can be changed about them.
#[derive(Template)]
#[template(path = "sites/member.html")]
pub struct MemberPage {
    layout: Layout,
    head: SiteHead,
    member: ListedMember,
    /// Whether the page is about them.
    is_about: bool,
    is_viewer: bool,
}

impl MemberPage {
    pub fn new(layout: Layout, scope: &SiteScope, member: ListedMember) -> Self {
        Self {
            layout,
            head: SiteHead::new(scope),
            is_about: scope.site.about == Some(member.person_id),
            is_viewer: scope.person_id == Some(member.person_id),
            member,
        }
    }
}

#[derive(Template)]
#[template(path = "sites/suggestion.html")]
pub struct SuggestionPage {
    layout: Layout,
    head: SiteHead,
    input: SuggestionInput,
    errors: FieldErrors,
    /// Whether an organizer says yes first.
    is_approved_first: bool,
}

impl SuggestionPage {
    pub fn new(layout: Layout, scope: &SiteScope, input: SuggestionInput, errors: FieldErrors) -> Self {
        let is_approved_first = scope.site.supporter_invitations == SupporterInvitations::Approved;
        Self { layout, head: SiteHead::new(scope), input, errors, is_approved_first }
    }
}
