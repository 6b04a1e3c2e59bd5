//! The gallery, albums, the cover: who sees what of them, and what becomes of it.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use crate::photos::support::{png, stored, writes_with, writes_with_photo};
use crate::support::{Browser, Person, Response, TestApp};

const GALLERY: &str = "/p/maria/photos";

/// Makes an album, and answers with its address.
fn album(who: &Person, title: &str, audience: &str) -> String {
    let made = who.post("/p/maria/albums", &[("title", title), ("audience", audience)]);
    made.assert_status(303);
    made.location()
}

/// Puts so many photos into an album, and answers with those that are in it then.
fn fill(app: &TestApp, who: &Person, album: &str, seeds: std::ops::Range<u8>) -> Vec<String> {
    let photos: Vec<Vec<u8>> = seeds.map(|seed| png(24, 16, seed)).collect();
    let files: Vec<_> = photos.iter().map(|bytes| ("photos", "photo.png", bytes.as_slice())).collect();
    who.post_files(&format!("{album}/photos"), &[], &files).assert_status(303);
    app.run_jobs();
    tiles(&who.get(album))
}

/// The photos that can be seen on a page of them, in their order.
fn tiles(page: &Response) -> Vec<String> {
    page.assert_status(200);
    let after = page.body.split("data-large=\"/photos/").skip(1);
    after.map(|rest| rest.split('/').next().expect("an id").to_owned()).collect()
}

/// Goes from one photo to the next until there is none.
fn walk(who: &Browser, from: &str, within: &str) -> Vec<String> {
    let mut seen = vec![from.to_owned()];
    loop {
        let address = format!("/p/maria/photos/{}{within}", seen.last().expect("one"));
        let Some(next) = who.get(&address).assert_status(200).attribute("a[rel=next]", "href") else { return seen };
        let id = next.rsplit('/').next().and_then(|it| it.split('?').next()).expect("an id").to_owned();
        let back = who.get(&next).attribute("a[rel=prev]", "href").expect("a way back");
        assert_eq!(back, address);
        assert!(!seen.contains(&id), "{id} twice");
        seen.push(id);
    }
}

/// The names of the files in somebody's archive, and its captions.
fn archive(who: &Browser) -> (Vec<String>, String) {
    let answer = who.post("/p/maria/photos/archive", &[]);
    answer.assert_status(200);
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes)).expect("an archive");
    let mut names = Vec::new();
    let mut captions = String::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes, with the right sum");
        let name = file.name().expect("its name").into_owned();
        if name == "captions.txt" {
            captions = String::from_utf8(bytes).expect("text");
        } else {
            assert!(bytes.starts_with(&[0xff, 0xd8]), "{name} is no JPEG");
            assert_eq!(file.compression(), zip::CompressionMethod::Stored);
            names.push(name);
        }
    }
    (names, captions)
}

fn set(all: &[&String]) -> BTreeSet<String> {
    all.iter().map(|it| (*it).clone()).collect()
}

