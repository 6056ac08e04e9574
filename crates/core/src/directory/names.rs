//! The forms under which a person is found, and where in the name a word was found.

use super::fold::{Word, fold_char, is_apostrophe, letters, query_words, words};
use super::pinyin;
use consilium_api::account::Name;
use consilium_api::directory::NameMatch;
use consilium_registry_api::form::is_han;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Ends the token of a whole name. All words of a query are prefixes, so it costs nothing and marks the exact ones.
/// A private-use character, which no folded text holds.
pub(super) const END: char = '\u{e000}';

/// Readings of a name that are indexed at most.
const MOST_READINGS: usize = 6;

/// Places of a letter in [`NameForms::sort_key`]: none, `a` to `z`, and other scripts.
const LETTER_PLACES: i64 = 28;
const OTHER_SCRIPTS: i64 = 27;
/// Places of a Han character there: none, each of the first block, and all others.
const HAN_PLACES: i64 = 0x9fff - 0x4e00 + 3;

/// The letter under which a list has names of this key: `A` to `Z`, else `#`.
pub(super) fn letter_of(sort_key: i64) -> char {
    let place = sort_key / (LETTER_PLACES.pow(9) * HAN_PLACES);
    u8::try_from(place).ok().filter(|p| (1..=26).contains(p)).map_or('#', |p| char::from(b'A' + p - 1))
}

/// A letter of a text: folded, with the UTF-16 range of the character it came from.
#[derive(Clone, Copy, Debug)]
struct Letter {
    folded: char,
    range: (u32, u32),
}

fn letters_of(text: &str) -> Vec<Letter> {
    let mut at = 0;
    let mut found = Vec::new();
    for c in text.chars() {
        let end = at + c.len_utf16() as u32;
        found.extend(fold_char(c).filter(|c| c.is_alphanumeric()).map(|folded| Letter { folded, range: (at, end) }));
        at = end;
    }
    found
}

/// A word of a name in Latin letters and where its letters are.
#[derive(Clone, Debug)]
struct Part {
    text: String,
    /// Index of its first letter.
    first: usize,
}

#[derive(Debug)]
pub(super) struct NameForms {
    han: Vec<Letter>,
    latin: Vec<Letter>,
    parts: Vec<Part>,
    /// The parts with the family name at the other end.
    turned: Vec<Part>,
    /// Ways to read the Han name; empty if it cannot be read.
    readings: Vec<Vec<String>>,
    /// The Latin name is the first of the readings: indices of its letters in their order.
    aligned: Option<Vec<usize>>,
    /// Other spellings of Latin words: `mueller`, `brien`.
    variants: Vec<String>,
    /// Han characters of the surname.
    surname: usize,
}

impl NameForms {
    /// `surname` is the number of Han characters of the surname, 0 if unknown; `family` what [`family_words`] says of
    /// `latin`.
    pub(super) fn new(han: &str, surname: usize, latin: &str, family: i64) -> Self {
        let han = han_letters(han);
        let chars: Vec<char> = han.iter().map(|l| l.folded).collect();
        let latin_letters = letters_of(latin);
        let parts = parts_of(latin);
        let turned = turned(&parts, family);
        let surname = if surname == 0 { pinyin::surname_length(&chars) } else { surname };

        let in_order = |parts: &[Part]| parts.iter().flat_map(|p| p.first..p.first + p.text.chars().count()).collect();
        let (aligned, spelled) = [&parts, &turned]
            .into_iter()
            .filter(|_| !chars.is_empty())
            .find_map(|parts| {
                let spelled = pinyin::align(&chars, &parts.iter().map(|p| p.text.as_str()).collect::<String>())?;
                Some((Some(in_order(parts)), Some(spelled)))
            })
            .unwrap_or_default();
        let readings = readings(&chars, surname, spelled.as_deref());
        let variants = if aligned.is_some() { Vec::new() } else { variants(latin) };
        Self { han, latin: latin_letters, parts, turned, readings, aligned, variants, surname }
    }

