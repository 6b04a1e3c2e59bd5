//! What people write, made safe and readable: parsed on the way in, rendered to HTML for pages and to plain
//! text for mail. Markup is rendered once, when it is written.

mod input;
mod markdown;
mod plain;

pub use input::{body, line, name, optional_body, optional_line};
pub use markdown::{markdown_to_html, markdown_to_text};
pub use plain::{excerpt, plain_to_html};

use ammonia::Builder;

/// The second wall behind our own renderers: anything that is not on this list does not leave.
fn sanitise(html: &str) -> String {
    Builder::new()
        .tags(
            ["a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"]
                .into_iter()
                .collect(),
        )
        .tag_attributes([("a", ["href"].into_iter().collect()), ("ol", ["start"].into_iter().collect())].into())
        .generic_attributes(Default::default())
        .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(html)
        .to_string()
}
