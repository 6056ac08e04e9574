//! Appointing a verifier on the server's command line, the first of whom nobody else could.

use super::account::Account;
use super::localpart;
use crate::audit::{self, Actor, Line};
use crate::database::schema::{accounts, organizations};
use crate::directory::entry::{self, Entry};
use crate::homeserver::NewAccount;
use crate::http::App;
use crate::problem::{Code, Problem};
use consilium_registry_api::{ApplicationForm, AuditAction, Binding, Workplace};
use diesel::prelude::*;
use zeroize::Zeroizing;

/// Who is to verify.
#[derive(Clone)]
pub struct Appointment {
    /// The licence number stays empty: the operator has checked it.
    pub form: ApplicationForm,
    /// The FHIR id that an unlisted hospital shall have; chosen at random if none.
    pub organization_id: Option<String>,
    pub password: Zeroizing<String>,
}

impl std::fmt::Debug for Appointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Appointment")
    }
}

/// Makes entry, account, binding and role. `invalid_form` with the fields that are wrong.
pub async fn appoint(app: &App, appointment: Appointment) -> Result<Binding, Problem> {
    let form = appointment.form.normalized();
    let mut problems = form.problems();
    problems.retain(|p| p.field != consilium_registry_api::Field::LicenceNumber);
    if !problems.is_empty() {
        return Err(Problem::form(problems));
    }
    let localpart = localpart::assign(app, &form.latin_name, None).await?;
    let user_id = app.homeserver.user_id(&localpart);
    let name = if form.han_name.is_empty() { &form.latin_name } else { &form.han_name };
    let new = NewAccount { password: &appointment.password, display_name: name, email: &form.work_email };
    app.homeserver.create_account(&user_id, new).await?;
    app.database
        .write({
            let (app, name) = (app.clone(), name.clone());
            move |c| {
                let wanted = appointment.organization_id.as_deref();
                let organization_id = match &form.workplace {
                    Workplace::Listed { organization_id, .. } => organization_id.clone(),
                    Workplace::Unlisted { name, city } => entry::organization(c, &app, wanted, name, city)?,
                };
                let organization: Option<String> =
                    organizations::table.find(&organization_id).select(organizations::name).first(c).optional()?;
                let organization = organization.ok_or(Code::NotFound)?;
                let listed = Entry {
                    form: &form,
                    organization_id: &organization_id,
                    organization: &organization,
                    user_id: &user_id,
                    verification: None,
                };
                let practitioner_id = listed.write(c, &app)?;
                let account = Account {
                    user_id: user_id.clone(),
                    practitioner_id: practitioner_id.clone(),
                    application_id: None,
                    name,
                    email: form.work_email.clone(),
                    organization,
                    verifier: true,
                    revoked: false,
                    bound_at: app.now(),
                    verified_at: None,
                    valid_until: None,
                };
                let line = Line {
                    action: AuditAction::VerifierAppointed,
                    actor: &Actor::default(),
                    application: None,
                    subject: Some(&user_id),
                    at: app.now(),
                };
                audit::append(c, &line)?;
                diesel::insert_into(accounts::table).values(account).execute(c)?;
                Ok(Binding { user_id, practitioner_id })
            }
        })
        .await
}