    /// What goes into the index, without repetitions.
    pub(super) fn tokens(&self) -> BTreeSet<String> {
        let mut tokens = BTreeSet::new();
        let han: String = self.han.iter().map(|l| l.folded).collect();
        for (at, _) in han.char_indices() {
            // A prefix of a suffix is a substring.
            let suffix = han.get(at..).unwrap_or_default();
            tokens.insert(if at == 0 { format!("{suffix}{END}") } else { suffix.to_owned() });
        }
        for syllables in &self.readings {
            abbreviations(syllables, true, &mut tokens);
        }
        let text = |parts: &[Part]| parts.iter().map(|p| p.text.clone()).collect::<Vec<_>>();
        if self.aligned.is_some() {
            for order in [&self.parts, &self.turned] {
                tokens.insert(format!("{}{END}", text(order).concat()));
            }
        } else {
            abbreviations(&text(&self.parts), false, &mut tokens);
            abbreviations(&text(&self.turned), false, &mut tokens);
        }
        tokens.extend(self.variants.iter().cloned());
        tokens
    }

    /// Where the name stands in a list: by six letters of the surname's pinyin, then its character, then four letters of
    /// the given name's pinyin. Latin names are among them by family name; names in other scripts come last.
    pub(super) fn sort_key(&self) -> i64 {
        let (family, han, given) = match self.readings.first() {
            Some(syllables) => {
                let (family, given) = syllables.split_at(self.surname.min(syllables.len()));
                let first = self.han.first().map_or(0, |l| u32::from(l.folded));
                (family.concat(), (i64::from(first) - 0x4dff).clamp(1, HAN_PLACES - 1), given.concat())
            }
            None => {
                let mut parts = self.turned.iter().map(|part| part.text.as_str());
                (parts.next().unwrap_or_default().to_owned(), 0, parts.collect())
            }
        };
        let place = |c: char| if c.is_ascii_lowercase() { i64::from(u32::from(c) - u32::from('a')) + 1 } else { 0 };
        let packed = |text: &str, letters: usize| {
            let places = text.chars().map(place).chain(std::iter::repeat(0)).take(letters);
            places.fold(0, |packed, place| packed * LETTER_PLACES + place)
        };
        let named = family.starts_with(|c: char| c.is_ascii_lowercase());
        let family = if named { packed(&family, 6) } else { OTHER_SCRIPTS * LETTER_PLACES.pow(5) };
        (family * HAN_PLACES + han) * LETTER_PLACES.pow(4) + packed(&given, 4)
    }

    /// Adds where the first of the spellings that is in the name matches.
    pub(super) fn highlight_first(&self, spellings: &[Word], found: &mut NameMatch) {
        for word in spellings {
            let mut here = NameMatch::default();
            self.highlight(word, &mut here);
            if here != NameMatch::default() {
                // Once more, so that ranges that touch are joined.
                self.highlight(word, found);
                return;
            }
        }
    }

    /// Adds where `word` matches.
    pub(super) fn highlight(&self, word: &Word, found: &mut NameMatch) {
        if word.han {
            mark_characters(&self.han, word, found);
            return;
        }
        for (nth, syllables) in self.readings.iter().enumerate() {
            let Some(taken) = take(syllables, &word.text, true) else { continue };
            let touched = taken.iter().zip(&self.han).filter(|(n, _)| **n > 0).map(|(_, letter)| letter);
            mark(&mut found.han, touched);
            if let Some(order) = self.aligned.as_ref().filter(|_| nth == 0) {
                let mut begin = 0;
                for (syllable, n) in syllables.iter().zip(taken) {
                    let range = order.get(begin..begin + n).unwrap_or_default();
                    mark(&mut found.latin, range.iter().filter_map(|at| self.latin.get(*at)));
                    begin += syllable.len();
                }
                return;
            }
            break;
        }
        for parts in [&self.parts, &self.turned] {
            let texts: Vec<String> = parts.iter().map(|p| p.text.clone()).collect();
            if let Some(taken) = take(&texts, &word.text, false) {
                for (part, n) in parts.iter().zip(taken) {
                    mark(&mut found.latin, self.latin.iter().skip(part.first).take(n));
                }
                return;
            }
        }
    }
}

/// Whether every word that was typed finds somebody of this name, as in the search of the directory: by characters, pinyin,
/// initials, Latin letters. Nothing typed finds everybody.
pub fn is_called(name: &Name, typed: &str) -> bool {
    let typed = query_words(typed);
    if typed.is_empty() {
        return true;
    }
    let tokens = NameForms::new(&name.han, 0, &name.latin, 0).tokens();
    typed.iter().all(|typed| {
        let word = &typed.word.text;
        tokens.range(word.clone()..).next().is_some_and(|token| token.starts_with(word))
    })
}

