//! Taking an account's standing away, on the server's command line.

use super::account;
use super::session;
use crate::audit::{self, Actor, Line};
use crate::database::schema::{accounts, applications, roles};
use crate::directory::store;
use crate::http::App;
use crate::problem::{Code, Problem};
use consilium_registry_api::AuditAction;
use diesel::prelude::*;

/// Locks the account, ends its sessions and takes its role out of the directory. `not_bound` if it is unknown.
pub async fn revoke(app: &App, user_id: &str) -> Result<(), Problem> {
    let user_id = user_id.to_owned();
    app.database
        .write({
            let (app, user_id) = (app.clone(), user_id.clone());
            move |c| {
                let account = account::find(c, &user_id)?.ok_or(Code::NotBound)?;
                diesel::update(accounts::table.find(&user_id)).set(accounts::revoked.eq(true)).execute(c)?;
                session::end_all(c, &user_id)?;
                let listed: Vec<String> = roles::table
                    .filter(roles::practitioner_id.eq(&account.practitioner_id))
                    .select(roles::id)
                    .load(c)?;
                for id in listed {
                    store::delete(c, "PractitionerRole", &id, app.now())?;
                }
                let application: Option<(String, String)> = match &account.application_id {
                    Some(id) => applications::table
                        .find(id)
                        .select((applications::id, applications::reference))
                        .first(c)
                        .optional()?,
                    None => None,
                };
                let line = Line {
                    action: AuditAction::Locked,
                    actor: &Actor::default(),
                    application: application.as_ref().map(|(id, reference)| (id.as_str(), reference.as_str())),
                    subject: Some(&user_id),
                    at: app.now(),
                };
                audit::append(c, &line)
            }
        })
        .await?;
    Ok(app.homeserver.lock(&user_id).await?)
}
