//! The homeserver as we set it up.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use xtask::process::guard_with;
use xtask::process::interrupt::Interrupt;
use xtask::repo::Repo;
use xtask::servers::admin::{ensure_admin, sign_in};
use xtask::servers::free_port;
use xtask::servers::http::Client;
use xtask::servers::mail::MailSink;
use xtask::servers::synapse::{PYTHON, Settings, Synapse};

fn python() -> Result<PathBuf> {
    if let Some(python) = std::env::var_os(PYTHON) {
        return Ok(python.into());
    }
    let own = Repo::locate()?.python();
    own.canonicalize().map(|_| own).with_context(|| format!("set {PYTHON}, or run `cargo xtask setup` once"))
}

#[test]
fn accounts_survive_a_restart_and_nobody_registers_or_renames_unasked() -> Result<()> {
    guard_with(Path::new(env!("CARGO_BIN_EXE_xtask")));
    let dir = tempfile::tempdir()?;
    let mail = MailSink::start(0, 0)?;
    let settings = Settings {
        python: &python()?,
        server_name: "test.consilium.example",
        data: &dir.path().join("homeserver"),
        port: free_port()?,
        smtp_port: mail.smtp_port(),
        log: &dir.path().join("homeserver.log"),
    };
    let interrupt = Interrupt::default();

    let synapse = Synapse::start(&settings, &interrupt)?;
    let admin = ensure_admin(&synapse, "registry", "a password of its own", "FIRST")?;
    assert_eq!(admin.user_id, "@registry:test.consilium.example");
    let client = Client::new(synapse.base_url());

    let refused =
        client.post("/_matrix/client/v3/register", &json!({"username": "mallory", "password": "long enough 1"}))?;
    assert_eq!(refused.status, 401);
    let flows = refused.body["flows"].as_array().cloned().unwrap_or_default();
    assert!(!flows.is_empty());
    for flow in &flows {
        assert!(
            flow["stages"].as_array().is_some_and(|stages| stages.contains(&json!("m.login.registration_token"))),
            "{flow}"
        );
    }

    // Administrators may rename; a doctor may not.
    let asking = client.with_token(&admin.access_token);
    asking
        .put(
            "/_synapse/admin/v2/users/@lin:test.consilium.example",
            &json!({
                "password": "long enough 2", "displayname": "林嘉宁",
                "threepids": [{"medium": "email", "address": "lin.jianing@jzfy.example"}],
            }),
        )?
        .success::<Value>("making a doctor")?;
    let lin = sign_in(synapse.base_url(), "lin", "long enough 2", "WARD")?;
    let path = format!("/_matrix/client/v3/profile/{}/displayname", lin.user_id);
    let renamed = client.with_token(&lin.access_token).put(&path, &json!({"displayname": "院长"}))?;
    assert_eq!(renamed.status, 403);

    // Federation is off, the identity endpoint that the registry needs is there.
    assert_eq!(client.get("/_matrix/federation/v1/version")?.status, 404);
    assert_eq!(client.get("/_matrix/federation/v1/openid/userinfo?access_token=none")?.status, 401);

    // A forgotten password leads to a mail, whose link is this server's.
    let request = json!({"client_secret": "abcdefgh", "email": "lin.jianing@jzfy.example", "send_attempt": 1});
    client
        .post("/_matrix/client/v3/account/password/email/requestToken", &request)?
        .success::<Value>("asking for a reset")?;
    let messages = mail.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].to, "lin.jianing@jzfy.example");
    assert!(
        messages[0].text.contains(&format!("{}/_synapse/client/password_reset/", synapse.base_url())),
        "{}",
        messages[0].text
    );

    drop(synapse);
    assert!(!xtask::servers::http::answers(&format!("http://127.0.0.1:{}/_matrix/client/versions", settings.port)));
    let synapse = Synapse::start(&settings, &interrupt)?;
    sign_in(synapse.base_url(), "lin", "long enough 2", "WARD")?;
    assert_eq!(ensure_admin(&synapse, "registry", "a password of its own", "FIRST")?.user_id, admin.user_id);
    Ok(())
}
