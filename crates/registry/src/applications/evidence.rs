//! Evidence images: each encrypted with a key of its own, and destroyed by erasing that key.

use super::owner::Owner;
use super::row::{self, Application};
use super::view;
use crate::audit::{self, Actor, Line};
use crate::clock::Millis;
use crate::database::Connection;
use crate::database::schema::{applications, evidence};
use crate::http::{App, body_within, query};
use crate::problem::{Code, Problem};
use crate::secrets::{self, Key, Use};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use consilium_registry_api::application::{EVIDENCE_COUNT_LIMIT, EVIDENCE_LIMIT, EVIDENCE_TYPES};
use consilium_registry_api::{ApplicationStatus, ApplicationView, AuditAction, EvidenceKind};
use diesel::prelude::*;
use imagesize::ImageType;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Destroyed this long after the decision.
pub const KEPT_FOR: Millis = 30 * 24 * 3_600_000;
/// Longest file name that is kept, in characters.
const FILE_NAME_LIMIT: usize = 80;
/// Most pixels of an image: a reviewer's machine has to decode it.
const PIXEL_LIMIT: usize = 100_000_000;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = evidence)]
pub struct Evidence {
    pub application_id: String,
    pub id: String,
    pub kind: String,
    pub file_name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub key_sealed: Option<Vec<u8>>,
    pub file: Option<String>,
    pub removed: bool,
    pub created_at: i64,
}

#[derive(Deserialize)]
struct About {
    kind: EvidenceKind,
    #[serde(default)]
    file_name: String,
}

pub async fn put(
    State(app): State<App>,
    Path((id, evidence_id)): Path<(String, String)>,
    uri: Uri,
    owner: Owner,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ApplicationView>, Problem> {
    let about: About = query(&uri)?;
    let evidence_id = uuid::Uuid::try_parse(&evidence_id)
        .map_err(|_| Problem::because(Code::InvalidBody, "The id of an image is a UUID."))?
        .to_string();
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media_type = *EVIDENCE_TYPES.iter().find(|known| **known == media_type).ok_or(Code::UnsupportedMedia)?;
    // Nobody gets to fill memory or disk who has no application that may still be changed.
    app.database
        .read({
            let (id, owner) = (id.clone(), owner.clone());
            move |c| changeable(&owner.application(c, &id)?)
        })
        .await?;
    let image = body_within(&headers, body, EVIDENCE_LIMIT).await?;
    if !is_image(&image, media_type) {
        return Err(Code::UnsupportedMedia.into());
    }

    let sha256 = Sha256::digest(&image).to_vec();
    let key: Key = Zeroizing::new(app.random.bytes());
    let file = app.random.uuid();
    let sealed = secrets::seal(&key, &sha256, &image, &app.random)?;
    let new = Evidence {
        application_id: id.clone(),
        id: evidence_id,
        kind: row::word(&about.kind)?,
        file_name: stripped(&about.file_name),
        media_type: media_type.to_owned(),
        size: i64::try_from(image.len()).map_err(Problem::internal)?,
        sha256,
        key_sealed: Some(app.secrets.seal(Use::EvidenceKey, &file, key.as_ref(), &app.random)?),
        file: Some(file.clone()),
        removed: false,
        created_at: app.now(),
    };
    let path = app.evidence_dir.join(&file);
    write_file(path.clone(), sealed).await?;
    let stored = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = owner.application(c, &id)?;
                changeable(&application)?;
                let kept = add(c, &owner.actor(), &mut application, new, app.now())?;
                Ok((view::of(c, &app, &application)?, kept))
            }
        })
        .await;
    if !matches!(stored, Ok((_, true))) {
        remove_file(path).await?;
    }
    let (view, _) = stored?;
    app.watchers.changed(&view.id);
    Ok(Json(view))
}

