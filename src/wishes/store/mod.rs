//! Wishes, comments and reactions, always through the page (and the update or the photo) as the viewer may see it. Rows are
//! locked in the order in which every write takes them: members, updates, the page, its photos, what was said.

mod answers;
mod book;
mod deciding;
mod gathered;
mod hearts;
mod held;
mod insert;
mod lists;
mod manners;
mod moderation;
mod news;
mod one;
mod own;
mod private;
mod reporting;
mod thanks;
mod waiting;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text};

pub use answers::{ANSWERS_A_PAGE, Answers, latest_answers, list_answers};
pub use book::{WISHES_A_PAGE, list_book, list_book_from, list_wishes};
pub use deciding::*;
pub use gathered::*;
pub use hearts::*;
pub use held::add_own_held;
pub use insert::insert_wish;
pub use lists::{COMMENTS_A_PAGE, latest_comments, list_comments, list_hidden, list_photo_comments};
pub use manners::*;
pub use moderation::*;
pub use news::*;
pub use one::*;
pub use own::{OwnHeart, OwnWish, delete_hearts_of, delete_wishes_of, list_own_hearts, list_own_wishes};
pub use private::{MOST_COUNTED, count_private, list_private, list_private_answers};
pub use reporting::*;
pub use thanks::*;
pub use waiting::{Waiting, find_waiting, list_waited_on};

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, PhotoId, UpdateId, WishId};
use crate::db::schema::{people, wishes};
use crate::db::types::Instant;
use crate::wishes::model::{Wish, WishAudience, Withheld};

type WishRow = (
    (WishId, Option<UpdateId>, Option<PhotoId>, Option<WishId>),
    (PersonId, String, String),
    (WishAudience, Option<Withheld>, i32, Timestamp, Option<Timestamp>, bool),
);

type WishColumns = (
    (wishes::id, wishes::update_id, wishes::photo_id, wishes::answers_id),
    (wishes::author_id, people::name, wishes::message_html),
    (
        wishes::audience,
        wishes::withheld,
        wishes::answer_count,
        wishes::created_at,
        wishes::edited_at,
        wishes::by_visitor,
    ),
);

const WISH: WishColumns = (
    (wishes::id, wishes::update_id, wishes::photo_id, wishes::answers_id),
    (wishes::author_id, people::name, wishes::message_html),
    (
        wishes::audience,
        wishes::withheld,
        wishes::answer_count,
        wishes::created_at,
        wishes::edited_at,
        wishes::by_visitor,
    ),
);

/// The same columns where a query is written by hand, in their order.
const WISH_BY_HAND: &str = "SELECT w.id, w.update_id, w.photo_id, w.answers_id, w.author_id, p.name, w.message_html, \
     w.audience, w.withheld, w.answer_count, w.created_at, w.edited_at, w.by_visitor \
     FROM wishes w JOIN people p ON p.id = w.author_id ";

/// Their types.
type WishByHand = (
    (Binary, Nullable<Binary>, Nullable<Binary>, Nullable<Binary>),
    (Binary, Text, Text),
    (Text, Nullable<Text>, Integer, Instant, Nullable<Instant>, Bool),
);

fn wish(row: WishRow) -> Wish {
    let (
        (id, update_id, photo_id, answers_id),
        (author_id, author, message_html),
        (audience, withheld, answer_count, created_at, edited_at, by_visitor),
    ) = row;
    Wish {
        id,
        update_id,
        photo_id,
        answers_id,
        author_id,
        author,
        message_html,
        audience,
        withheld,
        answer_count,
        created_at,
        edited_at,
        by_visitor,
    }
}

/// What readers find: for everyone, and not withheld; of what is for few, `private` finds the rest of what
/// `SiteScope::may_read_words` gives to them. Written out, so that the partial indexes are used.
macro_rules! shown_in {
    ($wishes:literal) => {
        concat!("(", $wishes, ".withheld IS NULL AND ", $wishes, ".audience = 'everyone')")
    };
}

fn shown() -> SqlLiteral<Bool> {
    sql(shown_in!("wishes"))
}

/// The same where a query is written by hand.
const SHOWN_BY_HAND: &str = shown_in!("w");
