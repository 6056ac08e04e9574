use super::registry::{Doctor, hospital_staff, staff};
use super::*;
use consilium_api::account::Name;
use consilium_api::directory::{DirectorySort, NameMatch};
use consilium_fhir::Organization;

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
        ("jd9", "never"),
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
    // Two of the words are a whole name, whatever else is typed.
    assert_eq!(desk.find("zhang wei z").await, ["zhang-wei", "zhang-wei-2", "zhang-weiming", "zhang-wenbo"]);
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
    assert_eq!(
        desk.directory.counts().await.unwrap(),
        DirectoryCounts { all: 10, my_hospital: 4, favourites: 0, recent: 0 }
    );
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
    assert!(card.contacts.is_empty(), "contacts come by a feed of their own");
    let verification = card.verification.unwrap();
    assert_eq!(verification.verified_at, "2025-11-18T01:30:00Z");
    assert_eq!(verification.valid_until.as_deref(), Some("2099-11-18"));
    assert_eq!(verification.licence_ending.as_deref(), Some("4417"));
    // Neither is in the directory: they are called as they sign.
    assert_eq!(verification.verifier, Name { han: "孙立新".into(), latin: String::new() });
    assert_eq!(verification.organization, Text { zh: "滨海市中心医院医务处".into(), en: String::new() });
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
    assert!(verification.in_force && !me.verification.unwrap().in_force, "hers ran out in 2020");
    assert_eq!(desk.directory.me("@nobody:jz.example").await.unwrap(), None);
}

