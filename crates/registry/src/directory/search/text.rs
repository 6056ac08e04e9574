//! Texts as they are compared: FHIR R4, 3.1.1.4.8 asks for neither case nor diacritics to count.

use crate::directory::names::folded;

/// Before each text of an entry: nothing that is typed.
pub const SEPARATOR: char = '\u{1F}';
/// Characters of a text that are compared; an index has its limits.
const LONGEST: usize = 200;
/// Characters of a suffix that are kept.
pub const SUFFIX: usize = 24;

/// Folded, with single spaces and without control characters, cut to what is compared.
pub fn searched(text: &str) -> String {
    let folded: String = folded(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(&folded.split_whitespace().collect::<Vec<_>>().join(" "), LONGEST).to_owned()
}

/// As it is spelt, cut to what is compared.
pub fn spelt(text: &str) -> &str {
    cut(text, LONGEST)
}

fn cut(text: &str, longest: usize) -> &str {
    text.char_indices().nth(longest).map_or(text, |(at, _)| &text[..at])
}

/// From each character of a word on, cut to what is kept.
pub fn suffixes(word: &str) -> impl Iterator<Item = &str> {
    word.char_indices().map(|(at, _)| cut(&word[at..], SUFFIX))
}

/// The first text after all those that begin with this one, as code points order them.
pub fn after_prefix(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

/// A LIKE pattern, to be escaped by a backslash, of a text that one of the entry's texts begins with or contains.
pub fn pattern(text: &str, contains: bool) -> String {
    let mut pattern = String::from("%");
    if !contains {
        pattern.push(SEPARATOR);
    }
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_diacritics_and_spacing_do_not_count() {
        assert_eq!(searched("  Müller-\tÅse \u{1F} x"), "muller- ase x");
        assert_eq!(searched("張\u{3000}偉"), "張 偉");
        assert_eq!(searched(&"é".repeat(300)).chars().count(), 200);
    }

    #[test]
    fn a_pattern_takes_every_character_for_itself() {
        assert_eq!(pattern("50%_\\", true), "%50\\%\\_\\\\%");
        assert_eq!(pattern("li", false), "%\u{1F}li%");
    }

    #[test]
    fn suffixes_begin_at_characters_and_are_cut() {
        assert_eq!(suffixes("张伟w").collect::<Vec<_>>(), ["张伟w", "伟w", "w"]);
        assert!(suffixes(&"a".repeat(100)).all(|s| s.len() <= SUFFIX));
    }
}
