//! Text with the little formatting that messages may have: what a screen may draw, and nothing else.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    Paragraph {
        runs: Vec<Run>,
    },
    /// Lines as they are, in one width.
    Code {
        text: String,
    },
    List {
        /// The number of the first item; none for bullets.
        start: Option<u32>,
        items: Vec<Vec<Block>>,
    },
    Quote {
        blocks: Vec<Block>,
    },
}

/// A piece of text in one style; a newline in it is one on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Run {
    pub text: String,
    pub strong: bool,
    pub emphasis: bool,
    pub code: bool,
    /// Where it leads: http, https or mailto.
    pub link: Option<String>,
    /// Whom it names: an account, or a room for everybody in it.
    pub mention: Option<String>,
}
