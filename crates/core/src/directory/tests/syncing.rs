use super::registry::{Change, Doctor, Registry, hospital, hospital_staff, staff};
use super::*;
use consilium_api::directory::DirectoryPhase;
use consilium_publication::SigningKey;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn the_whole_directory_is_fetched_and_stays() {
    let desk = Desk::new().await;
    assert_eq!(desk.status().phase, DirectoryPhase::Empty);
    assert_eq!(desk.page(asking("")).await, DirectoryPage::default());
    let mut changes = desk.directory.changes();
    desk.directory.sync(&hospital_staff()).await.unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    let status = desk.status();
    assert_eq!((status.phase, status.colleagues, status.loaded, status.total), (DirectoryPhase::Complete, 10, 0, 0));
    let as_of = chrono::DateTime::parse_from_rfc3339(status.as_of.as_deref().unwrap()).unwrap();
    assert!((chrono::Utc::now() - as_of.to_utc()).num_seconds() < 60);

    // No network is needed any more.
    let desk = desk.restart().await;
    assert_eq!(desk.status(), status);
    assert_eq!(desk.find("zhangwm").await, ["zhang-weiming"]);
}

#[tokio::test]
async fn a_run_without_changes_says_only_that_it_is_fresh() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    let mut changes = desk.directory.changes();
    changes.mark_unchanged();
    desk.directory.sync(&registry).await.unwrap();
    assert!(!changes.has_changed().unwrap());
    assert_eq!(desk.status().phase, DirectoryPhase::Complete);
}

#[tokio::test]
async fn no_name_can_be_read_from_the_files() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    registry.network_fails_after(0);
    for entry in std::fs::read_dir(desk.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in ["张伟", "江州大学", "zhangwei", "0599-555", "@zhang.wei"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} in {}", path.display());
        }
    }
}

/// The same colleagues, in whatever order and pages their resources come.
#[tokio::test]
async fn resources_may_come_in_any_order() {
    let expected = Desk::with(&hospital_staff()).await;
    for (page_size, seed) in [(1, 1), (3, 2), (7, 3), (1000, 4)] {
        let registry = Registry::new(page_size);
        registry.put_hospitals();
        registry.list_all(&staff());
        registry.shuffle(|changes: &mut Vec<Change>| {
            // Roles before people before hospitals, then a riffle.
            changes.reverse();
            for at in (0..changes.len()).step_by(seed) {
                let moved = changes.remove(at);
                changes.push(moved);
            }
        });
        let desk = Desk::with(&registry).await;
        assert_eq!(desk.status().colleagues, 10);
        for doctor in staff() {
            let card = |desk: &Desk| {
                let (directory, id) = (desk.directory.clone(), doctor.id.clone());
                async move { directory.colleague(&id).await.unwrap() }
            };
            assert_eq!(card(&desk).await, card(&expected).await);
        }
        for text in ["zhang", "江州", "心内", "xn", "chief"] {
            let sorted = |mut ids: Vec<String>| {
                ids.sort();
                ids
            };
            assert_eq!(sorted(desk.find(text).await), sorted(expected.find(text).await), "{text}");
        }
    }
}

#[tokio::test]
async fn killed_half_way_it_is_never_shown_as_whole_and_goes_on_where_it_was() {
    let registry = Registry::new(5);
    registry.put_hospitals();
    registry.list_all(&staff());
    registry.network_fails_after(4);
    let desk = Desk::new().await;
    let failed = desk.directory.sync(&registry).await.unwrap_err();
    assert_eq!(failed.code, ErrorCode::Offline);
    let status = desk.status();
    assert_eq!((status.phase, status.loaded, status.total), (DirectoryPhase::Loading, 13, 23));
    assert_eq!(status.problem, Some(failed));

    // The files as a SIGKILL leaves them.
    let left = TempDir::new().unwrap();
    for name in ["directory.db", "directory.db-wal"] {
        std::fs::copy(desk.folder.path().join(name), left.path().join(name)).unwrap();
    }
    let (directory, found) = open(&left).await;
    let desk = Desk { folder: left, directory };
    assert_eq!(found, Found::Intact);
    let status = desk.status();
    assert_eq!((status.phase, status.loaded, status.total), (DirectoryPhase::Loading, 13, 23));
    assert_eq!(status.as_of, None);

    registry.network_fails_after(1_000);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.status().phase, DirectoryPhase::Complete);
    assert_eq!((desk.status().colleagues, desk.status().problem), (10, None));
    assert_eq!(
        registry.pages_left.load(Ordering::SeqCst),
        998,
        "people and their roles were missing, and no more were asked for"
    );
}

