//! Who may be the same person. For verifiers alone: an applicant must not learn who is registered.

use super::latin_hospital;
use crate::applications::row::{Application, word};
use crate::clock::instant;
use crate::database::Connection;
use crate::database::schema::{accounts, applications, organizations, practitioners, roles};
use crate::problem::Problem;
use consilium_registry_api::{ApplicationStatus, DuplicateKind, PossibleDuplicate};
use diesel::prelude::*;

pub fn of(c: &mut Connection, application: &Application) -> Result<Vec<PossibleDuplicate>, Problem> {
    let mut found = Vec::new();
    let mut reported = Vec::new();
    for other in other_applications(c, application)? {
        let mut kinds = Vec::new();
        if other.licence_digest == application.licence_digest {
            kinds.push(DuplicateKind::Licence);
        }
        if same_name(application, &other.han_name, &other.latin_key) && same_hospital(application, &other) {
            kinds.push(DuplicateKind::NameAndHospital);
        }
        if kinds.is_empty() {
            continue;
        }
        let practitioner_id: Option<String> = accounts::table
            .filter(accounts::application_id.eq(&other.id))
            .select(accounts::practitioner_id)
            .first(c)
            .optional()?;
        reported.extend(practitioner_id.clone());
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
    for (id, han_name, latin_name, latin_key, organization_id, hospital) in namesakes(c, application)? {
        // The applicant's own entry is no duplicate, nor is one that its application stands for already.
        let own: Option<Option<String>> = accounts::table
            .filter(accounts::practitioner_id.eq(&id))
            .select(accounts::application_id)
            .first(c)
            .optional()?;
        let own = own.flatten().as_ref() == Some(&application.id);
        if own || reported.contains(&id) || !same_name(application, &han_name, &latin_key) {
            continue;
        }
        reported.push(id.clone());
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

/// Han names are compared if both have one, for many sound alike; otherwise Latin names as they fold.
fn same_name(application: &Application, han_name: &str, latin_key: &str) -> bool {
    if application.han_name.is_empty() || han_name.is_empty() {
        application.latin_key == latin_key
    } else {
        application.han_name == han_name
    }
}

fn same_hospital(one: &Application, other: &Application) -> bool {
    match (&one.organization_id, &other.organization_id) {
        (Some(one), Some(other)) => one == other,
        _ => one.hospital == other.hospital,
    }
}

/// Applications that count, with the same licence or a name that may be the same.
fn other_applications(c: &mut Connection, application: &Application) -> Result<Vec<Application>, Problem> {
    let counting = [
        ApplicationStatus::Submitted,
        ApplicationStatus::MoreRequested,
        ApplicationStatus::Approved,
        ApplicationStatus::Active,
    ];
    let counting = counting.iter().map(word).collect::<Result<Vec<_>, _>>()?;
    Ok(applications::table
        .filter(applications::id.ne(&application.id))
        .filter(applications::status.eq_any(counting))
        .filter(
            applications::licence_digest
                .eq(&application.licence_digest)
                .or(applications::latin_key.eq(&application.latin_key))
                .or(applications::han_name.eq(&application.han_name).and(applications::han_name.ne(""))),
        )
        .order(applications::created_at)
        .limit(20)
        .select(Application::as_select())
        .load(c)?)
}

type Namesake = (String, String, String, String, String, String);

/// Directory entries at the hospital with a name that may be the same.
fn namesakes(c: &mut Connection, application: &Application) -> Result<Vec<Namesake>, Problem> {
    let entries = practitioners::table
        .inner_join(roles::table.on(roles::practitioner_id.eq(practitioners::id)))
        .inner_join(organizations::table.on(organizations::id.eq(roles::organization_id)))
        .filter(
            practitioners::latin_key
                .eq(&application.latin_key)
                .or(practitioners::han_name.eq(&application.han_name).and(practitioners::han_name.ne(""))),
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
    Ok(match &application.organization_id {
        Some(id) => entries.filter(organizations::id.eq(id)).load(c)?,
        None => entries.filter(organizations::name.eq(&application.hospital)).load(c)?,
    })
}
