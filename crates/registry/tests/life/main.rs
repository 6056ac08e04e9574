//! The life of an entry after it was listed: what is changed in it, how it ends, and what follows.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod changes;
mod merger;
mod refusals;
mod reminders;
mod removal;

use consilium_fhir::{Bundle, PractitionerRole, Resource};
use consilium_registry_api::*;
use consilium_testbed::{Answer, Applicant, Doctor, Testbed, lin_jianing};
use reqwest::Method;
use serde::Serialize;

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}", answer.text);
}

/// An application about the entry of somebody who has joined, as their client keeps it.
struct Followup {
    id: String,
    session: String,
    email: String,
}

impl Followup {
    async fn of(bed: &Testbed, doctor: &Doctor) -> anyhow::Result<Self> {
        let session = bed.session(doctor).await?.access_token;
        Ok(Self { id: uuid::Uuid::new_v4().to_string(), session, email: String::new() })
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/entry/applications/{}{rest}", self.id)
    }

    async fn put(&mut self, bed: &Testbed, change: Change) -> anyhow::Result<Answer> {
        if let Change::Transfer { work_email, .. } = &change {
            self.email.clone_from(work_email);
        }
        self.put_form(bed, &ChangeForm { change, licence_number: None }).await
    }

    async fn put_form(&self, bed: &Testbed, form: &ChangeForm) -> anyhow::Result<Answer> {
        send(bed, Method::PUT, &self.path(""), &self.session, form).await
    }

    async fn call(&self, bed: &Testbed, method: Method, rest: &str) -> anyhow::Result<Answer> {
        bed.call(method, &self.path(rest), &self.session).await
    }

    async fn view(&self, bed: &Testbed) -> anyhow::Result<ApplicationView> {
        self.call(bed, Method::GET, "").await?.read()
    }

    async fn confirm_email(&self, bed: &Testbed) -> anyhow::Result<ApplicationView> {
        let code = bed.mail.code_to(&self.email).unwrap();
        let confirmation = EmailConfirmation { code };
        send(bed, Method::POST, &self.path("/email-confirmation"), &self.session, &confirmation).await?.read()
    }

    async fn submit(&self, bed: &Testbed) -> anyhow::Result<Answer> {
        self.call(bed, Method::POST, "/submission").await
    }

    /// The same as verifiers know it, whatever its owner has to show.
    fn reviewed(&self) -> Applicant {
        Applicant { id: self.id.clone(), ..Applicant::new(lin_jianing()) }
    }
}

async fn send(
    bed: &Testbed,
    method: Method,
    path: &str,
    bearer: &str,
    body: &impl Serialize,
) -> anyhow::Result<Answer> {
    bed.send(bed.request(method, path).bearer_auth(bearer).json(body)).await
}

async fn detail(bed: &Testbed, verifier: &Doctor, id: &str) -> anyhow::Result<ReviewDetail> {
    let session = bed.session(verifier).await?;
    bed.call(Method::GET, &format!("/v1/review/applications/{id}"), &session.access_token).await?.read()
}

async fn trail(bed: &Testbed, verifier: &Doctor) -> anyhow::Result<Vec<AuditEntry>> {
    let session = bed.session(verifier).await?;
    let page: AuditPage = bed.call(Method::GET, "/v1/review/audit", &session.access_token).await?.read()?;
    Ok(page.entries)
}

/// The roles of a colleague, as this reader sees them.
async fn roles(bed: &Testbed, reader: &Doctor, practitioner: &str) -> anyhow::Result<Vec<PractitionerRole>> {
    let bundle = found(bed, reader, &format!("PractitionerRole?practitioner={practitioner}")).await?;
    Ok(bundle
        .entry
        .into_iter()
        .filter_map(|entry| match entry.resource {
            Some(Resource::PractitionerRole(role)) => Some(*role),
            _ => None,
        })
        .collect())
}

async fn found(bed: &Testbed, reader: &Doctor, search: &str) -> anyhow::Result<Bundle> {
    let session = bed.session(reader).await?;
    let answer = bed.call(Method::GET, &format!("/fhir/{search}"), &session.access_token).await?;
    match answer.read()? {
        Resource::Bundle(bundle) => Ok(*bundle),
        other => anyhow::bail!("no bundle but {}", other.resource_type()),
    }
}

fn title(title: &str, department: &str) -> Change {
    Change::Title { title: title.into(), department: department.into() }
}

/// To a hospital that nobody has listed.
fn to_minjiang() -> Change {
    Change::Transfer {
        workplace: Workplace::Unlisted { name: "闽江国际医院".into(), city: "闽江".into() },
        department: "03.03".into(),
        title: "associate_chief".into(),
        work_phone: "0599-555-0177".into(),
        work_email: "lin@minjiang.example".into(),
    }
}
