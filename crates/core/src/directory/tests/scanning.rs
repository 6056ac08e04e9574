//! The index against a scan of everybody, over people and queries that dice make.

use super::oracle::{Entry, matches};
use super::registry::{Doctor, Registry, hospital};
use super::*;
use consilium_api::directory::DirectorySort;

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
    let owned = |texts: &[&str]| texts.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let (shared, titles) = (owned(&[department_texts, hospital_texts].concat()), owned(title_texts));
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
    Entry { doctor, pinyin, syllables, shared, titles }
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
            let texts = [entry.shared.as_slice(), &entry.titles].concat();
            let text: String = dice.of(&texts).replace(' ', "");
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
    let (mut hits, mut similar) = (0, 0);
    for _ in 0..600 {
        let words: Vec<String> = (0..=dice.below(3)).map(|_| something_typed(&mut dice, &people)).collect();
        let text = words.join(" ");
        let alone = words.iter().all(|w| *w == words[0]);
        let mut expected: Vec<&str> = people
            .iter()
            .filter(|p| words.iter().all(|w| matches(p, w, alone)))
            .map(|p| p.doctor.id.as_str())
            .collect();
        expected.sort_unstable();
        let page = desk.page(asking(&text)).await;
        if page.similar {
            assert!(expected.is_empty() && page.total > 0, "{text}");
            similar += 1;
            continue;
        }
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
    assert!(hits > 200 && similar > 0, "{hits} {similar}");
}

/// What is in memory is changed with the file, and is then what it would be if the file were opened now.
#[tokio::test]
async fn what_changed_is_found_as_if_everything_were_read_anew() {
    let mut dice = Dice(0x0c01_u64 << 40 | 0x2026_1125);
    let registry = Registry::new(1000);
    for (id, name, latin, _) in HOSPITALS {
        registry.put(hospital(id, name, latin, &[], ("", "")));
    }
    let people: Vec<Entry> = (0..300).map(|n| somebody(&mut dice, &format!("p{n}"))).collect();
    registry.list_all(people.iter().map(|p| &p.doctor));
    let desk = Desk::with(&registry).await;
    for round in 0..8 {
        for _ in 0..dice.below(30) {
            let id = format!("p{}", dice.below(320));
            let _ = match dice.below(5) {
                0 => registry.delete(&format!("Practitioner/{id}")),
                1 => registry.delete(&format!("PractitionerRole/role-{id}")),
                _ => registry.list(&somebody(&mut dice, &id).doctor),
            };
        }
        if round == 5 {
            registry.put(hospital("h1", "安明第二医院", "Anming Hospital", &[], ("安明", "Anming")));
        }
        desk.directory.sync(&registry).await.unwrap();
        let (anew, _) = open(&desk.folder).await;
        let queries = ["", "z", "zhang", "zhangw", "张", "伟", "gk", "安明", "zhurenyishi 骨科", "anming", "wei zhang"];
        for (text, sort) in queries.into_iter().flat_map(|t| [(t, DirectorySort::Relevance), (t, DirectorySort::Name)])
        {
            let query = DirectoryQuery { sort, verified: vec!["no".into()], ..asking(text) };
            assert_eq!(desk.page(query.clone()).await, anew.search(query.clone()).await.unwrap(), "{text} {round}");
            let facets = desk.directory.facets(query.clone()).await.unwrap();
            assert_eq!(facets, anew.facets(query).await.unwrap(), "{text} {round}");
        }
        anew.close().await.unwrap();
    }
}
