//! The manifest of `$bulk-publish`. FHIR Bulk Data Access STU 4 (ballot), "Publish".

use serde::{Deserialize, Serialize};

/// Canonical URL of the manifest's logical model.
pub const MANIFEST_TYPE: &str = "http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkPublishManifest";
/// Our extension with the signed checkpoint.
pub const CHECKPOINT: &str = "https://consilium.cn/fhir/StructureDefinition/directory-checkpoint";
/// Our extension of a file with the name of the part whose rows it holds. What counts is what the checkpoint says.
pub const PART: &str = "https://consilium.cn/fhir/StructureDefinition/directory-part";
pub const NDJSON: &str = "application/fhir+ndjson";
/// Where `next` leads while there is nothing more.
pub const PENDING: &str = "#pending";
/// Where `next` leads if a reader has to begin anew.
pub const CLOSED: &str = "#closed";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Manifest {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<ManifestExtension>,
    pub manifest_type: String,
    /// RFC 3339 instant; no change after it is in the files.
    pub transaction_time: String,
    pub requires_access_token: bool,
    pub output_format: String,
    /// ISO 8601 duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_cadence: Option<String>,
    pub output: Vec<ManifestFile>,
    pub deleted: Vec<ManifestFile>,
    pub link: Vec<ManifestLink>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManifestExtension {
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_string: Option<String>,
}

/// A file of the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManifestFile {
    /// Resource type; Bundle for deletions.
    #[serde(rename = "type")]
    pub type_: String,
    pub url: String,
    /// Lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<ManifestExtension>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ManifestLink {
    pub relation: String,
    pub url: String,
}

/// What follows a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next<'a> {
    Page(&'a str),
    /// Nothing yet.
    Pending,
    /// The chain ends: the reader begins anew.
    Closed,
    /// It does not say: a manifest that is never continued.
    Nothing,
}

impl Manifest {
    /// The signed note of its checkpoint.
    pub fn checkpoint(&self) -> Option<&str> {
        self.extension.iter().find(|e| e.url == CHECKPOINT)?.value_string.as_deref()
    }

    pub fn next(&self) -> Next<'_> {
        match self.link.iter().find(|link| link.relation == "next").map(|link| link.url.as_str()) {
            None => Next::Nothing,
            Some(PENDING) => Next::Pending,
            Some(CLOSED) => Next::Closed,
            Some(url) => Next::Page(url),
        }
    }
}
