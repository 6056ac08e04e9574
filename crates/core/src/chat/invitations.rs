//! Declining invitations, and telling the homeserver's administrators of those that should not have come.

use super::row::inviter;
use crate::account::{Active, http_error, matrix_error};
use consilium_api::chat::{REPORT_LIMIT, ReportInvitation, ReportReason};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::ruma::api::client::reporting::report_user;

pub(crate) async fn decline(active: &Active, room_id: &str) -> Result<()> {
    let room = super::room(active, room_id)?;
    super::ensure_online(active)?;
    room.leave().await.map_err(|error| matrix_error(&error))
}

/// Reports who invites, and declines. Whoever invites is told no more than that.
pub(crate) async fn report_invitation(active: &Active, input: &ReportInvitation) -> Result<()> {
    let text = input.text.trim();
    if text.chars().count() > REPORT_LIMIT {
        return Err(Error::new(ErrorCode::TooLarge, format!("a report has at most {REPORT_LIMIT} characters")));
    }
    let room = super::room(active, &input.room_id)?;
    // A room that was left is forgotten, and comes back for a while when the sync tells of it.
    let by = inviter(&room).await.ok_or_else(|| Error::new(ErrorCode::NotFound, "nobody invites there"))?;
    super::ensure_online(active)?;
    let reason = format!("{}; invitation to {}; {text}", word(input.reason), input.room_id);
    let request = report_user::v3::Request::new(by, reason);
    active.client.send(request).await.map_err(|error| http_error(&error))?;
    decline(active, &input.room_id).await
}

/// As administrators read it, who may speak either language.
fn word(reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Advertising => "advertising 广告",
        ReportReason::FalseIdentity => "false identity 冒充他人",
        ReportReason::Harassment => "harassment 骚扰",
        ReportReason::Other => "other 其他",
    }
}
