//! Sessions of the registry and how a client finds its servers.

use serde::{Deserialize, Serialize};

/// Answer of `POST /_matrix/client/v3/user/{userId}/openid/request_token` (Matrix client-server API, OpenID).
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenIdToken {
    pub access_token: String,
    pub token_type: String,
    pub matrix_server_name: String,
    /// Seconds.
    pub expires_in: u64,
}

impl std::fmt::Debug for OpenIdToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenIdToken {{ matrix_server_name: {:?}, access_token: … }}", self.matrix_server_name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A verified physician.
    Physician,
    /// May review applications.
    Verifier,
}

/// A session of the registry: a bearer token of at most 15 minutes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    pub access_token: String,
    /// Seconds, at most 900.
    pub expires_in: u64,
    pub user_id: String,
    pub practitioner_id: String,
    pub roles: Vec<Role>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("user_id", &self.user_id).field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// What `/.well-known/matrix/client` tells: the homeserver and, under a key of ours, the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerInfo {
    #[serde(rename = "m.homeserver")]
    pub homeserver: BaseUrl,
    #[serde(rename = "cn.consilium.registry")]
    pub registry: RegistryInfo,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseUrl {
    pub base_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryInfo {
    pub base_url: String,
    /// Name of the service as people know it.
    pub name: String,
    /// By which the published directory is known: the verifying key of a C2SP signed note. None before the first
    /// publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory_key: Option<String>,
}
