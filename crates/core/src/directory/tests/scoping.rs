//! Stories of doctors who keep a part of the directory: it is as true as the whole, and follows it.

use super::contacts::{Shown, role as shown};
use super::registry::{Doctor, Registry, hospital};
use super::*;
use consilium_api::directory::{DirectoryPhase, DirectoryScope, Doubt};
use consilium_fhir::{Organization, PractitionerRole, Reference};
use consilium_publication::{Checkpoint, over};
use std::sync::atomic::Ordering;

const ME: &str = "@chen.yi:fz.example";

fn at(id: &str, name: &str, province: &str) -> Organization {
    let mut hospital = hospital(id, name, "", &[], ("城", "City"));
    hospital.address[0].state = Some(province.into());
    hospital
}

fn part_of(whole: &str, hospital: Organization) -> Organization {
    Organization { part_of: Some(Reference::to("Organization", whole, "")), ..hospital }
}

fn doctor(id: &str, han: &str, hospital: &str) -> Doctor {
    Doctor::new(id, han, "", "").at(hospital).account(&format!("@{id}:x.example")).verified_until("2099-11-18")
}

/// A group with hospitals in Fujian and Jiangsu, and hospitals that belong to nobody.
fn two_provinces() -> Registry {
    let registry = Registry::new(2);
    registry
        .put(at("group", "仁和医疗集团", "福建省"))
        .put(part_of("group", at("fz", "福州仁和医院", "福建省")))
        .put(part_of("fz", at("fz-heart", "福州仁和医院心脏中心", "福建省")))
        .put(part_of("group", at("nj", "南京仁和医院", "江苏省")))
        .put(at("xm", "厦门医院", "福建省"))
        .put(at("sz", "苏州医院", "江苏省"))
        .put(hospital("nowhere", "无名医院", "", &[], ("", "")))
        .list_all(&[
            doctor("chen", "陈一", "fz").account(ME),
            doctor("lin", "林二", "fz-heart"),
            doctor("wu", "吴三", "nj"),
            doctor("xie", "谢四", "xm"),
            doctor("su", "苏五", "sz"),
            doctor("bai", "白六", "nowhere"),
        ]);
    registry
}

async fn keeping(registry: &Registry, scope: DirectoryScope) -> Desk {
    let desk = Desk::with(registry).await;
    desk.directory.set_viewer(Some(ME));
    desk.directory.keep(scope).await.unwrap();
    desk.directory.sync(registry).await.unwrap();
    desk
}

impl Desk {
    /// Ids of all who are here, each of whom is proved.
    async fn everybody(&self) -> Vec<String> {
        let rows = self.page(asking("")).await.rows;
        for row in &rows {
            assert!(row.verified, "{}", row.id);
            let card = self.card(&row.id).await;
            assert!(card.verification.is_some() && card.doubt.is_none(), "{}", row.id);
        }
        let mut all = ids(rows);
        all.sort();
        all
    }
}

#[tokio::test]
async fn who_works_in_two_provinces_comes_with_the_files_of_both_and_is_listed_once() {
    let registry = two_provinces();
    let elsewhere = doctor("chen", "陈一", "nj").account("@chen.two:nj.example").verified_until("2029-01-01");
    let role = PractitionerRole { id: Some("role-chen-two".into()), ..elsewhere.role() };
    registry.put(role.clone());
    let desk = Desk::with(&registry).await;
    assert_eq!(desk.everybody().await, ["bai", "chen", "lin", "su", "wu", "xie"]);
    assert_eq!((desk.status().colleagues, desk.find("陈").await), (6, vec!["chen".to_owned()]));
    // The role that is verified for longest is shown; both accounts lead to them.
    assert_eq!(desk.card("chen").await.hospital.zh, "福州仁和医院");
    for account in [ME, "@chen.two:nj.example"] {
        assert_eq!(desk.directory.person_by_user_id(account).await.unwrap().unwrap().practitioner_id, "chen");
    }

    // As if the second role had come later.
    let later = two_provinces();
    let other = Desk::with(&later).await;
    later.put(role);
    other.directory.sync(&later).await.unwrap();
    assert_eq!(other.everybody().await, desk.everybody().await);
    assert_eq!(other.card("chen").await, desk.card("chen").await);
}

