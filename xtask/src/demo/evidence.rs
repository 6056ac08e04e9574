//! Evidence images of the invented applicants, drawn with the Pillow that Synapse brings along.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use consilium_registry_api::{EvidenceKind, terminology};

use super::cast::Doctor;
use super::people::hospitals::Hospital;

/// A PNG of a licence or a staff card that says it is a specimen.
pub fn draw(python: &Path, kind: EvidenceKind, doctor: &Doctor) -> Result<Vec<u8>> {
    let department = terminology::department(doctor.department).map_or("", |concept| concept.zh);
    let title = terminology::title(doctor.title).map_or("", |concept| concept.zh);
    let hospital = doctor.hospital().map(Hospital::name).unwrap_or_default();
    let output = Command::new(python)
        .args(["-c", include_str!("evidence.py"), kind_code(kind)])
        .args([doctor.name(), hospital, department, title, doctor.licence])
        .stdin(Stdio::null())
        .output()
        .context("drawing evidence")?;
    if !output.status.success() {
        bail!("drawing evidence failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}

/// The kind as the registry spells it.
pub fn kind_code(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Licence => "licence",
        EvidenceKind::StaffCard => "staff_card",
        EvidenceKind::Other => "other",
    }
}
