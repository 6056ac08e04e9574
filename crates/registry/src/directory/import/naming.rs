//! Names as sources write them, marked and completed as the directory keeps them (`docs/directory-api.md`).

use crate::directory::names::{pinyin_name, split_han, split_latin};
use consilium_fhir::{Extension, HumanName, Practitioner, terms};
use consilium_registry_api::form::is_han;

/// Longest name, in characters: more is not compared by searches.
const LIMIT: usize = 200;
/// Uses of a name under which a colleague is not listed (FHIR R4, NameUse).
const OTHER_USES: [&str; 4] = ["old", "maiden", "anonymous", "temp"];

/// With single spaces, full-width letters and digits narrowed, and without what steers the direction of text, with which
/// a name could be shown as another.
pub fn cleaned(text: &str) -> String {
    let kept = text.chars().filter(|c| {
        !matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    });
    let narrow = kept.map(|c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c if c.is_control() => ' ',
        c => c,
    });
    narrow.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The Latin script as far as names in it go.
fn is_latin(c: char) -> bool {
    c.is_alphabetic() && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

/// A Han name as it is written: two characters are often set apart to look like three, and separators vary.
fn han(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '•' | '・' | '‧' | '．' | '∙') { '·' } else { c })
        .collect()
}

/// The parts of a text in Han characters and in Latin letters, if it has both: `张伟民 Zhang Weimin`.
fn halves(text: &str) -> Option<(String, String)> {
    let of_han = |c: &char| is_han(*c) || matches!(c, '·' | '•' | '・' | '‧');
    if !text.contains(is_han) || text.chars().filter(|c| is_latin(*c)).count() < 2 {
        return None;
    }
    let of = |wanted: bool| -> String {
        let part = text.chars().map(|c| match c {
            '(' | ')' | '（' | '）' | '/' => ' ',
            c if of_han(&c) == wanted => c,
            _ => ' ',
        });
        part.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    Some((han(&of(true)), of(false)))
}

/// The names of somebody who is known by a text in any script, and perhaps one in Latin letters.
pub fn of_text(text: &str, latin: &str) -> Result<Vec<HumanName>, &'static str> {
    let (text, mut latin) = (cleaned(text), cleaned(latin));
    if text.chars().chain(latin.chars()).count() > LIMIT {
        return Err("the name is longer than 200 characters");
    }
    let text = match halves(&text) {
        Some((han, beside)) => {
            if latin.is_empty() {
                latin = beside;
            }
            han
        }
        None => text,
    };
    if !latin.is_empty() && !latin.contains(is_latin) {
        return Err("the name in Latin letters has none");
    }
    let mut names = Vec::new();
    if text.contains(is_han) {
        let text = han(&text);
        let (family, given) = split_han(&text);
        names.push(HumanName::han(&text, family, &written(given)));
        names.extend(in_latin(&latin, &text));
    } else if text.contains(is_latin) {
        names.extend(in_latin(if latin.is_empty() { &text } else { &latin }, ""));
    } else if text.contains(char::is_alphabetic) {
        // Alphabets and syllabaries of other scripts; a Latin name stands before, where there is one.
        names.extend(in_latin(&latin, ""));
        names.push(HumanName::latin(&text, "", &[&text]));
    } else {
        return Err(if text.is_empty() { "there is no name" } else { "the name has no letter" });
    }
    Ok(names)
}

