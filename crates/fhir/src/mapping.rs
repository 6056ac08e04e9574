//! How the directory is written in FHIR: the conventions of `docs/directory-api.md` that writer and reader share.

use crate::datatypes::{
    Address, CodeableConcept, Coding, ContactPoint, Element, Extension, HumanName, Identifier, Period, Reference,
};
use crate::resources::{Endpoint, NotAvailable, Organization, Practitioner, PractitionerRole, Resource};
use crate::terms;
use std::fmt::Write as _;

/// Id of the contained Endpoint of a role.
const ENDPOINT_ID: &str = "matrix";

impl Element {
    /// The text of the primitive beside it in another language.
    pub fn translated(language: &str, content: impl Into<String>) -> Self {
        let translation = Extension::nested(
            terms::TRANSLATION,
            vec![Extension::code("lang", language), Extension::string("content", content)],
        );
        Self { extension: vec![translation], ..Self::default() }
    }

    /// Its translation to this language.
    pub fn translation(&self, language: &str) -> Option<&str> {
        self.extension.iter().filter(|e| e.url == terms::TRANSLATION).find_map(|e| {
            let lang = Extension::find(&e.extension, "lang")?;
            (lang.value_code.as_deref() == Some(language))
                .then(|| Extension::find(&e.extension, "content")?.value_string.as_deref())?
        })
    }
}

impl HumanName {
    fn represented(representation: &str, text: &str, family: &str, given: &[&str]) -> Self {
        Self {
            extension: vec![Extension::code(terms::NAME_REPRESENTATION, representation)],
            text: Some(text.into()),
            family: (!family.is_empty()).then(|| family.into()),
            given: given.iter().map(|g| (*g).into()).collect(),
            ..Self::default()
        }
    }

    /// A name in Chinese characters (`IDE`).
    pub fn han(text: &str, family: &str, given: &[&str]) -> Self {
        Self::represented("IDE", text, family, given)
    }

    /// A name in Latin letters (`ABC`); `text` has the order its bearer writes.
    pub fn latin(text: &str, family: &str, given: &[&str]) -> Self {
        Self::represented("ABC", text, family, given)
    }

    fn is_represented(&self, representation: &str) -> bool {
        Extension::find(&self.extension, terms::NAME_REPRESENTATION)
            .is_some_and(|e| e.value_code.as_deref() == Some(representation))
    }
}

impl ContactPoint {
    /// Whom it is for, if its owner has said so.
    pub fn visibility(&self) -> Option<&str> {
        Extension::find(&self.extension, terms::CONTACT_VISIBILITY)
            .map(|extension| extension.value_code.as_deref().unwrap_or_default())
    }

    #[must_use]
    pub fn visible_to(self, visibility: &str) -> Self {
        let mut contact = self.without_visibility();
        contact.extension.push(Extension::code(terms::CONTACT_VISIBILITY, visibility));
        contact
    }

    /// As others see it.
    #[must_use]
    pub fn without_visibility(mut self) -> Self {
        self.extension.retain(|extension| extension.url != terms::CONTACT_VISIBILITY);
        self
    }
}

impl NotAvailable {
    /// A time from one day through another, both `YYYY-MM-DD`.
    pub fn away(from: &str, through: &str, description: &str) -> Self {
        let during = Period { start: Some(from.into()), end: Some(through.into()), ..Period::default() };
        Self { description: Some(description.into()), during: Some(during), ..Self::default() }
    }

    /// When it begins and ends, as it is written; empty where it does not say.
    pub fn bounds(&self) -> (&str, &str) {
        let bound = |bound: fn(&Period) -> &Option<String>| self.during.as_ref().and_then(|p| bound(p).as_deref());
        (bound(|p| &p.start).unwrap_or_default(), bound(|p| &p.end).unwrap_or_default())
    }
}

impl Identifier {
    /// The id of an entry that gave way to the one that bears this.
    pub fn former(id: &str) -> Self {
        let identifier = Self { system: Some(terms::DIRECTORY_ID.into()), value: Some(id.into()), ..Self::default() };
        identifier.no_longer_in_use()
    }

    /// The id of the entry that gave way, if it says one.
    pub fn former_id(&self) -> Option<&str> {
        (self.system.as_deref() == Some(terms::DIRECTORY_ID)).then_some(self.value.as_deref())?
    }

    /// Good for finding what bears it, and for nothing else.
    #[must_use]
    pub fn no_longer_in_use(self) -> Self {
        Self { use_: Some("old".into()), ..self }
    }

