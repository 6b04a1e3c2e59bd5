//! A reply becomes a comment, an answer or a well wish: whatever a form on the page would have made of it, for whoever got the
//! mail that it answers.

use super::handling::{Fate, WITHOUT_PHOTOS_FROM, settle};
use super::model::{Address, Letter, LetterState, To};
use super::reading::{Sender, Words};
use super::{intake, store};
use crate::accounts;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, SubmissionKey};
use crate::error::{AppError, Result};
use crate::jobs::Kind;
use crate::mail::{self, EmailAddress};
use crate::photos::{self, Kept};
use crate::sites::SiteScope;
use crate::wishes::{self, FromLetter, LeftByLetter, LetterAnswers};

/// Said where there is nothing any more that it could go to, or not for them. Which of the two is not told.
const NOT_THERE: &str = "What you answered cannot be written to any more.";

/// Said of photos that words could not take along.
const ONE_PHOTO: &str = "Your words are on the page. One photo can come with them, so the others are not there.";
const NO_PHOTO: &str = "Your words are on the page. An answer has no photos, so yours are not there.";
const PHOTO_MISSING: &str =
    "Your words are on the page, and the photo is not: something is wrong on our side. We are sorry.";

/// Said where a photo is all that there was.
const ONLY_PHOTO_MISSING: &str =
    "It has a photo and no words, and something is wrong on our side with photos. We are sorry.";

/// What stands in the place of words where somebody sends nothing but a photo.
const A_PHOTO: &str = "A photo.";

/// What a reply is to, and whose.
#[derive(Clone, Copy)]
struct About {
    member: MemberId,
    person: PersonId,
    answers: LetterAnswers,
}

/// Takes a reply. `attempts`: how often that was begun.
pub async fn take(app: &App, letter: &Letter, words: Words, attempts: i32) -> Result<()> {
    let words = words.without_keys(app.config.incoming.as_ref());
    let to = letter.to;
    let found = app.db.read(move |conn| find_about(conn, to)).await?;
    let Some(asked) = found else {
        // Whoever was taken off the page should not think that somebody has read their words.
        let fate = match words.sender.known_for_certain() {
            Some(_) => Fate::answered(NOT_THERE, None),
            None => Fate::dropped("whoever got the mail has left"),
        };
        return settle(app, letter, fate).await;
    };
    let about = asked.about;
    let reply = Reply { app, letter, about, is_certain: asked.is_theirs(&words.sender), attempts };
    let scope = app.db.read(move |conn| look(conn, about)).await;
    match scope {
        Ok(None) => reply.leave(words).await,
        Ok(Some(sentence)) => reply.refuse(&sentence).await,
        Err(AppError::NotFound | AppError::Conflict(_)) => reply.refuse(NOT_THERE).await,
        Err(error) => Err(error),
    }
}

/// Said where a mail was answered that takes no reply.
const TAKES_NONE: &str = "The mail that you answered was about several things, or about something that cannot be answered by mail, so \
     your words are not on any page. Please open the link in that mail, and write there.";

/// Takes what answers a mail that takes no reply: whoever has written it is told where to write, with their words.
pub async fn take_unanswerable(app: &App, letter: &Letter, words: Words) -> Result<()> {
    let to = letter.to;
    match app.db.read(move |conn| find_about(conn, to)).await? {
        Some(asked) if asked.is_theirs(&words.sender) => {
            settle(app, letter, Fate::answered(TAKES_NONE, Some(asked.about.member))).await
        }
        _ => take_unaddressed(app, letter, words).await,
    }
}

/// Said where nobody can know what a letter answers.
const ANSWERS_NOTHING: &str = "It came without the address that would tell us what it answers, so it is not on any page. Please \
     open the link in the mail that you have, and write there.";

/// What somebody wrote to an address that says nothing: sent back to whoever belongs to a page, where it is certain that it is
/// them, so that no word is taken for said that nobody has got.
pub async fn take_unaddressed(app: &App, letter: &Letter, words: Words) -> Result<()> {
    let from = words.sender.known_for_certain().map(|from| from.key().to_owned());
    let known = match from {
        Some(key) => app.db.read(move |conn| store::find_person_by_email(conn, &key)).await?,
        None => None,
    };
    let fate = match known {
        Some(_) => Fate::answered(ANSWERS_NOTHING, None),
        None => Fate::dropped("nobody reads this address"),
    };
    settle(app, letter, fate).await
}

