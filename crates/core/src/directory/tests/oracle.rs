//! What a search must find, said plainly: no tokens, no index, one person after the other.

use super::registry::Doctor;

/// The person and the texts shared with others that may match: hospital, department, title, city.
pub struct Entry {
    pub doctor: Doctor,
    /// The Latin name is the pinyin of the Han name.
    pub pinyin: bool,
    /// Pinyin of each character, in every reading that counts.
    pub syllables: Vec<Vec<&'static str>>,
    pub shared: Vec<String>,
    /// The same for the title, of which one character tells nothing, and three letters begin a name.
    pub titles: Vec<String>,
}

/// A word of plain ASCII letters or of Han characters; `alone` if nothing else was typed.
pub fn matches(entry: &Entry, word: &str, alone: bool) -> bool {
    let one = word.chars().count() < 2;
    let titles = entry.titles.iter().filter(|_| if word.is_ascii() { word.len() >= 4 } else { !one });
    let shared = || entry.shared.iter().chain(titles.clone());
    if word.is_ascii() {
        let latin: Vec<String> = entry.doctor.latin.split(' ').map(str::to_lowercase).collect();
        let turned: Vec<String> = latin.iter().rev().cloned().collect();
        written(&entry.syllables, word)
            || [latin, turned].iter().any(|order| {
                // Of pinyin only the whole is worth finding from its other end.
                if entry.pinyin { order.concat().starts_with(word) } else { begins(order, word) }
            })
            || (!one && shared().any(|s| s.is_ascii() && s.split(' ').any(|w| w.starts_with(word))))
    } else {
        entry.doctor.han.contains(word) || (!(one && alone) && shared().any(|s| s.contains(word)))
    }
}

/// Whether `text` writes the syllables from any of them on, each whole or by its initial, the last one unfinished.
fn written(syllables: &[Vec<&str>], text: &str) -> bool {
    fn rest(syllables: &[Vec<&str>], text: &str) -> bool {
        if text.is_empty() {
            return true;
        }
        let Some((readings, after)) = syllables.split_first() else { return false };
        readings.iter().any(|reading| {
            let digraph = ["zh", "ch", "sh"].iter().any(|d| reading.starts_with(d));
            reading.starts_with(text)
                || (1..=reading.len())
                    .filter(|n| *n == reading.len() || *n == 1 || (*n == 2 && digraph))
                    .any(|n| text.strip_prefix(&reading[..n]).is_some_and(|text| rest(after, text)))
        })
    }
    (0..syllables.len()).any(|start| rest(&syllables[start..], text))
}

/// The same for the words of a name in Latin letters.
fn begins(words: &[String], text: &str) -> bool {
    fn rest(words: &[String], text: &str) -> bool {
        if text.is_empty() {
            return true;
        }
        let Some((word, after)) = words.split_first() else { return false };
        word.starts_with(text)
            || [word.as_str(), &word[..1]]
                .iter()
                .any(|way| text.strip_prefix(way).is_some_and(|text| rest(after, text)))
    }
    (0..words.len()).any(|start| rest(&words[start..], text))
}