#[tokio::test]
async fn a_province_alone_is_kept_and_the_rest_is_not_fetched() {
    let registry = two_provinces();
    let desk = Desk::with(&registry).await;
    desk.directory.set_viewer(Some(ME));
    assert_eq!(desk.everybody().await.len(), 6);
    registry.network_fails_after(1_000);
    desk.directory.keep(DirectoryScope::Province).await.unwrap();
    let status = desk.status();
    assert_eq!((status.scope, status.next_scope), (DirectoryScope::Everything, Some(DirectoryScope::Province)));
    assert_eq!(desk.everybody().await.len(), 6, "until it is here");

    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie"]);
    // Seven hospitals in files of two, three people and their roles.
    assert_eq!(registry.pages_left.load(Ordering::SeqCst), 1_000 - 4 - 4);
    let status = desk.status();
    assert_eq!((status.phase, status.colleagues, status.doubt), (DirectoryPhase::Complete, 3, None));
    assert_eq!(
        (status.scope, status.next_scope, status.scope_name.zh.as_str()),
        (DirectoryScope::Province, None, "福建省")
    );
    // Who is left out is not there, but their hospitals are.
    assert!(desk.directory.person_by_user_id("@su:x.example").await.unwrap().is_none());
    assert_eq!(desk.directory.organization("sz").await.unwrap().colleagues, 0);

    let desk = desk.restart().await;
    assert_eq!(desk.status(), status);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie"]);
}

#[tokio::test]
async fn more_is_fetched_beside_what_is_there_and_goes_on_where_it_was() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Province).await;
    desk.directory.keep(DirectoryScope::Everything).await.unwrap();
    registry.network_fails_after(7);
    desk.directory.sync(&registry).await.unwrap_err();
    let status = desk.status();
    assert_eq!((status.scope, status.next_scope), (DirectoryScope::Province, Some(DirectoryScope::Everything)));
    assert!(0 < status.loaded && status.loaded < status.total && status.total == 7 + 12, "{status:?}");
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie"]);

    let desk = desk.restart().await;
    registry.network_fails_after(1_000);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await.len(), 6);
    assert_eq!((desk.status().scope, desk.status().next_scope), (DirectoryScope::Everything, None));
    // Four files of hospitals and one person with their role had come before.
    assert_eq!(registry.pages_left.load(Ordering::SeqCst), 1_000 - (4 + 8 - 6));
}

#[tokio::test]
async fn whoever_changes_their_mind_keeps_what_they_had() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Province).await;
    desk.directory.keep(DirectoryScope::Everything).await.unwrap();
    registry.network_fails_after(6);
    desk.directory.sync(&registry).await.unwrap_err();
    desk.directory.keep(DirectoryScope::Province).await.unwrap();
    registry.network_fails_after(1_000);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(registry.pages_left.load(Ordering::SeqCst), 1_000, "nothing had to be fetched");
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie"]);
    assert_eq!(desk.status().next_scope, None);
}

#[tokio::test]
async fn a_part_follows_what_concerns_it() {
    for scope in [DirectoryScope::Province, DirectoryScope::Group] {
        let registry = two_provinces();
        let desk = keeping(&registry, scope).await;
        let of_group = scope == DirectoryScope::Group;
        let here = |province: &[&str], group: &[&str]| -> Vec<String> {
            let ids = if of_group { group } else { province };
            ids.iter().map(|id| (*id).to_owned()).collect()
        };
        assert_eq!(desk.everybody().await, here(&["chen", "lin", "xie"], &["chen", "lin", "wu"]));
        let everything = registry.whole_asked.load(Ordering::SeqCst);

        // Elsewhere, in the part but not in the group, and here.
        registry
            .list(&doctor("su", "苏伍", "sz"))
            .list(&doctor("xie", "谢肆", "xm"))
            .list(&doctor("lin", "林贰", "fz-heart"));
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, here(&["chen", "lin", "xie"], &["chen", "lin", "wu"]));
        assert_eq!(desk.find("林贰").await, ["lin"]);
        assert_eq!(desk.find("谢肆").await.len(), usize::from(!of_group));
        assert!(desk.find("苏伍").await.is_empty());

        // Somebody comes, somebody goes, somebody is new and somebody is no more.
        registry
            .list(&doctor("su", "苏伍", "fz"))
            .list(&doctor("lin", "林贰", "sz"))
            .list(&doctor("he", "何七", "xm"))
            .delete("PractitionerRole/role-xie")
            .delete("Practitioner/bai");
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, here(&["chen", "he", "su"], &["chen", "su", "wu"]));
        let card = desk.directory.colleague("lin").await;
        assert_eq!(card.unwrap_err().code, ErrorCode::NotFound, "who went away");

        // Two at once, one of them here.
        let mut second = doctor("wu", "吴三", "xm").role();
        second.id = Some("role-wu-2".into());
        registry.put(second);
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, here(&["chen", "he", "su", "wu"], &["chen", "su", "wu"]));

        // A hospital moves with everybody who is there.
        registry.put(at("xm", "厦门医院", "江苏省"));
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, here(&["chen", "su"], &["chen", "su", "wu"]));
        registry.put(at("xm", "厦门医院", "福建省"));
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, here(&["chen", "he", "su", "wu"], &["chen", "su", "wu"]));
        assert_eq!(registry.whole_asked.load(Ordering::SeqCst), everything, "nothing was fetched anew");

        // It is what somebody has who chooses it now.
        let fresh = keeping(&registry, scope).await;
        assert_eq!(fresh.everybody().await, desk.everybody().await);
    }
}

