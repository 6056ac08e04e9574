//! Making the indexes of tables after they were filled, which is quicker than keeping them meanwhile.

use super::Connection;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

/// Memory of an import into SQLite for pages that it changes, in KiB: the parts of its indexes in which it is at work.
const CACHE: u32 = 256 * 1024;
/// SQLite's default.
const USUAL_CACHE: u32 = 2 * 1024;

/// Indexes that were taken away, as the statements that make them again.
#[derive(Debug, Default)]
pub struct Indexes(Vec<String>);

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

impl Indexes {
    /// Takes away what indexes these tables have beside those of their constraints. Both databases take it back with the
    /// transaction; PostgreSQL would keep every reader out until then, and is left as it is.
    pub fn take(c: &mut Connection, tables: &[&str]) -> QueryResult<Self> {
        let Connection::Sqlite(c) = c else { return Ok(Self::default()) };
        c.batch_execute(&format!("PRAGMA cache_size = -{CACHE}"))?;
        let mut later = Self::default();
        for table in tables {
            let made: Vec<Made> = diesel::sql_query(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            )
            .bind::<Text, _>(table)
            .load(c)?;
            for index in made {
                c.batch_execute(&format!("DROP INDEX \"{}\"", index.name))?;
                later.0.push(index.sql);
            }
        }
        Ok(later)
    }

    /// Makes them again.
    pub fn make(self, c: &mut Connection) -> QueryResult<()> {
        self.0.iter().try_for_each(|sql| c.batch_execute(sql))?;
        let Connection::Sqlite(c) = c else { return Ok(()) };
        c.batch_execute(&format!("PRAGMA cache_size = -{USUAL_CACHE}"))
    }
}

/// Numbers of the change log and keys of the index were given up to this one: the next are after it.
pub fn continue_after(c: &mut Connection, last: i64) -> anyhow::Result<()> {
    // SQLite sees by itself what was given.
    if let Connection::Postgres(c) = c
        && last > 0
    {
        for (table, column) in [("changes", "seq"), ("entries", "key")] {
            diesel::sql_query("SELECT setval(pg_get_serial_sequence($1, $2), $3)")
                .bind::<Text, _>(table)
                .bind::<Text, _>(column)
                .bind::<BigInt, _>(last)
                .execute(c)?;
        }
    }
    Ok(())
}
