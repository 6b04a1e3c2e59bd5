//! Photos that are named in the words of an update stand there as one `<img>` of one shape, put there when the words were
//! rendered. Whoever shows the words puts in place of each what this reader may see.

/// Puts in place of each photo what `show` answers for its id and the words about it; a photo for which it has no answer
/// is left out.
pub fn replace_photos(html: &str, mut show: impl FnMut(&str, &str) -> Option<String>) -> String {
    const BEFORE: &str = "<img src=\"/photos/";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, image)) = rest.split_once(BEFORE) {
        out.push_str(before);
        let Some((inside, after)) = image.split_once('>') else { break };
        let id = inside.split('/').next().unwrap_or_default();
        let alt = inside.split("alt=\"").nth(1).and_then(|it| it.split('"').next()).unwrap_or_default();
        if let Some(shown) = show(id, alt) {
            out.push_str(&shown);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Words in the place of each photo, for where none can be shown.
pub fn without_photos(html: &str) -> String {
    replace_photos(html, |_, alt| Some(if alt.is_empty() { "[Photo]".to_owned() } else { format!("[Photo: {alt}]") }))
}
