//! Another hospital, another title, the verification again.

use super::*;
use chrono::{Months, TimeDelta, Utc};
use consilium_testbed::{Backend, on_both_databases};

on_both_databases! {
    who_moves_stays_the_same_colleague_once_a_verifier_has_looked,
    a_title_is_asked_for_rejected_corrected_and_given,
    a_verification_is_renewed_before_and_after_its_end,
}

async fn who_moves_stays_the_same_colleague_once_a_verifier_has_looked(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let before = roles(&bed, &verifier, &lin.practitioner_id).await?.remove(0);

    let mut move_ = Followup::of(&bed, &lin).await?;
    let answer = move_.put(&bed, to_minjiang()).await?;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let view: ApplicationView = answer.read()?;
    assert_eq!((view.kind, view.status), (ApplicationKind::Transfer, ApplicationStatus::Draft));
    assert_eq!(view.form.licence_number, "•••••••••••3517", "stated once, and not told to a session");
    assert_eq!((view.form.han_name.as_str(), view.email_confirmed), ("林嘉宁", false));
    assert_eq!(move_.put(&bed, to_minjiang()).await?.read::<ApplicationView>()?.version, 1, "again is the same");
    let image = bed.request(Method::PUT, &move_.path(&format!("/evidence/{}?kind=staff_card", move_.id)));
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0\0\0\x01\0\x08\x02\0\0\0".to_vec();
    let image = image.bearer_auth(&move_.session).header("content-type", "image/png").body(png);
    bed.send(image).await?.read::<ApplicationView>()?;
    is(&move_.submit(&bed).await?, 409, "email_unconfirmed");
    move_.confirm_email(&bed).await?;
    assert_eq!(move_.submit(&bed).await?.read::<ApplicationView>()?.status, ApplicationStatus::Submitted);

    let seen = detail(&bed, &verifier, &move_.id).await?;
    assert!(seen.duplicates.is_empty(), "nobody is their own duplicate: {:?}", seen.duplicates);
    assert_eq!(seen.practitioner_id.as_ref(), Some(&lin.practitioner_id));
    assert_eq!(seen.form.licence_number, "990420000083517", "whole while it is under review");
    let changes: Vec<_> = seen.changes.iter().map(|c| (c.field, c.before.as_str(), c.after.as_str())).collect();
    use Field::*;
    assert_eq!(
        changes,
        [
            (Title, "attending", "associate_chief"),
            (WorkEmail, "lin.jianing@jzfy.example", "lin@minjiang.example"),
            (WorkPhone, "0591-555-0120", "0599-555-0177"),
            (Hospital, "江州大学附属第一医院", "闽江国际医院"),
            (City, "", "闽江"),
            (Department, "03.04", "03.03"),
        ]
    );
    let session = bed.session(&verifier).await?;
    let queue: ReviewPage =
        bed.call(Method::GET, "/v1/review/applications?box=pending", &session.access_token).await?.read()?;
    let [item] = queue.items.as_slice() else { panic!("{queue:?}") };
    assert_eq!((item.kind, item.possible_duplicate), (ApplicationKind::Transfer, false));
    assert_eq!(
        roles(&bed, &verifier, &lin.practitioner_id).await?.as_slice(),
        std::slice::from_ref(&before),
        "nothing has changed yet"
    );

    let approved = move_.reviewed().approved_by(&bed, &verifier).await?;
    assert_eq!((approved.status, approved.changes.len()), (ApplicationStatus::Active, 5), "{:?}", approved.changes);
    let after = roles(&bed, &verifier, &lin.practitioner_id).await?.remove(0);
    assert_eq!((&after.id, after.matrix_user_id()), (&before.id, before.matrix_user_id()));
    assert_ne!(after.organization_id(), before.organization_id());
    assert_eq!(after.organization.as_ref().unwrap().display.as_deref(), Some("闽江国际医院"));
    assert_eq!(after.department(terminology::DEPARTMENT_SYSTEM), Some("03.03"));
    assert_eq!(after.title(terminology::TITLE_SYSTEM), Some("associate_chief"));
    let numbers: Vec<_> = after.telecom.iter().filter_map(|contact| contact.value.as_deref()).collect();
    assert_eq!(numbers, ["0599-555-0177", "lin@minjiang.example"]);
    assert!(after.verification().unwrap().verified_at > before.verification().unwrap().verified_at);

    let view = move_.view(&bed).await?;
    assert_eq!(view.user_id.as_deref(), Some("@lin.jianing:jiangzhou.example"));
    use ApplicationEventKind::*;
    let events: Vec<_> = view.events.iter().map(|e| e.kind).collect();
    assert_eq!(events, [EmailConfirmed, Submitted, Opened, Approved, Activated]);
    let mails = bed.mail.wait("lin@minjiang.example", 2).await?;
    assert!(mails[1].body.contains("名录信息和认证已更新") && !mails[1].body.contains("password"), "{}", mails[1].body);

    // The new e-mail signs in, and the one of the old hospital does no longer.
    bed.synapse.login("lin@minjiang.example", "correct horse battery").await?;
    assert!(bed.synapse.login("lin.jianing@jzfy.example", "correct horse battery").await.is_err());
    assert_eq!(bed.synapse.user(&lin.account.user_id).await?["displayname"], "林嘉宁");
    let trail = trail(&bed, &verifier).await?;
    let changed = trail.iter().find(|line| line.action == AuditAction::EntryChanged).unwrap();
    assert_eq!((changed.actor.as_str(), changed.reference.as_ref()), ("周敏", Some(&view.reference)));
    let submitted = trail.iter().find(|line| line.action == AuditAction::Submitted).unwrap();
    assert_eq!(submitted.actor, "林嘉宁");

    // A decision is made once, and what is decided stays.
    let path = format!("/v1/review/applications/{}/decision", move_.id);
    let again =
        serde_json::json!({"kind": "approve", "version": approved.version, "confirmed": true, "valid_months": 12});
    is(&send(&bed, Method::POST, &path, &bed.session(&verifier).await?.access_token, &again).await?, 409, "conflict");
    is(&move_.put(&bed, Change::Renewal).await?, 409, "wrong_state");
    is(&move_.call(&bed, Method::DELETE, "").await?, 409, "wrong_state");

    // Somebody who applies under the same number is flagged once, with the entry as it is.
    let copy =
        Applicant::new(ApplicationForm { licence_number: lin_jianing().licence_number, ..consilium_testbed::weiss() });
    copy.apply(&bed).await?.read::<ApplicationView>()?;
    copy.confirm_email(&bed).await?;
    copy.submit(&bed).await?;
    let seen = detail(&bed, &verifier, &copy.id).await?;
    let [duplicate] = seen.duplicates.as_slice() else { panic!("{:?}", seen.duplicates) };
    assert_eq!(duplicate.practitioner_id.as_ref(), Some(&lin.practitioner_id));
    Ok(())
}

