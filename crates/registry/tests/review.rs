//! What verifiers see, decide, and leave behind.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::TimeDelta;
use consilium_fhir::Resource;
use consilium_registry::{Appointment, Random, Registry, appoint};
use consilium_registry_api::*;
use consilium_testbed::{Answer, Applicant, Backend, Doctor, Testbed, lin_jianing, on_both_databases, weiss};
use reqwest::Method;
use std::sync::Arc;

on_both_databases! {
    a_licence_in_use_is_accepted_without_a_word_and_flagged_to_the_verifier,
    a_namesake_at_the_hospital_is_flagged_and_an_entry_without_account_is_taken_over,
    a_hospital_entered_by_hand_becomes_one_of_the_directory_if_it_is_one,
    a_decision_is_whole_on_the_current_version_and_not_about_oneself,
    an_approval_is_taken_back_until_there_is_an_account,
    the_queue_has_pages_boxes_and_tells_what_is_overdue,
    the_trail_records_every_look_and_shows_tampering,
    a_verifier_is_appointed_with_what_an_entry_needs,
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}", answer.text);
}

async fn submitted(bed: &Testbed, form: ApplicationForm) -> anyhow::Result<Applicant> {
    let applicant = Applicant::new(form);
    applicant.apply(bed).await?.read::<ApplicationView>()?;
    applicant.confirm_email(bed).await?;
    applicant.submit(bed).await?;
    Ok(applicant)
}

async fn detail(bed: &Testbed, verifier: &Doctor, applicant: &Applicant) -> anyhow::Result<ReviewDetail> {
    let session = bed.session(verifier).await?;
    let path = format!("/v1/review/applications/{}", applicant.id);
    bed.call(Method::GET, &path, &session.access_token).await?.read()
}

async fn decide(
    bed: &Testbed,
    verifier: &Doctor,
    applicant: &Applicant,
    decision: &Decision,
) -> anyhow::Result<Answer> {
    let session = bed.session(verifier).await?;
    let path = format!("/v1/review/applications/{}/decision", applicant.id);
    bed.send(bed.request(Method::POST, &path).bearer_auth(&session.access_token).json(decision)).await
}

fn approval(version: i64) -> Decision {
    let (reason, note) = (None, None);
    Decision {
        kind: DecisionKind::Approve,
        version,
        reason,
        note,
        confirmed: true,
        valid_months: Some(12),
        organization_id: None,
    }
}

async fn queue(bed: &Testbed, verifier: &Doctor, box_: &str) -> anyhow::Result<ReviewPage> {
    let session = bed.session(verifier).await?;
    bed.call(Method::GET, &format!("/v1/review/applications?box={box_}"), &session.access_token).await?.read()
}

async fn a_licence_in_use_is_accepted_without_a_word_and_flagged_to_the_verifier(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;

    // Two who apply: one with Lin's licence number, one with a number of her own. They are answered alike.
    let mut answers = Vec::new();
    let copy = ApplicationForm { licence_number: lin_jianing().licence_number, ..weiss() };
    let own =
        ApplicationForm { work_email: "other@minjiang.example".into(), latin_name: "Karin Weiss".into(), ..weiss() };
    let mut applicants = Vec::new();
    for form in [copy, own] {
        let applicant = Applicant::new(form);
        let status = applicant.apply(&bed).await?.status;
        applicant.confirm_email(&bed).await?;
        let view = applicant.submit(&bed).await?;
        answers.push((status, view.status, view.version, view.events.len(), view.reason, view.note.clone()));
        applicants.push(applicant);
    }
    assert_eq!(answers[0], answers[1]);

    let page = queue(&bed, &verifier, "pending").await?;
    let flags: Vec<_> = page.items.iter().map(|i| (i.latin_name.as_str(), i.possible_duplicate)).collect();
    assert_eq!(flags, [("Hannah Weiss", true), ("Karin Weiss", false)], "oldest first");
    assert_eq!(page.counts, ReviewCounts { pending: 2, waiting: 0 });
    let seen = detail(&bed, &verifier, &applicants[0]).await?;
    assert_eq!(seen.form.licence_number, "990420000083517", "the whole number while it is under review");
    let [duplicate] = seen.duplicates.as_slice() else { panic!("{:?}", seen.duplicates) };
    assert_eq!(duplicate.kinds, [DuplicateKind::Licence]);
    assert_eq!((duplicate.han_name.as_str(), duplicate.licence_ending.as_deref()), ("林嘉宁", Some("3517")));
    assert!(duplicate.practitioner_id.is_some() && duplicate.verified_at.is_some());
    assert!(seen.audit.iter().any(|a| a.action == AuditAction::DuplicateFlagged));
    assert!(detail(&bed, &verifier, &applicants[1]).await?.duplicates.is_empty());
    Ok(())
}

