//! The folder that mail is put into while no server is set.

use std::path::Path;

use tokio::io::AsyncWriteExt;

use crate::clock::Timestamp;

/// Complete or not there at all, and on the disk before anybody is told that it was sent. Names sort by time.
pub(super) async fn write(folder: &Path, id: &str, now: Timestamp, bytes: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let part = folder.join(format!(".{id}.part"));
    let mut file = tokio::fs::File::create(&part).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    let time = now.to_jiff().strftime("%Y%m%dT%H%M%S");
    tokio::fs::rename(&part, folder.join(format!("{time}-{id}.eml"))).await
}

/// Deletes the messages to these addresses.
pub(super) async fn forget(folder: &Path, addresses: &[String]) -> std::io::Result<()> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let bytes = tokio::fs::read(&path).await?;
        if receiver(&bytes).is_some_and(|to| addresses.iter().any(|address| address.eq_ignore_ascii_case(&to))) {
            tokio::fs::remove_file(&path).await?;
        }
    }
    Ok(())
}

/// To whom a message goes. We write one address a message, and no name with it.
fn receiver(message: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(message);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    // A header that goes on in the next line begins it with a space (RFC 5322, 2.2.3).
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let to = head.lines().find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("to")))?.1;
    Some(to.trim().trim_matches(['<', '>']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receiver_is_who_it_is_to_and_not_who_is_named_in_it() {
        let message = b"From: x <t@example.org>\r\nTo:\r\n jo@example.org\r\nSubject: y\r\n\r\nTo: eve@example.org\r\n";
        assert_eq!(receiver(message).as_deref(), Some("jo@example.org"));
        assert_eq!(receiver(b"Subject: y\r\n\r\nTo: eve@example.org\r\n"), None);
    }
}