#[tokio::test]
async fn a_group_follows_its_chain() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Group).await;
    assert_eq!(desk.status().scope_name.zh, "仁和医疗集团");
    // A hospital joins it whose people were not kept, another one is made and has somebody, and one leaves.
    registry.put(part_of("group", at("xm", "厦门仁和医院", "福建省")));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "wu", "xie"]);
    let everything = registry.whole_asked.load(Ordering::SeqCst);
    registry.put(part_of("group", at("qz", "泉州仁和医院", "福建省"))).list(&doctor("zhou", "周八", "qz"));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "wu", "xie", "zhou"]);
    assert_eq!(registry.whole_asked.load(Ordering::SeqCst), everything, "who is new comes by itself");
    registry.put(at("nj", "南京医院", "江苏省"));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie", "zhou"]);
    // Round in a circle.
    registry.put(part_of("fz-heart", at("group", "仁和医疗集团", "福建省")));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie", "zhou"]);
}

#[tokio::test]
async fn the_part_follows_the_doctor_to_another_hospital() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Province).await;
    registry.list(&doctor("chen", "陈一", "sz").account(ME));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "su", "wu"]);
    assert_eq!(desk.status().scope_name.zh, "江苏省");
    assert!(desk.directory.me(ME).await.unwrap().is_some());
}

#[tokio::test]
async fn what_each_choice_takes_is_known_before() {
    let registry = two_provinces();
    let desk = Desk::with(&registry).await;
    let offered = |scopes: consilium_api::directory::DirectoryScopes| -> Vec<_> {
        scopes.choices.into_iter().map(|c| (c.scope, c.name.zh, c.colleagues)).collect()
    };
    let everything = (DirectoryScope::Everything, String::new(), Some(6));
    assert_eq!(
        offered(desk.directory.scopes().await.unwrap()),
        std::slice::from_ref(&everything),
        "nobody is logged in"
    );
    let unknown = desk.directory.keep(DirectoryScope::Province).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::NotFound);

    desk.directory.set_viewer(Some(ME));
    let scopes = desk.directory.scopes().await.unwrap();
    let sent: Vec<u32> = scopes.choices.iter().map(|choice| choice.sent_bytes).collect();
    assert!(sent[0] > sent[2] && sent[2] > sent[1] && sent[1] > 0, "{sent:?}");
    let size = std::fs::metadata(desk.folder.path().join("directory.db")).unwrap().len();
    assert_eq!(scopes.choices[0].disk_bytes.map(u64::from), Some(size));
    assert_eq!((scopes.now, scopes.wanted), (DirectoryScope::Everything, DirectoryScope::Everything));
    let province = (DirectoryScope::Province, "福建省".to_owned(), Some(3));
    let group = (DirectoryScope::Group, "仁和医疗集团".to_owned(), Some(3));
    assert_eq!(offered(scopes), [everything.clone(), province.clone(), group.clone()]);

    // Of what is elsewhere a part knows what the registry said of it, which may be asked again.
    desk.directory.keep(DirectoryScope::Province).await.unwrap();
    registry.list(&doctor("jiang", "江九", "sz"));
    desk.directory.sync(&registry).await.unwrap();
    desk.directory.look_at_sizes(&registry).await.unwrap();
    let seven = (DirectoryScope::Everything, String::new(), Some(7));
    let unknown = (group.0, group.1, None);
    assert_eq!(offered(desk.directory.scopes().await.unwrap()), [seven.clone(), province.clone(), unknown.clone()]);
    registry.network_fails_after(0);
    desk.directory.look_at_sizes(&registry).await.unwrap();
    assert_eq!(offered(desk.directory.scopes().await.unwrap()), [seven, province, unknown]);
}

