//! The secrets in links that are mailed: random, stored as their SHA-256 only, each with an end.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{EmailChangeId, MemberId, PersonId, SignUpId, UpdateId, WishId};
use crate::db::schema::{mail_tokens, members, reply_keys, wishes};
use crate::error::{AppError, Result};
use crate::secrets::Token;

crate::words! {
    /// What a mailed link is for.
    pub enum Purpose {
        /// Confirms the address of a new account.
        ConfirmEmail = "confirm_email",
        /// Takes up an invitation.
        Invitation = "invitation",
        /// Opens the page as the member it was mailed to.
        Open = "open",
        /// Stops mail to the member it was mailed to.
        Unsubscribe = "unsubscribe",
        /// Sets a new password.
        PasswordReset = "password_reset",
        /// Erases somebody who has no account.
        Erasure = "erasure",
        /// Signs somebody in with their account.
        SignIn = "sign_in",
        /// Makes an address somebody's own.
        EmailChange = "email_change",
        /// Stops or takes back such a change.
        EmailStop = "email_stop",
        /// Shows that words were left by the owner of an address, or takes them away.
        ConfirmWords = "confirm_words",
    }
}

/// What a link says, once its secret was found.
#[derive(Clone, Copy, Debug)]
pub struct MailToken {
    /// Whose membership it is about.
    pub member_id: Option<MemberId>,
    /// Whose account it is about.
    pub person_id: Option<PersonId>,
    /// Which unconfirmed account it is about.
    pub sign_up_id: Option<SignUpId>,
    /// Which change of address it is about.
    pub email_change_id: Option<EmailChangeId>,
    /// Which words it is about.
    pub wish_id: Option<WishId>,
    /// When it was mailed.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl MailToken {
    /// A token about nobody yet.
    pub fn lasting(created_at: Timestamp, lifetime: jiff::SignedDuration) -> Self {
        Self {
            member_id: None,
            person_id: None,
            sign_up_id: None,
            email_change_id: None,
            wish_id: None,
            created_at,
            expires_at: created_at + lifetime,
        }
    }
}

/// Makes a secret for a link and stores its hash.
pub fn insert_token(conn: &mut Conn, purpose: Purpose, about: MailToken) -> Result<Token> {
    let token = Token::generate();
    diesel::insert_into(mail_tokens::table)
        .values((
            mail_tokens::token_hash.eq(token.hash()),
            mail_tokens::purpose.eq(purpose),
            mail_tokens::person_id.eq(about.person_id),
            mail_tokens::member_id.eq(about.member_id),
            mail_tokens::sign_up_id.eq(about.sign_up_id),
            mail_tokens::email_change_id.eq(about.email_change_id),
            mail_tokens::wish_id.eq(about.wish_id),
            mail_tokens::created_at.eq(about.created_at),
            mail_tokens::expires_at.eq(about.expires_at),
        ))
        .execute(conn)?;
    Ok(token)
}

/// What a link says, whether or not its time is over.
pub fn find_token(conn: &mut Conn, purpose: Purpose, token: &Token) -> Result<Option<MailToken>> {
    type About = (Option<MemberId>, Option<PersonId>, Option<SignUpId>, Option<EmailChangeId>, Option<WishId>);
    let row: Option<(About, Timestamp, Timestamp)> = mail_tokens::table
        .find(token.hash())
        .filter(mail_tokens::purpose.eq(purpose))
        .select((
            (
                mail_tokens::member_id,
                mail_tokens::person_id,
                mail_tokens::sign_up_id,
                mail_tokens::email_change_id,
                mail_tokens::wish_id,
            ),
            mail_tokens::created_at,
            mail_tokens::expires_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|((member_id, person_id, sign_up_id, email_change_id, wish_id), created_at, expires_at)| MailToken {
        member_id,
        person_id,
        sign_up_id,
        email_change_id,
        wish_id,
        created_at,
        expires_at,
    }))
}

/// Uses up a link that works once, whether or not its time is over. Of two who use it at once, one has it.
pub fn take_token(conn: &mut Conn, purpose: Purpose, token: &Token) -> Result<Option<MailToken>> {
    let found = find_token(conn, purpose, token)?;
    let ours = mail_tokens::table.find(token.hash()).filter(mail_tokens::purpose.eq(purpose));
    let taken = diesel::delete(ours).execute(conn)?;
    Ok(found.filter(|_| taken == 1))
}

/// Makes dead whatever somebody's mail holds that lets its reader in: the links to their pages, those that sign in, and
/// those that set a password. What stops mail stays alive, and so do invitations that are not answered yet.
pub fn delete_ways_in_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    delete_tokens_of(conn, Purpose::SignIn, person)?;
    delete_tokens_of(conn, Purpose::PasswordReset, person)?;
    delete_links_to_pages_of(conn, person)
}