/// Where words of Han characters match in a Han name. How it is read does not matter to them.
pub(super) fn highlight_han<'a>(han: &str, words: impl Iterator<Item = &'a Word>, found: &mut NameMatch) {
    let letters = han_letters(han);
    words.for_each(|word| mark_characters(&letters, word, found));
}

fn han_letters(han: &str) -> Vec<Letter> {
    letters_of(han).into_iter().filter(|l| is_han(l.folded)).collect()
}

/// Adds where the characters stand first.
fn mark_characters(han: &[Letter], word: &Word, found: &mut NameMatch) {
    let wanted: Vec<char> = word.text.chars().collect();
    let at = han.windows(wanted.len()).position(|w| w.iter().map(|l| l.folded).eq(wanted.iter().copied()));
    if let Some(at) = at {
        mark(&mut found.han, han.iter().skip(at).take(wanted.len()));
    }
}

fn parts_of(latin: &str) -> Vec<Part> {
    let mut first = 0;
    words(latin)
        .into_iter()
        .filter(|w| !w.han)
        .map(|w| {
            let part = Part { first, text: w.text };
            first += part.text.chars().count();
            part
        })
        .collect()
}

/// How many words of a Latin name its family name is: at its head if positive, at its end if negative; 0 if unknown.
pub(super) fn family_words(latin: &str, family: &str) -> i64 {
    let family = words(family);
    let parts = parts_of(latin);
    let length = family.len().min(parts.len()) as i64;
    let heads = family.iter().zip(&parts).all(|(word, part)| word.text == part.text);
    if heads && family.len() <= parts.len() { length } else { -length }
}

fn turned(parts: &[Part], family: i64) -> Vec<Part> {
    let length = usize::try_from(family.unsigned_abs()).unwrap_or(usize::MAX).min(parts.len());
    let at = match family {
        0 => parts.len().saturating_sub(1),
        1.. => length,
        _ => parts.len() - length,
    };
    let (front, back) = parts.split_at(at);
    [back, front].concat()
}

/// Readings of the name, the one it is spelled in first.
fn readings(han: &[char], surname: usize, spelled: Option<&[String]>) -> Vec<Vec<String>> {
    if han.is_empty() {
        return Vec::new();
    }
    let known = pinyin::readings(han, surname);
    if known.is_none() && spelled.is_none() {
        return Vec::new();
    }
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for at in 0..han.len() {
        let mut here: Vec<String> = known.as_ref().and_then(|k| k.get(at)).cloned().unwrap_or_default();
        let unheard = |s: &&String| !here.iter().any(|r| pinyin::spellings(r).any(|spelling| spelling == s.as_str()));
        if let Some(spelled) = spelled.and_then(|s| s.get(at)).filter(unheard) {
            here.insert(0, spelled.clone());
        }
        // The likely reading of every character stays first; of the others, those of the surname come before.
        all = here
            .iter()
            .flat_map(|r| all.iter().map(move |so_far| [so_far.as_slice(), std::slice::from_ref(r)].concat()))
            .take(MOST_READINGS)
            .collect();
    }
    let mut found: Vec<Vec<String>> = spelled.map(<[String]>::to_vec).into_iter().collect();
    for reading in all {
        // Whoever writes `lv` for one `lü` of a name does so for the other.
        let styles = if reading.iter().any(|r| r.contains('ü')) { 3 } else { 1 };
        for style in 0..styles {
            let spell = |r: &String| {
                let spelling = pinyin::spellings(r).nth(style).or_else(|| pinyin::spellings(r).next());
                spelling.map(Cow::into_owned)
            };
            let spelling: Vec<String> = reading.iter().filter_map(spell).collect();
            if !found.contains(&spelling) {
                found.push(spelling);
            }
        }
    }
    found
}

/// Spellings of Latin words besides their folded one: `ü` as `ue`, and what follows an apostrophe.
fn variants(latin: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in latin.split(|c: char| !c.is_alphanumeric() && !is_apostrophe(c)).filter(|w| !w.is_empty()) {
        let lower = word.to_lowercase();
        if lower.contains(['ä', 'ö', 'ü', 'å']) {
            let long = lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('å', "aa");
            found.push(letters(&long));
        }
        if let Some((_, after)) = word.split_once(is_apostrophe) {
            found.push(letters(after));
        }
    }
    found.retain(|v| !v.is_empty());
    found
}