#[test]
fn what_is_not_for_somebody_is_nowhere() {
    let app = TestApp::new();
    let ann = app.organizer_of("link");
    let holder = app.visitor();
    holder.get(&ann.secret_link()).assert_status(303);
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let cleo = app.member(&ann, "Cleo", "co-author", "everyone");
    // A link from a mail gives no more than a supporter has; these have signed in with accounts.
    app.sql("UPDATE sessions SET scope = 'account'");
    let (_, all) = writes_with_photo(&app, &ann, "everyone");
    let (_, family) = writes_with_photo(&app, &ann, "family");
    let (_, organizers) = writes_with_photo(&app, &ann, "organizers");
    let open = album(&ann, "In the garden", "everyone");
    let hidden = album(&ann, "Scars", "family");
    let opened = fill(&app, &ann, &open, 1..4);
    let kept = fill(&app, &ann, &hidden, 11..13);
    let fields = [("audience", "family"), ("caption", "The narrow one"), ("alt", "A stairway")];
    ann.post(&format!("{GALLERY}/{}", opened[1]), &fields).assert_status(303);
    let for_all = set(&[&all, &opened[0], &opened[2]]);
    let for_family = set(&[&all, &opened[0], &opened[2], &family, &opened[1], &kept[0], &kept[1]]);
    let mut for_organizers = for_family.clone();
    for_organizers.insert(organizers.clone());
    let everybody: [(&str, &Browser, &BTreeSet<String>); 5] = [
        ("Jo", &jo, &for_all),
        ("whoever has the link", &holder, &for_all),
        ("Fay", &fay, &for_family),
        ("Cleo", &cleo, &for_family),
        ("Ann", &ann, &for_organizers),
    ];
    for (name, who, theirs) in everybody {
        let page = who.get(GALLERY);
        let seen = tiles(&page);
        assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), *theirs, "the gallery of {name}");
        assert_eq!(seen.len(), theirs.len(), "{name} sees one twice");
        assert_eq!(walk(who, &seen[0], ""), seen, "{name} goes through them");
        let sees_hidden = theirs.contains(&kept[0]);
        assert_eq!(page.sees("Scars"), sees_hidden, "{name}");
        page.assert_sees(if sees_hidden { "3 photos" } else { "2 photos" });
        assert_eq!(who.get(&hidden).status, if sees_hidden { 200 } else { 404 }, "{name}");
        for id in &for_organizers {
            let expected = if theirs.contains(id) { 200 } else { 404 };
            assert_eq!(who.get(&format!("{GALLERY}/{id}")).status, expected, "the page of {id} for {name}");
            assert_eq!(who.get(&format!("/photos/{id}/320")).status, expected, "the bytes of {id} for {name}");
        }
    }
    for (name, who, theirs) in everybody.into_iter().filter(|(name, ..)| *name != "whoever has the link") {
        let (names, captions) = archive(who);
        assert_eq!(names.len(), theirs.len(), "the archive of {name}: {names:?}");
        assert_eq!(captions.contains("The narrow one"), theirs.contains(&opened[1]), "{name}");
        assert_eq!(names.iter().any(|it| it.starts_with("Album Scars/")), theirs.contains(&kept[0]), "{name}");
    }
    holder.post("/p/maria/photos/archive", &[]).assert_status(404);
    app.sql("UPDATE members SET state = 'blocked' WHERE role = 'supporter'");
    for address in [GALLERY.to_owned(), open, format!("{GALLERY}/{all}"), format!("/photos/{all}/full")] {
        jo.get(&address).assert_status(404);
    }
    jo.post("/p/maria/photos/archive", &[]).assert_status(404);
}

#[test]
fn narrowing_holds_at_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let album = album(&ann, "In the garden", "everyone");
    let photos = fill(&app, &ann, &album, 1..3);
    assert_eq!(tiles(&jo.get(&album)).len(), 2);
    ann.post(&format!("{GALLERY}/{}", photos[0]), &[("audience", "organizers")]).assert_status(303);
    assert_eq!(tiles(&jo.get(GALLERY)), photos[1..]);
    jo.get(&format!("/photos/{}/320", photos[0])).assert_status(404);
    // A form that says nothing about it leaves it as narrow as it is.
    ann.post(&format!("{GALLERY}/{}", photos[0]), &[("caption", "Roses")]).assert_status(303);
    jo.get(&format!("/photos/{}/320", photos[0])).assert_status(404);
    ann.post(&format!("{album}/edit"), &[("title", "In the garden"), ("audience", "family")]).assert_status(303);
    jo.get(&album).assert_status(404);
    jo.get(&format!("/photos/{}/320", photos[1])).assert_status(404);
    jo.get(GALLERY).assert_sees("There are no photos yet.");
    // Nothing makes a photo wider than its album.
    ann.post(&format!("{GALLERY}/{}", photos[1]), &[("audience", "everyone")]).assert_status(303);
    jo.get(&format!("/photos/{}/320", photos[1])).assert_status(404);
    assert!(tiles(&ann.get(&album)).contains(&photos[1]));
}

