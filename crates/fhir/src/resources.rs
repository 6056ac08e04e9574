//! The resources of the directory.

use crate::bundle::Bundle;
use crate::capability::CapabilityStatement;
use crate::datatypes::{
    Address, CodeableConcept, Coding, ContactPoint, Element, Extension, HumanName, Identifier, Meta, Period, Reference,
};
use crate::element::elements;
use crate::outcome::OperationOutcome;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

elements! {
    /// A hospital. R4 8.6.
    Organization {
        id: Option<String>,
        meta: Option<Meta>,
        extension: Vec<Extension>,
        identifier: Vec<Identifier>,
        active: Option<bool>,
        #[serde(rename = "type")]
        type_: Vec<CodeableConcept>,
        name: Option<String>,
        #[serde(rename = "_name")]
        name_element: Option<Element>,
        /// Latin name and usual abbreviations.
        alias: Vec<String>,
        telecom: Vec<ContactPoint>,
        address: Vec<Address>,
        /// The organisation it is a part of: the hospital of a department.
        part_of: Option<Reference>,
    }

    Qualification {
        identifier: Vec<Identifier>,
        code: Option<CodeableConcept>,
    }

    /// A physician as a person. R4 8.4.
    Practitioner {
        id: Option<String>,
        meta: Option<Meta>,
        identifier: Vec<Identifier>,
        active: Option<bool>,
        name: Vec<HumanName>,
        telecom: Vec<ContactPoint>,
        qualification: Vec<Qualification>,
        /// Languages spoken with colleagues and patients, the preferred first.
        communication: Vec<CodeableConcept>,
    }

    /// A physician's work at a hospital. R4 8.5.
    PractitionerRole {
        id: Option<String>,
        meta: Option<Meta>,
        contained: Vec<Resource>,
        extension: Vec<Extension>,
        identifier: Vec<Identifier>,
        active: Option<bool>,
        practitioner: Option<Reference>,
        organization: Option<Reference>,
        code: Vec<CodeableConcept>,
        specialty: Vec<CodeableConcept>,
        telecom: Vec<ContactPoint>,
        /// When they are away, as they say.
        not_available: Vec<NotAvailable>,
        endpoint: Vec<Reference>,
    }

    /// A time when somebody is away.
    NotAvailable {
        description: Option<String>,
        during: Option<Period>,
    }

    /// An electronic address. R4 8.11.
    Endpoint {
        id: Option<String>,
        status: Option<String>,
        connection_type: Option<Coding>,
        payload_type: Vec<CodeableConcept>,
        address: Option<String>,
    }
}

/// Any resource, told apart by `resourceType`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "resourceType")]
pub enum Resource {
    Organization(Box<Organization>),
    Practitioner(Box<Practitioner>),
    PractitionerRole(Box<PractitionerRole>),
    Endpoint(Box<Endpoint>),
    Bundle(Box<Bundle>),
    OperationOutcome(Box<OperationOutcome>),
    CapabilityStatement(Box<CapabilityStatement>),
    /// A type this crate does not know, with its `resourceType`.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyResource)
    }
}

const TYPE: &str = "resourceType";

struct AnyResource;

impl<'de> Visitor<'de> for AnyResource {
    type Value = Resource;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Resource, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == TYPE && fields.is_empty() {
                // Written first, as by nearly everybody, it tells at once as what the rest is to be read.
                let kind: String = map.next_value()?;
                return of_kind(kind, MapAccessDeserializer::new(map));
            }
            let value = map.next_value()?;
            fields.insert(name, value);
        }
        let Some(Value::String(kind)) = fields.remove(TYPE) else {
            return Err(A::Error::missing_field(TYPE));
        };
        of_kind(kind, Value::Object(fields)).map_err(A::Error::custom)
    }
}

/// The elements of a resource of this type.
fn of_kind<'de, D: Deserializer<'de>>(kind: String, rest: D) -> Result<Resource, D::Error> {
    macro_rules! known {
        ($($kind:ident)*) => {
            match kind.as_str() {
                $(stringify!($kind) => {
                    let resource = $kind::deserialize(rest)?;
                    if resource.other.contains_key(TYPE) {
                        return Err(D::Error::duplicate_field(TYPE));
                    }
                    Resource::$kind(Box::new(resource))
                })*
                _ => {
                    let mut fields = Map::deserialize(rest)?;
                    fields.insert(TYPE.into(), Value::String(kind));
                    Resource::Other(fields)
                }
            }
        };
    }
    Ok(known!(Organization Practitioner PractitionerRole Endpoint Bundle OperationOutcome CapabilityStatement))
}

macro_rules! from_resource {
    ($($kind:ident)*) => {$(
        impl From<$kind> for Resource {
            fn from(resource: $kind) -> Self {
                Self::$kind(Box::new(resource))
            }
        }
    )*};
}
from_resource!(Organization Practitioner PractitionerRole Endpoint Bundle OperationOutcome CapabilityStatement);

impl Resource {
    /// Its `resourceType`.
    pub fn resource_type(&self) -> &str {
        match self {
            Self::Organization(_) => "Organization",
            Self::Practitioner(_) => "Practitioner",
            Self::PractitionerRole(_) => "PractitionerRole",
            Self::Endpoint(_) => "Endpoint",
            Self::Bundle(_) => "Bundle",
            Self::OperationOutcome(_) => "OperationOutcome",
            Self::CapabilityStatement(_) => "CapabilityStatement",
            Self::Other(fields) => fields.get("resourceType").and_then(Value::as_str).unwrap_or_default(),
        }
    }

    /// Its logical id.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Organization(r) => r.id.as_deref(),
            Self::Practitioner(r) => r.id.as_deref(),
            Self::PractitionerRole(r) => r.id.as_deref(),
            Self::Endpoint(r) => r.id.as_deref(),
            Self::Bundle(_) | Self::OperationOutcome(_) | Self::CapabilityStatement(_) => None,
            Self::Other(fields) => fields.get("id").and_then(Value::as_str),
        }
    }
}
