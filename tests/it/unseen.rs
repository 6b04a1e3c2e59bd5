//! Words that somebody may not see show nowhere for them: a table of who sees words of each kind, and where. Whoever is
//! not in it sees them in no place, in no count, and finds at their addresses what is found where nothing ever was.

use std::io::{Cursor, Read};

use crate::calm::chooses;
use crate::photos::support::png;
use crate::support::{Person, TestApp};
use crate::visitors;

/// Words that are not there for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Note,
    /// An organizer’s answer under such a note.
    AnswerToNote,
    ForHerEyes,
    /// The first words of somebody new, which wait.
    OfSomebodyNew,
    Unwanted,
    HiddenComment,
    /// Hidden with whoever wrote them, who was blocked.
    OfSomebodyBlocked,
    /// What somebody has left who does not belong to the page, and has not confirmed it.
    Unconfirmed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Viewer {
    Stranger,
    Supporter,
    Family,
    /// Who wrote the words; of an answer, who wrote what it answers.
    Writer,
    CoAuthor,
    Organizer,
    Maria,
}

/// Where words could show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Home,
    Journal,
    Wishes,
    Update,
    Gallery,
    Private,
    Hidden,
    News,
    Thanks,
    Bedside,
    Paper,
    OwnPage,
    /// Who gave a heart to them.
    Names,
    Photo,
    Feed,
    OwnCopy,
    Mail,
}

use Place::{
    Bedside, Feed, Gallery, Hidden, Home, Journal, Mail, Names, News, OwnCopy, OwnPage, Paper, Photo, Private, Thanks,
    Update, Wishes,
};
use Viewer::{CoAuthor, Family, Maria, Organizer, Stranger, Supporter, Writer};

const VIEWERS: [Viewer; 7] = [Stranger, Supporter, Family, Writer, CoAuthor, Organizer, Maria];

/// What looks the same for everybody who looks at the page as they may, with what is counted there.
const SCREENS: [Place; 11] = [Home, Journal, Wishes, Update, Gallery, Private, Hidden, News, Thanks, Bedside, Paper];

/// What has an address for these words alone, or is made for one person.
const OTHERS: [Place; 6] = [OwnPage, Names, Photo, Feed, OwnCopy, Mail];

