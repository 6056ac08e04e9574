//! Making the entry of a colleague: Practitioner and PractitionerRole, and the hospital if it is new.

use super::names::{latin_key, split_han, split_latin};
use super::standing::{Standing, moved};
use super::store;
use crate::accounts::account;
use crate::applications::row::Application;
use crate::clock::instant;
use crate::database::Connection;
use crate::database::schema::{accounts, organizations, practitioners, roles};
use crate::http::App;
use crate::problem::{Code, Problem};
use consilium_fhir::{
    Address, CodeableConcept, ContactPoint, HumanName, Organization, Practitioner, PractitionerRole, Qualification,
    Reference, Resource, Verification, terms,
};
use consilium_registry_api::{ApplicationForm, ApplicationKind, terminology};
use diesel::prelude::*;

/// What an entry is made of.
pub struct Entry<'a> {
    pub form: &'a ApplicationForm,
    pub organization_id: &'a str,
    pub organization: &'a str,
    pub user_id: &'a str,
    pub verification: Option<Verification>,
}

/// The id of the hospital with this name in this city; it is made if it is new, with the id that is wanted for it.
pub fn organization(
    c: &mut Connection,
    app: &App,
    wanted_id: Option<&str>,
    name: &str,
    city: &str,
) -> Result<String, Problem> {
    let known: Option<String> = match wanted_id {
        Some(id) => organizations::table.find(id).select(organizations::id).first(c).optional()?,
        None => organizations::table
            .filter(organizations::name.eq(name).and(organizations::city.eq(city)))
            .order(organizations::id)
            .select(organizations::id)
            .first(c)
            .optional()?,
    };
    if let Some(id) = known {
        return Ok(id);
    }
    let id = wanted_id.map_or_else(|| app.random.uuid(), str::to_owned);
    let new = Organization {
        id: Some(id.clone()),
        active: Some(true),
        type_: vec![CodeableConcept::coded(terms::ORGANIZATION_TYPE, "prov", "Healthcare Provider")],
        name: Some(name.to_owned()),
        address: vec![Address { city: Some(city.to_owned()), ..Address::default() }],
        ..Organization::default()
    };
    store::put(c, new.into(), app.now())?;
    Ok(id)
}

/// Lists an approved applicant with the new account; returns the id of the Practitioner.
pub fn list(c: &mut Connection, app: &App, application: &Application, user_id: &str) -> Result<String, Problem> {
    let organization_id = application.organization_id.as_deref().ok_or(Code::WrongState)?;
    let verification = verification(c, application)?;
    let form = application.form_with_ending();
    Entry { form: &form, organization_id, organization: &application.hospital, user_id, verification }.write(c, app)
}

/// Brings the entry of a colleague who has joined to what was approved. Person and role stay the same resources, so that
/// what others keep by their ids goes on. Returns the id of the role.
pub fn change(
    c: &mut Connection,
    app: &App,
    application: &Application,
    standing: Standing,
    user_id: &str,
) -> Result<String, Problem> {
    let organization_id = application.organization_id.as_deref().ok_or(Code::WrongState)?;
    let verification = verification(c, application)?;
    let form = application.form_with_ending();
    let entry = Entry { form: &form, organization_id, organization: &application.hospital, user_id, verification };
    let Standing { mut practitioner, mut role } = standing;
    entry.verify(&mut practitioner, &mut role)?;
    if application.kind()? == ApplicationKind::Transfer {
        practitioner.telecom = moved(&practitioner.telecom, &entry.contacts());
        role.telecom = moved(&role.telecom, &entry.contacts());
    }
    let id = role.id.clone().unwrap_or_default();
    store::put(c, practitioner.into(), app.now())?;
    store::put(c, role.into(), app.now())?;
    Ok(id)
}

fn verification(c: &mut Connection, application: &Application) -> Result<Option<Verification>, Problem> {
    let verifier = match &application.decided_by {
        Some(verifier) => account::find(c, verifier)?,
        None => None,
    };
    Ok(verifier.zip(application.decided_at).map(|(verifier, decided_at)| Verification {
        verified_at: instant(decided_at),
        valid_until: application.valid_until.clone().unwrap_or_default(),
        verifier: verifier.name,
        organization: verifier.organization,
        licence_ending: application.licence_ending.clone(),
    }))
}

