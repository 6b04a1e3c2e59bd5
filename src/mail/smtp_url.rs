//! The SMTP server as the settings name it.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::secrets::Secret;

const NOT_UNDERSTOOD: &str = "has something after the host and port that is not understood";

/// How the connection to the SMTP server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all: on this machine's own loopback.
    None,
    /// Not at all, on a network that the settings say may be trusted.
    Waived,
    /// STARTTLS, without which nothing is sent (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// `smtp://user:password@host:port`, `smtps://…`, or `smtp://host:port?tls=none`.
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
    /// Reads a list of them, with commas between.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Self::parse).collect()
    }

    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not a URL ({error})"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("names no host")?.to_owned();
        let (tls, default_port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (SmtpTls::Implicit, 465),
            ("smtps", Some("tls=none")) => return Err("wants TLS and wants none: smtp:// or no ?tls=none".to_owned()),
            ("smtp", None | Some("tls=none")) if is_loopback(&host) => (SmtpTls::None, 25),
            ("smtp", Some("tls=none")) => (SmtpTls::Waived, 25),
            ("smtp", None) => (SmtpTls::StartTls, 587),
            ("smtp" | "smtps", Some(_)) => return Err(NOT_UNDERSTOOD.to_owned()),
            (other, _) => return Err(format!("starts with '{other}:'; use smtp:// or smtps://")),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(NOT_UNDERSTOOD.to_owned());
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
        if tls == SmtpTls::Waived && credentials.is_some() {
            return Err("would send the password unprotected: leave it away, or leave ?tls=none away".to_owned());
        }
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
    fn who_wants_no_tls_says_so_and_has_no_password() {
        let url = SmtpUrl::parse("smtp://relay?tls=none").unwrap();
        assert_eq!((url.tls, url.port, url.host.as_str()), (SmtpTls::Waived, 25, "relay"));
        assert_eq!(SmtpUrl::parse("smtp://127.0.0.1:2525/?tls=none").unwrap().tls, SmtpTls::None);
    }

    #[test]
    fn several_are_read_in_their_order() {
        let urls = SmtpUrl::parse_list("smtps://a.example.org, smtp://u:p%2Cw@b.example.org").unwrap();
        assert_eq!(urls.iter().map(|url| url.host.as_str()).collect::<Vec<_>>(), ["a.example.org", "b.example.org"]);
        assert!(SmtpUrl::parse_list("smtps://a.example.org, b.example.org").is_err());
    }

    #[test]
    fn a_bad_url_says_what_is_wrong() {
        for (bad, part) in [
            ("mail.example.org", "not a URL"),
            ("http://mail.example.org", "use smtp://"),
            ("smtp://user@mail.example.org", "both a user name and a password"),
            ("smtp://mail.example.org/x", "after the host"),
            ("smtp://mail.example.org#x", "after the host"),
            ("smtp://mail.example.org?tls=maybe", "after the host"),
            ("smtps://mail.example.org?tls=none", "wants TLS and wants none"),
            ("smtp://us:secret@relay?tls=none", "the password unprotected"),
        ] {
            let problem = SmtpUrl::parse(bad).unwrap_err();
            assert!(problem.contains(part), "{bad}: {problem}");
        }
    }
}
