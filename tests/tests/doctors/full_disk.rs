//! A disk without space: what cannot be kept is said, nothing is taken for damage, and it goes on once there is space.

#![cfg(target_os = "linux")]

use crate::ward::{Entries, LIN, WEISS, joined};
use consilium_tests::{Doctor, Process};
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// A small disk that only the client sees: a mount namespace of its own. Inside, it is the user that the story runs
/// as, which the keyring's message bus asks for.
struct SmallDisk {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl SmallDisk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (user, group) = {
            let owner = std::fs::metadata(folder.path()).expect("its owner");
            (owner.uid(), owner.gid())
        };
        // The client's first argument is its data folder, on which the disk is mounted.
        let script = format!(
            r#"#!/bin/sh
exec unshare --user --map-root-user --mount sh -c '
    mount -t tmpfs -o size=24m tmpfs "$1" &&
    exec unshare --user --map-user={user} --map-group={group} "$0" "$@"
' '{}' "$@"
"#,
            env!("CARGO_BIN_EXE_doctor")
        );
        let program = folder.path().join("doctor");
        std::fs::write(&program, script).expect("writing the script");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("making it a program");
        std::fs::create_dir(folder.path().join("data")).expect("a folder");
        Self { folder, program }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn client(&self, server: &str) -> Process {
        Process::start(&self.program, &self.data(), server, &[])
    }

    /// The disk as this process reaches it, which is outside of the client's mounts.
    fn seen(&self, client: &Process) -> PathBuf {
        let inside = self.data();
        Path::new("/proc").join(client.id().to_string()).join("root").join(inside.strip_prefix("/").expect("absolute"))
    }

    /// Leaves no byte.
    fn fill(&self, client: &Process) {
        let mut file = std::fs::File::create(self.seen(client).join("filler")).expect("the disk is there");
        let (mut piece, zeros) = (1 << 20, vec![0_u8; 1 << 20]);
        while piece > 0 {
            while file.write_all(&zeros[..piece]).is_ok() {}
            piece /= 2;
        }
    }

    fn free(&self, client: &Process) {
        std::fs::remove_file(self.seen(client).join("filler")).expect("removing the filler");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_loses_nothing() {
    let (testbed, Entries { weiss: other, .. }) = joined().await;
    let server = testbed.registry_url();
    let weiss = Doctor::signed_in("weiss", &server, "weiss@minjiang.example", WEISS).await;

    let disk = SmallDisk::new();
    let mut lin = disk.client(&server);
    lin.sees("session", Value::Null, |state| state["state"] == "signed_out").await;
    lin.call("sign_in", json!({ "server": server, "user": "lin.jianing", "password": LIN })).await;
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    lin.sees("directory_status", Value::Null, |status| status["phase"] == "complete").await;
    let room = lin.call("conversation_start", json!({ "practitioner_id": other.practitioner_id })).await;
    let room = room["room_id"].as_str().expect("a room").to_owned();
    weiss.accepts_invitation_of("林嘉宁").await;
    let at_weiss = weiss.opens(&room).await;
    lin.call("message_send", json!({ "room_id": room, "text": "before", "mentions": [] })).await;
    at_weiss.sees_text("before").await;

    disk.fill(&lin);
    // Too long for what is free inside the databases' own files.
    let long = "血".repeat(10_000);
    let mut refused = Value::Null;
    for _ in 0..40 {
        refused = lin.attempt("message_send", json!({ "room_id": room, "text": long, "mentions": [] })).await;
        if refused["error"].is_object() {
            break;
        }
    }
    assert_eq!(refused["error"]["code"], "disk_full", "said, so that the text stays in its field: {refused}");
    let refused = lin
        .refused("draft_save", json!({ "room_id": room, "draft": { "text": long, "mentions": [], "target": null } }))
        .await;
    assert_eq!(refused["code"], "disk_full");
    for _ in 0..20 {
        weiss.writes(&room, &long).await;
    }
    weiss.writes(&room, "after the long ones").await;
    lin.sees("connection", Value::Null, |connection| connection["disk_full"] == true).await;

    disk.free(&lin);
    lin.call("reconnect", Value::Null).await;
    lin.sees("connection", Value::Null, |connection| {
        connection["disk_full"] == false && connection["link"] == "online"
    })
    .await;
    let arrived = |update: &Value| update.to_string().contains("after the long ones");
    lin.sees("conversations", Value::Null, |update| update.to_string().contains(&long)).await;
    lin.sees("timeline", json!({ "room_id": room }), arrived).await;
    lin.call("message_send", json!({ "room_id": room, "text": "space again", "mentions": [] })).await;
    at_weiss.sees_text("space again").await;
    assert_eq!(at_weiss.texts().iter().filter(|text| *text == "before").count(), 1);
}
