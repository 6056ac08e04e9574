//! Who may be the same person. For verifiers alone: an applicant must not learn who is registered.

use super::latin_hospital;
use crate::accounts::account::{self, Account};
use crate::accounts::removal::accounts_of;
use crate::applications::row::{self, Application, word};
use crate::clock::instant;
use crate::database::Connection;
use crate::database::schema::{accounts, applications, organizations, practitioners, roles};
use crate::problem::Problem;
use consilium_registry_api::{ApplicationStatus, DuplicateKind, PossibleDuplicate};
use diesel::prelude::*;

/// Whom somebody may be the same as.
struct Subject {
    han_name: String,
    latin_key: String,
    /// Empty if no licence number is known.
    licence_digest: Vec<u8>,
    /// Id, if it is listed, and name of each.
    hospitals: Vec<(Option<String>, String)>,
    /// Their own applications and entry are no duplicates.
    applications: Vec<String>,
    practitioner_id: Option<String>,
}

/// Who may be the same as who applies.
pub fn of_application(c: &mut Connection, application: &Application) -> Result<Vec<PossibleDuplicate>, Problem> {
    let account: Option<Account> = match &application.account {
        Some(user_id) => account::find(c, user_id)?,
        None => accounts::table
            .filter(accounts::application_id.eq(&application.id))
            .select(Account::as_select())
            .first(c)
            .optional()?,
    };
    let mut subject = Subject {
        han_name: application.han_name.clone(),
        latin_key: application.latin_key.clone(),
        licence_digest: application.licence_digest.clone(),
        hospitals: vec![(application.organization_id.clone(), application.hospital.clone())],
        applications: vec![application.id.clone()],
        practitioner_id: None,
    };
    if let Some(account) = account {
        subject.applications.extend(row::all_of(c, &account)?.into_iter().map(|own| own.id));
        subject.practitioner_id = Some(account.practitioner_id);
    }
    of(c, &subject)
}

/// Who may be the same as a colleague in the directory.
pub fn of_entry(c: &mut Connection, practitioner_id: &str) -> Result<Vec<PossibleDuplicate>, Problem> {
    let (han_name, latin_key) = practitioners::table
        .find(practitioner_id)
        .select((practitioners::han_name, practitioners::latin_key))
        .first(c)?;
    let hospitals: Vec<(String, String)> = roles::table
        .inner_join(organizations::table.on(organizations::id.eq(roles::organization_id)))
        .filter(roles::practitioner_id.eq(practitioner_id))
        .select((organizations::id, organizations::name))
        .load(c)?;
    let mut subject = Subject {
        han_name,
        latin_key,
        licence_digest: Vec::new(),
        hospitals: hospitals.into_iter().map(|(id, name)| (Some(id), name)).collect(),
        applications: Vec::new(),
        practitioner_id: Some(practitioner_id.to_owned()),
    };
    for account in accounts_of(c, practitioner_id)? {
        if let Some(own) = row::in_force(c, &account)? {
            subject.licence_digest = own.licence_digest;
        }
        subject.applications.extend(row::all_of(c, &account)?.into_iter().map(|own| own.id));
    }
    of(c, &subject)
}

