//! Text as messages are found by it: which tokens stand for it in the index, and where the words of a search are in it.
//!
//! A Han word is found anywhere in a run of Han characters, by the pairs that follow each other in it: words of three and
//! more are looked for in the text again, because `高血` and `血压` alone do not make `高血压`. Other words are found from
//! their beginning. Case, width and diacritics do not count.

use crate::directory::fold::{LONGEST_WORD, MOST_WORDS, fold_char, is_apostrophe};
use consilium_registry_api::form::is_han;
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

/// A folded letter or digit, with the UTF-16 range of the character it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    folded: char,
    han: bool,
    /// Something stands between it and the letter before.
    apart: bool,
    range: (u32, u32),
}

pub(super) fn letters(text: &str) -> Vec<Letter> {
    let mut found = Vec::new();
    let (mut at, mut apart) = (0, true);
    for c in text.chars() {
        let end = at + c.len_utf16() as u32;
        if !is_apostrophe(c) {
            for folded in fold_char(c) {
                if folded.is_alphanumeric() {
                    found.push(Letter { folded, han: is_han(folded), apart, range: (at, end) });
                    apart = false;
                } else {
                    apart = true;
                }
            }
        }
        at = end;
    }
    found
}

/// Unbroken runs of Han characters, or of other letters and digits.
fn runs(letters: &[Letter]) -> impl Iterator<Item = &[Letter]> {
    letters.chunk_by(|a, b| a.han == b.han && !b.apart)
}

fn folded(letters: &[Letter]) -> String {
    letters.iter().map(|letter| letter.folded).collect()
}

/// Before the beginning of a word in the index: a private-use character, which no folded text holds.
const BEGINNING: char = '\u{e002}';
/// Letters of the beginnings that are in the index. A search for one reads one list there, and need not join those of all
/// words that begin so; of longer ones the text is looked at.
const BEGINNINGS: RangeInclusive<usize> = 2..=8;

fn beginning(letters: &str) -> String {
    format!("{BEGINNING}{letters}")
}

/// What stands for a text in the index, without repetitions.
pub(super) fn tokens(text: &str) -> BTreeSet<String> {
    let letters = letters(text);
    let mut tokens = BTreeSet::new();
    for run in runs(&letters) {
        if run.first().is_some_and(|letter| letter.han) {
            tokens.extend(run.windows(2).map(folded));
            // Of the last one no pair begins; a single character is looked for by the beginnings of pairs.
            tokens.extend(run.last().map(|last| last.folded.to_string()));
        } else {
            tokens.insert(folded(run.get(..LONGEST_WORD).unwrap_or(run)));
            tokens.extend(BEGINNINGS.filter_map(|length| run.get(..length)).map(|begun| beginning(&folded(begun))));
        }
    }
    tokens
}

/// Letters of a search with nothing between them: `血压`, `card`, `b超`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    text: Vec<char>,
}

/// How the last letters of a term are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// As a whole word.
    Whole,
    /// As the beginning of a word.
    Begun,
}

