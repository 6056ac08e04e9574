//! Names: folding, splitting and pinyin.

use pinyin::Converter;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Surnames of two characters in use (复姓).
const COMPOUND_SURNAMES: &[&str] = &[
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊",
    "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文",
    "司徒", "鲜于", "司空", "闾丘", "子车", "亓官", "司寇", "巫马", "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正",
    "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐", "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "梁丘",
    "左丘", "东门", "西门", "第五",
];

/// Lower case without diacritics, letters that have no decomposition spelt out.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            c => folded.push(c),
        }
    }
    folded
}

/// A Latin name as lower-case ASCII words with single spaces: what two spellings of one name have in common.
pub fn latin_key(name: &str) -> String {
    let letters: String = folded(name)
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | 'ʼ'))
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { ' ' })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Pinyin syllables of the Han characters in a text, without tones; ü is v.
pub fn syllables(text: &str) -> Vec<String> {
    let converted = Converter::new(text).without_tone().only_hans().yu_to_v().flatten().convert();
    converted.iter().flat_map(|word| word.split_whitespace().map(folded).collect::<Vec<_>>()).collect()
}

/// Family and given name of a Han name in pinyin, the surname in its own reading (GB/T 28039-2011): `Ouyang` `Jing'an`. The
/// parts of a name with separators are words of the given name, written through because they are sounds of another language:
/// `Gulinaer Aihemaiti`. None if a character has no reading.
pub fn pinyin_name(han: &str) -> Option<(String, String)> {
    let (family, given) = split_han(han);
    let foreign = family.is_empty();
    let word = |part: &str, converter: Converter| -> Option<String> {
        let converted = converter.without_tone().yu_to_umlaut().flatten().convert();
        let words = converted.iter().map(|word| word.to_lowercase());
        let read: Vec<String> =
            words.flat_map(|w| w.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
        let is_read = |syllable: &String| syllable.chars().all(|c| c.is_ascii_lowercase() || c == 'ü');
        (read.len() == part.chars().count() && read.iter().all(is_read)).then(|| joined(&read, !foreign))
    };
    let family = if foreign { String::new() } else { word(family, Converter::new(family).as_surnames())? };
    let parts = given.split('·').filter(|part| !part.is_empty());
    let given = parts.map(|part| word(part, Converter::new(part))).collect::<Option<Vec<_>>>()?.join(" ");
    Some((family, given)).filter(|(family, given)| !family.is_empty() || !given.is_empty())
}

/// Syllables as one word, in which one that begins with a vowel may be set off (GB/T 16159-2012, 6.6.2).
fn joined(syllables: &[String], set_off: bool) -> String {
    let mut word = String::new();
    for syllable in syllables {
        if set_off && !word.is_empty() && syllable.starts_with(['a', 'o', 'e']) {
            word.push('\'');
        }
        word.push_str(syllable);
    }
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Reads the dictionaries, which takes a moment, before somebody waits for them.
pub fn warm_up() {
    syllables("医院");
    split_latin("Lin Jianing", "林嘉宁");
}

/// Surname and given name of a Han name. A name with a separator (`古丽娜尔·艾合买提`) has no surname.
pub fn split_han(name: &str) -> (&str, &str) {
    if name.contains('·') {
        return ("", name);
    }
    let compound = COMPOUND_SURNAMES.iter().find(|s| name.starts_with(**s) && name.chars().count() > 2);
    let length = match compound {
        Some(surname) => surname.len(),
        None => name.chars().next().map_or(0, char::len_utf8),
    };
    name.split_at(length)
}

/// Surname and given names of a Latin name in its bearer's order: pinyin puts the surname first, which shows when it
/// sounds as the Han surname does; otherwise it is last.
pub fn split_latin<'a>(latin: &'a str, han: &str) -> (&'a str, Vec<&'a str>) {
    let words: Vec<&str> = latin.split_whitespace().collect();
    let [first, rest @ ..] = words.as_slice() else { return ("", Vec::new()) };
    let [given @ .., last] = rest else { return (first, Vec::new()) };
    let surname = Converter::new(split_han(han).0).as_surnames().without_tone().yu_to_v().convert();
    let surname: String = surname.iter().map(|s| folded(&s).replace(' ', "")).collect();
    let spelt = latin_key(first).replace(['-', ' '], "");
    // 吕 is written Lü, Lyu, Lv and Lu.
    let yu = |s: &str| s.replace("yu", "v").replace('u', "v");
    if !surname.is_empty() && yu(&spelt) == yu(&surname) {
        (first, rest.to_vec())
    } else {
        (last, std::iter::once(*first).chain(given.iter().copied()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_found_in_either_order() {
        assert_eq!(split_latin("Lin Jianing", "林嘉宁"), ("Lin", vec!["Jianing"]));
        assert_eq!(split_latin("Jianing Lin", "林嘉宁"), ("Lin", vec!["Jianing"]));
        assert_eq!(split_latin("Ouyang Wenjing", "欧阳文静"), ("Ouyang", vec!["Wenjing"]));
        assert_eq!(split_latin("Lyu Xiucai", "吕秀才"), ("Lyu", vec!["Xiucai"]));
        assert_eq!(split_latin("Lü Xiucai", "吕秀才"), ("Lü", vec!["Xiucai"]));
        assert_eq!(split_latin("Shan Xiong", "单雄"), ("Shan", vec!["Xiong"]));
        assert_eq!(split_latin("Hannah Marie Weiss", ""), ("Weiss", vec!["Hannah", "Marie"]));
        assert_eq!(split_latin("Cher", ""), ("Cher", vec![]));
        assert_eq!(split_han("欧阳文静"), ("欧阳", "文静"));
        assert_eq!(split_han("林嘉宁"), ("林", "嘉宁"));
        assert_eq!(split_han("古丽娜尔·艾合买提"), ("", "古丽娜尔·艾合买提"));
    }

    #[test]
    fn names_fold_to_what_spellings_share() {
        assert_eq!(latin_key("  Zoë O’Brien-Müller "), "zoe obrien-muller");
        assert_eq!(latin_key("WEISS, Hannah"), "weiss hannah");
    }

    #[test]
    fn han_names_are_read_as_their_bearers_do() {
        for (han, family, given) in [
            ("林嘉宁", "Lin", "Jianing"),
            ("单雄信", "Shan", "Xiongxin"),
            ("欧阳静安", "Ouyang", "Jing'an"),
            ("吕布", "Lü", "Bu"),
            ("古丽娜尔·艾合买提", "", "Gulinaer Aihemaiti"),
            ("马", "Ma", ""),
        ] {
            assert_eq!(pinyin_name(han), Some((family.to_owned(), given.to_owned())), "{han}");
        }
        assert_eq!(pinyin_name("Lin"), None);
    }

    #[test]
    fn hospitals_have_syllables() {
        assert_eq!(syllables("江州大学第一医院").join(" "), "jiang zhou da xue di yi yi yuan");
        assert_eq!(syllables("绿园 Clinic 2").join(" "), "lv yuan");
    }
}
