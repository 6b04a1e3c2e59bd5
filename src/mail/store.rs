//! The secrets in links that are mailed: random, stored as their SHA-256 only, each with an end.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{EmailChangeId, MemberId, PersonId, SignUpId};
use crate::db::schema::{mail_tokens, members};
use crate::error::Result;
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
            mail_tokens::created_at.eq(about.created_at),
            mail_tokens::expires_at.eq(about.expires_at),
        ))
        .execute(conn)?;
    Ok(token)
}

/// What a link says, whether or not its time is over.
pub fn find_token(conn: &mut Conn, purpose: Purpose, token: &Token) -> Result<Option<MailToken>> {
    type Row = (Option<MemberId>, Option<PersonId>, Option<SignUpId>, Option<EmailChangeId>, Timestamp, Timestamp);
    let row: Option<Row> = mail_tokens::table
        .find(token.hash())
        .filter(mail_tokens::purpose.eq(purpose))
        .select((
            mail_tokens::member_id,
            mail_tokens::person_id,
            mail_tokens::sign_up_id,
            mail_tokens::email_change_id,
            mail_tokens::created_at,
            mail_tokens::expires_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(member_id, person_id, sign_up_id, email_change_id, created_at, expires_at)| MailToken {
        member_id,
        person_id,
        sign_up_id,
        email_change_id,
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

/// Of those, the links to their pages.
pub fn delete_links_to_pages_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    let theirs = members::table.filter(members::person_id.eq(person)).select(members::id.nullable());
    let open = mail_tokens::table.filter(mail_tokens::purpose.eq(Purpose::Open));
    diesel::delete(open.filter(mail_tokens::member_id.eq_any(theirs))).execute(conn)?;
    let answered = members::table
        .filter(members::person_id.eq(person))
        .filter(members::state.ne("invited"))
        .select(members::id.nullable());
    let invitations = mail_tokens::table.filter(mail_tokens::purpose.eq(Purpose::Invitation));
    diesel::delete(invitations.filter(mail_tokens::member_id.eq_any(answered))).execute(conn)?;
    Ok(())
}

/// Makes every such link to a person's account dead.
pub fn delete_tokens_of(conn: &mut Conn, purpose: Purpose, person: PersonId) -> Result<()> {
    let theirs = mail_tokens::table.filter(mail_tokens::person_id.eq(person)).filter(mail_tokens::purpose.eq(purpose));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// For how long a link to a page that is over is still recognised, so that a fresh one can be had for it.
const RECOGNISED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(2 * 365 * 24);

/// Deletes the hashes of links whose time is over.
pub fn purge_tokens(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let renewable = mail_tokens::purpose.eq_any([Purpose::Open, Purpose::Invitation]);
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