/// Adds it unless the same is there; says whether it was added.
fn add(
    c: &mut Connection,
    actor: &Actor,
    application: &mut Application,
    new: Evidence,
    now: Millis,
) -> Result<bool, Problem> {
    let there: Vec<Evidence> =
        evidence::table.filter(evidence::application_id.eq(&application.id)).select(Evidence::as_select()).load(c)?;
    if let Some(old) = there.iter().find(|e| e.id == new.id) {
        let same = !old.removed && old.key_sealed.is_some() && old.sha256 == new.sha256;
        return if same { Ok(false) } else { Err(Code::Conflict.into()) };
    }
    if there.iter().filter(|e| !e.removed && e.key_sealed.is_some()).count() >= EVIDENCE_COUNT_LIMIT {
        return Err(Problem::because(Code::TooLarge, "An application has at most six images."));
    }
    diesel::insert_into(evidence::table).values(&new).execute(c)?;
    changed(c, actor, application, &new.id, now)?;
    Ok(true)
}

/// A version later, and on record once verifiers may have seen it otherwise.
fn changed(
    c: &mut Connection,
    actor: &Actor,
    application: &mut Application,
    id: &str,
    now: Millis,
) -> Result<(), Problem> {
    application.save(c)?;
    if application.status()? == ApplicationStatus::Draft {
        return Ok(());
    }
    let line =
        Line { action: AuditAction::Changed, actor, application: application.named(), subject: Some(id), at: now };
    audit::append(c, &line)
}

pub async fn delete(
    State(app): State<App>,
    Path((id, evidence_id)): Path<(String, String)>,
    owner: Owner,
) -> Result<Json<ApplicationView>, Problem> {
    let view = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = owner.application(c, &id)?;
                changeable(&application)?;
                let removed =
                    diesel::update(evidence::table.find((&id, &evidence_id)).filter(evidence::removed.eq(false)))
                        .set((evidence::removed.eq(true), evidence::key_sealed.eq(None::<Vec<u8>>)))
                        .execute(c)?;
                if removed > 0 {
                    changed(c, &owner.actor(), &mut application, &evidence_id, app.now())?;
                }
                view::of(c, &app, &application)
            }
        })
        .await?;
    app.watchers.changed(&view.id);
    remove_erased_files(&app).await?;
    Ok(Json(view))
}

fn changeable(application: &Application) -> Result<(), Problem> {
    if application.status()?.is_open() { Ok(()) } else { Err(Code::WrongState.into()) }
}

/// Whether the header is that of such an image, with a size that can be shown.
fn is_image(bytes: &[u8], media_type: &str) -> bool {
    let expected = match media_type {
        "image/png" => ImageType::Png,
        "image/jpeg" => ImageType::Jpeg,
        "image/webp" => ImageType::Webp,
        _ => return false,
    };
    imagesize::image_type(bytes).is_ok_and(|found| found == expected)
        && imagesize::blob_size(bytes).is_ok_and(|size| {
            size.width > 0 && size.height > 0 && size.width.saturating_mul(size.height) <= PIXEL_LIMIT
        })
}

/// A file's own name, without folders and characters that could deceive.
fn stripped(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        .filter(|c| !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*'))
        .take(FILE_NAME_LIMIT)
        .collect();
    kept.trim().trim_start_matches('.').to_owned()
}

/// The image of evidence that is still kept.
pub async fn open(app: &App, found: &Evidence) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let (Some(key_sealed), Some(file)) = (&found.key_sealed, &found.file) else {
        return Err(Code::NotFound.into());
    };
    let unwrapped = app.secrets.open(Use::EvidenceKey, file, key_sealed)?;
    let mut key: Key = Zeroizing::new([0; 32]);
    if unwrapped.len() != key.len() {
        return Err(Problem::internal("a key of evidence has a wrong length"));
    }
    key.copy_from_slice(&unwrapped);
    let sealed = tokio::fs::read(app.evidence_dir.join(file)).await.map_err(Problem::internal)?;
    Ok(secrets::open(&key, &found.sha256, &sealed)?)
}

