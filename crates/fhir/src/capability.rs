//! CapabilityStatement (R4 5.2): what a server can do.

use crate::element::elements;

elements! {
    CapabilityStatement {
        status: Option<String>,
        date: Option<String>,
        publisher: Option<String>,
        kind: Option<String>,
        instantiates: Vec<String>,
        software: Option<Software>,
        implementation: Option<Implementation>,
        fhir_version: Option<String>,
        format: Vec<String>,
        rest: Vec<Rest>,
    }

    Software {
        name: String,
        version: Option<String>,
    }

    Implementation {
        description: String,
        url: Option<String>,
    }

    Rest {
        mode: String,
        documentation: Option<String>,
        security: Option<Security>,
        resource: Vec<RestResource>,
        interaction: Vec<Interaction>,
        operation: Vec<RestOperation>,
    }

    RestOperation {
        /// Without the `$`.
        name: String,
        /// Canonical URL of the OperationDefinition.
        definition: String,
        documentation: Option<String>,
    }

    Security {
        description: Option<String>,
    }

    RestResource {
        #[serde(rename = "type")]
        type_: String,
        supported_profile: Vec<String>,
        documentation: Option<String>,
        interaction: Vec<Interaction>,
        versioning: Option<String>,
        read_history: Option<bool>,
        /// Whether a PUT makes what was not there.
        update_create: Option<bool>,
        /// `not-supported`, `modified-since`, `not-match` or `full-support`.
        conditional_read: Option<String>,
        search_include: Vec<String>,
        search_rev_include: Vec<String>,
        search_param: Vec<SearchParam>,
    }

    Interaction {
        code: String,
        documentation: Option<String>,
    }

    SearchParam {
        name: String,
        /// Canonical URL of the SearchParameter.
        definition: Option<String>,
        #[serde(rename = "type")]
        type_: String,
        documentation: Option<String>,
    }
}
