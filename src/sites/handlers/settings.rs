//! What organizers decide about a page: who may read it, who may bring others, its secret link, and its record.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::accounts::{Viewer, Visit};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::EventId;
use crate::error::{AppError, FieldErrors, Result};
use crate::record::{self, What};
use crate::secrets::Token;
use crate::secrets::vault::Vault;
use crate::sites::model::{Openness, Privacy, SupporterInvitations};
use crate::sites::page_link;
use crate::sites::pages::{CardPage, HistoryPage, SettingsPage, Shown, WideningPage};
use crate::sites::store::{self, Settings, SiteScope};
use crate::text;
use crate::web::{Answer, AsWhom, Flash, Perspective, page, see_other};

pub(super) fn note(
    conn: &mut Conn,
    scope: &SiteScope,
    what: What,
    detail: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let new = record::New { actor: Some(scope.actor()?), subject: None, detail };
    record::note(conn, scope.site.id, what, new, now)
}

/// The settings as they were sent.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct SettingsInput {
    pub first_name: String,
    pub supporter_invitations: String,
}

impl SettingsInput {
    fn of(scope: &SiteScope) -> Self {
        Self {
            first_name: scope.site.first_name.clone(),
            supporter_invitations: scope.site.supporter_invitations.as_str().to_owned(),
        }
    }

    fn parse(&self) -> Result<Settings, FieldErrors> {
        let mut errors = FieldErrors::default();
        let first_name = errors.take("first_name", text::name(&self.first_name, "their first name", 60));
        let supporter_invitations = errors.take(
            "supporter_invitations",
            SupporterInvitations::from_word(&self.supporter_invitations)
                .ok_or_else(|| "Please choose who may bring others.".to_owned()),
        );
        match (first_name, supporter_invitations) {
            (Some(first_name), Some(supporter_invitations)) => Ok(Settings { first_name, supporter_invitations }),
            _ => Err(errors),
        }
    }
}

pub async fn edit(visit: Visit, slug: Path<String>) -> Answer {
    settings_page(&visit, StatusCode::OK, slug.into_inner(), None, FieldErrors::default()).await
}

async fn settings_page(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    input: Option<SettingsInput>,
    errors: FieldErrors,
) -> Answer {
    let vault = visit.app.vault.clone();
    let (viewer, (scope, link, quiet, mail_photos)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let link = page_link::find(conn, &scope.site, &vault)?;
            let quiet = store::get_quiet_hours(conn, scope.site.id)?;
            let mail_photos = store::get_mail_photos(conn, scope.site.id)?;
            Ok((scope, link, quiet, mail_photos))
        })
        .await?;
    let input = input.unwrap_or_else(|| SettingsInput::of(&scope));
    let link = link.map(|path| visit.app.config.public_url.link(&path));
    let shown = Shown { link, quiet, mail_photos };
    page(status, &SettingsPage::new(visit.layout(&viewer), &scope, input, errors, shown))
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<SettingsInput>()?);
    let settings = match input.parse() {
        Ok(settings) => settings,
        Err(errors) => {
            return settings_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, Some(input), errors).await;
        }
    };
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/settings"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let (before, after) = (scope.site.supporter_invitations, settings.supporter_invitations);
            if settings.first_name == scope.site.first_name && before == after {
                return Ok(());
            }
            store::update_settings(conn, scope.site.id, &settings, now)?;
            let detail = (before != after).then(|| after.note().to_owned());
            note(conn, &scope, What::Settings, detail, now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}

/// Who may read, as it was sent; `agreed` stands for what the organizer was told it means.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct PrivacyInput {
    privacy: String,
    indexable: String,
    agreed: String,
}

/// Before more people could read, the organizer is told who could read what, and says yes once more.
pub async fn update_privacy(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<PrivacyInput>()?);
    let privacy = Privacy::from_word(&input.privacy)
        .ok_or_else(|| AppError::invalid("privacy", "Please choose who may read."))?;
    let indexable = privacy == Privacy::Public && input.indexable == "yes";
    let (to, asked_for) = (Openness { privacy, indexable }, slug.clone());
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load_to_organize(conn, viewer, &asked_for)).await?;
    if let Some(meaning) = openness(&scope).widening(to, &scope.site.first_name)
        && input.agreed != meaning
    {
        return page(StatusCode::OK, &WideningPage::new(visit.layout(&viewer), &scope, to, meaning));
    }
    let (now, back, vault) = (visit.app.clock.now(), format!("/p/{slug}/settings"), visit.app.vault.clone());
    visit.write(move |conn, viewer| change_openness(conn, viewer, &slug, to, &input.agreed, &vault, now)).await?;
    visit.set_flash(Flash::PrivacyChanged);
    see_other(back)
}

fn openness(scope: &SiteScope) -> Openness {
    Openness { privacy: scope.site.privacy, indexable: scope.site.is_indexable() }
}

