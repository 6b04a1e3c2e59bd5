//! What an update said before.

use std::collections::HashMap;

use askama::Template;

use crate::db::ids::PersonId;
use crate::journal::differences::{self, Mark, Stretch};
use crate::journal::handlers::revisions::REVISIONS_A_PAGE;
use crate::journal::model::Update;
use crate::journal::revisions::Version;
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;

/// One version, with what the change after it did.
struct Shown {
    version: Version,
    by: String,
    /// What is different in the version after it.
    title: Vec<Stretch>,
    body: Vec<Stretch>,
    /// Whom the version after it was for, where that was changed.
    then_for: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "journal/revisions.html")]
pub struct RevisionsPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    called: String,
    /// Whether the newest version of the list is what it says now.
    is_first: bool,
    now: Option<(String, Version)>,
    shown: Vec<Shown>,
    more: Option<String>,
}

impl RevisionsPage {
    /// `versions` begins with the one that the first of those shown is compared with.
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        update: &Update,
        versions: &[Version],
        names: &HashMap<PersonId, String>,
        is_first: bool,
        has_more: bool,
    ) -> Self {
        let head = SiteHead::new(scope);
        let path = format!("{}/updates/{}", head.path, update.id);
        let name = |version: &Version| {
            version.by.and_then(|by| names.get(&by).cloned()).unwrap_or_else(|| "somebody who has left".to_owned())
        };
        let shown: Vec<Shown> = versions
            .windows(2)
            .filter_map(|pair| match pair {
                [after, before] => Some(Shown {
                    by: name(before),
                    title: differences::between(
                        before.title.as_deref().unwrap_or_default(),
                        after.title.as_deref().unwrap_or_default(),
                    ),
                    body: differences::between(&before.body, &after.body),
                    then_for: (before.audience != after.audience).then(|| after.audience.label()),
                    version: before.clone(),
                }),
                _ => None,
            })
            .take(usize::try_from(REVISIONS_A_PAGE).unwrap_or(usize::MAX))
            .collect();
        let last = shown.last().and_then(|last| last.version.id);
        Self {
            more: last.filter(|_| has_more).map(|id| format!("{path}/revisions?before={id}")),
            called: update.title.clone().unwrap_or_else(|| head.untitled.clone()),
            now: versions.first().filter(|_| is_first).map(|version| (name(version), version.clone())),
            layout,
            head,
            path,
            is_first,
            shown,
        }
    }
}
