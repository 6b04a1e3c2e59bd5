//! What only a folder needs: that nobody else on the machine reads in it, and that half a file does not stay in it after a
//! crash. `object_store` writes into `name#1` and renames; what it was writing when the power went is not in its lists.

use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::key::{INCOMING, PHOTOS};
use crate::clock::Timestamp;
use crate::db::ids::PhotoId;
use crate::error::{AppError, Result};

#[derive(Clone)]
pub(super) struct Folder {
    path: PathBuf,
    /// How many bytes of its disk stay free.
    floor: u64,
}

impl Folder {
    /// Makes the folder, if it is not there, and keeps others out of it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))?;
        Ok(Self { path: path.to_owned(), floor: 0 })
    }

    pub(super) fn with_floor(self, floor: u64) -> Self {
        Self { floor, ..self }
    }

    /// Refuses what would leave less of the disk than has to stay free: the database may lie on the same one, and words come
    /// before photos.
    pub(super) async fn make_sure_of_room(&self, bytes: u64) -> Result<()> {
        let path = self.path.clone();
        let disk = off_the_async_threads(move || Ok(rustix::fs::statvfs(&path)?)).await?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free < self.floor.saturating_add(bytes) {
            return Err(AppError::Unavailable(format!(
                "blobs: {} MB are free on the disk, and disk_floor_megabytes says that {} stay so",
                free / 1_000_000,
                self.floor / 1_000_000
            )));
        }
        Ok(())
    }

    /// Removes what the store itself does not see of a photo.
    pub(super) async fn remove_rest_of(&self, photo: PhotoId) -> Result<()> {
        let (photos, incoming) = (self.path.join(PHOTOS).join(photo.to_string()), self.path.join(INCOMING));
        let name = photo.to_string();
        off_the_async_threads(move || {
            gone_is_fine(std::fs::remove_dir_all(photos))?;
            each_in(&incoming, |entry| {
                let rest = entry.file_name().to_str().and_then(|it| it.strip_prefix(&name)).is_some();
                if rest { gone_is_fine(std::fs::remove_file(entry.path())) } else { Ok(()) }
            })
        })
        .await
    }

    /// Removes halves of files from before `before`, and folders that nothing is left in.
    pub(super) async fn remove_halves(&self, before: Timestamp) -> Result<()> {
        let (photos, incoming) = (self.path.join(PHOTOS), self.path.join(INCOMING));
        off_the_async_threads(move || {
            each_in(&incoming, |entry| remove_old_half(entry, before))?;
            each_in(&photos, |folder| {
                each_in(&folder.path(), |entry| remove_old_half(entry, before))?;
                // Only a folder that is empty goes.
                match std::fs::remove_dir(folder.path()) {
                    Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => gone_is_fine(Err(error)),
                    _ => Ok(()),
                }
            })
        })
        .await
    }
}

fn remove_old_half(entry: &std::fs::DirEntry, before: Timestamp) -> io::Result<()> {
    let is_half = entry.file_name().to_str().is_some_and(|name| name.contains('#'));
    if !is_half {
        return Ok(());
    }
    let since_1970 = entry.metadata()?.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let at = Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX));
    if at < before { gone_is_fine(std::fs::remove_file(entry.path())) } else { Ok(()) }
}

fn each_in(folder: &Path, mut see_to: impl FnMut(&std::fs::DirEntry) -> io::Result<()>) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        gone_is_fine(see_to(&entry?))?;
    }
    Ok(())
}

fn gone_is_fine(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

async fn off_the_async_threads<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?.map_err(AppError::internal)
}
