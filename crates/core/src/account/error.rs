//! What the SDK reports, as codes somebody acts on. The SDK's own messages may quote URLs and events: they stay here.

use consilium_api::{Error, ErrorCode};
use matrix_sdk::HttpError;
use matrix_sdk::ruma::api::error::{ErrorKind, LimitExceededErrorData, RetryAfter};
use matrix_sdk::send_queue::RoomSendQueueError;
use std::time::SystemTime;

pub(crate) fn matrix_error(error: &matrix_sdk::Error) -> Error {
    if is_disk_full(error) {
        return Error::new(ErrorCode::DiskFull, "no space left for the chat engine");
    }
    match error {
        matrix_sdk::Error::Http(error) => http_error(error),
        matrix_sdk::Error::AuthenticationRequired => Error::new(ErrorCode::NotSignedIn, "no session"),
        matrix_sdk::Error::Io(error) => crate::sealed::io_error(error),
        other => Error::new(ErrorCode::Internal, format!("the chat engine failed: {}", variant(other))),
    }
}

/// A message that could not be put into the queue.
pub(crate) fn queue_error(error: &RoomSendQueueError) -> Error {
    match error {
        _ if is_disk_full(error) => Error::new(ErrorCode::DiskFull, "no space left for the message"),
        RoomSendQueueError::RoomNotJoined => Error::new(ErrorCode::NotFound, "the conversation was left"),
        _ => Error::new(ErrorCode::Internal, "the message could not be queued"),
    }
}

/// Whether SQLite had no space left, below whatever the SDK made of it.
pub(crate) fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| {
        error.downcast_ref::<rusqlite::ffi::Error>().is_some_and(|sqlite| sqlite.code == rusqlite::ErrorCode::DiskFull)
    })
}

pub(crate) fn http_error(error: &HttpError) -> Error {
    if let Some(kind) = error.client_api_error_kind() {
        return api_error(kind);
    }
    match error {
        HttpError::Reqwest(error) => crate::registry::transport_error(error),
        HttpError::Cached(error) => http_error(error),
        _ => Error::new(ErrorCode::ServerTrouble, "the homeserver's answer does not have its shape"),
    }
}

fn api_error(kind: &ErrorKind) -> Error {
    let code = match kind {
        ErrorKind::Forbidden => ErrorCode::WrongState,
        ErrorKind::UserLocked | ErrorKind::UserSuspended | ErrorKind::UserDeactivated => ErrorCode::AccountLocked,
        ErrorKind::UnknownToken(_) | ErrorKind::MissingToken => ErrorCode::SessionExpired,
        ErrorKind::LimitExceeded(LimitExceededErrorData { retry_after, .. }) => {
            return Error::retry_after("the homeserver asks to wait", seconds(retry_after.as_ref()));
        }
        ErrorKind::WeakPassword => ErrorCode::PasswordTooWeak,
        ErrorKind::TooLarge => ErrorCode::TooLarge,
        ErrorKind::NotFound => ErrorCode::NotFound,
        ErrorKind::UserInUse => ErrorCode::Conflict,
        _ => ErrorCode::ServerTrouble,
    };
    Error::new(code, format!("the homeserver answered {}", kind.errcode()))
}

fn seconds(retry_after: Option<&RetryAfter>) -> u32 {
    let wait = match retry_after {
        Some(RetryAfter::Delay(delay)) => *delay,
        Some(RetryAfter::DateTime(at)) => at.duration_since(SystemTime::now()).unwrap_or_default(),
        None => return 60,
    };
    u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX)
}

/// Name of the variant, without what it holds.
fn variant(error: &matrix_sdk::Error) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}