/// Erases the keys of an application's evidence: from here on nobody can read it. Kind, hash and decision stay.
pub fn erase_keys(c: &mut Connection, application: &Application, now: Millis) -> Result<(), Problem> {
    let ids: Vec<String> = evidence::table
        .filter(evidence::application_id.eq(&application.id).and(evidence::key_sealed.is_not_null()))
        .select(evidence::id)
        .load(c)?;
    for id in ids {
        diesel::update(evidence::table.find((&application.id, &id)))
            .set(evidence::key_sealed.eq(None::<Vec<u8>>))
            .execute(c)?;
        let line = Line {
            action: AuditAction::EvidenceDestroyed,
            actor: &Actor::default(),
            application: application.named(),
            subject: Some(&id),
            at: now,
        };
        audit::append(c, &line)?;
    }
    Ok(())
}

/// Destroys what was decided 30 days ago.
pub async fn destroy_due(app: &App) -> Result<(), Problem> {
    app.database
        .write({
            let app = app.clone();
            move |c| {
                let decided = [ApplicationStatus::Approved, ApplicationStatus::Active, ApplicationStatus::Rejected];
                let decided = decided.iter().map(row::word).collect::<Result<Vec<_>, _>>()?;
                let due: Vec<Application> = applications::table
                    .filter(applications::status.eq_any(decided))
                    .filter(applications::decided_at.le(app.now() - KEPT_FOR))
                    .filter(applications::id.eq_any(
                        evidence::table.filter(evidence::key_sealed.is_not_null()).select(evidence::application_id),
                    ))
                    .select(Application::as_select())
                    .load(c)?;
                for mut application in due {
                    erase_keys(c, &application, app.now())?;
                    application.save(c)?;
                }
                Ok(())
            }
        })
        .await?;
    remove_erased_files(app).await
}

/// Removes the files whose keys are erased, also those left by a crash in between.
pub async fn remove_erased_files(app: &App) -> Result<(), Problem> {
    let erased: Vec<String> = app
        .database
        .read(|c| {
            Ok(evidence::table
                .filter(evidence::key_sealed.is_null().and(evidence::file.is_not_null()))
                .select(evidence::file.assume_not_null())
                .load(c)?)
        })
        .await?;
    if erased.is_empty() {
        return Ok(());
    }
    for file in &erased {
        remove_file(app.evidence_dir.join(file)).await?;
    }
    app.database
        .write(move |c| {
            diesel::update(evidence::table.filter(evidence::file.eq_any(erased)))
                .set(evidence::file.eq(None::<String>))
                .execute(c)?;
            Ok(())
        })
        .await?;
    app.database.settle().await
}

async fn write_file(path: std::path::PathBuf, bytes: Vec<u8>) -> Result<(), Problem> {
    tokio::task::spawn_blocking(move || {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        std::io::Write::write_all(&mut file, &bytes)?;
        file.sync_all()
    })
    .await
    .map_err(Problem::internal)?
    .map_err(Problem::internal)
}

async fn remove_file(path: std::path::PathBuf) -> Result<(), Problem> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Problem::internal(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_stripped_of_folders_and_tricks() {
        assert_eq!(stripped("../../etc/执业证 1.png"), "执业证 1.png");
        assert_eq!(stripped("C:\\Users\\lin\\card.jpg"), "card.jpg");
        assert_eq!(stripped("a\u{202e}gnp.exe\n\"<>"), "agnp.exe");
        assert_eq!(stripped("..hidden"), "hidden");
        assert_eq!(stripped(&"长".repeat(300)).chars().count(), FILE_NAME_LIMIT);
    }

    #[test]
    fn an_image_is_what_its_header_says() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0, 0, 2, 0, 0, 0, 1, 0, 8, 2, 0, 0, 0]);
        assert!(is_image(&png, "image/png"));
        assert!(!is_image(&png, "image/jpeg"));
        assert!(!is_image(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"));
        assert!(!is_image(b"", "image/webp"));
        png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(!is_image(&png, "image/png"), "65,536 pixels each way");
    }
}
