//! The formatted body of a message, of whichever client, as what a screen may draw. Only what is named here comes through:
//! no images, no styles, nothing from elsewhere.

use super::harmless::harmless;
use super::mentions;
use consilium_api::rich_text::{Block, Run};
use matrix_sdk::ruma::html::{ElementData, Html, NodeData, NodeRef};
use url::Url;

/// Lists and quotations within one another.
const NESTED: usize = 4;
/// Elements within one another; the SDK's sanitizer ends at the same depth.
const DEPTH: usize = 100;
/// Paragraphs, items and so on; a text with more is shown plain.
const BLOCKS: usize = 1_000;
const LINK: usize = 2_000;

/// What to draw; none if nothing is left, or far too much.
pub(super) fn blocks(html: &str) -> Option<Vec<Block>> {
    let html = Html::parse(html);
    let mut left = BLOCKS;
    let mut flow = Flow::new(&mut left, 0);
    for node in html.children() {
        flow.node(&node, &Run::default(), 0);
    }
    let blocks = flow.end();
    (!blocks.is_empty() && left > 0).then_some(blocks)
}

/// Whether the blocks say no more than their text does.
pub(super) fn is_plain(blocks: &[Block]) -> bool {
    let plain = |run: &Run| !run.strong && !run.emphasis && !run.code && run.link.is_none() && run.mention.is_none();
    blocks.iter().all(|block| matches!(block, Block::Paragraph { runs } if runs.iter().all(plain)))
}

/// What the blocks say, line by line, without what formats it. The numbers of a list are part of what was written.
pub(super) fn words(blocks: &[Block]) -> String {
    let lines = blocks.iter().map(|block| match block {
        Block::Paragraph { runs } => runs.iter().map(|run| run.text.as_str()).collect(),
        Block::Code { text } => text.clone(),
        Block::Quote { blocks } => words(blocks),
        Block::List { start, items } => {
            let items = items.iter().zip(0_u32..).map(|(item, at)| match start {
                Some(start) => format!("{}. {}", start.saturating_add(at), words(item)),
                None => words(item),
            });
            items.collect::<Vec<_>>().join("\n")
        }
    });
    lines.collect::<Vec<String>>().join("\n")
}

/// Where a link may lead: http, https, mailto. A name before the host makes an address look like another's.
pub(super) fn link(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    let allowed = match url.scheme() {
        "http" | "https" => url.has_host() && url.username().is_empty() && url.password().is_none(),
        "mailto" => true,
        _ => false,
    };
    let address = String::from(url);
    (allowed && address.len() <= LINK).then_some(address)
}

/// The blocks of one container while it is read. A style is a run without text.
struct Flow<'a> {
    blocks: Vec<Block>,
    runs: Vec<Run>,
    left: &'a mut usize,
    nested: usize,
}

impl<'a> Flow<'a> {
    fn new(left: &'a mut usize, nested: usize) -> Self {
        Self { blocks: Vec::new(), runs: Vec::new(), left, nested }
    }

    fn node(&mut self, node: &NodeRef, style: &Run, depth: usize) {
        match node.data() {
            NodeData::Text(text) => self.text(&harmless(&text.borrow()), style),
            NodeData::Element(element) if depth < DEPTH => self.element(node, element, style, depth + 1),
            _ => {}
        }
    }

    fn children(&mut self, node: &NodeRef, style: &Run, depth: usize) {
        for child in node.children() {
            self.node(&child, style, depth);
        }
    }

