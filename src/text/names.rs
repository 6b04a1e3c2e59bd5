//! Names in a row, as one says them.

/// "Jo", "Jo and Bill", "Jo, Bill and Cy".
pub fn join<S: AsRef<str>>(all: &[S]) -> String {
    let words: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Those of so many people who are not among the so many that are named, in words; nothing when everybody is.
pub fn unnamed(people: i64, named: usize) -> Option<String> {
    match people - i64::try_from(named).unwrap_or(0) {
        ..=0 => None,
        1 => Some("one more".to_owned()),
        others => Some(format!("{others} others")),
    }
}
