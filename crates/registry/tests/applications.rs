//! What goes wrong, and what must not be learnt, while somebody applies.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::TimeDelta;
use consilium_registry_api::*;
use consilium_testbed::{Answer, Applicant, Backend, Testbed, lin_jianing, on_both_databases, weiss};
use futures::{StreamExt, stream};
use reqwest::{Body, Method, StatusCode};
use std::time::Duration;
use tokio::time::timeout;

on_both_databases! {
    what_is_not_well_formed_is_refused_and_nothing_is_stored,
    a_huge_upload_is_refused_before_it_is_taken_in,
    nobody_reads_or_changes_the_application_of_another,
    one_application_cannot_have_many_strangers_mailed,
    a_code_is_tried_five_times_lasts_fifteen_minutes_and_comes_once_a_minute,
    without_a_mail_server_nothing_is_lost,
    open_calls_are_limited_for_each_address,
    evidence_is_encrypted_seen_by_verifiers_recorded_and_destroyed,
    what_is_withdrawn_is_destroyed_at_once,
}

/// The header of a PNG of 512 × 256 with bytes after it.
fn png(length: usize) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0\0\0\x01\0\x08\x02\0\0\0".to_vec();
    png.resize(length.max(png.len()), 0x5a);
    png
}

fn uuid(n: u32) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert!(problem["title"].as_str().is_some_and(|t| !t.is_empty()) && problem["type"].is_string());
}