/// Whether something is in the way already, before more is done about it: the sentence that says so.
fn look(conn: &mut Conn, about: About) -> Result<Option<String>> {
    let scope = SiteScope::load_by_letter(conn, about.member)?;
    wishes::closed_for_letter(conn, &scope, about.answers)
}

/// Whose reply is waited for at an address.
struct Asked {
    about: About,
    /// The address of whoever got the mail.
    email: String,
    /// Whether the key is of their links as they are now: they may have taken back those of before, having passed a mail on.
    is_current: bool,
}

impl Asked {
    /// Whether it is certain that a letter is theirs: it comes from the address that the mail went to, nothing speaks against
    /// that, and the key is known to them alone, unless their provider vouches for the words.
    fn is_theirs(&self, sender: &Sender) -> bool {
        let is_from = is_from(sender.from.as_ref(), &self.email);
        is_from && !sender.is_spoken_against && (self.is_current || sender.is_vouched_for)
    }
}

/// What the key in an address says, and whose it is.
fn find_about(conn: &mut Conn, to: To) -> Result<Option<Asked>> {
    let Some(key) = to.row() else { return Ok(None) };
    let (member, answers) = match to.address {
        Address::Reply | Address::NoReply => match store::find_sent(conn, key)? {
            Some(store::Sent { member_id: Some(member), update_id, .. }) => {
                (member, update_id.map_or(LetterAnswers::Page, LetterAnswers::Update))
            }
            _ => return Ok(None),
        },
        _ => match mail::find_reply_key(conn, key)? {
            Some(mail::ReplyKey { member_id, wish_id: Some(wish), .. }) => (member_id, LetterAnswers::Words(wish)),
            Some(mail::ReplyKey { member_id, update_id, .. }) => {
                (member_id, update_id.map_or(LetterAnswers::Page, LetterAnswers::Update))
            }
            None => return Ok(None),
        },
    };
    let Some(person) = store::find_person_of(conn, member)? else { return Ok(None) };
    let is_current = store::find_links_generation(conn, member)?.is_some_and(|generation| to.is_of(generation));
    let email = accounts::find_person(conn, person)?.map(|it| it.email);
    Ok(email.map(|email| Asked { about: About { member, person, answers }, email, is_current }))
}

fn is_from(from: Option<&EmailAddress>, email: &str) -> bool {
    let theirs = EmailAddress::parse(email);
    matches!((from, theirs), (Some(from), Ok(theirs)) if from.mailbox() == theirs.mailbox())
}

/// The member whom a reply is from, where that is certain.
pub fn find_certain(conn: &mut Conn, to: To, sender: &Sender) -> Result<Option<MemberId>> {
    Ok(find_about(conn, to)?.filter(|asked| asked.is_theirs(sender)).map(|asked| asked.about.member))
}

struct Reply<'a> {
    app: &'a App,
    letter: &'a Letter,
    about: About,
    /// Whether it is from the address that the mail went to, and nothing speaks against that.
    is_certain: bool,
    /// How often it was begun to use it.
    attempts: i32,
}

