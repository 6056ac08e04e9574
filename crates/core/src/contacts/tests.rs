#![allow(clippy::unwrap_used)]

use super::*;
use tempfile::TempDir;

async fn open(folder: &TempDir) -> (Contacts, Found) {
    Contacts::open(&folder.path().join("contacts.db"), Key::new([5; 32]), "QXR72M4K").await.unwrap()
}

fn favourite(id: &str, favourite: bool) -> SetFavourite {
    SetFavourite { practitioner_id: id.into(), favourite }
}

fn note(id: &str, text: &str) -> SaveNote {
    SaveNote { practitioner_id: id.into(), text: text.into() }
}

#[tokio::test]
async fn favourites_notes_and_searches_are_there_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let (contacts, _) = open(&folder).await;
    let mut changes = contacts.changes();
    contacts.set_favourite(favourite("zhang-wei", true), 1).await.unwrap();
    contacts.set_favourite(favourite("zhang-wei", true), 2).await.unwrap();
    contacts.set_favourite(favourite("li-jing", true), 3).await.unwrap();
    contacts.set_favourite(favourite("li-jing", false), 4).await.unwrap();
    contacts.save_note(note("zhang-wei", "  急会诊可直接打分机。 "), 5).await.unwrap();
    let query =
        DirectoryQuery { text: "心内".into(), cities: vec!["滨海".into()], limit: 50, ..Default::default() };
    let saved = contacts.save_search(SaveSearch { name: " 滨海心内 ".into(), query }, 5).await.unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    contacts.close().await.unwrap();

    let (contacts, found) = open(&folder).await;
    assert_eq!(found, Found::Intact);
    assert!(contacts.is_favourite("zhang-wei") && !contacts.is_favourite("li-jing"));
    assert_eq!(contacts.note("zhang-wei").await.unwrap(), "急会诊可直接打分机。");
    assert_eq!(contacts.note("li-jing").await.unwrap(), "");
    assert_eq!(contacts.saved_searches().await.unwrap(), std::slice::from_ref(&saved));
    assert_eq!((saved.name.as_str(), saved.query.limit), ("滨海心内", 0), "a search is kept without its page");

    let again = SaveSearch { name: "滨海心内".into(), query: DirectoryQuery::default() };
    assert_eq!(contacts.save_search(again, 6).await.unwrap().id, saved.id, "the same name, the same search");
    contacts.delete_search(&saved.id, 7).await.unwrap();
    assert!(contacts.saved_searches().await.unwrap().is_empty());
    contacts.save_note(note("zhang-wei", " "), 6).await.unwrap();
    assert_eq!(contacts.note("zhang-wei").await.unwrap(), "");
}

#[tokio::test]
async fn recent_are_those_written_with_last() {
    let folder = TempDir::new().unwrap();
    let (contacts, _) = open(&folder).await;
    let recent = |contacts: &Contacts| contacts.acquaintances().borrow().recent.clone();
    for (user, at) in [("@a:x", 10), ("@b:x", 20), ("@a:x", 15), ("@a:x", 5)] {
        contacts.wrote_with(user, at).await.unwrap();
    }
    assert_eq!(recent(&contacts), ["@b:x", "@a:x"]);
    let mut changes = contacts.changes();
    changes.mark_unchanged();
    contacts.wrote_with("@a:x", 30).await.unwrap();
    assert_eq!(recent(&contacts), ["@a:x", "@b:x"]);
    assert!(!changes.has_changed().unwrap(), "another order of the same people is no news for a screen");
    for n in 0..60 {
        contacts.wrote_with(&format!("@n{n}:x"), 100 + n).await.unwrap();
    }
    assert!(changes.has_changed().unwrap());
    let latest = recent(&contacts);
    assert_eq!((latest.len(), latest[0].as_str(), latest.contains(&"@a:x".to_owned())), (50, "@n59:x", false));
    contacts.close().await.unwrap();
    assert_eq!(recent(&open(&folder).await.0), latest);
}

#[tokio::test]
async fn what_is_too_long_or_nobodys_is_refused() {
    let folder = TempDir::new().unwrap();
    let (contacts, _) = open(&folder).await;
    let long = contacts.save_note(note("zhang-wei", &"长".repeat(2_001)), 1).await.unwrap_err();
    assert_eq!(long.code, ErrorCode::TooLarge);
    contacts.save_note(note("zhang-wei", &"长".repeat(2_000)), 1).await.unwrap();
    for refused in [
        contacts.save_note(note("", "x"), 1).await,
        contacts.set_favourite(favourite("", true), 1).await,
        contacts.save_search(SaveSearch { name: "  ".into(), query: DirectoryQuery::default() }, 1).await.map(drop),
        contacts.save_search(SaveSearch { name: "n".repeat(101), query: DirectoryQuery::default() }, 1).await.map(drop),
    ] {
        assert_eq!(refused.unwrap_err().code, ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn nothing_of_it_can_be_read_from_the_file_and_damage_keeps_the_old_one() {
    let folder = TempDir::new().unwrap();
    let (contacts, _) = open(&folder).await;
    contacts.save_note(note("zhang-wei", "confidential remark"), 1).await.unwrap();
    contacts.close().await.unwrap();
    let path = folder.path().join("contacts.db");
    let bytes = std::fs::read(&path).unwrap();
    for secret in ["confidential", "zhang-wei", "SQLite format"] {
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret}");
    }
    std::fs::write(&path, vec![0x5a; 20_000]).unwrap();
    let (contacts, found) = open(&folder).await;
    assert_eq!((found, contacts.note("zhang-wei").await.unwrap()), (Found::SetAside, String::new()));
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().any(|n| n.to_string_lossy().contains("damaged")), "{names:?}");
}
