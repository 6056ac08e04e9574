//! The doctor's applications about their own entry: what the registry last said of them, and what was typed and not sent.

use super::Contacts;
use consilium_api::registry::{ApplicationView, ChangeForm, OwnApplications};
use consilium_api::{Error, ErrorCode, Result};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// What was typed, with the id of the application that it makes or changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    /// UUID.
    pub id: String,
    pub form: ChangeForm,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnApplication {
    /// None until the registry was asked once.
    pub own: Option<OwnApplications>,
    /// RFC 3339: when the registry said so.
    pub as_of: String,
    pub draft: Option<Draft>,
}

impl OwnApplication {
    /// The id of the application that a form changes, or makes: chosen once, and kept with the draft.
    pub(crate) fn application_id(&self) -> String {
        if let Some(open) = self.own.as_ref().and_then(OwnApplications::open) {
            return open.id.clone();
        }
        let is_over = |id: &str| self.own.iter().flat_map(|own| &own.applications).any(|one| one.id == id);
        let drafted = self.draft.as_ref().map(|draft| draft.id.clone()).filter(|id| !is_over(id));
        drafted.unwrap_or_else(|| uuid::Uuid::new_v4().to_string())
    }

    /// The registry said this of one of them.
    pub(crate) fn learn(&mut self, view: ApplicationView) {
        let Some(own) = &mut self.own else { return };
        match own.applications.iter_mut().find(|one| one.id == view.id) {
            Some(known) if known.version <= view.version => *known = view,
            Some(_) => {}
            None => own.applications.insert(0, view),
        }
    }
}

impl Contacts {
    pub(crate) async fn own_application(&self) -> Result<OwnApplication> {
        self.inner.database.read(read).await
    }

    /// Changes it; answers it as it is then.
    pub(crate) async fn change_own_application(
        &self,
        change: impl FnOnce(&mut OwnApplication) + Send + 'static,
    ) -> Result<OwnApplication> {
        let written = self.inner.database.write(move |db| {
            let before = read(db)?;
            let mut kept = before.clone();
            change(&mut kept);
            let Ok(text) = serde_json::to_string(&kept) else { return Ok(None) };
            db.execute("INSERT OR REPLACE INTO own_application VALUES (1, ?1)", [text])?;
            Ok(Some((before, kept)))
        });
        let Some((before, kept)) = written.await? else {
            return Err(Error::new(ErrorCode::Internal, "an application could not be serialized"));
        };
        // Who types knows what they typed.
        if kept.own != before.own || kept.draft.is_some() != before.draft.is_some() {
            self.inner.own_applications.send_modify(|n| *n += 1);
        }
        Ok(kept)
    }

    /// Changes whenever there is something new to show of the applications.
    pub(crate) fn own_application_changes(&self) -> watch::Receiver<u64> {
        self.inner.own_applications.subscribe()
    }
}

/// What a later version wrote and this one does not understand is as good as none.
fn read(db: &Connection) -> rusqlite::Result<OwnApplication> {
    let kept = db.query_row("SELECT kept FROM own_application", [], |row| row.get::<_, String>(0)).optional()?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::database::Key;
    use consilium_api::registry::{ApplicationForm, ApplicationKind, ApplicationStatus, Change};
    use tempfile::TempDir;

    async fn open(folder: &TempDir) -> Contacts {
        Contacts::open(&folder.path().join("contacts.db"), Key::new([5; 32]), "QXR72M4K").await.unwrap().0
    }

    fn form(title: &str) -> ChangeForm {
        let change = Change::Title { title: title.into(), department: "03.04".into() };
        ChangeForm { change, licence_number: Some("990420000083517".into()) }
    }

    fn view(id: &str, version: i64, status: ApplicationStatus) -> ApplicationView {
        ApplicationView {
            id: id.into(),
            reference: "AP-2611-03318".into(),
            kind: ApplicationKind::Title,
            status,
            version,
            form: ApplicationForm::default(),
            hospital_latin: String::new(),
            email_confirmed: true,
            evidence: Vec::new(),
            events: Vec::new(),
            reason: None,
            note: None,
            user_id: None,
        }
    }

    fn own(applications: Vec<ApplicationView>) -> OwnApplications {
        OwnApplications { current: form("attending").change, licence_ending: None, valid_until: None, applications }
    }

    #[tokio::test]
    async fn what_was_typed_survives_a_restart_under_one_id_and_is_not_legible() {
        let folder = TempDir::new().unwrap();
        let contacts = open(&folder).await;
        let draft = |title: &str| {
            let form = form(title);
            move |kept: &mut OwnApplication| kept.draft = Some(Draft { id: kept.application_id(), form })
        };
        let first = contacts.change_own_application(draft("associate_chief")).await.unwrap().draft.unwrap();
        let mut told = contacts.own_application_changes();
        told.mark_unchanged();
        let later = contacts.change_own_application(draft("chief")).await.unwrap().draft.unwrap();
        assert_eq!(later.id, first.id, "a call that is repeated makes nothing twice");
        assert!(!told.has_changed().unwrap(), "every letter is no news");
        contacts.close().await.unwrap();

        let bytes = std::fs::read(folder.path().join("contacts.db")).unwrap();
        assert!(!bytes.windows(15).any(|w| w == b"990420000083517"));
        let contacts = open(&folder).await;
        assert_eq!(contacts.own_application().await.unwrap().draft, Some(later));
        let kept = contacts.change_own_application(|kept| kept.draft = None).await.unwrap();
        assert_eq!(kept, OwnApplication::default());
    }

    #[test]
    fn a_form_belongs_to_the_open_application_and_never_to_one_that_is_over() {
        use ApplicationStatus::{Active, Rejected, Withdrawn};
        let draft = Some(Draft { id: "drafted".into(), form: form("chief") });
        let kept =
            |applications| OwnApplication { own: Some(own(applications)), draft: draft.clone(), ..Default::default() };
        assert_eq!(kept(vec![]).application_id(), "drafted");
        assert_eq!(kept(vec![view("old", 9, Active)]).application_id(), "drafted");
        assert_eq!(kept(vec![view("old", 9, Active), view("open", 1, Rejected)]).application_id(), "open");
        let another = kept(vec![view("drafted", 9, Withdrawn)]).application_id();
        assert!(another != "drafted" && uuid::Uuid::parse_str(&another).is_ok(), "{another}");
    }

    #[test]
    fn the_later_answer_counts_whatever_comes_first() {
        let mut kept = OwnApplication { own: Some(own(vec![])), ..Default::default() };
        for version in [3, 2] {
            kept.learn(view("one", version, ApplicationStatus::Submitted));
        }
        let versions: Vec<_> = kept.own.unwrap().applications.iter().map(|one| one.version).collect();
        assert_eq!(versions, [3]);
    }
}
