//! Real photos of real phones, through the whole of it: nothing of what they say leaves again.

use std::path::{Path, PathBuf};

use super::support::{EVERY_SIZE, draft, metadata, upload};
use crate::support::TestApp;

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("TIDINGS_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data")).join("photos");
    folder.is_dir().then_some(folder)
}

#[test]
fn nothing_of_what_real_photos_say_leaves_again() {
    let Some(folder) = corpus() else {
        println!("not run: there are no photos in ../shared/data (or where TIDINGS_CORPUS says)");
        return;
    };
    let app = TestApp::new();
    let ann = app.organizer();
    let draft_id = draft();
    let (mut shown, mut refused) = (0, 0);
    for group in std::fs::read_dir(folder).expect("the corpus") {
        for file in std::fs::read_dir(group.expect("a folder").path()).expect("photos") {
            let path = file.expect("a photo").path();
            let answer = upload(&ann, &draft_id, &draft(), &std::fs::read(&path).expect("its bytes"));
            if answer.status == 422 {
                refused += 1;
                continue;
            }
            let id = super::support::id_of(&answer);
            app.run_jobs();
            let state = ann.get_with(&format!("/p/maria/photos/{id}"), &[("accept", "application/json")]).body;
            if state.contains("\"failed\"") {
                refused += 1;
                continue;
            }
            shown += 1;
            for (size, kind) in EVERY_SIZE {
                let answer = ann.get_with(&format!("/photos/{id}/{size}"), &[("accept", kind)]);
                answer.assert_status(200);
                let found = metadata(&answer.bytes).map(|it| it.fields().count()).unwrap_or_default();
                assert_eq!(found, 0, "metadata in {size} {kind} of {}", path.display());
                for word in [b"Exif\0\0".as_slice(), b"ns.adobe.com", b"Photoshop 3.0", b"ICC_PROFILE\0\x01\x02"] {
                    let there = answer.bytes.windows(word.len()).any(|part| part == word);
                    assert!(!there, "{word:?} in {size} {kind} of {}", path.display());
                }
            }
        }
    }
    assert!(shown > refused && shown >= 10, "{shown} shown, {refused} refused");
}
