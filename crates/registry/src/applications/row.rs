//! An application as it is kept.

use crate::accounts::account::Account;
use crate::database::schema::applications;
use crate::database::{Connection, announce};
use crate::problem::Problem;
use crate::secrets::{Secrets, Use};
use consilium_registry_api::{ApplicationForm, ApplicationKind, ApplicationStatus, Workplace};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = applications, treat_none_as_null = true)]
pub struct Application {
    pub id: String,
    pub reference: String,
    pub secret_digest: Vec<u8>,
    pub status: String,
    pub version: i64,
    pub han_name: String,
    pub latin_name: String,
    pub latin_key: String,
    pub title: String,
    pub department: String,
    pub work_email: String,
    pub work_phone: String,
    pub organization_id: Option<String>,
    pub hospital: String,
    pub city: String,
    pub licence_sealed: Vec<u8>,
    pub licence_digest: Vec<u8>,
    pub licence_ending: String,
    pub email_confirmed: bool,
    pub reason: Option<String>,
    pub note: Option<String>,
    pub created_at: i64,
    pub submitted_at: Option<i64>,
    pub opened: bool,
    pub decided_at: Option<i64>,
    pub decided_by: Option<String>,
    pub valid_until: Option<String>,
    pub tokens_issued: i64,
    pub kind: String,
    pub account: Option<String>,
    pub replaced: Option<String>,
}

/// The word by which an enumeration of the interface is written.
pub fn word(value: &impl Serialize) -> Result<String, Problem> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(Problem::internal("an enumeration is not written as a word")),
    }
}

/// The enumeration's value for a word.
pub fn from_word<T: DeserializeOwned>(word: &str) -> Result<T, Problem> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| Problem::internal("the database holds an unknown word"))
}

impl Application {
    pub fn status(&self) -> Result<ApplicationStatus, Problem> {
        from_word(&self.status)
    }

    pub fn set_status(&mut self, status: ApplicationStatus) -> Result<(), Problem> {
        self.status = word(&status)?;
        Ok(())
    }

    pub fn kind(&self) -> Result<ApplicationKind, Problem> {
        from_word(&self.kind)
    }

    /// Id and reference, for the audit trail.
    pub fn named(&self) -> Option<(&str, &str)> {
        Some((&self.id, &self.reference))
    }

    /// The name as others will see it.
    pub fn display_name(&self) -> &str {
        if self.han_name.is_empty() { &self.latin_name } else { &self.han_name }
    }

    /// The form, with the whole licence number.
    pub fn form(&self, secrets: &Secrets) -> Result<ApplicationForm, Problem> {
        let licence = secrets.open(Use::LicenceSeal, &self.id, &self.licence_sealed)?;
        Ok(ApplicationForm {
            licence_number: String::from_utf8(licence.to_vec()).map_err(Problem::internal)?,
            ..self.form_without_licence()
        })
    }

    /// The form with the last four digits alone.
    pub fn form_with_ending(&self) -> ApplicationForm {
        ApplicationForm { licence_number: format!("{:•>15}", self.licence_ending), ..self.form_without_licence() }
    }

    fn form_without_licence(&self) -> ApplicationForm {
        ApplicationForm {
            han_name: self.han_name.clone(),
            latin_name: self.latin_name.clone(),
            title: self.title.clone(),
            licence_number: String::new(),
            work_email: self.work_email.clone(),
            work_phone: self.work_phone.clone(),
            workplace: match &self.organization_id {
                Some(id) => Workplace::Listed { organization_id: id.clone(), name: self.hospital.clone() },
                None => Workplace::Unlisted { name: self.hospital.clone(), city: self.city.clone() },
            },
            department: self.department.clone(),
        }
    }

    /// Writes it back, a version later, which those who wait at other processes learn too.
    pub fn save(&mut self, c: &mut Connection) -> Result<(), Problem> {
        self.version += 1;
        diesel::update(applications::table.find(&self.id)).set(&*self).execute(c)?;
        Ok(announce(c, &self.id)?)
    }
}

pub fn find(c: &mut Connection, id: &str) -> Result<Option<Application>, Problem> {
    Ok(applications::table.find(id).select(Application::as_select()).first(c).optional()?)
}

/// The application of an account that may still be changed, if there is one.
pub fn open_of(c: &mut Connection, user_id: &str) -> Result<Option<Application>, Problem> {
    let closed = [ApplicationStatus::Active, ApplicationStatus::Withdrawn];
    let closed = closed.iter().map(word).collect::<Result<Vec<_>, _>>()?;
    Ok(applications::table
        .filter(applications::account.eq(user_id).and(applications::status.ne_all(closed)))
        .select(Application::as_select())
        .first(c)
        .optional()?)
}

/// The applications of a colleague, the latest first: the registration, and those about the entry.
pub fn all_of(c: &mut Connection, account: &Account) -> Result<Vec<Application>, Problem> {
    let all = applications::table.order((applications::created_at.desc(), applications::id)).into_boxed();
    let all = match &account.application_id {
        Some(id) => all.filter(applications::account.eq(&account.user_id).or(applications::id.eq(id))),
        None => all.filter(applications::account.eq(&account.user_id)),
    };
    Ok(all.select(Application::as_select()).load(c)?)
}

/// The one on which the entry stands: the latest that was approved. None of who never applied.
pub fn in_force(c: &mut Connection, account: &Account) -> Result<Option<Application>, Problem> {
    let active = word(&ApplicationStatus::Active)?;
    Ok(all_of(c, account)?.into_iter().filter(|one| one.status == active).max_by_key(|one| one.decided_at))
}
