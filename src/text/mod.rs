//! What people write, made safe and readable: parsed on the way in, rendered to HTML for pages and to plain
//! text for mail. Markup is rendered once, when it is written.

mod input;
mod language;
mod markdown;
mod names;
mod photos;
mod plain;
mod words;

pub use input::{body, line, name, optional_body, optional_line};
pub use language::{Tag, spoken};
pub use markdown::{markdown_to_html, markdown_to_text, markdown_to_text_with, photos_in};
pub use names::{join, unnamed};
pub use photos::{escape, replace_photos, without_photos};
pub use plain::{count_links, excerpt, first_lines, plain_to_html, plain_to_markdown};

use ammonia::Builder;

/// The second wall behind our own renderers: anything that is not on this list does not leave.
fn sanitise(html: &str) -> String {
    Builder::new()
        .tags(
            ["a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "img", "li", "ol", "p", "strong", "ul"]
                .into_iter()
                .collect(),
        )
        .tag_attributes(
            [
                ("a", ["href"].into_iter().collect()),
                ("img", ["src", "alt"].into_iter().collect()),
                ("ol", ["start"].into_iter().collect()),
            ]
            .into(),
        )
        .generic_attributes(Default::default())
        .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
        // The one address without a scheme is a photo's, and it stands nowhere but in an image.
        .url_relative(ammonia::UrlRelative::PassThrough)
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") => photos::shown_by(value).map(|photo| photos::address_of(&photo).into()),
            ("a", "href") => url::Url::parse(value).is_ok().then(|| value.into()),
            _ => Some(value.into()),
        })
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(html)
        .to_string()
}
