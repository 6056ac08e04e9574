#![allow(clippy::unwrap_used)]

use super::*;
use std::fs;
use tempfile::TempDir;

const NOTES: Migrations = &["CREATE TABLE note (text TEXT NOT NULL) STRICT;"];

fn key(byte: u8) -> Key {
    Key::new([byte; 32])
}

async fn open(folder: &TempDir) -> (Database, Found) {
    Database::open(&folder.path().join("notes.db"), key(7), NOTES).await.unwrap()
}

async fn note(database: &Database, text: &'static str) {
    database.write(move |db| db.execute("INSERT INTO note VALUES (?1)", [text])).await.unwrap();
}

async fn notes(database: &Database) -> Result<Vec<String>, Error> {
    database.read(|db| db.prepare("SELECT text FROM note")?.query_map([], |r| r.get(0))?.collect()).await
}

fn files(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What is left when the process is killed: the files as they are while they are open.
fn killed(folder: &TempDir) -> TempDir {
    let left = TempDir::new().unwrap();
    for name in files(folder).iter().filter(|n| !n.ends_with("-shm")) {
        fs::copy(folder.path().join(name), left.path().join(name)).unwrap();
    }
    left
}

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let folder = TempDir::new().unwrap();
    let (database, found) = open(&folder).await;
    assert_eq!(found, Found::Intact);
    note(&database, "张伟").await;
    database.close().await.unwrap();
    assert_eq!(files(&folder), ["notes.db"]);
    assert!(notes(&database).await.is_err(), "a closed database answers nothing");
    let (database, found) = open(&folder).await;
    assert_eq!((found, notes(&database).await.unwrap()), (Found::Intact, vec!["张伟".to_owned()]));
}

/// As when somebody who opens it gives up, and begins again while the first attempt is still at it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_may_be_opened_more_than_once_at_a_time() {
    for _ in 0..20 {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("notes.db");
        let opened = (0..4).map(|_| {
            let path = path.clone();
            tokio::spawn(async move { Database::open(&path, key(7), NOTES).await.unwrap().1 })
        });
        for found in futures::future::join_all(opened).await {
            assert_eq!(found.unwrap(), Found::Intact);
        }
    }
}

#[tokio::test]
async fn nothing_readable_reaches_the_disk() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    note(&database, "张伟").await;
    for name in files(&folder) {
        let bytes = fs::read(folder.path().join(&name)).unwrap();
        for secret in ["张伟".as_bytes(), b"note", b"SQLite format", &[7; 32]] {
            // The shared-memory file and the head of the log hold no pages.
            assert!(!bytes.windows(secret.len()).any(|w| w == secret), "{name}");
        }
    }
    assert_eq!(format!("{:?}", key(7)), "Key(…)");
    assert!(!format!("{database:?}").contains('7'));
}

#[tokio::test]
async fn a_file_with_another_key_is_set_aside_and_kept_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.db");
    let (database, _) = open(&folder).await;
    note(&database, "first").await;
    database.close().await.unwrap();
    fs::write(folder.path().join("notes.db.damaged-20200101T000000Z"), "older").unwrap();

    let (other, found) = Database::open(&path, key(8), NOTES).await.unwrap();
    assert_eq!((found, notes(&other).await.unwrap()), (Found::SetAside, vec![]));
    other.close().await.unwrap();
    let names = files(&folder);
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[1].starts_with("notes.db.damaged-") && names[1] != "notes.db.damaged-20200101T000000Z");
    let aside = Database::open(&folder.path().join(&names[1]), key(7), NOTES).await.unwrap().0;
    assert_eq!(notes(&aside).await.unwrap(), ["first"]);
    aside.close().await.unwrap();

    remove_files(&path).unwrap();
    assert_eq!(files(&folder), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_of_another_kind_is_set_aside() {
    for content in [&b"not a database at all"[..], &[0; 8192], &[0xff; 100_000]] {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("notes.db"), content).unwrap();
        let (database, found) = open(&folder).await;
        assert_eq!((found, notes(&database).await.unwrap()), (Found::SetAside, vec![]));
    }
}