/// Ways to shorten a syllable or word: its first letter, and `zh`, `ch`, `sh`.
fn initials(syllable: &str, pinyin: bool) -> Vec<&str> {
    let one = syllable.char_indices().nth(1).map_or(syllable, |(end, _)| syllable.get(..end).unwrap_or(syllable));
    let two = ["zh", "ch", "sh"].into_iter().find(|two| pinyin && syllable.starts_with(two));
    two.into_iter().chain(std::iter::once(one)).collect()
}

/// Tokens whose prefixes are all ways to write the syllables from any of them on, each whole or by its initial, the
/// last one broken off anywhere: of `zhang wei` they are `zhangwei`, `zhwei`, `zwei`, `wei`.
fn abbreviations(syllables: &[String], pinyin: bool, tokens: &mut BTreeSet<String>) {
    let Some((last, before)) = syllables.split_last() else { return };
    // A long name would have hundreds; of it only the whole, the initials, and initials after the first word.
    let long = syllables.len() > 4;
    let one = |syllable: &String| initials(syllable, false).concat();
    for start in 0..syllables.len().min(12) {
        let before = before.get(start..).unwrap_or_default();
        let heads: Vec<String> = match before.split_first() {
            Some((first, rest)) if long => {
                let short: String = rest.iter().map(one).collect();
                vec![before.concat(), format!("{}{short}", one(first)), format!("{first}{short}")]
            }
            _ => before.iter().fold(vec![String::new()], |heads, syllable| {
                let ways = std::iter::once(syllable.as_str()).chain(initials(syllable, pinyin));
                ways.flat_map(|way| heads.iter().map(move |head| format!("{head}{way}"))).collect()
            }),
        };
        for (nth, head) in heads.iter().enumerate() {
            let end = if start == 0 && nth == 0 { END.to_string() } else { String::new() };
            tokens.insert(format!("{head}{last}{end}"));
        }
    }
    // The whole name stands with its end only.
    let whole = syllables.concat();
    tokens.remove(&whole);
}

/// How many letters of each syllable `text` takes, if it is a way to write them as in [`abbreviations`].
fn take(syllables: &[String], text: &str, pinyin: bool) -> Option<Vec<usize>> {
    fn from(syllables: &[String], text: &str, pinyin: bool) -> Option<Vec<usize>> {
        if text.is_empty() {
            return Some(Vec::new());
        }
        let (syllable, rest) = syllables.split_first()?;
        if syllable.starts_with(text) {
            return Some(vec![text.chars().count()]);
        }
        std::iter::once(syllable.as_str()).chain(initials(syllable, pinyin)).find_map(|way| {
            let taken = from(rest, text.strip_prefix(way)?, pinyin)?;
            Some(std::iter::once(way.chars().count()).chain(taken).collect())
        })
    }
    (0..syllables.len()).find_map(|start| {
        let taken = from(syllables.get(start..)?, text, pinyin)?;
        Some(std::iter::repeat_n(0, start).chain(taken).collect())
    })
}