#[tokio::test]
async fn progress_shows_while_it_loads() {
    let registry = Registry::new(5);
    registry.put_hospitals();
    registry.list_all(&staff());
    let desk = Desk::new().await;
    let mut status = desk.directory.status();
    let watching = tokio::spawn(async move {
        let mut seen = Vec::new();
        while status.changed().await.is_ok() {
            let now = status.borrow_and_update().clone();
            seen.push((now.phase, now.loaded, now.total));
            if now.phase == DirectoryPhase::Complete {
                break;
            }
        }
        seen
    });
    desk.directory.sync(&registry).await.unwrap();
    let seen = watching.await.unwrap();
    assert!(seen.iter().any(|(phase, loaded, total)| {
        *phase == DirectoryPhase::Loading && *loaded >= 5 && *loaded < 23 && *total == 23
    }));
    assert_eq!(seen.last(), Some(&(DirectoryPhase::Complete, 0, 0)));
}

#[tokio::test]
async fn changes_and_deletions_arrive() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    let before = desk.find("zhang").await;
    assert_eq!(before.last().map(String::as_str), Some("zhang-wensen"), "a resident comes last");

    let promoted = staff().into_iter().find(|d| d.id == "zhang-wensen").unwrap().title("chief");
    registry
        .list(&promoted)
        .put(Doctor::new("zhang-wei-2", "章薇", "Zhang", "Wei").practitioner())
        .delete("PractitionerRole/role-xu-ning")
        .delete("Practitioner/ouyang-jing")
        .delete("Practitioner/never-seen")
        .put(hospital("bhch", "滨海市第一人民医院", "Binhai First", &[], ("新滨海", "Xinbinhai")));
    desk.directory.sync(&registry).await.unwrap();

    assert_eq!(desk.status().colleagues, 8);
    assert_eq!(desk.find("张文森").await, ["zhang-wensen"]);
    let after = desk.find("zhang").await;
    assert!(after.iter().position(|id| id == "zhang-wensen") < after.iter().position(|id| id == "zhang-wenbo"));
    assert_eq!((desk.find("薇").await, desk.find("张薇").await.len()), (vec!["zhang-wei-2".into()], 0));
    assert_eq!(desk.find("章薇").await, ["zhang-wei-2"]);
    assert!(desk.find("徐宁").await.is_empty() && desk.find("ouyang").await.is_empty());
    assert_eq!(desk.directory.colleague("ouyang-jing").await.unwrap_err().code, ErrorCode::NotFound);
    // The hospital was renamed and is in another city: its colleagues are found by both at once.
    assert!(desk.find("中心医院").await.is_empty());
    let moved = desk.find("第一人民").await;
    assert_eq!(moved.len(), 3);
    assert_eq!(desk.find("新滨海").await, moved);

    // Whoever was taken off the list can come back.
    registry.list(&Doctor::new("ouyang-jing", "欧阳静", "Ouyang", "Jing"));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.find("oyj").await, ["ouyang-jing"]);
}

#[tokio::test]
async fn what_is_not_active_is_not_listed() {
    let registry = hospital_staff();
    let zhang = staff().remove(0);
    let mut role = zhang.role();
    role.active = Some(false);
    registry.put(role);
    let desk = Desk::with(&registry).await;
    assert!(desk.directory.colleague("zhang-wei").await.is_err());
    registry.put(zhang.role());
    let mut person = staff()[1].practitioner();
    person.active = Some(false);
    registry.put(person);
    desk.directory.sync(&registry).await.unwrap();
    assert!(desk.directory.colleague("zhang-wei").await.is_ok());
    assert!(desk.directory.colleague("zhang-wei-2").await.is_err());
}

