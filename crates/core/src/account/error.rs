//! What the SDK reports, as codes somebody acts on. The SDK's own messages may quote URLs and events: they stay here.

use consilium_api::{Error, ErrorCode};
use matrix_sdk::HttpError;
use matrix_sdk::ruma::api::error::{ErrorKind, LimitExceededErrorData, RetryAfter};
use std::time::SystemTime;

pub(crate) fn matrix_error(error: &matrix_sdk::Error) -> Error {
    match error {
        matrix_sdk::Error::Http(error) => http_error(error),
        matrix_sdk::Error::AuthenticationRequired => Error::new(ErrorCode::NotSignedIn, "no session"),
        matrix_sdk::Error::Io(error) => crate::sealed::io_error(error),
        other => Error::new(ErrorCode::Internal, format!("the chat engine failed: {}", variant(other))),
    }
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
