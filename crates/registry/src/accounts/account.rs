//! A bound account as it is kept.

use crate::audit::Actor;
use crate::database::Connection;
use crate::database::schema::accounts;
use crate::problem::Problem;
use consilium_registry_api::Role;
use diesel::prelude::*;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
pub struct Account {
    pub user_id: String,
    pub practitioner_id: String,
    pub application_id: Option<String>,
    pub name: String,
    pub email: String,
    pub organization: String,
    pub verifier: bool,
    pub revoked: bool,
    pub bound_at: i64,
    /// When the verification that counts was made; none of who was never verified by an application.
    pub verified_at: Option<i64>,
    /// Its last day.
    pub valid_until: Option<String>,
}

impl Account {
    pub fn roles(&self) -> Vec<Role> {
        let mut roles = vec![Role::Physician];
        if self.verifier {
            roles.push(Role::Verifier);
        }
        roles
    }

    pub fn actor(&self) -> Actor {
        Actor { user_id: self.user_id.clone(), name: self.name.clone() }
    }
}

pub fn find(c: &mut Connection, user_id: &str) -> Result<Option<Account>, Problem> {
    Ok(accounts::table.find(user_id).select(Account::as_select()).first(c).optional()?)
}
