//! What colleagues share, and the words that find it: hospitals, departments, titles, cities, fields of interest.

use super::fold::words;
use super::grams::{Grams, Words};
use super::pinyin;
use consilium_registry_api::terminology::{self, Concept};
use rusqlite::{Connection, OptionalExtension, params};
use std::borrow::Cow;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Organization = 1,
    Department = 2,
    Title = 3,
    City = 4,
    Interest = 5,
    /// What the names of hospitals share when the city is taken away.
    Part = 6,
    Province = 7,
}

/// What doctors call departments besides their names in 医疗机构诊疗科目名录.
const DEPARTMENT_ALIASES: &[(&str, &str)] = &[
    ("02", "全科"),
    ("03.01", "呼吸内科 呼吸科 PCCM RICU"),
    ("03.02", "消化科"),
    ("03.03", "神内"),
    ("03.04", "心内科 心脏内科 CCU"),
    ("03.05", "血液科"),
    ("03.06", "肾内科 肾脏内科"),
    ("03.07", "内分泌与代谢科"),
    ("03.08", "风湿免疫科"),
    ("03.09", "过敏科"),
    ("03.10", "老年医学科 老年科"),
    ("04.01", "普外科"),
    ("04.02", "神外科 脑外科"),
    ("04.04", "泌外科 泌尿科"),
    ("04.05", "胸科"),
    ("04.06", "心外科 心脏外科 血管外科"),
    ("05.01", "妇产科"),
    ("05.02", "妇产科"),
    ("05.05", "生殖科 生殖医学科"),
    ("07", "小儿科 小儿内科"),
    ("08", "儿外科"),
    ("11", "耳鼻喉科 ENT"),
    ("12", "牙科"),
    ("14", "医美科"),
    ("15", "心理科"),
    ("16", "感染科"),
    ("19", "肿瘤内科"),
    ("20", "急诊科 ER ED"),
    ("21", "康复科"),
    ("28", "ICU 重症监护"),
    ("30", "检验科 化验科"),
    ("32.01", "影像科 医学影像科 CT MRI"),
    ("32.05", "B超 超声医学科"),
    ("32.09", "PET"),
    ("50", "中医内科"),
];

/// Endings that tell nothing by themselves: their pinyin would match everywhere, and `ke` is a surname too.
const GENERIC: &[&str] =
    &["卫生服务中心", "卫生院", "医学中心", "医学院", "医院", "中心", "诊所", "医学科", "医疗科", "医师", "科", "院"];

/// What follows the name of a place in that of its hospital.
pub(super) const ADMINISTRATIVE: [char; 4] = ['市', '省', '县', '区'];

/// Tokens whose prefixes are: substrings of Han text, its pinyin from any character on, its initials, Latin words,
/// and the initials of Latin words.
pub(super) fn tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for text in texts {
        let words = words(text);
        for word in &words {
            if !word.han {
                tokens.insert(word.text.clone());
                continue;
            }
            tokens.extend(word.text.char_indices().filter_map(|(at, _)| word.text.get(at..)).map(str::to_owned));
            pinyin_tokens(&word.text, &mut tokens);
        }
        let latin: Vec<&str> = words.iter().filter(|w| !w.han).map(|w| w.text.as_str()).collect();
        if latin.len() > 1 {
            tokens.insert(latin.concat());
            tokens.insert(latin.iter().filter_map(|w| w.chars().next()).collect());
        }
    }
    tokens
}

/// What people call a hospital besides its name: `江州大学附属第一医院` is 江大附一 and 江大一院 (typed `jda1y` too), 第三人民医院 三院.
pub(super) fn abbreviations(name: &str) -> Vec<String> {
    let name = name.trim();
    let Some(at) = name.find("大学") else { return short_kind(name) };
    let (head, kind) = name.split_at(at);
    let kind = kind.trim_start_matches("大学");
    // 江州大学 is 江大; 江州医科大学 is 江医大 and 江医.
    let medical = ["医科", "医药", "中医药"].into_iter().find_map(|m| Some((head.strip_suffix(m)?, m)));
    let initial = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let heads = match medical {
        Some((place, subject)) if !place.is_empty() => {
            let (place, subject) = (initial(place), if subject == "中医药" { "中医" } else { "医" });
            vec![format!("{place}{subject}大"), format!("{place}{subject}")]
        }
        _ => vec![format!("{}大", initial(head))],
    };
    let mut found = heads.clone();
    for head in heads {
        for kind in short_kind(kind) {
            if kind.starts_with('附') {
                // Whoever thinks of `affiliated` types an `a`.
                let letters = pinyin_initials(&format!("{head}{kind}")).map(|i| i.replacen('f', "a", 1));
                found.extend(letters);
            }
            found.push(format!("{head}{kind}"));
        }
    }
    found
}