#[tokio::test]
async fn an_expired_cursor_builds_anew_while_the_old_copy_stays_in_use() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;

    // A registry restored from an older backup, in which 张伟 is not listed yet.
    let restored = Registry::new(4);
    restored.epoch.store(2, Ordering::SeqCst);
    restored.put_hospitals();
    restored.list_all(&staff()[1..]);
    restored.network_fails_after(3);
    assert_eq!(desk.directory.sync(&restored).await.unwrap_err().code, ErrorCode::Offline);
    assert_eq!((desk.status().phase, desk.status().colleagues), (DirectoryPhase::Complete, 10));
    assert_eq!(desk.find("张伟").await.first().map(String::as_str), Some("zhang-wei"));

    // Also after a restart; then the copy is finished from where it was.
    let desk = desk.restart().await;
    assert_eq!((desk.status().phase, desk.find("张伟").await.len()), (DirectoryPhase::Complete, 2));
    restored.network_fails_after(5);
    desk.directory.sync(&restored).await.unwrap();
    assert_eq!((desk.status().phase, desk.status().colleagues), (DirectoryPhase::Complete, 9));
    assert_eq!(desk.find("张伟").await, ["zhang-weiming"]);
    let names: Vec<_> = std::fs::read_dir(desk.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!names.iter().any(|n| n.to_string_lossy().contains("next")), "{names:?}");
    // And goes on from there.
    restored.network_fails_after(usize::MAX);
    restored.list(&staff()[0]);
    desk.directory.sync(&restored).await.unwrap();
    assert_eq!(desk.find("张伟").await.len(), 2);
}

#[tokio::test]
async fn a_cursor_that_expires_again_while_building_begins_once_more() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    let again = Registry::new(4);
    again.epoch.store(2, Ordering::SeqCst);
    again.list_all(&staff());
    again.network_fails_after(3);
    desk.directory.sync(&again).await.unwrap_err();
    again.network_fails_after(usize::MAX);
    again.epoch.store(3, Ordering::SeqCst);
    desk.directory.sync(&again).await.unwrap();
    assert_eq!((desk.status().phase, desk.status().colleagues), (DirectoryPhase::Complete, 10));
}

#[tokio::test]
async fn a_copy_that_an_earlier_version_wrote_is_fetched_again() {
    const FIRST: &str = "CREATE TABLE state (one INTEGER PRIMARY KEY, phase INTEGER NOT NULL) STRICT;
         INSERT INTO state VALUES (1, 2);
         CREATE TABLE term (n INTEGER PRIMARY KEY, zh TEXT NOT NULL) STRICT;
         INSERT INTO term VALUES (1, '滨海市中心医院');
         CREATE TABLE organization (n INTEGER PRIMARY KEY REFERENCES term (n)) STRICT;
         INSERT INTO organization VALUES (1);
         CREATE TABLE practitioner (n INTEGER PRIMARY KEY, han TEXT NOT NULL) STRICT;
         INSERT INTO practitioner VALUES (1, '张伟');
         CREATE TABLE role (n INTEGER PRIMARY KEY, practitioner INTEGER NOT NULL REFERENCES practitioner (n)) STRICT;
         INSERT INTO role VALUES (1, 1);
         CREATE VIRTUAL TABLE colleague_index USING fts5 (tokens, content = '', contentless_delete = 1, detail = none);
         INSERT INTO colleague_index (rowid, tokens) VALUES (1, 'zhangwei');";
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("directory.db");
    let (old, _) = Database::open(&path, Key::new([3; 32]), &[FIRST]).await.unwrap();
    old.close().await.unwrap();

    let (directory, found) = open(&folder).await;
    let desk = Desk { folder, directory };
    assert_eq!((found, desk.status().phase), (Found::Intact, DirectoryPhase::Empty));
    assert!(desk.find("zhangwei").await.is_empty());
    desk.directory.sync(&hospital_staff()).await.unwrap();
    assert_eq!(desk.find("zhangwm").await, ["zhang-weiming"]);
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_fetched_again() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    desk.directory.close().await.unwrap();
    let path = desk.folder.path().join("directory.db");
    std::fs::write(&path, vec![0x5a; 50_000]).unwrap();
    let (directory, found) = open(&desk.folder).await;
    let desk = Desk { directory, ..desk };
    assert_eq!((found, desk.status().phase), (Found::SetAside, DirectoryPhase::Empty));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.status().colleagues, 10);

    desk.directory.close().await.unwrap();
    Directory::remove(&path).unwrap();
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0, "signing out leaves nothing");
}

