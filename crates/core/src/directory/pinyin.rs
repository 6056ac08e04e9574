//! How Chinese names are read.

use consilium_registry_api::form::is_han;
use pinyin::{ToPinyin, ToPinyinMulti};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Surnames whose reading differs from the character's usual one or is not settled; the first is the usual one.
/// Source: 现代汉语词典 (7th edition) where it marks 姓, and readings people type in its place.
const SURNAMES: &[(&str, &[&str])] = &[
    ("万俟", &["mo qi"]),
    ("尉迟", &["yu chi"]),
    ("单于", &["chan yu"]),
    ("长孙", &["zhang sun"]),
    ("澹台", &["tan tai"]),
    ("乐正", &["yue zheng"]),
    ("子车", &["zi ju"]),
    ("宰父", &["zai fu"]),
    ("欧阳", &["ou yang"]),
    ("司徒", &["si tu"]),
    ("司马", &["si ma"]),
    ("司空", &["si kong"]),
    ("上官", &["shang guan"]),
    ("诸葛", &["zhu ge"]),
    ("夏侯", &["xia hou"]),
    ("皇甫", &["huang fu"]),
    ("东方", &["dong fang"]),
    ("东郭", &["dong guo"]),
    ("南宫", &["nan gong"]),
    ("西门", &["xi men"]),
    ("令狐", &["ling hu"]),
    ("呼延", &["hu yan"]),
    ("慕容", &["mu rong"]),
    ("宇文", &["yu wen"]),
    ("公孙", &["gong sun"]),
    ("公冶", &["gong ye"]),
    ("轩辕", &["xuan yuan"]),
    ("赫连", &["he lian"]),
    ("独孤", &["du gu"]),
    ("拓跋", &["tuo ba"]),
    ("申屠", &["shen tu"]),
    ("钟离", &["zhong li"]),
    ("闻人", &["wen ren"]),
    ("端木", &["duan mu"]),
    ("濮阳", &["pu yang"]),
    ("淳于", &["chun yu"]),
    ("鲜于", &["xian yu"]),
    ("闾丘", &["lü qiu"]),
    ("左丘", &["zuo qiu"]),
    ("梁丘", &["liang qiu"]),
    ("百里", &["bai li"]),
    ("太史", &["tai shi"]),
    ("纳兰", &["na lan"]),
    ("贺兰", &["he lan"]),
    ("亓官", &["qi guan"]),
    ("巫马", &["wu ma"]),
    ("第五", &["di wu"]),
    ("单", &["shan", "dan"]),
    ("仇", &["qiu", "chou"]),
    ("解", &["xie", "jie"]),
    ("区", &["ou", "qu"]),
    ("查", &["zha", "cha"]),
    ("盖", &["ge", "gai"]),
    ("朴", &["piao", "pu"]),
    ("翟", &["zhai", "di"]),
    ("覃", &["qin", "tan"]),
    ("曾", &["zeng", "ceng"]),
    ("种", &["chong", "zhong"]),
    ("重", &["chong", "zhong"]),
    ("乐", &["yue", "le"]),
    ("缪", &["miao", "mou"]),
    ("洗", &["xian", "xi"]),
    ("秘", &["bi", "mi"]),
    ("召", &["shao", "zhao"]),
    ("折", &["she", "zhe"]),
    ("员", &["yun", "yuan"]),
    ("贠", &["yun"]),
    ("宓", &["mi", "fu"]),
    ("晟", &["cheng", "sheng"]),
    ("郗", &["xi", "chi"]),
    ("都", &["du", "dou"]),
    ("薄", &["bo", "bao"]),
    ("柏", &["bai", "bo"]),
    ("卜", &["bu", "bo"]),
    ("隗", &["wei", "kui"]),
    ("谌", &["chen", "shen"]),
    ("牟", &["mu", "mou"]),
    ("乜", &["nie", "mie"]),
    ("佴", &["nai", "er"]),
    ("黑", &["he", "hei"]),
    ("盛", &["sheng", "cheng"]),
    ("那", &["na", "nuo"]),
    ("会", &["gui", "hui"]),
    ("车", &["che", "ju"]),
    ("宿", &["su", "xiu"]),
    ("俞", &["yu", "shu"]),
    ("郇", &["xun", "huan"]),
    ("长", &["chang", "zhang"]),
    ("藏", &["zang", "cang"]),
    ("炅", &["gui", "jiong"]),
    ("祭", &["zhai", "ji"]),
    ("句", &["gou", "ju"]),
    ("莘", &["shen", "xin"]),
    ("沈", &["shen", "chen"]),
    ("贾", &["jia", "gu"]),
    ("叶", &["ye", "she"]),
    ("库", &["she", "ku"]),
    ("粘", &["nian", "zhan"]),
    ("繁", &["po", "fan"]),
    ("扎", &["zha", "za"]),
    ("行", &["xing", "hang"]),
    ("颉", &["xie", "jie"]),
    ("褚", &["chu", "zhu"]),
    ("尉", &["wei", "yu"]),
    ("阚", &["kan"]),
    ("谷", &["gu", "yu"]),
    ("参", &["can", "shen"]),
    ("强", &["qiang", "jiang"]),
];