async fn a_namesake_at_the_hospital_is_flagged_and_an_entry_without_account_is_taken_over(
    on: Backend,
) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let file = bed.folder().join("colleagues.ndjson");
    std::fs::write(
        &file,
        concat!(
            r#"{"resourceType":"Organization","id":"jzfy","active":true,"name":"江州大学附属第一医院","_name":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{"url":"lang","valueCode":"en"},{"url":"content","valueString":"First Hospital of Jiangzhou"}]}]},"address":[{"city":"江州"}]}"#,
            "\n",
            r#"{"resourceType":"Practitioner","id":"p1","active":true,"name":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation","valueCode":"IDE"}],"text":"林嘉宁"}]}"#,
            "\n",
            r#"{"resourceType":"PractitionerRole","id":"r1","active":true,"practitioner":{"reference":"Practitioner/p1"},"organization":{"reference":"Organization/jzfy"},"specialty":[{"coding":[{"system":"urn:oid:2.16.156.10011.2.3.2.62","code":"03.04"}]},{"text":"心律失常"}]}"#,
            "\n",
        ),
    )?;
    consilium_registry::import(bed.registry()?, &[file])?;
    let lin = submitted(&bed, lin_jianing()).await?;
    let seen = detail(&bed, &verifier, &lin).await?;
    let [duplicate] = seen.duplicates.as_slice() else { panic!("{:?}", seen.duplicates) };
    assert_eq!(
        (duplicate.kinds.as_slice(), duplicate.practitioner_id.as_deref()),
        ([DuplicateKind::NameAndHospital].as_slice(), Some("p1"))
    );
    let hospital = (duplicate.hospital.as_str(), duplicate.hospital_latin.as_str());
    assert_eq!(hospital, ("江州大学附属第一医院", "First Hospital of Jiangzhou"), "in both languages of the reader");

    let approved: ReviewDetail = decide(&bed, &verifier, &lin, &approval(seen.version)).await?.read()?;
    assert_eq!(approved.form.licence_number, "•••••••••••3517", "only its ending after the decision");
    let doctor = lin.join(&bed, "correct horse battery").await?;
    assert_eq!(doctor.practitioner_id, "p1");
    let session = bed.session(&doctor).await?;
    let role = bed.call(Method::GET, "/fhir/PractitionerRole/r1", &session.access_token).await?;
    assert_eq!(role.headers["etag"], "W/\"2\"");
    let Ok(consilium_fhir::Resource::PractitionerRole(role)) = role.read() else { panic!("not a role") };
    assert_eq!(role.interests().collect::<Vec<_>>(), ["心律失常"], "what was listed is kept");
    assert_eq!(role.matrix_user_id(), Some(doctor.account.user_id));
    Ok(())
}

