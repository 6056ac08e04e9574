//! Who is calling, and accounts that are not what they should be.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::TimeDelta;
use consilium_registry_api::*;
use consilium_testbed::{Answer, Applicant, Backend, Testbed, lin_jianing, on_both_databases, weiss};
use reqwest::Method;

on_both_databases! {
    a_session_needs_a_fresh_token_of_the_own_homeserver,
    a_doctor_is_no_verifier_and_a_locked_account_is_nobody,
    a_token_used_for_another_localpart_ends_in_a_locked_account,
    a_shared_token_makes_one_account_and_unbound_it_is_locked,
    nobody_binds_the_account_of_another,
    without_the_homeserver_the_rest_goes_on,
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}", answer.text);
}

/// Somebody approved who has no account yet.
async fn approved(bed: &Testbed, form: ApplicationForm) -> anyhow::Result<Applicant> {
    let verifier = bed.verifier().await?;
    let applicant = Applicant::new(form);
    applicant.apply(bed).await?.read::<ApplicationView>()?;
    applicant.confirm_email(bed).await?;
    applicant.submit(bed).await?;
    applicant.approved_by(bed, &verifier).await?;
    Ok(applicant)
}

async fn a_session_needs_a_fresh_token_of_the_own_homeserver(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let token = bed.synapse.openid_token(&verifier.account).await?;

    let forged = OpenIdToken { access_token: "b2JtYWNhcm9vbg".into(), ..token.clone() };
    is(&bed.open_session(&forged).await?, 401, "unauthorized");
    let foreign = OpenIdToken { matrix_server_name: "evil.example".into(), ..token.clone() };
    is(&bed.open_session(&foreign).await?, 401, "unauthorized");
    let own_access_token = OpenIdToken { access_token: verifier.account.access_token.clone(), ..token.clone() };
    is(&bed.open_session(&own_access_token).await?, 401, "unauthorized");

    // A caller who says that it lasts no time must not make it be forgotten sooner.
    let brief = OpenIdToken { expires_in: 0, ..token.clone() };
    let session: Session = bed.open_session(&brief).await?.read()?;
    assert_eq!(session.roles, [Role::Physician, Role::Verifier]);
    is(&bed.open_session(&token).await?, 401, "unauthorized");
    bed.clock.turn(TimeDelta::minutes(10));
    bed.registry()?.sweep().await?;
    is(&bed.open_session(&token).await?, 401, "unauthorized");
    // A replay takes nothing from who used it rightly.
    assert_eq!(bed.call(Method::GET, "/fhir/_history", &session.access_token).await?.status, 200);

    let late = bed.synapse.openid_token(&verifier.account).await?;
    bed.synapse.expire_openid_tokens()?;
    is(&bed.open_session(&late).await?, 401, "unauthorized");

    bed.clock.turn(TimeDelta::minutes(6));
    is(&bed.call(Method::GET, "/fhir/_history", &session.access_token).await?, 401, "login");
    is(&bed.call(Method::GET, "/v1/review/audit", &session.access_token).await?, 401, "unauthorized");

    let unbound = bed.synapse.register_by_secret("stranger", "stranger", false).await?;
    let token = bed.synapse.openid_token(&unbound).await?;
    is(&bed.open_session(&token).await?, 403, "not_bound");
    Ok(())
}

async fn a_doctor_is_no_verifier_and_a_locked_account_is_nobody(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let applicant = Applicant::new(weiss());
    applicant.apply(&bed).await?.read::<ApplicationView>()?;
    applicant.confirm_email(&bed).await?;
    applicant.submit(&bed).await?;

    let doctor = bed.session(&lin).await?;
    let review = format!("/v1/review/applications/{}", applicant.id);
    let evidence = format!("{review}/evidence/{}", applicant.id);
    for path in ["/v1/review/applications?box=pending", "/v1/review/audit", &review, &evidence] {
        let refused = bed.call(Method::GET, path, &doctor.access_token).await?;
        is(&refused, 403, "not_a_verifier");
        assert!(!refused.text.contains("Weiss"));
        is(&bed.call(Method::GET, path, &applicant.secret).await?, 401, "unauthorized");
    }
    let decision = serde_json::json!({"kind": "approve", "version": 4, "confirmed": true, "valid_months": 12});
    let decide = |bearer: &str| {
        let request = bed.request(Method::POST, &format!("{review}/decision")).bearer_auth(bearer);
        bed.send(request.json(&decision))
    };
    is(&decide(&doctor.access_token).await?, 403, "not_a_verifier");
    assert_eq!(applicant.view(&bed).await?.status, ApplicationStatus::Submitted);

    // Locked at the homeserver while sessions are open: the verifier's next call ends them.
    let session = bed.session(&verifier).await?;
    assert_eq!(bed.call(Method::GET, &review, &session.access_token).await?.status, 200);
    bed.synapse.set_locked(&verifier.account.user_id, true).await?;
    is(&decide(&session.access_token).await?, 401, "account_locked");
    bed.synapse.set_locked(&verifier.account.user_id, false).await?;
    is(&decide(&session.access_token).await?, 401, "unauthorized");
    assert_eq!(applicant.view(&bed).await?.status, ApplicationStatus::Submitted);

    // An OpenID token outlives the lock; a session does not come of it.
    let token = bed.synapse.openid_token(&lin.account).await?;
    bed.synapse.set_locked(&lin.account.user_id, true).await?;
    // A read trusts the last look for three seconds and no longer.
    bed.clock.turn(TimeDelta::seconds(4));
    is(&bed.call(Method::GET, "/fhir/_history", &doctor.access_token).await?, 401, "forbidden");
    is(&bed.call(Method::GET, "/fhir/_history", &doctor.access_token).await?, 401, "login");
    is(&bed.open_session(&token).await?, 401, "account_locked");
    Ok(())
}

