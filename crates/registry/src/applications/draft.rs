//! Making and changing an application.

use super::email::{self, ToSend};
use super::owner::Owner;
use super::row::{self, Application};
use super::view;
use crate::audit::{self, Line};
use crate::clock::{Millis, Random};
use crate::database::Connection;
use crate::database::schema::{applications, organizations};
use crate::directory::names::latin_key;
use crate::http::{App, Client, Json};
use crate::limits::Limit;
use crate::problem::{Code, Problem};
use crate::secrets::Use;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{TimeZone as _, Utc};
use consilium_registry_api::{
    ApplicationForm, ApplicationKind, ApplicationStatus, ApplicationView, AuditAction, Field, FieldProblem,
    FormProblem, Workplace,
};
use diesel::prelude::*;

/// What an application is to say.
pub struct Stated {
    pub kind: ApplicationKind,
    /// With the hospital's own name.
    pub form: ApplicationForm,
    /// Where the hospital is.
    pub city: String,
    /// Whether the e-mail is one that the account has already.
    pub email_known: bool,
}

/// `PUT /v1/applications/{id}`
pub async fn put(
    State(app): State<App>,
    Path(id): Path<String>,
    client: Client,
    owner: Owner,
    Json(form): Json<ApplicationForm>,
) -> Result<(StatusCode, axum::Json<ApplicationView>), Problem> {
    let form = form.normalized();
    let problems = form.problems();
    if !problems.is_empty() {
        return Err(Problem::form(problems));
    }
    keep(app, &id, client, owner, move |c, _| {
        let (form, city) = located(c, form)?;
        Ok(Stated { kind: ApplicationKind::Registration, form, city, email_known: false })
    })
    .await
}

/// Makes or changes an application as it is stated, given what there is of it. Mails a code if its e-mail needs one.
pub async fn keep(
    app: App,
    id: &str,
    client: Client,
    owner: Owner,
    state: impl FnOnce(&mut Connection, Option<&Application>) -> Result<Stated, Problem> + Send + 'static,
) -> Result<(StatusCode, axum::Json<ApplicationView>), Problem> {
    let id = uuid::Uuid::try_parse(id)
        .map_err(|_| Problem::because(Code::InvalidBody, "The id of an application is a UUID."))?
        .to_string();
    let known = app.database.read({
        let id = id.clone();
        move |c| row::find(c, &id)
    });
    if known.await?.is_none() {
        app.limits.take(Limit::NewApplication, client.whom(), app.now())?;
    }
    let (created, view, to_send) = app
        .database
        .write({
            let app = app.clone();
            move |c| store(c, &app, &id, &owner, state)
        })
        .await?;
    app.watchers.changed(&view.id);
    if let Some(to_send) = to_send {
        email::send(&app, client, to_send).await?;
    }
    Ok((if created { StatusCode::CREATED } else { StatusCode::OK }, axum::Json(view)))
}

fn store(
    c: &mut Connection,
    app: &App,
    id: &str,
    owner: &Owner,
    state: impl FnOnce(&mut Connection, Option<&Application>) -> Result<Stated, Problem>,
) -> Result<(bool, ApplicationView, Option<ToSend>), Problem> {
    let now = app.now();
    let known = match row::find(c, id)? {
        Some(_) => Some(owner.application(c, id)?),
        None => None,
    };
    let status = known.as_ref().map_or(Ok(ApplicationStatus::Draft), Application::status)?;
    if !status.is_open() {
        return Err(Code::WrongState.into());
    }
    let stated = state(c, known.as_ref())?;
    let created = known.is_none();
    let mut application = match known {
        Some(application) => application,
        None => empty(c, &app.random, id, owner, now)?,
    };
    if created || application.kind()? != stated.kind || application.form(&app.secrets)? != stated.form {
        fill(c, app, &mut application, &stated)?;
        if created {
            diesel::insert_into(applications::table).values(&application).execute(c)?;
        } else {
            application.save(c)?;
            if status != ApplicationStatus::Draft {
                let line = Line {
                    action: AuditAction::Changed,
                    actor: &owner.actor(),
                    application: application.named(),
                    subject: None,
                    at: now,
                };
                audit::append(c, &line)?;
            }
        }
    }
    let to_send = email::due(c, app, &application)?;
    Ok((created, view::of(c, app, &application)?, to_send))
}