/// A Latin name, which is pinyin where a Han name has none.
fn in_latin(latin: &str, han: &str) -> Option<HumanName> {
    if latin.is_empty() {
        let (family, given) = pinyin_name(han)?;
        let text = [family.as_str(), given.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        return Some(HumanName::latin(&text.join(" "), &family, &written(&given)));
    }
    let (family, given) = split_latin(latin, han);
    Some(HumanName::latin(latin, family, &given))
}

/// A part of a name that is not empty, which FHIR forbids (R4, 2.24.0.1).
fn written(part: &str) -> Vec<&str> {
    Some(part).filter(|part| !part.is_empty()).into_iter().collect()
}

fn is_marked(name: &HumanName) -> bool {
    Extension::find(&name.extension, terms::NAME_REPRESENTATION).is_some()
}

/// Marks the names of a practitioner by their script, writes out those that have parts alone, and adds pinyin.
pub fn complete(practitioner: &mut Practitioner) -> Result<(), &'static str> {
    for name in &mut practitioner.name {
        for text in name.text.iter_mut().chain(&mut name.family).chain(&mut name.given) {
            if text.chars().count() > LIMIT {
                return Err("the name is longer than 200 characters");
            }
            *text = cleaned(text);
        }
        if name.text.as_deref().is_none_or(str::is_empty) {
            name.text = written_out(name);
        }
    }
    let marked = practitioner.name.iter().any(is_marked);
    if !marked {
        mark(&mut practitioner.name);
    }
    let text = |name: Option<&HumanName>| name.and_then(|name| name.text.clone()).filter(|text| !text.is_empty());
    let (of_han, of_latin) = (text(practitioner.han_name()), text(practitioner.latin_name()));
    match (of_han, of_latin) {
        (None, None) => Err("there is no name"),
        (Some(han), None) => {
            practitioner.name.extend(in_latin("", &han));
            Ok(())
        }
        _ => Ok(()),
    }
}

