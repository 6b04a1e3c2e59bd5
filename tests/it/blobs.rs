//! Bytes in a folder, and the same in a bucket of a real server that speaks S3, where `TIDINGS_TEST_S3` names one.

use std::collections::HashSet;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;

use bytes::Bytes;
use futures_util::TryStreamExt;
use jiff::SignedDuration;
use tidings::blobs::{Blobs, Bucket, Key, Location};
use tidings::db::ids::PhotoId;
use tidings::secrets::Secret;

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

fn folder() -> (tempfile::TempDir, Blobs) {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = Blobs::open(&Location::Folder(folder.path().join("blobs"))).expect("blobs");
    (folder, blobs)
}

/// A prefix of its own in the bucket of the server that the tests were given.
fn s3() -> Option<Blobs> {
    let Some(endpoint) = std::env::var("TIDINGS_TEST_S3").ok().filter(|it| !it.is_empty()) else {
        println!("not run on S3: TIDINGS_TEST_S3 names no server (tests/s3/run starts one)");
        return None;
    };
    let bucket = Bucket {
        name: "tidings".to_owned(),
        prefix: format!("family/{}", uuid::Uuid::now_v7()),
        endpoint: Some(endpoint),
        region: "us-east-1".to_owned(),
        keys: Some(("S3RVER".to_owned(), Secret::new("S3RVER".to_owned()))),
    };
    Some(Blobs::open(&Location::S3(bucket)).expect("blobs"))
}

async fn read(blobs: &Blobs, key: Key) -> Option<Vec<u8>> {
    let blob = blobs.get(key).await.expect("an answer")?;
    let bytes: Vec<Bytes> = blob.bytes.try_collect().await.expect("bytes");
    let bytes = bytes.concat();
    assert_eq!(blob.size, bytes.len() as u64);
    Some(bytes)
}

async fn what_is_put_is_there_until_it_is_taken_away(blobs: &Blobs) {
    blobs.check().await.expect("in order");
    let (one, other) = (PhotoId::generate(), PhotoId::generate());
    let key = Key::Print(one, "320.webp");
    assert_eq!(read(blobs, key).await, None);
    blobs.put(key, Bytes::from_static(b"small")).await.expect("put");
    assert_eq!(read(blobs, key).await.as_deref(), Some(b"small".as_slice()));
    blobs.put(key, Bytes::from_static(b"again")).await.expect("put once more");
    assert_eq!(read(blobs, key).await.as_deref(), Some(b"again".as_slice()));

    // Larger than a part, and not a whole number of them.
    let large: Vec<u8> = (0..11 * 1024 * 1024 + 17).map(|n: u32| (n % 251) as u8).collect();
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(&large).expect("bytes");
    assert_eq!(blobs.put_file(Key::Incoming(one), &file).await.expect("put"), large.len() as u64);
    let mut back = tempfile::tempfile().expect("a file");
    assert!(blobs.get_into(Key::Incoming(one), &back).await.expect("got"));
    back.rewind().expect("its start");
    let mut read_back = Vec::new();
    back.read_to_end(&mut read_back).expect("bytes");
    assert!(read_back == large, "what came back is something else");
    let empty = tempfile::tempfile().expect("a file");
    assert_eq!(blobs.put_file(Key::Incoming(other), &empty).await.expect("put"), 0);
    assert!(!blobs.get_into(Key::Print(other, "full.jpg"), &back).await.expect("an answer"));

    let listed: Vec<_> = blobs.list().try_collect().await.expect("a list");
    let all: HashSet<_> = listed.iter().map(|it| (it.photo, it.is_incoming)).collect();
    assert_eq!(all, HashSet::from([(one, false), (one, true), (other, true)]));
    let now = tidings::clock::Clock::system().now();
    assert!(listed.iter().all(|it| it.at > now - SignedDuration::from_hours(1)));

    blobs.delete_photo(one).await.expect("gone");
    assert_eq!((read(blobs, key).await, read(blobs, Key::Incoming(one)).await), (None, None));
    assert!(read(blobs, Key::Incoming(other)).await.is_some(), "another's stay");
    blobs.delete(Key::Incoming(other)).await.expect("gone");
    blobs.delete(Key::Incoming(other)).await.expect("gone already");
    blobs.delete_photo(one).await.expect("gone already");
    assert_eq!(blobs.list().try_collect::<Vec<_>>().await.expect("a list"), []);
}

#[test]
fn what_is_put_into_a_folder_is_there_until_it_is_taken_away() {
    let (_folder, blobs) = folder();
    run(what_is_put_is_there_until_it_is_taken_away(&blobs));
}

#[test]
fn what_is_put_into_a_bucket_is_there_until_it_is_taken_away() {
    if let Some(blobs) = s3() {
        run(what_is_put_is_there_until_it_is_taken_away(&blobs));
    }
}

#[test]
fn nobody_else_on_the_machine_reads_in_the_folder() {
    let (folder, _blobs) = folder();
    let mode = std::fs::metadata(folder.path().join("blobs")).expect("the folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn half_a_file_that_a_crash_left_goes_with_its_photo_and_by_itself() {
    let (folder, blobs) = folder();
    let (one, other) = (PhotoId::generate(), PhotoId::generate());
    run(async {
        for id in [one, other] {
            blobs.put(Key::Print(id, "320.webp"), Bytes::from_static(b"x")).await.expect("put");
            blobs.put(Key::Incoming(id), Bytes::from_static(b"x")).await.expect("put");
        }
        let root = folder.path().join("blobs");
        let halves =
            |id: PhotoId| [root.join(format!("photos/{id}/full.jpg#1")), root.join(format!("incoming/{id}#7"))];
        for half in halves(one).iter().chain(&halves(other)) {
            std::fs::write(half, b"half of it").expect("a file");
        }
        blobs.delete_photo(one).await.expect("gone");
        assert!(halves(one).iter().all(|half| !half.exists()) && !root.join(format!("photos/{one}")).exists());
        let now = tidings::clock::Clock::system().now();
        blobs.sweep_halves(now - SignedDuration::from_hours(24)).await.expect("swept");
        assert!(halves(other).iter().all(|half| half.exists()), "they may be in work");
        blobs.sweep_halves(now + SignedDuration::from_hours(24)).await.expect("swept");
        assert!(halves(other).iter().all(|half| !half.exists()));
        assert!(read(&blobs, Key::Print(other, "320.webp")).await.is_some());
    });
}

#[test]
fn a_disk_that_is_nearly_full_takes_no_more_photos() {
    run(async {
        let (_folder, blobs) = folder();
        let (kept, refused) = (PhotoId::generate(), PhotoId::generate());
        blobs.put(Key::Incoming(kept), Bytes::from_static(b"kept")).await.expect("there is room");
        let full = blobs.clone().with_floor(u64::MAX);
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"refused").expect("written");
        assert!(full.put(Key::Incoming(refused), Bytes::from_static(b"refused")).await.is_err());
        assert!(full.put_file(Key::Incoming(refused), &file).await.is_err());
        assert_eq!(read(&full, Key::Incoming(refused)).await, None);
        assert_eq!(read(&full, Key::Incoming(kept)).await.as_deref(), Some(b"kept".as_slice()));
    });
}
