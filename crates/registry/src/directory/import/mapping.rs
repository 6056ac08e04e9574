//! Which column of a sheet is what: a TOML file that a hospital writes once. `docs/import.md` shows one.

use super::finding::Remark;
use super::visibility;
use consilium_registry_api::Visibility;
use consilium_registry_api::terminology::{self, Concept, DEPARTMENTS, TITLES};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a column, or a constant, says of a colleague.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Name in any script, or in several.
    Name,
    /// Name in Latin letters.
    Pinyin,
    /// Name or, by `[values.hospital]`, id of the hospital.
    Hospital,
    City,
    Province,
    Department,
    Title,
    Phone,
    Mobile,
    Email,
    StaffNumber,
    /// Fields of special interest, separated by `、`, `；` or `;`.
    Interests,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 or UTF-16 if it is one, otherwise GB18030.
    #[default]
    Auto,
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "gb18030", alias = "gbk", alias = "gb2312")]
    Gb18030,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(default)]
    pub encoding: Encoding,
    /// One character; by default the one of comma, semicolon and tab that the header has most of.
    pub delimiter: Option<char>,
    /// Line of the header, from 1.
    #[serde(default = "first")]
    pub header: u32,
    /// `Identifier.system` of the staff numbers.
    pub staff_system: Option<String>,
    /// By header.
    pub columns: BTreeMap<String, Field>,
    #[serde(default)]
    pub constants: BTreeMap<Field, String>,
    /// By field, what a cell's text means.
    #[serde(default)]
    pub values: BTreeMap<Field, BTreeMap<String, String>>,
    /// By field, cells whose rows are no physicians.
    #[serde(default)]
    pub leave_out: BTreeMap<Field, Vec<String>>,
    /// By kind of contact, to whom it is shown until its owner decides.
    #[serde(default)]
    pub visibility: BTreeMap<Field, Visibility>,
}

fn first() -> u32 {
    1
}

impl Mapping {
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let mapping: Self = toml::from_str(text)?;
        let has = |field| mapping.columns.values().any(|of| *of == field) || mapping.constants.contains_key(&field);
        for (field, name) in [(Field::Name, "name"), (Field::Hospital, "hospital"), (Field::Department, "department")] {
            anyhow::ensure!(has(field), "[columns] and [constants] say nothing of {name}");
        }
        let mut seen: Vec<Field> = mapping.columns.values().copied().collect();
        seen.sort_unstable();
        for pair in seen.windows(2) {
            anyhow::ensure!(pair[0] != pair[1], "[columns] has two columns for {:?}", pair[0]);
        }
        anyhow::ensure!(
            !has(Field::StaffNumber) || mapping.staff_system.is_some(),
            "staff numbers need staff_system, a URL or URN of your own that tells them from those of other hospitals"
        );
        for (field, concepts) in [(Field::Title, TITLES), (Field::Department, DEPARTMENTS)] {
            for code in mapping.values.get(&field).into_iter().flat_map(BTreeMap::values) {
                anyhow::ensure!(
                    concepts.iter().any(|concept| concept.code == code),
                    "[values] maps to {code:?}, which is no code of a {}",
                    if field == Field::Title { "title" } else { "department" }
                );
            }
        }
        for field in mapping.visibility.keys() {
            anyhow::ensure!(
                matches!(field, Field::Phone | Field::Mobile | Field::Email),
                "[visibility] is of phone, mobile and email, not of {field:?}"
            );
        }
        anyhow::ensure!(mapping.header > 0, "header is the number of a line, from 1");
        anyhow::ensure!(mapping.delimiter.is_none_or(|d| d.is_ascii()), "the delimiter is one ASCII character");
        Ok(mapping)
    }

    /// What the text of a cell means.
    pub fn meant(&self, field: Field, text: &str) -> String {
        let text = text.trim();
        let text = match self.constants.get(&field) {
            Some(constant) if text.is_empty() => constant,
            _ => text,
        };
        self.values.get(&field).and_then(|values| values.get(text)).map_or(text, String::as_str).to_owned()
    }

    /// To whom a contact is shown until its owner decides.
    pub fn visibility(&self, field: Field) -> Visibility {
        let unless_said = visibility::unless_said(Some(if field == Field::Mobile { "mobile" } else { "work" }));
        self.visibility.get(&field).copied().unwrap_or(unless_said)
    }

    /// Whether a row with this cell is to be left out.
    pub fn is_left_out(&self, field: Field, text: &str) -> bool {
        self.leave_out.get(&field).is_some_and(|values| values.iter().any(|value| value == text.trim()))
    }
}

/// The title meant by a text: its code, or its name in either language.
pub fn title(text: &str) -> Result<&'static Concept, Remark> {
    concept(TITLES, terminology::title(text), text)
        .ok_or_else(|| Remark::error(format!("{text:?} is no title known here: say in [values.title] which it is")))
}

/// The department meant by a text.
pub fn department(text: &str) -> Result<&'static Concept, Remark> {
    concept(DEPARTMENTS, terminology::department(text), text).ok_or_else(|| {
        let message = "is no department known here: say in [values.department] which it is, or leave its rows out";
        Remark::error(format!("{text:?} {message}"))
    })
}

fn concept(of: &'static [Concept], coded: Option<&'static Concept>, text: &str) -> Option<&'static Concept> {
    coded.or_else(|| of.iter().find(|concept| concept.zh == text || concept.en.eq_ignore_ascii_case(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = r#"
        staff_system = "https://jzfy.example/staff"
        [columns]
        "姓名" = "name"
        "科室" = "department"
        "工号" = "staff_number"
        [constants]
        hospital = "江州大学附属第一医院"
        [values.department]
        "心内一病区" = "03.04"
        [leave_out]
        department = ["财务科"]
    "#;

    #[test]
    fn cells_mean_what_the_mapping_says() -> anyhow::Result<()> {
        let mapping = Mapping::read(SHEET)?;
        assert_eq!(mapping.meant(Field::Department, " 心内一病区 "), "03.04");
        assert_eq!(mapping.meant(Field::Department, "骨科"), "骨科");
        assert_eq!(mapping.meant(Field::Hospital, ""), "江州大学附属第一医院");
        assert!(mapping.is_left_out(Field::Department, "财务科 ") && !mapping.is_left_out(Field::Name, "财务科"));
        assert_eq!(department("Cardiology").map(|c| c.code), Ok("03.04"));
        assert_eq!(title("主任医师").map(|c| c.code), Ok("chief"));
        assert!(title("教授").is_err_and(|remark| remark.message.contains("[values.title]")));
        Ok(())
    }

    #[test]
    fn a_mapping_that_cannot_work_is_refused_in_words() {
        let refused = |text: &str| Mapping::read(text).unwrap_err().to_string();
        assert!(refused("[columns]\n\"姓名\" = \"name\"").contains("nothing of hospital"));
        assert!(refused(&SHEET.replace("staff_system", "#")).contains("staff_system"));
        assert!(refused(&SHEET.replace("03.04", "99")).contains("no code of a department"));
        assert!(refused(&SHEET.replace("\"工号\" = \"staff_number\"", "\"工号\" = \"name\"")).contains("two columns"));
        assert!(refused(&SHEET.replace("name", "nickname")).contains("nickname"));
        assert!(refused(&format!("{SHEET}\n[visibility]\nname = \"nobody\"")).contains("not of Name"));
        assert!(refused(&format!("{SHEET}\n[visibility]\nphone = \"everybody\"")).contains("everybody"));
        assert!(refused(&format!("colour = 1\n{SHEET}")).contains("colour"));
    }
}
