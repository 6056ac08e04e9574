//! The doctor's applications about their own entry. Whatever was typed is kept on this machine until the registry has it.

use crate::account::Active;
use crate::contacts::{Draft, OwnApplication};
use crate::registry::{ApplicationCalls, Evidence};
use consilium_api::entry::EntryApplications;
use consilium_api::registry::{ApplicationStatus, ApplicationView, ChangeForm, FormProblem, OwnApplications};
use consilium_api::{Error, ErrorCode, Result};

/// As the registry has them now, or the copy on this machine while it does not answer.
pub(crate) async fn read(active: &Active) -> Result<EntryApplications> {
    let (kept, current) = match refresh(active).await {
        Ok(kept) => (kept, true),
        Err(error) if matches!(error.code, ErrorCode::Offline | ErrorCode::ServerTrouble) => {
            let kept = active.contacts.own_application().await?;
            if kept.own.is_none() {
                return Err(error);
            }
            (kept, false)
        }
        Err(error) => return Err(error),
    };
    let draft = kept.draft.map(|draft| draft.form);
    let own = kept.own.ok_or_else(|| Error::new(ErrorCode::Internal, "no applications were kept"))?;
    Ok(EntryApplications { own, draft, as_of: kept.as_of, current })
}

/// Whether an application may still be decided, as far as is known.
pub(crate) async fn is_waiting(active: &Active) -> Result<bool> {
    let kept = active.contacts.own_application().await?;
    Ok(kept.own.as_ref().and_then(OwnApplications::open).is_some())
}

/// Asks how an application stands that waits for a decision, so that it is known without looking for it.
pub(crate) async fn follow(active: &Active) -> Result<()> {
    if is_waiting(active).await? {
        refresh(active).await?;
    }
    Ok(())
}

async fn refresh(active: &Active) -> Result<OwnApplication> {
    let told = active.registry.own_applications().await?;
    keep(active, move |kept| {
        let known = kept.own.take().map(|own| own.applications).unwrap_or_default();
        kept.own = Some(newest(told, known));
    })
    .await
}

/// What was told, but for applications of which an answer to another question said more meanwhile.
fn newest(mut told: OwnApplications, known: Vec<ApplicationView>) -> OwnApplications {
    for application in known {
        if let Some(older) =
            told.applications.iter_mut().find(|one| one.id == application.id && one.version < application.version)
        {
            *older = application;
        }
    }
    told
}

async fn keep(active: &Active, change: impl FnOnce(&mut OwnApplication) + Send + 'static) -> Result<OwnApplication> {
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let change = move |kept: &mut OwnApplication| {
        change(kept);
        kept.as_of = now;
    };
    active.contacts.change_own_application(change).await
}

/// Every problem of an application as it stands.
pub(crate) async fn check(active: &Active, form: &ChangeForm) -> Result<Vec<FormProblem>> {
    Ok(problems(active.contacts.own_application().await?.own.as_ref(), form))
}

/// While nothing is known of the entry the registry decides what there is to change.
fn problems(own: Option<&OwnApplications>, form: &ChangeForm) -> Vec<FormProblem> {
    let current = own.map(OwnApplications::current).unwrap_or_default();
    form.problems(&current, own.is_none_or(OwnApplications::knows_licence))
}

pub(crate) async fn save_draft(active: &Active, form: ChangeForm) -> Result<()> {
    drafted(active, form).await.map(drop)
}

/// Keeps what was typed, with the id of the application that it belongs to or will make.
async fn drafted(active: &Active, form: ChangeForm) -> Result<Draft> {
    let change = move |kept: &mut OwnApplication| {
        let id = kept.application_id();
        kept.draft = Some(Draft { id, form });
    };
    let kept = active.contacts.change_own_application(change).await?;
    kept.draft.ok_or_else(|| Error::new(ErrorCode::Internal, "the draft was not kept"))
}

pub(crate) async fn discard_draft(active: &Active) -> Result<()> {
    active.contacts.change_own_application(|kept| kept.draft = None).await.map(drop)
}

/// Sends the form. `InvalidForm` if it has problems, `Conflict` if another device made an application meanwhile.
pub(crate) async fn send(active: &Active, form: ChangeForm) -> Result<()> {
    let problems = check(active, &form).await?;
    if !problems.is_empty() {
        return Err(Error::with_problems(ErrorCode::InvalidForm, "the form has problems", problems));
    }
    // Kept before it is sent, with the id: a call that is repeated after a crash makes nothing twice.
    let Draft { id, form } = drafted(active, form).await?;
    match ApplicationCalls::of_colleague(&active.registry, &id).put(&form).await {
        Ok(view) => {
            let sent = move |kept: &mut OwnApplication| {
                kept.learn(view);
                kept.draft = None;
            };
            keep(active, sent).await.map(drop)
        }
        Err(error) => {
            if matches!(error.code, ErrorCode::Conflict | ErrorCode::MailUnavailable | ErrorCode::RateLimited) {
                // What there is at the registry is not what was known here.
                let _ = refresh(active).await;
            }
            Err(error)
        }
    }
}

/// The id of the application that may still be changed.
async fn open_id(active: &Active) -> Result<String> {
    let own = active.contacts.own_application().await?.own;
    let open = own.as_ref().and_then(OwnApplications::open).map(|open| open.id.clone());
    open.ok_or_else(|| Error::new(ErrorCode::WrongState, "no application is open"))
}

async fn learn(active: &Active, view: ApplicationView) -> Result<()> {
    keep(active, |kept| kept.learn(view)).await.map(drop)
}

pub(crate) async fn resend_code(active: &Active) -> Result<()> {
    let id = open_id(active).await?;
    ApplicationCalls::of_colleague(&active.registry, &id).resend_code().await
}

pub(crate) async fn confirm_email(active: &Active, code: &str) -> Result<()> {
    let id = open_id(active).await?;
    learn(active, ApplicationCalls::of_colleague(&active.registry, &id).confirm_email(code).await?).await
}

pub(crate) async fn add_evidence(active: &Active, evidence: &Evidence) -> Result<()> {
    let id = open_id(active).await?;
    learn(active, ApplicationCalls::of_colleague(&active.registry, &id).put_evidence(evidence).await?).await
}

pub(crate) async fn remove_evidence(active: &Active, evidence: &str) -> Result<()> {
    let id = open_id(active).await?;
    learn(active, ApplicationCalls::of_colleague(&active.registry, &id).delete_evidence(evidence).await?).await
}

pub(crate) async fn submit(active: &Active) -> Result<()> {
    let id = open_id(active).await?;
    learn(active, ApplicationCalls::of_colleague(&active.registry, &id).submit().await?).await
}

/// Takes the open application back, with what was typed and not sent.
pub(crate) async fn withdraw(active: &Active) -> Result<()> {
    let id = open_id(active).await?;
    ApplicationCalls::of_colleague(&active.registry, &id).withdraw().await?;
    let withdrawn = move |kept: &mut OwnApplication| {
        kept.draft = None;
        let applications = kept.own.iter_mut().flat_map(|own| &mut own.applications);
        for application in applications.filter(|one| one.id == id) {
            application.status = ApplicationStatus::Withdrawn;
        }
    };
    keep(active, withdrawn).await?;
    // It may have been decided before it could be taken back.
    let _ = refresh(active).await;
    Ok(())
}
