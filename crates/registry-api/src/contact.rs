//! Contacts of colleagues: whom they are for, and asking for one.

use serde::{Deserialize, Serialize};

/// What a contact is, as people ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A telephone that is no mobile.
    Phone,
    Mobile,
    Email,
    Fax,
    Other,
}

impl ContactKind {
    /// Of a FHIR ContactPoint's `system` and `use`.
    pub fn of(system: Option<&str>, use_: Option<&str>) -> Self {
        match (system, use_) {
            (Some("phone"), Some("mobile")) | (Some("sms"), _) => Self::Mobile,
            (Some("phone"), _) => Self::Phone,
            (Some("email"), _) => Self::Email,
            (Some("fax"), _) => Self::Fax,
            _ => Self::Other,
        }
    }
}

/// To whom a contact is shown besides its owner, the widest circle first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Every verified colleague.
    Verified,
    /// Colleagues of the same hospital.
    Organization,
    /// Whom its owner granted it.
    OnRequest,
    Nobody,
}

impl Visibility {
    pub const ALL: [Self; 4] = [Self::Verified, Self::Organization, Self::OnRequest, Self::Nobody];

    /// Its code in the extension `contact-visibility`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Organization => "organization",
            Self::OnRequest => "on-request",
            Self::Nobody => "nobody",
        }
    }

    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visibility| visibility.code() == code)
    }

    /// Of a contact of this `system` and `use` whose owner said this code. What the owner has not decided is for all
    /// verified colleagues if it is a contact at work, on request if it is a mobile or private, and for nobody if it is no
    /// longer in use. A code that is not known here, of a later version perhaps, is for nobody.
    pub fn of(said: Option<&str>, system: Option<&str>, use_: Option<&str>) -> Self {
        match (said, ContactKind::of(system, use_), use_) {
            (Some(code), ..) => Self::of_code(code).unwrap_or(Self::Nobody),
            (None, _, Some("old")) => Self::Nobody,
            (None, ContactKind::Mobile, _) | (None, _, Some("home" | "temp")) => Self::OnRequest,
            (None, ..) => Self::Verified,
        }
    }
}

/// A contact as its reader sees it: the elements of a FHIR ContactPoint.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub use_: Option<String>,
    pub value: String,
}

impl Contact {
    pub fn kind(&self) -> ContactKind {
        ContactKind::of(self.system.as_deref(), self.use_.as_deref())
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contact({:?})", self.kind())
    }
}

/// What the caller may see of one role now. If `telecom` and `requestable` are empty, what was known is to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleContacts {
    /// FHIR ids.
    pub practitioner: String,
    pub role: String,
    pub telecom: Vec<Contact>,
    /// Kinds that there are and that its owner shows on request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requestable: Vec<ContactKind>,
}

/// Answer of `GET /v1/contacts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsPage {
    pub entries: Vec<RoleContacts>,
    /// For the following call.
    pub cursor: String,
    /// Whether there is more now. If not, the cursor asks later for what has changed.
    pub more: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ContactRequestState {
    /// Waits for its owner.
    Asked,
    Granted,
    /// Declined, or taken back after it was granted.
    Declined,
}

/// A colleague's wish to see a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContactRequest {
    pub id: String,
    pub kind: ContactKind,
    pub state: ContactRequestState,
    /// Who asked, of a received one; whose contact it is, of one that was sent.
    pub practitioner_id: String,
    pub name: String,
    /// RFC 3339, UTC.
    pub asked_at: String,
    /// RFC 3339, UTC; none while it waits.
    pub answered_at: Option<String>,
}

/// Answer of `GET /v1/contact-requests`, each list with the latest change first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ContactRequests {
    pub received: Vec<ContactRequest>,
    pub sent: Vec<ContactRequest>,
}

/// Body of `POST /v1/contact-requests`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewContactRequest {
    pub practitioner_id: String,
    pub kind: ContactKind,
}

/// Body of `PUT /v1/contact-requests/{id}/answer`: also takes back what was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRequestAnswer {
    pub granted: bool,
}

/// One version of a resource of one's own entry. Answer of `GET /v1/entry/history`, a list with the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntryVersion {
    /// `Practitioner` or `PractitionerRole`.
    pub resource: String,
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: i64,
    /// RFC 3339, UTC.
    pub at: String,
    /// Whether the colleague changed it; otherwise it came by verification, import or the registry's operator.
    pub own: bool,
    /// Names of the elements that differ from the version before; empty for the first.
    pub changed: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_for_whom_its_owner_says_and_with_care_if_nothing_is_said() {
        for (system, use_, kind, visibility) in [
            ("phone", Some("work"), ContactKind::Phone, Visibility::Verified),
            ("phone", None, ContactKind::Phone, Visibility::Verified),
            ("email", Some("work"), ContactKind::Email, Visibility::Verified),
            ("phone", Some("mobile"), ContactKind::Mobile, Visibility::OnRequest),
            ("sms", Some("work"), ContactKind::Mobile, Visibility::OnRequest),
            ("email", Some("home"), ContactKind::Email, Visibility::OnRequest),
            ("phone", Some("old"), ContactKind::Phone, Visibility::Nobody),
        ] {
            assert_eq!(ContactKind::of(Some(system), use_), kind);
            assert_eq!(Visibility::of(None, Some(system), use_), visibility, "{system} {use_:?}");
            for said in Visibility::ALL {
                assert_eq!(Visibility::of(Some(said.code()), Some(system), use_), said);
            }
            assert_eq!(Visibility::of(Some("of a later version"), Some(system), use_), Visibility::Nobody);
        }
    }

    #[test]
    fn debug_keeps_numbers_back() {
        let contact = Contact { system: Some("phone".into()), use_: None, value: "0591-555-0120".into() };
        assert_eq!(format!("{contact:?}"), "Contact(Phone)");
    }
}
