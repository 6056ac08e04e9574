//! `POST …/registration-token`: leave to make one account.

use super::localpart;
use crate::applications::owner::Owner;
use crate::applications::row::{self, Application};
use crate::audit::{self, Actor, Line};
use crate::clock::{Millis, instant};
use crate::database::Turn;
use crate::http::App;
use crate::problem::{Code, Problem};
use crate::secrets::Use;
use axum::Json;
use axum::extract::{Path, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_registry_api::{ApplicationStatus, AuditAction, RegistrationToken};

const VALID_FOR: Millis = 10 * 60_000;

/// The n-th token of an application. Derived, so that the last one can be deleted without being kept.
fn token(app: &App, application_id: &str, number: i64) -> String {
    let digest = app.secrets.digest(Use::RegistrationToken, &[application_id.as_bytes(), &number.to_le_bytes()]);
    URL_SAFE_NO_PAD.encode(digest)
}

/// The token that was given out last.
pub fn last_token(app: &App, application: &Application) -> Option<String> {
    (application.tokens_issued > 0).then(|| token(app, &application.id, application.tokens_issued))
}

pub async fn post(
    State(app): State<App>,
    Path(id): Path<String>,
    owner: Owner,
) -> Result<Json<RegistrationToken>, Problem> {
    let application = app
        .database
        .read({
            let id = id.clone();
            move |c| {
                let application = owner.application(c, &id)?;
                approved(&application)?;
                Ok(application)
            }
        })
        .await?;
    // Of two who ask at once, the later one deletes the token of the earlier.
    let _turn = app.database.turn(Turn::Binding).await?;
    let localpart = usable_localpart(&app, &application).await?;

    // Counted before it is made: were the count lost after, the token could not be deleted any more.
    let (earlier, number) = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = row::find(c, &id)?.ok_or(Code::NotFound)?;
                approved(&application)?;
                let earlier = last_token(&app, &application);
                application.tokens_issued += 1;
                application.save(c)?;
                let line = Line {
                    action: AuditAction::TokenIssued,
                    actor: &Actor::default(),
                    application: application.named(),
                    subject: None,
                    at: app.now(),
                };
                audit::append(c, &line)?;
                Ok((earlier, application.tokens_issued))
            }
        })
        .await?;
    if let Some(earlier) = earlier {
        app.homeserver.delete_registration_token(&earlier).await?;
    }
    let token = token(&app, &application.id, number);
    let expires_at = app.now() + VALID_FOR;
    app.homeserver.make_registration_token(&token, expires_at).await?;
    Ok(Json(RegistrationToken {
        token,
        localpart,
        homeserver: app.homeserver.base_url().to_owned(),
        expires_at: instant(expires_at),
    }))
}

fn approved(application: &Application) -> Result<(), Problem> {
    if application.status()? == ApplicationStatus::Approved { Ok(()) } else { Err(Code::WrongState.into()) }
}

/// The localpart the application has, or another one if the account of that name was locked: whoever made it did not
/// bind it, and it may not be the applicant's.
async fn usable_localpart(app: &App, application: &Application) -> Result<String, Problem> {
    if let Some(localpart) = localpart::of(app, &application.id).await? {
        let account = app.homeserver.account(&app.homeserver.user_id(&localpart)).await?;
        if account.is_none_or(|account| account.usable()) {
            return Ok(localpart);
        }
    }
    localpart::assign(app, &application.latin_name, Some(&application.id)).await
}
