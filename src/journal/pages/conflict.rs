//! Two texts, and the choice between them.

use askama::Template;

use crate::clock::Timestamp;
use crate::db::ids::UpdateId;
use crate::journal::desk::DeskInput;
use crate::journal::differences::{self, Mark, Stretch};
use crate::journal::drafts::Draft;
use crate::journal::revisions::Version;
use crate::sites::{Audience, SiteHead, SiteScope};
use crate::web::Layout;

/// What somebody else has written meanwhile.
pub struct Theirs {
    title: String,
    body: String,
    audience: Audience,
    by: String,
    /// Whether it was the viewer, at another device or in another window.
    is_me: bool,
    at: Timestamp,
    /// What a form must have seen to take its place.
    revision: String,
    seen: String,
    /// Where the form goes.
    action: String,
    /// Where their words stand, if they are to stay.
    stays_at: Option<String>,
}

impl Theirs {
    pub fn of_draft(scope: &SiteScope, draft: &Draft, by: String) -> Self {
        Self {
            title: draft.content.title.clone(),
            body: draft.content.body.clone(),
            audience: draft.content.audience,
            by,
            is_me: draft.saved_by == scope.person_id,
            at: draft.saved_at,
            revision: draft.revision.to_string(),
            seen: String::new(),
            action: format!("{}/drafts/{}", scope.site.path(), draft.id),
            stays_at: None,
        }
    }

    pub fn of_update(scope: &SiteScope, id: UpdateId, version: Version, by: String) -> Self {
        let path = format!("{}/updates/{id}", scope.site.path());
        Self {
            title: version.title.unwrap_or_default(),
            body: version.body,
            audience: version.audience,
            by,
            is_me: version.by.is_some() && version.by == scope.person_id,
            at: version.at,
            revision: String::new(),
            seen: version.at.as_micros().to_string(),
            action: format!("{path}/edit"),
            stays_at: Some(path),
        }
    }
}

#[derive(Template)]
#[template(path = "journal/conflict.html")]
pub struct ConflictPage {
    layout: Layout,
    head: SiteHead,
    mine: DeskInput,
    theirs: Theirs,
    /// Each title and text, with what only it has.
    my_title: Vec<Stretch>,
    my_body: Vec<Stretch>,
    their_title: Vec<Stretch>,
    their_body: Vec<Stretch>,
    together: String,
    /// Whom each is for, and whom the two put together are: no more people than either.
    my_audience: Audience,
    joint_audience: Audience,
    /// What else the form said, to be sent along.
    fields: Vec<(&'static str, String)>,
}

impl ConflictPage {
    pub fn new(layout: Layout, scope: &SiteScope, mine: DeskInput, theirs: Theirs) -> Self {
        let body = mine.body.replace("\r\n", "\n");
        let (titles, bodies) =
            (differences::between(&theirs.title, &mine.title), differences::between(&theirs.body, &body));
        let my_audience = Audience::from_word(&mine.audience).unwrap_or(Audience::Everyone);
        let joint_audience = [Audience::Organizers, Audience::Family]
            .into_iter()
            .find(|it| [my_audience, theirs.audience].contains(it))
            .unwrap_or(Audience::Everyone);
        let fields = vec![
            ("mail", mine.mail.clone()),
            ("when", mine.when.clone()),
            ("at", mine.at.clone()),
            ("zone", mine.zone.clone()),
            ("hard", mine.hard.clone()),
            ("told", mine.told.clone()),
            ("shared", mine.shared.clone()),
            ("draft", mine.draft.clone()),
            ("update", mine.update.clone()),
            ("revision", theirs.revision.clone()),
            ("seen", theirs.seen.clone()),
        ];
        Self {
            layout,
            head: SiteHead::new(scope),
            my_title: differences::side(&titles, Mark::Gone),
            my_body: differences::side(&bodies, Mark::Gone),
            their_title: differences::side(&titles, Mark::Come),
            their_body: differences::side(&bodies, Mark::Come),
            my_audience,
            joint_audience,
            together: differences::together(&theirs.body, &body),
            fields,
            mine,
            theirs,
        }
    }

    fn is_for_others(&self) -> bool {
        self.my_audience != self.theirs.audience
    }

    fn is_change(&self) -> bool {
        self.theirs.stays_at.is_some()
    }
}
