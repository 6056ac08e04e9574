//! Who is taken out of the directory, and who has died.

use super::*;
use chrono::TimeDelta;
use consilium_registry::{publish_now, revoke};
use consilium_testbed::{Backend, on_both_databases, weiss};

on_both_databases! {
    who_is_taken_out_leaves_every_client_and_cannot_sign_in,
    nobody_takes_out_themselves_or_without_being_a_verifier,
    a_lock_that_the_homeserver_missed_is_made_up_for,
    who_was_revoked_may_apply_anew_and_the_verifier_sees_it,
}

async fn removal(
    bed: &Testbed,
    verifier: &Doctor,
    practitioner: &str,
    reason: RemovalReason,
) -> anyhow::Result<Answer> {
    let session = bed.session(verifier).await?;
    let path = format!("/v1/review/entries/{practitioner}/removal");
    send(bed, Method::POST, &path, &session.access_token, &Removal { reason, note: Some(" 讣告 ".into()) }).await
}

async fn entry(bed: &Testbed, verifier: &Doctor, practitioner: &str) -> anyhow::Result<ReviewEntry> {
    let session = bed.session(verifier).await?;
    bed.call(Method::GET, &format!("/v1/review/entries/{practitioner}"), &session.access_token).await?.read()
}

async fn who_is_taken_out_leaves_every_client_and_cannot_sign_in(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let mut open = Followup::of(&bed, &lin).await?;
    open.put(&bed, title("chief", "03.04")).await?.read::<ApplicationView>()?;
    open.submit(&bed).await?.read::<ApplicationView>()?;
    let before = entry(&bed, &verifier, &lin.practitioner_id).await?;
    assert_eq!((before.listed, before.user_id.as_deref()), (true, Some("@lin.jianing:jiangzhou.example")));
    assert_eq!((before.removal, before.duplicates.len()), (None, 0));
    let kinds: Vec<_> = before.applications.iter().map(|one| (one.kind, one.status)).collect();
    assert_eq!(
        kinds,
        [
            (ApplicationKind::Title, ApplicationStatus::Submitted),
            (ApplicationKind::Registration, ApplicationStatus::Active)
        ]
    );
    assert!(before.valid_until.is_some());
    let since = found(&bed, &verifier, "_history?_count=1000").await?;
    let since = since.link("since").unwrap().split_once("/fhir/").unwrap().1.to_owned();

    let after: ReviewEntry = removal(&bed, &verifier, &lin.practitioner_id, RemovalReason::Deceased).await?.read()?;
    let record = after.removal.clone().unwrap();
    assert!(!after.listed && record.locked);
    assert_eq!((record.reason, record.by.as_str()), (RemovalReason::Deceased, "周敏"));
    assert_eq!(record.note.as_deref(), Some("讣告"));
    let statuses: Vec<_> = after.applications.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [ApplicationStatus::Withdrawn, ApplicationStatus::Active]);
    let session = bed.session(&verifier).await?;
    let path = format!("/v1/review/applications/{}", after.applications[1].id);
    let joined: ReviewDetail = bed.call(Method::GET, &path, &session.access_token).await?.read()?;
    assert_eq!((joined.removed, joined.practitioner_id.as_deref()), (true, Some(lin.practitioner_id.as_str())));
    let path = "/v1/review/applications?box=done";
    let done: ReviewPage = bed.call(Method::GET, path, &session.access_token).await?.read()?;
    let taken_out: Vec<_> = done.items.iter().filter(|item| item.removed).map(|item| item.id.as_str()).collect();
    assert_eq!(taken_out, [after.applications[1].id.as_str()]);

    // Her sessions have ended, the account is locked, and no new session comes of it.
    is(&open.call(&bed, Method::GET, "").await?, 401, "unauthorized");
    assert!(bed.synapse.is_locked(&lin.account.user_id).await?);
    assert!(bed.synapse.openid_token(&lin.account).await.is_err());
    // Nobody finds her, and who follows is told that person and role are gone.
    for search in ["Practitioner?name=林嘉宁", "PractitionerRole?practitioner.name=lin"] {
        assert!(found(&bed, &verifier, search).await?.entry.is_empty(), "{search}");
    }
    let news = found(&bed, &verifier, &since).await?;
    let gone: Vec<_> = news.entry.iter().filter_map(|entry| entry.deleted()).map(|(kind, _)| kind).collect();
    assert_eq!(gone, ["PractitionerRole", "Practitioner"]);
    publish_now(bed.registry()?).await?;
    let line = &trail(&bed, &verifier).await?;
    let line = line.iter().find(|line| line.action == AuditAction::Deceased).unwrap();
    assert_eq!((line.actor.as_str(), line.subject.as_deref()), ("周敏", Some("@lin.jianing:jiangzhou.example")));

    // Again is the same, whatever the reason.
    let lines = trail(&bed, &verifier).await?.len();
    let again: ReviewEntry = removal(&bed, &verifier, &lin.practitioner_id, RemovalReason::Misuse).await?.read()?;
    assert_eq!((again.removal, trail(&bed, &verifier).await?.len()), (Some(record), lines));
    revoke(bed.registry()?, &lin.account.user_id).await?;
    Ok(())
}

