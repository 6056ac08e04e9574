//! Bundle (R4 2.36.3): what searches and `_history` answer.

use crate::element::elements;
use crate::resources::Resource;

elements! {
    Bundle {
        id: Option<String>,
        /// `searchset`, `history`, …
        #[serde(rename = "type")]
        type_: Option<String>,
        /// RFC 3339 instant.
        timestamp: Option<String>,
        total: Option<u64>,
        link: Vec<BundleLink>,
        entry: Vec<BundleEntry>,
    }

    BundleLink {
        /// `self`, `next`, and `since` at the end of a `_history`.
        relation: String,
        url: String,
    }

    BundleEntry {
        full_url: Option<String>,
        /// None for a deletion.
        resource: Option<Resource>,
        search: Option<EntrySearch>,
        request: Option<EntryRequest>,
        response: Option<EntryResponse>,
    }

    EntrySearch {
        mode: Option<String>,
        score: Option<f64>,
    }

    EntryRequest {
        /// `POST`, `PUT` or `DELETE`.
        method: String,
        /// `Type/id`.
        url: String,
    }

    EntryResponse {
        status: String,
        etag: Option<String>,
        /// RFC 3339 instant.
        last_modified: Option<String>,
    }
}

impl Bundle {
    /// URL of the link with this relation.
    pub fn link(&self, relation: &str) -> Option<&str> {
        self.link.iter().find(|l| l.relation == relation).map(|l| l.url.as_str())
    }
}

impl BundleEntry {
    /// Type and id of the resource that a `_history` says was deleted.
    pub fn deleted(&self) -> Option<(&str, &str)> {
        let request = self.request.as_ref().filter(|r| r.method == "DELETE")?;
        request.url.split_once('/')
    }
}
