//! What nobody gets changed in this way.

use super::*;
use consilium_testbed::{Backend, on_both_databases, weiss};

on_both_databases! {
    an_application_belongs_to_one_colleague_and_there_is_one_at_a_time,
    a_change_has_to_change_something_that_is_known,
    nobody_decides_on_their_own_and_a_locked_account_decides_nothing,
}

async fn an_application_belongs_to_one_colleague_and_there_is_one_at_a_time(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let hannah = bed.doctor(&verifier, weiss(), "battery staple horse").await?;
    let mut own = Followup::of(&bed, &lin).await?;
    own.put(&bed, title("chief", "03.04")).await?.read::<ApplicationView>()?;

    // Another's session, an applicant's secret and an ended session get nothing, by either path.
    let mut other = Followup { id: own.id.clone(), ..Followup::of(&bed, &hannah).await? };
    is(&other.put(&bed, Change::Renewal).await?, 404, "not_found");
    for (method, rest) in
        [(Method::GET, ""), (Method::DELETE, ""), (Method::POST, "/submission"), (Method::POST, "/email-code")]
    {
        is(&other.call(&bed, method.clone(), rest).await?, 404, "not_found");
        let by_secret = format!("/v1/applications/{}{rest}", own.id);
        is(&bed.call(method.clone(), &by_secret, &own.session).await?, 404, "not_found");
        let stranger = Applicant::new(lin_jianing()).secret;
        is(&bed.call(method.clone(), &own.path(rest), &stranger).await?, 401, "unauthorized");
        is(&bed.call(method, &own.path(rest), "").await?, 401, "unauthorized");
    }
    for rest in ["/registration-token", "/binding"] {
        is(&own.call(&bed, Method::POST, rest).await?, 404, "not_found");
    }
    let registration = Applicant::new(weiss());
    registration.apply(&bed).await?.read::<ApplicationView>()?;
    let taken = Followup { id: registration.id.clone(), ..Followup::of(&bed, &lin).await? };
    is(&taken.call(&bed, Method::GET, "").await?, 404, "not_found");

    // Two at once: one is made, whoever is first; when that one is taken back there may be another.
    let mut second = Followup::of(&bed, &lin).await?;
    is(&second.put(&bed, Change::Renewal).await?, 409, "conflict");
    own.submit(&bed).await?.read::<ApplicationView>()?;
    let withdrawn: ApplicationView = own.call(&bed, Method::DELETE, "").await?.read()?;
    assert_eq!(withdrawn.status, ApplicationStatus::Withdrawn);
    let session = bed.session(&verifier).await?;
    let path = format!("/v1/review/applications/{}", own.id);
    is(&bed.call(Method::GET, &path, &session.access_token).await?, 404, "not_found");
    let mut third = Followup::of(&bed, &lin).await?;
    let (one, other) = tokio::join!(second.put(&bed, Change::Renewal), third.put(&bed, Change::Renewal));
    let mut statuses = [one?.status.as_u16(), other?.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);

    let locked = Followup::of(&bed, &hannah).await?;
    bed.synapse.set_locked(&hannah.account.user_id, true).await?;
    let form = ChangeForm { change: Change::Renewal, licence_number: None };
    is(&locked.put_form(&bed, &form).await?, 401, "account_locked");
    Ok(())
}

async fn a_change_has_to_change_something_that_is_known(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let mut followup = Followup::of(&bed, &lin).await?;
    let Change::Transfer { department, title: rank, work_phone, work_email, .. } = to_minjiang() else { panic!() };
    let to = |workplace: Workplace, phone: &str| Change::Transfer {
        workplace,
        department: department.clone(),
        title: rank.clone(),
        work_phone: phone.into(),
        work_email: work_email.clone(),
    };
    let listed = |id: &str| Workplace::Listed { organization_id: id.into(), name: String::new() };
    let by_hand = |name: &str, city: &str| Workplace::Unlisted { name: name.into(), city: city.into() };
    for (change, field, problem) in [
        (title("attending", "03.04"), Field::Title, FieldProblem::Unchanged),
        (title("wizard", "03.04"), Field::Title, FieldProblem::Unknown),
        (to(listed("jzfy"), &work_phone), Field::Hospital, FieldProblem::Unchanged),
        (to(by_hand("江州大学附属第一医院", "江州"), &work_phone), Field::Hospital, FieldProblem::Unchanged),
        (to(listed("no-such"), &work_phone), Field::Hospital, FieldProblem::Unknown),
        (to(by_hand("闽江国际医院", ""), &work_phone), Field::City, FieldProblem::Missing),
        (to(by_hand("闽江国际医院", "闽江"), "none"), Field::WorkPhone, FieldProblem::NotAPhoneNumber),
    ] {
        let refused = followup.put(&bed, change).await?;
        is(&refused, 422, "invalid_form");
        let problems: Vec<FormProblem> = serde_json::from_value(refused.json()["problems"].clone())?;
        assert_eq!(problems, [FormProblem { field, problem }]);
    }
    let registration = serde_json::json!({"change": {"kind": "registration"}});
    let refused = send(&bed, Method::PUT, &followup.path(""), &followup.session, &registration).await?;
    is(&refused, 400, "invalid_body");
    is(&followup.call(&bed, Method::GET, "").await?, 404, "not_found");

    // Who was appointed never gave a licence number, and has to.
    let mut renewal = Followup::of(&bed, &verifier).await?;
    let refused = renewal.put(&bed, Change::Renewal).await?;
    is(&refused, 422, "invalid_form");
    assert_eq!(refused.json()["problems"][0]["field"], "licence_number");
    let licence_number = Some("9904 2000 0080 001".into());
    let form = ChangeForm { change: Change::Renewal, licence_number };
    renewal.put_form(&bed, &form).await?.read::<ApplicationView>()?;
    let again: ApplicationView = renewal.put(&bed, title("chief", "03.04")).await?.read()?;
    assert_eq!((again.kind, again.form.licence_number.as_str()), (ApplicationKind::Title, "•••••••••••0001"));
    Ok(())
}

async fn nobody_decides_on_their_own_and_a_locked_account_decides_nothing(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let own = Followup::of(&bed, &verifier).await?;
    let licence_number = Some("990420000080001".into());
    own.put_form(&bed, &ChangeForm { change: Change::Renewal, licence_number }).await?.read::<ApplicationView>()?;
    own.submit(&bed).await?.read::<ApplicationView>()?;
    let seen = detail(&bed, &verifier, &own.id).await?;
    let path = format!("/v1/review/applications/{}/decision", own.id);
    let approval =
        serde_json::json!({"kind": "approve", "version": seen.version, "confirmed": true, "valid_months": 12});
    let session = bed.session(&verifier).await?.access_token;
    is(&send(&bed, Method::POST, &path, &session, &approval).await?, 409, "conflict");

    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let mut followup = Followup::of(&bed, &lin).await?;
    followup.put(&bed, title("chief", "03.04")).await?.read::<ApplicationView>()?;
    followup.submit(&bed).await?.read::<ApplicationView>()?;
    let path = format!("/v1/review/applications/{}/decision", followup.id);
    is(&send(&bed, Method::POST, &path, &followup.session, &approval).await?, 403, "not_a_verifier");
    bed.synapse.set_locked(&verifier.account.user_id, true).await?;
    is(&send(&bed, Method::POST, &path, &session, &approval).await?, 401, "account_locked");
    assert_eq!(followup.view(&bed).await?.status, ApplicationStatus::Submitted);
    Ok(())
}