/// Short forms of the kind of a hospital, without its place.
fn short_kind(kind: &str) -> Vec<String> {
    let kind = kind.trim_start_matches(ADMINISTRATIVE);
    let (affiliated, kind) = match kind.strip_prefix("附属") {
        Some(rest) => (true, rest),
        None => (false, kind),
    };
    let numeral = kind.strip_prefix('第').and_then(|rest| rest.chars().next());
    let own = match (numeral, kind) {
        (Some(nth), _) if kind.ends_with("医院") && kind.chars().count() <= 7 => vec![format!("{nth}院")],
        (_, "人民医院") => vec!["人医".to_owned()],
        (_, "中医医院") => vec!["中医院".to_owned()],
        (_, "妇幼保健院" | "妇女儿童医院") => vec!["妇幼".to_owned(), "妇保".to_owned()],
        (_, "医院") if affiliated => vec!["院".to_owned()],
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for short in own {
        if affiliated {
            found.push(format!("附{short}"));
            found.extend(numeral.map(|nth| format!("附{nth}")));
        }
        if short != "院" {
            found.push(short);
        }
    }
    found
}

/// First letters of the usual readings, with digits for numerals: `江大附一院` → `jdf1y`.
fn pinyin_initials(han: &str) -> Option<String> {
    let chars: Vec<char> = han.chars().collect();
    let readings = pinyin::readings(&chars, 0)?;
    let letters = readings.iter().zip(&chars);
    letters.map(|(all, c)| digit(*c).or_else(|| all.first()?.chars().next())).collect()
}

/// 一 to 九 as a digit.
fn digit(numeral: char) -> Option<char> {
    let numerals = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    numerals.into_iter().zip('1'..='9').find(|(n, _)| *n == numeral).map(|(_, digit)| digit)
}

fn pinyin_tokens(han: &str, tokens: &mut BTreeSet<String>) {
    let chars: Vec<char> = han.chars().collect();
    let administrative = |c: Option<&char>| c.is_some_and(|c| ADMINISTRATIVE.contains(c));
    // 市 tells nothing, and `shi` is a surname.
    if administrative(chars.first()) {
        return;
    }
    let Some(readings) = pinyin::readings(&chars, 0) else { return };
    let telling = GENERIC.iter().find_map(|g| han.strip_suffix(g)).unwrap_or(han).chars().count().max(1);
    // One character with two readings is common (重庆), two in one text are not.
    let other = readings.iter().position(|all| all.len() > 1);
    for nth in 0..=usize::from(other.is_some()) {
        let syllables: Vec<String> = readings
            .iter()
            .enumerate()
            .filter_map(|(at, all)| all.get(if Some(at) == other { nth } else { 0 }))
            .filter_map(|r| pinyin::spellings(r).next())
            .map(Cow::into_owned)
            .collect();
        for start in (0..telling).filter(|start| !administrative(chars.get(*start))) {
            tokens.insert(syllables.get(start..).unwrap_or_default().concat());
        }
        tokens.insert(syllables.iter().filter_map(|s| s.chars().next()).collect());
    }
    // 第一医院 is typed as `d1yy` and `1yy` too.
    let numeral = |c: &char| digit(*c);
    if chars.iter().any(|c| numeral(c).is_some()) {
        let initials = |ordinals: bool| -> String {
            let dropped = |at: usize| {
                !ordinals && chars.get(at) == Some(&'第') && chars.get(at + 1).is_some_and(|c| numeral(c).is_some())
            };
            let letters = readings.iter().zip(&chars).enumerate().filter(|(at, _)| !dropped(*at));
            letters.filter_map(|(_, (all, c))| numeral(c).or_else(|| all.first()?.chars().next())).collect()
        };
        tokens.extend([initials(true), initials(false)]);
    }
}

/// Number of the term with this key, made if there is none. An empty key is no term.
pub(super) fn number(db: &Connection, kind: Kind, key: &str) -> rusqlite::Result<Option<i64>> {
    if key.is_empty() {
        return Ok(None);
    }
    if let Some(n) = find(db, kind, key)? {
        return Ok(Some(n));
    }
    db.prepare_cached("INSERT INTO term (kind, key) VALUES (?1, ?2)")?.execute(params![kind as i64, key])?;
    Ok(Some(db.last_insert_rowid()))
}

/// Number of the term with this key, if there is one.
pub(super) fn find(db: &Connection, kind: Kind, key: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT n FROM term WHERE kind = ?1 AND key = ?2")?
        .query_row(params![kind as i64, key], |row| row.get(0))
        .optional()
}

/// Sets the labels of a term and the texts that find it, besides the labels.
pub(super) fn describe(db: &Connection, n: i64, zh: &str, en: &str, aliases: &[&str]) -> rusqlite::Result<()> {
    describe_without(db, n, zh, en, aliases, &BTreeSet::new())
}

/// The same for a term whose colleagues are found under `others` by another term that they have.
pub(super) fn describe_without(
    db: &Connection,
    n: i64,
    zh: &str,
    en: &str,
    aliases: &[&str],
    others: &BTreeSet<String>,
) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE term SET zh = ?2, en = ?3 WHERE n = ?1")?.execute(params![n, zh, en])?;
    db.prepare_cached("DELETE FROM term_index WHERE rowid = ?1")?.execute([n])?;
    let mut tokens = tokens([zh, en].into_iter().chain(aliases.iter().copied()));
    tokens.retain(|t| !others.contains(t));
    Grams::add(db, Words::Terms, tokens.iter().map(String::as_str))?;
    db.prepare_cached("INSERT INTO term_index (rowid, tokens) VALUES (?1, ?2)")?.execute(params![n, join(&tokens)])?;
    Ok(())
}