#[test]
fn every_photo_is_on_one_page_of_many() {
    let app = TestApp::new();
    let ann = app.organizer();
    let album = album(&ann, "Many", "everyone");
    for from in [0, 20, 40] {
        fill(&app, &ann, &album, from..from + 20);
    }
    let update = writes_with(&ann, "Two more", "everyone", &[&png(20, 20, 200), &png(20, 20, 201)]);
    app.run_jobs();
    ann.get(&update).assert_status(200);
    for (start, more, count) in [(GALLERY.to_owned(), "Earlier photos", 62), (album, "More photos", 60)] {
        let mut seen = Vec::new();
        let mut address = start;
        loop {
            let page = ann.get(&address);
            let here = tiles(&page);
            assert!(here.len() <= 48);
            seen.extend(here);
            if !page.sees(more) {
                break;
            }
            address = page.attribute("main a.button--quiet[href*='position=']", "href").expect("where it goes on");
        }
        assert_eq!(seen.len(), count);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), count, "one stands twice");
    }
}

#[test]
fn photos_and_albums_stand_in_the_order_that_they_are_put_in() {
    let app = TestApp::new();
    let ann = app.organizer();
    let album_path = album(&ann, "First", "everyone");
    let photos = fill(&app, &ann, &album_path, 1..4);
    let step = |id: &str, step: &str| {
        ann.post(&format!("{GALLERY}/{id}/order"), &[("step", step)]).assert_status(303);
    };
    step(&photos[2], "earlier");
    let order = vec![photos[0].clone(), photos[2].clone(), photos[1].clone()];
    assert_eq!(tiles(&ann.get(&album_path)), order);
    assert_eq!(walk(&ann, &order[0], "?in=album"), order);
    step(&photos[0], "later");
    assert_eq!(tiles(&ann.get(&album_path)), [photos[2].clone(), photos[0].clone(), photos[1].clone()]);
    ann.post(&format!("{GALLERY}/{}/order", photos[0]), &[("step", "sideways")]).assert_status(422);
    let second = album(&ann, "Second", "everyone");
    ann.post(&format!("{second}/order"), &[("step", "earlier")]).assert_status(303);
    assert_eq!(ann.get(GALLERY).texts(".album__title"), ["Second", "First"]);
    app.pass(jiff::SignedDuration::from_mins(1));
    // With an update, they follow one another in its order, whatever else there is.
    let update = writes_with(&ann, "Two", "everyone", &[&png(20, 20, 50), &png(20, 20, 51)]);
    app.run_jobs();
    let with_it: Vec<String> = tiles(&ann.get(GALLERY)).into_iter().take(2).collect();
    assert_eq!(walk(&ann, &with_it[0], "?in=update"), with_it);
    ann.get(&format!("{GALLERY}/{}?in=update", with_it[0])).assert_sees("Two");
    ann.get(&update).assert_status(200);
}

