//! What colleagues share, and the words that find it: hospitals, departments, titles, cities, fields of interest.

use super::fold::words;
use super::pinyin;
use consilium_registry_api::terminology::{self, Concept};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Organization = 1,
    Department = 2,
    Title = 3,
    City = 4,
    Interest = 5,
    /// What the names of hospitals share when the city is taken away.
    Part = 6,
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
    &["卫生服务中心", "卫生院", "医学中心", "医学院", "医院", "中心", "诊所", "医学科", "医疗科", "医师", "科"];

/// The token of a term in the index of colleagues: characters of the private-use planes, one for the first 130,000.
pub(super) fn token(n: i64) -> String {
    const PLANE: i64 = 0xfff0;
    let private = |digit: i64| u32::try_from(digit).ok().and_then(char::from_u32).unwrap_or('\u{f0000}');
    if n < PLANE {
        private(0xf_0000 + n).to_string()
    } else {
        [private(0x10_0000 + n % PLANE), private(0xf_0000 + n / PLANE)].iter().collect()
    }
}

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

fn pinyin_tokens(han: &str, tokens: &mut BTreeSet<String>) {
    let chars: Vec<char> = han.chars().collect();
    let Some(readings) = pinyin::readings(&chars, 0) else { return };
    let telling = GENERIC.iter().find_map(|g| han.strip_suffix(g)).unwrap_or(han).chars().count().max(1);
    // One character with two readings is common (重庆), two in one text are not.
    let other = readings.iter().position(|all| all.len() > 1);
    for nth in 0..=usize::from(other.is_some()) {
        let syllables: Vec<String> = readings
            .iter()
            .enumerate()
            .filter_map(|(at, all)| all.get(if Some(at) == other { nth } else { 0 }))
            .flat_map(|r| pinyin::spellings(r).into_iter().take(1))
            .collect();
        for start in 0..telling {
            tokens.insert(syllables.get(start..).unwrap_or_default().concat());
        }
        tokens.insert(syllables.iter().filter_map(|s| s.chars().next()).collect());
    }
    // 第一医院 is typed as `d1yy` and `1yy` too.
    let numerals = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let numeral = |c: &char| numerals.iter().zip('1'..='9').find(|(n, _)| *n == c).map(|(_, digit)| digit);
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
    db.prepare_cached("INSERT OR IGNORE INTO term (kind, key) VALUES (?1, ?2)")?.execute(params![kind as i64, key])?;
    find(db, kind, key)
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
    if let Some(n) = find(db, kind, text)? {
        return Ok(Some(n));
    }
    let n = number(db, kind, text)?;
    if let Some(n) = n {
        let (zh, en) = split_scripts(text, "");
        describe(db, n, zh, en, &[])?;
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
        assert!(finds(&["重庆市人民医院"], "chongq") && finds(&["重庆市人民医院"], "cqsrmyy"));
        assert!(finds(&["厦门大学附属医院"], "xiamen"));
    }

    #[test]
    fn tokens_of_terms_differ_and_are_short() {
        let all: BTreeSet<String> = (1..200_000).map(token).collect();
        assert_eq!(all.len(), 199_999);
        assert!(all.iter().all(|t| t.chars().count() <= 2 && t.chars().all(|c| c >= '\u{f0000}')));
        // None is the beginning of another.
        assert!(all.iter().zip(all.iter().skip(1)).all(|(a, b)| !b.starts_with(a.as_str())));
    }

    #[test]
    fn aliases_name_known_departments() {
        assert!(DEPARTMENT_ALIASES.iter().all(|(code, _)| terminology::department(code).is_some()));
    }
}
