//! Writing a file where the doctor wants it: the system's dialog names the place, so the page cannot.

use crate::bridge::Served;
use consilium_api::{Error, ErrorCode, Media, Result};
use percent_encoding::percent_decode_str;
use std::path::Path;
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Manager, State};
use tokio::sync::oneshot;

/// The header with the proposed name, percent-encoded UTF-8.
const FILE_NAME: &str = "file-name";

/// Asks where to put the raw body and writes it there. Answers whether the doctor chose a place.
#[tauri::command]
pub async fn save_file(app: AppHandle, request: Request<'_>) -> Result<bool> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(Error::new(ErrorCode::InvalidInput, "a file is raw bytes"));
    };
    let header = request.headers().get(FILE_NAME).and_then(|name| name.to_str().ok()).unwrap_or_default();
    let name = proposed(&percent_decode_str(header).decode_utf8_lossy());
    let bytes = bytes.clone();
    save(app, name, &bytes).await
}

/// The same for an image or a file that the core has: its bytes do not pass through the page.
#[tauri::command]
pub async fn save_media(app: AppHandle, served: State<'_, Served>, path: String, name: String) -> Result<bool> {
    let body = served.core()?.media(&percent_decode_str(&path).decode_utf8_lossy()).await?;
    save(app, proposed(&name), &body.bytes).await
}

async fn save(app: AppHandle, name: String, bytes: &[u8]) -> Result<bool> {
    // Dialogs belong to the thread of the window.
    let (answer, answered) = oneshot::channel();
    let asking = app.clone();
    app.run_on_main_thread(move || {
        let mut dialog = rfd::AsyncFileDialog::new().set_file_name(name);
        if let Some(window) = asking.webview_windows().values().next() {
            dialog = dialog.set_parent(window);
        }
        let chosen = dialog.save_file();
        tauri::async_runtime::spawn(async move {
            // If nobody waits any more, nothing is written.
            let _ = answer.send(chosen.await);
        });
    })
    .map_err(|_| Error::new(ErrorCode::Internal, "the window is gone"))?;
    match answered.await {
        Ok(Some(file)) => write(file.path(), bytes).await.map(|()| true),
        Ok(None) => Ok(false),
        Err(_) => Err(Error::new(ErrorCode::Internal, "the dialog did not open")),
    }
}

async fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    tokio::fs::write(path, bytes).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorCode::DiskFull, "no room for the file")
        }
        kind => Error::new(ErrorCode::Internal, format!("the file could not be written: {kind}")),
    })
}

/// The last part of a name, without what a file system or a person could take for something else.
fn proposed(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String =
        last.chars().filter(|c| !c.is_control() && !matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')).collect();
    let kept = kept.trim().trim_start_matches('.');
    if kept.is_empty() { "file".to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposed_name_is_a_name_and_no_path() {
        for (name, expected) in [
            ("张伟.vcf", "张伟.vcf"),
            ("../../.bashrc", "bashrc"),
            ("C:\\Windows\\x?.vcf", "x.vcf"),
            ("a\u{0}b\n.vcf", "ab.vcf"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(proposed(name), expected, "{name:?}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_told() {
        let folder = std::env::temp_dir();
        let refused = write(&folder, b"x").await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Internal);
    }
}
