//! Contacts of colleagues come to the machine, are there offline, and go when they are no longer shown.

use super::registry::hospital_staff;
use super::*;
use crate::directory::contact_number;
use consilium_api::directory::{Contact, ContactKind, ContactRequestState, RequestableContact};
use consilium_api::registry::{self, ContactRequest, ContactRequests, ContactsPage, RoleContacts};
use std::sync::Mutex;
use std::sync::atomic::Ordering;

/// What a registry shows to one doctor: states of roles in the order of their changes, a page at a time.
pub struct Shown {
    states: Mutex<Vec<RoleContacts>>,
    /// Cursors are of this; those of another have expired.
    epoch: Mutex<u32>,
    page: usize,
    /// Pages until the network goes.
    left: Mutex<usize>,
    asked: Mutex<Vec<Option<String>>>,
    /// Who was asked for by name.
    pub named: Mutex<Vec<Vec<String>>>,
}

pub fn role(practitioner: &str, telecom: &[(&str, &str, &str)]) -> RoleContacts {
    RoleContacts {
        practitioner: practitioner.into(),
        role: format!("role-{practitioner}"),
        telecom: telecom
            .iter()
            .map(|(system, use_, value)| registry::Contact {
                system: Some((*system).into()),
                use_: Some((*use_).into()),
                value: (*value).into(),
            })
            .collect(),
        requestable: Vec::new(),
    }
}

impl Shown {
    pub fn new(states: &[RoleContacts]) -> Self {
        Self {
            states: Mutex::new(states.to_vec()),
            epoch: Mutex::new(1),
            page: 2,
            left: Mutex::new(usize::MAX),
            asked: Mutex::default(),
            named: Mutex::default(),
        }
    }

    fn change(&self, state: RoleContacts) {
        self.states.lock().unwrap().push(state);
    }

    fn begin_anew(&self, states: &[RoleContacts]) {
        *self.states.lock().unwrap() = states.to_vec();
        *self.epoch.lock().unwrap() += 1;
    }
}

impl ContactFeed for Shown {
    async fn contacts(&self, cursor: Option<&str>) -> Result<ContactsPage, FeedError> {
        self.asked.lock().unwrap().push(cursor.map(str::to_owned));
        let mut left = self.left.lock().unwrap();
        *left = left.checked_sub(1).ok_or(FeedError::Failed(Error::new(ErrorCode::Offline, "no network")))?;
        let epoch = *self.epoch.lock().unwrap();
        let from = match cursor.map(|cursor| cursor.split_once(' ')) {
            None => 0,
            Some(Some((of, from))) if of == epoch.to_string() => from.parse().unwrap(),
            Some(_) => return Err(FeedError::Expired),
        };
        let states = self.states.lock().unwrap();
        let until = (from + self.page).min(states.len());
        Ok(ContactsPage {
            entries: states[from..until].to_vec(),
            cursor: format!("{epoch} {until}"),
            more: until < states.len(),
        })
    }

    async fn contacts_of(&self, practitioners: &[String]) -> Result<ContactsPage, FeedError> {
        self.named.lock().unwrap().push(practitioners.to_vec());
        let mut last = std::collections::BTreeMap::new();
        for state in self.states.lock().unwrap().iter().filter(|state| practitioners.contains(&state.practitioner)) {
            last.insert(state.role.clone(), state.clone());
        }
        Ok(ContactsPage { entries: last.into_values().collect(), cursor: String::new(), more: false })
    }
}

fn everybody() -> Vec<RoleContacts> {
    vec![
        role("zhang-wei", &[("phone", "work", "0599-555-0148 转 6217"), ("email", "work", "zhang.wei@bhch.example")]),
        role("zhang-weiming", &[("phone", "mobile", "139-5550-0142")]),
        role("lin-jianing", &[("phone", "work", "0591-555-0120"), ("email", "home", "lin@home.example")]),
        role("not-listed-yet", &[("phone", "work", "0591-555-0148")]),
        role("xu-ning", &[("url", "work", "https://bhch.example/xu"), ("fax", "work", "0599-555-0199")]),
    ]
}

async fn contacts(desk: &Desk, id: &str) -> Vec<(ContactKind, bool, String)> {
    let card = desk.directory.colleague(id).await.unwrap();
    card.contacts.into_iter().map(|Contact { kind, private, value }| (kind, private, value)).collect()
}

/// Practitioner ids of those who have this number, listed or not.
async fn who_has(desk: &Desk, digits: &'static str) -> Vec<String> {
    let found = desk.directory.read(move |db| {
        let ids = contact_number::who_has(db, digits)?.into_iter();
        ids.map(|n| db.query_row("SELECT id FROM practitioner WHERE n = ?1", [n], |row| row.get(0))).collect()
    });
    found.await.unwrap()
}

