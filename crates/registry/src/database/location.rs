//! Where the database is: one setting.

use std::ffi::OsString;
use std::path::PathBuf;

/// A SQLite file, or the URL of a PostgreSQL database.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    File(PathBuf),
    /// As libpq takes it (PostgreSQL documentation, 34.1.1.2 "Connection URIs"). It may hold a password.
    Postgres(String),
}

/// What a connection is made with unless the URL says otherwise: a server that went away without a word is noticed within
/// a minute, and the database's operator sees whose connections these are.
const DEFAULTS: &str = "connect_timeout=5&keepalives_idle=20&keepalives_interval=10&keepalives_count=3\
     &tcp_user_timeout=60000&fallback_application_name=consilium-registry";

impl From<OsString> for Location {
    fn from(setting: OsString) -> Self {
        match setting.to_str() {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Self::Postgres(url.to_owned())
            }
            _ => Self::File(setting.into()),
        }
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

/// The URL with the defaults put before what it says itself, as of two values for one thing the last counts.
pub fn with_defaults(url: &str) -> String {
    // A question mark may stand in a password as it is.
    let host = url.find("://").map_or(0, |at| at + 3);
    let host = match url[host..].find(['@', '/']) {
        Some(at) if url[host + at..].starts_with('@') => host + at,
        _ => host,
    };
    match url[host..].find('?') {
        Some(at) => {
            let (base, query) = url.split_at(host + at);
            format!("{base}?{DEFAULTS}&{}", &query[1..])
        }
        None => format!("{url}?{DEFAULTS}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_and_a_url_is_postgres_whose_password_is_not_shown() {
        assert_eq!(Location::from(OsString::from("data/registry.db")), Location::File("data/registry.db".into()));
        assert_eq!(Location::from(OsString::from("postgres.db")), Location::File("postgres.db".into()));
        for url in ["postgres://registry:hunter2@db/registry", "postgresql:///registry?host=/run/postgresql"] {
            let location = Location::from(OsString::from(url));
            assert_eq!(location, Location::Postgres(url.into()));
            assert_eq!(format!("{location:?}"), "Postgres");
        }
    }

    #[test]
    fn defaults_stand_before_what_the_url_says() {
        assert_eq!(with_defaults("postgres://db/registry"), format!("postgres://db/registry?{DEFAULTS}"));
        assert_eq!(
            with_defaults("postgres://r:what?@db/registry?sslmode=verify-full&connect_timeout=1"),
            format!("postgres://r:what?@db/registry?{DEFAULTS}&sslmode=verify-full&connect_timeout=1")
        );
        assert_eq!(with_defaults("postgres:///r?host=/a@b"), format!("postgres:///r?{DEFAULTS}&host=/a@b"));
    }
}