#[tokio::test]
async fn damage_met_while_searching_shows_an_empty_copy_and_the_next_fetch_mends_it() {
    let registry = hospital_staff();
    for n in 0..300 {
        registry.list(&Doctor::new(&format!("li-{n}"), "李娜", "Li", "Na"));
    }
    let desk = Desk::with(&registry).await;
    desk.directory.close().await.unwrap();
    let path = desk.folder.path().join("directory.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // Every page but those that opening reads.
    for page in bytes.chunks_mut(4096).skip(8) {
        page[100] ^= 0xff;
    }
    std::fs::write(&path, bytes).unwrap();
    // Opening may or may not meet the damage; either way nothing fails in the doctor's face.
    let (directory, _) = open(&desk.folder).await;
    let desk = Desk { directory, ..desk };
    assert_eq!(desk.page(asking("lina")).await.rows, vec![]);
    assert_eq!(desk.status().phase, DirectoryPhase::Empty);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.page(asking("lina")).await.total, 300);
}

/// A device that has the directory, after which the feed does something that it must not.
async fn refused_after(liar: impl FnOnce(&Registry)) -> (Desk, ErrorCode) {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    registry.list(&Doctor::new("liu-yang", "刘洋", "Liu", "Yang"));
    liar(&registry);
    let refused = desk.directory.sync(&registry).await.unwrap_err();
    (desk, refused.code)
}

#[tokio::test]
async fn a_feed_that_lies_is_refused_and_changes_nothing() {
    type Lie = fn(&Registry);
    let liars: [(Lie, ErrorCode); 9] = [
        (
            |r| *r.keys.lock().unwrap() = vec![SigningKey::new("consilium-directory/test/0", &[9; 32])],
            ErrorCode::DirectoryForeign,
        ),
        (
            |r| *r.distort.lock().unwrap() = Some(|c| c.origin = "consilium-directory/other".into()),
            ErrorCode::DirectoryForeign,
        ),
        (|r| *r.forge.lock().unwrap() = Some(|m| m.extension.clear()), ErrorCode::DirectoryForeign),
        (|r| *r.distort.lock().unwrap() = Some(|c| c.version = 3), ErrorCode::DirectoryOlder),
        (
            |r| {
                *r.forge.lock().unwrap() = Some(|m| {
                    m.output.extend(m.output.first().cloned().map(|f| consilium_publication::manifest::ManifestFile {
                        url: "https://registry.example/more".into(),
                        ..f
                    }))
                })
            },
            ErrorCode::DirectoryChanged,
        ),
        // One signed file, listed again and again.
        (
            |r| *r.forge.lock().unwrap() = Some(|m| m.output.extend(m.output.first().cloned())),
            ErrorCode::DirectoryChanged,
        ),
        // A file of ten gigabytes.
        (
            |r| *r.distort.lock().unwrap() = Some(|c| c.files.iter_mut().for_each(|f| f.bytes = 10 << 30)),
            ErrorCode::DirectoryChanged,
        ),
        // Another file under the name, and a state that the files do not lead to: everything anew is no better.
        (
            |r| *r.distort.lock().unwrap() = Some(|c| c.files.iter_mut().for_each(|f| f.sha256[0] ^= 1)),
            ErrorCode::DirectoryChanged,
        ),
        (|r| *r.distort.lock().unwrap() = Some(|c| c.root[0] ^= 1), ErrorCode::DirectoryChanged),
    ];
    for (n, (liar, code)) in liars.into_iter().enumerate() {
        let (desk, refused) = refused_after(liar).await;
        assert_eq!(refused, code, "{n}");
        assert_eq!(
            (desk.status().phase, desk.status().colleagues, desk.status().doubt),
            (DirectoryPhase::Complete, 10, None)
        );
        assert!(desk.find("liuyang").await.is_empty());
        assert!(desk.card("zhang-wei").await.verification.is_some());
    }
}

#[tokio::test]
async fn a_feed_that_was_never_the_registrys_leaves_an_empty_copy() {
    let registry = hospital_staff();
    *registry.keys.lock().unwrap() = vec![SigningKey::new("consilium-directory/test/0", &[9; 32])];
    let desk = Desk::new().await;
    assert_eq!(desk.directory.sync(&registry).await.unwrap_err().code, ErrorCode::DirectoryForeign);
    assert_eq!((desk.status().phase, desk.status().colleagues), (DirectoryPhase::Empty, 0));
}