#[test]
fn a_photo_is_changed_by_who_brought_it_and_by_organizers() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.member(&ann, "Cleo", "co-author", "everyone");
    let dora = app.member(&ann, "Dora", "co-author", "everyone");
    // Whoever came in by a link has no account yet, and is asked to sign in for what only that may do.
    app.sql("UPDATE sessions SET scope = 'account'");
    let album_path = album(&cleo, "Cleo’s", "everyone");
    let photo = fill(&app, &cleo, &album_path, 1..2).remove(0);
    let one = format!("{GALLERY}/{photo}");
    for (path, post) in [("/edit", false), ("", true), ("/removal", false), ("/removal", true), ("/order", true)] {
        let address = format!("{one}{path}");
        let answer = if post { dora.post(&address, &[("step", "later")]) } else { dora.get(&address) };
        assert_eq!(answer.status, 404, "{address}");
    }
    for (path, post) in [("/edit", false), ("/edit", true), ("/deletion", true), ("/order", true)] {
        let address = format!("{album_path}{path}");
        let answer =
            if post { dora.post(&address, &[("title", "Mine"), ("step", "later")]) } else { dora.get(&address) };
        assert_eq!(answer.status, 404, "{address}");
    }
    cleo.submit(&one, &[("caption", "A bench"), ("alt", "A green bench"), ("audience", "family")])
        .assert_sees("A bench");
    // A co-author cannot hide something from themselves.
    cleo.post(&one, &[("audience", "organizers")])
        .assert_status(422)
        .assert_sees("Please choose who this photo is for.");
    ann.post(&one, &[("caption", &"x".repeat(501))]).assert_status(422).assert_sees("room for 500");
    ann.submit(&one, &[("caption", "A bench in spring"), ("audience", "same")]).assert_sees("A bench in spring");
    // Where others have brought something, only organizers delete it all.
    fill(&app, &dora, &album_path, 5..7);
    cleo.get(&format!("{album_path}/deletion")).assert_sees("2 of the photos in it were added by others");
    cleo.post(&format!("{album_path}/deletion"), &[]).assert_status(409);
    assert_eq!(tiles(&ann.get(&album_path)).len(), 3);
    ann.get(&format!("{album_path}/deletion")).assert_sees("The 3 photos in it go with it");
    app.sql("UPDATE members SET role = 'supporter' WHERE role = 'co-author'");
    cleo.post(&one, &[("caption", "Mine")]).assert_status(404);
}

#[test]
fn what_is_removed_goes_with_its_bytes() {
    let app = TestApp::new();
    let ann = app.organizer();
    let first = album(&ann, "First", "everyone");
    let second = album(&ann, "Second", "family");
    let photos = fill(&app, &ann, &first, 1..4);
    let fields = [("album", second.rsplit('/').next().expect("an id")), ("audience", "same")];
    ann.post(&format!("{GALLERY}/{}", photos[0]), &fields).assert_status(303);
    assert_eq!(tiles(&ann.get(&second)), photos[..1]);
    assert_eq!(tiles(&ann.get(&first)), photos[1..]);
    ann.get(&format!("{GALLERY}/{}/removal", photos[1])).assert_sees("Remove this photo?");
    ann.post(&format!("{GALLERY}/{}/removal", photos[1]), &[]).assert_status(303);
    app.run_jobs();
    let of = |id: &str| stored(&app).iter().filter(|it| it.contains(id)).count();
    assert_eq!((of(&photos[0]) > 0, of(&photos[1]), of(&photos[2]) > 0), (true, 0, true));
    ann.submit(&format!("{first}/deletion"), &[]).assert_sees("The album is deleted");
    app.run_jobs();
    assert_eq!((of(&photos[0]) > 0, of(&photos[2])), (true, 0));
    ann.get(&first).assert_status(404);
    ann.post(&format!("{second}/deletion"), &[]).assert_status(303);
    app.run_jobs();
    assert_eq!(stored(&app), Vec::<String>::new());
    assert_eq!(app.count("SELECT count(*) AS count FROM photos"), 0);
}

#[test]
fn nothing_of_one_page_is_moved_to_another() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.post("/pages", &[("first_name", "Bea"), ("relationship", "a friend"), ("privacy", "invited")])
        .assert_status(303);
    let here = album(&ann, "Here", "everyone");
    let photo = fill(&app, &ann, &here, 1..2).remove(0);
    let made = ann.post("/p/bea/albums", &[("title", "There"), ("audience", "everyone")]);
    let there = made.location().rsplit('/').next().expect("an id").to_owned();
    ann.post(&format!("{GALLERY}/{photo}"), &[("album", &there)]).assert_status(404);
    assert_eq!(tiles(&ann.get(&here)), std::slice::from_ref(&photo));
    ann.get(&format!("/p/bea/photos/{photo}")).assert_status(404);
    ann.post_files(&format!("/p/maria/albums/{there}/photos"), &[], &[("photos", "x.png", png(9, 9, 9).as_slice())])
        .assert_status(404);
    assert_eq!(app.count("SELECT count(*) AS count FROM photos"), 1);
}

