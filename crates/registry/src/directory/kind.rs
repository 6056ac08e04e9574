//! The kinds of resource that the directory keeps.

use crate::problem::{Code, Problem};
use consilium_fhir::{Resource, terms};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Organization,
    Practitioner,
    PractitionerRole,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Organization, Self::Practitioner, Self::PractitionerRole];

    /// Its `resourceType`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organization => "Organization",
            Self::Practitioner => "Practitioner",
            Self::PractitionerRole => "PractitionerRole",
        }
    }

    /// The kind of this name; `not_found` if it is not kept here.
    pub fn named(name: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| Code::NotFound.into())
    }

    /// As `entries.kind` has it.
    pub fn number(self) -> i16 {
        match self {
            Self::Organization => 1,
            Self::Practitioner => 2,
            Self::PractitionerRole => 3,
        }
    }

    pub fn of(resource: &Resource) -> Option<Self> {
        match resource {
            Resource::Organization(_) => Some(Self::Organization),
            Resource::Practitioner(_) => Some(Self::Practitioner),
            Resource::PractitionerRole(_) => Some(Self::PractitionerRole),
            _ => None,
        }
    }

    /// Its profile of IHE mCSD.
    pub fn profile(self) -> &'static str {
        match self {
            Self::Organization => terms::PROFILE_ORGANIZATION,
            Self::Practitioner => terms::PROFILE_PRACTITIONER,
            Self::PractitionerRole => terms::PROFILE_PRACTITIONER_ROLE,
        }
    }
}