async fn a_decision_is_whole_on_the_current_version_and_not_about_oneself(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = submitted(&bed, lin_jianing()).await?;
    let seen = detail(&bed, &verifier, &lin).await?;
    assert_eq!(detail(&bed, &verifier, &lin).await?.version, seen.version, "a second look changes nothing");

    let unconfirmed = Decision { confirmed: false, ..approval(seen.version) };
    let endless = Decision { valid_months: Some(25), ..approval(seen.version) };
    let undated = Decision { valid_months: None, ..approval(seen.version) };
    let unfounded = Decision { kind: DecisionKind::Reject, ..approval(seen.version) };
    let wordy = Decision { note: Some("字".repeat(1_001)), ..approval(seen.version) };
    for incomplete in [unconfirmed, endless, undated, unfounded, wordy] {
        is(&decide(&bed, &verifier, &lin, &incomplete).await?, 400, "invalid_body");
    }

    // The applicant changes the form while the verifier reads.
    let changed = Applicant { form: ApplicationForm { title: "chief".into(), ..lin_jianing() }, ..lin.clone() };
    changed.apply(&bed).await?.read::<ApplicationView>()?;
    is(&decide(&bed, &verifier, &lin, &approval(seen.version)).await?, 409, "conflict");
    assert_eq!(lin.view(&bed).await?.status, ApplicationStatus::Submitted);
    let seen = detail(&bed, &verifier, &lin).await?;
    assert_eq!(seen.form.title, "chief");
    let reject = Decision { kind: DecisionKind::Reject, reason: Some(ReasonCode::Other), ..approval(seen.version) };
    decide(&bed, &verifier, &lin, &reject).await?.read::<ReviewDetail>()?;
    is(&decide(&bed, &verifier, &lin, &approval(seen.version)).await?, 409, "conflict");
    is(&decide(&bed, &verifier, &lin, &approval(seen.version + 1)).await?, 409, "conflict");

    let own_mail = ApplicationForm { work_email: "zhou.min@jzfy.example".into(), ..weiss() };
    let own_name = ApplicationForm { han_name: "周敏".into(), latin_name: "Zhou Min".into(), ..lin_jianing() };
    for form in [own_mail, own_name] {
        let own = submitted(&bed, form).await?;
        let version = detail(&bed, &verifier, &own).await?.version;
        is(&decide(&bed, &verifier, &own, &approval(version)).await?, 409, "conflict");
        assert_eq!(own.view(&bed).await?.status, ApplicationStatus::Submitted);
    }

    // Drafts and what was taken back are nobody's business.
    let draft = Applicant::new(ApplicationForm { work_email: "draft@jzfy.example".into(), ..weiss() });
    draft.apply(&bed).await?.read::<ApplicationView>()?;
    is(&decide(&bed, &verifier, &draft, &approval(1)).await?, 404, "not_found");
    changed.call(&bed, Method::DELETE, "").await?.read::<ApplicationView>()?;
    is(&decide(&bed, &verifier, &lin, &approval(9)).await?, 404, "not_found");
    Ok(())
}

async fn an_approval_is_taken_back_until_there_is_an_account(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = submitted(&bed, lin_jianing()).await?;
    lin.approved_by(&bed, &verifier).await?;
    let token = lin.registration_token(&bed).await?;
    let approved = detail(&bed, &verifier, &lin).await?;
    is(&decide(&bed, &verifier, &lin, &approval(approved.version)).await?, 409, "conflict");

    let back = |version| Decision {
        kind: DecisionKind::RequestMore,
        reason: Some(ReasonCode::EvidenceUnclear),
        confirmed: false,
        valid_months: None,
        ..approval(version)
    };
    is(&decide(&bed, &verifier, &lin, &back(approved.version - 1)).await?, 409, "conflict");
    let after: ReviewDetail = decide(&bed, &verifier, &lin, &back(approved.version)).await?.read()?;
    assert_eq!(after.status, ApplicationStatus::MoreRequested);
    assert_eq!(lin.view(&bed).await?.reason, Some(ReasonCode::EvidenceUnclear));
    is(&lin.call(&bed, Method::POST, "/registration-token").await?, 409, "wrong_state");
    let made = bed.synapse.register(&token.localpart, "correct horse battery", &token.token).await;
    assert!(made.is_err(), "the leave to make an account was taken back as well");

    lin.submit(&bed).await?;
    lin.approved_by(&bed, &verifier).await?;
    let bound = lin.join(&bed, "correct horse battery").await?;
    let active = detail(&bed, &verifier, &lin).await?;
    assert_eq!(active.status, ApplicationStatus::Active);
    is(&decide(&bed, &verifier, &lin, &back(active.version)).await?, 409, "conflict");
    bed.session(&bound).await?;
    Ok(())
}

