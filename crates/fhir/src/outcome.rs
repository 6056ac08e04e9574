//! OperationOutcome (R4 2.36.4): how a FHIR server says what went wrong.

use crate::datatypes::CodeableConcept;
use crate::element::elements;

elements! {
    OperationOutcome {
        issue: Vec<Issue>,
    }

    Issue {
        /// `fatal`, `error`, `warning` or `information`.
        severity: String,
        /// Code of the value set issue-type.
        code: String,
        details: Option<CodeableConcept>,
        diagnostics: Option<String>,
        /// FHIRPath of the elements it is about.
        expression: Vec<String>,
    }
}

impl OperationOutcome {
    /// One error with its issue-type and the text for a person.
    pub fn error(code: &str, text: &str) -> Self {
        Self {
            issue: vec![Issue {
                severity: "error".into(),
                code: code.into(),
                details: Some(CodeableConcept::text(text)),
                ..Issue::default()
            }],
            ..Self::default()
        }
    }
}
