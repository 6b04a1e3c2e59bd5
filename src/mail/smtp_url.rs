//! The SMTP server as the settings name it.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::secrets::Secret;

/// How the connection to the SMTP server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all: only ever on this machine's own loopback.
    None,
    /// STARTTLS, without which nothing is sent (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// `smtp://user:password@host:port` or `smtps://…`.
#[derive(Clone, Debug)]
pub struct SmtpUrl {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// User name and password, where the server wants them.
    pub credentials: Option<(String, Secret)>,
}

impl SmtpUrl {
    /// Reads the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not a URL ({error})"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("names no host")?.to_owned();
        let (tls, default_port) = match url.scheme() {
            "smtps" => (SmtpTls::Implicit, 465),
            "smtp" if is_loopback(&host) => (SmtpTls::None, 25),
            "smtp" => (SmtpTls::StartTls, 587),
            other => return Err(format!("starts with '{other}:'; use smtp:// or smtps://")),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err("has something after the host and port that is not understood".to_owned());
        }
        let decode = |part: &str| {
            percent_decode_str(part)
                .decode_utf8()
                .map(|text| text.into_owned())
                .map_err(|_| "has a user name or password that is not UTF-8".to_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decode(user)?, Secret::new(decode(password)?))),
            _ => return Err("needs both a user name and a password, or neither".to_owned()),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(default_port), tls, credentials })
    }
}

fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Ok(Host::Domain(name)) => name == "localhost",
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_protected_off_this_machine() {
        let url = SmtpUrl::parse("smtp://tidings:p%40ss@mail.example.org").unwrap();
        assert_eq!((url.tls, url.port), (SmtpTls::StartTls, 587));
        assert_eq!(url.credentials.unwrap().1.reveal(), "p@ss");
        assert_eq!(SmtpUrl::parse("smtps://mail.example.org").unwrap().port, 465);
        assert_eq!(SmtpUrl::parse("smtp://127.0.0.1:2525").unwrap().tls, SmtpTls::None);
        assert_eq!(SmtpUrl::parse("smtp://[::1]:2525").unwrap().host, "::1");
    }

    #[test]
    fn a_bad_url_says_what_is_wrong() {
        for (bad, part) in [
            ("mail.example.org", "not a URL"),
            ("http://mail.example.org", "use smtp://"),
            ("smtp://user@mail.example.org", "both a user name and a password"),
            ("smtp://mail.example.org/x", "after the host"),
        ] {
            let problem = SmtpUrl::parse(bad).unwrap_err();
            assert!(problem.contains(part), "{bad}: {problem}");
        }
    }
}
