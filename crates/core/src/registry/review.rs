//! A verifier's calls.

use super::session::{fhir_segment, segment};
use super::{RegistrySession, body, transport_error};
use consilium_api::registry::{AuditPage, Decision, Merger, Removal, ReviewBox, ReviewDetail, ReviewEntry, ReviewPage};
use consilium_api::{MediaBody, Result};
use reqwest::{Method, header};

impl RegistrySession {
    pub(crate) async fn review_list(&self, review_box: ReviewBox, cursor: Option<&str>) -> Result<ReviewPage> {
        let mut url = self.url("v1/review/applications")?;
        let name = serde_json::to_value(review_box).ok().and_then(|v| v.as_str().map(str::to_owned));
        url.query_pairs_mut().append_pair("box", name.as_deref().unwrap_or_default());
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }

    pub(crate) async fn review_application(&self, id: &str) -> Result<ReviewDetail> {
        let url = self.url(&format!("v1/review/applications/{}", segment(id)?))?;
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }

    pub(crate) async fn review_decide(&self, id: &str, decision: &Decision) -> Result<ReviewDetail> {
        let url = self.url(&format!("v1/review/applications/{}/decision", segment(id)?))?;
        body(self.send(|http| Ok(http.request(Method::POST, url.clone()).json(decision))).await?).await
    }

    /// The whole trail, or that of one application.
    pub(crate) async fn review_audit(&self, application: Option<&str>, cursor: Option<&str>) -> Result<AuditPage> {
        let mut url = self.url("v1/review/audit")?;
        let asked = [("application", application), ("cursor", cursor)];
        let given = asked.into_iter().filter_map(|(name, value)| Some((name, value?)));
        url.query_pairs_mut().extend_pairs(given);
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }

    pub(crate) async fn review_entry(&self, practitioner_id: &str) -> Result<ReviewEntry> {
        let url = self.url(&format!("v1/review/entries/{}", fhir_segment(practitioner_id)?))?;
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }

    /// Takes an entry out of the directory.
    pub(crate) async fn review_remove(&self, practitioner_id: &str, removal: &Removal) -> Result<ReviewEntry> {
        let url = self.url(&format!("v1/review/entries/{}/removal", fhir_segment(practitioner_id)?))?;
        body(self.send(|http| Ok(http.post(url.clone()).json(removal))).await?).await
    }

    /// Lets an entry give way to another; answers that one.
    pub(crate) async fn review_merge(&self, practitioner_id: &str, merger: &Merger) -> Result<ReviewEntry> {
        let url = self.url(&format!("v1/review/entries/{}/merger", fhir_segment(practitioner_id)?))?;
        body(self.send(|http| Ok(http.post(url.clone()).json(merger))).await?).await
    }

    pub(crate) async fn evidence(&self, application: &str, evidence: &str) -> Result<MediaBody> {
        let path = format!("v1/review/applications/{}/evidence/{}", segment(application)?, segment(evidence)?);
        let url = self.url(&path)?;
        let response = self.send(|http| Ok(http.get(url.clone()))).await?;
        let content_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("application/octet-stream")
            .to_owned();
        let bytes = response.bytes().await.map_err(|error| transport_error(&error))?.to_vec();
        Ok(MediaBody { content_type, bytes })
    }
}
