//! What the folder of an installation remembers of its database: a small file, written anew about every minute.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use jiff::SignedDuration;

use crate::clock::Timestamp;

/// The name of the file, in `data_dir`.
const FILE: &str = "installation";

/// By how much the clock of the disk and ours may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(2);

/// What the file says.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub name: String,
    pub generation: i64,
    pub written_at: Timestamp,
    /// Whether the file is not the one that was written here, but a copy of it.
    pub is_copy: bool,
}

/// Reads it; `None` where there is none. One that cannot be understood counts as another installation's: mail waits.
pub(super) fn read(folder: &Path) -> std::io::Result<Option<Mark>> {
    let path = folder.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let number = |name: &str| value(name).and_then(|it| it.trim().parse::<i64>().ok());
    let about = path.metadata()?;
    let written_at = Timestamp::from_micros(number("written").unwrap_or_default());
    // A copy is another file, and was made later. Neither says it alone: some file systems number their files anew when
    // they are mounted, and giving a file to somebody else changes its time.
    let is_other = number("file").is_some_and(|it| u64::try_from(it).ok() != Some(about.ino()));
    let changed_at = Timestamp::from_micros(about.ctime().saturating_mul(1_000_000));
    Ok(Some(Mark {
        name: value("name").unwrap_or_default().trim().to_owned(),
        generation: number("generation").unwrap_or_default(),
        written_at,
        is_copy: is_other && changed_at > written_at + CLOCKS_DIFFER,
    }))
}

/// Writes it: complete, or not at all. Several processes may do so at once; whichever is last is no older than its database.
pub(super) fn write(folder: &Path, name: &str, generation: i64, now: Timestamp) -> std::io::Result<()> {
    let part = folder.join(format!(".{FILE}.{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    let (number, written) = (file.metadata()?.ino(), now.as_micros());
    write!(
        file,
        "# What this folder remembers of its database. Leave it out of backups: Tidings recognises by it that one was \
         restored.\nname {name}\ngeneration {generation}\nwritten {written}\nfile {number}\n"
    )?;
    std::fs::rename(&part, folder.join(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_a_copy_of_it_is_recognised() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        assert!(read(folder).unwrap().is_none());
        let long_ago = Timestamp::from_micros(1_000_000);
        write(folder, "abc", 12, long_ago).unwrap();
        let mark = read(folder).unwrap().unwrap();
        assert_eq!((mark.name.as_str(), mark.generation, mark.written_at), ("abc", 12, long_ago));
        assert!(!mark.is_copy);
        // Given to somebody else, it is still the same file.
        let path = folder.join(FILE);
        std::fs::set_permissions(&path, path.metadata().unwrap().permissions()).unwrap();
        assert!(!read(folder).unwrap().unwrap().is_copy);
        let aside = folder.join("aside");
        std::fs::copy(&path, &aside).unwrap();
        std::fs::rename(&aside, &path).unwrap();
        assert!(read(folder).unwrap().unwrap().is_copy);
    }
}
