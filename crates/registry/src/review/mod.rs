//! What verifiers see and decide. Every look and every decision is recorded.

pub mod decision;
pub mod detail;
pub mod duplicates;
pub mod entry;
pub mod evidence;
mod hospitals;
pub mod queue;
pub mod trail;
mod working_days;

use crate::database::Connection;
use crate::directory::store;
use crate::problem::Problem;
use consilium_fhir::Resource;

/// The Latin name of a hospital of the directory; empty if it has none, or if it is none of the directory's.
pub(crate) fn latin_hospital(c: &mut Connection, organization_id: Option<&str>) -> Result<String, Problem> {
    let Some(id) = organization_id else { return Ok(String::new()) };
    Ok(match store::find(c, "Organization", id)? {
        Some(Resource::Organization(organization)) => organization.latin_name().unwrap_or_default().to_owned(),
        _ => String::new(),
    })
}
