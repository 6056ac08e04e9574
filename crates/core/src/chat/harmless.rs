//! Text that others wrote, without what would turn around, hide or bury what stands beside it.

use unicode_normalization::char::is_combining_mark;

/// Marks that may stand on one letter; no script needs more.
const MARKS: usize = 4;

/// The text without control characters, without marks that set its direction by force, and with few marks on a letter.
/// Right-to-left text needs none of what goes: a screen finds its direction by itself.
pub(crate) fn harmless(text: &str) -> String {
    let mut marks = 0;
    text.chars()
        .filter_map(|c| match c {
            '\u{2028}' | '\u{2029}' => Some('\n'),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
            c if c.is_control() && !matches!(c, '\n' | '\t') => None,
            c => Some(c),
        })
        .filter(|c| {
            marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
            marks <= MARKS
        })
        .collect()
}

/// A harmless text in one line of so many characters at most.
pub(crate) fn line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut length = 0;
    // Whatever is longer than a few lines is cut before it is read.
    let beginning: String = text.chars().take(limit * 8).collect();
    for word in harmless(&beginning).split_whitespace() {
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        for c in word.chars() {
            if length == limit {
                return line;
            }
            line.push(c);
            length += 1;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_turns_the_text_around() {
        assert_eq!(harmless("report\u{202E}gpj.exe"), "reportgpj.exe");
        assert_eq!(harmless("\u{2067}a\u{2069} \u{202A}b\u{202C}"), "a b");
        assert_eq!(harmless("مرحبا 12 mg"), "مرحبا 12 mg", "text from right to left stays as it is");
    }

    #[test]
    fn control_characters_go_and_lines_stay() {
        assert_eq!(harmless("a\0b\u{7}c\u{1B}[2Jd\u{85}e\r\nf\tg\u{2028}h"), "abc[2Jde\nf\tg\nh");
    }

    #[test]
    fn marks_do_not_pile_up() {
        let zalgo = format!("Z{}", "\u{0351}".repeat(500));
        assert_eq!(harmless(&zalgo).chars().count(), 1 + MARKS);
        assert_eq!(harmless("e\u{0302}\u{0301} ó"), "e\u{0302}\u{0301} ó");
    }

    #[test]
    fn a_line_is_one_line_and_ends_somewhere() {
        assert_eq!(line("  APTT 56 s,\n\nkeeping heparin ", 160), "APTT 56 s, keeping heparin");
        assert_eq!(line(&"血".repeat(65_536), 160).chars().count(), 160);
        assert_eq!(line("one two", 4), "one ");
    }
}
