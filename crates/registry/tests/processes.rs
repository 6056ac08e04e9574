//! Several processes of a registry on one PostgreSQL, and what happens when that goes away.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::TimeDelta;
use consilium_fhir::{Bundle, Resource};
use consilium_registry::{import, revoke};
use consilium_registry_api::*;
use consilium_testbed::{Answer, Applicant, Backend, Beside, Doctor, Testbed, lin_jianing, weiss};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

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

async fn approved(bed: &Testbed, verifier: &Doctor, form: ApplicationForm) -> anyhow::Result<Applicant> {
    let applicant = submitted(bed, form).await?;
    applicant.approved_by(bed, verifier).await?;
    Ok(applicant)
}

/// Sends the two calls at the same time.
async fn at_once(bed: &Testbed, one: RequestBuilder, other: RequestBuilder) -> anyhow::Result<(Answer, Answer)> {
    Ok(tokio::try_join!(bed.send(one), bed.send(other))?)
}

/// How often the trail says this about the application.
fn times(detail: &ReviewDetail, action: AuditAction) -> usize {
    detail.audit.iter().filter(|line| line.action == action).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_at_one_learns_what_happens_at_the_other() -> anyhow::Result<()> {
    let bed = Testbed::start_on(Backend::Postgres).await?;
    let other = bed.beside().await?;
    let verifier = bed.verifier().await?;
    let lin = submitted(&bed, lin_jianing()).await?;
    let mut version = lin.view(&bed).await?.version;
    let wait = |version: i64| {
        let request = other.request(Method::GET, &lin.path(&format!("?after={version}&wait=20")));
        tokio::spawn(request.bearer_auth(&lin.secret).send())
    };
    // Opened, then decided: two versions, both made at the first.
    let waiting = wait(version);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    let session = bed.session(&verifier).await?;
    let path = format!("/v1/review/applications/{}", lin.id);
    let detail: ReviewDetail = bed.call(Method::GET, &path, &session.access_token).await?.read()?;
    let began = Instant::now();
    let view: ApplicationView = waiting.await??.json().await?;
    assert!(view.version > version && began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    version = view.version;
    assert_eq!(version, detail.version);

    let waiting = wait(version);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    lin.approved_by(&bed, &verifier).await?;
    let began = Instant::now();
    let view: ApplicationView = waiting.await??.json().await?;
    assert_eq!(view.status, ApplicationStatus::Approved);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());

    // The search for hospitals follows, though each process has an index of its own.
    let hospital = json!({"resourceType": "Organization", "id": "h", "name": "绿谷中心医院"});
    let file = bed.folder().join("hospital.ndjson");
    let search = |path: &'static str| bed.send(other.request(Method::GET, path));
    assert_eq!(search("/fhir/Organization?name:contains=lvgu").await?.json()["total"], 0);
    std::fs::write(&file, hospital.to_string())?;
    import(bed.registry()?, &[file])?;
    assert_eq!(search("/fhir/Organization?name:contains=lvgu").await?.json()["total"], 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_raced_at_both_is_one_decision() -> anyhow::Result<()> {
    let bed = Testbed::start_on(Backend::Postgres).await?;
    let other = bed.beside().await?;
    let verifier = bed.verifier().await?;
    let session = bed.session(&verifier).await?;
    for n in 0..6 {
        let form = ApplicationForm { work_email: format!("doctor{n}@jzfy.example"), ..weiss() };
        let applicant = submitted(&bed, form).await?;
        let path = format!("/v1/review/applications/{}", applicant.id);
        let seen: ReviewDetail = bed.call(Method::GET, &path, &session.access_token).await?.read()?;
        let approve = Decision {
            kind: DecisionKind::Approve,
            version: seen.version,
            reason: None,
            note: None,
            confirmed: true,
            valid_months: Some(12),
            organization_id: None,
        };
        let reason = Some(ReasonCode::Other);
        let reject = Decision { kind: DecisionKind::Reject, reason, confirmed: false, ..approve.clone() };
        let path = format!("{path}/decision");
        let decide =
            |request: RequestBuilder, decision: &Decision| request.bearer_auth(&session.access_token).json(decision);
        let (here, there) = at_once(
            &bed,
            decide(bed.request(Method::POST, &path), &approve),
            decide(other.request(Method::POST, &path), &reject),
        )
        .await?;
        let (won, lost, status) = match here.status {
            StatusCode::OK => (here, there, ApplicationStatus::Approved),
            _ => (there, here, ApplicationStatus::Rejected),
        };
        is(&lost, 409, "conflict");
        let detail: ReviewDetail = won.read()?;
        assert_eq!((detail.status, applicant.view(&bed).await?.status), (status, status));
        assert_eq!(times(&detail, AuditAction::Approved) + times(&detail, AuditAction::Rejected), 1);
    }
    // A third process finds the trail whole, or it would not start.
    bed.beside().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_raced_at_both_makes_one_account_and_one_entry() -> anyhow::Result<()> {
    let bed = Testbed::start_on(Backend::Postgres).await?;
    let other = bed.beside().await?;
    let verifier = bed.verifier().await?;
    let lin = approved(&bed, &verifier, lin_jianing()).await?;

    let path = lin.path("/registration-token");
    let ask = |request: RequestBuilder| request.bearer_auth(&lin.secret);
    let (here, there) =
        at_once(&bed, ask(bed.request(Method::POST, &path)), ask(other.request(Method::POST, &path))).await?;
    let (here, there): (RegistrationToken, RegistrationToken) = (here.read()?, there.read()?);
    assert_eq!((here.localpart.as_str(), there.localpart.as_str()), ("lin.jianing", "lin.jianing"));
    let mut accounts = Vec::new();
    for token in [&here.token, &there.token] {
        accounts.extend(bed.synapse.register("lin.jianing", "correct horse battery", token).await);
        assert!(bed.synapse.register("somebody.else", "correct horse battery", token).await.is_err());
    }
    let [account] = accounts.as_slice() else { panic!("{} accounts were made", accounts.len()) };

    let path = lin.path("/binding");
    let bind = async |request: RequestBuilder| {
        let openid_token = bed.synapse.openid_token(account).await?;
        anyhow::Ok(request.bearer_auth(&lin.secret).json(&BindingRequest { openid_token }))
    };
    let one = bind(bed.request(Method::POST, &path)).await?;
    let two = bind(other.request(Method::POST, &path)).await?;
    let (here, there) = at_once(&bed, one, two).await?;
    let (here, there): (Binding, Binding) = (here.read()?, there.read()?);
    assert_eq!(here, there);
    let session = bed.session(&verifier).await?;
    let Resource::Bundle(feed) = bed.call(Method::GET, "/fhir/_history", &session.access_token).await?.read()? else {
        panic!("not a bundle")
    };
    let entries = feed.entry.iter().filter(|e| match &e.resource {
        Some(Resource::PractitionerRole(role)) => role.matrix_user_id().as_deref() == Some(&account.user_id),
        _ => false,
    });
    assert_eq!(entries.count(), 1);
    let path = format!("/v1/review/applications/{}", lin.id);
    let detail: ReviewDetail = bed.call(Method::GET, &path, &session.access_token).await?.read()?;
    assert_eq!(times(&detail, AuditAction::Bound), 1);

    // Namesakes who ask at the same time get two names.
    let mut namesakes = Vec::new();
    for n in 2..4 {
        let form = ApplicationForm { work_email: format!("lin{n}@jzfy.example"), ..lin_jianing() };
        namesakes.push(approved(&bed, &verifier, form).await?);
    }
    let ask = |request: RequestBuilder, applicant: &Applicant| request.bearer_auth(&applicant.secret);
    let (here, there) = at_once(
        &bed,
        ask(bed.request(Method::POST, &namesakes[0].path("/registration-token")), &namesakes[0]),
        ask(other.request(Method::POST, &namesakes[1].path("/registration-token")), &namesakes[1]),
    )
    .await?;
    let mut names = [here.read::<RegistrationToken>()?.localpart, there.read::<RegistrationToken>()?.localpart];
    names.sort();
    assert_eq!(names, ["lin.jianing2", "lin.jianing3"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_sweeps_the_other_does_not_bind() -> anyhow::Result<()> {
    let bed = Testbed::start_on(Backend::Postgres).await?;
    let other = bed.beside().await?;
    let verifier = bed.verifier().await?;
    let stranger = bed.synapse.register_by_secret("stranger", "stranger", false).await?;
    tokio::try_join!(bed.registry()?.sweep(), other.registry().sweep())?;
    assert!(bed.synapse.is_locked(&stranger.user_id).await?);
    let locks = |trail: &AuditPage| trail.entries.iter().filter(|line| line.action == AuditAction::Locked).count();
    let session = bed.session(&verifier).await?;
    let trail: AuditPage = bed.call(Method::GET, "/v1/review/audit", &session.access_token).await?.read()?;
    assert_eq!(locks(&trail), 1, "two that sweep at once lock an account once");

    for n in 0..4 {
        let form = ApplicationForm { work_email: format!("doctor{n}@jzfy.example"), ..weiss() };
        let applicant = approved(&bed, &verifier, form).await?;
        let token = applicant.registration_token(&bed).await?;
        let account = bed.synapse.register(&token.localpart, "correct horse battery", &token.token).await?;
        let openid_token = bed.synapse.openid_token(&account).await?;
        bed.clock.turn(TimeDelta::minutes(6));
        let bind = bed.request(Method::POST, &applicant.path("/binding")).bearer_auth(&applicant.secret);
        let bind = bed.send(bind.json(&BindingRequest { openid_token }));
        // So that sometimes the one is first and sometimes the other.
        let sweep = async {
            tokio::time::sleep(Duration::from_millis(15 * n)).await;
            anyhow::Ok(other.registry().sweep().await?)
        };
        let (answer, ()) = tokio::try_join!(bind, sweep)?;
        if bed.synapse.is_locked(&account.user_id).await? {
            is(&answer, 401, "account_locked");
        } else {
            answer.read::<Binding>()?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_tokens_are_the_same_at_both() -> anyhow::Result<()> {
    let bed = Testbed::start_on(Backend::Postgres).await?;
    let other = bed.beside().await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;

    let token = bed.synapse.openid_token(&lin.account).await?;
    let session: Session = bed.open_session(&token).await?.read()?;
    let open = |request: RequestBuilder, token: &OpenIdToken| request.json(token);
    is(&bed.send(open(other.request(Method::POST, "/v1/session"), &token)).await?, 401, "unauthorized");
    for _ in 0..5 {
        let token = bed.synapse.openid_token(&lin.account).await?;
        let (here, there) = at_once(
            &bed,
            open(bed.request(Method::POST, "/v1/session"), &token),
            open(other.request(Method::POST, "/v1/session"), &token),
        )
        .await?;
        let mut statuses = [here.status.as_u16(), there.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401], "a token counts once, wherever it is shown");
    }

    let read = |request: RequestBuilder| bed.send(request.bearer_auth(&session.access_token));
    assert_eq!(read(other.request(Method::GET, "/fhir/_history")).await?.status, 200);
    revoke(bed.registry()?, &lin.account.user_id).await?;
    is(&read(other.request(Method::GET, "/fhir/_history")).await?, 401, "login");

    // Ended at one by its owner, or because the homeserver locked the account: ended at the other.
    let session = bed.session(&verifier).await?;
    let call = |request: RequestBuilder| bed.send(request.bearer_auth(&session.access_token));
    assert_eq!(call(other.request(Method::GET, "/v1/review/audit")).await?.status, 200);
    assert_eq!(call(bed.request(Method::DELETE, "/v1/session")).await?.status, StatusCode::NO_CONTENT);
    is(&call(other.request(Method::GET, "/v1/review/audit")).await?, 401, "unauthorized");
    let session = bed.session(&verifier).await?;
    let call = |request: RequestBuilder| bed.send(request.bearer_auth(&session.access_token));
    bed.synapse.set_locked(&verifier.account.user_id, true).await?;
    is(&call(bed.request(Method::GET, "/v1/review/audit")).await?, 401, "account_locked");
    bed.synapse.set_locked(&verifier.account.user_id, false).await?;
    is(&call(other.request(Method::GET, "/v1/review/audit")).await?, 401, "unauthorized");
    Ok(())
}

/// A file with the next state of some of fifty hospitals, and one that nobody else writes.
fn hospitals(bed: &Testbed, writer: usize, round: usize) -> anyhow::Result<PathBuf> {
    let mut lines = String::new();
    for n in 0..6 {
        let id = (writer * 31 + round * 17 + n * 7) % 50;
        let name = format!("第{id}医院（{writer}-{round}）");
        lines += &format!("{}\n", json!({"resourceType": "Organization", "id": format!("h{id}"), "name": name}));
    }
    // Of two hospitals of one name in one city an import takes the second for the first.
    let (id, name) = (format!("own-{writer}-{round}"), format!("新院（{writer}-{round}）"));
    lines += &json!({"resourceType": "Organization", "id": id, "name": name}).to_string();
    let path = bed.folder().join(format!("hospitals-{writer}-{round}.ndjson"));
    std::fs::write(&path, lines)?;
    Ok(path)
}

/// Somebody who keeps a copy of the directory by its feed.
#[derive(Default)]
struct Follower {
    held: BTreeMap<String, Value>,
    path: Option<String>,
}

impl Follower {
    /// Reads a page; true if it was the last.
    async fn read(&mut self, bed: &Testbed, request: RequestBuilder) -> anyhow::Result<bool> {
        let page = bed.send(request).await?.read()?;
        let Resource::Bundle(page) = page else { anyhow::bail!("not a bundle") };
        let page: Bundle = *page;
        for entry in &page.entry {
            let resource = entry.resource.as_ref().expect("nothing is deleted here");
            let id = format!("{}/{}", resource.resource_type(), resource.id().unwrap());
            self.held.insert(id, serde_json::to_value(resource)?);
        }
        let link = page.link("next").or(page.link("since")).expect("a link to go on with");
        self.path = link.find("/fhir/").map(|at| link[at..].to_owned());
        Ok(page.link("since").is_some())
    }

    /// The call for the next page, at whichever process.
    fn next(&self, at: impl Fn(Method, &str) -> RequestBuilder, session: &Session) -> RequestBuilder {
        let path = self.path.as_deref().unwrap_or("/fhir/_history?_count=9");
        at(Method::GET, path).bearer_auth(&session.access_token)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_of_the_feed_misses_nothing_that_several_write() -> anyhow::Result<()> {
    const WRITERS: usize = 4;
    const ROUNDS: usize = 25;
    let bed = Testbed::start_on(Backend::Postgres).await?;
    let other: Beside = bed.beside().await?;
    let session = bed.session(&bed.verifier().await?).await?;
    let writing = Arc::new(AtomicUsize::new(WRITERS));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let registry = if writer % 2 == 0 { bed.registry()?.clone() } else { other.registry().clone() };
        let files: Vec<_> = (0..ROUNDS).map(|round| hospitals(&bed, writer, round)).collect::<Result<_, _>>()?;
        let writing = writing.clone();
        writers.push(tokio::task::spawn_blocking(move || {
            let written = files.iter().try_for_each(|file| import(&registry, std::slice::from_ref(file)).map(drop));
            writing.fetch_sub(1, Ordering::SeqCst);
            written
        }));
    }

    let mut follower = Follower::default();
    let (mut pages, mut ends) = (0, 0);
    loop {
        // What is over before the page is asked for, is in what that page leads to.
        let over = writing.load(Ordering::SeqCst) == 0;
        let call = match pages % 2 {
            0 => follower.next(|method, path| bed.request(method, path), &session),
            _ => follower.next(|method, path| other.request(method, path), &session),
        };
        let end = follower.read(&bed, call).await?;
        pages += 1;
        ends += usize::from(end);
        if end && over {
            break;
        }
    }
    for writer in writers {
        writer.await??;
    }
    assert!(ends > 5, "the follower was at the end only {ends} times while there were writers");

    let mut whole = Follower::default();
    while !whole.read(&bed, whole.next(|method, path| bed.request(method, path), &session)).await? {}
    assert_eq!(whole.held.len(), 50 + WRITERS * ROUNDS + 3);
    assert_eq!(follower.held, whole.held);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_goes_and_comes_back_and_nobody_restarts_a_registry() -> anyhow::Result<()> {
    let bed = Testbed::start_on_own_postgres().await?;
    let other = bed.beside().await?;
    let verifier = bed.verifier().await?;
    let lin = submitted(&bed, lin_jianing()).await?;
    let before = lin.view(&bed).await?;
    let postgres = bed.postgres.clone().unwrap();

    tokio::task::block_in_place(|| postgres.stop())?;
    let began = Instant::now();
    let (read, written, health) = tokio::try_join!(
        lin.call(&bed, Method::GET, ""),
        lin.call(&bed, Method::POST, "/submission"),
        bed.send(other.request(Method::GET, "/healthz")),
    )?;
    for answer in [read, written, health] {
        is(&answer, 500, "internal");
        assert!(!answer.text.contains("postgres") && !answer.text.contains("connection"), "{}", answer.text);
    }
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());

    tokio::task::block_in_place(|| postgres.start_again())?;
    let began = Instant::now();
    while bed.send(other.request(Method::GET, "/healthz")).await?.status != StatusCode::OK {
        assert!(began.elapsed() < Duration::from_secs(20), "the other process did not recover");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(lin.view(&bed).await?, before, "nothing was lost");

    // A restart that nobody noticed, between two calls: each process finds its connections dead and makes new ones.
    tokio::task::block_in_place(|| {
        postgres.stop()?;
        postgres.start_again()
    })?;
    let path = lin.path(&format!("?after={}&wait=20", before.version));
    let waiting = tokio::spawn(other.request(Method::GET, &path).bearer_auth(&lin.secret).send());
    lin.approved_by(&bed, &verifier).await?;
    let view: ApplicationView = waiting.await??.json().await?;
    assert!(view.version > before.version);
    lin.join(&bed, "correct horse battery").await?;
    bed.beside().await?;
    Ok(())
}
