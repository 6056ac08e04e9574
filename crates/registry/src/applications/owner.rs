//! Whose application it is. Before there is an account its secret shows that, afterwards the session.

use super::row::{self, Application};
use crate::accounts::account::{self, Account};
use crate::accounts::session;
use crate::audit::Actor;
use crate::database::Connection;
use crate::http::{App, bearer};
use crate::problem::{Code, Problem};
use crate::secrets::{Use, same};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of an application's secret.
const SECRET_LENGTH: usize = 32;

/// What callers of a route have to show, as an extension of its requests.
#[derive(Clone, Copy, Debug)]
pub enum Proof {
    Secret,
    Session,
}

/// The caller, as far as applications are concerned.
#[derive(Clone, Debug)]
pub enum Owner {
    Applicant(SecretDigest),
    Colleague(Box<Account>),
}

/// Digest of the secret that a caller gave.
#[derive(Clone, Debug)]
pub struct SecretDigest(pub [u8; 32]);

impl FromRequestParts<App> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match parts.extensions.get::<Proof>() {
            Some(Proof::Secret) => secret(app, &parts.headers).map(Self::Applicant),
            Some(Proof::Session) if parts.method == Method::GET => {
                Ok(Self::Colleague(Box::new(session::reader(app, &parts.headers).await?)))
            }
            Some(Proof::Session) => Ok(Self::Colleague(Box::new(session::writer(app, &parts.headers).await?))),
            None => Err(Problem::internal("a route does not say what its callers have to show")),
        }
    }
}

/// The digest of the caller's secret. `unauthorized` if none of the right form was given.
fn secret(app: &App, headers: &HeaderMap) -> Result<SecretDigest, Problem> {
    let secret = URL_SAFE_NO_PAD.decode(bearer(headers)?).map_err(|_| Code::Unauthorized)?;
    if secret.len() != SECRET_LENGTH {
        return Err(Code::Unauthorized.into());
    }
    Ok(SecretDigest(app.secrets.digest(Use::ApplicationSecret, &[&secret])))
}

impl Owner {
    /// The application with this id if it is theirs; everyone else finds nothing. `account_locked` if theirs is revoked by
    /// now.
    pub fn application(&self, c: &mut Connection, id: &str) -> Result<Application, Problem> {
        let found = row::find(c, id)?.ok_or(Code::NotFound)?;
        let theirs = match self {
            Self::Applicant(secret) => found.account.is_none() && same(&found.secret_digest, &secret.0),
            Self::Colleague(account) => {
                if account::find(c, &account.user_id)?.is_none_or(|account| account.revoked) {
                    return Err(Code::AccountLocked.into());
                }
                found.account.as_ref() == Some(&account.user_id)
            }
        };
        if theirs { Ok(found) } else { Err(Code::NotFound.into()) }
    }

    /// For the audit trail, where applicants have no name.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Applicant(_) => Actor::default(),
            Self::Colleague(account) => account.actor(),
        }
    }
}
