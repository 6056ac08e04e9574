//! Accounts on the homeserver that no application leads to: the registry's own.

use anyhow::{Result, bail};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha1::Sha1;

use super::http::Client;
use super::synapse::Synapse;

/// A signed-in account.
#[derive(Clone, Deserialize)]
pub struct SignedIn {
    pub user_id: String,
    pub access_token: String,
    pub device_id: String,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// Makes the administrator `localpart` unless it exists, and signs it in on the device `device`, which it keeps.
pub fn ensure_admin(synapse: &Synapse, localpart: &str, password: &str, device: &str) -> Result<SignedIn> {
    #[derive(Deserialize)]
    struct Nonce {
        nonce: String,
    }
    let client = Client::new(synapse.base_url());
    let path = "/_synapse/admin/v1/register";
    let Nonce { nonce } = client.get(path)?.success("asking for a registration nonce")?;
    let mac = registration_mac(synapse.shared_secret(), &nonce, localpart, password, true)?;
    let body = json!({
        "nonce": nonce, "username": localpart, "password": password, "admin": true, "mac": mac, "inhibit_login": true,
    });
    let answer = client.post(path, &body)?;
    if answer.body.get("errcode") != Some(&Value::from("M_USER_IN_USE")) {
        answer.success::<Value>("making the registry's account")?;
    }
    sign_in(synapse.base_url(), localpart, password, device)
}

/// `POST /_matrix/client/v3/login` with a password.
pub fn sign_in(homeserver: &str, user: &str, password: &str, device: &str) -> Result<SignedIn> {
    let body = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
        "device_id": device,
        "initial_device_display_name": device,
    });
    Client::new(homeserver).post("/_matrix/client/v3/login", &body)?.success("signing in")
}

/// Hex HMAC-SHA1 over `nonce NUL user NUL password NUL (not)admin`: Synapse's admin API, "Shared-Secret Registration".
fn registration_mac(secret: &str, nonce: &str, user: &str, password: &str, admin: bool) -> Result<String> {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else {
        bail!("the registration secret cannot be used as a key");
    };
    mac.update([nonce, user, password, if admin { "admin" } else { "notadmin" }].join("\0").as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected value comes from another implementation: Python's `hmac.new(b"shared_secret", …, hashlib.sha1)`.
    #[test]
    fn the_mac_is_the_one_synapse_expects() -> Result<()> {
        let mac = registration_mac("shared_secret", "thisisanonce", "pepper_roni", "pizza", true)?;
        assert_eq!(mac, EXPECTED);
        Ok(())
    }

    const EXPECTED: &str = "48715842ad67d5dc9a9ee938a3bda4fcfae8d7c7";
}