async fn nobody_takes_out_themselves_or_without_being_a_verifier(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    is(&removal(&bed, &verifier, &verifier.practitioner_id, RemovalReason::Other).await?, 409, "conflict");
    is(&removal(&bed, &verifier, "no-such", RemovalReason::Other).await?, 404, "not_found");
    is(&removal(&bed, &lin, &verifier.practitioner_id, RemovalReason::Other).await?, 403, "not_a_verifier");
    is(&removal(&bed, &lin, &lin.practitioner_id, RemovalReason::Other).await?, 403, "not_a_verifier");
    let session = bed.session(&lin).await?;
    let path = format!("/v1/review/entries/{}", lin.practitioner_id);
    is(&bed.call(Method::GET, &path, &session.access_token).await?, 403, "not_a_verifier");
    is(&bed.call(Method::GET, &path, "").await?, 401, "unauthorized");
    let wordy = Removal { reason: RemovalReason::Other, note: Some("字".repeat(1_001)) };
    let session = bed.session(&verifier).await?.access_token;
    let path = format!("{path}/removal");
    is(&send(&bed, Method::POST, &path, &session, &wordy).await?, 400, "invalid_body");
    let unfounded = serde_json::json!({"reason": "dislike"});
    is(&send(&bed, Method::POST, &path, &session, &unfounded).await?, 400, "invalid_body");
    assert_eq!(roles(&bed, &verifier, &lin.practitioner_id).await?.len(), 1);
    assert!(!bed.synapse.is_locked(&lin.account.user_id).await?);
    Ok(())
}

async fn a_lock_that_the_homeserver_missed_is_made_up_for(on: Backend) -> anyhow::Result<()> {
    let mut bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    bed.synapse.kill();
    assert!(revoke(bed.registry()?, &lin.account.user_id).await.is_err());
    bed.synapse.start_again().await?;
    assert!(!bed.synapse.is_locked(&lin.account.user_id).await?);
    let seen = entry(&bed, &verifier, &lin.practitioner_id).await?;
    assert!(!seen.listed && !seen.removal.unwrap().locked, "it is out, and the lock is still due");
    let token = bed.synapse.openid_token(&lin.account).await?;
    is(&bed.open_session(&token).await?, 401, "account_locked");

    bed.stop_registry().await;
    bed.start_registry().await?;
    bed.registry()?.sweep().await?;
    assert!(bed.synapse.is_locked(&lin.account.user_id).await?);
    assert!(entry(&bed, &verifier, &lin.practitioner_id).await?.removal.unwrap().locked);
    Ok(())
}

async fn who_was_revoked_may_apply_anew_and_the_verifier_sees_it(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let hannah = bed.doctor(&verifier, weiss(), "battery staple horse").await?;
    removal(&bed, &verifier, &hannah.practitioner_id, RemovalReason::LeftPractice).await?.read::<ReviewEntry>()?;
    bed.clock.turn(TimeDelta::hours(1));

    let again = Applicant::new(weiss());
    again.apply(&bed).await?.read::<ApplicationView>()?;
    again.confirm_email(&bed).await?;
    again.submit(&bed).await?;
    let seen = detail(&bed, &verifier, &again.id).await?;
    let [duplicate] = seen.duplicates.as_slice() else { panic!("{:?}", seen.duplicates) };
    assert_eq!(duplicate.practitioner_id.as_ref(), Some(&hannah.practitioner_id));
    let reason = entry(&bed, &verifier, &hannah.practitioner_id).await?.removal.unwrap().reason;
    assert_eq!(reason, RemovalReason::LeftPractice);
    again.approved_by(&bed, &verifier).await?;
    let back = again.join(&bed, "another battery").await?;
    assert_ne!((&back.account.user_id, &back.practitioner_id), (&hannah.account.user_id, &hannah.practitioner_id));
    // The address does not stay with an account that nobody may use.
    bed.synapse.login("weiss@minjiang.example", "another battery").await?;
    Ok(())
}