/// Characters of given names with more than one living reading; the first is the usual one in names.
const GIVEN: &[(char, &[&str])] = &[
    ('晟', &["sheng", "cheng"]),
    ('茜', &["qian", "xi"]),
    ('娜', &["na", "nuo"]),
    ('乐', &["le", "yue"]),
    ('朝', &["chao", "zhao"]),
    ('行', &["xing", "hang"]),
    ('长', &["chang", "zhang"]),
    ('重', &["chong", "zhong"]),
    ('曾', &["zeng", "ceng"]),
    ('柏', &["bai", "bo"]),
    ('藏', &["cang", "zang"]),
    ('莘', &["xin", "shen"]),
    ('炅', &["jiong", "gui"]),
    ('单', &["dan", "shan"]),
    ('参', &["can", "shen"]),
    ('传', &["chuan", "zhuan"]),
    ('仔', &["zai", "zi"]),
    ('盛', &["sheng", "cheng"]),
    ('禅', &["chan", "shan"]),
    ('栖', &["qi", "xi"]),
    ('解', &["jie", "xie"]),
    ('阿', &["a", "e"]),
    ('都', &["du", "dou"]),
    ('徵', &["zheng", "zhi"]),
    ('浚', &["jun", "xun"]),
    ('隽', &["jun", "juan"]),
    ('薄', &["bo", "bao"]),
    ('殷', &["yin", "yan"]),
    ('洗', &["xi", "xian"]),
    ('识', &["shi", "zhi"]),
    ('尉', &["wei", "yu"]),
    ('奇', &["qi", "ji"]),
    ('扎', &["zha", "za"]),
    ('厦', &["xia", "sha"]),
    ('番', &["fan", "pan"]),
    ('六', &["liu", "lu"]),
    ('会', &["hui", "kuai"]),
    ('血', &["xue", "xie"]),
];

/// A surname and its readings.
type Surname = (&'static str, &'static [&'static str]);

/// The surnames of the table that begin with a character.
fn surnames(first: char) -> &'static [Surname] {
    static BY_FIRST: LazyLock<HashMap<char, Vec<Surname>>> = LazyLock::new(|| {
        let mut by_first: HashMap<char, Vec<Surname>> = HashMap::new();
        for surname in SURNAMES {
            by_first.entry(surname.0.chars().next().unwrap_or_default()).or_default().push(*surname);
        }
        by_first
    });
    BY_FIRST.get(&first).map(Vec::as_slice).unwrap_or_default()
}

/// The dictionary writes `lv` for `lü`.
fn umlauted(plain: &str) -> Cow<'_, str> {
    if plain.contains('v') { Cow::Owned(plain.replace('v', "ü")) } else { Cow::Borrowed(plain) }
}

/// The usual reading of a character, without tone: `lü`, never `lv`.
fn usual(c: char) -> Option<String> {
    c.to_pinyin().map(|p| umlauted(p.plain()).into_owned())
}

/// How many characters of a name are its surname: compound surnames stay whole, and leave a given name.
pub(super) fn surname_length(han: &[char]) -> usize {
    let [first, second, _, ..] = han else { return 1.min(han.len()) };
    let compound = |s: &str| s.chars().nth(1) == Some(*second);
    if surnames(*first).iter().any(|(surname, _)| compound(surname)) { 2 } else { 1 }
}

