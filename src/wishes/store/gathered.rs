//! What a gathered mail tells of: to organizers everything, to anybody else what answers them, and to whoever the page is about
//! what is for their eyes.

use diesel::prelude::*;

use super::get_wish;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, NoticeId, PersonId, PhotoId, UpdateId, WishId};
use crate::db::schema::{members, notices, people, reactions, reports, wishes};
use crate::error::{AppError, Result};
use crate::sites::{ReactionKind, SiteScope, WishAudience, Withheld};

/// Something somebody is told of in a gathered mail.
pub struct Gathered {
    pub notice: NoticeId,
    /// The words, where it tells what they are.
    pub wish: Option<WishId>,
    /// Who did it.
    pub name: String,
    /// Whether they do not belong to the page.
    pub by_visitor: bool,
    /// What they wrote, where they wrote something.
    pub message: Option<String>,
    pub what: What,
    /// Whom the words are for; everything else is for organizers.
    pub audience: WishAudience,
}

/// What was done.
pub enum What {
    Wish,
    Comment,
    PhotoComment,
    /// An answer to these words, which are perhaps their own.
    Answer {
        to: WishId,
        is_theirs: bool,
    },
    Reaction(ReactionKind),
    Asked,
    /// Somebody wrote words that wait; the mail does not say which.
    Waits,
    /// A reader has asked that somebody looks at words.
    Reported,
}

impl What {
    /// The words that were answered, if it is an answer.
    pub fn answered(&self) -> Option<WishId> {
        if let Self::Answer { to, .. } = self { Some(*to) } else { None }
    }
}

/// What is on somebody's list.
#[derive(Default)]
pub struct List {
    /// What they are told of, oldest first.
    pub tell: Vec<Gathered>,
    /// What is not theirs to hear, or not any more.
    pub gone: Vec<NoticeId>,
}

/// How much one gathered mail holds at most.
pub const GATHERED_AT_MOST: i64 = 200;

/// Something that was written, with what decides whether it is told.
struct Written {
    notice: NoticeId,
    wish: WishId,
    about: (Option<UpdateId>, Option<PhotoId>),
    /// What it answers, who wrote that, and why that is not shown.
    answers: Option<(WishId, PersonId, Option<Withheld>)>,
    withheld: Option<Withheld>,
    audience: WishAudience,
    message: String,
    name: String,
    by_visitor: bool,
}

impl Written {
    fn gathered(self, member: PersonId) -> Gathered {
        let what = match (self.answers, self.about) {
            (Some((to, author, _)), _) => What::Answer { to, is_theirs: author == member },
            (None, (Some(_), _)) => What::Comment,
            (None, (None, Some(_))) => What::PhotoComment,
            (None, (None, None)) => What::Wish,
        };
        let Self { notice, wish, name, by_visitor, message, audience, .. } = self;
        Gathered { notice, wish: Some(wish), name, by_visitor, message: Some(message), what, audience }
    }
}

fn list_written(conn: &mut Conn, member: MemberId) -> Result<Vec<Written>> {
    type Row = (
        (NoticeId, WishId, Option<UpdateId>, Option<PhotoId>),
        (Option<Withheld>, WishAudience, String, String, bool),
        Option<(WishId, PersonId, Option<Withheld>)>,
    );
    let parents = diesel::alias!(wishes as parents);
    let rows: Vec<Row> = notices::table
        .inner_join(wishes::table.on(notices::wish_id.eq(wishes::id.nullable())))
        .inner_join(people::table.on(people::id.eq(wishes::author_id)))
        .left_join(parents.on(parents.field(wishes::id).nullable().eq(wishes::answers_id)))
        .filter(notices::member_id.eq(member))
        .order(notices::id)
        .limit(GATHERED_AT_MOST)
        .select((
            (notices::id, wishes::id, wishes::update_id, wishes::photo_id),
            (wishes::withheld, wishes::audience, wishes::message, people::name, wishes::by_visitor),
            (parents.field(wishes::id), parents.field(wishes::author_id), parents.field(wishes::withheld)).nullable(),
        ))
        .load(conn)?;
    let written = |((notice, wish, update, photo), said, answers): Row| {
        let (withheld, audience, message, name, by_visitor) = said;
        let about = (update, photo);
        Written { notice, wish, about, answers, withheld, audience, message, name, by_visitor }
    };
    Ok(rows.into_iter().map(written).collect())
}

