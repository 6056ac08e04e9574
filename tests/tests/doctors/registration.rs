//! From the first field to the first sign-in, with the program closed at every step.

use consilium_api::commands::{ApplicationRef, Decide, ReviewQuery};
use consilium_api::registration::{CompleteRegistration, ConfirmEmail, RegistrationDraft};
use consilium_api::registry::{ApplicationStatus, DecisionKind};
use consilium_api::registry::{Decision, ReasonCode, ReviewBox};
use consilium_api::{Commands, ErrorCode, Subscriptions};
use consilium_testbed::{Testbed, VERIFIER_PASSWORD, lin_jianing};
use consilium_tests::Doctor;
use consilium_tests::doctor::wait;

const PASSWORD: &str = "chosen after the approval";

async fn sees_status(doctor: &Doctor, status: ApplicationStatus) {
    let states = Subscriptions::registration(&doctor.core, ()).await.expect("the registration");
    wait(states, |state| state.application.as_ref().is_some_and(|view| view.status == status)).await;
}

async fn decide(verifier: &Doctor, kind: DecisionKind, reason: Option<ReasonCode>, note: Option<&str>) {
    let query = ReviewQuery { review_box: ReviewBox::Pending, cursor: None };
    let page = verifier.core.review_list(query).await.expect("the queue");
    assert_eq!(page.items.len(), 1);
    let application_id = page.items[0].id.clone();
    let reference = ApplicationRef { application_id: application_id.clone() };
    let detail = verifier.core.review_application(reference).await.expect("the application");
    let decision = Decision {
        kind,
        version: detail.version,
        reason,
        note: note.map(str::to_owned),
        confirmed: kind == DecisionKind::Approve,
        valid_months: (kind == DecisionKind::Approve).then_some(12),
        organization_id: None,
    };
    verifier.core.review_decide(Decide { application_id, decision }).await.expect("deciding");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_applies_is_corrected_is_verified_and_signed_in() {
    let testbed = Testbed::start().await.expect("the servers start");
    let appointed = testbed.verifier().await.expect("a verifier");
    let verifier =
        Doctor::signed_in("verifier", &testbed.registry_url(), &appointed.account.user_id, VERIFIER_PASSWORD).await;

    let lin = Doctor::at_new_computer("lin", &testbed.registry_url()).await;
    lin.sees_signed_out(None).await;
    let mut draft = RegistrationDraft { server: testbed.registry_url(), form: lin_jianing() };

    // A draft with problems is kept, not sent.
    draft.form.licence_number = "12".into();
    let error = lin.core.registration_send(draft.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidForm);
    lin.core.registration_save_draft(draft.clone()).await.expect("keeping the draft");
    let lin = lin.restart().await;
    let states = Subscriptions::registration(&lin.core, ()).await.expect("the registration");
    wait(states, |state| state.draft.as_ref().is_some_and(|form| form.licence_number == "12")).await;

    draft.form = lin_jianing();
    lin.core.registration_send(draft).await.expect("sending");
    let lin = lin.restart().await;
    sees_status(&lin, ApplicationStatus::Draft).await;
    assert_eq!(lin.core.registration_submit(()).await.unwrap_err().code, ErrorCode::EmailUnconfirmed);
    let wrong = lin.core.registration_confirm_email(ConfirmEmail { code: "000000".into() }).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongCode);
    let code = testbed.mail.code_to("lin.jianing@jzfy.example").expect("a code came by mail");
    lin.core.registration_confirm_email(ConfirmEmail { code }).await.expect("the code");
    // The program ends before the answer arrives: what it knew before is all it knows.
    let sealed = lin.data_dir().join("application.sealed");
    let known = std::fs::read(&sealed).expect("what is known of the application");
    lin.core.registration_submit(()).await.expect("submitting");
    let away = lin.leaves().await;
    std::fs::write(&sealed, known).expect("putting it back");
    let lin = away.comes_back().await;
    sees_status(&lin, ApplicationStatus::Submitted).await;

    decide(&verifier, DecisionKind::Reject, Some(ReasonCode::EvidenceUnclear), Some("请补充执业证书。")).await;
    sees_status(&lin, ApplicationStatus::Rejected).await;
    let lin = lin.restart().await;
    let states = Subscriptions::registration(&lin.core, ()).await.expect("the registration");
    let state = wait(states, |state| state.application.is_some()).await;
    assert_eq!(state.application.and_then(|view| view.note).as_deref(), Some("请补充执业证书。"));

    lin.core.registration_submit(()).await.expect("sending it again");
    decide(&verifier, DecisionKind::Approve, None, None).await;
    sees_status(&lin, ApplicationStatus::Approved).await;
    for (password, code) in [("short", ErrorCode::PasswordTooShort), ("lin.jianing@jzfy", ErrorCode::PasswordTooWeak)] {
        let refused =
            lin.core.registration_complete(CompleteRegistration { password: password.into(), discard: false }).await;
        assert_eq!(refused.unwrap_err().code, code);
    }

    let lin = lin.restart().await;
    sees_status(&lin, ApplicationStatus::Approved).await;
    lin.core
        .registration_complete(CompleteRegistration { password: PASSWORD.into(), discard: false })
        .await
        .expect("the account");
    let account = lin.sees_signed_in().await;
    assert!(account.user_id.starts_with("@lin.jianing"));
    let card = lin.sees_colleague("林嘉宁").await;
    assert!(card[0].verified && card[0].joined);

    let lin = lin.restart().await;
    assert_eq!(lin.sees_signed_in().await.user_id, account.user_id);
    assert!(!lin.data_dir().join("application.sealed").exists(), "the application is history");
}