async fn what_is_not_well_formed_is_refused_and_nothing_is_stored(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;

    let empty = Applicant::new(ApplicationForm::default());
    let refused = empty.apply(&bed).await?;
    is(&refused, 422, "invalid_form");
    let problems: Vec<FormProblem> = serde_json::from_value(refused.json()["problems"].clone())?;
    assert_eq!(problems.len(), 8, "all but the Han name: {problems:?}");
    assert!(problems.iter().all(|p| p.problem == FieldProblem::Missing));
    is(&empty.call(&bed, Method::GET, "").await?, 404, "not_found");

    let long = Applicant::new(ApplicationForm {
        latin_name: "A".repeat(61),
        work_phone: "5".repeat(41),
        work_email: format!("{}@jzfy.example", "e".repeat(254)),
        workplace: Workplace::Unlisted { name: "院".repeat(121), city: "江".repeat(61) },
        ..lin_jianing()
    });
    let refused = long.apply(&bed).await?;
    is(&refused, 422, "invalid_form");
    let problems: Vec<FormProblem> = serde_json::from_value(refused.json()["problems"].clone())?;
    assert_eq!(problems.iter().filter(|p| p.problem == FieldProblem::TooLong).count(), 5, "{problems:?}");
    assert!(!refused.text.contains("AAAA") && !refused.text.contains("eeee"), "what was sent does not come back");

    let nowhere = Applicant::new(ApplicationForm {
        workplace: Workplace::Listed { organization_id: "no-such".into(), name: "?".into() },
        ..lin_jianing()
    });
    let refused = nowhere.apply(&bed).await?;
    is(&refused, 422, "invalid_form");
    assert_eq!(refused.json()["problems"][0], serde_json::json!({"field": "hospital", "problem": "unknown"}));

    let lin = Applicant::new(lin_jianing());
    let put = |media_type: &str, body: Body| {
        let request = bed.request(Method::PUT, &lin.path("")).bearer_auth(&lin.secret);
        bed.send(request.header("content-type", media_type).body(body))
    };
    is(&put("application/json", r#"{"latin_name": "Lin"#.into()).await?, 400, "invalid_body");
    is(&put("application/json", "[1, 2]".into()).await?, 400, "invalid_body");
    is(&put("application/json", r#"{"licence_number": 990420000083517}"#.into()).await?, 400, "invalid_body");
    is(&put("application/json", vec![0xff, 0xfe].into()).await?, 400, "invalid_body");
    is(&put("application/json", r#"{"latin_name": "Lin\u0000Jianing"}"#.into()).await?, 400, "invalid_body");
    is(&bed.call(Method::GET, "/v1/applications/%00", &lin.secret).await?, 404, "not_found");
    is(&put("text/plain", "{}".into()).await?, 415, "unsupported_media");
    let refused = put("application/json", " ".repeat(70_000).into()).await?;
    is(&refused, 413, "too_large");
    assert_eq!(refused.headers["connection"], "close", "what is left of the body ends the connection");
    is(&lin.call(&bed, Method::GET, "").await?, 404, "not_found");

    let no_uuid = bed.request(Method::PUT, "/v1/applications/1").bearer_auth(&lin.secret).json(&lin.form);
    is(&bed.send(no_uuid).await?, 400, "invalid_body");
    for secret in ["", "short", &"x".repeat(43).replace('x', "!")] {
        let request = bed.request(Method::PUT, &lin.path("")).bearer_auth(secret).json(&lin.form);
        is(&bed.send(request).await?, 401, "unauthorized");
    }
    is(&bed.send(bed.request(Method::PUT, &lin.path("")).json(&lin.form)).await?, 401, "unauthorized");

    is(&bed.call(Method::GET, "/nothing/here", "").await?, 404, "not_found");
    is(&bed.call(Method::DELETE, "/healthz", "").await?, 405, "not_found");
    let outside = bed.call(Method::GET, "/fhir/nothing/here/either", "").await?;
    assert_eq!((outside.status.as_u16(), outside.code().as_str()), (404, "not-found"));
    assert_eq!(outside.headers["content-type"], "application/fhir+json");
    assert_eq!(outside.json()["resourceType"], "OperationOutcome");
    let method = bed.call(Method::POST, "/fhir/metadata", "").await?;
    assert_eq!((method.status.as_u16(), method.json()["resourceType"].as_str()), (405, Some("OperationOutcome")));
    let query = bed.call(Method::GET, "/fhir/Organization?name:contains=a&_count=many", "").await?;
    assert_eq!((query.status.as_u16(), query.code().as_str()), (400, "invalid"));
    let query = bed.call(Method::GET, "/fhir/Organization?name:contains=%00", "").await?;
    assert_eq!((query.status.as_u16(), query.code().as_str()), (400, "invalid"));
    assert_eq!(bed.mail.to("lin.jianing@jzfy.example").len(), 0);
    Ok(())
}

async fn a_huge_upload_is_refused_before_it_is_taken_in(on: Backend) -> anyhow::Result<()> {
    const HUGE: usize = 200 * 1024 * 1024;
    const LIMIT: usize = 10 * 1024 * 1024;
    const PATIENCE: Duration = Duration::from_secs(30);
    let bed = Testbed::start_on(on).await?;
    let lin = Applicant::new(lin_jianing());
    lin.apply(&bed).await?.read::<ApplicationView>()?;

    // The body stops after so many bytes and never ends: only who does not wait for more can answer.
    let endless = |bytes: usize| {
        let chunks = (0..bytes.div_ceil(65_536)).map(|n| if n == 0 { png(65_536) } else { vec![0x5a; 65_536] });
        Body::wrap_stream(stream::iter(chunks.map(Ok::<_, std::io::Error>)).chain(stream::pending()))
    };
    let evidence = lin.path(&format!("/evidence/{}?kind=licence", uuid(1)));
    let request = |path: &str, media: &str| {
        bed.request(Method::PUT, path).bearer_auth(&lin.secret).header("content-type", media.to_owned())
    };
    for (path, media) in [(evidence.as_str(), "image/png"), (lin.path("").as_str(), "application/json")] {
        let announced = request(path, media).header("content-length", HUGE).body(endless(0));
        is(&timeout(PATIENCE, bed.send(announced)).await??, 413, "too_large");
    }
    let unannounced = request(&evidence, "image/png").body(endless(LIMIT + 1));
    is(&timeout(PATIENCE, bed.send(unannounced)).await??, 413, "too_large");

    assert_eq!(std::fs::read_dir(bed.folder().join("evidence"))?.count(), 0);
    assert!(lin.view(&bed).await?.evidence.is_empty());
    Ok(())
}

async fn nobody_reads_or_changes_the_application_of_another(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let lin = Applicant::new(lin_jianing());
    let weiss = Applicant::new(weiss());
    lin.apply(&bed).await?.read::<ApplicationView>()?;
    weiss.apply(&bed).await?.read::<ApplicationView>()?;
    let before = lin.view(&bed).await?;

    let curious = Applicant { secret: weiss.secret.clone(), ..lin.clone() };
    let unknown = Applicant { id: uuid(9), ..weiss.clone() };
    let asked = curious.call(&bed, Method::GET, "").await?;
    is(&asked, 404, "not_found");
    assert_eq!(asked.text, unknown.call(&bed, Method::GET, "").await?.text, "as if it did not exist");
    is(&curious.apply(&bed).await?, 404, "not_found");
    is(&curious.send_code(&bed, "000000").await?, 404, "not_found");
    for (method, rest) in [
        (Method::DELETE, ""),
        (Method::POST, "/email-code"),
        (Method::POST, "/submission"),
        (Method::POST, "/registration-token"),
    ] {
        is(&curious.call(&bed, method, rest).await?, 404, "not_found");
    }
    is(&curious.put_evidence(&bed, &uuid(1), "image/png", png(100)).await?, 404, "not_found");
    assert_eq!(lin.view(&bed).await?, before);
    Ok(())
}

async fn one_application_cannot_have_many_strangers_mailed(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let mut lin = Applicant::new(lin_jianing());
    let mut answers = Vec::new();
    for n in 0..12 {
        lin.form.work_email = format!("stranger.{n}@jzfy.example");
        answers.push(lin.apply(&bed).await?);
    }
    assert!(answers[..10].iter().all(|answer| answer.status.is_success()), "a typing error is not punished");
    for (n, refused) in (10..12).zip(&answers[10..]) {
        is(refused, 429, "rate_limited");
        assert!(refused.headers["retry-after"].to_str()?.parse::<u64>()? <= 601);
        assert_eq!(bed.mail.to(&format!("stranger.{n}@jzfy.example")).len(), 0);
    }
    // What was entered is kept, and the code comes once the application has rested.
    assert_eq!(lin.view(&bed).await?.form.work_email, "stranger.11@jzfy.example");
    bed.clock.turn(TimeDelta::seconds(601));
    assert_eq!(lin.call(&bed, Method::POST, "/email-code").await?.status, StatusCode::NO_CONTENT);
    lin.confirm_email(&bed).await?;

    // Nor can one caller with several applications.
    bed.clock.turn(TimeDelta::minutes(40));
    let mut answers = Vec::new();
    for n in 0..4 {
        let mut applicant = Applicant::new(lin_jianing());
        for change in 0..10 {
            applicant.form.work_email = format!("other.{n}.{change}@jzfy.example");
            answers.push(applicant.apply(&bed).await?.status);
        }
    }
    let (mailed, refused) = answers.split_at(30);
    assert!(mailed.iter().all(StatusCode::is_success), "{answers:?}");
    assert!(refused.iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    Ok(())
}

async fn a_code_is_tried_five_times_lasts_fifteen_minutes_and_comes_once_a_minute(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let lin = Applicant::new(lin_jianing());
    lin.apply(&bed).await?.read::<ApplicationView>()?;
    let address = &lin.form.work_email;
    let code = bed.mail.code_to(address).unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        is(&lin.send_code(&bed, wrong).await?, 422, "wrong_code");
    }
    is(&lin.send_code(&bed, &code).await?, 429, "too_many_tries");

    let soon = lin.call(&bed, Method::POST, "/email-code").await?;
    is(&soon, 429, "rate_limited");
    assert!((1..=61).contains(&soon.headers["retry-after"].to_str()?.parse::<u64>()?));
    bed.clock.turn(TimeDelta::seconds(61));
    assert_eq!(lin.call(&bed, Method::POST, "/email-code").await?.status, StatusCode::NO_CONTENT);
    bed.clock.turn(TimeDelta::minutes(15));
    let late = bed.mail.code_to(address).unwrap();
    is(&lin.send_code(&bed, &late).await?, 410, "code_expired");

    assert_eq!(lin.call(&bed, Method::POST, "/email-code").await?.status, StatusCode::NO_CONTENT);
    let fresh = bed.mail.code_to(address).unwrap();
    // Nobody fills the mailbox of another: beyond five codes the address rests, whatever application asks.
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(Applicant::new(lin_jianing()).apply(&bed).await?.status);
    }
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    assert!(lin.send_code(&bed, &format!(" {fresh} ")).await?.read::<ApplicationView>()?.email_confirmed);
    is(&lin.call(&bed, Method::POST, "/email-code").await?, 409, "wrong_state");
    Ok(())
}

async fn without_a_mail_server_nothing_is_lost(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    bed.mail.set_down(true);
    let lin = Applicant::new(lin_jianing());
    is(&lin.apply(&bed).await?, 503, "mail_unavailable");
    assert_eq!(lin.view(&bed).await?.form.latin_name, "Lin Jianing", "the application is stored");
    is(&lin.call(&bed, Method::POST, "/email-code").await?, 503, "mail_unavailable");
    bed.mail.set_down(false);
    assert_eq!(lin.call(&bed, Method::POST, "/email-code").await?.status, StatusCode::NO_CONTENT, "at once");
    assert!(lin.confirm_email(&bed).await?.email_confirmed);
    Ok(())
}

async fn open_calls_are_limited_for_each_address(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let create = |address: &'static str, n: u32| {
        let form = ApplicationForm { work_email: format!("doctor{n}@jzfy.example"), ..lin_jianing() };
        let applicant = Applicant::new(form);
        let request = bed.request(Method::PUT, &applicant.path("")).bearer_auth(&applicant.secret);
        bed.send(request.header("x-forwarded-for", address).json(&applicant.form))
    };
    for n in 0..20 {
        assert_eq!(create("192.0.2.7", n).await?.status, StatusCode::CREATED);
    }
    let refused = create("192.0.2.7", 20).await?;
    is(&refused, 429, "rate_limited");
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(create("192.0.2.8", 21).await?.status, StatusCode::CREATED);
    bed.clock.turn(TimeDelta::seconds(61));
    assert_eq!(create("192.0.2.7", 22).await?.status, StatusCode::CREATED);

    let mut statuses = Vec::new();
    for _ in 0..90 {
        statuses.push(bed.call(Method::GET, "/fhir/Organization?name:contains=jz", "").await?);
    }
    let limited = statuses.iter().find(|a| a.status == StatusCode::TOO_MANY_REQUESTS).expect("limited");
    assert_eq!(limited.code(), "throttled");
    Ok(())
}

async fn evidence_is_encrypted_seen_by_verifiers_recorded_and_destroyed(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = Applicant::new(lin_jianing());
    lin.apply(&bed).await?.read::<ApplicationView>()?;
    let image = png(5_000);

    is(&lin.put_evidence(&bed, &uuid(1), "image/jpeg", image.clone()).await?, 415, "unsupported_media");
    is(&lin.put_evidence(&bed, &uuid(1), "image/png", "<svg/>").await?, 415, "unsupported_media");
    is(&lin.put_evidence(&bed, &uuid(1), "image/svg+xml", "<svg/>").await?, 415, "unsupported_media");
    is(&lin.put_evidence(&bed, &uuid(1), "image/png", png(10 * 1024 * 1024 + 1)).await?, 413, "too_large");
    let kept: ApplicationView = lin.put_evidence(&bed, &uuid(1), "image/png", image.clone()).await?.read()?;
    assert_eq!((kept.evidence.len(), kept.evidence[0].size, kept.evidence[0].available), (1, 5_000, true));
    let again: ApplicationView = lin.put_evidence(&bed, &uuid(1), "image/png", image.clone()).await?.read()?;
    assert_eq!(again, kept, "the same image again is the same image");
    is(&lin.put_evidence(&bed, &uuid(1), "image/png", png(4_000)).await?, 409, "conflict");
    for n in 2..=6 {
        lin.put_evidence(&bed, &uuid(n), "image/png", png(100 + n as usize)).await?.read::<ApplicationView>()?;
    }
    is(&lin.put_evidence(&bed, &uuid(7), "image/png", image.clone()).await?, 413, "too_large");
    let fewer: ApplicationView = lin.call(&bed, Method::DELETE, &format!("/evidence/{}", uuid(6))).await?.read()?;
    assert_eq!(fewer.evidence.len(), 5);

    let files = || -> Vec<Vec<u8>> {
        let folder = std::fs::read_dir(bed.folder().join("evidence")).unwrap();
        folder.map(|f| std::fs::read(f.unwrap().path()).unwrap()).collect()
    };
    assert_eq!(files().len(), 5);
    assert!(files().iter().all(|f| !f.windows(8).any(|w| w == b"ZZZZZZZZ") && !f.windows(4).any(|w| w == b"IHDR")));

    lin.confirm_email(&bed).await?;
    lin.submit(&bed).await?;
    lin.call(&bed, Method::DELETE, &format!("/evidence/{}", uuid(5))).await?.read::<ApplicationView>()?;
    let session = bed.session(&verifier).await?;
    let path = format!("/v1/review/applications/{}/evidence/{}", lin.id, uuid(1));
    let seen = bed.request(Method::GET, &path).bearer_auth(&session.access_token).send().await?;
    assert_eq!((seen.status(), &seen.headers()["content-type"]), (StatusCode::OK, &"image/png".parse()?));
    assert_eq!(seen.bytes().await?, image);
    let removed = format!("/v1/review/applications/{}/evidence/{}", lin.id, uuid(6));
    is(&bed.call(Method::GET, &removed, &session.access_token).await?, 404, "not_found");
    let detail = lin.approved_by(&bed, &verifier).await?;
    let viewed: Vec<_> = detail.audit.iter().filter(|a| a.action == AuditAction::EvidenceViewed).collect();
    assert_eq!((viewed.len(), viewed[0].actor.as_str()), (1, "周敏"));

    let changes = detail.audit.iter().filter(|a| a.action == AuditAction::Changed).count();
    assert_eq!(changes, 1, "what was changed after the submission is on record");

    bed.clock.turn(TimeDelta::days(29));
    bed.registry()?.sweep().await?;
    assert_eq!(files().len(), 4);
    bed.clock.turn(TimeDelta::days(1) + TimeDelta::minutes(1));
    bed.registry()?.sweep().await?;
    assert_eq!(files().len(), 0);
    let view = lin.view(&bed).await?;
    assert_eq!((view.status, view.evidence.len()), (ApplicationStatus::Approved, 4), "the decision stays");
    assert!(view.evidence.iter().all(|e| !e.available));
    let session = bed.session(&verifier).await?;
    is(&bed.call(Method::GET, &path, &session.access_token).await?, 404, "not_found");
    Ok(())
}

async fn what_is_withdrawn_is_destroyed_at_once(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let lin = Applicant::new(lin_jianing());
    lin.apply(&bed).await?.read::<ApplicationView>()?;
    lin.put_evidence(&bed, &uuid(1), "image/png", png(100)).await?.read::<ApplicationView>()?;
    lin.confirm_email(&bed).await?;
    lin.submit(&bed).await?;
    let view: ApplicationView = lin.call(&bed, Method::DELETE, "").await?.read()?;
    assert_eq!(view.status, ApplicationStatus::Withdrawn);
    assert_eq!(std::fs::read_dir(bed.folder().join("evidence"))?.count(), 0);
    is(&lin.apply(&bed).await?, 409, "wrong_state");
    is(&lin.call(&bed, Method::POST, "/submission").await?, 409, "wrong_state");
    is(&lin.put_evidence(&bed, &uuid(2), "image/png", png(100)).await?, 409, "wrong_state");
    Ok(())
}
