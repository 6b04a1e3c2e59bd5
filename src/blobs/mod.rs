//! Bytes that are too large for the database: in a folder, or in a bucket of a server that speaks S3. Plumbing: it knows
//! keys and bytes, and nothing of who may see them.

mod folder;
mod key;
mod location;

use std::fs::File;
use std::io::{Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use tokio::io::AsyncWriteExt;

pub use key::Key;
pub use location::{Bucket, Location, parse_endpoint, parse_region};

use crate::clock::Timestamp;
use crate::db::ids::PhotoId;
use crate::error::{AppError, Result};
use folder::Folder;

/// How much of a large file is in memory at once. S3 takes parts of at least 5 MiB.
const PART: usize = 5 * 1024 * 1024;

/// Where the bytes lie. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    folder: Option<Folder>,
    described: Arc<str>,
}

/// Bytes that are being read.
pub struct Blob {
    /// How many there are.
    pub size: u64,
    /// They themselves, piece by piece.
    pub bytes: BoxStream<'static, std::io::Result<Bytes>>,
}

/// Something that lies in the store, as the sweep sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Whose it is.
    pub photo: PhotoId,
    /// Whether it is what was uploaded, and not one of the sizes.
    pub is_incoming: bool,
    /// When it was put there.
    pub at: Timestamp,
}

impl Blobs {
    /// Opens the store; the problem is a sentence for the operator and names its setting.
    pub fn open(location: &Location) -> Result<Self, String> {
        match location {
            Location::Folder(path) => {
                let said = |error: &dyn std::fmt::Display| format!("blobs {}: {error}", path.display());
                let folder = Folder::open(path).map_err(|error| said(&error))?;
                // Without `with_fsync`, what was acknowledged could be gone after a power cut.
                let store = LocalFileSystem::new_with_prefix(path).map_err(|error| said(&error))?.with_fsync(true);
                let described = path.display().to_string();
                Ok(Self::over(Arc::new(store), Path::default(), Some(folder), &described))
            }
            Location::S3(bucket) => {
                let store = s3(bucket).map_err(|error| format!("blobs: {error}"))?;
                let described = format!("s3://{}/{}", bucket.name, bucket.prefix);
                Ok(Self::over(store, Path::from(bucket.prefix.as_str()), None, described.trim_end_matches('/')))
            }
        }
    }

    fn over(store: Arc<dyn ObjectStore>, prefix: Path, folder: Option<Folder>, described: &str) -> Self {
        Self { store, prefix, folder, described: described.into() }
    }

    /// The same, with so many bytes of the disk kept free; a bucket has no such thing.
    pub fn with_floor(self, bytes: u64) -> Self {
        Self { folder: self.folder.map(|folder| folder.with_floor(bytes)), ..self }
    }

    async fn make_sure_of_room(&self, bytes: u64) -> Result<()> {
        match &self.folder {
            Some(folder) => folder.make_sure_of_room(bytes).await,
            None => Ok(()),
        }
    }

    /// The place in words, without any secret.
    pub fn described(&self) -> &str {
        &self.described
    }

    /// Puts bytes there; when this answers, they outlive a power cut.
    pub async fn put(&self, key: Key, bytes: Bytes) -> Result<()> {
        self.make_sure_of_room(bytes.len() as u64).await?;
        self.store.put(&key.path(&self.prefix), PutPayload::from_bytes(bytes)).await.map_err(out_of_reach)?;
        Ok(())
    }

    /// Puts a file there from its start, piece by piece; when this answers, it outlives a power cut. Answers how many
    /// bytes it had.
    pub async fn put_file(&self, key: Key, file: &File) -> Result<u64> {
        let path = key.path(&self.prefix);
        self.make_sure_of_room(file.metadata().map_err(AppError::internal)?.len()).await?;
        let mut file = file.try_clone().map_err(AppError::internal)?;
        file.rewind().map_err(AppError::internal)?;
        let mut first;
        (file, first) = read_part(file).await?;
        if first.len() < PART {
            let size = first.len() as u64;
            self.store.put(&path, PutPayload::from_bytes(first)).await.map_err(out_of_reach)?;
            return Ok(size);
        }
        let mut upload = self.store.put_multipart(&path).await.map_err(out_of_reach)?;
        let mut size = 0;
        let done: Result<()> = async {
            while !first.is_empty() {
                size += first.len() as u64;
                upload.put_part(PutPayload::from_bytes(first)).await.map_err(out_of_reach)?;
                (file, first) = read_part(file).await?;
            }
            upload.complete().await.map_err(out_of_reach)?;
            Ok(())
        }
        .await;
        if let Err(error) = done {
            if let Err(cause) = upload.abort().await {
                tracing::warn!(%cause, "could not take back half an upload");
            }
            return Err(error);
        }
        Ok(size)
    }

