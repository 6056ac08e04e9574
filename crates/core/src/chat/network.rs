//! What cannot wait for the network says so at once.

use crate::account::Active;
use consilium_api::account::Link;
use consilium_api::{Error, ErrorCode, Result};

/// `Offline` if the homeserver is known not to be there.
pub(crate) fn ensure_online(active: &Active) -> Result<()> {
    if active.connection.borrow().link == Link::Offline {
        return Err(Error::new(ErrorCode::Offline, "this needs the homeserver"));
    }
    Ok(())
}
