//! The page about posting by mail.

use askama::Template;

use super::post_address::PostAddress;
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;

#[derive(Template)]
#[template(path = "incoming/post_by_mail.html")]
pub struct PostByMailPage {
    layout: Layout,
    head: SiteHead,
    post: PostAddress,
}

impl PostByMailPage {
    pub fn new(layout: Layout, scope: &SiteScope, post: PostAddress) -> Self {
        Self { layout, head: SiteHead::new(scope), post }
    }
}
