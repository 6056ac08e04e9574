//! The little Markdown that a doctor may write: bold, italics, code, lists, links.
//!
//! Not what the SDK makes of Markdown: CommonMark takes HTML as it comes, takes the stars out of `HLA-B*27, B*57` and
//! `2*3*4`, makes a quotation of `> 140 mmHg`, and knows no bold that ends in Chinese punctuation. What is not certainly
//! meant as formatting stays as it was written.

use super::markup::{is_plain, link};
use super::mentions;
use consilium_api::chat::Mention;
use consilium_api::rich_text::{Block, Run};
use matrix_sdk::ruma::RoomId;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContentWithoutRelation;
use std::fmt::Write;

/// Bytes that are looked at for the other end of what begins: whoever opens everything and closes nothing costs little.
const SPAN: usize = 1_000;

/// The text as a message in a room: with a formatted body if there is something to format or somebody is named.
pub(super) fn content(room: &RoomId, text: &str, named: &[Mention]) -> RoomMessageEventContentWithoutRelation {
    let blocks = mentions::mark(blocks(text), text, named);
    let content = if is_plain(&blocks) {
        RoomMessageEventContentWithoutRelation::text_plain(text)
    } else {
        RoomMessageEventContentWithoutRelation::text_html(text, html(&blocks))
    };
    match mentions::of(room, text, named) {
        Some(mentions) => content.add_mentions(mentions),
        None => content,
    }
}

pub(super) fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut list: Option<List> = None;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if is_fence(line)
            && let Some(length) = lines[at..].iter().position(|line| is_fence(line))
        {
            end_paragraph(&mut paragraph, &mut blocks);
            end_list(&mut list, &mut blocks);
            blocks.push(Block::Code { text: lines[at..at + length].join("\n") });
            at += length + 1;
        } else if let Some((number, text)) = item(line) {
            end_paragraph(&mut paragraph, &mut blocks);
            match &mut list {
                Some(list) if list.goes_on_with(number) => list.items.push(vec![text]),
                _ => {
                    end_list(&mut list, &mut blocks);
                    list = Some(List { start: number, items: vec![vec![text]] });
                }
            }
        } else if line.trim().is_empty() {
            end_paragraph(&mut paragraph, &mut blocks);
            end_list(&mut list, &mut blocks);
        } else if line.starts_with([' ', '\t'])
            && let Some(last) = list.as_mut().and_then(|list| list.items.last_mut())
        {
            last.push(line.trim());
        } else {
            end_list(&mut list, &mut blocks);
            paragraph.push(line);
        }
    }
    end_paragraph(&mut paragraph, &mut blocks);
    end_list(&mut list, &mut blocks);
    blocks
}

struct List<'a> {
    start: Option<u32>,
    items: Vec<Vec<&'a str>>,
}

impl List<'_> {
    /// Numbers are shown as they were written: one that does not follow begins a list of its own.
    fn goes_on_with(&self, number: Option<u32>) -> bool {
        let length = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        number == self.start.map(|start| start.saturating_add(length))
    }
}

fn end_paragraph(lines: &mut Vec<&str>, blocks: &mut Vec<Block>) {
    if !lines.is_empty() {
        blocks.push(Block::Paragraph { runs: runs(&lines.join("\n")) });
        lines.clear();
    }
}

fn end_list(list: &mut Option<List<'_>>, blocks: &mut Vec<Block>) {
    if let Some(List { start, items }) = list.take() {
        let items = items.iter().map(|lines| vec![Block::Paragraph { runs: runs(&lines.join("\n")) }]).collect();
        blocks.push(Block::List { start, items });
    }
}

fn is_fence(line: &str) -> bool {
    line.starts_with("```") && !line[3..].contains('`')
}

/// The number of an item, none for a bullet, and its text.
fn item(line: &str) -> Option<(Option<u32>, &str)> {
    let (number, text) = if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        (None, text)
    } else {
        let (digits, text) = line.split_once(". ")?;
        let number =
            (digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())??;
        // `007. ` is no number of a list.
        if digits.starts_with('0') {
            return None;
        }
        (Some(number), text)
    };
    (!text.trim().is_empty()).then_some((number, text.trim()))
}

fn runs(text: &str) -> Vec<Run> {
    let mut writer = Writer::default();
    writer.text(text, &Run::default());
    writer.runs
}

#[derive(Default)]
struct Writer {
    runs: Vec<Run>,
}

impl Writer {
    fn push(&mut self, text: &str, style: &Run) {
        match self.runs.last_mut() {
            Some(last) if (Run { text: String::new(), ..last.clone() }) == *style => last.text.push_str(text),
            _ => self.runs.push(Run { text: text.to_owned(), ..style.clone() }),
        }
    }

