//! Where we take mail in ourselves, as the settings name it.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::SmtpUrl;
use crate::secrets::Secret;

/// What is spoken there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// LMTP (RFC 2033): from a mail server of one's own, with an answer for each recipient.
    Lmtp,
    /// SMTP (RFC 5321): from anybody.
    Smtp,
}

/// Where it is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A socket in a folder.
    Unix(PathBuf),
}

/// `lmtp://127.0.0.1:2424`, `lmtp:/run/tidings/lmtp.sock` or `smtp://0.0.0.0:2525`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// What is spoken.
    pub protocol: Protocol,
    /// Where.
    pub place: Place,
}

impl Listen {
    /// Reads the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shape =
            || "must be like lmtp://127.0.0.1:2424, lmtp:/run/tidings/lmtp.sock or smtp://0.0.0.0:2525".to_owned();
        let (protocol, rest) = match text.split_once(':') {
            Some(("lmtp", rest)) => (Protocol::Lmtp, rest),
            Some(("smtp", rest)) => (Protocol::Smtp, rest),
            _ => return Err(shape()),
        };
        let place = match rest.strip_prefix("//") {
            Some(address) => {
                let address = address.strip_suffix('/').unwrap_or(address);
                Place::Tcp(address.parse().map_err(|_| shape())?)
            }
            None if rest.starts_with('/') && rest.len() > 1 => Place::Unix(PathBuf::from(rest)),
            None => return Err(shape()),
        };
        Ok(Self { protocol, place })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = if self.protocol == Protocol::Lmtp { "lmtp" } else { "smtp" };
        match &self.place {
            Place::Tcp(address) => write!(f, "{protocol}://{address}"),
            Place::Unix(path) => write!(f, "{protocol}:{}", path.display()),
        }
    }
}

/// A mailbox that we look into: `imaps://user:password@host/INBOX`, or `imap://…` on this machine's own loopback.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the connection is TLS from the first byte; without it only ever on loopback.
    pub tls: bool,
    /// Who we are there.
    pub user: String,
    /// Our password there.
    pub password: Secret,
    /// The folder that we look into.
    pub folder: String,
}

impl Mailbox {
    /// Reads the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("must be like imaps://user:password@host/INBOX")?;
        let tls = match scheme {
            "imaps" => true,
            "imap" => false,
            other => return Err(format!("starts with '{other}:'; use imaps://")),
        };
        let (server, folder) = rest.split_once('/').unwrap_or((rest, ""));
        // Host, port and password are written as they are for the server that mail leaves by.
        let smtp = SmtpUrl::parse(&format!("smtps://{server}"))?;
        let (user, password) = smtp.credentials.ok_or("needs a user name and a password")?;
        if !tls && !matches!(smtp.host.as_str(), "localhost" | "127.0.0.1" | "::1") {
            return Err(
                "would send the password unprotected: use imaps:// for a server that is not this machine".into()
            );
        }
        let explicit = server
            .rsplit('@')
            .next()
            .is_some_and(|host| host.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(':'));
        let folder = percent_encoding::percent_decode_str(folder)
            .decode_utf8()
            .map_err(|_| "names a folder that is not UTF-8")?;
        // Nothing in a folder's name ends the command that it stands in.
        if folder.chars().any(|c| c.is_control()) {
            return Err("names a folder that cannot be".to_owned());
        }
        let port = match (explicit, tls) {
            (true, _) => smtp.port,
            (false, true) => 993,
            (false, false) => 143,
        };
        let folder = if folder.is_empty() { "INBOX".to_owned() } else { folder.into_owned() };
        Ok(Self { host: smtp.host, port, tls, user, password, folder })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_mail_comes_in() {
        let tcp = Listen::parse("lmtp://127.0.0.1:2424").unwrap();
        assert_eq!((tcp.protocol, &tcp.place), (Protocol::Lmtp, &Place::Tcp("127.0.0.1:2424".parse().unwrap())));
        assert_eq!(Listen::parse("lmtp:/run/lmtp.sock").unwrap().place, Place::Unix("/run/lmtp.sock".into()));
        assert_eq!(Listen::parse("smtp://[::]:2525").unwrap().protocol, Protocol::Smtp);
        for bad in ["", "lmtp", "lmtp:", "lmtp:sock", "imap://127.0.0.1:1", "smtp://host", "smtp://127.0.0.1"] {
            assert!(Listen::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_mailbox_that_we_look_into() {
        let box_ = Mailbox::parse("imaps://tidings%40example.org:p%40ss@mail.example.org/Tidings%20in").unwrap();
        assert_eq!((box_.user.as_str(), box_.password.reveal(), box_.port), ("tidings@example.org", "p@ss", 993));
        assert_eq!((box_.folder.as_str(), box_.tls), ("Tidings in", true));
        let here = Mailbox::parse("imap://jo:secret@127.0.0.1:1143").unwrap();
        assert_eq!((here.port, here.tls, here.folder.as_str()), (1143, false, "INBOX"));
        for bad in
            ["mail.example.org", "imaps://mail.example.org/INBOX", "imap://jo:x@mail.example.org", "pop3://a:b@c"]
        {
            assert!(Mailbox::parse(bad).is_err(), "{bad}");
        }
    }
}