#[tokio::test]
async fn contacts_are_there_without_a_network_and_go_on_where_they_were_broken_off() {
    let desk = Desk::with(&hospital_staff()).await;
    let shown = Shown::new(&everybody());
    *shown.left.lock().unwrap() = 1;
    assert_eq!(desk.directory.sync_contacts(&shown).await.unwrap_err().code, ErrorCode::Offline);
    assert_eq!(contacts(&desk, "zhang-wei").await.len(), 2, "the first page is there");
    let desk = desk.restart().await;
    *shown.left.lock().unwrap() = usize::MAX;
    desk.directory.sync_contacts(&shown).await.unwrap();
    let asked: Vec<Option<String>> = shown.asked.lock().unwrap().clone();
    let cursor = |at: usize| Some(format!("1 {at}"));
    assert_eq!(asked, [None, cursor(2), cursor(2), cursor(4)], "no page is fetched twice");

    let desk = desk.restart().await;
    assert_eq!(
        contacts(&desk, "lin-jianing").await,
        [(ContactKind::Phone, false, "0591-555-0120".into()), (ContactKind::Email, true, "lin@home.example".into())]
    );
    assert_eq!(contacts(&desk, "zhang-weiming").await, [(ContactKind::Mobile, false, "139-5550-0142".into())]);
    let xu = contacts(&desk, "xu-ning").await;
    assert_eq!(xu.iter().map(|(kind, ..)| *kind).collect::<Vec<_>>(), [ContactKind::Other, ContactKind::Fax]);
    assert!(contacts(&desk, "ouyang-jing").await.is_empty());
}

#[tokio::test]
async fn what_is_no_longer_shown_is_forgotten() {
    let desk = Desk::with(&hospital_staff()).await;
    let shown = Shown::new(&everybody());
    desk.directory.sync_contacts(&shown).await.unwrap();
    let mut changes = desk.directory.changes();
    changes.mark_unchanged();
    desk.directory.sync_contacts(&shown).await.unwrap();
    assert!(!changes.has_changed().unwrap(), "nothing is new");

    shown.change(role("lin-jianing", &[]));
    shown.change(role("zhang-weiming", &[("phone", "mobile", "139-5550-0999")]));
    desk.directory.sync_contacts(&shown).await.unwrap();
    assert!(changes.has_changed().unwrap(), "cards are asked for again");
    assert!(contacts(&desk, "lin-jianing").await.is_empty());
    assert!(who_has(&desk, "0120").await.is_empty() && who_has(&desk, "0142").await.is_empty());
    assert_eq!(who_has(&desk, "0999").await, ["zhang-weiming"]);

    // Of another hospital now: all is read again, and what was seen there goes when that is whole, not before.
    shown.begin_anew(&[
        role("xu-ning", &[]),
        role("ouyang-jing", &[("phone", "work", "0591-555-0111")]),
        role("zhang-wei-2", &[]),
    ]);
    *shown.left.lock().unwrap() = 2;
    desk.directory.sync_contacts(&shown).await.unwrap_err();
    assert_eq!((contacts(&desk, "zhang-wei").await.len(), contacts(&desk, "ouyang-jing").await.len()), (2, 1));
    *shown.left.lock().unwrap() = usize::MAX;
    desk.directory.sync_contacts(&shown).await.unwrap();
    assert!(contacts(&desk, "zhang-wei").await.is_empty() && who_has(&desk, "6217").await.is_empty());
    assert_eq!(who_has(&desk, "0111").await, ["ouyang-jing"]);
}

#[tokio::test]
async fn a_number_is_found_by_its_beginning_and_its_end() {
    let desk = Desk::with(&hospital_staff()).await;
    desk.directory.sync_contacts(&Shown::new(&everybody())).await.unwrap();
    for (typed, found) in [
        ("0148", vec!["zhang-wei", "not-listed-yet"]),
        ("6217", vec!["zhang-wei"]),
        ("0599555", vec![]),
        ("05995550", vec!["zhang-wei"]),
        ("05915550120", vec!["lin-jianing"]),
        ("13955500142", vec!["zhang-weiming"]),
        ("0142", vec!["zhang-weiming"]),
        ("0199", vec![]),
        ("148", vec![]),
        ("00000000000000000000000000", vec![]),
    ] {
        assert_eq!(who_has(&desk, typed).await, found, "{typed}");
    }
}

