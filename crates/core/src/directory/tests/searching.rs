use super::oracle::{Entry, matches};
use super::registry::{Doctor, Registry, hospital, hospital_staff, staff};
use super::*;
use consilium_api::account::Name;
use consilium_api::directory::{Contact, ContactKind, NameMatch};

#[tokio::test]
async fn anybody_is_found_by_any_script() {
    let desk = Desk::with(&hospital_staff()).await;
    for (text, id) in [
        ("伟明", "zhang-weiming"),
        ("zhangwm", "zhang-weiming"),
        ("ZWM", "zhang-weiming"),
        ("张wm", "zhang-weiming"),
        ("oyj", "ouyang-jing"),
        ("dantf", "shan-tianfang"),
        ("shan tianfang", "shan-tianfang"),
        ("zoe muller", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("Mueller, Zoë", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("o'brien", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("winston", "zhang-wensen"),
        ("zhang gk", "zhang-weiming"),
        ("zhang 骨科 滨海", "zhang-weiming"),
        ("jd1", "never"),
        ("bhch pulmonary", "zhang-wenbo"),
        ("冠脉", "zhang-wei"),
        ("guanmai", "zhang-wei"),
        ("structural", "zhang-wei"),
        ("chief 急诊", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("副主任", "zhang-wenbo"),
        ("东湖 心内", "shan-tianfang"),
    ] {
        let expected: Vec<&str> = [id].into_iter().filter(|id| *id != "never").collect();
        assert_eq!(desk.find(text).await, expected, "{text}");
    }
    assert_eq!(desk.find("jdf1").await.len(), 4, "by the usual abbreviation of their hospital");
    assert_eq!(desk.find("").await.len(), 10);
    assert_eq!(desk.find("  \" OR NOT ( *").await.len(), 0, "operators are words like any other");
    assert_eq!(desk.find("\"*()^:").await.len(), 10, "and signs are none");
}

#[tokio::test]
async fn exact_names_come_first_then_names_then_the_own_hospital_then_the_title() {
    let desk = Desk::with(&hospital_staff()).await;
    // Two are called Zhang Wei; 张伟明 is a chief physician and only begins like it.
    assert_eq!(desk.find("zhangwei").await, ["zhang-wei", "zhang-wei-2", "zhang-weiming"]);
    assert_eq!(desk.find("weizhang").await, ["zhang-wei", "zhang-wei-2"]);
    // 呼吸与危重症 begins like that too.
    assert_eq!(desk.find("wei zhang").await, ["zhang-wei", "zhang-wei-2", "zhang-weiming", "zhang-wenbo"]);
    assert_eq!(desk.find("张伟").await, ["zhang-wei", "zhang-weiming"]);
    // 徐宁 is a resident in dermatology; the others are found because 心内 is written `xn`.
    assert_eq!(desk.find("xn").await.first().map(String::as_str), Some("xu-ning"));
    assert!(desk.find("xn").await.len() > 3);

    let by_title = ["zhang-wei", "zhang-weiming", "zhang-wenbo", "zhang-wei-2", "zhang-wensen"];
    assert_eq!(desk.find("zhang").await, by_title);
    desk.directory.set_viewer(Some("@lin.jianing:jz.example"));
    let own_first = ["zhang-wei-2", "zhang-wensen", "zhang-wei", "zhang-weiming", "zhang-wenbo"];
    assert_eq!(desk.find("zhang").await, own_first);
    // However the pages are cut.
    for size in 1..=6 {
        let mut paged = Vec::new();
        for offset in (0..10).step_by(size) {
            let query = DirectoryQuery { offset: offset as u32, limit: size as u32, ..asking("zhang") };
            let page = desk.page(query).await;
            assert_eq!(page.total, 5);
            paged.extend(ids(page.rows));
        }
        assert_eq!(paged, own_first, "{size}");
    }
}

#[tokio::test]
async fn rows_say_what_the_list_shows() {
    let desk = Desk::with(&hospital_staff()).await;
    let rows = desk.page(asking("zhangw 心内")).await.rows;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row.name, Name { han: "张伟".into(), latin: "Zhang Wei".into() });
    assert_eq!(row.matched, NameMatch { han: vec![(0, 2)], latin: vec![(0, 5), (6, 7)] });
    assert_eq!((row.title.as_str(), row.department.as_str()), ("chief", "03.04"));
    assert_eq!(row.specialty, Text { zh: "冠脉介入".into(), en: String::new() });
    assert_eq!(row.hospital, Text { zh: "滨海市中心医院".into(), en: "Binhai Central Hospital".into() });
    assert_eq!(row.city, Text { zh: "滨海".into(), en: "Binhai".into() });
    assert!(row.verified && row.joined);
    let expired = &desk.page(asking("林嘉宁")).await.rows[0];
    assert!(!expired.verified && expired.joined, "a verification that ran out is no badge");
    assert_eq!(expired.matched, NameMatch { han: vec![(0, 3)], latin: vec![] });
}

#[tokio::test]
async fn filters_narrow_and_facets_count_under_the_others() {
    let desk = Desk::with(&hospital_staff()).await;
    desk.directory.set_viewer(Some("@lin.jianing:jz.example"));
    let cities =
        |cities: &[&str]| DirectoryQuery { cities: cities.iter().map(|c| (*c).into()).collect(), ..asking("zhang") };
    let query = cities(&["滨海"]);
    assert_eq!(desk.page(query.clone()).await.total, 3);
    let facets = desk.directory.facets(query).await.unwrap();
    let counts = |values: &[consilium_api::directory::FacetValue]| -> Vec<(String, u32)> {
        values.iter().map(|v| (v.key.clone(), v.count)).collect()
    };
    assert_eq!(counts(&facets.titles), [("chief".into(), 2), ("associate_chief".into(), 1)]);
    assert_eq!(counts(&facets.organizations), [("bhch".into(), 3)]);
    assert_eq!(counts(&facets.cities), [("滨海".into(), 3), ("江州".into(), 2)], "its own selection does not count");
    assert_eq!(facets.cities[0].label, Text { zh: "滨海".into(), en: "Binhai".into() });
    let cardiology = facets.departments.iter().find(|v| v.key == "03.04").unwrap();
    assert_eq!(cardiology.label, Text { zh: "心血管内科".into(), en: "Cardiology".into() });

    assert_eq!(desk.page(cities(&["滨海", "江州"])).await.total, 5);
    assert_eq!(desk.page(cities(&["Atlantis"])).await.total, 0);
    let mine = DirectoryQuery { my_hospital: true, ..asking("") };
    assert_eq!(desk.page(mine.clone()).await.total, 4);
    assert_eq!(desk.directory.counts().await.unwrap(), DirectoryCounts { all: 10, my_hospital: 4 });
    let both =
        DirectoryQuery { titles: vec!["resident".into()], departments: vec!["07".into(), "10".into()], ..mine.clone() };
    assert_eq!(ids(desk.page(both.clone()).await.rows), ["ouyang-jing"]);
    let facets = desk.directory.facets(both).await.unwrap();
    assert_eq!(counts(&facets.departments), [("07".into(), 1), ("19".into(), 1)], "nobody is selected by 10 any more");

    desk.directory.set_viewer(None);
    assert_eq!(desk.page(mine).await.total, 0);
}

#[tokio::test]
async fn a_selection_without_matches_can_still_be_taken_back() {
    let desk = Desk::with(&hospital_staff()).await;
    let query = DirectoryQuery { departments: vec!["07".into()], ..asking("zhang") };
    let facets = desk.directory.facets(query).await.unwrap();
    assert!(facets.departments.iter().any(|v| v.key == "07" && v.count == 0 && v.label.zh == "儿科"));
}

#[tokio::test]
async fn a_card_holds_everything_the_registry_says() {
    let desk = Desk::with(&hospital_staff()).await;
    let card = desk.directory.colleague("zhang-wei").await.unwrap();
    assert_eq!(card.specialties.len(), 2);
    assert_eq!(card.specialties[1], Text { zh: String::new(), en: "Structural heart disease".into() });
    assert_eq!(card.organization_id, "bhch");
    assert_eq!(
        card.contacts,
        [
            Contact { kind: ContactKind::Phone, value: "0599-555-0148 ext. 6217".into() },
            Contact { kind: ContactKind::Email, value: "zhang-wei@bhch.example".into() },
        ]
    );
    let verification = card.verification.unwrap();
    assert_eq!(verification.verified_at, "2025-11-18T01:30:00Z");
    assert_eq!(verification.valid_until.as_deref(), Some("2099-11-18"));
    assert_eq!((verification.verifier.as_str(), verification.licence_ending.as_deref()), ("孙立新", Some("4417")));
    assert_eq!((card.user_id.as_deref(), card.me), (Some("@zhang.wei:jz.example"), false));

    let uuid = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    assert_eq!(desk.directory.colleague(uuid).await.unwrap().id, uuid);
    assert_eq!(
        desk.directory.colleague(&uuid.to_uppercase()).await.unwrap_err().code,
        ErrorCode::NotFound,
        "FHIR ids tell case apart"
    );
    let me = desk.directory.me("@lin.jianing:jz.example").await.unwrap().unwrap();
    assert!(me.me && me.id == "lin-jianing");
    assert_eq!(desk.directory.me("@nobody:jz.example").await.unwrap(), None);
}

#[tokio::test]
async fn accounts_have_faces_and_are_remembered_until_something_changes() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    let directory = &desk.directory;
    let user = "@zhang.wei:jz.example";
    assert_eq!(directory.remembered_person(user), None);
    let people = directory.people([user, "@nobody:jz.example"]).await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(people[user].practitioner_id, "zhang-wei");
    assert!(people[user].verified);
    assert_eq!(directory.remembered_person(user).as_ref(), Some(&people[user]));
    assert_eq!(directory.person_by_user_id("@nobody:jz.example").await.unwrap(), None);
    assert_eq!(directory.organization_of(user).await.unwrap().unwrap().0, "bhch");

    registry.list(&staff()[0].clone().at("jzfy").title("resident"));
    directory.sync(&registry).await.unwrap();
    assert_eq!(directory.remembered_person(user), None);
    let moved = directory.person_by_user_id(user).await.unwrap().unwrap();
    assert_eq!((moved.title.as_str(), moved.hospital.zh.as_str()), ("resident", "江州大学附属第一医院"));
}

#[tokio::test]
async fn hostile_texts_are_searched_like_any_other() {
    let desk = Desk::with(&hospital_staff()).await;
    for text in ["'; DROP TABLE colleague; --", "\0", "a\u{0}b", "\u{202e}张", "NEAR(张 伟)", "tokens:张", "-", "𠮷"]
    {
        let _ = desk.page(asking(text)).await;
    }
    let flood = "张".repeat(1_000_000);
    assert_eq!(desk.page(asking(&flood)).await.total, 0);
    let huge = DirectoryQuery { limit: u32::MAX, offset: u32::MAX, ..asking("zhang") };
    assert_eq!(desk.page(huge).await.rows.len(), 0);
    assert_eq!(desk.page(asking("\u{202e}张伟")).await.total, 2);
}

/// A generator of numbers that is the same every time (Marsaglia's xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const SURNAMES: &[(&str, &str, &[&[&str]])] = &[
    ("张", "Zhang", &[&["zhang"]]),
    ("章", "Zhang", &[&["zhang"]]),
    ("单", "Shan", &[&["shan", "dan"]]),
    ("欧阳", "Ouyang", &[&["ou"], &["yang"]]),
    ("石", "Shi", &[&["shi"]]),
    ("安", "An", &[&["an"]]),
];
const GIVEN: &[(&str, &str)] =
    &[("伟", "wei"), ("薇", "wei"), ("明", "ming"), ("安", "an"), ("章", "zhang"), ("诗", "shi"), ("晓", "xiao")];
const WESTERN: &[(&str, &str)] = &[("Hannah", "Weiss"), ("Anna", "Shaw"), ("Ming", "Zhao"), ("Wei", "Chan")];
const DEPARTMENTS: &[(&str, &[&str])] = &[
    ("04.03", &["骨科", "guke", "gk", "orthopaedics"]),
    ("10", &["眼科", "yanke", "yk", "ophthalmology"]),
    ("13", &["皮肤科", "pifuke", "fuke", "pfk", "dermatology"]),
];
const TITLES_OF: &[(&str, &[&str])] = &[
    ("chief", &["主任医师", "zhurenyishi", "renyishi", "zrys", "chief physician", "chiefphysician", "cp"]),
    ("resident", &["住院医师", "zhuyuanyishi", "yuanyishi", "zyys", "resident"]),
];
const HOSPITALS: &[(&str, &str, &str, &[&str])] = &[
    (
        "h1",
        "安明医院",
        "Anming Hospital",
        &["安明医院", "anmingyiyuan", "mingyiyuan", "amyy", "anming hospital", "anminghospital", "ah"],
    ),
    (
        "h2",
        "石章医院",
        "Shizhang Hospital",
        &["石章医院", "shizhangyiyuan", "zhangyiyuan", "szyy", "shizhang hospital", "shizhanghospital", "sh"],
    ),
];

fn somebody(dice: &mut Dice, id: &str) -> Entry {
    let (department, department_texts) = *dice.of(DEPARTMENTS);
    let (title, title_texts) = *dice.of(TITLES_OF);
    let (at, _, _, hospital_texts) = *dice.of(HOSPITALS);
    let shared = [department_texts, title_texts, hospital_texts].concat().iter().map(|s| (*s).to_owned()).collect();
    let western = dice.below(6);
    let (mut doctor, syllables) = if western == 0 {
        let (given, family) = *dice.of(WESTERN);
        (Doctor::new(id, "", family, given), vec![])
    } else {
        let (han, family, surname) = *dice.of(SURNAMES);
        let given: Vec<_> = (0..=dice.below(2)).map(|_| *dice.of(GIVEN)).collect();
        let mut syllables: Vec<Vec<&str>> = surname.iter().map(|s| s.to_vec()).collect();
        syllables.extend(given.iter().map(|(_, pinyin)| vec![*pinyin]));
        let name: String = std::iter::once(han).chain(given.iter().map(|(han, _)| *han)).collect();
        let latin: String = given.iter().map(|(_, pinyin)| *pinyin).collect();
        let latin = latin[..1].to_uppercase() + &latin[1..];
        (Doctor::new(id, &name, family, &latin), syllables)
    };
    let mut pinyin = western > 0;
    if western == 1 {
        doctor.latin = format!("Hannah {}", doctor.family);
        pinyin = false;
    }
    doctor = doctor.title(title).department(department).at(at);
    Entry { doctor, pinyin, syllables, shared }
}

fn something_typed(dice: &mut Dice, people: &[Entry]) -> String {
    let entry = &people[dice.below(people.len())];
    let part = |dice: &mut Dice, text: &str| {
        let chars: Vec<char> = text.chars().collect();
        let from = dice.below(chars.len().max(1));
        let length = 1 + dice.below(4);
        chars.into_iter().skip(from).take(length).collect::<String>()
    };
    match dice.below(6) {
        0 | 1 if !entry.doctor.han.is_empty() => part(dice, &entry.doctor.han),
        2 | 3 if !entry.syllables.is_empty() => {
            let from = dice.below(entry.syllables.len());
            let mut typed = String::new();
            for readings in &entry.syllables[from..] {
                let reading = *dice.of(readings);
                typed += if dice.below(2) == 0 { reading } else { &reading[..1] };
            }
            let keep = 1 + dice.below(typed.len());
            typed.truncate(keep);
            typed
        }
        4 => {
            let text: String = dice.of(&entry.shared).replace(' ', "");
            part(dice, &text)
        }
        _ => {
            let words: Vec<String> = entry.doctor.latin.split(' ').map(str::to_lowercase).collect();
            let word = dice.of(&words);
            word[..1 + dice.below(word.len())].to_owned()
        }
    }
}

/// The index finds whom a scan of everybody finds, for whatever is typed; every page holds its part of the whole.
#[tokio::test]
async fn a_search_finds_what_a_scan_finds() {
    let mut dice = Dice(0x5eed_c0de_2026_1124);
    let people: Vec<Entry> = (0..400).map(|n| somebody(&mut dice, &format!("p{n}"))).collect();
    let registry = Registry::new(150);
    for (id, name, latin, _) in HOSPITALS {
        registry.put(hospital(id, name, latin, &[], ("", "")));
    }
    registry.list_all(people.iter().map(|p| &p.doctor));
    let desk = Desk::with(&registry).await;
    let mut hits = 0;
    for _ in 0..600 {
        let words: Vec<String> = (0..=dice.below(3)).map(|_| something_typed(&mut dice, &people)).collect();
        let text = words.join(" ");
        let mut expected: Vec<&str> =
            people.iter().filter(|p| words.iter().all(|w| matches(p, w))).map(|p| p.doctor.id.as_str()).collect();
        expected.sort_unstable();
        let page = desk.page(asking(&text)).await;
        let in_order = ids(page.rows);
        let mut found: Vec<&str> = in_order.iter().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{text}");
        assert_eq!(page.total as usize, expected.len(), "{text}");
        let offset = dice.below(expected.len() + 2);
        let limit = 1 + dice.below(9);
        let part = desk.page(DirectoryQuery { offset: offset as u32, limit: limit as u32, ..asking(&text) }).await;
        assert!(ids(part.rows).iter().eq(in_order.iter().skip(offset).take(limit)), "{text} from {offset}");
        hits += usize::from(!expected.is_empty());
    }
    assert!(hits > 200, "{hits}");
}
