//! What verifiers did to entries that an import must not undo: who was taken out stays out, and what gave way to another
//! entry is that one.

use crate::database::Connection;
use crate::database::schema::{codes, entries, removals, resources};
use crate::directory::kind::Kind;
use crate::directory::search::parameters::Param;
use crate::directory::search::terms::token;
use crate::directory::search::text::after_prefix;
use crate::directory::store;
use crate::problem::Problem;
use consilium_fhir::{Identifier, Resource, terms};
use diesel::prelude::*;
use std::collections::HashMap;

/// All of it: as many as verifiers had to do with.
#[derive(Debug, Default)]
pub struct Departed {
    /// Practitioners that were taken out, by their identifiers as [`token`] writes them.
    taken_out: HashMap<String, String>,
    /// Ids of entries by the id of one that gave way to them.
    heirs: HashMap<(Kind, String), String>,
    /// Identifiers that entries have from those that gave way to them.
    inherited: HashMap<(Kind, String), Vec<Identifier>>,
}

impl Departed {
    pub fn load(c: &mut Connection) -> Result<Self, Problem> {
        let mut departed = Self::default();
        let bodies: Vec<(String, String)> = resources::table
            .inner_join(removals::table.on(removals::practitioner_id.eq(resources::id)))
            .filter(resources::type_.eq(Kind::Practitioner.name()))
            .select((resources::id, resources::body))
            .load(c)?;
        for (id, body) in bodies {
            let resource: Resource = serde_json::from_str(&body).map_err(Problem::internal)?;
            let tokens = identifiers(&resource).iter().filter_map(written);
            departed.taken_out.extend(tokens.map(|token| (token, id.clone())));
        }
        for (kind, param) in
            [(Kind::Practitioner, Param::PractitionerIdentifier), (Kind::PractitionerRole, Param::RoleIdentifier)]
        {
            let of_system = token(Some(terms::DIRECTORY_ID), "");
            let heirs: Vec<String> = codes::table
                .inner_join(entries::table.on(entries::key.eq(codes::key)))
                .filter(codes::param.eq(param.number()).and(codes::value.between(&of_system, after_prefix(&of_system))))
                .select(entries::id)
                .distinct()
                .load(c)?;
            for heir in heirs {
                let Some(resource) = store::find(c, kind.name(), &heir)? else { continue };
                let inherited: Vec<Identifier> =
                    identifiers(&resource).iter().filter(|identifier| !identifier.is_in_use()).cloned().collect();
                for former in inherited.iter().filter_map(Identifier::former_id) {
                    departed.heirs.insert((kind, former.to_owned()), heir.clone());
                }
                departed.inherited.insert((kind, heir), inherited);
            }
        }
        Ok(departed)
    }

    /// The practitioner who was taken out and had one of these identifiers.
    pub fn taken_out(&self, of: &[Identifier]) -> Option<&str> {
        of.iter().filter_map(written).find_map(|token| self.taken_out.get(&token)).map(String::as_str)
    }

    /// The entry to which this one gave way.
    pub fn heir(&self, kind: Kind, id: &str) -> Option<&str> {
        self.heirs.get(&(kind, id.to_owned())).map(String::as_str)
    }

    /// The resource with what it has from those that gave way to it, of which its source does not know.
    #[must_use]
    pub fn with_inherited(&self, kind: Kind, mut resource: Resource) -> Resource {
        let Some(inherited) = resource.id().and_then(|id| self.inherited.get(&(kind, id.to_owned()))) else {
            return resource;
        };
        let own = match &mut resource {
            Resource::Practitioner(one) => &mut one.identifier,
            Resource::PractitionerRole(one) => &mut one.identifier,
            _ => return resource,
        };
        let new = inherited.iter().filter(|one| !own.iter().any(|other| written(other) == written(one)));
        let new: Vec<Identifier> = new.cloned().collect();
        own.extend(new);
        resource
    }
}

fn identifiers(resource: &Resource) -> &[Identifier] {
    match resource {
        Resource::Practitioner(one) => &one.identifier,
        Resource::PractitionerRole(one) => &one.identifier,
        _ => &[],
    }
}

/// An identifier as it is looked up; none without system and value, which identify nobody.
fn written(identifier: &Identifier) -> Option<String> {
    Some(token(Some(identifier.system.as_deref()?), identifier.value.as_deref()?))
}
