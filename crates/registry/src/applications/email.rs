//! Confirming the work e-mail by a code.

use super::owner::Owner;
use super::row::Application;
use super::view;
use crate::audit::{self, Line};
use crate::clock::Millis;
use crate::database::schema::email_codes;
use crate::database::{Connection, on_either};
use crate::http::{App, Client, Json};
use crate::limits::{Limit, Whom};
use crate::problem::{Code, Problem};
use crate::secrets::{Use, same};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use consilium_registry_api::{ApplicationStatus, ApplicationView, AuditAction, EmailConfirmation};
use diesel::prelude::*;
use std::time::Duration;
use zeroize::Zeroizing;

const VALID_FOR: Millis = 15 * 60_000;
const TRIES: i64 = 5;
const BETWEEN_CODES: Millis = 60_000;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = email_codes, treat_none_as_null = true)]
struct EmailCode {
    application_id: String,
    digest: Vec<u8>,
    expires_at: i64,
    tries: i64,
    sent_at: Option<i64>,
}

/// A code that was stored and now has to be mailed.
pub struct ToSend {
    application_id: String,
    reference: String,
    address: String,
    code: Zeroizing<String>,
}

fn find(c: &mut Connection, application_id: &str) -> Result<Option<EmailCode>, Problem> {
    Ok(email_codes::table.find(application_id).select(EmailCode::as_select()).first(c).optional()?)
}

/// Forgets the code: the address is another now.
pub fn forget(c: &mut Connection, application_id: &str) -> Result<(), Problem> {
    diesel::delete(email_codes::table.find(application_id)).execute(c)?;
    Ok(())
}

/// A code if the address still needs one and none has reached the mail server.
pub fn due(c: &mut Connection, app: &App, application: &Application) -> Result<Option<ToSend>, Problem> {
    if application.email_confirmed || find(c, &application.id)?.is_some_and(|code| code.sent_at.is_some()) {
        return Ok(None);
    }
    issue(c, app, application).map(Some)
}

/// Stores a new code in place of the last.
fn issue(c: &mut Connection, app: &App, application: &Application) -> Result<ToSend, Problem> {
    let code = Zeroizing::new(format!("{:06}", app.random.below(1_000_000)));
    let now = app.now();
    let stored = EmailCode {
        application_id: application.id.clone(),
        digest: digest(app, application, &code).to_vec(),
        expires_at: now + VALID_FOR,
        tries: 0,
        sent_at: Some(now),
    };
    let insert = diesel::insert_into(email_codes::table)
        .values(&stored)
        .on_conflict(email_codes::application_id)
        .do_update()
        .set(&stored);
    on_either!(c, |c| insert.execute(c))?;
    Ok(ToSend {
        application_id: application.id.clone(),
        reference: application.reference.clone(),
        address: application.work_email.clone(),
        code,
    })
}

/// The code belongs to this application and this address.
fn digest(app: &App, application: &Application, code: &str) -> [u8; 32] {
    app.secrets.digest(Use::EmailCode, &[application.id.as_bytes(), application.work_email.as_bytes(), code.as_bytes()])
}

/// Mails the code. If that fails the application stays as it is and another code may be asked for at once.
pub async fn send(app: &App, client: Client, to_send: ToSend) -> Result<(), Problem> {
    let sent = match may_mail(app, client, &to_send) {
        Ok(()) => app.mailer.send_code(&to_send.address, &to_send.code, &to_send.reference).await,
        Err(problem) => Err(problem),
    };
    if sent.is_err() {
        let id = to_send.application_id;
        app.database
            .write(move |c| {
                diesel::update(email_codes::table.find(id)).set(email_codes::sent_at.eq(None::<i64>)).execute(c)?;
                Ok(())
            })
            .await?;
    }
    sent
}

/// Whether one more code may be mailed. The address comes last: a caller who is refused takes nothing from its owner.
fn may_mail(app: &App, client: Client, to_send: &ToSend) -> Result<(), Problem> {
    let digest = |text: &str| Whom::Digest(app.secrets.digest(Use::EmailLimit, &[text.as_bytes()]));
    let now = app.now();
    app.limits.take(Limit::ApplicationCode, digest(&to_send.application_id), now)?;
    app.limits.take(Limit::CallerCode, client.whom(), now)?;
    app.limits.take(Limit::EmailCode, digest(&to_send.address), now)
}

/// `POST …/email-code`
pub async fn send_again(
    State(app): State<App>,
    Path(id): Path<String>,
    client: Client,
    owner: Owner,
) -> Result<StatusCode, Problem> {
    let to_send = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let application = owner.application(c, &id)?;
                if application.email_confirmed || application.status()? == ApplicationStatus::Withdrawn {
                    return Err(Code::WrongState.into());
                }
                if let Some(sent_at) = find(c, &id)?.and_then(|code| code.sent_at) {
                    let wait = sent_at + BETWEEN_CODES - app.now();
                    if wait > 0 {
                        return Err(Problem::rate_limited(Duration::from_millis(wait.unsigned_abs() + 999)));
                    }
                }
                issue(c, &app, &application)
            }
        })
        .await?;
    send(&app, client, to_send).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/email-confirmation`
pub async fn confirm(
    State(app): State<App>,
    Path(id): Path<String>,
    owner: Owner,
    Json(confirmation): Json<EmailConfirmation>,
) -> Result<axum::Json<ApplicationView>, Problem> {
    let view = app
        .database
        .write({
            let app = app.clone();
            // A refusal is a result here and not an error, because the try must be counted.
            move |c| {
                let mut application = owner.application(c, &id)?;
                if !application.email_confirmed
                    && let Err(refusal) = check(c, &app, &application, confirmation.code.trim())?
                {
                    return Ok(Err(refusal));
                }
                if !application.email_confirmed {
                    application.email_confirmed = true;
                    application.save(c)?;
                    forget(c, &id)?;
                    let line = Line {
                        action: AuditAction::EmailConfirmed,
                        actor: &owner.actor(),
                        application: application.named(),
                        subject: None,
                        at: app.now(),
                    };
                    audit::append(c, &line)?;
                }
                view::of(c, &app, &application).map(Ok)
            }
        })
        .await??;
    app.watchers.changed(&view.id);
    Ok(axum::Json(view))
}

fn check(c: &mut Connection, app: &App, application: &Application, code: &str) -> Result<Result<(), Problem>, Problem> {
    let Some(stored) = find(c, &application.id)?.filter(|stored| app.now() < stored.expires_at) else {
        return Ok(Err(Code::CodeExpired.into()));
    };
    if stored.tries >= TRIES {
        return Ok(Err(Code::TooManyTries.into()));
    }
    if same(&stored.digest, &digest(app, application, code)) {
        return Ok(Ok(()));
    }
    diesel::update(email_codes::table.find(&application.id))
        .set(email_codes::tries.eq(email_codes::tries + 1))
        .execute(c)?;
    Ok(Err(Code::WrongCode.into()))
}