#[test]
fn a_cover_is_seen_from_the_front_door_on_and_by_nobody_else() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let cover = |bytes: &[u8]| {
        ann.post_files("/p/maria/cover", &[], &[("photos", "cover.png", bytes)]).assert_status(303);
        app.run_jobs();
    };
    let image = |page: Response| page.attribute("svg.cover image", "href");
    cover(&png(400, 300, 1));
    let first = image(ann.get("/p/maria")).expect("a cover on the page");
    let stranger = app.visitor();
    assert_eq!(image(stranger.get("/p/maria")), Some(first.clone()));
    stranger.get(&first).assert_status(200);
    // The whole of it is for who chooses the part that shows.
    let whole = format!("{}/full", first.rsplit_once('/').expect("a size").0);
    stranger.get(&whole).assert_status(404);
    ann.get(&whole).assert_status(200);
    // It is no photo of the gallery.
    ann.get(GALLERY).assert_sees("There are no photos yet.");
    let crop = |left: &str, top: &str, width: &str| {
        ann.post("/p/maria/cover/crop", &[("left", left), ("top", top), ("width", width), ("alt", "The lake")])
    };
    crop("10", "20", "50").assert_status(303);
    let page = stranger.get("/p/maria");
    assert_eq!(page.attribute("svg.cover", "viewBox").as_deref(), Some("40 60 200 79"));
    assert_eq!(page.attribute("svg.cover", "aria-label").as_deref(), Some("The lake"));
    for wrong in
        [("60", "0", "50"), ("0", "90", "50"), ("-1", "0", "50"), ("0", "0", "101"), ("0", "0", "5"), ("", "x", "")]
    {
        crop(wrong.0, wrong.1, wrong.2).assert_status(422);
    }
    assert_eq!(stranger.get("/p/maria").attribute("svg.cover", "viewBox").as_deref(), Some("40 60 200 79"));
    // The one before stays until the new one can be seen, and goes with its bytes when that is settled.
    cover(&png(500, 300, 2));
    let second = image(stranger.get("/p/maria")).expect("the new cover");
    assert_ne!(first, second);
    stranger.get(&first).assert_status(404);
    ann.get(&first).assert_status(200);
    crop("0", "0", "100").assert_status(303);
    app.run_jobs();
    stranger.get(&first).assert_status(404);
    ann.post_files("/p/maria/cover", &[], &[("photos", "x.jpg", b"no photo".as_slice())]).assert_status(422);
    assert_eq!(image(stranger.get("/p/maria")), Some(second.clone()));
    ann.opens_to("invited");
    stranger.get(&second).assert_status(404);
    ann.post("/p/maria/cover/removal", &[]).assert_status(303);
    app.run_jobs();
    assert_eq!((image(ann.get("/p/maria")), stored(&app).len()), (None, 0));
    crop("0", "0", "100").assert_status(409);
}

#[test]
fn an_album_outlives_who_made_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.member(&ann, "Cleo", "co-author", "everyone");
    app.sql("UPDATE sessions SET scope = 'account'");
    let shared = album(&cleo, "Shared", "everyone");
    fill(&app, &cleo, &shared, 1..2);
    let of_ann = fill(&app, &ann, &shared, 5..6);
    assert_eq!(of_ann.len(), 2);
    // As the erasure of Cleo's account does it, in its own transaction.
    app.database(|conn| {
        use diesel::prelude::*;
        use tidings::db::schema::people;
        let id = people::table.filter(people::name.eq("Cleo")).select(people::id).first(conn)?;
        tidings::photos::delete_photos_of(conn, id, false)?;
        tidings::photos::hand_over_albums_of(conn, id)
    });
    assert_eq!(tiles(&ann.get(&shared)).len(), 1);
    assert_eq!(
        app.count("SELECT count(*) AS count FROM albums a JOIN people p ON p.id = a.created_by WHERE p.name = 'Ann'"),
        1
    );
}
