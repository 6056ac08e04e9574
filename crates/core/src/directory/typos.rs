//! Words one slip away from what was typed.

use super::fold::Word;

/// Shorter words have too many neighbours that are words too.
const SHORTEST: usize = 4;

/// Whether it is a word of which a slip is looked for.
pub(super) fn may_be_in(word: &Word) -> bool {
    word.text.len() >= SHORTEST && word.text.bytes().all(|letter| letter.is_ascii_lowercase())
}

/// All words of Latin letters that differ from `word` by one letter put in the place of another, one left out, one too
/// many, or two that changed places (Damerau, 1964). Empty for other scripts and for short words.
pub(super) fn of(word: &Word) -> Vec<Word> {
    if !may_be_in(word) {
        return Vec::new();
    }
    let letters: Vec<char> = word.text.chars().collect();
    let mut found: Vec<String> = Vec::new();
    let mut add = |parts: [&[char]; 3]| {
        let text: String = parts.concat().into_iter().collect();
        if text != word.text && !found.contains(&text) {
            found.push(text);
        }
    };
    // The likeliest slips first: whoever reads on sees them at the head.
    for at in 0..letters.len() {
        let (before, after) = letters.split_at(at);
        if let [one, other, rest @ ..] = after {
            add([before, &[*other, *one], rest]);
        }
    }
    for at in 0..letters.len() {
        let (before, after) = letters.split_at(at);
        add([before, after.get(1..).unwrap_or_default(), &[]]);
    }
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at(at);
        for letter in 'a'..='z' {
            add([before, &[letter], after.get(1..).unwrap_or_default()]);
            add([before, &[letter], after]);
        }
    }
    found.into_iter().map(|text| Word { text, han: false }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours(text: &str) -> Vec<String> {
        of(&Word { text: text.into(), han: false }).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn every_slip_of_one_letter_is_among_them() {
        let of_zhang = neighbours("zhang");
        for slip in ["zhnag", "hzang", "hang", "zhan", "zhong", "zhing", "zhangw", "zhiang", "xzhang"] {
            assert!(of_zhang.iter().any(|n| n == slip), "{slip}");
        }
        for other in ["zhang", "zh", "zhongg", "gnahz"] {
            assert!(!of_zhang.iter().any(|n| n == other), "{other}");
        }
        // 4 exchanges, 5 omissions, 5 × 25 substitutions and 6 × 26 insertions, of which 5 occur twice.
        assert_eq!(of_zhang.len(), 4 + 5 + 125 + 156 - 5);
    }

    #[test]
    fn short_words_and_other_scripts_have_none() {
        assert!(neighbours("zha").is_empty());
        assert!(neighbours("0148").is_empty());
        assert!(of(&Word { text: "古丽娜尔".into(), han: true }).is_empty());
    }
}
