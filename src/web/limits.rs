//! How often somebody may do something that could hurt: guess, flood, or have us write to a stranger.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use super::network::network_of;
use crate::error::{AppError, Result};

/// One limit, counted for each key by itself. It lives in memory: a restart forgives.
pub struct Limit<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> Limit<K> {
    /// `burst` at once, then one each `every`.
    fn new(burst: u32, every: Duration) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(every).unwrap_or_else(|| Quota::per_hour(burst)).allow_burst(burst);
        Self(DefaultKeyedRateLimiter::keyed(quota))
    }

    /// Counts one, or says how long to wait.
    pub fn count(&self, key: K) -> Result<()> {
        self.0.check_key(&key).map_err(|not_until| AppError::TooMany {
            retry_after_seconds: not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1,
        })
    }
}

impl Limit<IpAddr> {
    /// Counts one for the client's network.
    pub fn count_network(&self, address: IpAddr) -> Result<()> {
        self.count(network_of(address))
    }
}

/// Every limit that there is.
pub struct Limits {
    /// Tries to sign in, by network.
    pub sign_in_by_network: Limit<IpAddr>,
    /// Tries to sign in, by the address that is tried.
    pub sign_in_by_address: Limit<String>,
    /// Mail that nobody asked for in so many words, by the address that gets it, over all kinds.
    pub unasked_mail: Limit<String>,
    /// Forms that anybody may send without being known, by network.
    pub strangers: Limit<IpAddr>,
    /// Addresses invited, by the person who invites.
    pub invitations: Limit<String>,
    /// Forms that invite or name others, by network.
    pub invitations_by_network: Limit<IpAddr>,
    /// Wishes, comments and hearts, by the person who leaves them.
    pub encouragement: Limit<String>,
    /// The same, by network.
    pub encouragement_by_network: Limit<IpAddr>,
    /// Words that visitors leave of whom it is not certain who they are, by the page.
    pub visitors_on_page: Limit<String>,
    /// Words of visitors who are known there, by the page: nobody whom nobody knows can use them up.
    pub known_visitors_on_page: Limit<String>,
    /// Mail that asks about a visitor's words, by the address that gets it and the page.
    pub words_mail_on_page: Limit<String>,
    /// The same, by the address alone: of all pages together no more than somebody can read. It is apart from `unasked_mail`,
    /// so that nobody is kept from a way in by what others leave with their address.
    pub words_mail: Limit<String>,
    /// Requests to join, by the address that is given.
    pub asking: Limit<String>,
    /// Copies of what is theirs, by the person who takes them.
    pub exports: Limit<String>,
    /// Questions to authenticators, by network: a browser asks for one whenever it shows the sign-in page.
    pub ceremonies: Limit<IpAddr>,
    /// Passwords that somebody who is signed in shows once more, by the person: nobody else can use them up.
    pub proofs: Limit<String>,
    /// Pages started, by the person who starts them.
    pub sites: Limit<String>,
    /// Codes of a second factor, by the person whose they would be.
    pub codes: Limit<String>,
    /// Changes of address, by the person who asks for them.
    pub email_changes: Limit<String>,
    /// Photos brought, by the person who brings them.
    pub uploads: Limit<String>,
    /// Photos that come with a well wish or a comment, by the person who brings them: fewer, since everybody may.
    pub photos_with_words: Limit<String>,
    /// Archives of all photos, by the person who takes them.
    pub photo_archives: Limit<String>,
    /// Drafts saved, by the person who writes: every few seconds while they type, on several devices.
    pub drafts: Limit<String>,
    /// Looks of feed readers, by the address that they look at.
    pub feeds: Limit<String>,
    /// The same, by network: one may look for many people.
    pub feeds_by_network: Limit<IpAddr>,
    /// Forms with files, by the session that sends them, before any file is read.
    pub forms_with_files: Limit<String>,
    /// Letters that come in, by the address of ours that they come to.
    pub letters: Limit<String>,
    /// Words that come in by mail, by the page.
    pub letters_on_page: Limit<String>,
    /// Answers that a letter came to an address which says nothing, by the mailbox that gets them.
    pub letters_without_key: Limit<String>,
    /// Mail that says what became of an update that was mailed, by the mailbox that gets it. It is apart from `unasked_mail`, so
    /// that whoever mails in their name keeps nobody from a way in.
    pub posts_taken: Limit<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in_by_network: Limit::new(10, Duration::from_secs(6)),
            sign_in_by_address: Limit::new(10, Duration::from_secs(6)),
            unasked_mail: Limit::new(3, Duration::from_secs(20 * 60)),
            strangers: Limit::new(20, Duration::from_secs(30)),
            invitations: Limit::new(500, Duration::from_secs(60)),
            invitations_by_network: Limit::new(60, Duration::from_secs(30)),
            encouragement: Limit::new(60, Duration::from_secs(2)),
            encouragement_by_network: Limit::new(300, Duration::from_secs(1)),
            visitors_on_page: Limit::new(60, Duration::from_secs(10)),
            known_visitors_on_page: Limit::new(60, Duration::from_secs(10)),
            words_mail_on_page: Limit::new(3, Duration::from_secs(20 * 60)),
            words_mail: Limit::new(6, Duration::from_secs(20 * 60)),
            asking: Limit::new(10, Duration::from_secs(6 * 60)),
            exports: Limit::new(3, Duration::from_secs(20 * 60)),
            ceremonies: Limit::new(60, Duration::from_secs(2)),
            proofs: Limit::new(10, Duration::from_secs(6)),
            sites: Limit::new(20, Duration::from_secs(60 * 60)),
            codes: Limit::new(10, Duration::from_secs(60)),
            email_changes: Limit::new(5, Duration::from_secs(10 * 60)),
            uploads: Limit::new(500, Duration::from_secs(2)),
            photos_with_words: Limit::new(20, Duration::from_secs(3 * 60)),
            photo_archives: Limit::new(2, Duration::from_secs(5 * 60)),
            drafts: Limit::new(240, Duration::from_secs(1)),
            feeds: Limit::new(30, Duration::from_secs(60)),
            feeds_by_network: Limit::new(600, Duration::from_secs(1)),
            forms_with_files: Limit::new(120, Duration::from_secs(1)),
            letters: Limit::new(20, Duration::from_secs(60)),
            letters_on_page: Limit::new(300, Duration::from_secs(2)),
            letters_without_key: Limit::new(1, Duration::from_secs(24 * 60 * 60)),
            posts_taken: Limit::new(10, Duration::from_secs(6 * 60)),
        }
    }
}