/// The form with the hospital's own name instead of what the caller saw, and the hospital's city.
pub fn located(c: &mut Connection, mut form: ApplicationForm) -> Result<(ApplicationForm, String), Problem> {
    let city = match &mut form.workplace {
        Workplace::Listed { organization_id, name } => {
            let known: Option<(String, String)> = organizations::table
                .find(&*organization_id)
                .select((organizations::name, organizations::city))
                .first(c)
                .optional()?;
            let Some((own_name, city)) = known else {
                return Err(Problem::form(vec![FormProblem {
                    field: Field::Hospital,
                    problem: FieldProblem::Unknown,
                }]));
            };
            *name = own_name;
            city
        }
        Workplace::Unlisted { city, .. } => city.clone(),
    };
    Ok((form, city))
}

fn fill(c: &mut Connection, app: &App, application: &mut Application, stated: &Stated) -> Result<(), Problem> {
    let form = &stated.form;
    application.kind = row::word(&stated.kind)?;
    let (organization_id, hospital) = match &form.workplace {
        Workplace::Listed { organization_id, name } => (Some(organization_id.clone()), name),
        Workplace::Unlisted { name, .. } => (None, name),
    };
    application.organization_id = organization_id;
    application.hospital.clone_from(hospital);
    application.city.clone_from(&stated.city);
    let licence = form.licence_number.as_bytes();
    application.licence_sealed = app.secrets.seal(Use::LicenceSeal, &application.id, licence, &app.random)?;
    application.licence_digest = app.secrets.digest(Use::LicenceDuplicate, &[licence]).to_vec();
    application.licence_ending = form.licence_number.chars().skip(form.licence_number.chars().count() - 4).collect();
    if application.work_email != form.work_email {
        application.email_confirmed = stated.email_known;
        email::forget(c, &application.id)?;
    }
    application.han_name.clone_from(&form.han_name);
    application.latin_name.clone_from(&form.latin_name);
    application.latin_key = latin_key(&form.latin_name);
    application.title.clone_from(&form.title);
    application.department.clone_from(&form.department);
    application.work_email.clone_from(&form.work_email);
    application.work_phone.clone_from(&form.work_phone);
    Ok(())
}

fn empty(c: &mut Connection, random: &Random, id: &str, owner: &Owner, now: Millis) -> Result<Application, Problem> {
    let (secret_digest, account) = match owner {
        Owner::Applicant(secret) => (secret.0.to_vec(), None),
        Owner::Colleague(account) => (Vec::new(), Some(account.user_id.clone())),
    };
    Ok(Application {
        id: id.to_owned(),
        reference: reference(c, random, now)?,
        secret_digest,
        status: row::word(&ApplicationStatus::Draft)?,
        version: 1,
        han_name: String::new(),
        latin_name: String::new(),
        latin_key: String::new(),
        title: String::new(),
        department: String::new(),
        work_email: String::new(),
        work_phone: String::new(),
        organization_id: None,
        hospital: String::new(),
        city: String::new(),
        licence_sealed: Vec::new(),
        licence_digest: Vec::new(),
        licence_ending: String::new(),
        email_confirmed: false,
        reason: None,
        note: None,
        created_at: now,
        submitted_at: None,
        opened: false,
        decided_at: None,
        decided_by: None,
        valid_until: None,
        tokens_issued: 0,
        kind: row::word(&ApplicationKind::Registration)?,
        account,
        replaced: None,
    })
}

/// `AP-2607-03318`: year, month and a number drawn by lot, so that it does not tell how many apply.
fn reference(c: &mut Connection, random: &Random, now: Millis) -> Result<String, Problem> {
    let month = Utc.timestamp_millis_opt(now).single().unwrap_or_default().format("%y%m").to_string();
    let mut limit = 100_000;
    loop {
        let reference = format!("AP-{month}-{:05}", random.below(limit));
        let taken: Option<String> = applications::table
            .filter(applications::reference.eq(&reference))
            .select(applications::id)
            .first(c)
            .optional()?;
        if taken.is_none() {
            return Ok(reference);
        }
        // A crowded month gets longer numbers.
        limit = limit.saturating_mul(2).min(1_000_000_000);
    }
}