/// Of those, the links to their pages: those that are signed and those that are stored.
pub fn delete_links_to_pages_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::update(members::table.filter(members::person_id.eq(person)))
        .set(members::links_generation.eq(members::links_generation + 1))
        .execute(conn)?;
    let theirs = members::table.filter(members::person_id.eq(person)).select(members::id.nullable());
    let open = mail_tokens::table.filter(mail_tokens::purpose.eq(Purpose::Open));
    diesel::delete(open.filter(mail_tokens::member_id.eq_any(theirs))).execute(conn)?;
    let answered = members::table
        .filter(members::person_id.eq(person))
        .filter(members::state.ne("invited"))
        .select(members::id.nullable());
    let invitations = mail_tokens::table.filter(mail_tokens::purpose.eq(Purpose::Invitation));
    diesel::delete(invitations.filter(mail_tokens::member_id.eq_any(answered))).execute(conn)?;
    // These lead to words that wait: from now on only to a fresh link, which goes to the address that is theirs now.
    let waiting = wishes::table.filter(wishes::author_id.eq(person)).select(wishes::id.nullable());
    let words = mail_tokens::table.filter(mail_tokens::purpose.eq(Purpose::ConfirmWords));
    diesel::update(words.filter(mail_tokens::wish_id.eq_any(waiting)))
        .set(mail_tokens::expires_at.eq(mail_tokens::created_at))
        .execute(conn)?;
    Ok(())
}

/// Makes every such link to a person's account dead.
pub fn delete_tokens_of(conn: &mut Conn, purpose: Purpose, person: PersonId) -> Result<()> {
    let theirs = mail_tokens::table.filter(mail_tokens::person_id.eq(person)).filter(mail_tokens::purpose.eq(purpose));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// For how long a link to a page that is over is still recognised, so that a fresh one can be had for it.
pub const RECOGNISED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(2 * 365 * 24);

/// Deletes the hashes of links whose time is over.
pub fn purge_tokens(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let renewable = mail_tokens::purpose.eq_any([Purpose::Open, Purpose::Invitation, Purpose::ConfirmWords]);
    let over = mail_tokens::table.filter(mail_tokens::expires_at.lt(now));
    diesel::delete(over.filter(diesel::dsl::not(renewable))).execute(conn)?;
    diesel::delete(mail_tokens::table.filter(mail_tokens::expires_at.lt(now - RECOGNISED_FOR))).execute(conn)?;
    Ok(())
}

/// Makes every link to a person's account dead, whatever it is for.
pub fn delete_all_tokens_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(mail_tokens::table.filter(mail_tokens::person_id.eq(person))).execute(conn)?;
    Ok(())
}

/// What an answer to a gathered mail is about: an update, words, or the page itself where it is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyKey {
    /// Whom the mail went to.
    pub member_id: MemberId,
    /// The update.
    pub update_id: Option<UpdateId>,
    /// The words.
    pub wish_id: Option<WishId>,
}

/// The number of such a key, which goes into the address that is answered to (`KeyKind::Thread`): the same for the same member
/// and thing, however many mails tell of it.
pub fn get_or_insert_reply_key(conn: &mut Conn, key: ReplyKey, now: Timestamp) -> Result<i64> {
    if let Some(id) = find_number(conn, key)? {
        return Ok(id);
    }
    let insert = diesel::insert_into(reply_keys::table).values((
        reply_keys::member_id.eq(key.member_id),
        reply_keys::update_id.eq(key.update_id),
        reply_keys::wish_id.eq(key.wish_id),
        reply_keys::created_at.eq(now),
    ));
    insert.execute(conn)?;
    // Two mails to a member may be made at once: found again is what this one is about, not what is newest.
    find_number(conn, key)?.ok_or_else(|| AppError::internal("a reply key that was just added is not there"))
}

fn find_number(conn: &mut Conn, key: ReplyKey) -> Result<Option<i64>> {
    let about = reply_keys::table
        .filter(reply_keys::member_id.eq(key.member_id))
        .filter(reply_keys::update_id.eq(key.update_id).or(reply_keys::update_id.is_null()))
        .filter(reply_keys::wish_id.eq(key.wish_id).or(reply_keys::wish_id.is_null()))
        .select((reply_keys::id, reply_keys::update_id, reply_keys::wish_id));
    let all: Vec<(i64, Option<UpdateId>, Option<WishId>)> = about.order(reply_keys::id).load(conn)?;
    let same = all.into_iter().find(|(_, update, wish)| (*update, *wish) == (key.update_id, key.wish_id));
    Ok(same.map(|(id, ..)| id))
}

/// What a key is about, if its member is still there.
pub fn find_reply_key(conn: &mut Conn, id: i64) -> Result<Option<ReplyKey>> {
    let row: Option<(MemberId, Option<UpdateId>, Option<WishId>)> = reply_keys::table
        .find(id)
        .select((reply_keys::member_id, reply_keys::update_id, reply_keys::wish_id))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(member_id, update_id, wish_id)| ReplyKey { member_id, update_id, wish_id }))
}