/// The terms of a search, without repetitions. What is longer than any sensible search is cut.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let text: String = text.chars().take(MOST_WORDS * LONGEST_WORD).collect();
    let letters = letters(&text);
    let mut terms: Vec<Term> = Vec::new();
    for touching in letters.chunk_by(|_, b| !b.apart) {
        let term = Term { text: touching.iter().take(LONGEST_WORD).map(|letter| letter.folded).collect() };
        if terms.len() < MOST_WORDS && !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

impl Term {
    pub(super) fn text(&self) -> String {
        self.text.iter().collect()
    }

    fn runs(&self) -> impl Iterator<Item = &[char]> {
        self.text.chunk_by(|a, b| is_han(*a) == is_han(*b))
    }

    /// Every one of these a text has in the index in which the term is, in the query language of FTS5. Nothing but
    /// letters and digits is in them.
    pub(super) fn expression(&self, ending: Ending) -> String {
        let mut parts = Vec::new();
        let mut runs = self.runs().peekable();
        while let Some(run) = runs.next() {
            let begun = ending == Ending::Begun && runs.peek().is_none();
            match run {
                [first, _, ..] if is_han(*first) => {
                    parts.extend(run.windows(2).map(|pair| format!("\"{}\"", pair.iter().collect::<String>())));
                }
                [one] if begun || is_han(*one) => parts.push(format!("\"{one}\" *")),
                _ if begun => {
                    let indexed: String = run.iter().take(*BEGINNINGS.end()).collect();
                    parts.push(format!("\"{}\"", beginning(&indexed)));
                }
                _ => parts.push(format!("\"{}\"", run.iter().collect::<String>())),
            }
        }
        format!("({})", parts.join(" AND "))
    }

    /// Whether a text may have what [`Term::expression`] says and not have the term.
    pub(super) fn needs_a_look(&self) -> bool {
        let han = self.text.first().copied().is_some_and(is_han);
        self.runs().nth(1).is_some() || self.text.len() > if han { 2 } else { *BEGINNINGS.end() }
    }

    /// Where the term is in a text, as indices of its letters.
    pub(super) fn places<'a>(&'a self, letters: &'a [Letter]) -> impl Iterator<Item = Range<usize>> + 'a {
        let length = self.text.len();
        let last = (letters.len() + 1).saturating_sub(length.max(1));
        (0..last).map(move |at| at..at + length).filter(move |range| {
            let Some(here @ [first, rest @ ..]) = letters.get(range.clone()) else { return false };
            let before = range.start.checked_sub(1).and_then(|at| letters.get(at));
            let begins = first.han || first.apart || before.is_none_or(|before| before.han);
            begins
                && rest.iter().all(|letter| !letter.apart)
                && here.iter().map(|letter| letter.folded).eq(self.text.iter().copied())
        })
    }
}

/// Characters of an excerpt, and those of them that stand before what was found. What is found in the first characters of a
/// text is shown from its beginning.
const EXCERPT: usize = 140;
const BEFORE: usize = 18;
const NEAR: usize = 30;

/// What stands around the first word that was found, in one line, and the half-open ranges of the words in it in UTF-16
/// code units.
pub(super) fn excerpt(text: &str, terms: &[Term]) -> (String, Vec<(u32, u32)>) {
    let letters = letters(text);
    let mut marked: Vec<(u32, u32)> = Vec::new();
    for range in terms.iter().flat_map(|term| term.places(&letters)) {
        if let (Some(first), Some(last)) = (letters.get(range.start), letters.get(range.end - 1)) {
            marked.push((first.range.0, last.range.1));
        }
    }
    marked.sort_unstable();
    let first = marked.first().map_or(0, |(begin, _)| *begin);

    let places: Vec<(u32, char)> = text
        .chars()
        .scan(0, |at, c| {
            let here = *at;
            *at += c.len_utf16() as u32;
            Some((here, c))
        })
        .collect();
    let hit = places.partition_point(|(at, _)| *at < first);
    let mut begin = if hit <= NEAR { 0 } else { hit - BEFORE };
    if begin > 0 {
        // A Latin word is not cut where the excerpt begins, if it ends before what was found.
        let gap = places.get(begin..hit).and_then(|before| before.iter().position(|(_, c)| c.is_whitespace()));
        begin += gap.map_or(0, |gap| gap + 1);
    }
    let shown: Vec<(u32, char)> = places.iter().skip(begin).take(EXCERPT).copied().collect();
    let from = shown.first().map_or(0, |(at, _)| *at);
    let to = shown.last().map_or(0, |(at, c)| *at + c.len_utf16() as u32);
    let lead = if begin > 0 { "…" } else { "" };
    let mut line = String::from(lead);
    line.extend(shown.iter().map(|(_, c)| if c.is_whitespace() { ' ' } else { *c }));
    if begin + shown.len() < places.len() {
        line.push('…');
    }
    let shift = lead.chars().count() as u32;
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (begin, end) in marked {
        let (begin, end) = (begin.max(from), end.min(to));
        if begin >= end {
            continue;
        }
        let (begin, end) = (begin - from + shift, end - from + shift);
        match ranges.last_mut() {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            _ => ranges.push((begin, end)),
        }
    }
    (line, ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without the beginnings of words.
    fn token_list(text: &str) -> Vec<String> {
        tokens(text).into_iter().filter(|token| !token.starts_with(BEGINNING)).collect()
    }

    fn is_in(query: &str, text: &str) -> bool {
        let letters = letters(text);
        let terms = terms(query);
        !terms.is_empty() && terms.iter().all(|term| term.places(&letters).next().is_some())
    }

    #[test]
    fn han_words_are_in_the_index_by_their_pairs() {
        assert_eq!(token_list("高血压，头痛"), ["压", "头痛", "痛", "血压", "高血"]);
        assert_eq!(token_list("B超 12 mg"), ["12", "b", "mg", "超"]);
        assert_eq!(token_list("\u{20000}\u{20001}"), ["\u{20000}\u{20001}", "\u{20001}"]);
        assert_eq!(token_list("O’Brien Müller ＥＣＭＯ"), ["ecmo", "muller", "obrien"]);
        assert_eq!(token_list("🙂 -- \0 \""), Vec::<String>::new());
        let begun: Vec<String> = tokens("a card").into_iter().filter(|token| token.starts_with(BEGINNING)).collect();
        assert_eq!(begun, ["\u{e002}ca", "\u{e002}car", "\u{e002}card"]);
    }

    #[test]
    fn words_are_where_they_ought_to_be() {
        for (query, text) in [
            ("血压", "高血压"),
            ("压", "高血压"),
            ("高血压", "患高血压十年"),
            ("card", "Cardiogenic shock"),
            ("CARD shock", "Cardiogenic shock"),
            ("zoe", "Zoë"),
            ("b超", "做B超检查"),
            ("超", "做B超检查"),
            ("b12", "维生素B12"),
            ("covid-19", "COVID 19"),
            ("obrien", "O'Brien"),
            ("\" OR *", "stop or go on"),
        ] {
            assert!(is_in(query, text), "{query} in {text}");
        }
        for (query, text) in [
            ("高血压", "高血、血压"),
            ("高压", "高血压"),
            ("card", "bradycardia"),
            ("b超", "B 超"),
            ("shock card", "cardiac"),
            ("", "anything"),
            ("\" * -", "anything"),
        ] {
            assert!(!is_in(query, text), "{query} in {text}");
        }
    }

    #[test]
    fn an_expression_holds_nothing_but_letters_and_what_joins_them() {
        let expressions =
            |text: &str, ending| -> Vec<String> { terms(text).iter().map(|term| term.expression(ending)).collect() };
        assert_eq!(expressions("高血压 card", Ending::Begun), ["(\"高血\" AND \"血压\")", "(\"\u{e002}card\")"]);
        assert_eq!(expressions("心 card", Ending::Whole), ["(\"心\" *)", "(\"card\")"]);
        assert_eq!(expressions("cardiogenic c", Ending::Begun), ["(\"\u{e002}cardioge\")", "(\"c\" *)"]);
        assert_eq!(expressions("b超x", Ending::Begun), ["(\"b\" AND \"超\" * AND \"x\" *)"]);
        assert_eq!(expressions("a\" OR b) NEAR(*:^-", Ending::Whole), ["(\"a\")", "(\"or\")", "(\"b\")", "(\"near\")"]);
        assert_eq!(terms(&"血".repeat(100_000)).len(), 1);
        assert_eq!(terms(&"血".repeat(100_000))[0].text.len(), LONGEST_WORD);
        assert_eq!(terms(&(0..100).map(|n| format!("w{n} ")).collect::<String>()).len(), MOST_WORDS);
    }

    #[test]
    fn an_excerpt_is_around_what_was_found_and_marks_all_of_it() {
        let marks = |text: &str, query: &str| -> (String, Vec<String>) {
            let (line, ranges) = excerpt(text, &terms(query));
            let units: Vec<u16> = line.encode_utf16().collect();
            let piece = |(begin, end): &(u32, u32)| String::from_utf16(&units[*begin as usize..*end as usize]).unwrap();
            let pieces = ranges.iter().map(piece).collect();
            (line, pieces)
        };
        let (line, pieces) = marks("🙂🙂🙂 🙂 Rising lactate:\ncardiogenic shock, Card again", "card");
        assert_eq!(line, "🙂🙂🙂 🙂 Rising lactate: cardiogenic shock, Card again");
        assert_eq!(pieces, ["card", "Card"]);

        let long = format!("{}，患者高血压十年。{}", "平稳".repeat(40), "随访".repeat(100));
        let (line, pieces) = marks(&long, "高血压 十年");
        assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
        assert_eq!(line.chars().count(), EXCERPT + 2);
        assert_eq!(pieces, ["高血压十年"], "ranges that touch are one");

        let (line, pieces) = marks("𠀀𠀁 血压", "𠀁 血压");
        assert_eq!((line.as_str(), pieces), ("𠀀𠀁 血压", vec!["𠀁".to_owned(), "血压".to_owned()]));
        let (line, pieces) = marks("one two three four five six seven eight nine", "eight");
        assert_eq!((line.as_str(), pieces), ("…five six seven eight nine", vec!["eight".to_owned()]));
        assert_eq!(excerpt("no word of it", &terms("血压")), ("no word of it".to_owned(), vec![]));
        assert_eq!(excerpt("", &terms("血压")), (String::new(), vec![]));
        assert_eq!(marks("ß: Straße", "strasse").1, ["Straße"]);
    }
}
