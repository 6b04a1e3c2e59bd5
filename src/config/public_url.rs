//! The address under which people reach an installation.

use url::Url;

/// The origin that people see: scheme, host and port, nothing behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
}

impl PublicUrl {
    /// Reads the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not a URL ({error})"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must begin with http:// or https://".to_owned());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err("must be scheme, host and port only, like https://tidings.example.org".to_owned());
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        Ok(Self { origin: url.origin().ascii_serialization(), host })
    }

    /// `https://tidings.example.org`, without a slash at its end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether people reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// The whole address of a path.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}