    fn text(&mut self, text: &str, style: &Run) {
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let rest = &rest[..rest.floor_char_boundary(SPAN)];
            let before = text[..at].chars().next_back();
            at += match c {
                '\\' if rest[1..].starts_with(['\\', '*', '_', '`', '[']) => {
                    self.push(&rest[1..2], style);
                    2
                }
                '`' => self.code(rest, style),
                '*' if rest.starts_with("**") => {
                    self.span(rest, before, "**", Run { strong: true, ..style.clone() }, style)
                }
                '*' => self.span(rest, before, "*", Run { emphasis: true, ..style.clone() }, style),
                '_' => self.span(rest, before, "_", Run { emphasis: true, ..style.clone() }, style),
                '[' if style.link.is_none() => self.link(rest, style),
                c => {
                    let length = c.len_utf8();
                    self.push(&rest[..length], style);
                    length
                }
            };
        }
    }

    /// Code between as many backticks as it begins with. Answers how many bytes were taken, as all of these do.
    fn code(&mut self, rest: &str, style: &Run) -> usize {
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let mut from = ticks;
        while let Some(found) = rest[from..].find('`').map(|found| from + found) {
            let length = rest[found..].len() - rest[found..].trim_start_matches('`').len();
            if length == ticks {
                self.push(&rest[ticks..found], &Run { code: true, ..style.clone() });
                return found + ticks;
            }
            from = found + length;
        }
        self.push(&rest[..ticks], style);
        ticks
    }

    fn span(&mut self, rest: &str, before: Option<char>, mark: &str, inside: Run, style: &Run) -> usize {
        let length = mark.len();
        match end_of_span(rest, before, mark) {
            Some(end) => {
                self.text(&rest[length..end], &inside);
                end + length
            }
            None => {
                self.push(mark, style);
                length
            }
        }
    }

    /// `[text](address)`, if the address may be one.
    fn link(&mut self, rest: &str, style: &Run) -> usize {
        let found = rest.find("](").filter(|end| !rest[1..*end].contains(['[', '\n']) && *end > 1);
        let address = found.and_then(|end| {
            let address = &rest[end + 2..];
            let length = address.find(')')?;
            Some((end, length, link(&address[..length]).filter(|_| !address[..length].contains(char::is_whitespace))?))
        });
        match address {
            Some((end, length, address)) => {
                self.text(&rest[1..end], &Run { link: Some(address), ..style.clone() });
                end + 2 + length + 1
            }
            None => {
                self.push("[", style);
                1
            }
        }
    }
}

/// Where the span that begins here ends, if both marks stand as marks do: at the edges of words, around something.
fn end_of_span(rest: &str, before: Option<char>, mark: &str) -> Option<usize> {
    // Chinese has no spaces between its words: beside a star, any Han character is the edge of one.
    let in_word =
        |c: Option<char>| c.is_some_and(|c| if mark == "_" { c.is_alphanumeric() } else { c.is_ascii_alphanumeric() });
    let length = mark.len();
    let mark_char = mark.chars().next()?;
    let first = rest[length..].chars().next()?;
    if in_word(before) || before == Some(mark_char) || first.is_whitespace() || first == mark_char {
        return None;
    }
    let mut from = length;
    while let Some(found) = rest[from..].find(mark).map(|found| from + found) {
        let last = rest[..found].chars().next_back();
        let after = rest[found + length..].chars().next();
        if !last.is_none_or(|c| c.is_whitespace() || c == mark_char) && !in_word(after) && after != Some(mark_char) {
            return Some(found);
        }
        from = found + rest[found..].len() - rest[found..].trim_start_matches(mark_char).len();
    }
    None
}

pub(super) fn html(blocks: &[Block]) -> String {
    let mut html = String::new();
    if let [Block::Paragraph { runs }] = blocks {
        write_runs(&mut html, runs);
    } else {
        blocks.iter().for_each(|block| write_block(&mut html, block));
    }
    html
}

fn write_block(html: &mut String, block: &Block) {
    match block {
        Block::Paragraph { runs } => {
            html.push_str("<p>");
            write_runs(html, runs);
            html.push_str("</p>");
        }
        Block::Code { text } => {
            html.push_str("<pre><code>");
            escape(html, text);
            html.push_str("\n</code></pre>");
        }
        Block::List { start, items } => {
            match start {
                Some(start) => write!(html, "<ol start=\"{start}\">").unwrap_or_default(),
                None => html.push_str("<ul>"),
            }
            for item in items {
                html.push_str("<li>");
                html.push_str(&self::html(item));
                html.push_str("</li>");
            }
            html.push_str(if start.is_some() { "</ol>" } else { "</ul>" });
        }
        Block::Quote { blocks } => {
            html.push_str("<blockquote>");
            blocks.iter().for_each(|block| write_block(html, block));
            html.push_str("</blockquote>");
        }
    }
}

