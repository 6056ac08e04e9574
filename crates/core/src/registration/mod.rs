//! From the first field of the application to the first sign-in, resumable at every step.

mod account;

use crate::account::Lifecycle;
use crate::keyring::Secret;
use crate::registry::{ApplicationCalls, Evidence, Servers};
use crate::sealed::SealedFile;
use consilium_api::registration::{Registration, RegistrationDraft};
use consilium_api::registry::{ApplicationForm, ApplicationStatus, ApplicationView, FormProblem};
use consilium_api::{Error, ErrorCode, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, watch};
use zeroize::Zeroizing;

/// First and longest pause between questions that found no answer.
const RETRY: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));

/// What the keyring holds of an application: who proves to be the applicant, and the key of the file beside it.
#[derive(Clone, Serialize, Deserialize)]
struct Credentials {
    id: String,
    secret: String,
    file_key: crate::account::VaultKey,
}

impl Credentials {
    fn random() -> Self {
        use base64::Engine;
        let secret: [u8; 32] = rand::random();
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            secret: base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret),
            file_key: crate::account::VaultKey::random(),
        }
    }
}

/// What the sealed file holds.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Document {
    /// As entered.
    server: String,
    draft: Option<ApplicationForm>,
    /// Set once the application was sent.
    servers: Option<Servers>,
    application: Option<ApplicationView>,
    checked_at: Option<String>,
}

pub(crate) struct Registrations {
    lifecycle: Arc<Lifecycle>,
    state: watch::Sender<Registration>,
    /// One step at a time.
    work: Mutex<Option<(Credentials, Document)>>,
    /// One account at a time is being made.
    making: Mutex<()>,
    /// Rings when there is something new to look at.
    watch: Notify,
}

