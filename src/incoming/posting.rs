//! An update by mail: kept as a draft, or posted, for whoever may write on the page that the address belongs to.

use sha2::{Digest, Sha256};

use super::handling::{Fate, WITHOUT_PHOTOS_FROM, settle};
use super::model::{Letter, LetterState, To};
use super::reading::{Sender, Words};
use super::{intake, store};
use crate::app::App;
use crate::db::Conn;
use crate::db::ids::{DraftId, MemberId, PersonId, SiteId};
use crate::error::{AppError, Result};
use crate::jobs::Kind;
use crate::journal::{self, Became, FromLetter};
use crate::photos::{self, ForDraft};
use crate::sites::SiteScope;

/// Said where a letter did not come from the address of somebody who writes on the page. It names no page: whoever has got hold
/// of the address learns nothing by it.
const NOT_A_WRITER: &str = "It did not come from the address of somebody who writes on this page, or your mail provider does not vouch for it.";

/// Takes an update. `attempts`: how often that was begun.
pub async fn take(app: &App, letter: &Letter, words: Words, attempts: i32) -> Result<()> {
    let words = words.without_keys(app.config.incoming.as_ref());
    let (Some(site), Some(from)) = (letter.to.site_id, words.sender.from.clone()) else {
        return settle(app, letter, Fate::dropped("it names no sender")).await;
    };
    let key = from.key().to_owned();
    let writer = app.db.read(move |conn| find_writer(conn, site, &key)).await?;
    match writer {
        Some(writer) if !words.sender.is_spoken_against => post(app, letter, site, writer, words, attempts).await,
        // Answered only where that reaches whoever has really written it.
        None if words.sender.known_for_certain().is_some() => {
            settle(app, letter, Fate::answered(NOT_A_WRITER, None)).await
        }
        _ => settle(app, letter, Fate::dropped("it is not certain that somebody wrote it who may")).await,
    }
}

/// Said where the address was taken away before the letter was read.
const NO_ADDRESS: &str = "The address that you wrote to was taken away.";

#[derive(Clone, Copy)]
struct Writer {
    member: MemberId,
    person: PersonId,
}