async fn the_queue_has_pages_boxes_and_tells_what_is_overdue(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    for n in 0..52 {
        submitted(&bed, ApplicationForm { work_email: format!("doctor{n}@jzfy.example"), ..weiss() }).await?;
        bed.clock.turn(TimeDelta::minutes(1));
    }
    let session = bed.session(&verifier).await?;
    let first: ReviewPage =
        bed.call(Method::GET, "/v1/review/applications?box=pending", &session.access_token).await?.read()?;
    assert_eq!((first.items.len(), first.counts.pending), (50, 52));
    assert!(first.items.is_sorted_by_key(|i| i.submitted_at.clone()) && !first.items[0].overdue);
    let path = format!("/v1/review/applications?box=pending&cursor={}", first.next.unwrap());
    let second: ReviewPage = bed.call(Method::GET, &path, &session.access_token).await?.read()?;
    assert_eq!((second.items.len(), second.next), (2, None));
    assert!(second.items.iter().all(|i| first.items.iter().all(|f| f.id != i.id)));
    is(&bed.call(Method::GET, "/v1/review/applications?box=all", &session.access_token).await?, 400, "invalid_body");
    let bad = "/v1/review/applications?box=done&cursor=%F0";
    is(&bed.call(Method::GET, bad, &session.access_token).await?, 400, "invalid_body");
    bed.clock.turn(TimeDelta::days(5));
    assert!(queue(&bed, &verifier, "pending").await?.items[0].overdue);
    assert!(queue(&bed, &verifier, "waiting").await?.items.is_empty());
    assert!(queue(&bed, &verifier, "done").await?.items.is_empty());
    Ok(())
}

async fn the_trail_records_every_look_and_shows_tampering(on: Backend) -> anyhow::Result<()> {
    let mut bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = submitted(&bed, lin_jianing()).await?;
    detail(&bed, &verifier, &lin).await?;
    detail(&bed, &verifier, &lin).await?;
    lin.approved_by(&bed, &verifier).await?;
    lin.join(&bed, "correct horse battery").await?;
    let session = bed.session(&verifier).await?;
    let trail: AuditPage = bed.call(Method::GET, "/v1/review/audit", &session.access_token).await?.read()?;
    use AuditAction::*;
    let actions: Vec<_> = trail.entries.iter().rev().map(|e| e.action).collect();
    assert_eq!(
        actions,
        [VerifierAppointed, EmailConfirmed, Submitted, Opened, Opened, Opened, Approved, TokenIssued, Bound]
    );
    assert_eq!(trail.next, None);
    for entry in &trail.entries {
        let named = (entry.actor.as_str(), entry.actor_latin.as_str());
        let by_a_verifier = matches!(entry.action, Opened | Approved);
        assert_eq!(named, if by_a_verifier { ("周敏", "Zhou Min") } else { ("", "") }, "{:?}", entry.action);
    }
    let seen: ReviewDetail = detail(&bed, &verifier, &lin).await?;
    assert_eq!(seen.audit[0].actor_latin, "Zhou Min", "beside an application too");
    let earlier: AuditPage = bed.call(Method::GET, "/v1/review/audit?cursor=3", &session.access_token).await?.read()?;
    assert_eq!(earlier.entries.iter().map(|e| e.seq).collect::<Vec<_>>(), [2, 1]);

    let of_lin: AuditPage = bed
        .call(Method::GET, &format!("/v1/review/audit?application={}", lin.id), &session.access_token)
        .await?
        .read()?;
    assert_eq!(of_lin.entries, seen.audit, "one application's own lines");

    bed.stop_registry().await;
    assert!(bed.tamper("UPDATE audit SET actor = '' WHERE seq = 5").is_err(), "append-only");
    assert!(bed.tamper("DELETE FROM audit WHERE seq = 9").is_err(), "append-only");
    bed.start_registry().await?;
    bed.stop_registry().await;
    let trigger = match on {
        Backend::Sqlite => "DROP TRIGGER audit_never_changes",
        Backend::Postgres => "DROP TRIGGER audit_never_changes ON audit",
    };
    bed.tamper(&format!("{trigger}; UPDATE audit SET actor = '' WHERE seq = 5"))?;
    let refused = bed.start_registry().await.unwrap_err().to_string();
    assert!(refused.contains("from line 5 on"), "{refused}");
    Ok(())
}

