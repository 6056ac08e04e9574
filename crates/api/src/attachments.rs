//! Images and files in a conversation. Their bytes cross beside the command list: see [`crate::media`].

use crate::chat::Mention;
use crate::rich_text::Block;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a file is that is no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileSort {
    Audio,
    Video,
    Other,
}

/// What was written about an image or a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Caption {
    pub text: String,
    /// None if there is none to show.
    pub formatted: Option<Vec<Block>>,
    pub edited: bool,
}

/// An image or a file as its message describes it. Size, type and measures are what its sender says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Attachment {
    /// One line.
    pub name: String,
    /// `application/pdf`; empty if unknown.
    pub media_type: String,
    /// Bytes.
    pub size: Option<u64>,
    /// Pixels, of an image as it is shown; both or neither.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub caption: Option<Caption>,
    /// How many percent of an own one are out, while it goes out.
    pub uploaded: Option<u8>,
    /// Whether a smaller image came with an image: `thumbnail/…` of [`crate::media`].
    pub thumbnail: bool,
}

/// An image or a file to be sent.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SendAttachment {
    pub room_id: String,
    /// Its bytes.
    pub upload_id: String,
    /// Of a smaller image of an image, for lists.
    pub thumbnail_id: Option<String>,
    pub name: String,
    /// As the system says; empty if it does not know.
    pub media_type: String,
    /// May be empty.
    pub caption: String,
    /// Who is named in the caption.
    pub mentions: Vec<Mention>,
    /// The event it answers.
    pub reply_to: Option<String>,
    /// The event that the thread begins with in which it is sent.
    pub thread: Option<String>,
}

impl std::fmt::Debug for SendAttachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendAttachment").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

/// The largest file that can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttachmentLimit {
    pub bytes: u64,
}
