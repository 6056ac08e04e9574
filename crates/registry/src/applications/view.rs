//! An application as its applicant sees it.

use super::evidence::Evidence;
use super::row::{Application, from_word};
use crate::audit;
use crate::clock::instant;
use crate::database::Connection;
use crate::database::schema::{accounts, evidence};
use crate::http::App;
use crate::problem::Problem;
use crate::review::latin_hospital;
use consilium_registry_api::{
    ApplicationEvent, ApplicationEventKind, ApplicationKind, ApplicationStatus, ApplicationView, AuditAction,
    EvidenceView,
};
use diesel::prelude::*;

/// The evidence that the applicant did not take off.
pub fn evidence_of(c: &mut Connection, application_id: &str) -> Result<Vec<EvidenceView>, Problem> {
    let kept: Vec<Evidence> = evidence::table
        .filter(evidence::application_id.eq(application_id).and(evidence::removed.eq(false)))
        .order((evidence::created_at, evidence::id))
        .select(Evidence::as_select())
        .load(c)?;
    kept.into_iter()
        .map(|image| {
            Ok(EvidenceView {
                id: image.id,
                kind: from_word(&image.kind)?,
                file_name: image.file_name,
                size: u32::try_from(image.size).map_err(Problem::internal)?,
                available: image.key_sealed.is_some(),
            })
        })
        .collect()
}

pub fn of(c: &mut Connection, app: &App, application: &Application) -> Result<ApplicationView, Problem> {
    let mut lines = audit::of_application(c, &application.id)?;
    lines.reverse();
    let mut events: Vec<ApplicationEvent> = Vec::new();
    for line in lines {
        let kind = match line.action() {
            Some(AuditAction::Submitted) => ApplicationEventKind::Submitted,
            Some(AuditAction::EmailConfirmed) => ApplicationEventKind::EmailConfirmed,
            Some(AuditAction::Opened) => ApplicationEventKind::Opened,
            Some(AuditAction::MoreRequested) => ApplicationEventKind::MoreRequested,
            Some(AuditAction::Rejected) => ApplicationEventKind::Rejected,
            Some(AuditAction::Approved) => ApplicationEventKind::Approved,
            Some(AuditAction::Bound | AuditAction::EntryChanged) => ApplicationEventKind::Activated,
            Some(AuditAction::Withdrawn) => ApplicationEventKind::Withdrawn,
            _ => continue,
        };
        // That somebody looked again is for the trail; the applicant wants to know that it was looked at.
        let looked_at = events.iter().rev().take_while(|e| e.kind != ApplicationEventKind::Submitted);
        let said = kind == ApplicationEventKind::Opened
            && looked_at.into_iter().any(|e| e.kind == ApplicationEventKind::Opened);
        if !said {
            events.push(ApplicationEvent { kind, at: instant(line.at()) });
        }
    }
    let kind = application.kind()?;
    let user_id: Option<String> = match &application.account {
        Some(account) => Some(account.clone()),
        None => accounts::table
            .filter(accounts::application_id.eq(&application.id))
            .select(accounts::user_id)
            .first(c)
            .optional()?,
    };
    // Who changes an entry need not state the licence again; a session that is lost must not give it away.
    let form = match kind {
        ApplicationKind::Registration => application.form(&app.secrets)?,
        _ => application.form_with_ending(),
    };
    let status = application.status()?;
    // What came with an earlier decision stays for the verifiers.
    let returned = matches!(status, ApplicationStatus::MoreRequested | ApplicationStatus::Rejected);
    Ok(ApplicationView {
        id: application.id.clone(),
        reference: application.reference.clone(),
        kind,
        status,
        version: application.version,
        hospital_latin: latin_hospital(c, application.organization_id.as_deref())?,
        form,
        email_confirmed: application.email_confirmed,
        evidence: evidence_of(c, &application.id)?,
        events,
        reason: application.reason.as_deref().filter(|_| returned).map(from_word).transpose()?,
        note: application.note.clone().filter(|_| returned),
        user_id,
    })
}
