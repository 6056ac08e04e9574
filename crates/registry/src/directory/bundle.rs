//! Bundles whose resources are written as they are stored, without being read first.

use crate::clock::instant;
use crate::http::App;
use crate::problem::Problem;
use consilium_fhir::{BundleLink, EntryRequest, EntryResponse, EntrySearch};
use serde::Serialize;
use serde_json::value::RawValue;

/// A resource as JSON text.
pub type Raw = Box<RawValue>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RawBundle {
    resource_type: &'static str,
    #[serde(rename = "type")]
    type_: &'static str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    pub link: Vec<BundleLink>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<RawEntry>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RawEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<EntrySearch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<EntryRequest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<EntryResponse>,
}

impl RawBundle {
    /// An empty one of this type (`searchset`, `history`), assembled now.
    pub fn new(app: &App, type_: &'static str) -> Self {
        Self {
            resource_type: "Bundle",
            type_,
            timestamp: instant(app.now()),
            total: None,
            link: Vec::new(),
            entry: Vec::new(),
        }
    }

    pub fn written(&self) -> Result<Vec<u8>, Problem> {
        serde_json::to_vec(self).map_err(Problem::internal)
    }
}

/// A stored body, to be written as it is.
pub fn raw(body: String) -> Result<Raw, Problem> {
    RawValue::from_string(body).map_err(Problem::internal)
}

/// A link of a Bundle.
pub fn link(relation: &str, url: String) -> BundleLink {
    BundleLink { relation: relation.into(), url, ..BundleLink::default() }
}
