//! Starting a page: three questions, and it is there.

use actix_web::http::StatusCode;

use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{AppError, FieldErrors, Result};
use crate::sites::model::{NewSite, NewSiteInput, Privacy, Site, slug_from};
use crate::sites::{page_link, pages, store};
use crate::web::{Answer, Flash, page, see_other};

pub async fn new(visit: Visit) -> Answer {
    let input = NewSiteInput { privacy: Privacy::Invited.as_str().to_owned(), ..NewSiteInput::default() };
    form(&visit, StatusCode::OK, input, FieldErrors::default()).await
}

/// What became of the wish for an address.
enum Started {
    Here(Box<Site>),
    Taken { suggestion: String },
}

pub async fn create(visit: Visit) -> Answer {
    let mut input: NewSiteInput = visit.form()?;
    let new = match input.parse() {
        Ok(new) => new,
        Err(errors) => return form(&visit, StatusCode::UNPROCESSABLE_ENTITY, input, errors).await,
    };
    let (now, app) = (visit.app.clock.now(), visit.app.clone());
    let work = move |conn: &mut Conn, viewer: &Viewer| {
        let organizer = viewer.account()?.person_id;
        app.limits.sites.count(organizer.to_string())?;
        let started = start(conn, &new, organizer, now)?;
        match &started {
            Started::Here(site) if site.privacy == Privacy::Link => {
                page_link::replace(conn, site, &app.vault, organizer, now)?;
            }
            Started::Here(_) | Started::Taken { .. } => {}
        }
        Ok(started)
    };
    match visit.write(work).await? {
        Started::Here(site) => {
            visit.set_flash(Flash::SiteStarted);
            see_other(site.path())
        }
        Started::Taken { suggestion } => {
            let errors = FieldErrors::default().with(
                "slug",
                format!("Another page has this address. “{suggestion}” is free; it stands in the field now."),
            );
            input.slug = suggestion;
            form(&visit, StatusCode::UNPROCESSABLE_ENTITY, input, errors).await
        }
    }
}

/// A wished address is taken or refused; one that we choose steps aside until it is free.
fn start(conn: &mut Conn, new: &NewSite, organizer: PersonId, now: Timestamp) -> Result<Started> {
    let wished = new.slug.clone();
    let base = wished.clone().or_else(|| slug_from(&new.first_name)).unwrap_or_else(|| "page".to_owned());
    let mut taken = store::list_slugs_like(conn, &base)?;
    if wished.is_some() && taken.contains(&base) {
        return Ok(Started::Taken { suggestion: free_slug(&base, &taken) });
    }
    for _ in 0..20 {
        let slug = free_slug(&base, &taken);
        if let Some(site) = store::insert_site(conn, new, &slug, organizer, now)? {
            return Ok(Started::Here(Box::new(site)));
        }
        taken.push(slug);
    }
    Err(AppError::Conflict("This address was just taken. Please choose another one."))
}

fn free_slug(base: &str, taken: &[String]) -> String {
    let free = |slug: &String| !taken.contains(slug);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(free).unwrap_or_default()
}

async fn form(visit: &Visit, status: StatusCode, input: NewSiteInput, errors: FieldErrors) -> Answer {
    let (viewer, ()) = visit.read(|_, viewer| viewer.account().map(|_| ())).await?;
    let origin = visit.app.config.public_url.origin().to_owned();
    page(status, &pages::NewSitePage { layout: visit.layout(&viewer), input, errors, origin })
}
