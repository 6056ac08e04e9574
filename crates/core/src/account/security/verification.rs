//! One own device verifies another: both show the same seven emoji, and the doctor says so on both.

use crate::account::active::{Active, lock};
use crate::account::error::matrix_error;
use consilium_api::security::{
    CancelReason, CompareVerification, DeviceVerification, RequestVerification, VerificationRef, VerificationStep,
};
use consilium_api::{Error, ErrorCode, Result};
use futures::StreamExt;
use matrix_sdk::encryption::identities::RequestVerificationError;
use matrix_sdk::encryption::verification::{
    CancelInfo, SasState, SasVerification, Verification, VerificationRequest, VerificationRequestState,
};
use matrix_sdk::event_handler::EventHandlerDropGuard;
use matrix_sdk::ruma::OwnedDeviceId;
use matrix_sdk::ruma::events::key::verification::cancel::CancelCode;
use matrix_sdk::ruma::events::key::verification::request::ToDeviceKeyVerificationRequestEvent;
use std::sync::Arc;

/// The verification that the doctor sees.
#[derive(Clone)]
pub(super) struct Running {
    request: VerificationRequest,
    sas: Option<SasVerification>,
}

impl Active {
    /// Shows what other devices of the account ask for, while the guard lives.
    pub(super) fn answer_verifications(self: &Arc<Self>) -> EventHandlerDropGuard {
        let weak = Arc::downgrade(self);
        let handle = self.client.add_event_handler(move |event: ToDeviceKeyVerificationRequestEvent| {
            let weak = weak.clone();
            async move {
                let Some(active) = weak.upgrade() else { return };
                // Colleagues are vouched for by the registry; only own devices verify each other.
                if active.client.user_id() != Some(&event.sender) {
                    return;
                }
                let encryption = active.client.encryption();
                let id = event.content.transaction_id.as_str();
                if let Some(request) = encryption.get_verification_request(&event.sender, id).await
                    && !request.is_cancelled()
                {
                    active.begin(request);
                }
            }
        });
        self.client.event_handler_drop_guard(handle)
    }

    /// Asks another own device, or any verified one. `NotFound` if there is no such device.
    pub(crate) async fn request_verification(self: &Arc<Self>, input: RequestVerification) -> Result<()> {
        self.needs_network()?;
        let own = self.client.user_id().ok_or_else(|| Error::new(ErrorCode::NotSignedIn, "no session"))?;
        let earlier = lock(&self.security.running).take();
        if let Some(earlier) = earlier {
            // Two at a time would cancel each other.
            let _ = earlier.request.cancel().await;
        }
        let encryption = self.client.encryption();
        let nobody = || Error::new(ErrorCode::NotFound, "no such device, or it has no keys");
        let requested = match input.device_id {
            Some(id) => {
                let id: OwnedDeviceId = id.as_str().into();
                let device = encryption.get_device(own, &id).await.ok().flatten().ok_or_else(nobody)?;
                device.request_verification().await.map_err(|error| matrix_error(&error))?
            }
            None => {
                let identity = encryption.get_user_identity(own).await.ok().flatten().ok_or_else(nobody)?;
                identity.request_verification().await.map_err(|error| match error {
                    RequestVerificationError::Sdk(error) => matrix_error(&error),
                    RequestVerificationError::RoomCreation(_) => {
                        Error::new(ErrorCode::Internal, "own devices need no room")
                    }
                })?
            }
        };
        self.begin(requested);
        Ok(())
    }

    pub(crate) async fn accept_verification(&self, input: &VerificationRef) -> Result<()> {
        let running = self.running(&input.id)?;
        running.request.accept().await.map_err(|error| matrix_error(&error))
    }

    pub(crate) async fn compare_verification(&self, input: &CompareVerification) -> Result<()> {
        let late = || Error::new(ErrorCode::NotFound, "there is nothing to compare");
        let sas = self.running(&input.id)?.sas.ok_or_else(late)?;
        let said = if input.same { sas.confirm().await } else { sas.mismatch().await };
        said.map_err(|error| matrix_error(&error))
    }

    /// Cancels it if it runs, and puts it away.
    pub(crate) async fn end_verification(&self, input: &VerificationRef) -> Result<()> {
        let running = self.running(&input.id)?;
        *lock(&self.security.running) = None;
        self.security.state.send_modify(|security| security.verification = None);
        if !running.request.is_done() && !running.request.is_cancelled() {
            // It ends here whether or not the other device can be told; there it ends by itself in a few minutes.
            let told = match running.sas {
                Some(sas) => sas.cancel().await,
                None => running.request.cancel().await,
            };
            if let Err(error) = told {
                tracing::debug!(code = ?matrix_error(&error).code, "the other device could not be told");
            }
        }
        Ok(())
    }