    /// Reads bytes, if they are there.
    pub async fn get(&self, key: Key) -> Result<Option<Blob>> {
        match self.store.get(&key.path(&self.prefix)).await {
            Ok(found) => Ok(Some(Blob {
                size: found.range.end - found.range.start,
                bytes: found.into_stream().map_err(std::io::Error::other).boxed(),
            })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(out_of_reach(error)),
        }
    }

    /// Writes bytes into a file, from where it stands; answers whether they are there.
    pub async fn get_into(&self, key: Key, file: &File) -> Result<bool> {
        let Some(mut blob) = self.get(key).await? else { return Ok(false) };
        let mut file = tokio::fs::File::from_std(file.try_clone().map_err(AppError::internal)?);
        while let Some(piece) = blob.bytes.next().await {
            file.write_all(&piece.map_err(out_of_reach)?).await.map_err(AppError::internal)?;
        }
        file.flush().await.map_err(AppError::internal)?;
        Ok(true)
    }

    /// Takes away one thing; that it is not there is no error.
    pub async fn delete(&self, key: Key) -> Result<()> {
        match self.store.delete(&key.path(&self.prefix)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(out_of_reach(error)),
        }
    }

    /// Takes away every byte of a photo, whatever there is of it: also half a file that a crash left behind.
    pub async fn delete_photo(&self, photo: PhotoId) -> Result<()> {
        let under = self.prefix.clone().join(key::PHOTOS).join(photo.to_string());
        let all: Vec<Path> =
            self.store.list(Some(&under)).map_ok(|it| it.location).try_collect().await.map_err(out_of_reach)?;
        for path in all {
            match self.store.delete(&path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(out_of_reach(error)),
            }
        }
        self.delete(Key::Incoming(photo)).await?;
        match &self.folder {
            Some(folder) => folder.remove_rest_of(photo).await,
            None => Ok(()),
        }
    }

    /// Everything of photos that lies there, piece by piece and in no order.
    pub fn list(&self) -> BoxStream<'static, Result<Stored>> {
        let prefix = self.prefix.clone();
        let under = (!prefix.as_ref().is_empty()).then_some(&self.prefix);
        let all = self.store.list(under).map_err(out_of_reach);
        all.try_filter_map(move |it| {
            let stored = key::owner(&it.location, &prefix).map(|(photo, is_incoming)| Stored {
                photo,
                is_incoming,
                at: Timestamp::from_micros(it.last_modified.timestamp_micros()),
            });
            async move { Ok(stored) }
        })
        .boxed()
    }

    /// Takes away halves of files that a crash left behind before `before`; a bucket forgets them by its own rules.
    pub async fn sweep_halves(&self, before: Timestamp) -> Result<()> {
        match &self.folder {
            Some(folder) => folder.remove_halves(before).await,
            None => Ok(()),
        }
    }

    /// Writes, reads and takes away a few bytes, to see that all three can be done.
    pub async fn check(&self) -> Result<()> {
        let path = self.prefix.clone().join("check").join(PhotoId::generate().to_string());
        let words = Bytes::from_static(b"tidings");
        self.store.put(&path, PutPayload::from_bytes(words.clone())).await.map_err(out_of_reach)?;
        let read = self.store.get(&path).await.map_err(out_of_reach)?.bytes().await.map_err(out_of_reach)?;
        self.store.delete(&path).await.map_err(out_of_reach)?;
        if read == words {
            Ok(())
        } else {
            Err(AppError::Unavailable("blobs: what was read is not what was written".into()))
        }
    }
}

/// The next part of a file, off the async threads; shorter than a part at its end.
async fn read_part(file: File) -> Result<(File, Bytes)> {
    tokio::task::spawn_blocking(move || {
        let mut part = Vec::new();
        (&file).take(PART as u64).read_to_end(&mut part)?;
        Ok((file, Bytes::from(part)))
    })
    .await
    .map_err(AppError::internal)?
    .map_err(|error: std::io::Error| AppError::internal(error))
}

fn s3(bucket: &Bucket) -> object_store::Result<Arc<dyn ObjectStore>> {
    // The one provider of cryptography in this program; that somebody has installed it already is no error.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_retry(retry)
        .with_virtual_hosted_style_request(bucket.endpoint.is_none());
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some((id, secret)) = &bucket.keys {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret.reveal());
    }
    Ok(Arc::new(builder.build()?))
}

fn out_of_reach(error: impl std::fmt::Display) -> AppError {
    AppError::Unavailable(format!("blobs: {error}"))
}