#[tokio::test]
async fn a_key_that_the_pinned_one_named_is_followed() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    for n in 2..4 {
        registry.keys.lock().unwrap().push(SigningKey::new(format!("consilium-directory/test/{n}"), &[n; 32]));
        registry.list(&Doctor::new(&format!("liu-{n}"), "刘洋", "Liu", "Yang"));
        desk.directory.sync(&registry).await.unwrap();
    }
    assert_eq!(desk.find("liuyang").await.len(), 2);
}

#[tokio::test]
async fn a_million_deletions_are_fetched_anew() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    *registry.distort.lock().unwrap() =
        Some(|c| c.files.iter_mut().filter(|f| f.name.starts_with("Bundle")).for_each(|f| f.count = 1_000_000));
    registry.delete("PractitionerRole/role-xu-ning");
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!((desk.status().colleagues, desk.status().phase), (9, DirectoryPhase::Complete));
}

/// A registry whose files stop coming after a few.
pub struct Stalling<'a> {
    registry: &'a Registry,
    files_left: AtomicUsize,
    pub stalled: tokio::sync::Notify,
}

impl<'a> Stalling<'a> {
    pub fn after(registry: &'a Registry, files: usize) -> Self {
        Self { registry, files_left: AtomicUsize::new(files), stalled: tokio::sync::Notify::new() }
    }
}

impl Feed for Stalling<'_> {
    async fn manifest(&self, url: Option<&str>, etag: Option<&str>) -> Result<Answered, FeedError> {
        self.registry.manifest(url, etag).await
    }

    async fn file(&self, url: &str, bytes: u64) -> Result<Vec<u8>, FeedError> {
        if self.files_left.load(Ordering::SeqCst) == 0 {
            self.stalled.notify_one();
            std::future::pending::<()>().await;
        }
        self.files_left.fetch_sub(1, Ordering::SeqCst);
        self.registry.file(url, bytes).await
    }

    async fn pinned_key(&self) -> Result<String, Error> {
        self.registry.pinned_key().await
    }

    async fn successions(&self) -> Result<Vec<String>, Error> {
        self.registry.successions().await
    }
}

#[tokio::test]
async fn a_first_load_is_stopped_and_goes_on_where_it_was_when_the_doctor_says_so() {
    let registry = Registry::new(5);
    registry.put_hospitals();
    registry.list_all(&staff());
    let desk = Desk::new().await;
    let feed = Stalling::after(&registry, 4);
    let (synced, ()) = tokio::join!(desk.directory.sync(&feed), async {
        feed.stalled.notified().await;
        desk.directory.pause(true).await.unwrap();
    });
    synced.unwrap();
    let status = desk.status();
    assert_eq!((status.phase, status.paused, status.problem), (DirectoryPhase::Loading, true, None));
    assert!(0 < status.loaded_bytes && status.loaded_bytes < status.total_bytes);

    // It stays so over a restart, and nothing is asked meanwhile.
    let desk = desk.restart().await;
    let stopped = desk.status();
    assert_eq!((stopped.paused, stopped.loaded, stopped.total), (true, status.loaded, status.total));
    registry.network_fails_after(0);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.status(), stopped);

    registry.network_fails_after(1_000);
    desk.directory.pause(false).await.unwrap();
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!((desk.status().phase, desk.status().colleagues), (DirectoryPhase::Complete, 10));
    assert_eq!(registry.pages_left.load(Ordering::SeqCst), 998, "no step is taken twice");
}

#[tokio::test]
async fn a_directory_that_begins_empty_is_searched_as_it_fills() {
    let registry = Registry::new(5);
    registry.put_hospitals();
    let desk = Desk::new().await;
    desk.directory.prepare().await.unwrap();
    desk.directory.sync(&registry).await.unwrap();
    desk.directory.prepare().await.unwrap();
    assert_eq!(desk.find("张伟").await, [""; 0]);
    // Several sets of changes lead from one to the next when it is looked for them.
    for (at, person) in staff().iter().enumerate() {
        registry.list(person);
        registry.publish();
        if at % 3 == 2 {
            desk.directory.sync(&registry).await.unwrap();
            assert_eq!(desk.status().colleagues as usize, at + 1);
        }
    }
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!((desk.status().phase, desk.status().colleagues), (DirectoryPhase::Complete, 10));
    assert_eq!(desk.find("zhangwm").await, ["zhang-weiming"]);
}