fn written_out(name: &HumanName) -> Option<String> {
    let family = name.family.iter().map(String::as_str);
    let given = name.given.iter().map(String::as_str);
    let (family, given) = (family.collect::<Vec<_>>().join(" "), given.collect::<Vec<_>>().join(" "));
    let text = if family.contains(is_han) || given.contains(is_han) {
        format!("{family}{given}")
    } else {
        format!("{given} {family}").trim().to_owned()
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Marks the names that are in use, the official one first.
fn mark(names: &mut Vec<HumanName>) {
    let is_in_use = |name: &HumanName| !name.use_.as_deref().is_some_and(|of| OTHER_USES.contains(&of));
    let rank = |name: &HumanName| match name.use_.as_deref() {
        Some("official") => 0,
        Some("usual") => 1,
        None => 2,
        _ => 3 + u8::from(!is_in_use(name)),
    };
    names.sort_by_key(rank);
    let mut beside = None;
    for name in names.iter_mut().filter(|name| is_in_use(name)) {
        let text = name.text.clone().unwrap_or_default();
        if let Some((han, latin)) = halves(&text) {
            let (family, given) = split_han(&han);
            (name.family, name.given) = (
                Some(family.to_owned()).filter(|f| !f.is_empty()),
                written(given).into_iter().map(str::to_owned).collect(),
            );
            name.text = Some(han.clone());
            beside = beside.or_else(|| in_latin(&latin, &han));
        } else if text.contains(is_han) {
            let text = han(&text);
            if name.family.is_none() && name.given.is_empty() {
                let (family, given) = split_han(&text);
                (name.family, name.given) = (
                    Some(family.to_owned()).filter(|f| !f.is_empty()),
                    written(given).into_iter().map(str::to_owned).collect(),
                );
            }
            name.text = Some(text);
        } else if name.family.is_none() && name.given.is_empty() && text.contains(is_latin) {
            let (family, given) = split_latin(&text, "");
            name.given = given.into_iter().map(str::to_owned).collect();
            name.family = Some(family.to_owned());
        }
        let text = name.text.as_deref().unwrap_or_default();
        let representation = if text.contains(is_han) { "IDE" } else { "ABC" };
        if text.contains(char::is_alphabetic) {
            name.extension.push(Extension::code(terms::NAME_REPRESENTATION, representation));
        }
    }
    names.extend(beside);
    // The first of a representation counts, and of several alphabets it is the Latin one.
    names.sort_by_key(|name| {
        is_marked(name) && !name.text.as_deref().unwrap_or_default().contains(|c| is_han(c) || is_latin(c))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(names: &[HumanName]) -> Vec<String> {
        names
            .iter()
            .map(|name| {
                let mark = Extension::find(&name.extension, terms::NAME_REPRESENTATION);
                let mark = mark.and_then(|mark| mark.value_code.clone()).unwrap_or_default();
                let family = name.family.clone().unwrap_or_default();
                format!("{mark}:{}|{family}|{}", name.text.clone().unwrap_or_default(), name.given.join(" "))
            })
            .collect()
    }

    #[test]
    fn names_of_every_script_are_marked_and_completed() {
        for (text, latin, names) in [
            ("张　伟", "", vec!["IDE:张伟|张|伟", "ABC:Zhang Wei|Zhang|Wei"]),
            ("欧阳静安", "", vec!["IDE:欧阳静安|欧阳|静安", "ABC:Ouyang Jing'an|Ouyang|Jing'an"]),
            ("单雄信", "Shan Xiongxin", vec!["IDE:单雄信|单|雄信", "ABC:Shan Xiongxin|Shan|Xiongxin"]),
            ("张伟民 (Zhang Weimin)", "", vec!["IDE:张伟民|张|伟民", "ABC:Zhang Weimin|Zhang|Weimin"]),
            (
                "古丽娜尔・艾合买提",
                "",
                vec!["IDE:古丽娜尔·艾合买提||古丽娜尔·艾合买提", "ABC:Gulinaer Aihemaiti||Gulinaer Aihemaiti"],
            ),
            ("𠮷田一郎", "Yoshida Ichiro", vec!["IDE:𠮷田一郎|𠮷|田一郎", "ABC:Yoshida Ichiro|Ichiro|Yoshida"]),
            ("བསོད་ནམས་རྒྱ་མཚོ", "", vec!["ABC:བསོད་ནམས་རྒྱ་མཚོ||བསོད་ནམས་རྒྱ་མཚོ"]),
            (
                "گۈلنار ئەخمەت",
                "Gülnar Exmet",
                vec!["ABC:Gülnar Exmet|Exmet|Gülnar", "ABC:گۈلنار ئەخمەت||گۈلنار ئەخمەت"],
            ),
            ("\u{202E}ieW annaH", "", vec!["ABC:ieW annaH|annaH|ieW"]),
            ("Ｈａｎｎａｈ  Weiß", "", vec!["ABC:Hannah Weiß|Weiß|Hannah"]),
            ("马", "", vec!["IDE:马|马|", "ABC:Ma|Ma|"]),
        ] {
            assert_eq!(
                of_text(text, latin).map(|found| shown(&found)),
                Ok(names.into_iter().map(str::to_owned).collect()),
                "{text}"
            );
        }
        let forty: String = "古丽娜尔艾合买提阿".chars().cycle().take(39).collect::<String>() + "·";
        assert!(of_text(&forty, "").is_ok_and(|names| names[0].text.as_deref() == Some(forty.as_str())));
        assert_eq!(of_text("", ""), Err("there is no name"));
        assert_eq!(of_text("12 34", ""), Err("the name has no letter"));
        assert_eq!(of_text("张伟", "张伟"), Err("the name in Latin letters has none"));
        assert!(of_text(&"a".repeat(201), "").is_err());
    }

    fn completed(names: Vec<HumanName>) -> Vec<String> {
        let mut practitioner = Practitioner { name: names, ..Practitioner::default() };
        complete(&mut practitioner).unwrap();
        shown(&practitioner.name)
    }

    fn name(use_: &str, text: &str, family: &str, given: &[&str]) -> HumanName {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        HumanName {
            use_: some(use_),
            text: some(text),
            family: some(family),
            given: given.iter().map(|given| (*given).to_owned()).collect(),
            ..HumanName::default()
        }
    }

    #[test]
    fn names_of_other_systems_get_the_marks_that_they_lack() {
        assert_eq!(completed(vec![name("", "", "SMITH", &["JOHN", "A"])]), ["ABC:JOHN A SMITH|SMITH|JOHN A"]);
        assert_eq!(
            completed(vec![name("maiden", "", "周", &["敏"]), name("official", "", "林", &["敏"])]),
            ["IDE:林敏|林|敏", ":周敏|周|敏", "ABC:Lin Min|Lin|Min"]
        );
        assert_eq!(
            completed(vec![name("", "Иван Петров", "", &[]), name("", "Ivan Petrov", "", &[])]),
            ["ABC:Ivan Petrov|Petrov|Ivan", "ABC:Иван Петров||"]
        );
        let marked = HumanName::han("古丽娜尔·艾合买提", "", &["古丽娜尔"]);
        assert_eq!(completed(vec![marked])[1], "ABC:Gulinaer Aihemaiti||Gulinaer Aihemaiti");
        assert!(complete(&mut Practitioner::default()).is_err());
    }
}
