//! Text as it is compared: one width, one case, no diacritics.

use consilium_registry_api::form::is_han;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words of a query that are looked at; more are ignored.
const MOST_WORDS: usize = 12;
/// Characters of a word that are looked at.
const LONGEST_WORD: usize = 64;

/// Letters and digits that a character stands for in comparisons: none for a mark, several for `ß` or `㎎`.
pub(super) fn fold_char(c: char) -> impl Iterator<Item = char> {
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
pub(super) fn is_apostrophe(c: char) -> bool {
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

/// The words that a doctor typed, without repetitions.
pub(super) fn query_words(text: &str) -> Vec<Word> {
    let longest = MOST_WORDS * LONGEST_WORD;
    let mut found: Vec<Word> = Vec::new();
    for mut word in words(&text.chars().take(longest).collect::<String>()) {
        if let Some((end, _)) = word.text.char_indices().nth(LONGEST_WORD) {
            word.text.truncate(end);
        }
        if !found.contains(&word) && found.len() < MOST_WORDS {
            found.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        query_words(text).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn words_break_where_the_script_changes() {
        assert_eq!(split("张w"), ["张", "w"]);
        assert_eq!(split("zhangwm 心内"), ["zhangwm", "心内"]);
        assert_eq!(split("古丽娜尔·艾合买提"), ["古丽娜尔", "艾合买提"]);
        assert_eq!(split("301医院"), ["301", "医院"]);
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
        assert_eq!(query_words(&"a".repeat(100_000)).first().map(|w| w.text.len()), Some(LONGEST_WORD));
        let many: String = (0..100).map(|n| format!("w{n} ")).collect();
        assert_eq!(query_words(&many).len(), MOST_WORDS);
    }
}
