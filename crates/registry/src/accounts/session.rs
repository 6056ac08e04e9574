//! Sessions: who is calling, proved by the homeserver.

use super::account::{self, Account};
use crate::clock::Millis;
use crate::database::schema::{openid_tokens, sessions};
use crate::database::{Connection, on_either};
use crate::http::{App, Client, Json, bearer};
use crate::limits::Limit;
use crate::problem::{Code, Problem};
use crate::secrets::Use;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_registry_api::{OpenIdToken, Session};
use diesel::prelude::*;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const VALID_FOR: Millis = 15 * 60_000;
/// Longer than any homeserver keeps an OpenID token (Synapse: one hour). What the token says of itself is not believed.
const OPENID_REMEMBERED: Millis = 24 * 3_600_000;
/// For how long a read trusts the last look at the account.
const RECHECK_AFTER: Millis = 3_000;
/// Accounts whose last look is remembered.
const RECHECKS_KEPT: usize = 50_000;

/// When the homeserver last said that an account is in order.
#[derive(Default)]
pub struct Rechecks(Mutex<HashMap<String, Millis>>);

impl Rechecks {
    fn fresh(&self, user_id: &str, now: Millis) -> bool {
        let checked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        checked.get(user_id).is_some_and(|at| (0..RECHECK_AFTER).contains(&(now - at)))
    }

    fn note(&self, user_id: &str, now: Millis) {
        let mut checked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if checked.len() >= RECHECKS_KEPT {
            checked.retain(|_, at| now - *at < RECHECK_AFTER);
        }
        checked.insert(user_id.to_owned(), now);
    }
}

/// Whose OpenID token this is, by the registry's own homeserver. Each token counts once.
pub async fn proved(app: &App, token: &OpenIdToken) -> Result<String, Problem> {
    if token.matrix_server_name != app.homeserver.server_name() || token.access_token.is_empty() {
        return Err(Code::Unauthorized.into());
    }
    let user_id = app.homeserver.openid_user(&token.access_token).await?.ok_or(Code::Unauthorized)?;
    let digest = app.secrets.digest(Use::OpenIdToken, &[token.access_token.as_bytes()]).to_vec();
    let now = app.now();
    let first = app.database.write(move |c| {
        let new = (openid_tokens::digest.eq(digest), openid_tokens::expires_at.eq(now + OPENID_REMEMBERED));
        let insert = diesel::insert_into(openid_tokens::table).values(new).on_conflict_do_nothing();
        Ok(on_either!(c, |c| insert.execute(c))?)
    });
    if first.await? == 1 {
        Ok(user_id)
    } else {
        Err(Problem::because(Code::Unauthorized, "This token was used before."))
    }
}

/// `POST /v1/session`
pub async fn open(
    State(app): State<App>,
    client: Client,
    Json(token): Json<OpenIdToken>,
) -> Result<axum::Json<Session>, Problem> {
    app.limits.take(Limit::Session, client.whom(), app.now())?;
    let user_id = proved(&app, &token).await?;
    let account = app.database.read({
        let user_id = user_id.clone();
        move |c| account::find(c, &user_id)
    });
    let account = account.await?.ok_or(Code::NotBound)?;
    in_order(&app, &account).await?;
    let access_token = URL_SAFE_NO_PAD.encode(app.random.bytes::<32>());
    let digest = digest(&app, &access_token);
    let expires_at = app.now() + VALID_FOR;
    app.database
        .write(move |c| {
            diesel::insert_into(sessions::table)
                .values((
                    sessions::digest.eq(digest),
                    sessions::user_id.eq(user_id),
                    sessions::expires_at.eq(expires_at),
                ))
                .execute(c)?;
            Ok(())
        })
        .await?;
    Ok(axum::Json(Session {
        access_token,
        expires_in: VALID_FOR.unsigned_abs() / 1_000,
        roles: account.roles(),
        user_id: account.user_id,
        practitioner_id: account.practitioner_id,
    }))
}

/// `DELETE /v1/session`
pub async fn end(State(app): State<App>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let digest = digest(&app, bearer(&headers)?);
    let ended = app.database.write(move |c| Ok(diesel::delete(sessions::table.find(digest)).execute(c)?)).await?;
    if ended == 0 { Err(Code::Unauthorized.into()) } else { Ok(StatusCode::NO_CONTENT) }
}

fn digest(app: &App, access_token: &str) -> Vec<u8> {
    app.secrets.digest(Use::SessionToken, &[access_token.as_bytes()]).to_vec()
}

async fn of_session(app: &App, headers: &HeaderMap) -> Result<Account, Problem> {
    let digest = digest(app, bearer(headers)?);
    let now = app.now();
    app.database
        .read(move |c| {
            let user_id: Option<String> = sessions::table
                .find(digest)
                .filter(sessions::expires_at.gt(now))
                .select(sessions::user_id)
                .first(c)
                .optional()?;
            account::find(c, &user_id.ok_or(Code::Unauthorized)?)?.ok_or_else(|| Code::Unauthorized.into())
        })
        .await
}

/// Asks the homeserver whether the account may still be used; if not, its sessions end.
async fn in_order(app: &App, account: &Account) -> Result<(), Problem> {
    let usable = !account.revoked
        && app.homeserver.account(&account.user_id).await?.is_some_and(|on_homeserver| on_homeserver.usable());
    if usable {
        app.rechecks.note(&account.user_id, app.now());
        return Ok(());
    }
    let user_id = account.user_id.clone();
    app.database.write(move |c| end_all(c, &user_id)).await?;
    Err(Code::AccountLocked.into())
}

/// Ends the sessions of an account.
pub fn end_all(c: &mut Connection, user_id: &str) -> Result<(), Problem> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id))).execute(c)?;
    Ok(())
}

/// Who reads. The account's state may be a few seconds old.
pub async fn reader(app: &App, headers: &HeaderMap) -> Result<Account, Problem> {
    let account = of_session(app, headers).await?;
    if account.revoked || !app.rechecks.fresh(&account.user_id, app.now()) {
        in_order(app, &account).await?;
    }
    Ok(account)
}

/// Who writes: the lock is read again.
pub async fn writer(app: &App, headers: &HeaderMap) -> Result<Account, Problem> {
    let account = of_session(app, headers).await?;
    in_order(app, &account).await?;
    Ok(account)
}

/// Who reviews: role and lock are read again.
pub async fn verifier(app: &App, headers: &HeaderMap) -> Result<Account, Problem> {
    let account = of_session(app, headers).await?;
    in_order(app, &account).await?;
    if account.verifier { Ok(account) } else { Err(Code::NotAVerifier.into()) }
}

/// Forgets what has expired.
pub fn forget_expired(c: &mut Connection, now: Millis) -> Result<(), Problem> {
    diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(c)?;
    diesel::delete(openid_tokens::table.filter(openid_tokens::expires_at.le(now))).execute(c)?;
    Ok(())
}