impl Limits {
    /// Counts a mail to a mailbox that asks about words on a page, or says how long to wait.
    pub fn count_words_mail(&self, mailbox: &str, page: &str) -> Result<()> {
        self.words_mail_on_page.count(format!("{mailbox} {page}"))?;
        self.words_mail.count(mailbox.to_owned())
    }

    /// Forgets those who have not been near a limit for a while.
    pub fn tidy(&self) {
        self.sign_in_by_network.0.retain_recent();
        self.sign_in_by_address.0.retain_recent();
        self.unasked_mail.0.retain_recent();
        self.strangers.0.retain_recent();
        self.invitations.0.retain_recent();
        self.invitations_by_network.0.retain_recent();
        self.encouragement.0.retain_recent();
        self.encouragement_by_network.0.retain_recent();
        self.visitors_on_page.0.retain_recent();
        self.known_visitors_on_page.0.retain_recent();
        self.words_mail_on_page.0.retain_recent();
        self.words_mail.0.retain_recent();
        self.asking.0.retain_recent();
        self.exports.0.retain_recent();
        self.ceremonies.0.retain_recent();
        self.proofs.0.retain_recent();
        self.sites.0.retain_recent();
        self.codes.0.retain_recent();
        self.email_changes.0.retain_recent();
        self.uploads.0.retain_recent();
        self.photos_with_words.0.retain_recent();
        self.photo_archives.0.retain_recent();
        self.drafts.0.retain_recent();
        self.feeds.0.retain_recent();
        self.feeds_by_network.0.retain_recent();
        self.forms_with_files.0.retain_recent();
        self.letters.0.retain_recent();
        self.letters_on_page.0.retain_recent();
        self.letters_without_key.0.retain_recent();
        self.posts_taken.0.retain_recent();
    }
}
