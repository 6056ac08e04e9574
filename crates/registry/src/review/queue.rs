//! `GET /v1/review/applications`: the three boxes.

use super::detail::account_of;
use super::duplicates;
use super::latin_hospital;
use super::working_days::overdue;
use crate::accounts::session;
use crate::applications::row::{Application, word};
use crate::clock::instant;
use crate::database::Connection;
use crate::database::schema::applications;
use crate::http::{App, query};
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_registry_api::{ApplicationStatus, ReviewBox, ReviewCounts, ReviewItem, ReviewPage};
use diesel::prelude::*;
use serde::Deserialize;

const PAGE: usize = 50;

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "box")]
    box_: ReviewBox,
    cursor: Option<String>,
}

pub async fn get(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Json<ReviewPage>, Problem> {
    session::verifier(&app, &headers).await?;
    let asked: Asked = query(&uri)?;
    let cursor = asked.cursor.as_deref().map(|text| read_cursor(text).ok_or(Code::InvalidBody)).transpose()?;
    let page = app.database.read({
        let app = app.clone();
        move |c| page(c, &app, asked.box_, cursor)
    });
    Ok(Json(page.await?))
}

/// Time and id of the last item of a page.
type Cursor = (i64, String);

fn read_cursor(text: &str) -> Option<Cursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (at, id) = text.split_once(' ')?;
    // No text of the database has a NUL.
    Some((at.parse().ok()?, (!id.contains('\0')).then(|| id.to_owned())?))
}

fn page(c: &mut Connection, app: &App, box_: ReviewBox, cursor: Option<Cursor>) -> Result<ReviewPage, Problem> {
    let statuses: &[ApplicationStatus] = match box_ {
        ReviewBox::Pending => &[ApplicationStatus::Submitted],
        ReviewBox::Waiting => &[ApplicationStatus::MoreRequested],
        ReviewBox::Done => &[ApplicationStatus::Approved, ApplicationStatus::Active, ApplicationStatus::Rejected],
    };
    let statuses = statuses.iter().map(word).collect::<Result<Vec<_>, _>>()?;
    let wanted = applications::table.filter(applications::status.eq_any(statuses)).into_boxed();
    let limit = PAGE as i64 + 1;
    // Both times are set in the states that are asked for.
    let mut rows: Vec<Application> = if box_ == ReviewBox::Done {
        let after = wanted
            .order((applications::decided_at.desc(), applications::id.desc()))
            .limit(limit)
            .select(Application::as_select());
        match cursor {
            Some((at, id)) => after
                .filter(
                    applications::decided_at.lt(at).or(applications::decided_at.eq(at).and(applications::id.lt(id))),
                )
                .load(c)?,
            None => after.load(c)?,
        }
    } else {
        let after =
            wanted.order((applications::submitted_at, applications::id)).limit(limit).select(Application::as_select());
        match cursor {
            Some((at, id)) => after
                .filter(
                    applications::submitted_at
                        .gt(at)
                        .or(applications::submitted_at.eq(at).and(applications::id.gt(id))),
                )
                .load(c)?,
            None => after.load(c)?,
        }
    };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|last| {
        let at = if box_ == ReviewBox::Done { last.decided_at } else { last.submitted_at };
        URL_SAFE_NO_PAD.encode(format!("{} {}", at.unwrap_or_default(), last.id))
    });
    let items = rows.into_iter().map(|row| item(c, app, row)).collect::<Result<_, _>>()?;
    let counts = ReviewCounts {
        pending: count(c, ApplicationStatus::Submitted)?,
        waiting: count(c, ApplicationStatus::MoreRequested)?,
    };
    Ok(ReviewPage { items, counts, next })
}

fn item(c: &mut Connection, app: &App, application: Application) -> Result<ReviewItem, Problem> {
    let status = application.status()?;
    let submitted_at = application.submitted_at.unwrap_or_default();
    let hospital_latin = latin_hospital(c, application.organization_id.as_deref())?;
    let possible_duplicate = !duplicates::of_application(c, &application)?.is_empty();
    let removed = account_of(c, &application)?.is_some_and(|account| account.revoked);
    let kind = application.kind()?;
    Ok(ReviewItem {
        id: application.id,
        kind,
        reference: application.reference,
        status,
        removed,
        han_name: application.han_name,
        latin_name: application.latin_name,
        title: application.title,
        department: application.department,
        hospital: application.hospital,
        hospital_latin,
        submitted_at: instant(submitted_at),
        possible_duplicate,
        overdue: status == ApplicationStatus::Submitted && overdue(submitted_at, app.now()),
    })
}

fn count(c: &mut Connection, status: ApplicationStatus) -> Result<u32, Problem> {
    let count: i64 = applications::table.filter(applications::status.eq(word(&status)?)).count().get_result(c)?;
    u32::try_from(count).map_err(Problem::internal)
}