fn of(c: &mut Connection, subject: &Subject) -> Result<Vec<PossibleDuplicate>, Problem> {
    let mut found: Vec<PossibleDuplicate> = Vec::new();
    for other in other_applications(c, subject)? {
        let mut kinds = Vec::new();
        if other.licence_digest == subject.licence_digest {
            kinds.push(DuplicateKind::Licence);
        }
        let at = (other.organization_id.clone(), other.hospital.clone());
        if subject.has_name(&other.han_name, &other.latin_key) && subject.hospitals.iter().any(|own| same(own, &at)) {
            kinds.push(DuplicateKind::NameAndHospital);
        }
        if kinds.is_empty() {
            continue;
        }
        let practitioner_id = entry_of(c, &other)?;
        // A colleague is told once, however often they applied.
        let told = found.iter_mut().find(|told| practitioner_id.is_some() && told.practitioner_id == practitioner_id);
        if let Some(told) = told {
            kinds.retain(|kind| !told.kinds.contains(kind));
            told.kinds.extend(kinds);
            continue;
        }
        let approved = matches!(other.status()?, ApplicationStatus::Approved | ApplicationStatus::Active);
        found.push(PossibleDuplicate {
            kinds,
            han_name: other.han_name,
            latin_name: other.latin_name,
            hospital_latin: latin_hospital(c, other.organization_id.as_deref())?,
            hospital: other.hospital,
            licence_ending: Some(other.licence_ending),
            practitioner_id,
            application_reference: Some(other.reference),
            verified_at: other.decided_at.filter(|_| approved).map(instant),
        });
    }
    for (id, han_name, latin_name, latin_key, organization_id, hospital) in namesakes(c, subject)? {
        let told = found.iter().any(|told| told.practitioner_id.as_ref() == Some(&id));
        if told || subject.practitioner_id.as_ref() == Some(&id) || !subject.has_name(&han_name, &latin_key) {
            continue;
        }
        found.push(PossibleDuplicate {
            kinds: vec![DuplicateKind::NameAndHospital],
            han_name,
            latin_name,
            hospital,
            hospital_latin: latin_hospital(c, Some(&organization_id))?,
            licence_ending: None,
            practitioner_id: Some(id),
            application_reference: None,
            verified_at: None,
        });
    }
    Ok(found)
}

/// The entry of who made an application, if there is one.
fn entry_of(c: &mut Connection, application: &Application) -> Result<Option<String>, Problem> {
    let accounts = accounts::table.select(accounts::practitioner_id);
    Ok(match &application.account {
        Some(account) => accounts.find(account).first(c).optional()?,
        None => accounts.filter(accounts::application_id.eq(&application.id)).first(c).optional()?,
    })
}

impl Subject {
    /// Han names are compared if both have one, for many sound alike; otherwise Latin names as they fold.
    fn has_name(&self, han_name: &str, latin_key: &str) -> bool {
        if self.han_name.is_empty() || han_name.is_empty() {
            self.latin_key == latin_key
        } else {
            self.han_name == han_name
        }
    }
}

/// Whether two hospitals are the same, by id if both have one.
fn same(one: &(Option<String>, String), other: &(Option<String>, String)) -> bool {
    match (one, other) {
        ((Some(one), _), (Some(other), _)) => one == other,
        ((_, one), (_, other)) => one == other,
    }
}

/// Applications that count, with the same licence or a name that may be the same.
fn other_applications(c: &mut Connection, subject: &Subject) -> Result<Vec<Application>, Problem> {
    let counting = [
        ApplicationStatus::Submitted,
        ApplicationStatus::MoreRequested,
        ApplicationStatus::Approved,
        ApplicationStatus::Active,
    ];
    let counting = counting.iter().map(word).collect::<Result<Vec<_>, _>>()?;
    Ok(applications::table
        .filter(applications::id.ne_all(&subject.applications))
        .filter(applications::status.eq_any(counting))
        .filter(
            applications::licence_digest
                .eq(&subject.licence_digest)
                .or(applications::latin_key.eq(&subject.latin_key))
                .or(applications::han_name.eq(&subject.han_name).and(applications::han_name.ne(""))),
        )
        .order(applications::created_at)
        .limit(20)
        .select(Application::as_select())
        .load(c)?)
}

type Namesake = (String, String, String, String, String, String);

/// Directory entries at the hospitals with a name that may be the same.
fn namesakes(c: &mut Connection, subject: &Subject) -> Result<Vec<Namesake>, Problem> {
    let mut found = Vec::new();
    for (id, name) in &subject.hospitals {
        let entries = practitioners::table
            .inner_join(roles::table.on(roles::practitioner_id.eq(practitioners::id)))
            .inner_join(organizations::table.on(organizations::id.eq(roles::organization_id)))
            .filter(
                practitioners::latin_key
                    .eq(&subject.latin_key)
                    .or(practitioners::han_name.eq(&subject.han_name).and(practitioners::han_name.ne(""))),
            )
            .select((
                practitioners::id,
                practitioners::han_name,
                practitioners::latin_name,
                practitioners::latin_key,
                organizations::id,
                organizations::name,
            ))
            .limit(20);
        found.extend(match id {
            Some(id) => entries.filter(organizations::id.eq(id)).load::<Namesake>(c)?,
            None => entries.filter(organizations::name.eq(name)).load(c)?,
        });
    }
    Ok(found)
}