impl Reply<'_> {
    /// Told kindly to whoever wrote it; where it is not certain who that is, to nobody.
    async fn refuse(&self, sentence: &str) -> Result<()> {
        settle(self.app, self.letter, self.refusal(sentence)).await
    }

    fn refusal(&self, sentence: &str) -> Fate {
        if self.is_certain {
            Fate::answered(sentence, Some(self.about.member))
        } else {
            Fate::dropped("it cannot be used, and it is not certain who wrote it")
        }
    }

    async fn leave(&self, words: Words) -> Result<()> {
        let many = words.photos.len();
        let takes_photo = wishes::takes_photo(self.about.answers);
        let has_no_words = words.own.is_empty();
        let message = match (has_no_words, words.photos.is_empty() || !takes_photo) {
            (false, _) => words.own,
            (true, false) => A_PHOTO.to_owned(),
            (true, true) => return self.refuse("We could not find any words of yours in it.").await,
        };
        let first = words.photos.into_iter().next().filter(|_| takes_photo);
        let (photo, problem) = self.put_away(first).await?;
        if has_no_words && problem.as_deref() == Some(PHOTO_MISSING) {
            return self.refuse(ONLY_PHOTO_MISSING).await;
        }
        let note = problem.or_else(|| match (takes_photo, many) {
            (true, 0 | 1) | (false, 0) => None,
            (true, _) => Some(ONE_PHOTO.to_owned()),
            (false, _) => Some(NO_PHOTO.to_owned()),
        });
        let written = self.write_down(message, photo.clone(), note).await;
        if let Some(photo) = photo {
            photo.clear_away_unless_written(self.app).await;
        }
        written
    }

    /// The photo, put away; or why it cannot be used, which is no reason to lose the words.
    async fn put_away(&self, photo: Option<Vec<u8>>) -> Result<(Option<Kept>, Option<String>)> {
        let Some(bytes) = photo else { return Ok((None, None)) };
        Ok(match photos::keep_from_letter(self.app, self.about.person, bytes).await {
            Ok(Ok(kept)) => (Some(kept), None),
            Ok(Err(sentence)) => (None, Some(format!("Your words are on the page, and the photo is not. {sentence}"))),
            Err(error) if self.attempts >= WITHOUT_PHOTOS_FROM && intake::is_for_the_moment(&error) => {
                (None, Some(PHOTO_MISSING.to_owned()))
            }
            Err(error) => return Err(error),
        })
    }

    async fn write_down(&self, message: String, photo: Option<Kept>, note: Option<String>) -> Result<()> {
        let (app, letter, about, now) = (self.app.clone(), self.letter.clone(), self.about, self.app.clock.now());
        let (is_certain, refused) = (self.is_certain, self.refusal(NOT_THERE));
        let from = FromLetter {
            message,
            submission: SubmissionKey::from_digest(&letter.digest),
            photo,
            is_doubtful: !self.is_certain,
        };
        self.app
            .db
            .write(move |conn| {
                if !store::hold_waiting(conn, letter.id)? {
                    return Ok(());
                }
                let left = match leave(&app, conn, about, &from, now) {
                    Ok(left) => left,
                    Err(AppError::NotFound | AppError::Conflict(_)) => return refused.write_down(&app, conn, &letter),
                    Err(error) => return Err(error),
                };
                let fate = fate(left, is_certain, note, &refused, about);
                fate.write_down(&app, conn, &letter)
            })
            .await
    }
}

/// As the member themselves, at this moment: who may not, or not so much, is told as the page would tell them.
fn leave(app: &App, conn: &mut Conn, about: About, from: &FromLetter, now: Timestamp) -> Result<LeftByLetter> {
    let scope = SiteScope::load_by_letter(conn, about.member)?;
    app.limits.letters_on_page.count(scope.site.id.to_string())?;
    app.limits.encouragement.count(scope.actor()?.to_string())?;
    wishes::leave_by_letter(conn, &scope, about.answers, from, now)
}

fn fate(left: LeftByLetter, is_certain: bool, note: Option<String>, refused: &Fate, about: About) -> Fate {
    match left {
        LeftByLetter::There(None) => match note {
            // What they should know of it stands in the place of a reason.
            Some(note) => Fate { tell: Some((Kind::ReplyNotUsed, Some(about.member))), ..Fate::used(&note) },
            None => Fate::used("it is on the page"),
        },
        LeftByLetter::There(Some(_)) => {
            let held = Fate { state: LetterState::Held, ..Fate::used("it waits for an organizer") };
            match note.filter(|_| is_certain) {
                // Their own words stand on the page for them as ever; nobody says that they wait.
                Some(note) => Fate { tell: Some((Kind::ReplyNotUsed, Some(about.member))), why: note, ..held },
                None => held,
            }
        }
        LeftByLetter::Closed(sentence) | LeftByLetter::Unusable(sentence) if is_certain => {
            Fate::answered(&sentence, Some(about.member))
        }
        LeftByLetter::Closed(_) | LeftByLetter::Unusable(_) => Fate::dropped(&refused.why),
    }
}