/// What was said, in which words, and where these show for whom: there and in no other place, and for nobody else.
type Row = (Said, &'static str, &'static [(Viewer, &'static [Place])]);

const TABLE: [Row; 8] = [
    (
        Said::Note,
        "The key lies under the blue pot",
        &[
            (Writer, &[Private, OwnPage, Names, Photo, OwnCopy]),
            (Organizer, &[Private, News, Thanks, OwnPage, Names, Photo, Mail]),
        ],
    ),
    (
        Said::AnswerToNote,
        "We found it under the blue pot",
        &[(Writer, &[Private, OwnPage, Names, Mail]), (Organizer, &[Private, OwnPage, Names, OwnCopy])],
    ),
    (
        Said::ForHerEyes,
        "I dreamed of our lake last night",
        &[
            (Writer, &[Private, OwnPage, Names, Photo, OwnCopy]),
            (Organizer, &[Private, News, Thanks, Bedside, Paper, OwnPage, Names, Photo, Mail]),
            (Maria, &[Private, Thanks, Bedside, Paper, OwnPage, Names, Photo, Mail]),
        ],
    ),
    (
        Said::OfSomebodyNew,
        "A lantern from far away",
        &[(Writer, &[Wishes, OwnPage, Photo, OwnCopy]), (Organizer, &[News, OwnPage, Photo])],
    ),
    (
        Said::Unwanted,
        "Win your battle with the wolves",
        &[(Writer, &[Wishes, OwnPage, Photo, OwnCopy]), (Organizer, &[News, OwnPage, Photo])],
    ),
    (
        Said::HiddenComment,
        "You should have come sooner",
        &[(Writer, &[OwnCopy]), (Organizer, &[Hidden, OwnPage, Photo])],
    ),
    (Said::OfSomebodyBlocked, "Call me at once or else", &[(Writer, &[OwnCopy]), (Organizer, &[OwnPage, Photo])]),
    (Said::Unconfirmed, "Greetings from the old harbour", &[]),
];

const WISHES: &str = "/p/maria/wishes";

/// Maria's public page with everybody on it who looks.
struct World {
    app: TestApp,
    people: Vec<(Viewer, Person)>,
    update: String,
}

/// The ids of words and of the photo that came with them.
struct Ids {
    wish: String,
    photo: String,
}

/// Those of what never was.
fn nothing() -> Ids {
    let nil = uuid::Uuid::nil().to_string();
    Ids { wish: nil.clone(), photo: nil }
}

/// Somebody with an account, on Maria's page.
fn joins(app: &TestApp, ann: &Person, name: &str, role: &str, circle: &str) -> Person {
    let person = app.account(name);
    let fields = [("addresses", person.email.as_str()), ("role", role), ("circle", circle)];
    ann.post("/p/maria/people/invitations", &fields).assert_status(303);
    person.submit(&app.last_mail_to(&person.email).link("/invitations/"), &[]).assert_status(200);
    person
}

fn leaves(who: &Person, address: &str, audience: &str, message: &str) {
    let (fields, photo) = ([("message", message), ("audience", audience)], png(60, 40, 1));
    who.post_files(address, &fields, &[("photo", "photo.png", photo.as_slice())]).assert_status(303);
}

/// What a feed reader of theirs is given, if they may have one.
fn feed(who: &Person) -> String {
    let answer = who.post("/p/maria/feed", &[]);
    let made = (answer.status == 303).then(|| who.get(&answer.location()).texts("#feed-address").pop()).flatten();
    let body = made.map(|address| who.get(&address).assert_status(200).body.clone());
    assert!(body.iter().all(|body| body.contains("She is home.")), "the feed of {} is empty", who.name);
    body.unwrap_or_default()
}

/// Everything that can be read in the copy of their data, if they have an account.
fn copy(who: &Person) -> String {
    let answer = who.post("/account/data", &[]);
    let mut text = String::new();
    if answer.status == 200 {
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes)).expect("a ZIP");
        for name in ["data.json", "what-i-wrote.md"] {
            zip.by_name(name).expect("a file").read_to_string(&mut text).expect("text");
        }
        assert!(text.contains(&who.email), "the copy of {} is empty", who.name);
    }
    text
}

impl World {
    /// Before the words are said. Something stands there already, so that there is something to count.
    fn before(said: Said) -> Self {
        let app = TestApp::new();
        let ann = app.organizer_of("public");
        let update = ann.writes("Home", "She is home.");
        ann.submit(WISHES, &[("message", "Good night")]).assert_status(200);
        ann.submit(&format!("{update}/comments"), &[("message", "Come and see")]).assert_status(200);
        match said {
            Said::OfSomebodyNew => chooses(&ann, &[("holds_new", "yes")]),
            Said::Unwanted => chooses(&ann, &[("unwanted_words", "battle")]),
            _ => {}
        }
        let maria = joins(&app, &ann, "Maria Lee", "supporter", "everyone");
        let id = ann.get("/p/maria/people").member_called(&maria.email);
        let fields = [("role", "supporter"), ("circle", "everyone"), ("about", "yes")];
        ann.submit(&format!("/p/maria/people/{id}/role"), &fields).assert_status(200);
        let jo = match said {
            Said::Unconfirmed => app.nobody("Jo"),
            _ => joins(&app, &ann, "Jo", "supporter", "everyone"),
        };
        let people = vec![
            (Stranger, app.nobody("Sam")),
            (Supporter, joins(&app, &ann, "Bill", "supporter", "everyone")),
            (Family, joins(&app, &ann, "Fay", "supporter", "family")),
            (Writer, jo),
            (CoAuthor, joins(&app, &ann, "Cy", "co-author", "family")),
            (Organizer, ann),
            (Maria, maria),
        ];
        // What is said once about something else is said before anybody looks.
        people.iter().for_each(|(_, person)| drop(person.get("/")));
        Self { app, people, update }
    }

    fn the(&self, viewer: Viewer) -> &Person {
        let (_, person) = self.people.iter().find(|(it, _)| *it == viewer).expect("everybody is there");
        person
    }

    /// Says the words, with a photo and a heart where there can be one, and does with them what an organizer does.
    fn say(&self, said: Said, words: &str) -> Ids {
        let (jo, bill, ann) = (self.the(Writer), self.the(Supporter), self.the(Organizer));
        match said {
            Said::Note => leaves(jo, WISHES, "organizers", words),
            Said::ForHerEyes => leaves(jo, WISHES, "person", words),
            Said::OfSomebodyNew | Said::Unwanted | Said::OfSomebodyBlocked => leaves(jo, WISHES, "everyone", words),
            Said::HiddenComment => leaves(jo, &format!("{}/comments", self.update), "", words),
            Said::AnswerToNote => {
                // Nobody answers a note, but what was answered can become one.
                jo.post(WISHES, &[("message", "Where is it?")]).assert_status(303);
                let asked = self.ids_of("Where is it?").wish;
                ann.post(&format!("{WISHES}/{asked}/answers"), &[("message", words)]).assert_status(303);
                self.app.sql("UPDATE wishes SET audience = 'organizers' WHERE message = 'Where is it?'");
            }
            Said::Unconfirmed => {
                visitors::wishes(&self.app, jo, "Jo", &jo.email, words).assert_status(200);
            }
        }
        let ids = self.ids_of(words);
        let wish = &ids.wish;
        let heart = |who: &Person| {
            who.post(&format!("{WISHES}/{wish}/reactions"), &[("kind", "heart")]).assert_status(303);
        };
        match said {
            Said::Note | Said::AnswerToNote | Said::ForHerEyes => heart(ann),
            Said::HiddenComment | Said::OfSomebodyBlocked => heart(bill),
            Said::OfSomebodyNew | Said::Unwanted | Said::Unconfirmed => {}
        }
        if said == Said::HiddenComment {
            ann.post(&format!("{WISHES}/{wish}/hiding"), &[]).assert_status(303);
        }
        if said == Said::OfSomebodyBlocked {
            let id = ann.get("/p/maria/people").member_called(&jo.email);
            ann.post(&format!("/p/maria/people/{id}/block"), &[("hide", "yes")]).assert_status(303);
        }
        self.app.run_jobs();
        ids
    }

    fn ids_of(&self, words: &str) -> Ids {
        use diesel::prelude::*;
        use tidings::db::ids::{PhotoId, WishId};
        use tidings::db::schema::{photos, wishes};
        let words = words.to_owned();
        let (wish, photo) = self.app.database(move |conn| {
            let wish = wishes::table.filter(wishes::message.eq(words)).select(wishes::id).first::<WishId>(conn)?;
            let photo = photos::table.select(photos::id).first::<PhotoId>(conn).optional()?;
            Ok((wish, photo))
        });
        let photo = photo.map_or(nothing().photo, |id| id.to_string());
        Ids { wish: wish.to_string(), photo }
    }

    fn addresses(&self, place: Place, of: &Ids) -> Vec<String> {
        let all: &[&str] = match place {
            Home => return vec!["/".to_owned()],
            Update => return vec![self.update.clone()],
            OwnPage => return vec![format!("{WISHES}/{}", of.wish)],
            Names => return vec![format!("{WISHES}/{}/reactions", of.wish)],
            Photo => return vec![format!("/photos/{}/320", of.photo), format!("/p/maria/photos/{}", of.photo)],
            Journal => &["", "?order=oldest"],
            Wishes => &["/wishes"],
            Gallery => &["/photos"],
            Private => &["/wishes/private"],
            Hidden => &["/wishes/hidden"],
            News => &["/encouragement/new"],
            Thanks => &["/thanks"],
            Bedside => &["/bedside", "/bedside/words"],
            Paper => &["/bedside/print", "/bedside/print?all"],
            Feed | OwnCopy | Mail => &[],
        };
        all.iter().map(|rest| format!("/p/maria{rest}")).collect()
    }

    /// Everything that somebody reads on the screens that have nothing to do with one wish alone.
    fn screens(&self, viewer: Viewer) -> Vec<(String, Vec<String>)> {
        let addresses = SCREENS.iter().flat_map(|place| self.addresses(*place, &nothing()));
        addresses.map(|address| (address.clone(), self.the(viewer).get(&address).texts("main"))).collect()
    }

    fn shows(&self, viewer: Viewer, place: Place, words: &str, of: &Ids) -> bool {
        let who = self.the(viewer);
        let mut answers = self.addresses(place, of).into_iter().map(|address| who.get(&address));
        match place {
            Feed => feed(who).contains(words),
            OwnCopy => copy(who).contains(words),
            Mail => {
                let mails = self.app.mails_to(&who.email);
                mails.iter().any(|mail| [&mail.subject, &mail.text, &mail.html].iter().any(|part| part.contains(words)))
            }
            Names | Photo => answers.any(|answer| answer.status == 200),
            _ => answers.any(|answer| answer.body.contains(words)),
        }
    }

    /// Every way to the words alone ends as one to words that never were.
    fn assert_leads_nowhere(&self, viewer: Viewer, of: &Ids, case: &str) {
        let who = self.the(viewer);
        let ways = |of: &Ids| {
            let mut all: Vec<String> = [OwnPage, Names, Photo].map(|place| self.addresses(place, of)).concat();
            all.extend(["edit", "removal", "answers", "report"].map(|end| format!("{WISHES}/{}/{end}", of.wish)));
            all
        };
        for (way, nowhere) in ways(of).into_iter().zip(ways(&nothing())) {
            let (answer, none) = (who.get(&way), who.get(&nowhere));
            assert_eq!((answer.status, answer.body), (none.status, none.body), "{case} at {way}");
        }
        who.get(&format!("{WISHES}/{}", of.wish)).assert_status(404);
    }
}

/// Tries one row of the table for everybody who looks.
fn show_where_the_table_says(said: Said) {
    let (_, words, seen_by) = TABLE.into_iter().find(|(it, ..)| *it == said).expect("a row");
    let places_of = |viewer: Viewer| seen_by.iter().find(|(it, _)| *it == viewer).map(|(_, places)| *places);
    let world = World::before(said);
    let before = VIEWERS.map(|viewer| world.screens(viewer));
    let ids = world.say(said, words);
    for (viewer, before) in VIEWERS.into_iter().zip(before) {
        let (case, places) = (format!("{said:?} for {viewer:?}"), places_of(viewer).unwrap_or_default());
        for place in SCREENS.into_iter().chain(OTHERS) {
            assert_eq!(world.shows(viewer, place, words, &ids), places.contains(&place), "{case} at {place:?}");
        }
        if !places.contains(&OwnPage) {
            world.assert_leads_nowhere(viewer, &ids, &case);
        }
        // Nor is it counted: what they read is what they read before.
        if places.is_empty() && viewer != Writer {
            for (before, after) in before.into_iter().zip(world.screens(viewer)) {
                assert_eq!(before, after, "{case}");
            }
        }
    }
    // Maria thanks all who wrote to her: of what she may not see, nobody learns by her thanks that she did.
    world.the(Maria).post("/p/maria/thanks", &[("to", "all")]).assert_status(303);
    let mails = world.app.mails_to(&world.the(Writer).email);
    let is_thanked = mails.iter().any(|mail| mail.subject.ends_with("thanks you"));
    assert_eq!(is_thanked, places_of(Maria).is_some(), "{said:?}: thanks of Maria");
}

#[test]
fn a_private_note_and_what_answers_it_show_to_organizers_and_its_writer_alone() {
    show_where_the_table_says(Said::Note);
    show_where_the_table_says(Said::AnswerToNote);
}

#[test]
fn what_is_for_her_eyes_shows_to_her_organizers_and_its_writer_alone() {
    show_where_the_table_says(Said::ForHerEyes);
}

#[test]
fn what_waits_shows_to_organizers_and_its_writer_alone() {
    show_where_the_table_says(Said::OfSomebodyNew);
    show_where_the_table_says(Said::Unwanted);
}

#[test]
fn what_was_hidden_shows_to_organizers_and_in_its_writers_copy_alone() {
    show_where_the_table_says(Said::HiddenComment);
    show_where_the_table_says(Said::OfSomebodyBlocked);
}

#[test]
fn what_nobody_has_confirmed_shows_to_nobody() {
    show_where_the_table_says(Said::Unconfirmed);
}

#[test]
fn a_link_in_a_mail_of_another_page_shows_nothing_that_waits_here() {
    let world = World::before(Said::OfSomebodyNew);
    let (ann, jo) = (world.the(Organizer), world.the(Writer));
    world.say(Said::OfSomebodyNew, "A lantern from far away");
    let fields = [("first_name", "Bea"), ("relationship", "a friend"), ("privacy", "invited"), ("slug", "bea")];
    ann.post("/pages", &fields).assert_status(303);
    ann.post("/p/bea/people/invitations", &[("addresses", &jo.email), ("role", "supporter")]).assert_status(303);
    // Whoever was forwarded that mail is at Bea's page as Jo, and on Maria's a stranger.
    let phone = world.app.visitor();
    phone.submit(&world.app.last_mail_to(&jo.email).link("/invitations/"), &[]).assert_status(200);
    phone.get(WISHES).assert_status(200).assert_sees("Good night").assert_does_not_see("A lantern from far away");
}