/// Adds the ranges of these letters, sorted and joined where they touch.
fn mark<'a>(ranges: &mut Vec<(u32, u32)>, letters: impl Iterator<Item = &'a Letter>) {
    ranges.extend(letters.map(|l| l.range));
    ranges.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
    for (begin, end) in ranges.drain(..) {
        match joined.last_mut() {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((begin, end)),
        }
    }
    *ranges = joined;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_each_of_its_forms() {
        let ouyang = Name { han: "欧阳静".into(), latin: "Ouyang Jing".into() };
        for typed in ["", "欧", "静", "ouyang", "oyj", "ouyangj", "jing ouyang", "Ōuyáng", "欧阳 jing"] {
            assert!(is_called(&ouyang, typed), "{typed}");
        }
        let muller = Name { han: String::new(), latin: "Zoë Müller".into() };
        for typed in ["zoe", "mueller", "Mull", "müller zoë"] {
            assert!(is_called(&muller, typed), "{typed}");
        }
        for typed in ["wang", "阳欧", "ouyang wang", "mu"] {
            assert!(!is_called(&ouyang, typed), "{typed}");
        }
    }

    fn named(han: &str, surname: usize, latin: &str, family: &str) -> NameForms {
        NameForms::new(han, surname, latin, family_words(latin, family))
    }

    fn found_by(forms: &NameForms, query: &str) -> bool {
        let tokens = forms.tokens();
        query_words(query).iter().all(|w| tokens.iter().any(|t| t.starts_with(&w.word.text)))
    }

    fn matched(forms: &NameForms, query: &str) -> NameMatch {
        let mut found = NameMatch::default();
        for typed in query_words(query) {
            forms.highlight(&typed.word, &mut found);
        }
        found
    }

    #[test]
    fn a_chinese_name_is_found_by_any_script_and_any_shortening() {
        let zhang = named("张伟明", 1, "Zhang Weiming", "Zhang");
        for query in [
            "张",
            "伟",
            "明",
            "张伟",
            "伟明",
            "张伟明",
            "zhang",
            "z",
            "zh",
            "zha",
            "zhangw",
            "zhangwei",
            "zhangweim",
            "zhangwm",
            "zwm",
            "zhwm",
            "zwming",
            "weiming",
            "wm",
            "ming",
            "张w",
            "zhang 明",
            "ZHANG Weiming",
            "weiming zhang",
            "weimingzhang",
        ] {
            assert!(found_by(&zhang, query), "{query}");
        }
        for query in ["章", "张明", "zhangm", "wz", "zhangweix", "hang", "iming"] {
            assert!(!found_by(&zhang, query), "{query}");
        }
    }

    #[test]
    fn every_reading_of_a_surname_finds_it() {
        let shan = named("单田芳", 1, "Shan Tianfang", "Shan");
        assert!(["shantf", "dantf", "stf", "dtf", "shan tianfang"].iter().all(|q| found_by(&shan, q)));
        let qin = named("覃海洋", 1, "Tan Haiyang", "Tan");
        assert!(["qinhy", "tanhy"].iter().all(|q| found_by(&qin, q)));
        let lü = named("吕绿", 1, "Lü Lü", "Lü");
        assert!(["lvlv", "lulu", "lyulyu", "ll", "lü"].iter().all(|q| found_by(&lü, q)));
        let ouyang = named("欧阳静", 2, "Ouyang Jing", "Ouyang");
        assert!(["ouyangj", "oyj", "oyjing", "阳静"].iter().all(|q| found_by(&ouyang, q)));
    }

    #[test]
    fn a_chinese_name_with_a_western_latin_name_keeps_its_pinyin() {
        let winston = named("张文森", 1, "Winston Zhang", "Zhang");
        assert!(
            ["zhangws", "zws", "winston", "zhang w", "winston zhang", "wzhang"].iter().all(|q| found_by(&winston, q))
        );
    }

    #[test]
    fn a_latin_name_is_found_in_any_order_without_diacritics() {
        let zoe = named("", 0, "Zoë O’Brien-Müller", "O’Brien-Müller");
        for query in [
            "zoe",
            "Zoë",
            "obrien",
            "o'brien",
            "brien",
            "muller",
            "mueller",
            "zobrien",
            "muller zoe",
            "obrienmullerzoe",
        ] {
            assert!(found_by(&zoe, query), "{query}");
        }
        assert!(!found_by(&zoe, "rien"));
    }

    #[test]
    fn names_with_separators_long_names_and_rare_characters_are_found() {
        let guli = named("古丽娜尔·艾合买提", 0, "Gulnar Ahmet", "");
        for query in ["古丽", "娜尔·艾合", "艾合买提", "gulnar", "ahmet g", "gulinaer", "glneahmt"] {
            assert!(found_by(&guli, query), "{query}");
        }
        assert!(guli.tokens().len() < 60, "{}", guli.tokens().len());
        let rare = named("𠮷田", 1, "Yoshida", "");
        assert!(found_by(&rare, "𠮷") && found_by(&rare, "yoshi"));
        let forty = named(&"林".repeat(40), 1, "", "");
        assert!(found_by(&forty, &"林".repeat(40)));
        assert!(forty.tokens().len() < 300, "{}", forty.tokens().len());
    }

    #[test]
    fn names_of_one_character_of_forty_and_of_other_scripts_are_found() {
        let one = named("丽", 1, "Li", "Li");
        assert!(["丽", "li", "l"].iter().all(|q| found_by(&one, q)));
        assert!(one.tokens().contains(&format!("丽{END}")), "it is found as a whole name");
        let nameless = named("石磊", 1, "", "");
        assert!(["shi", "sl", "石", "磊", "shil"].iter().all(|q| found_by(&nameless, q)));
        let tashi = named("扎西·顿珠", 0, "Tashi Dhondup", "");
        assert!(["扎西", "顿珠", "zhaxi", "zxdz", "tashi", "dhondup t", "扎西·顿"].iter().all(|q| found_by(&tashi, q)));
        let uyghur = named("", 0, "گۈلنار ئەخمەت", "");
        assert!(["گۈل", "ئەخمەت", "گ"].iter().all(|q| found_by(&uyghur, q)));
        assert_eq!(matched(&uyghur, "ئەخ").latin, vec![(7, 10)]);
        let hebrew = named("", 0, "נועה לוי", "לוי");
        assert!(["נועה", "לוי", "לוי נ"].iter().all(|q| found_by(&hebrew, q)));
        let long = "Wolfeschlegelsteinhausenbergerdorff Hubert";
        let forty = named("", 0, long, "");
        assert!(
            ["wolfesch", "hubert w", "wolfeschlegelsteinhausenbergerdorffhubert"].iter().all(|q| found_by(&forty, q))
        );
    }

    #[test]
    fn the_family_name_is_at_the_head_or_at_the_end() {
        for (latin, family, words) in [
            ("Zhang Wei", "Zhang", 1),
            ("Winston Zhang", "zhang", -1),
            ("María García López", "García López", -2),
            ("Ouyang", "Ouyang Jing", -1),
            ("Gulnar", "", 0),
            ("", "Zhang", 0),
        ] {
            assert_eq!(family_words(latin, family), words, "{latin}");
        }
    }

    #[test]
    fn a_list_by_name_keeps_surnames_together() {
        let key = |han: &str, latin: &str, family: &str| named(han, 0, latin, family).sort_key();
        let in_order = [
            key("安然", "An Ran", "An"),
            key("", "Anna Berg", "Berg"),
            key("单田芳", "Shan Tianfang", "Shan"),
            key("", "Hannah Weiss", "Weiss"),
            key("张安", "Zhang An", "Zhang"),
            key("张伟", "Zhang Wei", "Zhang"),
            key("张文森", "Winston Zhang", "Zhang"),
            key("章安", "Zhang An", "Zhang"),
            key("", "נועה לוי", "לוי"),
        ];
        assert!(in_order.is_sorted(), "{in_order:?}");
        let letters: String = in_order.iter().map(|key| letter_of(*key)).collect();
        assert_eq!(letters, "ABSWZZZZ#");
        assert_eq!(letter_of(key("𠮷", "", "")), '#', "a character without a known reading");
        assert_eq!(letter_of(key("欧阳静", "Ouyang Jing", "Ouyang")), 'O');
    }

    #[test]
    fn matches_are_ranges_in_utf16() {
        let zhang = named("张文博", 1, "Zhang Wenbo", "Zhang");
        assert_eq!(matched(&zhang, "zhangw"), NameMatch { han: vec![(0, 2)], latin: vec![(0, 5), (6, 7)] });
        assert_eq!(matched(&zhang, "zwb"), NameMatch { han: vec![(0, 3)], latin: vec![(0, 1), (6, 7), (9, 10)] });
        assert_eq!(matched(&zhang, "文博 zh"), NameMatch { han: vec![(0, 3)], latin: vec![(0, 2)] });
        let rare = named("𠮷田静", 1, "Zoë Müller", "Müller");
        assert_eq!(matched(&rare, "田"), NameMatch { han: vec![(2, 3)], latin: vec![] });
        assert_eq!(matched(&rare, "mul zoe"), NameMatch { han: vec![], latin: vec![(0, 3), (4, 7)] });
        let winston = named("张文森", 1, "Winston Zhang", "Zhang");
        assert_eq!(matched(&winston, "zhangw"), NameMatch { han: vec![(0, 2)], latin: vec![(0, 1), (8, 13)] });
    }
}