    fn element(&mut self, node: &NodeRef, element: &ElementData, style: &Run, depth: usize) {
        let attribute = |name: &str| {
            let attributes = element.attrs.borrow();
            attributes.iter().find(|attribute| *attribute.name.local == *name).map(|found| found.value.to_string())
        };
        match &*element.name.local {
            // What stands in them is no text; a quotation of the message that is answered is shown from that message.
            "script" | "style" | "template" | "title" | "iframe" | "object" | "svg" | "math" | "mx-reply" => {}
            "br" => self.line_break(style),
            "strong" | "b" => self.children(node, &Run { strong: true, ..style.clone() }, depth),
            "em" | "i" => self.children(node, &Run { emphasis: true, ..style.clone() }, depth),
            "code" => self.children(node, &Run { code: true, ..style.clone() }, depth),
            "a" => {
                let address = attribute("href").unwrap_or_default();
                let mention = mentions::named(&address);
                let link = if mention.is_none() { link(&address) } else { None };
                self.children(node, &Run { link, mention, ..style.clone() }, depth);
            }
            "img" => self.text(&harmless(&attribute("alt").unwrap_or_default()), style),
            "td" | "th" => {
                self.children(node, style, depth);
                self.text(" ", style);
            }
            "pre" => {
                let mut text = String::new();
                raw_text(node, &mut text, depth);
                self.block(Block::Code { text: harmless(text.trim_end_matches('\n')) });
            }
            "ul" | "ol" if self.nested < NESTED => {
                let start = attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1);
                let mut items = Vec::new();
                for item in node.children() {
                    let blocks = self.within(&item, style, depth);
                    if !blocks.is_empty() {
                        items.push(blocks);
                    }
                }
                if !items.is_empty() {
                    self.block(Block::List { start: (&*element.name.local == "ol").then_some(start), items });
                }
            }
            "blockquote" if self.nested < NESTED => {
                let blocks = self.within(node, style, depth);
                if !blocks.is_empty() {
                    self.block(Block::Quote { blocks });
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.paragraph();
                self.children(node, &Run { strong: true, ..style.clone() }, depth);
                self.paragraph();
            }
            "p" | "div" | "ul" | "ol" | "li" | "blockquote" | "table" | "tr" | "hr" | "details" | "summary" => {
                self.paragraph();
                self.children(node, style, depth);
                self.paragraph();
            }
            _ => self.children(node, style, depth),
        }
    }

    /// The blocks inside of an item or a quotation.
    fn within(&mut self, node: &NodeRef, style: &Run, depth: usize) -> Vec<Block> {
        let mut flow = Flow::new(self.left, self.nested + 1);
        match node.data() {
            NodeData::Element(_) => flow.children(node, style, depth + 1),
            _ => flow.node(node, style, depth),
        }
        flow.end()
    }

    /// HTML takes any white space for one space.
    fn text(&mut self, text: &str, style: &Run) {
        for c in text.chars() {
            if !c.is_ascii_whitespace() {
                self.push(c, style);
            } else if self.runs.last().is_some_and(|run| !run.text.ends_with([' ', '\n'])) {
                self.push(' ', style);
            }
        }
    }

    fn line_break(&mut self, style: &Run) {
        if let Some(last) = self.runs.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
        }
        self.push('\n', style);
    }

    fn push(&mut self, c: char, style: &Run) {
        let same = |run: &Run| {
            (run.strong, run.emphasis, run.code) == (style.strong, style.emphasis, style.code)
                && (&run.link, &run.mention) == (&style.link, &style.mention)
        };
        match self.runs.last_mut() {
            Some(last) if same(last) => last.text.push(c),
            _ => self.runs.push(Run { text: c.to_string(), ..style.clone() }),
        }
    }

    fn paragraph(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        if let Some(first) = runs.first_mut() {
            first.text = first.text.trim_start_matches('\n').to_owned();
        }
        if let Some(last) = runs.last_mut() {
            last.text.truncate(last.text.trim_end_matches([' ', '\n']).len());
        }
        runs.retain(|run| !run.text.is_empty());
        if !runs.is_empty() {
            self.add(Block::Paragraph { runs });
        }
    }

    fn block(&mut self, block: Block) {
        self.paragraph();
        self.add(block);
    }

    fn add(&mut self, block: Block) {
        if *self.left > 0 {
            *self.left -= 1;
            self.blocks.push(block);
        }
    }

    fn end(mut self) -> Vec<Block> {
        self.paragraph();
        self.blocks
    }
}