async fn a_hospital_entered_by_hand_becomes_one_of_the_directory_if_it_is_one(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let known = detail(&bed, &verifier, &submitted(&bed, lin_jianing()).await?).await?.similar_hospitals;
    assert_eq!(known.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["江州大学附属第一医院"]);
    let workplace = Workplace::Unlisted { name: "江州大学 附属第一医院".into(), city: "江州市".into() };
    let applicant = submitted(&bed, ApplicationForm { workplace, ..weiss() }).await?;
    let seen = detail(&bed, &verifier, &applicant).await?;
    assert_eq!(seen.similar_hospitals, known);

    let unknown = Decision { organization_id: Some("nowhere".into()), ..approval(seen.version) };
    is(&decide(&bed, &verifier, &applicant, &unknown).await?, 400, "invalid_body");
    let chosen = Decision { organization_id: Some(known[0].id.clone()), ..approval(seen.version) };
    let decided: ReviewDetail = decide(&bed, &verifier, &applicant, &chosen).await?.read()?;
    assert_eq!((decided.hospital.as_str(), decided.similar_hospitals.len()), ("江州大学附属第一医院", 0));
    let session = bed.session(&verifier).await?;
    let path = "/fhir/Organization?name:contains=江州大学";
    let Resource::Bundle(found) = bed.call(Method::GET, path, &session.access_token).await?.read()? else {
        panic!("not a bundle")
    };
    assert_eq!(found.total, Some(1), "there is still one of that name");
    Ok(())
}

async fn a_verifier_is_appointed_with_what_an_entry_needs(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    bed.verifier().await?;
    let registry = Arc::new(Registry::open_with(&bed.settings, Arc::new(bed.clock.clone()), Random::system())?);
    let form = ApplicationForm {
        licence_number: String::new(),
        workplace: Workplace::Unlisted { name: "江州大学附属第一医院".into(), city: "江州".into() },
        ..lin_jianing()
    };
    let appointment = Appointment { form, organization_id: None, password: "x".repeat(12).into() };
    let wrong = Appointment {
        form: ApplicationForm { title: "boss".into(), ..appointment.form.clone() },
        ..appointment.clone()
    };
    let refused = appoint(&registry, wrong).await.unwrap_err();
    assert_eq!(refused.problems(), [FormProblem { field: Field::Title, problem: FieldProblem::Unknown }]);
    assert!(bed.synapse.user("@lin.jianing:jiangzhou.example").await.is_err(), "no account was made");
    let second = appoint(&registry, appointment).await?;
    let account = bed.synapse.login(&second.user_id, &"x".repeat(12)).await?;
    let session: Session = bed.open_session(&bed.synapse.openid_token(&account).await?).await?.read()?;
    assert_eq!(session.roles, [Role::Physician, Role::Verifier]);
    bed.registry()?.sweep().await?;
    assert!(!bed.synapse.is_locked(&second.user_id).await?);
    Ok(())
}
