//! Bytes that the UI handed over and no command has named yet; in memory alone.

use consilium_api::{Error, ErrorCode, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long bytes wait for the command that names them.
const KEPT: Duration = Duration::from_secs(600);
/// Uploads that may wait at once.
const COUNT_LIMIT: usize = 8;

#[derive(Default)]
pub(crate) struct Uploads {
    waiting: Mutex<HashMap<String, (Instant, Vec<u8>)>>,
}

impl Uploads {
    pub(crate) fn add(&self, bytes: Vec<u8>) -> Result<String> {
        if bytes.len() > consilium_api::media::UPLOAD_LIMIT {
            return Err(Error::new(ErrorCode::TooLarge, "the upload is too large"));
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (since, _)| since.elapsed() < KEPT);
        if waiting.len() >= COUNT_LIMIT {
            return Err(Error::retry_after("too many uploads wait", 60));
        }
        let id = uuid::Uuid::new_v4().to_string();
        waiting.insert(id.clone(), (Instant::now(), bytes));
        Ok(id)
    }

    /// Hands the bytes out, once.
    pub(crate) fn take(&self, id: &str) -> Result<Vec<u8>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(id).map(|(_, bytes)| bytes).ok_or_else(|| Error::new(ErrorCode::NotFound, "no such upload"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_handed_out_once_and_bounded() {
        let uploads = Uploads::default();
        let id = uploads.add(vec![1, 2, 3]).unwrap();
        assert_eq!(uploads.take(&id).unwrap(), [1, 2, 3]);
        assert_eq!(uploads.take(&id).unwrap_err().code, ErrorCode::NotFound);
        assert_eq!(uploads.add(vec![0; consilium_api::media::UPLOAD_LIMIT + 1]).unwrap_err().code, ErrorCode::TooLarge);
        for _ in 0..COUNT_LIMIT {
            uploads.add(vec![]).unwrap();
        }
        assert_eq!(uploads.add(vec![]).unwrap_err().code, ErrorCode::RateLimited);
    }
}
