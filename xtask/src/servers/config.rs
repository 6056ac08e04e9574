//! Synapse's settings. Written as JSON, which is YAML, so that nothing has to be escaped by hand.

use std::path::Path;

use serde_json::{Value, json};

/// What differs from one homeserver of ours to the next.
#[derive(Debug, Clone)]
pub struct SynapseConfig<'a> {
    /// The part after the colon in user ids; stays the same for the life of the data.
    pub server_name: &'a str,
    /// Folder of database, media, keys and log; absolute.
    pub data: &'a Path,
    /// Folder of mails and pages of our own; absolute.
    pub templates: &'a Path,
    pub port: u16,
    pub smtp_port: u16,
    /// Opens `/_synapse/admin/v1/register`.
    pub registration_shared_secret: &'a str,
    /// Signs tokens and forms.
    pub macaroon_secret_key: &'a str,
}

impl SynapseConfig<'_> {
    /// The contents of `homeserver.yaml`.
    pub fn render(&self) -> Value {
        let file = |name: &str| self.data.join(name).to_string_lossy().into_owned();
        let mut config = json!({
            "server_name": self.server_name,
            "public_baseurl": format!("http://127.0.0.1:{}/", self.port),
            "report_stats": false,
            "pid_file": file("homeserver.pid"),
            "log_config": file("log.yaml"),
            "signing_key_path": file("signing.key"),
            "media_store_path": file("media"),
            "database": {"name": "sqlite3", "args": {"database": file("homeserver.db")}},
            "listeners": [{
                "port": self.port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "x_forwarded": false,
                "resources": [{"names": ["client", "openid"], "compress": false}],
            }],

            // Federation is off: no listener for it, no server to talk to, no keys to fetch.
            "federation_domain_whitelist": [],
            "trusted_key_servers": [],
            "suppress_key_server_warning": true,
            "allow_public_rooms_over_federation": false,

            // An account is made only with a single-use token that the registry asked for; real names are the registry's.
            "enable_registration": true,
            "registration_requires_token": true,
            "registration_shared_secret": self.registration_shared_secret,
            "macaroon_secret_key": self.macaroon_secret_key,
            "form_secret": self.macaroon_secret_key,
            "enable_set_displayname": false,
            "allow_per_room_profiles": false,
            "allow_guest_access": false,
            // Cheap on purpose: these accounts are for demonstration and tests.
            "bcrypt_rounds": 4,

            "encryption_enabled_by_default_for_room_type": "all",
            "user_directory": {"enabled": false, "search_all_users": false},
            "enable_room_list_search": false,
            "presence": {"enabled": false},
            "url_preview_enabled": false,
            "require_auth_for_profile_requests": true,
            "stats": {"enabled": false},
            "max_upload_size": "100M",

            // Password resets go by mail.
            "email": {
                "smtp_host": "127.0.0.1",
                "smtp_port": self.smtp_port,
                "enable_tls": false,
                "notif_from": format!("Consilium <no-reply@{}>", self.server_name),
                "app_name": "Consilium",
                "subjects": {"password_reset": "Consilium 会诊：重设密码 · Reset your password"},
            },
            "templates": {"custom_template_directory": self.templates},
            // Whether an address belongs to an account is nobody's business.
            "request_token_inhibit_3pid_errors": true,
        });
        if let (Value::Object(config), Value::Object(limits)) = (&mut config, rate_limits()) {
            config.extend(limits);
        }
        config
    }

    /// The contents of `log.yaml`: warnings alone, which name no message body.
    pub fn render_log(&self) -> Value {
        json!({
            "version": 1,
            "disable_existing_loggers": false,
            "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
            "loggers": {"synapse.storage.SQL": {"level": "WARNING"}},
            "root": {"level": "WARNING", "handlers": ["console"]},
        })
    }
}

/// Limits that neither a demonstration nor a test reaches.
fn rate_limits() -> Value {
    let unlimited = json!({"per_second": 10_000, "burst_count": 10_000});
    json!({
        "rc_message": unlimited,
        "rc_registration": unlimited,
        "rc_registration_token_validity": unlimited,
        "rc_login": {"address": unlimited, "account": unlimited, "failed_attempts": unlimited},
        "rc_admin_redaction": unlimited,
        "rc_joins": {"local": unlimited, "remote": unlimited},
        "rc_joins_per_room": unlimited,
        "rc_room_creation": unlimited,
        "rc_3pid_validation": unlimited,
        "rc_invites": {"per_room": unlimited, "per_user": unlimited, "per_issuer": unlimited},
        "rc_media_create": unlimited,
        "rc_key_requests": unlimited,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered() -> Value {
        SynapseConfig {
            server_name: "demo.consilium.example",
            data: Path::new("/data dir/\"quoted\""),
            templates: Path::new("/checkout/templates"),
            port: 8448,
            smtp_port: 2525,
            registration_shared_secret: "s1",
            macaroon_secret_key: "s2",
        }
        .render()
    }

    #[test]
    fn listens_on_loopback_for_clients_and_openid_alone() {
        let config = rendered();
        let listeners = config["listeners"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert_eq!(listeners.len(), 1);
        assert_eq!(listeners[0]["bind_addresses"], json!(["127.0.0.1"]));
        assert_eq!(listeners[0]["resources"][0]["names"], json!(["client", "openid"]));
        assert_eq!(config["federation_domain_whitelist"], json!([]));
    }

    #[test]
    fn nobody_registers_without_a_token_or_renames_themselves() {
        let config = rendered();
        assert_eq!(config["registration_requires_token"], true);
        assert_eq!(config["enable_set_displayname"], false);
        assert_eq!(config["allow_per_room_profiles"], false);
        assert_eq!(config["allow_guest_access"], false);
    }

    #[test]
    fn odd_folder_names_survive() {
        assert_eq!(rendered()["signing_key_path"], "/data dir/\"quoted\"/signing.key");
    }
}
