//! Text as it is compared: one width, one case, no diacritics.

use consilium_registry_api::form::is_han;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words of a query that are looked at; more are ignored.
pub(crate) const MOST_WORDS: usize = 12;
/// Characters of a word that are looked at.
pub(crate) const LONGEST_WORD: usize = 64;

/// Letters and digits that a character stands for in comparisons: none for a mark, several for `ß` or `㎎`.
pub(crate) fn fold_char(c: char) -> impl Iterator<Item = char> {
    // Nothing else becomes of most characters there are.
    let plain = (c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c)).then(|| c.to_ascii_lowercase());
    let others = if plain.is_none() { Some(fold_other(c)) } else { None };
    plain.into_iter().chain(others.into_iter().flatten())
}

fn fold_other(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).flat_map(|c| {
        let plain = match c {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'þ' => "th",
            'ı' => "i",
            _ => "",
        };
        let unchanged = if plain.is_empty() { Some(c) } else { None };
        plain.chars().chain(unchanged).filter(|c| !is_combining_mark(*c))
    })
}

/// The letters and digits of a text, folded, without anything between them.
pub(super) fn letters(text: &str) -> String {
    text.chars().flat_map(fold_char).filter(|c| c.is_alphanumeric()).collect()
}

/// What joins two letters to one word.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

/// An unbroken run of Chinese characters, or of other letters and digits; folded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Word {
    pub text: String,
    pub han: bool,
}

/// Runs of a text in its order: `张w` is two.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut open = false;
    for source in text.chars() {
        if is_apostrophe(source) {
            continue;
        }
        for c in fold_char(source) {
            if !c.is_alphanumeric() {
                open = false;
                continue;
            }
            let han = is_han(c);
            match found.last_mut() {
                Some(word) if open && word.han == han => word.text.push(c),
                _ => found.push(Word { text: c.to_string(), han }),
            }
            open = true;
        }
    }
    found
}

/// A word of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub word: Word,
    /// It stands between blanks: the `心` of `张伟 心`, not the `张` of `张w`.
    pub apart: bool,
}

impl Typed {
    /// Its digits, if it may be a part of a telephone number: four or more and nothing else.
    pub(super) fn digits(&self) -> Option<&str> {
        let text = self.word.text.as_str();
        Some(text).filter(|t| t.len() >= SHORTEST_NUMBER && t.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// Digits of a telephone number that find it.
pub(super) const SHORTEST_NUMBER: usize = 4;

/// The words that a doctor typed, without repetitions. What is typed like a telephone number is one word of its digits:
/// `0599-555 0148` is `05995550148`.
pub(super) fn query_words(text: &str) -> Vec<Typed> {
    let mut found: Vec<Typed> = Vec::new();
    let mut add = |word: Word, apart: bool| {
        let mut word = word;
        if let Some((end, _)) = word.text.char_indices().nth(LONGEST_WORD) {
            word.text.truncate(end);
        }
        if found.len() < MOST_WORDS && !word.text.is_empty() && found.iter().all(|f| f.word != word) {
            found.push(Typed { word, apart });
        }
    };
    let mut number = String::new();
    let text: String = text.chars().take(MOST_WORDS * LONGEST_WORD).collect();
    for chunk in text.split_whitespace() {
        if let Some(digits) = number_part(chunk) {
            number.push_str(&digits);
            continue;
        }
        add(Word { text: std::mem::take(&mut number), han: false }, true);
        let words = words(chunk);
        let apart = words.len() == 1;
        words.into_iter().for_each(|word| add(word, apart));
    }
    add(Word { text: number, han: false }, true);
    found
}

/// The digits of a text that holds nothing but digits and what is put between those of a telephone number; without the
/// code of the country, which few numbers in a hospital's list have.
fn number_part(chunk: &str) -> Option<String> {
    let folded: String = chunk.chars().flat_map(|c| std::iter::once(c).nfkd()).collect();
    let national = folded.strip_prefix("+86").or_else(|| folded.strip_prefix("0086"));
    let plain = national.unwrap_or(&folded);
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/' | '–' | '‐' | '‑');
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    ((national.is_some() || !digits.is_empty()) && plain.chars().all(allowed)).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        query_words(text).into_iter().map(|w| w.word.text).collect()
    }

    #[test]
    fn words_break_where_the_script_changes() {
        assert_eq!(split("张w"), ["张", "w"]);
        assert_eq!(split("zhangwm 心内"), ["zhangwm", "心内"]);
        assert_eq!(split("古丽娜尔·艾合买提"), ["古丽娜尔", "艾合买提"]);
        assert_eq!(split("301医院"), ["301", "医院"]);
    }

    #[test]
    fn a_telephone_number_is_one_word_however_it_is_grouped() {
        for text in [
            "05995550148",
            "0599-555-0148",
            "0599 555 0148",
            "(0599) 555-0148",
            "０５９９５５５０１４８",
            "+86 0599 5550148",
        ] {
            assert_eq!(split(text), ["05995550148"], "{text}");
        }
        assert_eq!(split("张 0148 骨科"), ["张", "0148", "骨科"]);
        assert_eq!(split("jd1 301"), ["jd1", "301"]);
        let digits = |text: &str| query_words(text).iter().filter_map(|w| w.digits().map(str::len)).collect::<Vec<_>>();
        assert_eq!((digits("0148"), digits("301"), digits("a0148")), (vec![4], vec![], vec![]));
    }

    #[test]
    fn a_word_between_blanks_stands_apart() {
        let apart = |text: &str| query_words(text).iter().map(|w| w.apart).collect::<Vec<_>>();
        assert_eq!(apart("张伟 心"), [true, true]);
        assert_eq!(apart("张w 心"), [false, false, true]);
    }

    #[test]
    fn case_width_and_diacritics_do_not_count() {
        assert_eq!(split("ＺＨＡＮＧ　Ｗ"), ["zhang", "w"]);
        assert_eq!(split("Zoë O’Brien-Müller"), ["zoe", "obrien", "muller"]);
        assert_eq!(split("Groß Łukasz Øystein e\u{301}"), ["gross", "lukasz", "oystein", "e"]);
    }

    #[test]
    fn nonsense_is_no_word_and_floods_are_cut() {
        assert_eq!(split("  \" * ( ) - : ^ \u{e000} \0 🙂"), Vec::<String>::new());
        assert_eq!(query_words(&"张 ".repeat(100)).len(), 1);
        assert_eq!(query_words(&"a".repeat(100_000)).first().map(|w| w.word.text.len()), Some(LONGEST_WORD));
        let many: String = (0..100).map(|n| format!("w{n} ")).collect();
        assert_eq!(query_words(&many).len(), MOST_WORDS);
    }
}
