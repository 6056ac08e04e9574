//! A doctor from application to directory, over a real homeserver.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use consilium_fhir::{Bundle, Resource};
use consilium_registry_api::*;
use consilium_testbed::{Applicant, Backend, Testbed, lin_jianing, on_both_databases, weiss};
use reqwest::{Method, StatusCode};
use std::time::Duration;

on_both_databases! {
    lin_applies_is_verified_joins_and_is_listed,
    weiss_is_asked_for_more_rejected_corrects_and_joins,
}

async fn lin_applies_is_verified_joins_and_is_listed(on: Backend) -> anyhow::Result<()> {
    let mut bed = Testbed::start_on(on).await?;
    let info: ServerInfo = bed.call(Method::GET, "/.well-known/matrix/client", "").await?.read()?;
    assert_eq!(info.registry.base_url, bed.registry_url());
    assert_eq!(format!("{}/", info.homeserver.base_url), bed.synapse.base_url.as_str());
    assert_eq!(bed.call(Method::GET, "/healthz", "").await?.status, StatusCode::OK);

    let verifier = bed.verifier().await?;
    assert_eq!(verifier.account.user_id, "@zhou.min:jiangzhou.example");
    let lin = Applicant::new(ApplicationForm {
        workplace: Workplace::Listed { organization_id: "jzfy".into(), name: "附一院".into() },
        ..lin_jianing()
    });

    // The first answer is lost, so the client calls again: one application, one mail.
    let answer = lin.apply(&bed).await?;
    assert_eq!(answer.status, StatusCode::CREATED);
    let view: ApplicationView = answer.read()?;
    assert_eq!((view.status, view.version, view.email_confirmed), (ApplicationStatus::Draft, 1, false));
    assert_eq!(view.form.licence_number, "990420000083517");
    let named = Workplace::Listed { organization_id: "jzfy".into(), name: "江州大学附属第一医院".into() };
    assert_eq!(view.form.workplace, named, "the hospital's own name counts");
    let again = lin.apply(&bed).await?;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.read::<ApplicationView>()?.version, 1);
    assert_eq!(bed.mail.to("lin.jianing@jzfy.example").len(), 1);
    let mail = &bed.mail.to("lin.jianing@jzfy.example")[0];
    let code = mail.code().unwrap();
    assert!(mail.body.contains(&format!("您的邮箱验证码是：{code}")), "{}", mail.body);
    assert!(mail.body.contains(&format!("Your confirmation code is: {code}")), "{}", mail.body);

    let refused = lin.call(&bed, Method::POST, "/submission").await?;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::CONFLICT, "email_unconfirmed"));
    assert!(lin.confirm_email(&bed).await?.email_confirmed);
    let submitted = lin.submit(&bed).await?;
    assert_eq!(submitted.status, ApplicationStatus::Submitted);
    assert_eq!(lin.submit(&bed).await?.version, submitted.version, "submitting twice is submitting once");

    // The registry restarts; the applicant's window waits for news meanwhile.
    bed.stop_registry().await;
    bed.start_registry().await?;
    let path = lin.path(&format!("?after={}&wait=20", submitted.version));
    let waiting = tokio::spawn(bed.request(Method::GET, &path).bearer_auth(&lin.secret).send());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    let detail = lin.approved_by(&bed, &verifier).await?;
    assert_eq!(detail.status, ApplicationStatus::Approved);
    let news: ApplicationView = waiting.await??.json().await?;
    assert!(news.version > submitted.version);

    let doctor = lin.join(&bed, "correct horse battery").await?;
    assert_eq!(doctor.account.user_id, "@lin.jianing:jiangzhou.example");
    let view = lin.view(&bed).await?;
    assert_eq!(view.status, ApplicationStatus::Active);
    assert_eq!(view.user_id.as_deref(), Some("@lin.jianing:jiangzhou.example"));
    use ApplicationEventKind::*;
    let events: Vec<_> = view.events.iter().map(|e| e.kind).collect();
    assert_eq!(events, [EmailConfirmed, Submitted, Opened, Approved, Activated]);

    // The homeserver shows the real name, and the work e-mail signs in.
    let user = bed.synapse.user(&doctor.account.user_id).await?;
    assert_eq!(user["displayname"], "林嘉宁");
    assert_eq!(user["threepids"][0]["address"], "lin.jianing@jzfy.example");
    bed.synapse.login("lin.jianing@jzfy.example", "correct horse battery").await?;

    // Binding again is the same binding.
    let binding: Binding = lin.bind(&bed, &doctor.account).await?.read()?;
    assert_eq!(binding.practitioner_id, doctor.practitioner_id);

    let session = bed.session(&doctor).await?;
    assert_eq!((session.roles, session.expires_in), (vec![Role::Physician], 900));
    let path = format!("/fhir/Practitioner/{}", doctor.practitioner_id);
    let answer = bed.call(Method::GET, &path, &session.access_token).await?;
    assert_eq!(answer.headers["etag"], "W/\"1\"");
    assert_eq!(answer.headers["content-type"], "application/fhir+json");
    let Resource::Practitioner(practitioner) = answer.read()? else { panic!("not a practitioner") };
    assert_eq!(practitioner.han_name().unwrap().family.as_deref(), Some("林"));
    assert_eq!(practitioner.latin_name().unwrap().given, ["Jianing"]);
    assert_eq!(practitioner.title(terminology::TITLE_SYSTEM), Some("attending"));

    let answer = bed.call(Method::GET, "/fhir/_history", &session.access_token).await?;
    assert!(!answer.text.contains("990420000083517"), "no licence number in the feed");
    let Resource::Bundle(feed) = answer.read()? else { panic!("not a bundle") };
    let role = roles(&feed).find(|r| r.practitioner_id() == Some(&doctor.practitioner_id)).unwrap();
    assert_eq!(role.matrix_user_id().as_deref(), Some("@lin.jianing:jiangzhou.example"));
    assert_eq!(role.organization_id(), Some("jzfy"));
    assert_eq!(role.department(terminology::DEPARTMENT_SYSTEM), Some("03.04"));
    let verification = role.verification().unwrap();
    assert_eq!(verification.verifier, "周敏");
    assert_eq!(verification.organization, "江州大学附属第一医院");
    assert_eq!(verification.licence_ending, "3517");
    assert!(verification.valid_until > verification.verified_at);

    let ended = bed.call(Method::DELETE, "/v1/session", &session.access_token).await?;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let after = bed.call(Method::GET, &path, &session.access_token).await?;
    assert_eq!((after.status, after.code().as_str()), (StatusCode::UNAUTHORIZED, "login"));
    Ok(())
}

