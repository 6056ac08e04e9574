//! Stories of a doctor and the copy of the directory on their machine, over real SQLCipher files.

#![allow(clippy::unwrap_used)]

mod contacts;
mod life;
mod oracle;
mod organizations;
mod registry;
mod scanning;
mod scoping;
mod searching;
mod syncing;
mod vouching;

use super::*;
use consilium_api::directory::ColleagueRow;
use registry::Registry;
use tempfile::TempDir;

struct Desk {
    folder: TempDir,
    directory: Directory,
}

impl Desk {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let directory = open(&folder).await.0;
        Self { folder, directory }
    }

    /// A desk that has fetched everything.
    async fn with(registry: &Registry) -> Self {
        let desk = Self::new().await;
        desk.directory.sync(registry).await.unwrap();
        desk
    }

    /// Closes and opens it again, as a new start of the program does.
    async fn restart(self) -> Self {
        self.directory.close().await.unwrap();
        let directory = open(&self.folder).await.0;
        Self { directory, ..self }
    }

    /// Somebody has written to the file itself.
    async fn tampered(self, sql: &'static str) -> Self {
        self.directory.close().await.unwrap();
        let path = self.folder.path().join("directory.db");
        let (database, _) = Database::open(&path, Key::new([3; 32]), MIGRATIONS).await.unwrap();
        assert!(database.write(move |db| db.execute(sql, [])).await.unwrap() > 0);
        database.close().await.unwrap();
        let directory = open(&self.folder).await.0;
        Self { directory, ..self }
    }

    fn status(&self) -> DirectoryStatus {
        self.directory.status().borrow().clone()
    }

    async fn page(&self, query: DirectoryQuery) -> DirectoryPage {
        self.directory.search(query).await.unwrap()
    }

    async fn card(&self, id: &str) -> ColleagueCard {
        self.directory.colleague(id).await.unwrap()
    }

    /// Ids of those who match, in their order.
    async fn find(&self, text: &str) -> Vec<String> {
        ids(self.page(asking(text)).await.rows)
    }
}

async fn open(folder: &TempDir) -> (Directory, Found) {
    Directory::open(&folder.path().join("directory.db"), Key::new([3; 32]), None).await.unwrap()
}

fn ids(rows: Vec<ColleagueRow>) -> Vec<String> {
    rows.into_iter().map(|r| r.id).collect()
}

fn asking(text: &str) -> DirectoryQuery {
    DirectoryQuery { text: text.into(), limit: 500, ..DirectoryQuery::default() }
}