impl Entry<'_> {
    /// Writes it, over the entry of the same colleague if that was listed without an account.
    pub fn write(&self, c: &mut Connection, app: &App) -> Result<String, Problem> {
        let (mut practitioner, mut role) = self.not_joined(c)?.unwrap_or_else(|| {
            (
                Practitioner { id: Some(app.random.uuid()), ..Practitioner::default() },
                PractitionerRole { id: Some(app.random.uuid()), ..PractitionerRole::default() },
            )
        });
        let form = self.form;
        let id = practitioner.id.clone().unwrap_or_default();
        let display = if form.han_name.is_empty() { &form.latin_name } else { &form.han_name };
        practitioner.name = names(form);
        practitioner.telecom = self.contacts().to_vec();
        role.practitioner = Some(Reference::to("Practitioner", &id, display));
        role.telecom = self.contacts().to_vec();
        self.verify(&mut practitioner, &mut role)?;
        store::put(c, practitioner.into(), app.now())?;
        store::put(c, role.into(), app.now())?;
        Ok(id)
    }

    /// Sets what a verifier has looked at, but for the name.
    fn verify(&self, practitioner: &mut Practitioner, role: &mut PractitionerRole) -> Result<(), Problem> {
        let title = coded(terminology::TITLE_SYSTEM, terminology::title(&self.form.title))?;
        let department = coded(terminology::DEPARTMENT_SYSTEM, terminology::department(&self.form.department))?;

        practitioner.active = Some(true);
        practitioner.qualification = vec![Qualification { code: Some(title.clone()), ..Qualification::default() }];

        role.active = Some(true);
        role.organization = Some(Reference::to("Organization", self.organization_id, self.organization));
        role.code = vec![title];
        role.specialty.retain(|s| s.coding.is_empty());
        role.specialty.insert(0, department);
        role.extension.retain(|e| e.url != terms::VERIFICATION);
        role.extension.extend(self.verification.iter().map(Verification::to_extension));
        role.set_matrix_user_id(Some(self.user_id));
        Ok(())
    }

    fn contacts(&self) -> [ContactPoint; 2] {
        [ContactPoint::work("phone", &self.form.work_phone), ContactPoint::work("email", &self.form.work_email)]
    }

    /// The one entry with this name, hospital and department that belongs to no account.
    fn not_joined(&self, c: &mut Connection) -> Result<Option<(Practitioner, PractitionerRole)>, Problem> {
        let mut namesakes = practitioners::table
            .inner_join(roles::table.on(roles::practitioner_id.eq(practitioners::id)))
            .filter(roles::organization_id.eq(self.organization_id))
            .filter(practitioners::id.ne_all(accounts::table.select(accounts::practitioner_id)))
            .select((practitioners::id, roles::id))
            .into_boxed();
        namesakes = if self.form.han_name.is_empty() {
            namesakes.filter(practitioners::latin_key.eq(latin_key(&self.form.latin_name)))
        } else {
            namesakes.filter(practitioners::han_name.eq(&self.form.han_name))
        };
        let mut fitting = Vec::new();
        for (practitioner, role) in namesakes.load::<(String, String)>(c)? {
            let found = (store::find(c, "Practitioner", &practitioner)?, store::find(c, "PractitionerRole", &role)?);
            if let (Some(Resource::Practitioner(practitioner)), Some(Resource::PractitionerRole(role))) = found
                && role.department(terminology::DEPARTMENT_SYSTEM) == Some(&self.form.department)
                && role.matrix_user_id().is_none()
            {
                fitting.push((*practitioner, *role));
            }
        }
        Ok(if fitting.len() == 1 { fitting.pop() } else { None })
    }
}

fn coded(system: &str, concept: Option<&terminology::Concept>) -> Result<CodeableConcept, Problem> {
    let concept = concept.ok_or_else(|| Problem::internal("a stored code is not in the terminology"))?;
    Ok(CodeableConcept::coded(system, concept.code, concept.zh))
}

fn names(form: &ApplicationForm) -> Vec<HumanName> {
    let mut names = Vec::new();
    if !form.han_name.is_empty() {
        let (family, given) = split_han(&form.han_name);
        names.push(HumanName::han(&form.han_name, family, &[given]));
    }
    let (family, given) = split_latin(&form.latin_name, &form.han_name);
    names.push(HumanName::latin(&form.latin_name, family, &given));
    names
}
