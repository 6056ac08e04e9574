//! `POST …/binding`: joining the new account to its applicant and listing the entry.

use super::account::{self, Account};
use super::{localpart, registration, session, upkeep};
use crate::applications::owner::Owner;
use crate::applications::row::{self, Application};
use crate::audit::{self, Actor, Line};
use crate::database::schema::accounts;
use crate::database::{Connection, Turn};
use crate::directory::entry;
use crate::http::{App, Json};
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use consilium_registry_api::{ApplicationStatus, AuditAction, Binding, BindingRequest};
use diesel::prelude::*;

pub async fn post(
    State(app): State<App>,
    Path(id): Path<String>,
    owner: Owner,
    Json(request): Json<BindingRequest>,
) -> Result<axum::Json<Binding>, Problem> {
    let application = app
        .database
        .read({
            let id = id.clone();
            move |c| {
                let application = owner.application(c, &id)?;
                bindable(&application)?;
                Ok(application)
            }
        })
        .await?;
    let user_id = session::proved(&app, &request.openid_token).await?;
    let assigned = localpart::of(&app, &id).await?.map(|localpart| app.homeserver.user_id(&localpart));
    if assigned.as_ref() != Some(&user_id) {
        return Err(Code::WrongAccount.into());
    }

    let _turn = app.database.turn(Turn::Binding).await?;
    match app.homeserver.account(&user_id).await? {
        Some(account) if account.usable() && !account.admin => {}
        Some(account) if account.admin => return Err(Code::WrongAccount.into()),
        _ => return Err(Code::AccountLocked.into()),
    }
    let free = upkeep::is_free(&app, &application.work_email, &user_id).await?;
    let email = free.then_some(application.work_email.as_str());
    app.homeserver.set_profile(&user_id, application.display_name(), email).await?;
    let binding = app
        .database
        .write({
            let app = app.clone();
            move |c| bind(c, &app, &id, user_id)
        })
        .await?;
    app.watchers.changed(&application.id);
    app.publisher.wake();
    if let Some(token) = registration::last_token(&app, &application)
        && let Err(error) = app.homeserver.delete_registration_token(&token).await
    {
        tracing::warn!(%error, "a used registration token was not deleted");
    }
    Ok(axum::Json(binding))
}

fn bindable(application: &Application) -> Result<(), Problem> {
    match application.status()? {
        ApplicationStatus::Approved | ApplicationStatus::Active => Ok(()),
        _ => Err(Code::WrongState.into()),
    }
}

fn bind(c: &mut Connection, app: &App, id: &str, user_id: String) -> Result<Binding, Problem> {
    let mut application = row::find(c, id)?.ok_or(Code::NotFound)?;
    bindable(&application)?;
    if let Some(bound) = account::find(c, &user_id)? {
        return if bound.application_id.as_deref() == Some(id) {
            Ok(Binding { user_id, practitioner_id: bound.practitioner_id })
        } else {
            Err(Code::WrongAccount.into())
        };
    }
    let now = app.now();
    let practitioner_id = entry::list(c, app, &application, &user_id)?;
    let new = Account {
        user_id: user_id.clone(),
        practitioner_id: practitioner_id.clone(),
        application_id: Some(id.to_owned()),
        name: application.display_name().to_owned(),
        email: application.work_email.clone(),
        organization: application.hospital.clone(),
        verifier: false,
        revoked: false,
        bound_at: now,
        verified_at: application.decided_at,
        valid_until: application.valid_until.clone(),
    };
    diesel::insert_into(accounts::table).values(new).execute(c)?;
    application.set_status(ApplicationStatus::Active)?;
    application.save(c)?;
    let line = Line {
        action: AuditAction::Bound,
        actor: &Actor::default(),
        application: application.named(),
        subject: Some(&user_id),
        at: now,
    };
    audit::append(c, &line)?;
    Ok(Binding { user_id, practitioner_id })
}