/// What an organizer has not been told of yet.
pub fn list_gathered(conn: &mut Conn, member: MemberId, person: PersonId) -> Result<List> {
    let mine = || notices::table.filter(notices::member_id.eq(member)).order(notices::id).limit(GATHERED_AT_MOST);
    let given: Vec<(NoticeId, String, ReactionKind)> = mine()
        .inner_join(reactions::table.on(notices::reaction_id.eq(reactions::id.nullable())))
        .inner_join(people::table.on(people::id.eq(reactions::person_id)))
        .select((notices::id, people::name, reactions::kind))
        .load(conn)?;
    let askers: Vec<(NoticeId, Option<String>, Option<String>, String)> = mine()
        .inner_join(members::table.on(notices::asker_id.eq(members::id.nullable())))
        .inner_join(people::table.on(people::id.eq(members::person_id)))
        .select((notices::id, members::message, members::called, people::name))
        .load(conn)?;
    let audience = WishAudience::Organizers;
    let given = given.into_iter().map(|(notice, name, kind)| {
        let what = What::Reaction(kind);
        Gathered { notice, wish: None, name, by_visitor: false, message: None, what, audience }
    });
    let askers = askers.into_iter().map(|(notice, message, called, name)| {
        let name = called.unwrap_or(name);
        Gathered { notice, wish: None, name, by_visitor: false, message, what: What::Asked, audience }
    });
    let reported: Vec<NoticeId> = mine()
        .inner_join(reports::table.on(notices::report_id.eq(reports::id.nullable())))
        .select(notices::id)
        .load(conn)?;
    // What nobody sees stands in no mail.
    let unsaid = |notice, what| {
        let name = String::new();
        Gathered { notice, wish: None, name, by_visitor: false, message: None, what, audience }
    };
    let reported = reported.into_iter().map(|notice| unsaid(notice, What::Reported));
    let mut list = List { tell: askers.chain(given).chain(reported).collect(), gone: Vec::new() };
    for it in list_written(conn, member)? {
        match it.withheld {
            _ if it.answers.is_some_and(|(.., withheld)| withheld.is_some()) => list.gone.push(it.notice),
            None => list.tell.push(it.gathered(person)),
            Some(Withheld::Hidden | Withheld::Blocked | Withheld::Unconfirmed) => list.gone.push(it.notice),
            Some(Withheld::New | Withheld::Words | Withheld::Flood | Withheld::Reported | Withheld::Letter) => {
                list.tell.push(unsaid(it.notice, What::Waits));
            }
        }
    }
    list.tell.sort_by_key(|it| it.notice);
    Ok(list)
}

/// What answers somebody who does not organize the page and, where the page is about them, is for their eyes, and they have not
/// been told of yet. Each is looked for as they would find it on the page.
pub fn list_told(conn: &mut Conn, member: MemberId, person: PersonId) -> Result<List> {
    let scope = SiteScope::load_by_member(conn, member)?;
    let mut list = List { tell: Vec::new(), gone: list_of_organizers(conn, member)? };
    for it in list_written(conn, member)? {
        let is_theirs = match it.answers {
            Some((_, author, _)) => author == person,
            None => scope.is_person() && it.audience == WishAudience::Person,
        };
        let found = match get_wish(conn, &scope, it.wish) {
            Err(AppError::NotFound) => false,
            found => found.map(|_| is_theirs)?,
        };
        if found { list.tell.push(it.gathered(person)) } else { list.gone.push(it.notice) }
    }
    Ok(list)
}

/// What is left on the list of somebody who organized the page before, and is for organizers only.
fn list_of_organizers(conn: &mut Conn, member: MemberId) -> Result<Vec<NoticeId>> {
    let theirs = notices::table.filter(notices::member_id.eq(member)).filter(notices::wish_id.is_null());
    Ok(theirs.order(notices::id).limit(GATHERED_AT_MOST).select(notices::id).load(conn)?)
}

/// Takes what was told off the list; answers whether more is on it.
pub fn settle_gathered(conn: &mut Conn, member: MemberId, told: &[NoticeId]) -> Result<bool> {
    diesel::delete(notices::table.filter(notices::id.eq_any(told.to_vec()))).execute(conn)?;
    let left: i64 = notices::table.filter(notices::member_id.eq(member)).count().get_result(conn)?;
    Ok(left > 0)
}

/// Writes down when somebody's last gathered mail went.
pub fn gathered_at(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member)).set(members::gathered_at.eq(Some(now))).execute(conn)?;
    Ok(())
}