fn roles(bundle: &Bundle) -> impl Iterator<Item = &consilium_fhir::PractitionerRole> {
    bundle.entry.iter().filter_map(|e| match &e.resource {
        Some(Resource::PractitionerRole(role)) => Some(&**role),
        _ => None,
    })
}

async fn weiss_is_asked_for_more_rejected_corrects_and_joins(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let mut applicant = Applicant::new(weiss());
    applicant.apply(&bed).await?.read::<ApplicationView>()?;
    applicant.confirm_email(&bed).await?;
    applicant.submit(&bed).await?;

    let more = Decision {
        kind: DecisionKind::RequestMore,
        version: 0,
        reason: Some(ReasonCode::EvidenceMissing),
        note: Some(" Please attach your licence. ".into()),
        confirmed: false,
        valid_months: None,
        organization_id: None,
    };
    applicant.decided_by(&bed, &verifier, more.clone()).await?;
    let view = applicant.view(&bed).await?;
    assert_eq!(view.status, ApplicationStatus::MoreRequested);
    assert_eq!(view.reason, Some(ReasonCode::EvidenceMissing));
    assert_eq!(view.note.as_deref(), Some("Please attach your licence."));
    let mails = bed.mail.wait("weiss@minjiang.example", 2).await?;
    assert!(mails[1].body.contains("补充材料") && mails[1].body.contains("asks for more"), "{}", mails[1].body);

    // An e-mail that changes has to be confirmed anew.
    applicant.form.work_email = "h.weiss@minjiang.example".into();
    let view: ApplicationView = applicant.apply(&bed).await?.read()?;
    assert!(!view.email_confirmed);
    applicant.confirm_email(&bed).await?;
    applicant.submit(&bed).await?;
    let reject =
        Decision { kind: DecisionKind::Reject, reason: Some(ReasonCode::RegisterMismatch), note: None, ..more };
    let rejected = applicant.decided_by(&bed, &verifier, reject).await?;
    assert_eq!((rejected.reason, rejected.note), (Some(ReasonCode::RegisterMismatch), None));
    assert_eq!(applicant.view(&bed).await?.reason, Some(ReasonCode::RegisterMismatch));

    applicant.form.licence_number = "990420000091865".into();
    applicant.apply(&bed).await?.read::<ApplicationView>()?;
    let view = applicant.submit(&bed).await?;
    assert_eq!((view.status, view.reason), (ApplicationStatus::Submitted, None));
    let session = bed.session(&verifier).await?;
    let path = format!("/v1/review/applications/{}", applicant.id);
    let seen: ReviewDetail = bed.call(Method::GET, &path, &session.access_token).await?.read()?;
    assert_eq!(seen.reason, Some(ReasonCode::RegisterMismatch), "who looks at it again is told why it came back");
    let approved = applicant.approved_by(&bed, &verifier).await?;
    assert_eq!((approved.reason, approved.practitioner_id), (None, None));
    let doctor = applicant.join(&bed, "a password of her own").await?;
    assert_eq!(doctor.account.user_id, "@hannah.weiss:jiangzhou.example");

    // The hospital she entered is now one that others find.
    let found: Resource =
        bed.send(bed.request(Method::GET, "/fhir/Organization?name:contains=minjiang")).await?.read()?;
    let Resource::Bundle(found) = found else { panic!("not a bundle") };
    assert_eq!(found.total, Some(1));
    let Some(Resource::Organization(hospital)) = &found.entry[0].resource else { panic!("not an organisation") };
    assert_eq!((hospital.name.as_deref(), hospital.city()), (Some("闽江国际医院"), Some("闽江")));
    Ok(())
}
