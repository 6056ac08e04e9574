//! Importing a directory that exists already, as those who have one write it, and exporting ours. `docs/import.md`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod again;
mod export;
mod faults;
mod joined;
mod of_fhir;
mod of_sheets;

use anyhow::ensure;
use consilium_registry::{Findings, Import, Registry, Severity, Totals, export, run_import};
use consilium_registry_api::Session;
use consilium_testbed::{Backend, Offline, Testbed};
use flate2::read::GzDecoder;
use reqwest::Method;
use serde_json::Value;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What an operator does by command.
trait Operator {
    fn registry(&self) -> anyhow::Result<&Registry>;
    fn folder(&self) -> &Path;

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> anyhow::Result<PathBuf> {
        let path = self.folder().join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }

    fn lines(&self, name: &str, resources: &[Value]) -> anyhow::Result<PathBuf> {
        let lines: Vec<String> = resources.iter().map(Value::to_string).collect();
        self.file(name, lines.join("\n"))
    }

    /// Of a hospital's personnel office.
    fn sheet(&self, name: &str, rows: &str) -> anyhow::Result<Import> {
        let mapping = self.file("hospital.toml", of_sheets::MAPPING)?;
        let sheet = self.file(name, format!("{}{rows}", of_sheets::HEADER))?;
        Ok(Import { mapping: Some(mapping), source: Some("jzfy-hr".into()), ..of([sheet]) })
    }

    fn run(&self, import: &Import) -> anyhow::Result<(Totals, Findings)> {
        tokio::task::block_in_place(|| run_import(self.registry()?, import))
    }

    /// An import that has to work.
    fn import(&self, import: &Import) -> anyhow::Result<(Totals, Findings)> {
        let (totals, findings) = self.run(import)?;
        ensure!(totals.written, "{}", said(&findings));
        Ok((totals, findings))
    }

    /// Writes the directory to a file of this name, and reads that.
    fn exported(&self, name: &str, contacts: bool) -> anyhow::Result<Vec<Value>> {
        let path = self.folder().join(name);
        tokio::task::block_in_place(|| export(self.registry()?, &path, contacts))?;
        let mut text = String::new();
        GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
        Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
    }

    /// The resources of a type.
    fn listed(&self, kind: &str) -> anyhow::Result<Vec<Value>> {
        let mut all = self.exported("listed.ndjson.gz", true)?;
        all.retain(|one| one["resourceType"] == kind);
        Ok(all)
    }
}

impl Operator for Offline {
    fn registry(&self) -> anyhow::Result<&Registry> {
        Ok(&self.registry)
    }

    fn folder(&self) -> &Path {
        self.folder()
    }
}

impl Operator for Reader {
    fn registry(&self) -> anyhow::Result<&Registry> {
        self.bed.registry().map(AsRef::as_ref)
    }

    fn folder(&self) -> &Path {
        self.bed.folder()
    }
}

fn offline(on: Backend) -> anyhow::Result<Offline> {
    tokio::task::block_in_place(|| Offline::start_on(on))
}

/// The resource with this id.
fn one<'a>(of: &'a [Value], id: &str) -> anyhow::Result<&'a Value> {
    of.iter().find(|one| one["id"] == id).ok_or_else(|| anyhow::anyhow!("{id} is not among {of:?}"))
}

/// A registry, and somebody who looks at what became of an import.
struct Reader {
    bed: Testbed,
    session: Session,
}

impl Reader {
    async fn start_on(on: Backend) -> anyhow::Result<Self> {
        let bed = Testbed::start_on(on).await?;
        let session = bed.session(&bed.verifier().await?).await?;
        Ok(Self { bed, session })
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.bed.call(Method::GET, &format!("/fhir/{path}"), &self.session.access_token).await?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text);
        Ok(answer.json())
    }

    /// The resources that a search finds.
    async fn found(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let bundle = self.get(path).await?;
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        Ok(entries.into_iter().map(|entry| entry["resource"].clone()).collect())
    }
}

fn of(files: impl IntoIterator<Item = PathBuf>) -> Import {
    Import { files: files.into_iter().collect(), ..Import::default() }
}

/// All that was found, as the operator reads it, with the names of files alone.
fn said(findings: &Findings) -> String {
    let mut lines = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Duplicate, Severity::Note] {
        for finding in findings.of(severity) {
            let line = findings.line(finding);
            let folder = findings.file(finding.place).parent().map(|p| p.display().to_string()).unwrap_or_default();
            lines.push(line.replacen(&format!("{folder}/"), "", 1));
        }
    }
    lines.join("\n")
}