#[tokio::test]
async fn a_page_damaged_while_nobody_looked_is_found_after_a_kill() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    database
        .write(|db| {
            let mut insert = db.prepare("INSERT INTO note VALUES (?1)")?;
            (0..5000).try_for_each(|n| insert.execute([format!("note {n}")]).map(drop))
        })
        .await
        .unwrap();
    database.close().await.unwrap();
    let (database, _) = open(&folder).await;
    note(&database, "last").await;
    let left = killed(&folder);
    assert!(files(&left).contains(&"notes.db-wal".to_owned()));

    // Killed and whole: nothing is lost.
    let (whole, found) = open(&left).await;
    assert_eq!((found, notes(&whole).await.unwrap().len()), (Found::Intact, 5001));
    whole.close().await.unwrap();

    let left = killed(&folder);
    let path = left.path().join("notes.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0x55);
    fs::write(&path, bytes).unwrap();
    let (database, found) = open(&left).await;
    assert_eq!((found, notes(&database).await.unwrap()), (Found::SetAside, vec![]));
}

#[tokio::test]
async fn damage_met_while_reading_has_its_code_and_rebuilding_mends_it() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    database
        .write(|db| {
            let mut insert = db.prepare("INSERT INTO note VALUES (?1)")?;
            (0..5000).try_for_each(|n| insert.execute([format!("note {n}")]).map(drop))
        })
        .await
        .unwrap();
    database.close().await.unwrap();
    let path = folder.path().join("notes.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0x55);
    fs::write(&path, bytes).unwrap();

    let (database, found) = open(&folder).await;
    assert_eq!(found, Found::Intact, "closed cleanly: not every page is read at the start");
    let generation = database.generation();
    assert_eq!(notes(&database).await.unwrap_err().code, ErrorCode::DatabaseCorrupt);
    database.rebuild(generation).await.unwrap();
    note(&database, "new").await;
    // Whoever met the same damage later does not throw the new file away.
    database.rebuild(generation).await.unwrap();
    assert_eq!(notes(&database).await.unwrap(), ["new"]);
}

#[tokio::test]
async fn readers_do_not_wait_for_the_writer() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    note(&database, "before").await;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (finish, may_finish) = std::sync::mpsc::channel::<()>();
    let writing = tokio::spawn({
        let database = database.clone();
        async move {
            database
                .write(move |db| {
                    db.execute("INSERT INTO note VALUES ('during')", [])?;
                    begun.send(()).unwrap();
                    may_finish.recv().unwrap();
                    Ok(())
                })
                .await
        }
    });
    has_begun.await.unwrap();
    assert_eq!(notes(&database).await.unwrap(), ["before"]);
    finish.send(()).unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(notes(&database).await.unwrap(), ["before", "during"]);
}

#[tokio::test]
async fn a_write_that_fails_leaves_nothing_and_says_nothing_of_its_text() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    let failed = database
        .write(|db| {
            db.execute("INSERT INTO note VALUES ('half')", [])?;
            db.execute("INSERT INTO patient VALUES ('张伟')", [])
        })
        .await
        .unwrap_err();
    assert!(!failed.message.contains("patient") && !failed.message.contains('张'), "{failed}");
    assert_eq!(notes(&database).await.unwrap(), Vec::<String>::new());
    // A reader cannot write.
    assert!(database.read(|db| db.execute("INSERT INTO note VALUES ('x')", [])).await.is_err());
}

