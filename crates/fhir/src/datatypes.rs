//! Data types of FHIR R4 (2.24).

use crate::element::elements;

elements! {
    /// What stands beside a primitive (`_name` beside `name`).
    Element {
        extension: Vec<Extension>,
    }

    /// An extension with a value or with extensions of its own.
    Extension {
        url: String,
        extension: Vec<Extension>,
        value_string: Option<String>,
        value_code: Option<String>,
        /// `YYYY-MM-DD`.
        value_date: Option<String>,
        /// RFC 3339.
        value_date_time: Option<String>,
        value_decimal: Option<f64>,
    }

    Meta {
        version_id: Option<String>,
        /// RFC 3339 instant.
        last_updated: Option<String>,
        profile: Vec<String>,
        tag: Vec<Coding>,
    }

    Identifier {
        #[serde(rename = "use")]
        use_: Option<String>,
        system: Option<String>,
        value: Option<String>,
    }

    Coding {
        system: Option<String>,
        code: Option<String>,
        display: Option<String>,
    }

    CodeableConcept {
        coding: Vec<Coding>,
        text: Option<String>,
    }

    HumanName {
        extension: Vec<Extension>,
        #[serde(rename = "use")]
        use_: Option<String>,
        text: Option<String>,
        family: Option<String>,
        given: Vec<String>,
    }

    ContactPoint {
        extension: Vec<Extension>,
        /// `phone`, `email`, …
        system: Option<String>,
        value: Option<String>,
        #[serde(rename = "use")]
        use_: Option<String>,
    }

    Address {
        extension: Vec<Extension>,
        #[serde(rename = "use")]
        use_: Option<String>,
        text: Option<String>,
        line: Vec<String>,
        city: Option<String>,
        #[serde(rename = "_city")]
        city_element: Option<Element>,
        district: Option<String>,
        /// Province.
        state: Option<String>,
        #[serde(rename = "_state")]
        state_element: Option<Element>,
        country: Option<String>,
    }

    Period {
        /// A date or a dateTime; both are within it.
        start: Option<String>,
        end: Option<String>,
    }

    Reference {
        /// `Type/id`, or `#id` of a contained resource.
        reference: Option<String>,
        display: Option<String>,
    }
}

impl Extension {
    pub fn string(url: &str, value: impl Into<String>) -> Self {
        Self { url: url.into(), value_string: Some(value.into()), ..Self::default() }
    }

    pub fn code(url: &str, value: impl Into<String>) -> Self {
        Self { url: url.into(), value_code: Some(value.into()), ..Self::default() }
    }

    pub fn decimal(url: &str, value: f64) -> Self {
        Self { url: url.into(), value_decimal: Some(value), ..Self::default() }
    }

    pub fn nested(url: &str, extension: Vec<Extension>) -> Self {
        Self { url: url.into(), extension, ..Self::default() }
    }

    /// The first of these extensions with this URL.
    pub fn find<'a>(extensions: &'a [Extension], url: &str) -> Option<&'a Extension> {
        extensions.iter().find(|e| e.url == url)
    }
}

impl CodeableConcept {
    pub fn coded(system: &str, code: &str, display: &str) -> Self {
        Self {
            coding: vec![Coding {
                system: Some(system.into()),
                code: Some(code.into()),
                display: Some(display.into()),
                ..Coding::default()
            }],
            ..Self::default()
        }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// Its code in this system.
    pub fn code_in(&self, system: &str) -> Option<&str> {
        self.coding.iter().find(|c| c.system.as_deref() == Some(system))?.code.as_deref()
    }
}

impl ContactPoint {
    pub fn work(system: &str, value: impl Into<String>) -> Self {
        Self { system: Some(system.into()), value: Some(value.into()), use_: Some("work".into()), ..Self::default() }
    }

    /// The value of the first of these contacts of this system (`phone`, `email`).
    pub fn find<'a>(contacts: &'a [ContactPoint], system: &str) -> Option<&'a str> {
        contacts.iter().find(|c| c.system.as_deref() == Some(system))?.value.as_deref()
    }
}

impl Reference {
    /// A reference `Type/id` with the text to show for it.
    pub fn to(resource_type: &str, id: &str, display: &str) -> Self {
        Self { reference: Some(format!("{resource_type}/{id}")), display: Some(display.into()), ..Self::default() }
    }

    /// The id it points to, if it points to this type.
    pub fn id_of(&self, resource_type: &str) -> Option<&str> {
        self.reference.as_deref()?.strip_prefix(resource_type)?.strip_prefix('/')
    }
}
