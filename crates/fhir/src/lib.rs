//! The few FHIR R4 (4.0.1) resources that the registry and the client's directory speak, as plain serde structs.
//!
//! Elements that the project does not use are kept as they came in `other`, so that a resource survives a round trip.
//! The mapping of the directory (IHE mCSD profile, `docs/directory-api.md`) is in the methods of the resources and in
//! [`mapping`], so that writer and reader share one spelling.

mod element;

pub mod bundle;
pub mod capability;
pub mod datatypes;
pub mod mapping;
pub mod outcome;
pub mod resources;

pub use bundle::{Bundle, BundleEntry, BundleLink, EntryRequest, EntryResponse, EntrySearch};
pub use capability::CapabilityStatement;
pub use datatypes::{
    Address, CodeableConcept, Coding, ContactPoint, Element, Extension, HumanName, Identifier, Meta, Period, Reference,
};
pub use mapping::{Position, Verification, matrix_uri, user_id_of_matrix_uri};
pub use outcome::{Issue, OperationOutcome};
pub use resources::{Endpoint, NotAvailable, Organization, Practitioner, PractitionerRole, Qualification, Resource};

/// Canonical URLs and systems of the mapping.
pub mod terms {
    /// Extension of HumanName: `IDE` for ideographic, `ABC` for alphabetic.
    pub const NAME_REPRESENTATION: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
    /// Extension of a primitive string: its text in another language.
    pub const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
    /// Extension of Organization: the grade of a hospital, such as `三级甲等`.
    pub const HOSPITAL_GRADE: &str = "https://consilium.cn/fhir/StructureDefinition/hospital-grade";
    /// Extension of Address: where it is, as `latitude` and `longitude` in degrees (WGS 84).
    pub const GEOLOCATION: &str = "http://hl7.org/fhir/StructureDefinition/geolocation";
    /// Extension of PractitionerRole: who verified the role, when and until when.
    pub const VERIFICATION: &str = "https://consilium.cn/fhir/StructureDefinition/verification";
    /// Extension of ContactPoint: whom it is for, as a code. Its owner alone sees it.
    pub const CONTACT_VISIBILITY: &str = "https://consilium.cn/fhir/StructureDefinition/contact-visibility";
    /// System of the ids that entries had in the directory before they gave way to the one that bears them.
    pub const DIRECTORY_ID: &str = "https://consilium.cn/fhir/NamingSystem/directory-id";
    /// System of `Endpoint.connectionType` for Matrix accounts.
    pub const ENDPOINT_CONNECTION_TYPE: &str = "https://consilium.cn/fhir/CodeSystem/endpoint-connection-type";
    /// System of `Organization.type`.
    pub const ORGANIZATION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/organization-type";
    /// IHE mCSD 4.0 profiles.
    pub const PROFILE_ORGANIZATION: &str =
        "https://profiles.ihe.net/ITI/mCSD/StructureDefinition/IHE.mCSD.Organization";
    pub const PROFILE_PRACTITIONER: &str =
        "https://profiles.ihe.net/ITI/mCSD/StructureDefinition/IHE.mCSD.Practitioner";
    pub const PROFILE_PRACTITIONER_ROLE: &str =
        "https://profiles.ihe.net/ITI/mCSD/StructureDefinition/IHE.mCSD.PractitionerRole";
}