fn change_openness(
    conn: &mut Conn,
    viewer: &Viewer,
    slug: &str,
    to: Openness,
    agreed: &str,
    vault: &Vault,
    now: Timestamp,
) -> Result<()> {
    let scope = SiteScope::load_to_organize(conn, viewer, slug)?;
    let from = openness(&scope);
    // Somebody else may have narrowed it since this organizer was told what it means.
    if from.widening(to, &scope.site.first_name).is_some_and(|meaning| meaning != agreed) {
        return Err(AppError::Conflict("Somebody has just changed who may read. Look at the settings again first."));
    }
    store::update_openness(conn, scope.site.id, to, now)?;
    if to.privacy == Privacy::Link && scope.site.link.is_none() {
        page_link::replace(conn, &scope.site, vault, scope.actor()?, now)?;
    }
    if from.privacy != to.privacy {
        let change = format!("{} → {}", from.privacy.label(), to.privacy.label());
        note(conn, &scope, What::Privacy, Some(change), now)?;
    }
    if from.indexable != to.indexable {
        let change = if to.indexable { "allowed" } else { "not allowed" };
        note(conn, &scope, What::Indexing, Some(change.to_owned()), now)?;
    }
    Ok(())
}

/// A new secret link; whoever has the old one has nothing with this.
pub async fn replace_link(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (now, back, vault) = (visit.app.clock.now(), format!("/p/{slug}/settings"), visit.app.vault.clone());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            if scope.site.privacy != Privacy::Link {
                return Err(AppError::Conflict("Only a page that anyone with the link may read has a secret link."));
            }
            page_link::replace(conn, &scope.site, &vault, scope.actor()?, now)
        })
        .await?;
    visit.set_flash(Flash::LinkReplaced);
    see_other(back)
}

/// Opens a page by its secret link. Nothing changes but what this browser remembers.
pub async fn open_page_link(visit: Visit, token: Path<String>) -> Answer {
    let token = Token::parse(&token).ok_or(AppError::NotFound)?;
    let hash = token.hash();
    let (_, site) = visit.read(move |conn, _| store::find_by_link(conn, hash)).await?;
    let site = site.ok_or(AppError::NotFound)?;
    visit.keep_page_link(&token);
    see_other(site.path())
}

/// The card for a door or a notice board.
pub async fn card(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, vault) = (slug.into_inner(), visit.app.vault.clone());
    let (viewer, (scope, link)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let link = match scope.site.privacy {
                Privacy::Invited => None,
                Privacy::Ask | Privacy::Public => Some(scope.site.path()),
                Privacy::Link => page_link::find(conn, &scope.site, &vault)?,
            };
            Ok((scope, link))
        })
        .await?;
    let link = link.map(|path| visit.app.config.public_url.link(&path));
    page(StatusCode::OK, &CardPage::new(visit.layout(&viewer), &scope, link)?)
}

#[derive(Default, Deserialize)]
pub struct Before {
    before: Option<EventId>,
}

/// How much of the record stands on one page.
pub const EVENTS_A_PAGE: i64 = 100;

pub async fn history(visit: Visit, slug: Path<String>, place: Query<Before>) -> Answer {
    let (slug, before) = (slug.into_inner(), place.before);
    let (viewer, (scope, entries)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let entries = record::list(conn, scope.site.id, before, EVENTS_A_PAGE + 1)?;
            Ok((scope, entries))
        })
        .await?;
    page(StatusCode::OK, &HistoryPage::new(visit.layout(&viewer), &scope, entries))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PerspectiveInput {
    r#as: String,
}

/// From now on this organizer's browser shows the page with somebody else's eyes.
pub async fn see_as(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<PerspectiveInput>()?);
    let as_whom = AsWhom::from_word(&input.r#as)
        .ok_or_else(|| AppError::invalid("as", "Please choose whose eyes to see it with."))?;
    let asked_for = slug.clone();
    visit.read(move |conn, viewer| SiteScope::load_to_organize(conn, viewer, &asked_for)).await?;
    let perspective = Perspective { slug, as_whom };
    visit.set_perspective(Some(&perspective));
    see_other(perspective.path())
}

/// Everybody sees pages with their own eyes again; there is nothing to be denied.
pub async fn see_as_oneself(visit: Visit, slug: Path<String>) -> Answer {
    if slug.chars().any(char::is_control) {
        return Err(AppError::NotFound);
    }
    visit.set_perspective(None);
    see_other(format!("/p/{slug}"))
}

/// More than this no sitemap may hold (sitemaps.org, 0.9).
const MOST_IN_SITEMAP: i64 = 50_000;

/// The pages whose families want them found.
pub async fn sitemap(app: Data<App>) -> Answer {
    let pages = app.db.read(|conn| store::list_indexable(conn, MOST_IN_SITEMAP)).await?;
    let urls: String = pages
        .iter()
        .map(|(slug, changed)| {
            let address = app.config.public_url.link(&format!("/p/{slug}"));
            format!("<url><loc>{address}</loc><lastmod>{}</lastmod></url>\n", changed.rfc3339())
        })
        .collect();
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
    );
    Ok(HttpResponse::Ok().content_type(ContentType::xml()).body(xml))
}