type Lie = fn(&mut Checkpoint);

fn again(c: &mut Checkpoint) {
    (c.size, c.root) = over(&c.parts);
}

/// Where a part is among others.
fn place(c: &Checkpoint, part: &str) -> usize {
    c.parts.iter().position(|root| root.part.to_string() == part).unwrap()
}

fn fujian(c: &Checkpoint) -> usize {
    place(c, "province 福建省")
}

fn jiangsu(c: &Checkpoint) -> usize {
    place(c, "province 江苏省")
}

/// A registry that signs something that its files do not lead to, or leaves something out.
#[tokio::test]
async fn a_part_that_is_not_what_was_signed_is_found_out() {
    let lies: [Lie; 5] = [
        // The part is left out, and its files with it.
        |c| {
            let at = fujian(c);
            let part = c.parts.remove(at).part;
            c.files.iter_mut().filter(|file| file.part.as_ref() == Some(&part)).for_each(|file| file.part = None);
            again(c);
        },
        // Another root, more leaves, the root of another part.
        |c| {
            let at = fujian(c);
            c.parts[at].root[0] ^= 1;
            again(c);
        },
        |c| {
            let at = fujian(c);
            c.parts[at].size += 1;
            again(c);
        },
        |c| {
            let at = fujian(c);
            c.parts[at].root = c.parts[jiangsu(c)].root;
            again(c);
        },
        // The parts do not make up the whole.
        |c| c.size += 1,
    ];
    for (n, lie) in lies.into_iter().enumerate() {
        let registry = two_provinces();
        let desk = keeping(&registry, DirectoryScope::Province).await;
        registry.list(&doctor("he", "何七", "xm"));
        *registry.distort.lock().unwrap() = Some(lie);
        let refused = desk.directory.sync(&registry).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::DirectoryChanged, "{n}");
        assert_eq!(desk.everybody().await, ["chen", "lin", "xie"], "{n}: what was there stays");
        // The truth is taken again, unless what leads on to it cannot be read.
        if n == 4 {
            continue;
        }
        *registry.distort.lock().unwrap() = None;
        registry.list(&doctor("he", "何捌", "xm"));
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, ["chen", "he", "lin", "xie"], "{n}");
    }
}

/// Who begins reads everything, and takes nothing for what it is not.
#[tokio::test]
async fn files_of_another_part_are_not_taken_for_those_of_this_one() {
    let lies: [Lie; 3] = [
        // Under its name, its own under that of another, and under none.
        |c| {
            let (here, there) = (c.parts[fujian(c)].part.clone(), c.parts[jiangsu(c)].part.clone());
            for file in &mut c.files {
                if file.part.as_ref() == Some(&there) {
                    file.part = Some(here.clone());
                }
            }
        },
        |c| {
            let (here, there) = (c.parts[fujian(c)].part.clone(), c.parts[jiangsu(c)].part.clone());
            for file in &mut c.files {
                if file.part.as_ref() == Some(&here) {
                    file.part = Some(there.clone());
                }
            }
        },
        |c| c.files.iter_mut().for_each(|file| file.part = None),
    ];
    for (n, lie) in lies.into_iter().enumerate() {
        let registry = two_provinces();
        let desk = Desk::with(&registry).await;
        desk.directory.set_viewer(Some(ME));
        desk.directory.keep(DirectoryScope::Province).await.unwrap();
        *registry.distort.lock().unwrap() = Some(lie);
        let refused = desk.directory.sync(&registry).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::DirectoryChanged, "{n}");
        assert_eq!(desk.everybody().await.len(), 6, "{n}: what was there stays");
        *registry.distort.lock().unwrap() = None;
        registry.list(&doctor("he", "何七", "xm"));
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, ["chen", "he", "lin", "xie"], "{n}");
    }
}

/// What is signed of a part elsewhere is nothing to a doctor who does not keep it.
#[tokio::test]
async fn a_lie_about_another_part_shows_to_those_who_keep_it() {
    let lie = |c: &mut Checkpoint| {
        let at = jiangsu(c);
        c.parts[at].root[0] ^= 1;
        (c.size, c.root) = over(&c.parts);
    };
    let registry = two_provinces();
    let (here, all) = (keeping(&registry, DirectoryScope::Province).await, Desk::with(&registry).await);
    registry.list(&doctor("he", "何七", "xm"));
    *registry.distort.lock().unwrap() = Some(lie);
    here.directory.sync(&registry).await.unwrap();
    assert_eq!(here.everybody().await, ["chen", "he", "lin", "xie"]);
    assert_eq!(all.directory.sync(&registry).await.unwrap_err().code, ErrorCode::DirectoryChanged);
}