impl Registrations {
    pub(crate) fn new(lifecycle: Arc<Lifecycle>) -> Arc<Self> {
        Arc::new(Self {
            lifecycle,
            state: watch::Sender::new(Registration {
                server: String::new(),
                draft: None,
                application: None,
                checked_at: None,
                problem: None,
                making_account: false,
            }),
            work: Mutex::new(None),
            making: Mutex::new(()),
            watch: Notify::new(),
        })
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Registration> {
        self.state.subscribe()
    }

    /// Reads what an earlier run left, if that was not done yet.
    pub(crate) async fn load(&self) -> Result<()> {
        let mut work = self.work.lock().await;
        if work.is_some() {
            return Ok(());
        }
        if let Some(credentials) = self.lifecycle.keyring.get::<Credentials>(Secret::Application).await? {
            let document: Document = self.file(&credentials).load().unwrap_or_default();
            self.show(&document);
            *work = Some((credentials, document));
        }
        Ok(())
    }

    /// Keeps asking how the application stands, and goes on with an account that was begun. Runs as long as the core.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut pause = RETRY.0;
        // The first question is to be answered at once, so that the window is true soon after the start.
        let mut patient = false;
        loop {
            let answer = match self.load().await {
                Ok(()) => match self.resume_account().await {
                    Some(outcome) => Some(outcome),
                    None => self.ask(patient).await,
                },
                // A locked keyring: nothing can be told yet.
                Err(error) => Some(Err(error)),
            };
            patient = matches!(answer, Some(Ok(())));
            match answer {
                Some(Ok(())) => pause = RETRY.0,
                Some(Err(error)) => {
                    self.state.send_modify(|state| state.problem = Some(error));
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = self.watch.notified() => {}
                    }
                    pause = (pause * 2).min(RETRY.1);
                }
                None => self.watch.notified().await,
            }
        }
    }

    /// Has [`Self::run`] look again now.
    pub(crate) fn wake(&self) {
        self.watch.notify_one();
    }

    /// Asks once, patiently until there is something new to tell; none if there is nothing to wait for.
    async fn ask(&self, patient: bool) -> Option<Result<()>> {
        let (credentials, document) = self.work.lock().await.clone()?;
        let (servers, known) = (document.servers?, document.application?);
        match known.status {
            ApplicationStatus::Withdrawn | ApplicationStatus::Active => return None,
            // Nothing happens to it, unless it was sent and the answer was lost.
            ApplicationStatus::Draft if patient => return None,
            _ => {}
        }
        let secret = Zeroizing::new(credentials.secret.clone());
        let calls = ApplicationCalls::of_applicant(&self.lifecycle.http, &servers, &credentials.id, &secret);
        let answer = tokio::select! {
            answer = async { if patient { calls.wait(known.version).await } else { calls.get().await } } => answer,
            // Something changed here: ask anew with what is known now.
            () = self.watch.notified() => return Some(Ok(())),
        };
        match answer {
            Ok(view) => Some(self.keep(&credentials.id, |document| document.application = Some(view)).await),
            Err(error) => Some(Err(error)),
        }
    }

    fn file(&self, credentials: &Credentials) -> SealedFile {
        SealedFile::new(self.lifecycle.profile.application_path(), credentials.file_key.bytes())
    }

    fn show(&self, document: &Document) {
        self.state.send_if_modified(|state| {
            let next = Registration {
                server: document.server.clone(),
                draft: document.draft.clone(),
                application: document.application.clone(),
                checked_at: document.checked_at.clone(),
                problem: None,
                making_account: state.making_account,
            };
            let changed = *state != next;
            *state = next;
            changed
        });
    }

    /// Changes the document of the application with this id, keeps and shows it.
    async fn keep(&self, id: &str, change: impl FnOnce(&mut Document)) -> Result<()> {
        let mut work = self.work.lock().await;
        let Some((credentials, document)) = work.as_mut().filter(|(credentials, _)| credentials.id == id) else {
            return Ok(());
        };
        change(document);
        document.checked_at = Some(chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        self.file(credentials).save(document)?;
        self.show(document);
        Ok(())
    }

    /// The credentials and document, made and kept in the keyring first if there are none.
    async fn begun(&self) -> Result<(Credentials, Document)> {
        // An application that a locked keyring hid until now must not be written over.
        self.load().await?;
        let mut work = self.work.lock().await;
        if let Some(begun) = work.as_ref() {
            return Ok(begun.clone());
        }
        let credentials = Credentials::random();
        self.lifecycle.keyring.set(Secret::Application, &credentials).await?;
        let begun = (credentials, Document::default());
        *work = Some(begun.clone());
        Ok(begun)
    }

    pub(crate) async fn save_draft(&self, draft: RegistrationDraft) -> Result<()> {
        let (credentials, _) = self.begun().await?;
        let mut work = self.work.lock().await;
        let Some((_, document)) = work.as_mut() else { return Ok(()) };
        document.server = draft.server;
        document.draft = Some(draft.form);
        self.file(&credentials).save(document)?;
        self.show(document);
        Ok(())
    }

    /// Sends the form, creating or changing the application.
    pub(crate) async fn send(&self, draft: RegistrationDraft) -> Result<()> {
        let form = draft.form.normalized();
        let problems: Vec<FormProblem> = form.problems();
        if !problems.is_empty() {
            return Err(Error::with_problems(ErrorCode::InvalidForm, "the form has problems", problems));
        }
        let (credentials, document) = self.begun().await?;
        // Kept before it is sent: a crash or a dead network loses nothing that was typed.
        self.save_draft(RegistrationDraft { server: draft.server.clone(), form: form.clone() }).await?;
        let servers = match document.servers {
            Some(servers) if document.application.is_some() => servers,
            _ => Servers::find(&self.lifecycle.http, &draft.server).await?,
        };
        let secret = Zeroizing::new(credentials.secret.clone());
        let view =
            ApplicationCalls::of_applicant(&self.lifecycle.http, &servers, &credentials.id, &secret).put(&form).await?;
        self.keep(&credentials.id, |document| {
            document.servers = Some(servers);
            document.application = Some(view);
            document.draft = None;
        })
        .await?;
        self.watch.notify_one();
        Ok(())
    }

    /// Calls the registry about the application that was sent, and keeps the view it answers.
    async fn call<F, T>(&self, action: impl FnOnce(Credentials, Servers) -> F) -> Result<T>
    where
        F: Future<Output = Result<(T, Option<ApplicationView>)>>,
    {
        let work = self.work.lock().await.clone();
        let Some((credentials, Document { servers: Some(servers), .. })) = work else {
            return Err(Error::new(ErrorCode::WrongState, "nothing was sent yet"));
        };
        let id = credentials.id.clone();
        // What was refused, or not answered, may have happened all the same: it is asked how the application stands.
        let (answer, view) = action(credentials, servers).await.inspect_err(|_| self.watch.notify_one())?;
        if let Some(view) = view {
            self.keep(&id, |document| document.application = Some(view)).await?;
            self.watch.notify_one();
        }
        Ok(answer)
    }

    pub(crate) async fn resend_code(&self) -> Result<()> {
        let http = self.lifecycle.http.clone();
        self.call(|credentials, servers| async move {
            let secret = Zeroizing::new(credentials.secret);
            ApplicationCalls::of_applicant(&http, &servers, &credentials.id, &secret).resend_code().await?;
            Ok(((), None))
        })
        .await
    }

    pub(crate) async fn confirm_email(&self, code: String) -> Result<()> {
        let http = self.lifecycle.http.clone();
        self.call(|credentials, servers| async move {
            let secret = Zeroizing::new(credentials.secret);
            let view =
                ApplicationCalls::of_applicant(&http, &servers, &credentials.id, &secret).confirm_email(&code).await?;
            Ok(((), Some(view)))
        })
        .await
    }

    pub(crate) async fn add_evidence(&self, evidence: Evidence) -> Result<()> {
        let http = self.lifecycle.http.clone();
        self.call(|credentials, servers| async move {
            let secret = Zeroizing::new(credentials.secret);
            let calls = ApplicationCalls::of_applicant(&http, &servers, &credentials.id, &secret);
            Ok(((), Some(calls.put_evidence(&evidence).await?)))
        })
        .await
    }

    pub(crate) async fn remove_evidence(&self, evidence: &str) -> Result<()> {
        let http = self.lifecycle.http.clone();
        self.call(|credentials, servers| async move {
            let secret = Zeroizing::new(credentials.secret);
            let calls = ApplicationCalls::of_applicant(&http, &servers, &credentials.id, &secret);
            Ok(((), Some(calls.delete_evidence(evidence).await?)))
        })
        .await
    }

    pub(crate) async fn submit(&self) -> Result<()> {
        let http = self.lifecycle.http.clone();
        self.call(|credentials, servers| async move {
            let secret = Zeroizing::new(credentials.secret);
            Ok(((), Some(ApplicationCalls::of_applicant(&http, &servers, &credentials.id, &secret).submit().await?)))
        })
        .await
    }

    /// Takes back what was sent and forgets the application on this machine.
    pub(crate) async fn withdraw(&self) -> Result<()> {
        let sent = self.work.lock().await.as_ref().is_some_and(|(_, document)| document.application.is_some());
        if sent {
            let http = self.lifecycle.http.clone();
            self.call(|credentials, servers| async move {
                let secret = Zeroizing::new(credentials.secret);
                ApplicationCalls::of_applicant(&http, &servers, &credentials.id, &secret).withdraw().await?;
                Ok(((), None))
            })
            .await?;
        }
        self.forget().await
    }

    async fn forget(&self) -> Result<()> {
        let mut work = self.work.lock().await;
        self.lifecycle.keyring.delete(Secret::Application).await?;
        match std::fs::remove_file(self.lifecycle.profile.application_path()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(crate::sealed::io_error(&error)),
            _ => {}
        }
        *work = None;
        self.state.send_modify(|state| state.making_account = false);
        self.show(&Document::default());
        drop(work);
        self.watch.notify_one();
        Ok(())
    }
}
