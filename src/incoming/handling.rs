//! What becomes of a letter: read once by the worker, when it has been acknowledged already.

use std::sync::Arc;

use super::model::{Address, Answered, Letter, LetterState};
use super::reading::{self, Sender, What};
use super::{bounces, intake, posting, replies, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{LetterId, MemberId};
use crate::error::{AppError, Result};
use crate::jobs::{self, Job, Kind, NewJob, Outcome, Settled};

/// Said where somebody's letter could not be read or used, and nothing about it is to blame.
const OUR_FAULT: &str = "Something is wrong on our side, and it could not be used. We are sorry. Please open the link in a mail \
     that you have, and write there.";

/// From this attempt on, which comes about an hour and a half after the first, words are not kept back any longer by what could
/// not be had for the photos that came with them.
pub const WITHOUT_PHOTOS_FROM: i32 = 5;

/// Reads the letter that a job is about, and does what it says.
pub async fn perform(app: &App, job: &Job) -> Result<Settled> {
    let Some(id) = job.detail.as_deref().and_then(LetterId::parse) else {
        return Ok(Outcome::Dropped("no letter is named".to_owned()).into());
    };
    let found = app.db.read(move |conn| find_waiting(conn, id)).await?;
    let Some((mut letter, raw)) = found else {
        return Ok(Outcome::Dropped("it is gone, or was read before".to_owned()).into());
    };
    let (raw, has_sender, server) = (Arc::new(raw), letter.has_sender, app.config.incoming_authserv_id.clone());
    let reading = {
        let (raw, server) = (raw.clone(), server.clone());
        tokio::task::spawn_blocking(move || reading::read(&raw, has_sender, server.as_deref()))
    };
    let what = match reading.await {
        Ok(what) => what,
        Err(error) if error.is_panic() => {
            // What was said in the panic may hold words of theirs.
            tracing::error!(job = job.id, "a letter could not be read: reading it broke off");
            // Less is asked of it now.
            let again = tokio::task::spawn_blocking(move || reading::read_sender(&raw, has_sender, server.as_deref()));
            let sender = again.await.ok().flatten();
            letter.message_id = sender.as_ref().and_then(|it| it.message_id.clone());
            return give_back(app, &letter, sender).await;
        }
        Err(error) => return Err(AppError::internal(error)),
    };
    drop(raw);
    let sender = what.sender();
    letter.message_id = sender.as_ref().and_then(|it| it.message_id.clone());
    let why = match act(app, &letter, what, job.attempts).await {
        Ok(()) => return Ok(Outcome::Done.into()),
        // It was found out in the middle of it that something is not there any more.
        Err(AppError::NotFound) => {
            settle(app, &letter, Fate::dropped("what it is about is gone")).await?;
            return Ok(Outcome::Done.into());
        }
        Err(AppError::TooMany { .. }) => "too many at once",
        Err(error) if intake::is_for_the_moment(&error) => {
            tracing::error!(job = job.id, %error, "a letter could not be used; it will be tried again");
            "something went wrong on this server"
        }
        Err(error) => {
            tracing::error!(job = job.id, %error, "a letter could not be used");
            return give_back(app, &letter, sender).await;
        }
    };
    let (outcome, of) = (Outcome::Retry(why.to_owned()), app.clone());
    // When this was tried for the last time, whoever wrote it hears of it.
    let then = move |conn: &mut Conn, outcome: &Outcome, _: Timestamp| match outcome {
        Outcome::Failed(_) | Outcome::Lost(_) => write_down_unused(&of, conn, &letter, sender.as_ref()),
        _ => Ok(()),
    };
    Ok(Settled { outcome, then: Some(Arc::new(then)) })
}

/// A letter with its bytes, while nobody has read it.
fn find_waiting(conn: &mut Conn, id: LetterId) -> Result<Option<(Letter, Vec<u8>)>> {
    let Some(letter) = store::find_letter(conn, id)?.filter(|it| it.state == LetterState::Waiting) else {
        return Ok(None);
    };
    Ok(store::find_raw(conn, id)?.map(|raw| (letter, raw)))
}

async fn give_back(app: &App, letter: &Letter, sender: Option<Sender>) -> Result<Settled> {
    let (of, letter) = (app.clone(), letter.clone());
    app.db.write(move |conn| write_down_unused(&of, conn, &letter, sender.as_ref())).await?;
    app.ring();
    Ok(Outcome::Done.into())
}

/// A letter that was acknowledged and comes to nothing by no fault of its own: sent back with its words, where it is certain who
/// wrote it.
fn write_down_unused(app: &App, conn: &mut Conn, letter: &Letter, sender: Option<&Sender>) -> Result<()> {
    if !store::hold_waiting(conn, letter.id)? {
        return Ok(());
    }
    let member = match (sender, letter.to.address) {
        (Some(sender), Address::Reply | Address::Thread | Address::NoReply) => {
            replies::find_certain(conn, letter.to, sender)?
        }
        (Some(sender), Address::Post) => posting::find_certain(conn, letter.to, sender)?,
        _ => None,
    };
    // Also who was taken off a page, or wrote to an address that says nothing.
    let is_certain = match (member, sender.and_then(Sender::known_for_certain)) {
        (Some(_), _) => true,
        (None, Some(from)) => store::find_person_by_email(conn, from.key())?.is_some(),
        (None, None) => false,
    };
    let fate = match is_certain {
        true => Fate::answered(OUR_FAULT, member),
        false => Fate::dropped("it could not be used, and it is not certain who wrote it"),
    };
    fate.write_down(app, conn, letter)
}

/// What is to be written down of a letter.
pub struct Fate {
    /// How it stands from now on.
    pub state: LetterState,
    /// Why, in words of ours; where whoever wrote it is told, in a sentence for them.
    pub why: String,
    /// Who is told, and of what.
    pub tell: Option<(Kind, Option<MemberId>)>,
    /// What it has become.
    pub became: Option<[u8; 16]>,
}

impl Fate {
    /// It says nothing to anybody.
    pub fn dropped(why: &str) -> Self {
        Self { state: LetterState::Dropped, why: why.to_owned(), tell: None, became: None }
    }

    /// It is where it belongs.
    pub fn used(why: &str) -> Self {
        Self { state: LetterState::Used, ..Self::dropped(why) }
    }

    /// It cannot be used, and whoever wrote it is told why, with their words.
    pub fn answered(sentence: &str, member: Option<MemberId>) -> Self {
        Self { state: LetterState::Answered, tell: Some((Kind::ReplyNotUsed, member)), ..Self::dropped(sentence) }
    }

    /// In the transaction that does what the letter says.
    pub fn write_down(&self, app: &App, conn: &mut Conn, letter: &Letter) -> Result<()> {
        store::settle_letter(conn, letter.id, self.state, &self.why, self.became.as_ref())?;
        let Some((kind, member_id)) = self.tell else { return Ok(()) };
        let answered = Answered { letter: letter.id, message_id: letter.message_id.clone() };
        let about = NewJob { member_id, detail: Some(answered.written()), ..NewJob::default() };
        jobs::enqueue(conn, kind, about, app.clock.now())
    }
}

/// Writes down what became of a letter that changes nothing.
pub async fn settle(app: &App, letter: &Letter, fate: Fate) -> Result<()> {
    let (of, letter) = (app.clone(), letter.clone());
    app.db
        .write(move |conn| {
            // Of two workers that have it in hand, the second has nothing to write.
            if store::hold_waiting(conn, letter.id)? { fate.write_down(&of, conn, &letter) } else { Ok(()) }
        })
        .await
}

async fn act(app: &App, letter: &Letter, what: What, attempts: i32) -> Result<()> {
    match (what, letter.to.address) {
        (What::Bounce(failed), Address::Return) => bounces::take_bounce(app, letter, failed).await?,
        (What::Complaint(addresses), _) => bounces::take_complaint(app, letter, addresses).await?,
        (What::Words(words), Address::Reply | Address::Thread) => replies::take(app, letter, *words, attempts).await?,
        (What::Words(words), Address::NoReply) => replies::take_unanswerable(app, letter, *words).await?,
        (What::Words(words), Address::Post) => posting::take(app, letter, *words, attempts).await?,
        (What::Bounce(_), _) => settle(app, letter, Fate::dropped("a report that came to no return path")).await?,
        (What::Words(words), Address::Return | Address::Desk) => replies::take_unaddressed(app, letter, *words).await?,
        (What::Nothing(why), _) => settle(app, letter, Fate::dropped(why)).await?,
    }
    // There may be a mail to send, or a photo to prepare.
    app.ring();
    Ok(())
}
