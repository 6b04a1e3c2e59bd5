//! A copy of what cannot be made again: the database first, and the photos after it.

use std::fs::{DirBuilder, read_dir};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::blobs::Location;
use crate::config::Config;
use crate::db;

/// Copies the database and the photos into a new folder, and answers what was done and what is left to do. Nothing has to
/// stop for it: the database is copied as it is at one moment, and photos never change. A photo that comes in meanwhile is
/// bytes without a row, which does no harm; one that is deleted meanwhile is missing, and was to be.
pub fn back_up(config: &Config, folder: &Path) -> Result<Vec<String>, String> {
    let mut said = Vec::new();
    make(folder)?;
    let to = folder.join("tidings.db");
    if db::copy(&config.database_url, &to).map_err(|error| format!("database_url: {error}"))? {
        said.push(format!("The database is in {}.", to.display()));
    } else {
        // An empty folder would look like a backup.
        let _ = std::fs::remove_dir(folder);
        return Err(
            "the database is on a PostgreSQL server: back it up with pg_dump, which is made for it, and then copy \
                    the photos"
                .to_owned(),
        );
    }
    match &config.blobs {
        Location::Folder(from) => {
            let count = copy_folder(from, &folder.join("blobs"))?;
            said.push(format!("The photos are in {}: {count} files.", folder.join("blobs").display()));
        }
        Location::S3(_) => said.push("The photos are in a bucket: copy it now, after the database.".to_owned()),
    }
    said.push(
        "Not copied: the key (secret.key), which you keep somewhere else, and the settings. After a restore, mail waits \
         until you run `tidings sending resume`."
            .to_owned(),
    );
    Ok(said)
}

fn make(folder: &Path) -> Result<(), String> {
    DirBuilder::new().mode(0o700).create(folder).map_err(|error| about(folder, &error))
}

fn about(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// Copies a folder with all in it, and answers how many files there were. What goes away meanwhile is left out.
fn copy_folder(from: &Path, to: &Path) -> Result<usize, String> {
    make(to)?;
    let entries = match read_dir(from) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        other => other.map_err(|error| about(from, &error))?,
    };
    let mut count = 0;
    for entry in entries {
        let entry = entry.map_err(|error| about(from, &error))?;
        let (here, there) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            count += copy_folder(&here, &there)?;
            continue;
        }
        match std::fs::copy(&here, &there) {
            Ok(_) => count += 1,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(about(&here, &error)),
        }
    }
    Ok(count)
}
