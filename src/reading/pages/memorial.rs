//! Keeping a page in loving memory.

use askama::Template;

use crate::clock::Timestamp;
use crate::sites::{Privacy, SiteHead, SiteScope};
use crate::web::Layout;

#[derive(Template)]
#[template(path = "reading/memorial.html")]
pub struct MemorialPage {
    layout: Layout,
    head: SiteHead,
    /// Since when it is, if it is.
    since: Option<Timestamp>,
    /// Whether a book of condolence is open, or is shown in the preview.
    has_book: bool,
    /// Who can see, beside those on the page, that it is in loving memory.
    beyond: Option<&'static str>,
}

impl MemorialPage {
    pub fn new(layout: Layout, scope: &SiteScope, has_book: bool) -> Self {
        let beyond = match scope.site.privacy {
            _ if scope.site.closed_at.is_some() => None,
            Privacy::Invited => None,
            Privacy::Ask => {
                Some("Whoever comes to the door of the page without being let in can read this at the door, too.")
            }
            Privacy::Link => Some("Whoever has the secret link can read this, too."),
            Privacy::Public => Some("The page is open to everyone, so anybody can read this."),
        };
        Self { layout, head: SiteHead::new(scope), since: scope.site.memorial_at, has_book, beyond }
    }
}
