//! A draft as it will stand on the page, and as it will arrive.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::drafts::load_draft;
use crate::accounts::{self, Viewer, Visit};
use crate::db::ids::{DraftId, PersonId};
use crate::error::{AppError, Result};
use crate::journal::desk::DeskInput;
use crate::journal::drafts::Draft;
use crate::journal::mails::{self, Preview};
use crate::journal::model::Words;
use crate::journal::pages::{NothingToPreview, PreviewPage};
use crate::sites::{SiteHead, SiteScope};
use crate::text;
use crate::web::{Answer, framed_mail, framing_page, page};

/// A draft, and who posts it: their name stands under it.
async fn load(visit: &Visit, path: Path<(String, DraftId)>) -> Result<(Viewer, SiteScope, Draft, (PersonId, String))> {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, draft, me)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let draft = load_draft(conn, &scope, id)?;
            let me = scope.person_id.ok_or(AppError::NotFound)?;
            let name = accounts::list_names(conn, vec![me])?.remove(&me).unwrap_or_default();
            Ok((scope, draft, (me, name)))
        })
        .await?;
    Ok((viewer, scope, draft, me))
}

/// The words, whether or not they could be posted so: a preview refuses nothing.
fn words(draft: &Draft) -> Words {
    let title = Some(draft.content.title.clone()).filter(|title| !title.is_empty());
    let body = draft.content.body.clone();
    Words { title, body_html: text::markdown_to_html(&body), body, audience: draft.content.audience }
}

fn preview(visit: &Visit, scope: &SiteScope, draft: &Draft, me: &(PersonId, String)) -> Result<Preview> {
    mails::preview(&visit.app.config, &scope.site, me.0, &me.1, words(draft))
}

pub async fn show(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let (viewer, scope, draft, me) = load(&visit, path).await?;
    let layout = visit.layout(&viewer);
    let head = SiteHead::new(&scope);
    if draft.content.body.is_empty() {
        return page(StatusCode::OK, &NothingToPreview { layout, head, draft });
    }
    let mail = preview(&visit, &scope, &draft, &me)?;
    let from = format!("{} <{}>", mail.from_name, visit.app.config.mail_from.as_str());
    let byline = scope.site.byline(me.0, &me.1);
    let problems = DeskInput::words(&draft.input(), None).err().unwrap_or_default();
    framing_page(&visit, &PreviewPage { layout, head, words: words(&draft), draft, byline, mail, from, problems })
}

/// The mail itself, for the frame in the page.
pub async fn mail(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let (_, scope, draft, me) = load(&visit, path).await?;
    framed_mail(preview(&visit, &scope, &draft, &me)?.html)
}
