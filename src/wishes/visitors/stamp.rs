//! When a form was made, sealed into it: whoever fills it in faster than anybody can is asked to press once more.

use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;

use crate::clock::Timestamp;
use crate::db::ids::SiteId;
use crate::error::Result;
use crate::secrets::vault::Vault;

/// Nobody has read a form and written into it in less.
const AT_LEAST: SignedDuration = SignedDuration::from_secs(3);

/// For how long a form can be sent as it is; it is easily taken for many others.
const AT_MOST: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How old a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// As old as a form is that somebody has filled in.
    Right,
    /// Younger than that.
    TooYoung,
    /// Older, or from another page, or none of ours.
    TooOld,
}

fn purpose(site: SiteId) -> String {
    format!("form for visitors of {site}")
}

/// The stamp of a form that is made now.
pub fn new(vault: &Vault, site: SiteId, now: Timestamp) -> Result<String> {
    Ok(BASE64URL_NOPAD.encode(&vault.seal(&purpose(site), &now.as_micros().to_string())?))
}

/// How old the form with this stamp is.
pub fn age(vault: &Vault, site: SiteId, stamp: &str, now: Timestamp) -> Age {
    let sealed = BASE64URL_NOPAD.decode(stamp.as_bytes()).unwrap_or_default();
    let made = vault.unseal(&purpose(site), &sealed).and_then(|micros| Timestamp::parse_micros(&micros));
    match made {
        Some(made) if made + AT_MOST < now => Age::TooOld,
        Some(made) if made + AT_LEAST > now => Age::TooYoung,
        Some(_) => Age::Right,
        None => Age::TooOld,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secret;

    #[test]
    fn a_stamp_is_of_one_page_and_of_one_time() {
        let vault = Vault::open(Some(&Secret::new("00".repeat(32))), std::path::Path::new("/nowhere")).unwrap();
        let (site, other) = (SiteId::generate(), SiteId::generate());
        let start = Timestamp::from_micros(1_772_366_400_000_000);
        let stamp = new(&vault, site, start).unwrap();
        let after = |time| age(&vault, site, &stamp, start + time);
        assert_eq!(after(SignedDuration::from_secs(2)), Age::TooYoung);
        assert_eq!(after(SignedDuration::from_secs(3)), Age::Right);
        assert_eq!(after(SignedDuration::from_hours(72)), Age::Right);
        assert_eq!(after(SignedDuration::from_hours(73)), Age::TooOld);
        assert_eq!(age(&vault, other, &stamp, start + SignedDuration::from_mins(1)), Age::TooOld);
        for nonsense in ["", "x", "1772366400000000", "é"] {
            assert_eq!(age(&vault, site, nonsense, start), Age::TooOld, "{nonsense}");
        }
    }
}
