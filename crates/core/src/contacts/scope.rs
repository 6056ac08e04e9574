//! How much of the directory the doctor wants on this machine, beside the copy that may be set aside.

use super::Contacts;
use crate::directory::Scope;
use consilium_api::{Error, ErrorCode, Result};
use rusqlite::OptionalExtension;

impl Contacts {
    /// None before anything was kept.
    pub(crate) async fn scope(&self) -> Result<Option<Scope>> {
        let kept = self
            .inner
            .database
            .read(|db| db.query_row("SELECT scope FROM scope", [], |row| row.get::<_, String>(0)).optional());
        Ok(kept.await?.and_then(|json| serde_json::from_str(&json).ok()))
    }

    pub(crate) async fn keep_scope(&self, scope: &Scope) -> Result<()> {
        if self.scope().await?.as_ref() == Some(scope) {
            return Ok(());
        }
        let json = serde_json::to_string(scope)
            .map_err(|_| Error::new(ErrorCode::Internal, "what is wanted of the directory cannot be written"))?;
        self.inner
            .database
            .write(move |db| db.execute("INSERT OR REPLACE INTO scope VALUES (1, ?1)", [json.as_str()]).map(drop))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Key;
    use consilium_api::directory::DirectoryScope;

    #[tokio::test]
    async fn what_is_wanted_of_the_directory_is_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = || async {
            Contacts::open(&folder.path().join("contacts.db"), Key::new([5; 32]), "QXR72M4K").await.unwrap().0
        };
        let contacts = open().await;
        assert_eq!(contacts.scope().await.unwrap(), None);
        contacts.keep_scope(&Scope::default()).await.unwrap();
        let province = Scope { kind: DirectoryScope::Province, organization: "jz1".into() };
        contacts.keep_scope(&province).await.unwrap();
        contacts.close().await.unwrap();
        assert_eq!(open().await.scope().await.unwrap(), Some(province));
    }
}
