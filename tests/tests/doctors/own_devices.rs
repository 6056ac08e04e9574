//! One doctor with two computers: the recovery key, the comparison of emoji, and what ends a device.

use crate::ward::{LIN, WEISS, joined};
use consilium_api::account::{Link, SignedOutReason};
use consilium_api::security::{
    CancelReason, CompareVerification, OwnPassword, RecoveryKey, RecoveryState, RenameDevice, RequestVerification,
    SignOutDevices, VerificationRef, VerificationStep,
};
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::Testbed;
use consilium_tests::Doctor;
use serde_json::Value;

const LETTER: &str = "before the second computer";

/// A service, Lin at her desk, and a conversation in which she wrote a letter to Weiss.
async fn lin_with_a_past() -> (Testbed, Doctor, String) {
    let (testbed, _) = joined().await;
    let lin = at(&testbed, "lin").await;
    let weiss = Doctor::signed_in("weiss", &testbed.registry_url(), "weiss@minjiang.example", WEISS).await;
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    let at_weiss = weiss.opens(&room).await;
    lin.writes(&room, LETTER).await;
    at_weiss.sees_text(LETTER).await;
    lin.sees_security(|security| security.verified == Some(true) && security.backup).await;
    (testbed, lin, room)
}

/// Lin at one of her computers.
async fn at(testbed: &Testbed, computer: &str) -> Doctor {
    Doctor::signed_in(computer, &testbed.registry_url(), "lin.jianing", LIN).await
}

fn typed(key: &str) -> RecoveryKey {
    RecoveryKey { key: key.to_owned() }
}

