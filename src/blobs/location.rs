//! Where bytes are to lie, as the settings say it.

use std::path::PathBuf;

use url::Url;

use crate::secrets::Secret;

/// A folder on this machine, or a bucket of a server that speaks S3.
#[derive(Clone, Debug)]
pub enum Location {
    /// A folder, made when it is not there.
    Folder(PathBuf),
    /// A bucket.
    S3(Bucket),
}

/// A bucket, and how to reach it.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What every key in it begins with; may be empty.
    pub prefix: String,
    /// The server, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// The region it lies in.
    pub region: String,
    /// The access key and its secret; without them, the machine's own role is asked for.
    pub keys: Option<(String, Secret)>,
}

impl Location {
    /// Reads `s3://bucket/prefix` or the path of a folder. How the bucket is reached is said by other settings.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("s3://") else {
            if text.contains("://") {
                return Err("must be s3://bucket/prefix, or the path of a folder".to_owned());
            }
            return Ok(Self::Folder(PathBuf::from(text)));
        };
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
        if name.len() < 3 || name.len() > 63 || !name.chars().all(allowed) {
            return Err("needs the name of a bucket after s3://, in small letters, digits and hyphens".to_owned());
        }
        let prefix = prefix.trim_end_matches('/');
        let part =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !prefix.is_empty() && !prefix.split('/').all(part) {
            return Err("may have letters, digits, - and _ in its prefix, with single slashes between".to_owned());
        }
        Ok(Self::S3(Bucket {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: None,
            region: "us-east-1".to_owned(),
            keys: None,
        }))
    }
}

/// Reads the address of a server that speaks S3.
pub fn parse_endpoint(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a URL ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.query().is_some() || url.fragment().is_some() {
        return Err("must be scheme, host and port only; the keys are settings of their own".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Reads the name of a region.
pub fn parse_region(text: &str) -> Result<String, String> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        Ok(text.to_owned())
    } else {
        Err("is not the name of a region like eu-central-1".to_owned())
    }
}
