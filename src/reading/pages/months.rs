//! The journal month by month.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;

use crate::db::ids::UpdateId;
use crate::journal::{UPDATES_A_MONTH, Update};
use crate::photos::Illustrated;
use crate::reading::model::{Month, MonthCount};
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;

/// A year with its months, newest first.
struct Year {
    year: i16,
    months: Vec<MonthCount>,
}

#[derive(Template)]
#[template(path = "reading/months.html")]
pub struct MonthsPage {
    layout: Layout,
    head: SiteHead,
    years: Vec<Year>,
}

impl MonthsPage {
    pub fn new(layout: Layout, scope: &SiteScope, found: Vec<MonthCount>) -> Self {
        let mut years: Vec<Year> = Vec::new();
        for it in found {
            match years.last_mut().filter(|last| last.year == it.month.year()) {
                Some(year) => year.months.push(it),
                None => years.push(Year { year: it.month.year(), months: vec![it] }),
            }
        }
        Self { layout, head: SiteHead::new(scope), years }
    }
}

/// An update as it stands among the others of its month.
struct Told {
    path: String,
    byline: String,
    update: Update,
    /// Its words with its photos, if it has any.
    illustrated: Option<Arc<Illustrated>>,
}

impl Told {
    /// Its words, with the photos that are named in them. Safe HTML.
    fn html(&self) -> &str {
        self.illustrated.as_ref().map_or(&self.update.body_html, |body| &body.html)
    }

    /// Its other photos. Safe HTML.
    fn below(&self) -> &str {
        self.illustrated.as_ref().map_or("", |body| &body.below)
    }
}

#[derive(Template)]
#[template(path = "reading/month.html")]
pub struct MonthPage {
    layout: Layout,
    head: SiteHead,
    month: Month,
    updates: Vec<Told>,
    more: Option<String>,
    /// Where the script says how far one has read.
    records: Option<String>,
}

impl MonthPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        month: Month,
        mut updates: Vec<Update>,
        mut illustrated: HashMap<UpdateId, Arc<Illustrated>>,
    ) -> Self {
        let head = SiteHead::new(scope);
        let a_page = usize::try_from(UPDATES_A_MONTH).unwrap_or(usize::MAX);
        let has_more = updates.len() > a_page;
        updates.truncate(a_page);
        let more = updates.last().filter(|_| has_more).map(|last| {
            let (micros, id) = (last.published_at.as_micros(), last.id);
            format!("{}/updates?month={}&after={micros}&id={id}", head.path, month.word())
        });
        let updates = updates
            .into_iter()
            .map(|update| Told {
                path: format!("{}/updates/{}", head.path, update.id),
                byline: scope.site.byline(update.author_id, &update.author),
                illustrated: illustrated.remove(&update.id),
                update,
            })
            .collect();
        let records = scope.member_id.filter(|_| head.is_member).map(|_| format!("{}/position", head.path));
        Self { layout, head, month, updates, more, records }
    }
}
