//! Signing in a doctor named on the command line, for demonstrations and tests.

use consilium_api::account::{SessionState, SignIn};
use consilium_api::{Commands, Error, ErrorCode, Result, Subscriptions};
use futures::StreamExt;
use std::io::BufRead;
use zeroize::Zeroizing;

/// A password; wiped from memory when dropped.
pub struct Password(Zeroizing<String>);

impl Password {
    /// The first line of `input`, without its end.
    pub fn read(input: &mut impl BufRead) -> std::io::Result<Self> {
        let mut line = Zeroizing::new(String::new());
        input.read_line(&mut line)?;
        let length = line.trim_end_matches(['\r', '\n']).len();
        line.truncate(length);
        Ok(Self(line))
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Signs in if the profile is signed out, once its keyring and databases were read. Answers whether it did.
///
/// # Errors
/// Those of `sign_in`, and the profile's own if it cannot be opened.
pub async fn sign_in_once<H>(host: &H, server: &str, user: &str, password: Password) -> Result<bool>
where
    H: Commands + Subscriptions,
{
    let mut session = host.session(()).await?;
    while let Some(state) = session.next().await {
        match state {
            SessionState::Starting => {}
            SessionState::SignedIn { .. } => return Ok(false),
            SessionState::Unavailable { error } => return Err(error),
            SessionState::SignedOut { .. } => {
                let sign_in = SignIn {
                    server: server.to_owned(),
                    user: user.to_owned(),
                    password: password.0.to_string(),
                    discard: false,
                };
                return host.sign_in(sign_in).await.map(|()| true);
            }
        }
    }
    Err(Error::new(ErrorCode::Internal, "the session's state ended"))
}

#[cfg(test)]
mod tests {
    use super::Password;

    #[test]
    fn a_password_is_one_line_with_its_spaces() {
        let mut input = std::io::Cursor::new("  马到成功 1\r\nnext\n");
        assert_eq!(*Password::read(&mut input).unwrap().0, "  马到成功 1");
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut input, &mut rest).unwrap();
        assert_eq!(rest, "next\n");
    }
}