async fn a_token_used_for_another_localpart_ends_in_a_locked_account(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let lin = approved(&bed, lin_jianing()).await?;
    let token = lin.registration_token(&bed).await?;
    assert_eq!(token.localpart, "lin.jianing");
    let other = bed.synapse.register("chief.of.all", "correct horse battery", &token.token).await?;
    is(&lin.bind(&bed, &other).await?, 403, "wrong_account");
    assert!(!bed.synapse.is_locked(&other.user_id).await?);
    bed.registry()?.sweep().await?;
    assert!(bed.synapse.is_locked(&other.user_id).await?, "nobody was given this localpart");
    assert!(!bed.synapse.is_locked(&bed.synapse.admin).await?);
    assert!(!bed.synapse.is_locked("@zhou.min:jiangzhou.example").await?);

    // The applicant still gets in, with a new token.
    let doctor = lin.join(&bed, "correct horse battery").await?;
    assert_eq!(doctor.account.user_id, "@lin.jianing:jiangzhou.example");
    Ok(())
}

async fn a_shared_token_makes_one_account_and_unbound_it_is_locked(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let lin = approved(&bed, lin_jianing()).await?;
    let first = lin.registration_token(&bed).await?;
    let token = lin.registration_token(&bed).await?;
    assert_ne!(first.token, token.token);
    assert!(bed.synapse.register("lin.jianing", "stolen", &first.token).await.is_err(), "the earlier one is deleted");

    // A friend gets the token and is quicker.
    let friend = bed.synapse.register(&token.localpart, "friend's password", &token.token).await?;
    assert!(bed.synapse.register("somebody", "else", &token.token).await.is_err(), "it is single-use");
    let stranger = Applicant::new(weiss());
    stranger.apply(&bed).await?.read::<ApplicationView>()?;
    is(&stranger.bind(&bed, &friend).await?, 409, "wrong_state");

    bed.registry()?.sweep().await?;
    assert!(!bed.synapse.is_locked(&friend.user_id).await?, "there are five minutes for binding");
    bed.clock.turn(TimeDelta::minutes(6));
    bed.registry()?.sweep().await?;
    assert!(bed.synapse.is_locked(&friend.user_id).await?);
    assert!(bed.synapse.openid_token(&friend).await.is_err());

    let doctor = lin.join(&bed, "correct horse battery").await?;
    assert_eq!(doctor.account.user_id, "@lin.jianing2:jiangzhou.example", "another one, as that account is lost");
    bed.clock.turn(TimeDelta::minutes(6));
    bed.registry()?.sweep().await?;
    assert!(!bed.synapse.is_locked(&doctor.account.user_id).await?);
    is(&lin.call(&bed, Method::POST, "/registration-token").await?, 409, "wrong_state");
    Ok(())
}

async fn nobody_binds_the_account_of_another(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let namesake = Applicant::new(ApplicationForm {
        licence_number: "990420000083999".into(),
        work_email: "lin2@jzfy.example".into(),
        ..lin_jianing()
    });
    namesake.apply(&bed).await?.read::<ApplicationView>()?;
    namesake.confirm_email(&bed).await?;
    namesake.submit(&bed).await?;
    is(&namesake.bind(&bed, &lin.account).await?, 409, "wrong_state");
    namesake.approved_by(&bed, &verifier).await?;
    assert_eq!(namesake.registration_token(&bed).await?.localpart, "lin.jianing2");
    is(&namesake.bind(&bed, &lin.account).await?, 403, "wrong_account");
    assert_eq!(namesake.view(&bed).await?.status, ApplicationStatus::Approved);

    // An account that stands on the homeserver already is not given to anybody.
    bed.synapse.register_by_secret("hannah.weiss", "service", true).await?;
    let hannah = Applicant::new(weiss());
    hannah.apply(&bed).await?.read::<ApplicationView>()?;
    hannah.confirm_email(&bed).await?;
    hannah.submit(&bed).await?;
    hannah.approved_by(&bed, &verifier).await?;
    assert_eq!(hannah.registration_token(&bed).await?.localpart, "hannah.weiss2");
    Ok(())
}

async fn without_the_homeserver_the_rest_goes_on(on: Backend) -> anyhow::Result<()> {
    let mut bed = Testbed::start_on(on).await?;
    let lin = approved(&bed, lin_jianing()).await?;
    let verifier = bed.synapse.login("zhou.min", consilium_testbed::VERIFIER_PASSWORD).await?;
    let token = bed.synapse.openid_token(&verifier).await?;
    bed.synapse.kill();
    is(&bed.call(Method::GET, "/healthz", "").await?, 503, "homeserver_unavailable");
    is(&lin.call(&bed, Method::POST, "/registration-token").await?, 503, "homeserver_unavailable");
    is(&bed.open_session(&token).await?, 503, "homeserver_unavailable");
    assert_eq!(lin.view(&bed).await?.status, ApplicationStatus::Approved);
    assert!(bed.registry()?.sweep().await.is_err());

    bed.synapse.start_again().await?;
    assert_eq!(bed.open_session(&token).await?.status, 200, "the token was not used up");
    lin.join(&bed, "correct horse battery").await?;
    Ok(())
}
