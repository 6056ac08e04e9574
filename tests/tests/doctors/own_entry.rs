//! What was verified of a doctor changes by an application, and what is kept about an entry goes over to the one that
//! is kept in its place.

use crate::ward::{Entries, LIN, joined};
use consilium_api::account::Link;
use consilium_api::commands::{ApplicationRef, Decide, MergeEntry, PractitionerRef, RemoveEntry, ReviewQuery};
use consilium_api::directory::{ColleagueCard, SaveNote, SetFavourite};
use consilium_api::entry::{EntryApplications, Leave, SaveEntry};
use consilium_api::registration::{AddEvidence, ConfirmEmail};
use consilium_api::registry::{
    ApplicationForm, ApplicationKind, ApplicationStatus, Change, ChangeForm, Decision, DecisionKind, EvidenceKind,
    Field, FieldProblem, FormProblem, Merger, ReasonCode, Removal, RemovalReason, ReviewBox, Workplace,
};
use consilium_api::{Commands, ErrorCode, Media};
use consilium_testbed::{Testbed, VERIFIER_PASSWORD, lin_jianing, weiss};
use consilium_tests::Doctor;
use std::time::Duration;

/// Waits until something that is asked for again and again is so.
async fn until<T: std::fmt::Debug>(what: &str, ask: impl AsyncFn() -> T, condition: impl Fn(&T) -> bool) -> T {
    let waiting = async {
        loop {
            let found = ask().await;
            if condition(&found) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("never saw {what}"))
}

async fn applications(doctor: &Doctor) -> EntryApplications {
    doctor.core.entry_applications(()).await.expect("the applications")
}

fn status(known: &EntryApplications) -> Option<ApplicationStatus> {
    known.own.applications.first().map(|application| application.status)
}

async fn card(doctor: &Doctor, id: &str) -> Result<ColleagueCard, consilium_api::Error> {
    doctor.core.directory_colleague(PractitionerRef { practitioner_id: id.to_owned() }).await
}

fn to_minjiang() -> ChangeForm {
    let change = Change::Transfer {
        workplace: Workplace::Unlisted { name: "闽江国际医院".into(), city: "闽江".into() },
        department: "03.03".into(),
        title: "associate_chief".into(),
        work_phone: "0599-555-0177".into(),
        work_email: "lin@minjiang.example".into(),
    };
    ChangeForm { change, licence_number: None }
}

async fn decide(verifier: &Doctor, kind: DecisionKind, reason: Option<ReasonCode>, note: Option<&str>) {
    let query = ReviewQuery { review_box: ReviewBox::Pending, cursor: None };
    let page = verifier.core.review_list(query).await.expect("the queue");
    let application_id = page.items[0].id.clone();
    let reference = ApplicationRef { application_id: application_id.clone() };
    let detail = verifier.core.review_application(reference).await.expect("the application");
    let approve = kind == DecisionKind::Approve;
    let decision = Decision {
        kind,
        version: detail.version,
        reason,
        note: note.map(str::to_owned),
        confirmed: approve,
        valid_months: approve.then_some(12),
        organization_id: None,
    };
    verifier.core.review_decide(Decide { application_id, decision }).await.expect("deciding");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_moves_to_another_hospital_and_loses_nothing_on_the_way() {
    let mut testbed = Testbed::start().await.expect("the servers start");
    let appointed = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&appointed, lin_jianing(), LIN).await.expect("Lin joins");
    let verifier =
        Doctor::signed_in("verifier", &testbed.registry_url(), &appointed.account.user_id, VERIFIER_PASSWORD).await;
    let lin = Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing", LIN).await;

    // The rules are the registry's, and checked here.
    let known = applications(&lin).await;
    assert!(known.current && known.draft.is_none() && known.own.applications.is_empty());
    assert_eq!(known.own.licence_ending.as_deref(), Some("3517"));
    let same = Change::Title { title: "attending".into(), department: "03.04".into() };
    let found = lin.core.entry_application_check(ChangeForm { change: same, licence_number: None }).await.unwrap();
    assert_eq!(found, [FormProblem { field: Field::Title, problem: FieldProblem::Unchanged }]);

    // Typed without a network, it is there after a restart and sent when there is one.
    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    let mut half = to_minjiang();
    if let Change::Transfer { work_phone, .. } = &mut half.change {
        work_phone.clear();
    }
    lin.core.entry_application_save_draft(half.clone()).await.expect("keeping what was typed");
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    assert_eq!(applications(&lin).await.draft, Some(half.clone()));
    let refused = lin.core.entry_application_send(half).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidForm);
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    lin.sees_link(Link::Online).await;
    lin.core.entry_application_send(to_minjiang()).await.expect("sending");
    lin.core.entry_application_send(to_minjiang()).await.expect("sending again makes nothing twice");
    let known = applications(&lin).await;
    assert!(known.draft.is_none() && known.own.applications.len() == 1);
    assert_eq!(
        (known.own.applications[0].kind, status(&known)),
        (ApplicationKind::Transfer, Some(ApplicationStatus::Draft))
    );

    assert_eq!(lin.core.entry_application_submit(()).await.unwrap_err().code, ErrorCode::EmailUnconfirmed);
    let wrong = lin.core.entry_application_confirm_email(ConfirmEmail { code: "000000".into() }).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongCode);
    let code = testbed.mail.code_to("lin@minjiang.example").expect("a code came by mail");
    lin.core.entry_application_confirm_email(ConfirmEmail { code }).await.expect("the code");
    let add = |bytes: &[u8]| AddEvidence {
        evidence_id: "7b6d0c8e-0a8e-4d0e-9a55-1f1f6a5f3a01".into(),
        upload_id: lin.core.upload(bytes.to_vec()).expect("an upload"),
        kind: EvidenceKind::StaffCard,
        file_name: "工作证.png".into(),
    };
    let refused = lin.core.entry_application_add_evidence(add(b"%PDF-1.7")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::UnsupportedMedia);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0\0\0\x01\0\x08\x02\0\0\0";
    lin.core.entry_application_add_evidence(add(png)).await.expect("an image");
    lin.core.entry_application_submit(()).await.expect("submitting");

    decide(&verifier, DecisionKind::RequestMore, Some(ReasonCode::EvidenceUnclear), Some("请补充工作证反面。")).await;
    let known = until(
        "what is asked for",
        async || applications(&lin).await,
        |known| status(known) == Some(ApplicationStatus::MoreRequested),
    )
    .await;
    assert_eq!(known.own.applications[0].note.as_deref(), Some("请补充工作证反面。"));
    lin.core.entry_application_submit(()).await.expect("submitting again");
    decide(&verifier, DecisionKind::Approve, None, None).await;
    let known = until(
        "the approval",
        async || applications(&lin).await,
        |known| status(known) == Some(ApplicationStatus::Active),
    )
    .await;
    let Change::Transfer { title, .. } = &known.own.current else { panic!("{known:?}") };
    assert_eq!(title, "associate_chief");
    let own = lin.sees_signed_in().await.practitioner_id;
    let seen = async || {
        let _ = lin.core.directory_refresh(()).await;
        card(&lin, &own).await.expect("the card")
    };
    let moved = until("the new hospital", seen, |card| card.hospital.zh == "闽江国际医院").await;
    assert!(moved.verification.is_some_and(|verification| verification.in_force));

    // Another one is withdrawn.
    let renewal = ChangeForm { change: Change::Renewal, licence_number: None };
    lin.core.entry_application_send(renewal).await.expect("sending");
    lin.core.entry_application_withdraw(()).await.expect("withdrawing");
    assert_eq!(status(&applications(&lin).await), Some(ApplicationStatus::Withdrawn));
    assert_eq!(lin.core.entry_application_submit(()).await.unwrap_err().code, ErrorCode::WrongState);

    // Leave is the doctor's own to state, and others see it as such.
    let entry = lin.core.entry(()).await.expect("the entry");
    let today = chrono::Local::now().date_naive().to_string();
    let away = Leave { from: today.clone(), through: today, text: "congress".into() };
    let mut content = entry.content;
    content.leaves.push(away.clone());
    lin.core.entry_save(SaveEntry { content, versions: entry.versions }).await.expect("saving");
    let seen = async || {
        // Published in a moment.
        let _ = verifier.core.directory_refresh(()).await;
        card(&verifier, &own).await.expect("the card").leaves
    };
    until("the leave", seen, |leaves| *leaves == [away.clone()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_about_an_entry_goes_over_to_the_one_that_is_kept() {
    let (testbed, Entries { zhou: appointed, weiss: old, .. }) = joined().await;
    let verifier =
        Doctor::signed_in("verifier", &testbed.registry_url(), &appointed.account.user_id, VERIFIER_PASSWORD).await;
    let lin = Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing", LIN).await;
    let old_id = old.practitioner_id;
    let star = SetFavourite { practitioner_id: old_id.clone(), favourite: true };
    lin.core.favourite_set(star).await.expect("a star");
    let note = |id: &str, text: &str| SaveNote { practitioner_id: id.to_owned(), text: text.into() };
    lin.core.note_save(note(&old_id, "Knows about septal defects")).await.expect("a note");

    // She was taken out by mistake and registers anew.
    let removal = Removal { reason: RemovalReason::LeftPractice, note: Some("by mistake".into()) };
    let removed = verifier
        .core
        .review_remove(RemoveEntry { practitioner_id: old_id.clone(), removal })
        .await
        .expect("taking her out");
    assert!(!removed.listed && removed.removal.is_some_and(|removal| removal.note.as_deref() == Some("by mistake")));
    let seen = async || {
        let _ = lin.core.directory_refresh(()).await;
        card(&lin, &old_id).await.err().map(|error| error.code)
    };
    until("that she is gone", seen, |code| *code == Some(ErrorCode::NotFound)).await;
    let form = ApplicationForm { work_email: "hannah.weiss@again.example".into(), ..weiss() };
    let again = testbed.doctor(&appointed, form, "another password of weiss").await.expect("Weiss joins again");
    lin.core.note_save(note(&again.practitioner_id, "Back since December")).await.expect("a note");

    let look = PractitionerRef { practitioner_id: old_id.clone() };
    let entry = verifier.core.review_entry(look).await.expect("the entry");
    assert!(!entry.listed && !entry.applications.is_empty());
    let merge = |from: &str, into: &str| MergeEntry {
        practitioner_id: from.to_owned(),
        merger: Merger { into: into.to_owned() },
    };
    let refused = verifier.core.review_merge(merge(&again.practitioner_id, &old_id)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict, "who has an account does not give way");
    let kept = verifier.core.review_merge(merge(&old_id, &again.practitioner_id)).await.expect("merging");
    assert_eq!((kept.practitioner_id.as_str(), kept.listed), (again.practitioner_id.as_str(), true));
    let look = PractitionerRef { practitioner_id: old_id.clone() };
    assert_eq!(verifier.core.review_entry(look).await.expect("the entry").replaced_by, Some(kept.practitioner_id));

    let seen = async || {
        let _ = lin.core.directory_refresh(()).await;
        card(&lin, &old_id).await.ok()
    };
    let carried =
        |card: &Option<ColleagueCard>| card.as_ref().is_some_and(|card| card.favourite && card.note.contains("septal"));
    let card = until("her card by the id that was", seen, carried).await.expect("waited for it");
    assert_eq!(card.id, again.practitioner_id);
    assert_eq!(card.note, "Back since December\n\nKnows about septal defects");
}
