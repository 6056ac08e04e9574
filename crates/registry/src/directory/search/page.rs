//! Where a page of matches ends: an opaque place from which the next goes on.

use super::index::VERSION;
use crate::database::{self, Connection};
use crate::problem::{Code, Problem};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The last match of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub key: i64,
    /// What it was sorted by, if not by its key.
    pub sorted: String,
}

/// Keys are of one index in one database.
fn mark(c: &mut Connection) -> Result<String, Problem> {
    Ok(format!("{}/{VERSION}", database::id(c)?))
}

impl Place {
    pub fn written(&self, c: &mut Connection) -> Result<String, Problem> {
        let place = serde_json::to_vec(&(mark(c)?, self.key, &self.sorted)).map_err(Problem::internal)?;
        Ok(URL_SAFE_NO_PAD.encode(place))
    }

    /// `expired` if it is of another database; `invalid_body` if it is of none.
    pub fn read(c: &mut Connection, text: &str) -> Result<Self, Problem> {
        let invalid = || Problem::because(Code::InvalidBody, "_page is not a page of this server.");
        let place = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let (of, key, sorted): (String, i64, String) = serde_json::from_slice(&place).map_err(|_| invalid())?;
        if of == mark(c)? { Ok(Self { key, sorted }) } else { Err(Code::Expired.into()) }
    }
}