/// Readings of each character of a name, the likely one first: `[["shan", "dan"], ["tian"], ["fang"]]`.
/// None if a character has no known reading. `surname` is the number of characters of the surname.
pub(super) fn readings(han: &[char], surname: usize) -> Option<Vec<Vec<String>>> {
    let surname = surname.min(han.len());
    let (family, given) = han.split_at(surname);
    let family_text: String = family.iter().collect();
    let mut all: Vec<Vec<String>> = Vec::with_capacity(han.len());
    let known = family.first().map(|first| surnames(*first)).unwrap_or_default();
    match known.iter().find(|(s, _)| *s == family_text) {
        Some((_, known)) if surname == 1 => all.push(known.iter().map(|r| (*r).to_owned()).collect()),
        Some((_, known)) => {
            all.extend(known.iter().take(1).flat_map(|r| r.split(' ')).map(|r| vec![r.to_owned()]));
        }
        None => {
            for c in family {
                all.push(vec![usual(*c)?]);
            }
        }
    }
    for c in given {
        match GIVEN.iter().find(|(g, _)| g == c) {
            Some((_, known)) => all.push(known.iter().map(|r| (*r).to_owned()).collect()),
            None => all.push(vec![usual(*c)?]),
        }
    }
    Some(all)
}

/// Spellings of one reading that people type: `lü` as `lv`, `lu`, `lyu`.
pub(super) fn spellings(reading: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let plain = !reading.contains('ü');
    let umlaut = ["v", "u", "yu"].into_iter().filter(move |_| !plain).map(|u| Cow::Owned(reading.replace('ü', u)));
    plain.then_some(Cow::Borrowed(reading)).into_iter().chain(umlaut)
}

/// Reads `letters` (folded, without spaces) as the pinyin of `han`: one spelling for each character, or None if it is no
/// pinyin of this name.
pub(super) fn align(han: &[char], letters: &str) -> Option<Vec<String>> {
    fn rest(name: &[char], at: usize, letters: &str) -> Option<Vec<String>> {
        let Some(c) = name.get(at) else {
            return letters.is_empty().then(|| Vec::with_capacity(name.len()));
        };
        let mut tried: Vec<&str> = Vec::new();
        let mut attempt = |reading: &str| {
            // Most readings do not begin like the letters, with `ü` in any spelling.
            if reading.get(..1).is_none_or(|first| !letters.starts_with(first)) {
                return None;
            }
            spellings(reading).find_map(|spelling| {
                let (spelled, after) = letters.split_at_checked(spelling.len())?;
                if spelled != spelling || tried.contains(&spelled) {
                    return None;
                }
                tried.push(spelled);
                let mut aligned = rest(name, at + 1, after)?;
                aligned.insert(0, spelled.to_owned());
                Some(aligned)
            })
        };
        if let Some(first) = name.first().filter(|_| at < 2) {
            // A surname's reading need not be one that the dictionary has for the character.
            let own = surnames(*first).iter().find_map(|(surname, known)| {
                let nth = surname.chars().zip(name).all(|(s, n)| s == *n).then_some(at)?;
                let length = surname.chars().count();
                known.iter().find_map(|r| {
                    if length == 1 { (nth == 0).then(|| attempt(r))? } else { attempt(r.split(' ').nth(nth)?) }
                })
            });
            if own.is_some() {
                return own;
            }
        }
        c.to_pinyin_multi().into_iter().flatten().find_map(|reading| attempt(&umlauted(reading.plain())))
    }
    rest(han, 0, letters)
}