/// Whoever has this address, if they may write on the page at this moment.
fn find_writer(conn: &mut Conn, site: SiteId, email_key: &str) -> Result<Option<Writer>> {
    let Some((member, person)) = store::find_member_by_email(conn, site, email_key)? else { return Ok(None) };
    match SiteScope::load_by_letter(conn, member) {
        Ok(scope) if scope.access.may_write() => Ok(Some(Writer { member, person })),
        Ok(_) | Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The member whom an update is from, where that is certain.
pub fn find_certain(conn: &mut Conn, to: To, sender: &Sender) -> Result<Option<MemberId>> {
    let (Some(site), Some(from)) = (to.site_id, sender.from.as_ref().filter(|_| !sender.is_spoken_against)) else {
        return Ok(None);
    };
    Ok(find_writer(conn, site, from.key())?.map(|writer| writer.member))
}

/// Why a letter is kept as a draft, though the page posts what comes: a sentence for whoever wrote it.
const NOT_VOUCHED_FOR: &str = "It was kept as a draft, since your mail provider does not vouch for it.";
const ONLY_PASSED_ON: &str =
    "It was kept as a draft, since it is a mail that you passed on, without words of your own.";

/// What is to become of a letter.
struct Post {
    from: FromLetter,
    /// How many photos could not be used.
    left_out: usize,
    /// Why it is not posted at once, whatever the page does with what comes.
    waits: Option<&'static str>,
}

async fn post(app: &App, letter: &Letter, site: SiteId, writer: Writer, words: Words, attempts: i32) -> Result<()> {
    let (mut photos, mut left_out) = (Vec::new(), 0);
    for bytes in words.photos {
        match photos::keep_for_draft(app, writer.person, bytes).await {
            Ok(Ok(photo)) => photos.push(photo),
            // One that cannot be used keeps back neither the words nor the others.
            Ok(Err(_)) => left_out += 1,
            Err(error) if attempts >= WITHOUT_PHOTOS_FROM && intake::is_for_the_moment(&error) => left_out += 1,
            Err(error) => {
                clear_away(app, &photos).await;
                return Err(error);
            }
        }
    }
    // A mail that is only passed on was not written for the page: whoever passes it on looks at what it would say there.
    let (text, waits) = if words.text.is_empty() && !words.whole.is_empty() {
        (words.whole, Some(ONLY_PASSED_ON))
    } else {
        // A sender is easily made up; as a draft it does no harm.
        (words.text, (!words.sender.is_vouched_for).then_some(NOT_VOUCHED_FOR))
    };
    let from = FromLetter {
        draft: draft_of(&letter.digest),
        subject: words.subject,
        words: text,
        photos: photos.clone(),
        publishes: false,
    };
    let written = write_down(app, letter, site, writer, Post { from, left_out, waits }).await;
    clear_away(app, &photos).await;
    written
}

async fn clear_away(app: &App, photos: &[ForDraft]) {
    for photo in photos {
        photo.clear_away_unless_written(app).await;
    }
}

async fn write_down(app: &App, letter: &Letter, site: SiteId, writer: Writer, post: Post) -> Result<()> {
    let (of, letter, now) = (app.clone(), letter.clone(), app.clock.now());
    app.db
        .write(move |conn| {
            if !store::hold_waiting(conn, letter.id)? {
                return Ok(());
            }
            // The address may have been taken away since, and the writer's role.
            let address = store::find_post_address(conn, site)?;
            let scope = match SiteScope::load_by_letter(conn, writer.member) {
                Ok(scope) if scope.access.may_write() => Some(scope),
                Ok(_) | Err(AppError::NotFound) => None,
                Err(error) => return Err(error),
            };
            let (address, scope) = match (address, scope) {
                (Some(address), Some(scope)) => (address, scope),
                (address, _) => {
                    let why = if address.is_some() { NOT_A_WRITER } else { NO_ADDRESS };
                    return Fate::answered(why, Some(writer.member)).write_down(&of, conn, &letter);
                }
            };
            of.limits.letters_on_page.count(site.to_string())?;
            let Post { from, left_out, waits } = post;
            let from = FromLetter { publishes: address.publishes && waits.is_none(), ..from };
            let became = journal::keep_letter(conn, &scope, &from, now, of.config.undo_sending)?;
            store::update_letter_person(conn, letter.id, writer.person)?;
            let waits = waits.filter(|_| address.publishes);
            fate(became, writer.member, left_out, waits).write_down(&of, conn, &letter)
        })
        .await
}

/// The draft that a letter becomes: the same for the same letter.
fn draft_of(digest: &[u8; 32]) -> DraftId {
    let mut hash = Sha256::new();
    hash.update(b"draft of a letter");
    hash.update(digest);
    DraftId::from_digest(&hash.finalize().into())
}

fn fate(became: Became, member: MemberId, left_out: usize, waits: Option<&str>) -> Fate {
    let tell = Some((Kind::PostTaken, Some(member)));
    let photos = match left_out {
        0 => String::new(),
        1 => "One photo could not be used.".to_owned(),
        many => format!("{many} photos could not be used."),
    };
    match became {
        Became::Update(update) => Fate { tell, became: Some(*update.as_bytes()), ..Fate::used(&photos) },
        Became::Draft(draft, why) => {
            let why = match (why, waits) {
                (Some(why), _) => format!("It was not posted at once: {why} "),
                (None, Some(waits)) => format!("{waits} "),
                (None, None) => String::new(),
            };
            let note = format!("{why}{photos}");
            Fate { state: LetterState::Held, tell, became: Some(*draft.as_bytes()), ..Fate::used(note.trim()) }
        }
        Became::Nothing(sentence) => Fate::answered(&sentence, Some(member)),
    }
}
