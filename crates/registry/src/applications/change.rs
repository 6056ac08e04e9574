//! `/v1/entry/applications`: what colleagues who have joined want changed in what was verified of them.

use super::draft::{self, Stated, located};
use super::owner::Owner;
use super::row::{self, Application};
use super::view;
use crate::accounts::account::Account;
use crate::accounts::session;
use crate::database::Connection;
use crate::database::schema::{applications, organizations};
use crate::directory::standing::Standing;
use crate::http::{App, Client, Json};
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use consilium_registry_api::{
    ApplicationForm, ApplicationKind, ApplicationView, Change, ChangeForm, Field, FieldProblem, FormProblem,
    OwnApplications, Workplace,
};
use diesel::prelude::*;

/// Applications that are told, the latest.
const TOLD: i64 = 20;

/// `PUT /v1/entry/applications/{id}`
pub async fn put(
    State(app): State<App>,
    Path(id): Path<String>,
    client: Client,
    owner: Owner,
    Json(asked): Json<ChangeForm>,
) -> Result<(StatusCode, axum::Json<ApplicationView>), Problem> {
    let Owner::Colleague(account) = owner.clone() else { return Err(Code::Unauthorized.into()) };
    draft::keep(app.clone(), &id, client, owner, move |c, draft| stated(c, &app, &account, draft, asked)).await
}

fn stated(
    c: &mut Connection,
    app: &App,
    account: &Account,
    draft: Option<&Application>,
    asked: ChangeForm,
) -> Result<Stated, Problem> {
    if draft.is_none() && row::open_of(c, &account.user_id)?.is_some() {
        return Err(Problem::because(Code::Conflict, "Another application about this entry is open."));
    }
    let current = Standing::of(c, account)?.form(c, account)?;
    let known = match draft {
        Some(draft) => Some(draft.clone()),
        None => row::in_force(c, account)?,
    };
    let known = known.map(|known| known.form(&app.secrets)).transpose()?.map(|form| form.licence_number);
    let kind = asked.change.kind();
    let licence_number = asked.licence_number.filter(|number| !number.trim().is_empty()).or(known).unwrap_or_default();
    let wanted = ApplicationForm { licence_number, ..changed(current.clone(), asked.change) }.normalized();
    // A name cannot be stated here: what is odd about one is not for the colleague to correct.
    let mut problems = wanted.problems();
    let needed = [Field::Title, Field::Department, Field::LicenceNumber];
    problems.retain(|found| needed.contains(&found.field) || kind.changes().contains(&found.field));
    if !problems.is_empty() {
        return Err(Problem::form(problems));
    }
    let (form, city) = located(c, wanted)?;
    if let Some(field) = unchanged(c, kind, &current, &form)? {
        return Err(Problem::form(vec![FormProblem { field, problem: FieldProblem::Unchanged }]));
    }
    let email_known = form.work_email.eq_ignore_ascii_case(&account.email);
    Ok(Stated { kind, form, city, email_known })
}

/// What the entry would be.
fn changed(current: ApplicationForm, change: Change) -> ApplicationForm {
    match change {
        Change::Transfer { workplace, department, title, work_phone, work_email } => {
            ApplicationForm { workplace, department, title, work_phone, work_email, ..current }
        }
        Change::Title { title, department } => ApplicationForm { title, department, ..current },
        Change::Renewal => current,
    }
}

/// The field that would have to be another one for there to be anything to decide.
fn unchanged(
    c: &mut Connection,
    kind: ApplicationKind,
    current: &ApplicationForm,
    wanted: &ApplicationForm,
) -> Result<Option<Field>, Problem> {
    let same = match kind {
        ApplicationKind::Registration | ApplicationKind::Renewal => None,
        ApplicationKind::Title => {
            (current.title == wanted.title && current.department == wanted.department).then_some(Field::Title)
        }
        ApplicationKind::Transfer => is_at(c, &current.workplace, &wanted.workplace)?.then_some(Field::Hospital),
    };
    Ok(same)
}

/// Whether two workplaces are one hospital, listed or entered by hand as it is listed.
fn is_at(c: &mut Connection, current: &Workplace, wanted: &Workplace) -> Result<bool, Problem> {
    let Workplace::Listed { organization_id: current, .. } = current else { return Ok(false) };
    Ok(match wanted {
        Workplace::Listed { organization_id, .. } => current == organization_id,
        Workplace::Unlisted { name, city } => {
            let listed: Option<(String, String)> = organizations::table
                .find(current)
                .select((organizations::name, organizations::city))
                .first(c)
                .optional()?;
            listed.is_some_and(|(listed, at)| listed == *name && at == *city)
        }
    })
}

/// `GET /v1/entry/applications`
pub async fn list(State(app): State<App>, headers: HeaderMap) -> Result<axum::Json<OwnApplications>, Problem> {
    let account = session::reader(&app, &headers).await?;
    let own = app.database.read({
        let app = app.clone();
        move |c| own(c, &app, &account)
    });
    Ok(axum::Json(own.await?))
}

fn own(c: &mut Connection, app: &App, account: &Account) -> Result<OwnApplications, Problem> {
    let form = Standing::of(c, account)?.form(c, account)?;
    let ApplicationForm { workplace, department, title, work_phone, work_email, .. } = form;
    let all: Vec<Application> = applications::table
        .filter(applications::account.eq(&account.user_id))
        .order((applications::created_at.desc(), applications::id))
        .limit(TOLD)
        .select(Application::as_select())
        .load(c)?;
    Ok(OwnApplications {
        current: Change::Transfer { workplace, department, title, work_phone, work_email },
        licence_ending: row::in_force(c, account)?.map(|application| application.licence_ending),
        valid_until: account.valid_until.clone(),
        applications: all.iter().map(|one| view::of(c, app, one)).collect::<Result<_, _>>()?,
    })
}
