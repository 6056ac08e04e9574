use tauri_build::{AppManifest, Attributes};

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // SQLCipher's sqlite3_* symbols must stay inside: WebKitGTK brings the system's libsqlite3, whose calls would
        // otherwise bind to ours.
        println!("cargo:rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
    // The built interface becomes part of the program, and cargo does not see that by itself.
    if std::path::Path::new("ui/dist").is_dir() {
        println!("cargo:rerun-if-changed=ui/dist");
    }
    let manifest = AppManifest::new().commands(&[
        "rpc",
        "subscribe",
        "unsubscribe",
        "upload",
        "save_file",
        "save_media",
        "desktop_offer",
        "start_at_login",
    ]);
    if let Err(error) = tauri_build::try_build(Attributes::new().app_manifest(manifest)) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