#[tokio::test]
async fn digits_of_a_telephone_number_find_its_owner_among_what_else_is_asked_for() {
    let desk = Desk::with(&hospital_staff()).await;
    let shown = Shown::new(&[
        role("zhang-wenbo", &[("phone", "work", "+86 591 8765-4321")]),
        role("lin-jianing", &[("phone", "work", "0591-6666-4321")]),
    ]);
    assert_eq!(desk.page(asking("4321")).await.total, 0);
    desk.directory.sync_contacts(&shown).await.unwrap();
    for text in ["87654321", "8765 4321", "+86 591 8765 4321", "0591 8765", "zhang 4321", "54321 北京 滨海"] {
        let found = desk.find(text).await;
        let expected: &[&str] = if text.contains("北京") { &[] } else { &["zhang-wenbo"] };
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(desk.find("4321").await.len(), 2, "the search follows what is shown without a restart");
    let page = desk.page(DirectoryQuery { organizations: vec!["bhch".into()], ..asking("4321") }).await;
    assert_eq!(ids(page.rows.clone()), ["zhang-wenbo"]);
    let phone = page.rows[0].phone.clone().unwrap();
    assert_eq!((phone.number.as_str(), phone.ranges.as_slice()), ("+86 591 8765-4321", [(13, 17)].as_slice()));
    let facets = desk.directory.facets(asking("4321")).await.unwrap();
    assert_eq!(facets.organizations.iter().map(|value| value.count).sum::<u32>(), 2);

    shown.change(role("zhang-wenbo", &[]));
    desk.directory.sync_contacts(&shown).await.unwrap();
    assert_eq!(desk.find("4321").await, ["lin-jianing"]);
    assert!(desk.find("432").await.is_empty(), "three digits are too few");
}

#[tokio::test]
async fn contacts_that_come_before_their_colleague_wait_for_them() {
    let desk = Desk::new().await;
    desk.directory.sync_contacts(&Shown::new(&everybody())).await.unwrap();
    assert_eq!(desk.directory.counts().await.unwrap().all, 0);
    desk.directory.sync(&hospital_staff()).await.unwrap();
    assert_eq!(contacts(&desk, "zhang-wei").await.len(), 2);
}

#[tokio::test]
async fn a_card_says_what_can_be_asked_for_and_what_became_of_it() {
    let desk = Desk::with(&hospital_staff()).await;
    let mut lin = role("lin-jianing", &[]);
    lin.requestable = vec![ContactKind::Mobile, ContactKind::Email];
    desk.directory.sync_contacts(&Shown::new(&[lin])).await.unwrap();
    let request = |kind, state| ContactRequest {
        id: "q".into(),
        kind,
        state,
        practitioner_id: "lin-jianing".into(),
        name: "林嘉宁".into(),
        asked_at: "2026-11-25T08:00:00Z".into(),
        answered_at: None,
    };
    let sent = ContactRequests {
        received: vec![request(ContactKind::Email, ContactRequestState::Granted)],
        sent: vec![request(ContactKind::Mobile, ContactRequestState::Asked)],
    };
    desk.directory.keep_requests(sent.clone()).await.unwrap();
    let desk = desk.restart().await;
    let card = desk.directory.colleague("lin-jianing").await.unwrap();
    assert_eq!(
        card.requestable,
        [
            RequestableContact { kind: ContactKind::Mobile, state: Some(ContactRequestState::Asked) },
            RequestableContact { kind: ContactKind::Email, state: None },
        ]
    );
    assert_eq!(desk.directory.requests().await.unwrap(), sent);
}

#[tokio::test]
async fn a_feed_that_goes_round_or_floods_does_no_harm() {
    struct Round;
    impl ContactFeed for Round {
        async fn contacts(&self, _: Option<&str>) -> Result<ContactsPage, FeedError> {
            Ok(ContactsPage { entries: Vec::new(), cursor: "again".into(), more: true })
        }

        async fn contacts_of(&self, _: &[String]) -> Result<ContactsPage, FeedError> {
            Err(FeedError::Expired)
        }
    }
    let desk = Desk::with(&hospital_staff()).await;
    assert_eq!(desk.directory.sync_contacts(&Round).await.unwrap_err().code, ErrorCode::ServerTrouble);

    let value = format!("0591\n555\u{0}{}", "0".repeat(5_000));
    let many = vec![("phone", "work", value.as_str()); 500];
    desk.directory.sync_contacts(&Shown::new(&[role("zhang-wei", &many)])).await.unwrap();
    let kept = contacts(&desk, "zhang-wei").await;
    assert_eq!(kept.len(), 1, "the same once");
    assert!(kept[0].2.starts_with("0591555000") && kept[0].2.len() <= 254);
}

#[tokio::test]
async fn contacts_stay_when_the_directory_is_built_anew() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    let shown = Shown::new(&everybody());
    desk.directory.sync_contacts(&shown).await.unwrap();
    desk.directory.keep_own_entry("[]".into()).await.unwrap();
    let before = contacts(&desk, "lin-jianing").await;

    // Others come before her now, so that she has another number.
    registry.shuffle(|changes| changes.reverse());
    registry.epoch.store(2, Ordering::SeqCst);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(contacts(&desk, "lin-jianing").await, before);
    assert_eq!(who_has(&desk, "5550148").await, ["zhang-wei", "not-listed-yet"].map(String::from));
    assert!(desk.directory.own_entry().await.unwrap().is_some());

    let asked = shown.asked.lock().unwrap().len();
    shown.change(role("lin-jianing", &[("phone", "work", "0591-555-0121")]));
    desk.directory.sync_contacts(&shown).await.unwrap();
    assert_eq!(shown.asked.lock().unwrap().len(), asked + 1, "it goes on where it was");
    assert_eq!(contacts(&desk, "lin-jianing").await, [(ContactKind::Phone, false, "0591-555-0121".into())]);
}
