//! `PUT /v1/applications/{id}`: making and changing an application.

use super::email::{self, ToSend};
use super::row::{self, Application, SecretDigest};
use super::view;
use crate::audit::{self, Actor, Line};
use crate::clock::{Millis, Random};
use crate::database::Connection;
use crate::database::schema::{applications, organizations};
use crate::directory::names::latin_key;
use crate::http::{App, Client, Json};
use crate::limits::Limit;
use crate::problem::{Code, Problem};
use crate::secrets::{Use, same};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{TimeZone as _, Utc};
use consilium_registry_api::{
    ApplicationForm, ApplicationStatus, ApplicationView, AuditAction, Field, FieldProblem, FormProblem, Workplace,
};
use diesel::prelude::*;

pub async fn put(
    State(app): State<App>,
    Path(id): Path<String>,
    client: Client,
    headers: HeaderMap,
    Json(form): Json<ApplicationForm>,
) -> Result<(StatusCode, axum::Json<ApplicationView>), Problem> {
    let secret = view::secret(&app, &headers)?;
    let id = uuid::Uuid::try_parse(&id)
        .map_err(|_| Problem::because(Code::InvalidBody, "The id of an application is a UUID."))?
        .to_string();
    let form = form.normalized();
    let problems = form.problems();
    if !problems.is_empty() {
        return Err(Problem::form(problems));
    }
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
            move |c| store(c, &app, &id, &secret, &form)
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
    secret: &SecretDigest,
    form: &ApplicationForm,
) -> Result<(bool, ApplicationView, Option<ToSend>), Problem> {
    let now = app.now();
    let (mut application, created) = match row::find(c, id)? {
        Some(application) if same(&application.secret_digest, &secret.0) => (application, false),
        Some(_) => return Err(Code::NotFound.into()),
        None => (empty(c, &app.random, id, secret, now)?, true),
    };
    let status = application.status()?;
    match status {
        ApplicationStatus::Draft
        | ApplicationStatus::Submitted
        | ApplicationStatus::MoreRequested
        | ApplicationStatus::Rejected => {}
        ApplicationStatus::Approved | ApplicationStatus::Active | ApplicationStatus::Withdrawn => {
            return Err(Code::WrongState.into());
        }
    }
    let (form, city) = located(c, form)?;
    if created || application.form(&app.secrets)? != form {
        fill(c, app, &mut application, &form, city)?;
        if created {
            diesel::insert_into(applications::table).values(&application).execute(c)?;
        } else {
            application.save(c)?;
            if status != ApplicationStatus::Draft {
                let action = AuditAction::Changed;
                let actor = &Actor::default();
                audit::append(c, &Line { action, actor, application: application.named(), subject: None, at: now })?;
            }
        }
    }
    let to_send = email::due(c, app, &application)?;
    Ok((created, view::of(c, app, &application)?, to_send))
}

/// The form with the hospital's own name instead of what the caller saw, and the hospital's city.
fn located(c: &mut Connection, form: &ApplicationForm) -> Result<(ApplicationForm, String), Problem> {
    let mut form = form.clone();
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

fn fill(
    c: &mut Connection,
    app: &App,
    application: &mut Application,
    form: &ApplicationForm,
    city: String,
) -> Result<(), Problem> {
    let (organization_id, hospital) = match &form.workplace {
        Workplace::Listed { organization_id, name } => (Some(organization_id.clone()), name),
        Workplace::Unlisted { name, .. } => (None, name),
    };
    application.organization_id = organization_id;
    application.hospital.clone_from(hospital);
    application.city = city;
    let licence = form.licence_number.as_bytes();
    application.licence_sealed = app.secrets.seal(Use::LicenceSeal, &application.id, licence, &app.random)?;
    application.licence_digest = app.secrets.digest(Use::LicenceDuplicate, &[licence]).to_vec();
    application.licence_ending = form.licence_number.chars().skip(form.licence_number.chars().count() - 4).collect();
    if application.work_email != form.work_email {
        application.email_confirmed = false;
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

fn empty(
    c: &mut Connection,
    random: &Random,
    id: &str,
    secret: &SecretDigest,
    now: Millis,
) -> Result<Application, Problem> {
    Ok(Application {
        id: id.to_owned(),
        reference: reference(c, random, now)?,
        secret_digest: secret.0.to_vec(),
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