#[tokio::test]
async fn a_verifier_and_their_hospital_are_named_in_both_scripts() {
    let registry = hospital_staff();
    let verified_by = |verifier: &str, organization: &str| {
        let verification = consilium_fhir::mapping::Verification {
            verified_at: "2026-07-02T08:00:00Z".into(),
            verifier: verifier.into(),
            organization: organization.into(),
            ..Default::default()
        };
        let mut role = staff()[0].role();
        role.extension = vec![verification.to_extension()];
        registry.put(role);
    };
    registry.list(&Doctor::new("sun-lixin", "孙立新", "Sun", "Lixin").at("bhch"));
    verified_by("孙立新", "滨海市中心医院");
    let desk = Desk::with(&registry).await;
    let vouched = async || {
        desk.directory.sync(&registry).await.unwrap();
        let card = desk.directory.colleague("zhang-wei").await.unwrap();
        card.verification.map(|v| (v.verifier, v.organization)).unwrap()
    };
    let bhch = Text { zh: "滨海市中心医院".into(), en: "Binhai Central Hospital".into() };
    let name = |han: &str, latin: &str| Name { han: han.into(), latin: latin.into() };
    assert_eq!(vouched().await, (name("孙立新", "Sun Lixin"), bhch.clone()));

    verified_by("Sun Lixin", "Binhai Central Hospital");
    assert_eq!(vouched().await, (name("孙立新", "Sun Lixin"), bhch.clone()));

    // Entered by hand a second time, without a name in Latin letters.
    registry.put(Organization {
        id: Some("bhch-by-hand".into()),
        active: Some(true),
        name: Some("滨海市中心医院".into()),
        ..Organization::default()
    });
    verified_by("孙立新", "滨海市中心医院");
    assert_eq!(vouched().await.1, bhch);

    // Another hospital's namesake is somebody else.
    verified_by("孙立新", "江州大学附属第一医院");
    assert_eq!(vouched().await.0, name("孙立新", ""));

    // Two of one name who are written differently: no guess.
    registry
        .list(&Doctor { latin: "Lixin Sun".into(), ..Doctor::new("sun-lixin-2", "孙立新", "Sun", "Lixin") }.at("bhch"));
    verified_by("孙立新", "滨海市中心医院");
    assert_eq!(vouched().await, (name("孙立新", ""), bhch));
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

#[tokio::test]
async fn one_character_beside_a_name_is_a_department_or_a_hospital() {
    let desk = Desk::with(&hospital_staff()).await;
    assert_eq!(desk.find("张伟 心").await, ["zhang-wei", "zhang-weiming"], "心血管内科, then 中心医院");
    assert_eq!(desk.find("zhang 骨").await, ["zhang-weiming"]);
    assert_eq!(desk.find("单 湖").await, ["shan-tianfang"], "东湖心血管病医院");
    assert_eq!(desk.find("张伟 滨").await, ["zhang-wei", "zhang-weiming"]);
    assert_eq!(desk.find("张文 呼").await, ["zhang-wenbo"], "呼吸与危重症医学科");
    // Alone or joined to other letters it is a part of a name.
    assert!(desk.find("心").await.is_empty() && desk.find("心z").await.is_empty());
    // All have a title with it.
    assert!(desk.find("张 师").await.is_empty());
}

#[tokio::test]
async fn hospitals_are_found_by_what_people_call_them() {
    let desk = Desk::with(&hospital_staff()).await;
    for text in ["jdf1", "jda1y", "jd1y", "江大一院", "江大附一", "附一院", "first affiliated jiangzhou"] {
        assert_eq!(desk.find(text).await.len(), 4, "{text}");
    }
}

#[tokio::test]
async fn a_slip_of_one_letter_finds_what_is_similar_and_says_so() {
    let desk = Desk::with(&hospital_staff()).await;
    for (text, id) in [
        ("zhagnweiming", "zhang-weiming"),
        ("zhangweming", "zhang-weiming"),
        ("zhangweibing", "zhang-weiming"),
        ("zhangweiiming", "zhang-weiming"),
        ("ouyagn", "ouyang-jing"),
        ("winstom", "zhang-wensen"),
        ("obrein", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("ouyagn 儿科", "ouyang-jing"),
        ("欧阳 pediatrics", "ouyang-jing"),
    ] {
        let page = desk.page(asking(text)).await;
        assert!(page.similar, "{text}");
        assert_eq!(ids(page.rows), [id], "{text}");
        assert_eq!(page.total, 1, "{text}");
    }
    let page = desk.page(asking("ouyagn")).await;
    assert_eq!(page.rows[0].matched, NameMatch { han: vec![(0, 2)], latin: vec![(0, 6)] });
    // What is right is never widened; what is too short or in another script neither.
    let right = desk.page(asking("zhangwei")).await;
    assert!(!right.similar && right.total == 3);
    for text in ["xmn", "張", "zzzzzz", "zhagnweimingg"] {
        let page = desk.page(asking(text)).await;
        assert!(page.rows.is_empty() && !page.similar, "{text}");
    }
    let facets = desk.directory.facets(asking("ouyagn")).await.unwrap();
    assert_eq!(facets.titles[0].count, 1, "the filters count what is shown");
}

fn knowing(favourites: &[&str], recent: &[&str]) -> tokio::sync::watch::Receiver<std::sync::Arc<Acquaintances>> {
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let known =
        Acquaintances { favourites: owned(favourites).into_iter().collect(), recent: owned(recent), version: 1 };
    tokio::sync::watch::channel(std::sync::Arc::new(known)).1
}

#[tokio::test]
async fn whom_one_knows_comes_first_but_never_before_a_whole_name() {
    let desk = Desk::with(&hospital_staff()).await;
    desk.directory.set_viewer(Some("@lin.jianing:jz.example"));
    desk.directory.set_acquaintances(knowing(&["zhang-weiming", "gone"], &["@zhang.wei2:jz.example", "@gone:x"]));
    let page = desk.page(asking("zhang")).await;
    let in_order = ["zhang-weiming", "zhang-wei-2", "zhang-wensen", "zhang-wei", "zhang-wenbo"];
    assert_eq!((page.known, page.total), (2, 5));
    assert!(page.rows[0].favourite && !page.rows[1].favourite);
    assert_eq!(ids(page.rows), in_order);
    // 张伟明 only begins like it; among those who do, the known ones come first.
    let page = desk.page(asking("zhangwei")).await;
    assert_eq!(page.known, 1);
    assert_eq!(ids(page.rows), ["zhang-wei-2", "zhang-wei", "zhang-weiming"]);
    // However the pages are cut.
    for size in 1..=4 {
        let mut paged = Vec::new();
        for offset in (0..8).step_by(size) {
            let query = DirectoryQuery { offset: offset as u32, limit: size as u32, ..asking("zhang") };
            paged.extend(ids(desk.page(query).await.rows));
        }
        assert_eq!(paged, in_order, "{size}");
    }
    // In other orders nobody comes first.
    let by_title = DirectoryQuery { sort: DirectorySort::Title, ..asking("zhang") };
    let page = desk.page(by_title).await;
    assert_eq!((page.known, page.rows[0].id.as_str()), (0, "zhang-wei"));
}

#[tokio::test]
async fn favourites_and_recent_are_lists_of_their_own() {
    let desk = Desk::with(&hospital_staff()).await;
    desk.directory.set_acquaintances(knowing(
        &["zhang-wei", "ouyang-jing"],
        &["@lin.jianing:jz.example", "@zhang.wei:jz.example"],
    ));
    let counts = desk.directory.counts().await.unwrap();
    assert_eq!((counts.favourites, counts.recent), (2, 2));
    let favourites = |text: &str| DirectoryQuery { favourites: true, ..asking(text) };
    let recent = |text: &str| DirectoryQuery { recent: true, ..asking(text) };
    assert_eq!(ids(desk.page(favourites("")).await.rows), ["zhang-wei", "ouyang-jing"]);
    assert_eq!(ids(desk.page(recent("")).await.rows), ["lin-jianing", "zhang-wei"]);
    assert_eq!(ids(desk.page(favourites("oyj")).await.rows), ["ouyang-jing"]);
    assert_eq!(desk.page(favourites("oyj")).await.total, 1);
    let by_name = DirectoryQuery { sort: DirectorySort::Name, ..favourites("") };
    assert_eq!(ids(desk.page(by_name).await.rows), ["ouyang-jing", "zhang-wei"]);
    let chiefs = DirectoryQuery { titles: vec!["chief".into()], ..favourites("") };
    assert_eq!(ids(desk.page(chiefs.clone()).await.rows), ["zhang-wei"]);
    let facets = desk.directory.facets(chiefs).await.unwrap();
    let titles: Vec<_> = facets.titles.iter().map(|v| (v.key.as_str(), v.count)).collect();
    assert_eq!(titles, [("chief", 1), ("resident", 1)]);
    assert_eq!(facets.cities.iter().map(|v| v.count).sum::<u32>(), 1);
    // Nothing is left of them when the doctor lets go of them.
    desk.directory.set_acquaintances(knowing(&[], &[]));
    assert_eq!(desk.page(favourites("")).await.total, 0);
}

#[tokio::test]
async fn the_list_can_be_put_into_other_orders() {
    let desk = Desk::with(&hospital_staff()).await;
    let sorted = |sort, text: &str| DirectoryQuery { sort, ..asking(text) };
    let by_name = [
        "lin-jianing",
        "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "ouyang-jing",
        "shan-tianfang",
        "xu-ning",
        "zhang-wei",
        "zhang-wei-2",
        "zhang-weiming",
        "zhang-wenbo",
        "zhang-wensen",
    ];
    assert_eq!(ids(desk.page(sorted(DirectorySort::Name, "")).await.rows), by_name);
    let zhang = desk.page(sorted(DirectorySort::Name, "zhang")).await;
    assert_eq!(zhang.total, 5);
    assert_eq!(ids(zhang.rows), by_name[5..]);
    let page = DirectoryQuery { offset: 2, limit: 2, ..sorted(DirectorySort::Name, "zhang") };
    assert_eq!(ids(desk.page(page).await.rows), by_name[7..9]);
    let narrowed = DirectoryQuery { cities: vec!["滨海".into()], ..sorted(DirectorySort::Name, "") };
    assert_eq!(ids(desk.page(narrowed).await.rows), ["xu-ning", "zhang-wei", "zhang-weiming", "zhang-wenbo"]);

    let titles: Vec<_> = desk.page(sorted(DirectorySort::Title, "")).await.rows.into_iter().map(|r| r.title).collect();
    let place = |t: &String| ["chief", "associate_chief", "attending", "resident"].iter().position(|x| x == t);
    assert!(titles.is_sorted_by_key(place), "{titles:?}");
    // 滨海 before 东湖 before 江州.
    let rows = desk.page(sorted(DirectorySort::Hospital, "")).await.rows;
    let mut hospitals: Vec<_> = rows.into_iter().map(|r| r.hospital.zh).collect();
    hospitals.dedup();
    assert_eq!(hospitals, ["滨海市中心医院", "东湖心血管病医院", "江州大学附属第一医院"]);
    assert_eq!(ids(desk.page(sorted(DirectorySort::Verified, "")).await.rows)[0], "zhang-wei");
}

#[tokio::test]
async fn letters_say_where_their_names_begin() {
    let desk = Desk::with(&hospital_staff()).await;
    let letters = |query| {
        let directory = desk.directory.clone();
        async move {
            let letters = directory.letters(query).await.unwrap();
            letters.into_iter().map(|l| format!("{}{}", l.letter, l.index)).collect::<Vec<_>>()
        }
    };
    let by_name = |text: &str| DirectoryQuery { sort: DirectorySort::Name, ..asking(text) };
    assert_eq!(letters(by_name("")).await, ["L0", "O1", "S3", "X4", "Z5"]);
    assert_eq!(letters(by_name("jdf1")).await, ["L0", "O1", "Z2"]);
    assert!(letters(asking("")).await.is_empty(), "there are none in other orders");
}

#[tokio::test]
async fn verified_and_joined_are_filters() {
    let registry = hospital_staff();
    registry.list(&Doctor::new("he-fan", "何凡", "He", "Fan").verified_until("2020-01-01"));
    let desk = Desk::with(&registry).await;
    let verified = |key: &str| DirectoryQuery { verified: vec![key.into()], ..asking("") };
    let joined = |key: &str| DirectoryQuery { joined: vec![key.into()], ..asking("") };
    assert_eq!(ids(desk.page(verified("yes")).await.rows), ["zhang-wei"], "of those who ran out none is verified");
    assert_eq!(desk.page(verified("no")).await.total, 10);
    assert_eq!(desk.page(joined("yes")).await.total, 3);
    assert_eq!(desk.page(joined("no")).await.total, 8);
    assert_eq!(desk.page(joined("maybe")).await.total, 0);
    let both = DirectoryQuery { joined: vec!["yes".into(), "no".into()], ..verified("yes") };
    assert_eq!(desk.page(both).await.total, 1);
    let facets = desk.directory.facets(verified("yes")).await.unwrap();
    let counts = |values: &[consilium_api::directory::FacetValue]| -> Vec<(String, u32)> {
        values.iter().map(|v| (v.key.clone(), v.count)).collect()
    };
    assert_eq!(counts(&facets.verified), [("yes".into(), 1), ("no".into(), 10)]);
    assert_eq!(counts(&facets.joined), [("yes".into(), 1)]);
}

#[tokio::test]
async fn a_verification_that_runs_out_leaves_the_filter_on_the_next_day() {
    let desk = Desk::with(&hospital_staff()).await;
    let verified = DirectoryQuery { verified: vec!["yes".into()], ..asking("") };
    assert_eq!(ids(desk.page(verified.clone()).await.rows), ["zhang-wei"]);
    for (today, total) in [("2099-11-18", 1), ("2099-11-19", 0)] {
        let (inner, verified) = (Arc::clone(&desk.directory.inner), verified.clone());
        let page = desk.directory.read(move |db| {
            let desk = search::Desk {
                db,
                vouched: inner.vouched(db)?,
                memory: &inner.memory,
                state: (inner.database.generation(), sync::revision(db)?),
                own: None,
                acquaintances: &Acquaintances::default(),
                today: stored::days(today),
            };
            Ok((desk.page(&verified)?.total, desk.facets(&verified)?.verified.first().map(|v| v.count)))
        });
        assert_eq!(page.await.unwrap(), (total, Some(total)), "{today}");
    }
}

#[tokio::test]
async fn names_that_are_not_like_others_are_found() {
    let registry = hospital_staff();
    let forty = "林".repeat(40);
    for doctor in [
        Doctor::new("li", "丽", "Li", ""),
        Doctor { latin: String::new(), ..Doctor::new("shi-lei", "石磊", "", "") },
        Doctor {
            latin: "Gulnar Ahmat".into(), ..Doctor::new("gulnar", "古丽娜尔·艾合买提", "Ahmat", "Gulnar")
        },
        Doctor { latin: String::new(), ..Doctor::new("tashi", "扎西·顿珠", "", "") },
        Doctor::new("forty", &forty, "", ""),
        Doctor { latin: "Yoshida Ken".into(), ..Doctor::new("rare", "𠮷田健", "Yoshida", "Ken") },
        Doctor { latin: "نۇرگۈل".into(), ..Doctor::new("rtl", "", "نۇرگۈل", "") },
    ] {
        registry.list(&doctor);
    }
    let desk = Desk::with(&registry).await;
    for (text, id) in [
        ("丽", "li"),
        ("石磊", "shi-lei"),
        ("shilei", "shi-lei"),
        ("sl", "shi-lei"),
        ("古丽娜尔·艾合买提", "gulnar"),
        ("艾合买提", "gulnar"),
        ("娜尔", "gulnar"),
        ("gulinaer", "gulnar"),
        ("ahmat gul", "gulnar"),
        ("顿珠", "tashi"),
        ("扎西 顿", "tashi"),
        ("zhaxidz", "tashi"),
        (forty.as_str(), "forty"),
        ("𠮷", "rare"),
        ("𠮷田", "rare"),
        ("yoshida", "rare"),
        ("نۇرگۈل", "rtl"),
        ("نۇر", "rtl"),
    ] {
        let found = desk.find(text).await;
        assert_eq!(found.first().map(String::as_str), Some(id), "{text}: {found:?}");
    }
    let by_name = DirectoryQuery { sort: DirectorySort::Name, ..asking("") };
    assert_eq!(ids(desk.page(by_name).await.rows).last().map(String::as_str), Some("rtl"));
}