async fn refused<T>(attempt: impl Future<Output = consilium_api::Result<T>>) -> ErrorCode {
    attempt.await.err().expect("it is refused").code
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_key_opens_the_past_on_a_second_computer() {
    let (testbed, lin, room) = lin_with_a_past().await;
    lin.sees_security(|security| security.recovery == RecoveryState::NotSetUp).await;
    assert_eq!(refused(lin.core.recovery_check(typed("anything"))).await, ErrorCode::NotFound);
    let key = lin.core.recovery_set_up(()).await.expect("a recovery key").key.clone();
    assert_eq!(key.split(' ').count(), 12, "groups of four characters");
    // Shown, and perhaps lost with the window.
    lin.sees_security(|security| security.recovery == RecoveryState::NotKept).await;
    lin.core.recovery_kept(()).await.expect("she has it");
    lin.sees_security(|security| {
        security.recovery == RecoveryState::SetUp && security.keys_backed_up.is_some_and(|keys| keys > 0)
    })
    .await;
    assert_eq!(refused(lin.core.recovery_set_up(())).await, ErrorCode::Conflict, "there is one");

    let ward = at(&testbed, "lin-ward").await;
    ward.sees_security(|security| {
        security.recovery == RecoveryState::Incomplete && security.verified == Some(false) && !security.backup
    })
    .await;
    let at_ward = ward.opens(&room).await;
    at_ward.sees_text("(before this device)").await;
    assert_eq!(refused(ward.core.recovery_set_up(())).await, ErrorCode::DeviceNotVerified);
    let mut mistyped = key.clone();
    mistyped.replace_range(5..9, "aaaa");
    for wrong in ["", "not a key", &mistyped, "EsTj 3yST y93F SLpB jJsz eAXc 2XzA ygD3 w69H fGaN TKBj jXEd"] {
        assert_eq!(refused(ward.core.recovery_use(typed(wrong))).await, ErrorCode::WrongRecoveryKey, "{wrong}");
    }
    ward.core.recovery_use(typed(&key.replace(' ', "-"))).await.expect("the right key, however it was written down");
    ward.sees_security(|security| {
        security.recovery == RecoveryState::SetUp
            && security.recovery_checked_at.is_some()
            && security.verified == Some(true)
            && security.backup
    })
    .await;
    at_ward.sees_text(LETTER).await;
    let devices = lin.sees_security(|security| security.devices.iter().filter(|d| d.verified).count() == 2).await;
    let order: Vec<_> = devices.devices.iter().map(|device| (device.verified, device.this_device)).collect();
    assert_eq!(order, [(false, false), (true, true), (true, false)], "what waits for the doctor, this one, the others");

    // Replaced, on whichever computer: the old key opens nothing any more.
    let other = ward.core.recovery_replace(()).await.expect("another key").key.clone();
    assert_ne!(other, key);
    assert_eq!(refused(lin.core.recovery_check(typed(&key))).await, ErrorCode::WrongRecoveryKey);
    lin.core.recovery_check(typed(&other)).await.expect("the new key");
    lin.sees_security(|security| security.recovery_checked_at.is_some()).await;
    let account = testbed.synapse.login("lin.jianing", LIN).await.expect("a token");
    let path = format!("_matrix/client/v3/user/{}/account_data/m.cross_signing.master", account.user_id);
    let url = testbed.synapse.base_url.join(&path).expect("an address");
    let answer = reqwest::Client::new().get(url).bearer_auth(&account.access_token).send().await.expect("an answer");
    let stored: Value = serde_json::from_str(&answer.text().await.expect("its text")).expect("JSON");
    assert_eq!(stored["encrypted"].as_object().map(serde_json::Map::len), Some(1), "under the new key alone");
}

/// Both computers show the emoji; they are the same.
async fn compare(lin: &Doctor, ward: &Doctor) -> String {
    let shows = |step: &VerificationStep| matches!(step, VerificationStep::Compare { .. });
    let here = lin.sees_verification(|verification| shows(&verification.step)).await;
    let there = ward.sees_verification(|verification| shows(&verification.step)).await;
    assert_eq!((here.id.as_str(), &here.step), (there.id.as_str(), &there.step));
    here.id
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_on_both_computers_open_the_past() {
    let (testbed, lin, room) = lin_with_a_past().await;
    let ward = at(&testbed, "lin-ward").await;
    ward.sees_security(|security| security.verified == Some(false)).await;
    let ward_id = ward.sees_signed_in().await.device_id;
    let at_ward = ward.opens(&room).await;
    at_ward.sees_text("(before this device)").await;

    // Declined at first.
    ward.core.verification_request(RequestVerification { device_id: None }).await.expect("asking");
    ward.sees_verification(|verification| verification.step == VerificationStep::Waiting).await;
    let asked = lin.sees_verification(|verification| verification.step == VerificationStep::Asked).await;
    assert_eq!((asked.incoming, asked.device_id.as_deref()), (true, Some(ward_id.as_str())));
    lin.core.verification_end(VerificationRef { id: asked.id }).await.expect("declining");
    lin.sees_security(|security| security.verification.is_none()).await;
    let declined = VerificationStep::Cancelled { reason: CancelReason::Declined };
    ward.sees_verification(|verification| verification.step == declined).await;

    // Then the emoji are said to differ.
    lin.sees_security(|security| security.devices.iter().any(|device| device.device_id == ward_id)).await;
    lin.core.verification_request(RequestVerification { device_id: Some(ward_id) }).await.expect("asking");
    let asked = ward.sees_verification(|verification| verification.step == VerificationStep::Asked).await;
    ward.core.verification_accept(VerificationRef { id: asked.id }).await.expect("accepting");
    let id = compare(&lin, &ward).await;
    lin.core.verification_compare(CompareVerification { id, same: false }).await.expect("saying so");
    let mismatch = VerificationStep::Cancelled { reason: CancelReason::Mismatch };
    lin.sees_verification(|verification| verification.step == mismatch).await;
    let ended = ward.sees_verification(|verification| verification.step == mismatch).await;
    ward.core.verification_end(VerificationRef { id: ended.id }).await.expect("putting it away");
    ward.sees_security(|security| security.verified == Some(false) && security.verification.is_none()).await;

    // At last both say that they are the same. Meanwhile the conversation is not open.
    drop(at_ward);
    ward.core.verification_request(RequestVerification { device_id: None }).await.expect("asking");
    let asked = lin.sees_verification(|verification| verification.step == VerificationStep::Asked).await;
    lin.core.verification_accept(VerificationRef { id: asked.id }).await.expect("accepting");
    let id = compare(&lin, &ward).await;
    lin.core.verification_compare(CompareVerification { id: id.clone(), same: true }).await.expect("saying so");
    lin.sees_verification(|verification| verification.step == VerificationStep::Compared).await;
    ward.core.verification_compare(CompareVerification { id, same: true }).await.expect("saying so");
    for computer in [&lin, &ward] {
        computer.sees_verification(|verification| verification.step == VerificationStep::Done).await;
    }
    ward.sees_security(|security| security.verified == Some(true) && security.backup).await;
    lin.sees_security(|security| security.devices.iter().filter(|device| device.verified).count() == 2).await;
    ward.opens(&room).await.sees_text(LETTER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_that_is_not_hers_is_signed_out() {
    let (testbed, lin, _) = lin_with_a_past().await;
    let ward = at(&testbed, "lin-ward").await;
    let ward_id = ward.sees_signed_in().await.device_id;
    let own_id = lin.sees_signed_in().await.device_id;
    // Besides the two there is the one on which the account was made.
    let listed = lin.sees_security(|security| security.devices.len() == 3).await;
    let ours = listed.devices.iter().filter(|device| device.name.starts_with("Consilium"));
    assert_eq!(ours.count(), 2, "{listed:?}");

    let name = RenameDevice { device_id: ward_id.clone(), name: " Ward W-07 ".into() };
    lin.core.device_rename(name).await.expect("a name of its own");
    lin.sees_security(|security| security.devices.iter().any(|device| device.name == "Ward W-07")).await;

    let sign_out = |id: &str, password: &str| SignOutDevices { device_ids: vec![id.into()], password: password.into() };
    let wrong = refused(lin.core.devices_sign_out(sign_out(&ward_id, "not her password"))).await;
    assert_eq!(wrong, ErrorCode::WrongCredentials);
    assert_eq!(refused(lin.core.devices_sign_out(sign_out(&own_id, LIN))).await, ErrorCode::InvalidInput);
    lin.core.devices_sign_out(sign_out(&ward_id, LIN)).await.expect("signing it out");
    ward.sees_signed_out(Some(SignedOutReason::SessionExpired)).await;
    let left = lin.sees_security(|security| security.devices.len() == 2).await;
    assert!(left.devices.iter().all(|device| device.device_id != ward_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_both_begins_afresh() {
    let (testbed, lin, room) = lin_with_a_past().await;
    lin.core.recovery_set_up(()).await.expect("a recovery key, which she loses");
    let before = lin.sees_security(|security| security.keys_backed_up.is_some_and(|keys| keys > 0)).await;
    lin.core.sign_out(()).await.expect("her computer goes");

    let new = at(&testbed, "lin-new").await;
    new.sees_security(|security| security.verified == Some(false)).await;
    let wrong = new.core.identity_reset(OwnPassword { password: "not her password".into() });
    assert_eq!(refused(wrong).await, ErrorCode::WrongCredentials);
    new.sees_security(|security| security.recovery == RecoveryState::Incomplete).await;

    new.core.identity_reset(OwnPassword { password: LIN.into() }).await.expect("afresh");
    new.sees_security(|security| {
        security.verified == Some(true) && security.backup && security.recovery == RecoveryState::NotSetUp
    })
    .await;
    assert!(before.keys_backed_up > Some(0));
    let at_new = new.opens(&room).await;
    at_new.sees_text("(before this device)").await;
    new.writes(&room, "from a new beginning").await;
    at_new.sees_text("from a new beginning").await;
    let key = new.core.recovery_set_up(()).await.expect("a new recovery key").key.clone();
    new.core.recovery_check(typed(&key)).await.expect("it is the one");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_state_is_there_and_changes_say_so_at_once() {
    let (mut testbed, lin, _) = lin_with_a_past().await;
    let key = lin.core.recovery_set_up(()).await.expect("a recovery key").key.clone();
    lin.core.recovery_check(typed(&key)).await.expect("it is the one");
    let before = lin
        .sees_security(|security| {
            security.recovery == RecoveryState::SetUp
                && security.recovery_checked_at.is_some()
                && security.keys_backed_up.is_some()
                && security.devices.iter().all(|device| device.last_seen.is_some())
        })
        .await;
    testbed.synapse.kill();
    let lin = lin.restart().await;
    lin.sees_link(Link::Offline).await;
    let now = lin.sees_security(|security| security.recovery == RecoveryState::SetUp && security.backup).await;
    assert_eq!((now.verified, now.devices.len()), (Some(true), before.devices.len()));
    assert_eq!(now.recovery_checked_at, before.recovery_checked_at);
    assert_eq!(refused(lin.core.recovery_check(typed(&key))).await, ErrorCode::Offline);
    assert_eq!(refused(lin.core.recovery_replace(())).await, ErrorCode::Offline);
    let request = RequestVerification { device_id: None };
    assert_eq!(refused(lin.core.verification_request(request)).await, ErrorCode::Offline);

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    lin.sees_link(Link::Online).await;
    lin.core.recovery_check(typed(&key)).await.expect("and it works again");
}
