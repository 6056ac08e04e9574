//! Bytes that cross outside the command list: uploads from the UI and images to it, never as base64 in JSON.

use crate::error::Result;

/// An image or a file for the UI.
pub struct MediaBody {
    /// Media type: `image/png`; `application/octet-stream` for what is not to be shown.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for MediaBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MediaBody({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// Largest upload a host takes, in bytes.
pub const UPLOAD_LIMIT: usize = 100 * 1024 * 1024;

pub trait Media: Send + Sync {
    /// Keeps bytes in memory for the command that names them; answers the upload's id. Uploads nobody names within
    /// ten minutes are dropped.
    fn upload(&self, bytes: Vec<u8>) -> Result<String>;

    /// The image at the path `evidence/{application}/{evidence}`, or the image or file of a message at
    /// `message/{room}/{item or event}`, or the smaller image that came with an image at `thumbnail/…` of the same.
    fn media(&self, path: &str) -> impl Future<Output = Result<MediaBody>> + Send;
}