/// Somebody who can write to the file brings nobody into a part who is not there.
#[tokio::test]
async fn a_part_that_was_changed_here_shows_no_badge() {
    for sql in [
        "UPDATE site SET province = (SELECT n FROM term WHERE kind = 7 AND key = '江苏省')",
        "UPDATE practitioner SET organization = (SELECT n FROM term WHERE kind = 1 AND key = 'sz')",
        "UPDATE scope SET parts = '[\"province 江苏省\"]'",
        "UPDATE part SET size = size + 1",
    ] {
        let registry = two_provinces();
        let desk = keeping(&registry, DirectoryScope::Province).await.tampered(sql).await;
        let card = desk.card("chen").await;
        assert_eq!((card.verification, card.doubt), (None, Some(Doubt::Tampered)), "{sql}");
        desk.directory.sync(&registry).await.unwrap();
        assert_eq!(desk.everybody().await, ["chen", "lin", "xie"], "{sql}");
    }
}

#[tokio::test]
async fn contacts_are_of_those_who_are_kept() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Province).await;
    let number = |id: &str, number: &str| shown(id, &[("phone", "work", number)]);
    let feed = Shown::new(&[number("chen", "0591-1"), number("su", "0512-1"), number("he", "0592-7")]);
    desk.directory.sync_contacts(&feed).await.unwrap();
    let kept = |desk: &Desk| {
        let directory = desk.directory.clone();
        async move {
            let count = "SELECT count(*) FROM contact";
            directory.inner.database.read(move |db| db.query_row(count, [], |row| row.get::<_, u32>(0))).await.unwrap()
        }
    };
    assert_eq!(kept(&desk).await, 1);

    // Who comes in is asked for by name.
    registry.list(&doctor("he", "何七", "xm"));
    desk.directory.sync(&registry).await.unwrap();
    desk.directory.sync_contacts(&feed).await.unwrap();
    assert_eq!(*feed.named.lock().unwrap(), [["he"]]);
    assert_eq!(desk.card("he").await.contacts[0].value, "0592-7");
    desk.directory.sync_contacts(&feed).await.unwrap();
    assert_eq!(feed.named.lock().unwrap().len(), 1);

    // With more of the directory all are read again; with less they go.
    desk.directory.keep(DirectoryScope::Everything).await.unwrap();
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.card("chen").await.contacts[0].value, "0591-1", "what there was stays meanwhile");
    desk.directory.sync_contacts(&feed).await.unwrap();
    assert_eq!(desk.card("su").await.contacts[0].value, "0512-1");
    desk.directory.keep(DirectoryScope::Group).await.unwrap();
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(kept(&desk).await, 1);
}

/// What is here when the file is damaged is fetched again, and no more.
#[tokio::test]
async fn a_damaged_part_is_mended_as_a_part() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Province).await;
    desk.directory.begin_anew(desk.directory.inner.database.generation()).await.unwrap();
    assert_eq!(desk.status().phase, DirectoryPhase::Empty);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie"]);
}

#[tokio::test]
async fn a_file_that_is_begun_anew_is_made_for_what_was_chosen() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Province).await;
    let chosen = desk.directory.wanted().borrow().clone();
    desk.directory.close().await.unwrap();
    let path = desk.folder.path().join("directory.db");
    std::fs::write(&path, [7; 8192]).unwrap();
    let (directory, found) = Directory::open(&path, Key::new([3; 32]), Some(chosen)).await.unwrap();
    assert_eq!(found, Found::SetAside);
    let desk = Desk { directory, ..desk };
    assert_eq!((desk.status().phase, desk.status().scope), (DirectoryPhase::Empty, DirectoryScope::Province));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie"]);
}

#[tokio::test]
async fn a_choice_ends_the_fetch_of_something_else() {
    let registry = two_provinces();
    let desk = keeping(&registry, DirectoryScope::Province).await;
    desk.directory.keep(DirectoryScope::Everything).await.unwrap();
    let feed = super::syncing::Stalling::after(&registry, 5);
    let (synced, ()) = tokio::join!(desk.directory.sync(&feed), async {
        feed.stalled.notified().await;
        desk.directory.keep(DirectoryScope::Province).await.unwrap();
    });
    synced.unwrap();
    assert_eq!(desk.everybody().await, ["chen", "lin", "xie"]);
}