#[tokio::test]
async fn a_full_disk_has_its_own_code() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    let full = database
        .write(|db| {
            let pages: i64 = db.query_row("PRAGMA page_count", [], |r| r.get(0))?;
            db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
            db.execute("INSERT INTO note VALUES (?1)", ["x".repeat(1_000_000)])
        })
        .await
        .unwrap_err();
    assert_eq!(full.code, ErrorCode::DiskFull);
    assert_eq!(notes(&database).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_caller_that_stops_waiting_breaks_nothing() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    for _ in 0..20 {
        let slow = database.write(|db| {
            db.execute("INSERT INTO note VALUES ('kept')", [])?;
            std::thread::sleep(Duration::from_millis(5));
            Ok(())
        });
        let _ = tokio::time::timeout(Duration::from_millis(1), slow).await;
        let quick = database.read(|db| db.query_row("SELECT count(*) FROM note", [], |r| r.get::<_, i64>(0)));
        let _ = tokio::time::timeout(Duration::from_micros(1), quick).await;
    }
    note(&database, "last").await;
    assert_eq!(notes(&database).await.unwrap().last().map(String::as_str), Some("last"));
}

#[tokio::test]
async fn migrations_are_applied_once_and_a_later_file_is_not_touched() {
    const TWO: Migrations = &[NOTES[0], "ALTER TABLE note ADD COLUMN at INTEGER;"];
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.db");
    let (database, _) = open(&folder).await;
    note(&database, "old").await;
    database.close().await.unwrap();
    let (database, found) = Database::open(&path, key(7), TWO).await.unwrap();
    assert_eq!((found, notes(&database).await.unwrap()), (Found::Intact, vec!["old".to_owned()]));
    database.close().await.unwrap();
    // An older program meets the newer file.
    let (_, found) = open(&folder).await;
    assert_eq!(found, Found::SetAside);
}

#[tokio::test]
async fn one_file_takes_the_place_of_another() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    note(&database, "old").await;
    let (next, _) = Database::open(&folder.path().join("notes.db.next"), key(7), NOTES).await.unwrap();
    note(&next, "new").await;
    database.replace_with(&next).await.unwrap();
    assert_eq!(notes(&database).await.unwrap(), ["new"]);
    assert!(!files(&folder).iter().any(|n| n.contains(".next")));
}

#[tokio::test]
async fn a_file_that_was_emptied_becomes_small_and_keeps_the_rest() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    database
        .write(|db| {
            let mut insert = db.prepare("INSERT INTO note VALUES (?1)")?;
            (0..5000).try_for_each(|n| insert.execute([format!("note {n}")]).map(drop))?;
            db.execute("DELETE FROM note WHERE text <> 'note 77'", []).map(drop)
        })
        .await
        .unwrap();
    let size = || fs::metadata(folder.path().join("notes.db")).unwrap().len();
    let generation = database.generation();
    // A copy that another process was killed over is in nobody's way.
    fs::write(folder.path().join("notes.db.compact"), "half").unwrap();
    database.compact().await.unwrap();
    assert!(database.generation() > generation);
    assert_eq!(notes(&database).await.unwrap(), ["note 77"]);
    assert!(size() < 40_000, "{}", size());
    note(&database, "later").await;
    database.close().await.unwrap();
    assert_eq!(files(&folder), ["notes.db"]);
    let bytes = fs::read(folder.path().join("notes.db")).unwrap();
    assert!(!bytes.windows(7).any(|w| w == b"note 77"), "the copy is encrypted too");
    fs::write(folder.path().join("notes.db.compact"), "half").unwrap();
    let (database, found) = open(&folder).await;
    assert_eq!((found, notes(&database).await.unwrap()), (Found::Intact, vec!["note 77".into(), "later".into()]));
    assert!(!files(&folder).contains(&"notes.db.compact".to_owned()));
}

#[tokio::test]
async fn work_that_panics_harms_nobody_else() {
    let folder = TempDir::new().unwrap();
    let (database, _) = open(&folder).await;
    let broken = database
        .write::<()>(|db| {
            db.execute("INSERT INTO note VALUES ('half')", [])?;
            panic!("as a defect would")
        })
        .await;
    assert_eq!(broken.unwrap_err().code, ErrorCode::Internal);
    note(&database, "whole").await;
    assert_eq!(notes(&database).await.unwrap(), ["whole"]);
}
