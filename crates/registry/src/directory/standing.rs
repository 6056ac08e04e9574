//! What is verified of a colleague who has joined, as the directory has it.

use super::store;
use crate::accounts::account::Account;
use crate::database::Connection;
use crate::database::schema::{organizations, roles};
use crate::problem::{Code, Problem};
use consilium_fhir::{ContactPoint, HumanName, Practitioner, PractitionerRole, Resource};
use consilium_registry_api::{ApplicationForm, Workplace, terminology};
use diesel::prelude::*;

/// The person, and the role by which the account is listed.
pub struct Standing {
    pub practitioner: Practitioner,
    pub role: PractitionerRole,
}

impl Standing {
    /// `conflict` if the account is not listed.
    pub fn of(c: &mut Connection, account: &Account) -> Result<Self, Problem> {
        let gone = || Problem::because(Code::Conflict, "The colleague is not in the directory.");
        let Some(Resource::Practitioner(practitioner)) = store::find(c, "Practitioner", &account.practitioner_id)?
        else {
            return Err(gone());
        };
        let held: Vec<String> = roles::table
            .filter(roles::practitioner_id.eq(&account.practitioner_id))
            .order(roles::id)
            .select(roles::id)
            .load(c)?;
        let mut own = Vec::new();
        for id in held {
            if let Some(Resource::PractitionerRole(role)) = store::find(c, "PractitionerRole", &id)?
                && role.matrix_user_id().as_ref() == Some(&account.user_id)
            {
                own.push(*role);
            }
        }
        // Who has several posts was verified for the one at the hospital of the account.
        let at_hospital = |role: &PractitionerRole| {
            role.organization.as_ref().and_then(|of| of.display.as_ref()) == Some(&account.organization)
        };
        let chosen = own.iter().position(at_hospital).unwrap_or(0);
        let role = own.into_iter().nth(chosen).ok_or_else(gone)?;
        Ok(Self { practitioner: *practitioner, role })
    }

    /// The same as a form that states it, without a licence number. The e-mail is the one that signs in.
    pub fn form(&self, c: &mut Connection, account: &Account) -> Result<ApplicationForm, Problem> {
        let text = |name: Option<&HumanName>| name.and_then(|name| name.text.clone()).unwrap_or_default();
        let code = |code: Option<&str>| code.unwrap_or_default().to_owned();
        let organization_id = self.role.organization_id().unwrap_or_default().to_owned();
        let hospital: Option<String> =
            organizations::table.find(&organization_id).select(organizations::name).first(c).optional()?;
        let contacts = || self.role.telecom.iter().chain(&self.practitioner.telecom);
        let phone = contacts().find(|contact| is_of_work(contact) && contact.system.as_deref() == Some("phone"));
        Ok(ApplicationForm {
            han_name: text(self.practitioner.han_name()),
            latin_name: text(self.practitioner.latin_name()),
            title: code(self.role.title(terminology::TITLE_SYSTEM)),
            licence_number: String::new(),
            work_email: account.email.clone(),
            work_phone: phone.and_then(|contact| contact.value.clone()).unwrap_or_default(),
            workplace: Workplace::Listed { organization_id, name: hospital.unwrap_or_default() },
            department: code(self.role.department(terminology::DEPARTMENT_SYSTEM)),
        })
    }
}

fn is_of_work(contact: &ContactPoint) -> bool {
    contact.use_.as_deref() == Some("work")
}

/// The contacts of somebody who moves: those of the old work give way to the new ones, each of which is for whom its owner
/// had decided that the one before it is. What is not of work stays.
pub fn moved(current: &[ContactPoint], new: &[ContactPoint]) -> Vec<ContactPoint> {
    let before = |new: &ContactPoint| {
        let same_system = || current.iter().filter(|old| is_of_work(old) && old.system == new.system);
        same_system().find(|old| old.value == new.value).or_else(|| same_system().next())
    };
    let stated = new.iter().map(|new| match before(new).and_then(ContactPoint::visibility) {
        Some(visibility) => new.clone().visible_to(visibility),
        None => new.clone(),
    });
    stated.chain(current.iter().filter(|old| !is_of_work(old)).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_moves_keeps_what_is_private_and_hidden() {
        let mobile = ContactPoint { use_: Some("mobile".into()), ..ContactPoint::work("phone", "13955500142") };
        let current = [
            ContactPoint::work("phone", "0591-555-0120").visible_to("nobody"),
            ContactPoint::work("fax", "0591-555-0121"),
            ContactPoint::work("email", "lin@jzfy.example"),
            mobile.clone(),
        ];
        let new = [ContactPoint::work("phone", "0599-555-0100"), ContactPoint::work("email", "lin@minjiang.example")];
        let hidden = new[0].clone().visible_to("nobody");
        assert_eq!(moved(&current, &new), [hidden, new[1].clone(), mobile]);
    }
}