/// Number of a coded term; a code the terminology does not know is shown as the feed words it.
pub(super) fn coded(db: &Connection, kind: Kind, code: &str, display: &str) -> rusqlite::Result<Option<i64>> {
    if let Some(n) = find(db, kind, code)? {
        return Ok(Some(n));
    }
    let n = number(db, kind, code)?;
    let (concept, aliases): (Option<&Concept>, Vec<&str>) = match kind {
        Kind::Department => (
            terminology::department(code),
            DEPARTMENT_ALIASES.iter().filter(|(c, _)| *c == code).flat_map(|(_, a)| a.split(' ')).collect(),
        ),
        _ => (terminology::title(code), Vec::new()),
    };
    if let Some(n) = n {
        let (zh, en) = concept.map_or(split_scripts(display, code), |c| (c.zh, c.en));
        describe(db, n, zh, en, &aliases)?;
    }
    Ok(n)
}

/// Number of a term that is its own text, such as a field of interest.
pub(super) fn worded(db: &Connection, kind: Kind, text: &str) -> rusqlite::Result<Option<i64>> {
    called(db, kind, text, &[])
}

/// The same with what people call it besides.
pub(super) fn called(db: &Connection, kind: Kind, text: &str, aliases: &[String]) -> rusqlite::Result<Option<i64>> {
    if let Some(n) = find(db, kind, text)? {
        return Ok(Some(n));
    }
    let n = number(db, kind, text)?;
    if let Some(n) = n {
        let (zh, en) = split_scripts(text, "");
        describe(db, n, zh, en, &aliases.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    Ok(n)
}

/// The text as Chinese if it holds a Han character, else as English.
fn split_scripts<'a>(text: &'a str, otherwise: &'a str) -> (&'a str, &'a str) {
    let text = if text.is_empty() { otherwise } else { text };
    if words(text).iter().any(|w| w.han) { (text, "") } else { ("", text) }
}

pub(super) fn join(tokens: &BTreeSet<String>) -> String {
    tokens.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(texts: &[&str], query: &str) -> bool {
        tokens(texts.iter().copied()).iter().any(|t| t.starts_with(query))
    }

    #[test]
    fn a_hospital_is_found_by_its_names() {
        let hospital = ["江州大学附属第一医院", "The First Affiliated Hospital of Jiangzhou University", "江大附一"];
        for query in [
            "江州",
            "附属第一",
            "jiangzhou",
            "fushu",
            "jzdx",
            "jzdxfsd1yy",
            "jzdxfs1yy",
            "jdfy",
            "jdf1",
            "江大",
            "affil",
            "tfaho",
        ] {
            assert!(finds(&hospital, query), "{query}");
        }
        for query in ["yiyuan", "yy", "江一", "ospital"] {
            assert!(!finds(&hospital, query), "{query}");
        }
        assert!(finds(&["滨海市中心医院"], "市中心") && !finds(&["滨海市中心医院", "市中心医院"], "shi"));
        assert!(finds(&["重庆市人民医院"], "chongq") && finds(&["重庆市人民医院"], "cqsrmyy"));
        assert!(finds(&["厦门大学附属医院"], "xiamen"));
    }

    #[test]
    fn a_hospital_is_found_by_what_people_call_it() {
        let finds = |name: &str, query: &str| {
            let names = abbreviations(name);
            finds(&names.iter().map(String::as_str).collect::<Vec<_>>(), query)
        };
        for query in ["江大", "江大附一", "江大一院", "jdfy", "jdf1y", "jd1y", "jda1y", "附一"] {
            assert!(finds("江州大学附属第一医院", query), "{query}");
        }
        assert!(finds("江州医科大学附属医院", "江医附院") && finds("江州医科大学附属医院", "jydfy"));
        assert!(finds("第三人民医院", "三院") && finds("市第三人民医院", "3y") && finds("妇幼保健院", "fuy"));
        assert!(abbreviations("东湖心血管病医院").is_empty() && abbreviations("安明医院").is_empty());
        // What remains of it without the city, which hospitals of the kind share.
        assert!(finds("大学附属第一医院", "大附一") && finds("大学附属第一医院", "附一院"));
    }

    #[test]
    fn aliases_name_known_departments() {
        assert!(DEPARTMENT_ALIASES.iter().all(|(code, _)| terminology::department(code).is_some()));
    }
}