async fn a_title_is_asked_for_rejected_corrected_and_given(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let mut followup = Followup::of(&bed, &lin).await?;
    let view: ApplicationView = followup.put(&bed, title("chief", "03.04")).await?.read()?;
    assert!(view.email_confirmed, "the account has this e-mail");
    followup.submit(&bed).await?.read::<ApplicationView>()?;
    let reject = Decision {
        kind: DecisionKind::Reject,
        version: 0,
        reason: Some(ReasonCode::RegisterMismatch),
        note: None,
        confirmed: false,
        valid_months: None,
        organization_id: None,
    };
    followup.reviewed().decided_by(&bed, &verifier, reject).await?;
    let mails = bed.mail.wait("lin.jianing@jzfy.example", 3).await?;
    assert!(mails[2].body.contains("名录信息没有变化"), "{}", mails[2].body);

    let view: ApplicationView = followup.put(&bed, title("associate_chief", "03.04")).await?.read()?;
    assert_eq!(view.status, ApplicationStatus::Rejected);
    followup.submit(&bed).await?.read::<ApplicationView>()?;
    let approved = followup.reviewed().approved_by(&bed, &verifier).await?;
    let [change] = approved.changes.as_slice() else { panic!("{:?}", approved.changes) };
    assert_eq!((change.before.as_str(), change.after.as_str()), ("attending", "associate_chief"));
    let role = roles(&bed, &lin, &lin.practitioner_id).await?.remove(0);
    assert_eq!(role.title(terminology::TITLE_SYSTEM), Some("associate_chief"));
    assert_eq!(role.organization_id(), Some("jzfy"));

    // The next change says what was before it.
    let mut next = Followup::of(&bed, &lin).await?;
    next.put(&bed, title("chief", "03.04")).await?.read::<ApplicationView>()?;
    let own: OwnApplications = bed.call(Method::GET, "/v1/entry/applications", &next.session).await?.read()?;
    let Change::Transfer { title, workplace, .. } = own.current else { panic!("{:?}", own.current) };
    assert_eq!(title, "associate_chief");
    assert_eq!(workplace, Workplace::Listed { organization_id: "jzfy".into(), name: "江州大学附属第一医院".into() });
    assert_eq!(own.licence_ending.as_deref(), Some("3517"));
    let ids: Vec<_> = own.applications.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, [next.id.as_str(), followup.id.as_str()], "the latest first");
    Ok(())
}

async fn a_verification_is_renewed_before_and_after_its_end(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    bed.clock.turn(TimeDelta::days(400));
    let entry = roles(&bed, &lin, &lin.practitioner_id).await?.remove(0);
    let ended = entry.verification().unwrap().valid_until;
    assert!(ended < (Utc::now() + TimeDelta::days(400)).date_naive().to_string(), "it ran out, and she is listed");

    let mut renewal = Followup::of(&bed, &lin).await?;
    renewal.put(&bed, Change::Renewal).await?.read::<ApplicationView>()?;
    renewal.submit(&bed).await?.read::<ApplicationView>()?;
    let approved = renewal.reviewed().approved_by(&bed, &verifier).await?;
    assert!(approved.changes.is_empty(), "{:?}", approved.changes);
    let renewed = roles(&bed, &lin, &lin.practitioner_id).await?.remove(0);
    let until = (Utc::now() + TimeDelta::days(400)).date_naive().checked_add_months(Months::new(12)).unwrap();
    assert_eq!(renewed.verification().unwrap().valid_until, until.to_string());
    assert_eq!((renewed.code, renewed.telecom), (entry.code, entry.telecom));
    Ok(())
}