/// The text inside of a node, white space and all.
fn raw_text(node: &NodeRef, text: &mut String, depth: usize) {
    for child in node.children() {
        match child.data() {
            NodeData::Text(inside) => text.push_str(&inside.borrow()),
            NodeData::Element(element) if &*element.name.local == "br" => text.push('\n'),
            NodeData::Element(_) if depth < DEPTH => raw_text(&child, text, depth + 1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> Run {
        Run { text: text.to_owned(), ..Run::default() }
    }

    fn paragraph(runs: &[Run]) -> Block {
        Block::Paragraph { runs: runs.to_vec() }
    }

    #[test]
    fn what_is_allowed_is_kept() {
        let html = "<p>Hold <strong>heparin</strong>,<br>see <a href=\"https://guide.example/ecmo\">the <em>guide</em></a></p>\
                    <ul><li>lactate</li><li>APTT <code>56 s</code></li></ul><ol start=\"3\"><li>echo</li></ol>\
                    <pre><code>a  b\n c\n</code></pre><blockquote>too soft</blockquote>";
        let link = Some("https://guide.example/ecmo".to_owned());
        assert_eq!(
            blocks(html).unwrap(),
            [
                paragraph(&[
                    run("Hold "),
                    Run { strong: true, ..run("heparin") },
                    run(",\nsee "),
                    Run { link: link.clone(), ..run("the ") },
                    Run { link, emphasis: true, ..run("guide") },
                ]),
                Block::List {
                    start: None,
                    items: vec![
                        vec![paragraph(&[run("lactate")])],
                        vec![paragraph(&[run("APTT "), Run { code: true, ..run("56 s") }])],
                    ],
                },
                Block::List { start: Some(3), items: vec![vec![paragraph(&[run("echo")])]] },
                Block::Code { text: "a  b\n c".to_owned() },
                Block::Quote { blocks: vec![paragraph(&[run("too soft")])] },
            ]
        );
    }

    #[test]
    fn nothing_else_comes_through() {
        for (html, text) in [
            ("a<script>alert(1)</script>b", "ab"),
            ("<style>*{display:none}</style>seen", "seen"),
            ("<img src=\"https://evil.example/pixel\" alt=\"chart\">", "chart"),
            ("<span style=\"color:white\" onclick=\"x()\" data-mx-color=\"#fff\">seen</span>", "seen"),
            ("<iframe src=\"https://evil.example\">x</iframe>seen", "seen"),
            ("<svg><a href=\"https://evil.example\">x</a></svg>seen", "seen"),
            ("<mx-reply><blockquote>old</blockquote></mx-reply>new", "new"),
            ("pay\u{202E}gpj.exe", "paygpj.exe"),
            ("&lt;b&gt;", "<b>"),
            ("<b", ""),
        ] {
            match blocks(html) {
                Some(blocks) => assert_eq!(blocks, [paragraph(&[run(text)])], "{html}"),
                None => assert_eq!(text, "", "{html}"),
            }
        }
    }

    #[test]
    fn links_lead_to_the_web_or_to_mail() {
        for refused in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//evil.example",
            "/local",
            "https://jzfy.example@evil.example/",
            "https://",
            "mxc://jz.example/x",
            "vbscript:x",
        ] {
            assert_eq!(link(refused), None, "{refused}");
            let html = format!("<a href=\"{refused}\">x</a>");
            assert_eq!(blocks(&html).unwrap(), [paragraph(&[run("x")])], "{refused}");
        }
        assert_eq!(link("mailto:lin@jzfy.example").as_deref(), Some("mailto:lin@jzfy.example"));
        // A name that looks like another is shown for what it is.
        assert_eq!(link("https://аpple.example").as_deref(), Some("https://xn--pple-43d.example/"));
    }

    #[test]
    fn depth_and_number_have_an_end() {
        // The SDK's sanitizer lets through a hundred; what is deeper than that is taken apart on the hosts' stacks.
        let deep = format!("{}x{}", "<blockquote><ul><li>".repeat(200), "</li></ul></blockquote>".repeat(200));
        let shown = blocks(&deep);
        assert!(serde_json::to_string(&shown).unwrap().len() < 2_000);
        assert_eq!(blocks(&"<p>x</p>".repeat(BLOCKS + 1)), None, "shown as its plain text");
        assert_eq!(blocks(&"<b>".repeat(500)), None);
    }

    #[test]
    fn plain_is_what_has_no_style() {
        assert!(is_plain(&blocks("a<br>b").unwrap()));
        assert!(!is_plain(&blocks("a <b>b</b>").unwrap()));
        assert!(!is_plain(&blocks("<ul><li>a</li></ul>").unwrap()));
    }
}