fn write_runs(html: &mut String, runs: &[Run]) {
    for run in runs {
        let mut ends = Vec::new();
        let address = run.mention.as_deref().and_then(mentions::address);
        if let Some(link) = run.link.as_ref().or(address.as_ref()) {
            html.push_str("<a href=\"");
            escape(html, link);
            html.push_str("\">");
            ends.push("</a>");
        }
        for (is, begin, end) in
            [(run.strong, "<strong>", "</strong>"), (run.emphasis, "<em>", "</em>"), (run.code, "<code>", "</code>")]
        {
            if is {
                html.push_str(begin);
                ends.push(end);
            }
        }
        let mut lines = run.text.split('\n');
        escape(html, lines.next().unwrap_or_default());
        for line in lines {
            html.push_str("<br>");
            escape(html, line);
        }
        ends.iter().rev().for_each(|end| html.push_str(end));
    }
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::markup;

    fn as_html(text: &str) -> String {
        html(&blocks(text)).replace('\n', "↵")
    }

    #[test]
    fn the_subset_is_understood() {
        for (text, expected) in [
            ("**stop heparin** now", "<strong>stop heparin</strong> now"),
            ("**重要：**先停肝素", "<strong>重要：</strong>先停肝素"),
            ("先*稳住*再说", "先<em>稳住</em>再说"),
            ("_soft_ tissue", "<em>soft</em> tissue"),
            ("**both *ways* here**", "<strong>both </strong><strong><em>ways</em></strong><strong> here</strong>"),
            ("`a*b*c` and ``x`y``", "<code>a*b*c</code> and <code>x`y</code>"),
            ("see [the guide](https://guide.example/ecmo)", "see <a href=\"https://guide.example/ecmo\">the guide</a>"),
            ("- lactate\n- APTT\n  56 s", "<ul><li>lactate</li><li>APTT<br>56 s</li></ul>"),
            ("plan:\n1. echo\n2. CT", "<p>plan:</p><ol start=\"1\"><li>echo</li><li>CT</li></ol>"),
            ("3. a\n7. b", "<ol start=\"3\"><li>a</li></ol><ol start=\"7\"><li>b</li></ol>"),
            ("```\nx < 1\n  y\n```", "<pre><code>x &lt; 1↵  y↵</code></pre>"),
            ("\\*not\\* this", "*not* this"),
        ] {
            assert_eq!(as_html(text), expected, "{text}");
        }
    }

    #[test]
    fn what_doctors_write_stays_as_it_is() {
        for text in [
            "HLA-B*27:05 and HLA-B*57:01",
            "CYP2C19 *1/*2, *17",
            "5*3*2 mm, 2**3",
            "BP 120*80, HR 90*2",
            "> 140 mmHg",
            "# 3 bed",
            "1.5 mg, 2. Gabe",
            "snake_case_name and __",
            "-5 and - ",
            "a * b * c",
            "**open",
            "[x](javascript:alert(1))",
            "[x] (see below)",
            "<b>not bold</b> & <script>alert(1)</script>",
            "2026. was",
            "```",
        ] {
            assert!(is_plain(&blocks(text)), "{text}");
            let said: String = runs(text).into_iter().map(|run| run.text).collect();
            assert_eq!(said, text);
        }
    }

    #[test]
    fn html_is_text() {
        assert_eq!(
            as_html("**<img src=x onerror=alert(1)>** \"&\""),
            "<strong>&lt;img src=x onerror=alert(1)&gt;</strong> &quot;&amp;&quot;"
        );
    }

    #[test]
    fn what_is_sent_is_shown_as_it_was_meant() {
        for text in [
            "**stop** *heparin*, `APTT` [here](https://guide.example/)",
            "plan:\n\n- echo\n- **CT**\n\n3. then\n4. that",
            "```\n  a\n\n b\n```\nand <b> & \"c\"\nsecond line",
        ] {
            let meant = blocks(text);
            assert_eq!(markup::blocks(&html(&meant)).unwrap(), meant, "{text}");
        }
    }

    #[test]
    fn nothing_takes_long() {
        let begun = std::time::Instant::now();
        for text in
            ["*a ".repeat(13_000), "**".repeat(20_000), "`".repeat(40_000), "[".repeat(40_000), "_a _".repeat(10_000)]
        {
            blocks(&text);
        }
        // Seconds at the most, where looking through everything every time takes minutes.
        assert!(begun.elapsed().as_secs() < 20);
    }
}