    pub fn is_in_use(&self) -> bool {
        self.use_.as_deref() != Some("old")
    }
}

impl Practitioner {
    /// The name in Chinese characters, if there is one.
    pub fn han_name(&self) -> Option<&HumanName> {
        self.name.iter().find(|n| n.is_represented("IDE"))
    }

    /// The name in Latin letters: the bearer's own spelling or pinyin.
    pub fn latin_name(&self) -> Option<&HumanName> {
        self.name.iter().find(|n| n.is_represented("ABC"))
    }

    /// The code of the title in this system.
    pub fn title(&self, system: &str) -> Option<&str> {
        self.qualification.iter().find_map(|q| q.code.as_ref()?.code_in(system))
    }
}

impl Organization {
    /// The name in Latin letters.
    pub fn latin_name(&self) -> Option<&str> {
        self.name_element.as_ref()?.translation("en")
    }

    pub fn city(&self) -> Option<&str> {
        self.address.first()?.city.as_deref()
    }

    pub fn latin_city(&self) -> Option<&str> {
        self.address.first()?.city_element.as_ref()?.translation("en")
    }

    /// The province.
    pub fn province(&self) -> Option<&str> {
        self.address.first()?.state.as_deref()
    }

    /// The province in Latin letters.
    pub fn latin_province(&self) -> Option<&str> {
        self.address.first()?.state_element.as_ref()?.translation("en")
    }

    /// Where it is.
    pub fn position(&self) -> Option<Position> {
        self.address.first()?.position()
    }

    /// The number of its switchboard.
    pub fn switchboard(&self) -> Option<&str> {
        ContactPoint::find(&self.telecom, "phone")
    }

    /// The grade of the hospital, such as `三级甲等`.
    pub fn grade(&self) -> Option<&str> {
        Extension::find(&self.extension, terms::HOSPITAL_GRADE)?.value_string.as_deref()
    }
}

/// A place on the earth, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// -90 to 90, north is positive.
    pub latitude: f64,
    /// -180 to 180, east is positive.
    pub longitude: f64,
}

impl Position {
    pub fn to_extension(self) -> Extension {
        let parts =
            vec![Extension::decimal("latitude", self.latitude), Extension::decimal("longitude", self.longitude)];
        Extension::nested(terms::GEOLOCATION, parts)
    }

    /// Reads it from its extension. None if a part is missing, or is nowhere on the earth.
    pub fn from_extension(extension: &Extension) -> Option<Self> {
        let part = |url| Extension::find(&extension.extension, url)?.value_decimal;
        let position = Self { latitude: part("latitude")?, longitude: part("longitude")? };
        let on_earth = position.latitude.abs() <= 90.0 && position.longitude.abs() <= 180.0;
        on_earth.then_some(position)
    }
}

impl Address {
    /// Where it is, by the standard extension.
    pub fn position(&self) -> Option<Position> {
        Position::from_extension(Extension::find(&self.extension, terms::GEOLOCATION)?)
    }
}

/// Who verified a role, for whom, when and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// RFC 3339.
    pub verified_at: String,
    /// `YYYY-MM-DD`.
    pub valid_until: String,
    /// Name of the verifier.
    pub verifier: String,
    /// For which organisation they verified.
    pub organization: String,
    /// Last four digits of the licence number.
    pub licence_ending: String,
}

impl Verification {
    pub fn to_extension(&self) -> Extension {
        Extension::nested(
            terms::VERIFICATION,
            vec![
                Extension {
                    url: "verifiedAt".into(),
                    value_date_time: Some(self.verified_at.clone()),
                    ..Extension::default()
                },
                Extension {
                    url: "validUntil".into(),
                    value_date: Some(self.valid_until.clone()),
                    ..Extension::default()
                },
                Extension::string("verifier", &self.verifier),
                Extension::string("organization", &self.organization),
                Extension::string("licenceEnding", &self.licence_ending),
            ],
        )
    }

    /// Reads it from its extension; parts that are missing are empty. None if it does not say when it was verified.
    pub fn from_extension(extension: &Extension) -> Option<Self> {
        let part = |url| Extension::find(&extension.extension, url);
        let text = |url| part(url).and_then(|e| e.value_string.clone()).unwrap_or_default();
        Some(Self {
            verified_at: part("verifiedAt")?.value_date_time.clone()?,
            valid_until: part("validUntil").and_then(|e| e.value_date.clone()).unwrap_or_default(),
            verifier: text("verifier"),
            organization: text("organization"),
            licence_ending: text("licenceEnding"),
        })
    }
}