    fn running(&self, id: &str) -> Result<Running> {
        let running = lock(&self.security.running).clone().filter(|running| running.request.flow_id() == id);
        running.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such verification"))
    }

    fn begin(self: &Arc<Self>, request: VerificationRequest) {
        *lock(&self.security.running) = Some(Running { request: request.clone(), sas: None });
        self.spawn(move |active| async move { active.follow(request).await });
    }

    /// Shows a step of the verification, unless another took its place.
    fn show(&self, request: &VerificationRequest, device: Option<String>, step: VerificationStep) {
        if self.running(request.flow_id()).is_err() {
            return;
        }
        self.security.state.send_modify(|security| {
            let earlier = security.verification.take().filter(|shown| shown.id == request.flow_id());
            security.verification = Some(DeviceVerification {
                id: request.flow_id().to_owned(),
                device_id: device.or(earlier.and_then(|shown| shown.device_id)),
                incoming: !request.we_started(),
                step,
            });
        });
    }

    async fn follow(self: Arc<Self>, request: VerificationRequest) {
        let mut changes = request.changes();
        let mut state = request.state();
        loop {
            match state {
                VerificationRequestState::Created { .. } => self.show(&request, None, VerificationStep::Waiting),
                VerificationRequestState::Requested { other_device_data, .. } => {
                    let device = other_device_data.device_id().to_string();
                    self.show(&request, Some(device), VerificationStep::Asked);
                }
                VerificationRequestState::Ready { other_device_data, .. } => {
                    let device = other_device_data.device_id().to_string();
                    self.show(&request, Some(device), VerificationStep::Preparing);
                    // Whoever asked begins: both at once would have to agree on one first.
                    if request.we_started() && request.start_sas().await.is_err() {
                        let _ = request.cancel().await;
                    }
                }
                VerificationRequestState::Transitioned { verification: Verification::SasV1(sas), .. } => {
                    return self.follow_sas(&request, sas).await;
                }
                // QR codes are not among the methods that were offered.
                VerificationRequestState::Transitioned { .. } => {}
                VerificationRequestState::Done => return self.show(&request, None, VerificationStep::Done),
                VerificationRequestState::Cancelled(info) => return self.show(&request, None, cancelled(&info)),
            }
            match changes.next().await {
                Some(next) => state = next,
                None => return,
            }
        }
    }

    async fn follow_sas(&self, request: &VerificationRequest, sas: SasVerification) {
        if let Some(running) = &mut *lock(&self.security.running)
            && running.request.flow_id() == request.flow_id()
        {
            running.sas = Some(sas.clone());
        }
        let mut changes = sas.changes();
        if !sas.we_started() && sas.accept().await.is_err() {
            let _ = sas.cancel().await;
        }
        let mut state = sas.state();
        loop {
            let step = match state {
                SasState::Created { .. } | SasState::Started { .. } | SasState::Accepted { .. } => {
                    VerificationStep::Preparing
                }
                SasState::KeysExchanged { emojis: Some(emojis), .. } => {
                    VerificationStep::Compare { emoji: emojis.indices }
                }
                SasState::KeysExchanged { emojis: None, .. } => {
                    let _ = sas.cancel().await;
                    VerificationStep::Cancelled { reason: CancelReason::Failed }
                }
                SasState::Confirmed => VerificationStep::Compared,
                SasState::Done { .. } => VerificationStep::Done,
                SasState::Cancelled(info) => cancelled(&info),
            };
            let ended = matches!(step, VerificationStep::Done | VerificationStep::Cancelled { .. });
            self.show(request, Some(sas.other_device().device_id().to_string()), step);
            if ended {
                return self.ask_security();
            }
            match changes.next().await {
                Some(next) => state = next,
                None => return,
            }
        }
    }
}

fn cancelled(info: &CancelInfo) -> VerificationStep {
    let reason = match info.cancel_code() {
        CancelCode::Timeout => CancelReason::TimedOut,
        CancelCode::MismatchedSas | CancelCode::KeyMismatch | CancelCode::MismatchedCommitment => {
            CancelReason::Mismatch
        }
        CancelCode::Accepted => CancelReason::AnsweredElsewhere,
        CancelCode::User => CancelReason::Declined,
        _ => CancelReason::Failed,
    };
    VerificationStep::Cancelled { reason }
}
