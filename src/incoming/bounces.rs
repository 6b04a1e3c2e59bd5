//! Mail of ours that did not arrive, and mail that somebody does not want: what follows from it for their address.

use super::addressing;
use super::handling::Fate;
use super::model::{Address, Letter, To};
use super::reading::{Failed, Means};
use super::store::{self, Sent};
use crate::accounts::{self, MailStop};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::hold_members;
use crate::db::ids::{MemberId, PersonId};
use crate::error::Result;
use crate::jobs;
use crate::mail::{self, EmailAddress};
use crate::sites;

/// A mail did not arrive. The key in the address was known to whoever carried that mail, and to nobody else; what the report says
/// besides counts only for the address that the mail went to.
pub async fn take_bounce(app: &App, letter: &Letter, failed: Vec<Failed>) -> Result<()> {
    let (app_, letter, now) = (app.clone(), letter.clone(), app.clock.now());
    app.db
        .write(move |conn| {
            if !store::hold_waiting(conn, letter.id)? {
                return Ok(());
            }
            let fate = match letter.to.row() {
                Some(job) => bounced(conn, job, &failed, now)?,
                None => Fate::dropped("no mail is named"),
            };
            fate.write_down(&app_, conn, &letter)
        })
        .await
}

fn bounced(conn: &mut Conn, job: i64, failed: &[Failed], now: Timestamp) -> Result<Fate> {
    let Some((sent, person)) = find_sent(conn, job)? else { return Ok(Fate::dropped("nobody got this mail")) };
    if is_from_before(conn, &sent, person, now)? {
        return Ok(Fate::dropped("their address is another one by now"));
    }
    let Some(email) = accounts::find_person(conn, person)?.map(|it| it.email) else {
        return Ok(Fate::dropped("nobody got this mail"));
    };
    let Some(failure) = failed.iter().find(|it| is_of(it, &email)) else {
        return Ok(Fate::dropped("it names an address that we have not written to"));
    };
    let said = if failure.said.is_empty() { "it could not be delivered" } else { failure.said.as_str() };
    // What was taken over before has come to nothing after all. The member before the job, as everywhere.
    hold_members(conn, sent.member_id.as_slice())?;
    jobs::fail_afterwards(conn, job, said)?;
    if accounts::has_resumed_since(conn, person, sent.sent_at.unwrap_or(now))? {
        return Ok(Fate::used("they were here since that mail left"));
    }
    let stops = match failure.means {
        Means::Gone if accounts::stop_mail(conn, person, MailStop::Bounced, now)? => true,
        Means::Gone => return Ok(Fate::used("they want no mail in any case")),
        Means::Passing => accounts::note_soft_failure(conn, person, now)?,
        Means::Ours => {
            // What the server said names addresses, and stands with the job.
            tracing::warn!(job, "a mail server does not take mail from us; nobody is condemned for that");
            false
        }
    };
    if stops {
        sites::unreachable_everywhere(conn, person, said, now)?;
        return Ok(Fate::used("mail to this address has stopped"));
    }
    if let Some(member) = sent.member_id {
        sites::unreachable(conn, member, said, now)?;
    }
    Ok(Fate::used("it counts, and mail goes on"))
}

/// Whether a report is of this address. One that names none is of the one that its key leads to.
fn is_of(failure: &Failed, email: &str) -> bool {
    let Ok(ours) = EmailAddress::parse(email) else { return false };
    match EmailAddress::parse(&failure.recipient) {
        Ok(theirs) => theirs.mailbox() == ours.mailbox(),
        Err(_) => failure.recipient.trim().is_empty(),
    }
}

fn find_sent(conn: &mut Conn, job: i64) -> Result<Option<(Sent, PersonId)>> {
    let sent = store::find_sent(conn, job)?;
    Ok(sent.and_then(|sent| sent.person_id.map(|person| (sent, person))))
}

/// Whether a mail went to another address than the one that is theirs now.
fn is_from_before(conn: &mut Conn, sent: &Sent, person: PersonId, now: Timestamp) -> Result<bool> {
    accounts::has_other_address_since(conn, person, sent.sent_at.unwrap_or(now))
}

/// Somebody has said where they read their mail that ours is unwanted. `addresses`: what the mail that it is about has of ours.
pub async fn take_complaint(app: &App, letter: &Letter, addresses: Vec<String>) -> Result<()> {
    let (app_, letter, now) = (app.clone(), letter.clone(), app.clock.now());
    app.db
        .write(move |conn| {
            if !store::hold_waiting(conn, letter.id)? {
                return Ok(());
            }
            let fate = complained(&app_, conn, letter.to, &addresses, now)?;
            fate.write_down(&app_, conn, &letter)
        })
        .await
}

fn complained(app: &App, conn: &mut Conn, to: To, addresses: &[String], now: Timestamp) -> Result<Fate> {
    let mut all = vec![to];
    for address in addresses {
        all.extend(addressing::find(app, conn, address)?);
    }
    for to in &all {
        let Some(person) = find_by_return_path(conn, *to, now)? else { continue };
        accounts::stop_mail(conn, person, MailStop::Complained, now)?;
        sites::hear_nothing_anywhere(conn, person, now)?;
        sites::unreachable_everywhere(conn, person, "They do not want mail any more.", now)?;
        return Ok(Fate::used("somebody wants no more mail"));
    }
    for to in &all {
        let Some(member) = find_by_reply_address(conn, *to)? else { continue };
        sites::hear_nothing(conn, member, now)?;
        return Ok(Fate::used("somebody wants no more mail about a page"));
    }
    Ok(Fate::dropped("a complaint about no mail that we know to be ours"))
}

/// Whom a mail went to, by the return path, which only the servers on its way have seen. What a report says without a key proves
/// nothing.
fn find_by_return_path(conn: &mut Conn, to: To, now: Timestamp) -> Result<Option<PersonId>> {
    let (Address::Return, Some(job)) = (to.address, to.row()) else { return Ok(None) };
    match find_sent(conn, job)? {
        Some((sent, person)) if !is_from_before(conn, &sent, person, now)? => Ok(Some(person)),
        _ => Ok(None),
    }
}

/// Whom a mail went to, by the address that it is answered to. Others may have seen that, such as whoever gets a copy of a reply: so
/// it does no more than a link in that mail does. One from before their address changed is of other links.
fn find_by_reply_address(conn: &mut Conn, to: To) -> Result<Option<MemberId>> {
    let member = match (to.address, to.row()) {
        (Address::Reply | Address::NoReply, Some(job)) => store::find_sent(conn, job)?.and_then(|sent| sent.member_id),
        (Address::Thread, Some(key)) => mail::find_reply_key(conn, key)?.map(|key| key.member_id),
        _ => None,
    };
    let Some(member) = member else { return Ok(None) };
    let generation = store::find_links_generation(conn, member)?;
    Ok(generation.is_some_and(|generation| to.is_of(generation)).then_some(member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_of_the_address_that_was_written_to() {
        let of = |recipient: &str| {
            let failure = Failed { recipient: recipient.to_owned(), means: Means::Gone, said: String::new() };
            is_of(&failure, "Jo@example.org")
        };
        assert!(of("jo@EXAMPLE.org") && of("jo+tidings@example.org") && of(""));
        assert!(!of("bill@example.org") && !of("jo@example.com") && !of("jo"));
    }
}