impl PractitionerRole {
    /// FHIR id of the practitioner.
    pub fn practitioner_id(&self) -> Option<&str> {
        self.practitioner.as_ref()?.id_of("Practitioner")
    }

    /// FHIR id of the organisation.
    pub fn organization_id(&self) -> Option<&str> {
        self.organization.as_ref()?.id_of("Organization")
    }

    /// The code of the title in this system.
    pub fn title(&self, system: &str) -> Option<&str> {
        self.code.iter().find_map(|c| c.code_in(system))
    }

    /// The code of the department in this system.
    pub fn department(&self, system: &str) -> Option<&str> {
        self.specialty.iter().find_map(|c| c.code_in(system))
    }

    /// Fields of special interest, as the doctor words them.
    pub fn interests(&self) -> impl Iterator<Item = &str> {
        self.specialty.iter().filter(|c| c.coding.is_empty()).filter_map(|c| c.text.as_deref())
    }

    pub fn verification(&self) -> Option<Verification> {
        Verification::from_extension(Extension::find(&self.extension, terms::VERIFICATION)?)
    }

    /// The Matrix user id of the account, if the colleague has joined.
    pub fn matrix_user_id(&self) -> Option<String> {
        self.endpoint.iter().filter_map(|r| r.reference.as_deref()?.strip_prefix('#')).find_map(|id| {
            self.contained.iter().find_map(|resource| match resource {
                Resource::Endpoint(e) if e.id.as_deref() == Some(id) && e.is_matrix() => {
                    user_id_of_matrix_uri(e.address.as_deref()?)
                }
                _ => None,
            })
        })
    }

    /// Sets or takes away the account.
    pub fn set_matrix_user_id(&mut self, user_id: Option<&str>) {
        self.contained.retain(|resource| !matches!(resource, Resource::Endpoint(e) if e.is_matrix()));
        self.endpoint.retain(|r| r.reference.as_deref().and_then(|r| r.strip_prefix('#')) != Some(ENDPOINT_ID));
        if let Some(user_id) = user_id {
            self.contained.push(Endpoint::matrix(user_id).into());
            self.endpoint.push(Reference { reference: Some(format!("#{ENDPOINT_ID}")), ..Reference::default() });
        }
    }
}

impl Endpoint {
    /// The contained Endpoint of a Matrix account.
    pub fn matrix(user_id: &str) -> Self {
        Self {
            id: Some(ENDPOINT_ID.into()),
            status: Some("active".into()),
            connection_type: Some(Coding {
                system: Some(terms::ENDPOINT_CONNECTION_TYPE.into()),
                code: Some("matrix".into()),
                ..Coding::default()
            }),
            payload_type: vec![CodeableConcept::text("Matrix")],
            address: Some(matrix_uri(user_id)),
            ..Self::default()
        }
    }

    fn is_matrix(&self) -> bool {
        self.connection_type.as_ref().is_some_and(|c| {
            c.system.as_deref() == Some(terms::ENDPOINT_CONNECTION_TYPE) && c.code.as_deref() == Some("matrix")
        })
    }
}

/// `matrix:u/local:server` of a user id `@local:server` (Matrix 1.x, appendix 4.7.1).
pub fn matrix_uri(user_id: &str) -> String {
    let mut uri = String::from("matrix:u/");
    for byte in user_id.trim_start_matches('@').bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:[]".contains(&byte) {
            uri.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// The user id that a `matrix:u/…` URI names. None if it names no user.
pub fn user_id_of_matrix_uri(uri: &str) -> Option<String> {
    let path = uri.strip_prefix("matrix:u/")?;
    let path = path.split(['?', '#']).next()?.as_bytes();
    let mut user_id = vec![b'@'];
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        if byte == b'%' {
            let hex = std::str::from_utf8(path.get(at + 1..at + 3)?).ok()?;
            user_id.push(u8::from_str_radix(hex, 16).ok()?);
            at += 3;
        } else {
            user_id.push(byte);
            at += 1;
        }
    }
    let user_id = String::from_utf8(user_id).ok()?;
    let (local, server) = user_id.get(1..)?.split_once(':')?;
    (!local.is_empty() && !server.is_empty()).then_some(user_id)
}
