//! Making connections, and opening transactions on them.

use super::any::AnyConnection;
use super::location::{Location, with_defaults};
use super::{postgres, sqlite};
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _};
use diesel::prelude::*;
use diesel::r2d2::{Error, ManageConnection, R2D2Connection as _};
use diesel::{PgConnection, SqliteConnection};

/// Runs a statement that Diesel types for one backend at a time: those with `ON CONFLICT`. It is written once all the same.
macro_rules! on_either {
    ($connection:expr, |$c:ident| $run:expr) => {
        match $connection {
            $crate::database::Connection::Sqlite($c) => $run,
            $crate::database::Connection::Postgres($c) => $run,
        }
    };
}
pub(crate) use on_either;

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// One snapshot; nothing is written.
    Read,
    /// One writer at a time, over all processes.
    Write,
}

impl AnyConnection {
    /// Opens a transaction. If this fails, nothing was done.
    pub fn begin(&mut self, access: Access) -> QueryResult<()> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                match access {
                    Access::Read => "BEGIN",
                    Access::Write => "BEGIN IMMEDIATE",
                },
            ),
            Self::Postgres(c) => postgres::begin(c, access),
        }
    }
}

/// Makes the pool's connections.
#[derive(Debug)]
pub struct Connector(pub Location);

impl ManageConnection for Connector {
    type Connection = AnyConnection;
    type Error = Error;

    fn connect(&self) -> Result<AnyConnection, Error> {
        match &self.0 {
            Location::File(path) => {
                let path = path.to_str().ok_or_else(|| {
                    Error::ConnectionError(ConnectionError::BadConnection("the path is not UTF-8".into()))
                })?;
                let mut c = SqliteConnection::establish(path).map_err(Error::ConnectionError)?;
                c.batch_execute(sqlite::PRAGMAS).map_err(Error::QueryError)?;
                Ok(AnyConnection::Sqlite(c))
            }
            Location::Postgres(url) => {
                let mut c = PgConnection::establish(&with_defaults(url)).map_err(Error::ConnectionError)?;
                c.batch_execute(postgres::SETTINGS).map_err(Error::QueryError)?;
                Ok(AnyConnection::Postgres(c))
            }
        }
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        connection.ping().map_err(Error::QueryError)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        // A panic may have left a transaction open.
        std::thread::panicking() || connection.is_broken()
    }
}
