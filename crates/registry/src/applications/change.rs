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
    let known = match draft {
        Some(draft) => Some(draft.clone()),
        None => row::in_force(c, account)?,
    };
    let known = known.map(|known| known.form(&app.secrets)).transpose()?.map(|form| form.licence_number);
    let licence_known = known.is_some();
    let standing = Standing::of(c, account)?.form(c, account)?;
    let current = ApplicationForm { licence_number: known.unwrap_or_default(), ..standing };
    let problems = asked.problems(&current, licence_known);
    if !problems.is_empty() {
        return Err(Problem::form(problems));
    }
    let kind = asked.change.kind();
    let (form, city) = located(c, asked.stated(&current))?;
    if kind == ApplicationKind::Transfer && is_at(c, &current.workplace, &form.workplace)? {
        return Err(Problem::form(vec![FormProblem { field: Field::Hospital, problem: FieldProblem::Unchanged }]));
    }
    let email_known = form.work_email.eq_ignore_ascii_case(&account.email);
    Ok(Stated { kind, form, city, email_known })
}

/// Whether what is entered by hand is the hospital where the colleague works, as it is listed.
fn is_at(c: &mut Connection, current: &Workplace, wanted: &Workplace) -> Result<bool, Problem> {
    let (Workplace::Listed { organization_id, .. }, Workplace::Unlisted { name, city }) = (current, wanted) else {
        return Ok(false);
    };
    let listed: Option<(String, String)> = organizations::table
        .find(organization_id)
        .select((organizations::name, organizations::city))
        .first(c)
        .optional()?;
    Ok(listed.is_some_and(|(listed, at)| listed == *name && at == *city))
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
