//! What an approved application about an entry changes: the entry, and what the registry knows of the account.

use super::account::{self, Account};
use crate::applications::row::Application;
use crate::audit::{self, Line};
use crate::database::Connection;
use crate::database::schema::accounts;
use crate::directory::entry;
use crate::directory::standing::Standing;
use crate::http::App;
use crate::problem::{Code, Problem};
use consilium_registry_api::{ApplicationForm, ApplicationKind, AuditAction, EntryChange, Field, Workplace};
use diesel::prelude::*;

/// Brings entry and account to what a verifier has approved. `conflict` if the colleague is no longer in the directory.
pub fn apply(c: &mut Connection, app: &App, application: &mut Application, verifier: &Account) -> Result<(), Problem> {
    let user_id = application.account.clone().ok_or(Code::WrongState)?;
    let account = account::find(c, &user_id)?.filter(|account| !account.revoked).ok_or(Code::Conflict)?;
    let standing = Standing::of(c, &account)?;
    let before = stated(c, &account, &standing)?;
    application.replaced = Some(serde_json::to_string(&before).map_err(Problem::internal)?);
    let role = entry::change(c, app, application, standing, &user_id)?;
    let email_due = !account.email.eq_ignore_ascii_case(&application.work_email);
    diesel::update(accounts::table.find(&user_id))
        .set((
            accounts::organization.eq(&application.hospital),
            accounts::email.eq(&application.work_email),
            accounts::verified_at.eq(application.decided_at),
            accounts::valid_until.eq(&application.valid_until),
        ))
        .execute(c)?;
    if email_due {
        diesel::update(accounts::table.find(&user_id)).set(accounts::email_due.eq(true)).execute(c)?;
    }
    let line = Line {
        action: AuditAction::EntryChanged,
        actor: &verifier.actor(),
        application: application.named(),
        subject: Some(&format!("PractitionerRole/{role}")),
        at: app.now(),
    };
    audit::append(c, &line)
}

/// What an application changes in the entry, or did change when it was approved. Nothing of a registration.
pub fn of(c: &mut Connection, application: &Application) -> Result<Vec<EntryChange>, Problem> {
    let kind = application.kind()?;
    let Some(user_id) = &application.account else { return Ok(Vec::new()) };
    let before = match &application.replaced {
        Some(replaced) => serde_json::from_str(replaced).map_err(Problem::internal)?,
        None => {
            let Some(account) = account::find(c, user_id)? else { return Ok(Vec::new()) };
            match Standing::of(c, &account) {
                Ok(standing) => stated(c, &account, &standing)?,
                // Taken out of the directory since: there is nothing to compare with.
                Err(problem) if problem.code == Code::Conflict => return Ok(Vec::new()),
                Err(problem) => return Err(problem),
            }
        }
    };
    Ok(between(kind, &before, &application.form_with_ending()))
}

/// The entry as a form, with the ending of the licence number under which it was verified.
fn stated(c: &mut Connection, account: &Account, standing: &Standing) -> Result<ApplicationForm, Problem> {
    let form = standing.form(c, account)?;
    let ending = standing.role.verification().map(|verification| verification.licence_ending).unwrap_or_default();
    Ok(ApplicationForm { licence_number: ending, ..form })
}

fn between(kind: ApplicationKind, before: &ApplicationForm, after: &ApplicationForm) -> Vec<EntryChange> {
    let value = |form: &ApplicationForm, field: Field| match field {
        Field::HanName => form.han_name.clone(),
        Field::LatinName => form.latin_name.clone(),
        Field::Title => form.title.clone(),
        Field::LicenceNumber => form.licence_number.trim_start_matches('•').to_owned(),
        Field::WorkEmail => form.work_email.to_lowercase(),
        Field::WorkPhone => form.work_phone.clone(),
        Field::Hospital => match &form.workplace {
            Workplace::Listed { name, .. } | Workplace::Unlisted { name, .. } => name.clone(),
        },
        Field::City => match &form.workplace {
            Workplace::Listed { .. } => String::new(),
            Workplace::Unlisted { city, .. } => city.clone(),
        },
        Field::Department => form.department.clone(),
    };
    let fields = kind.changes().iter().copied().chain([Field::LicenceNumber]);
    fields
        .map(|field| EntryChange { field, before: value(before, field), after: value(after, field) })
        .filter(|change| change.before != change.after)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_tells_what_its_kind_changes_and_no_more() {
        let before = ApplicationForm {
            title: "attending".into(),
            department: "03.04".into(),
            licence_number: "3517".into(),
            work_phone: "0591-555-0120".into(),
            workplace: Workplace::Listed {
                organization_id: "jzfy".into(), name: "江州大学附属第一医院".into()
            },
            ..ApplicationForm::default()
        };
        let after = ApplicationForm {
            title: "associate_chief".into(),
            licence_number: "•••••••••••3517".into(),
            work_phone: "0599-555-0100".into(),
            workplace: Workplace::Unlisted { name: "闽江国际医院".into(), city: "闽江".into() },
            ..before.clone()
        };
        let fields = |kind| between(kind, &before, &after).iter().map(|change| change.field).collect::<Vec<_>>();
        assert_eq!(fields(ApplicationKind::Renewal), []);
        assert_eq!(fields(ApplicationKind::Title), [Field::Title]);
        assert_eq!(fields(ApplicationKind::Transfer), [Field::Title, Field::WorkPhone, Field::Hospital, Field::City]);
    }
}
