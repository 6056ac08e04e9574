//! Bytes that the UI handed over and no command has named yet; in memory alone.

use consilium_api::{Error, ErrorCode, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long bytes wait for the command that names them.
const KEPT: Duration = Duration::from_secs(600);
/// Uploads that may wait at once, and bytes of all of them.
const COUNT_LIMIT: usize = 8;
const BYTES_LIMIT: usize = 128 * 1024 * 1024;

/// Bytes of a picture.
const PICTURE_LIMIT: usize = 16 * 1024 * 1024;

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
        let total: usize = waiting.values().map(|(_, bytes)| bytes.len()).sum();
        if waiting.len() >= COUNT_LIMIT || total + bytes.len() > BYTES_LIMIT {
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

    /// The same for what is a picture of something: `TooLarge` beyond what a camera makes.
    pub(crate) fn take_picture(&self, id: &str) -> Result<Vec<u8>> {
        let bytes = self.take(id)?;
        if bytes.len() > PICTURE_LIMIT {
            return Err(Error::new(ErrorCode::TooLarge, "the picture is too large"));
        }
        Ok(bytes)
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

    #[test]
    fn what_waits_is_bounded_in_bytes_and_pictures_are_bounded_by_themselves() {
        let uploads = Uploads::default();
        let id = uploads.add(vec![0; PICTURE_LIMIT + 1]).unwrap();
        assert_eq!(uploads.take_picture(&id).unwrap_err().code, ErrorCode::TooLarge);
        let large = uploads.add(vec![0; consilium_api::media::UPLOAD_LIMIT]).unwrap();
        let half = vec![0; BYTES_LIMIT - consilium_api::media::UPLOAD_LIMIT + 1];
        assert_eq!(uploads.add(half.clone()).unwrap_err().code, ErrorCode::RateLimited);
        uploads.take(&large).unwrap();
        uploads.add(half).unwrap();
    }
}