fn capitalized(syllables: &[String], apostrophes: bool) -> String {
    let mut word = String::new();
    for (at, syllable) in syllables.iter().enumerate() {
        // 汉语拼音正词法基本规则 (GB/T 16159-2012), 6.6.2: a syllable that begins with a, o, e is set off.
        if at > 0 && apostrophes && syllable.starts_with(['a', 'o', 'e']) {
            word.push('\'');
        }
        word.push_str(syllable);
    }
    let mut letters = word.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Pinyin of a Han name, surname first, with the surname's own reading (GB/T 28039-2011): `欧阳静` → `Ouyang Jing`,
/// `单田芳` → `Shan Tianfang`, `古丽娜尔·艾合买提` → `Gulinaer Aihemaiti`. Empty if it is none.
pub fn latin_name(han: &str) -> String {
    let separates = |c: char| matches!(c, '·' | '•' | '・' | '‧');
    let mut parts: Vec<Vec<char>> = han
        // The form makes a separator of a space.
        .split(|c: char| separates(c) || c.is_whitespace())
        .map(|part| part.chars().collect::<Vec<_>>())
        .filter(|part| !part.is_empty())
        .collect();
    if parts.iter().flatten().any(|c| !is_han(*c)) {
        return String::new();
    }
    // Tables set the surname apart to have names of two and of three characters end alike.
    if let [family, given] = parts.as_slice()
        && !han.contains(separates)
    {
        let whole = [family.as_slice(), given].concat();
        if surname_length(&whole) == family.len() {
            parts = vec![whole];
        }
    }
    let likely = |chars: &[char], surname| -> Option<Vec<String>> {
        Some(readings(chars, surname)?.into_iter().filter_map(|all| all.into_iter().next()).collect())
    };
    let words: Option<Vec<String>> = match parts.as_slice() {
        [name] => {
            let surname = surname_length(name);
            likely(name, surname).map(|syllables| {
                let (family, given) = syllables.split_at(surname.min(syllables.len()));
                vec![capitalized(family, true), capitalized(given, true)]
            })
        }
        // A name with separators has no surname to split off; each part is one word.
        many => many.iter().map(|part| likely(part, 0).map(|s| capitalized(&s, false))).collect(),
    };
    words.unwrap_or_default().into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_have_their_own_reading() {
        for (han, latin) in [
            ("林嘉宁", "Lin Jianing"),
            ("欧阳静", "Ouyang Jing"),
            ("单田芳", "Shan Tianfang"),
            ("仇和", "Qiu He"),
            ("解晓东", "Xie Xiaodong"),
            ("区静", "Ou Jing"),
            ("查良镛", "Zha Liangyong"),
            ("盖叫天", "Ge Jiaotian"),
            ("朴树", "Piao Shu"),
            ("翟志刚", "Zhai Zhigang"),
            ("覃海洋", "Qin Haiyang"),
            ("尉迟恭", "Yuchi Gong"),
            ("万俟咏", "Moqi Yong"),
            ("曾国藩", "Zeng Guofan"),
            ("乐嘉", "Yue Jia"),
            ("任长霞", "Ren Changxia"),
            ("华罗庚", "Hua Luogeng"),
            ("吕布", "Lü Bu"),
            ("张建安", "Zhang Jian'an"),
            ("王乐", "Wang Le"),
            ("欧阳", "Ou Yang"),
            ("重阳子", "Chong Yangzi"),
            ("孙行者", "Sun Xingzhe"),
            ("古丽娜尔·艾合买提", "Gulinaer Aihemaiti"),
            (" 扎西 ・ 顿珠 ", "Zhaxi Dunzhu"),
            ("古丽娜尔 艾合买提", "Gulinaer Aihemaiti"),
            ("扎西 顿珠", "Zhaxi Dunzhu"),
            ("单　雄", "Shan Xiong"),
            ("欧阳 静", "Ouyang Jing"),
        ] {
            assert_eq!(latin_name(han), latin, "{han}");
        }
    }

    #[test]
    fn the_tables_say_only_what_the_dictionary_does_not() {
        let told = |han: &str, known: &[&str]| {
            let chars: Vec<char> = han.chars().collect();
            known.len() > 1 || chars.len() > 1 || usual(chars[0]).as_deref() != Some(known[0])
        };
        assert!(SURNAMES.iter().all(|(han, known)| told(han, known)));
        assert!(GIVEN.iter().all(|(c, known)| told(&c.to_string(), known)));
    }

    #[test]
    fn what_is_no_han_name_has_no_pinyin() {
        for other in ["", "  ", "·", "Hannah", "林Lin", "🙂"] {
            assert_eq!(latin_name(other), "", "{other}");
        }
    }

    #[test]
    fn a_latin_name_is_recognised_as_pinyin_in_any_reading() {
        let align = |han: &str, letters| align(&han.chars().collect::<Vec<_>>(), letters).map(|s| s.join("-"));
        assert_eq!(align("张伟明", "zhangweiming").as_deref(), Some("zhang-wei-ming"));
        assert_eq!(align("单田芳", "dantianfang").as_deref(), Some("dan-tian-fang"));
        assert_eq!(align("单田芳", "shantianfang").as_deref(), Some("shan-tian-fang"));
        assert_eq!(align("吕布", "lyubu").as_deref(), Some("lyu-bu"));
        assert_eq!(align("尉迟恭", "yuchigong").as_deref(), Some("yu-chi-gong"));
        assert_eq!(align("张文森", "winstonzhang"), None);
        assert_eq!(align("张伟", "zhangweiming"), None);
    }
}
