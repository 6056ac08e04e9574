//! What an import has to say about its input, in words for whoever made it.
//!
//! A finding names a place and never repeats a name, a contact or an identifier of a person.

use serde::{Serialize, Serializer};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Findings of one severity that the text shows; the report has all.
const SHOWN: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// What cannot be imported.
    Error,
    /// What is imported in part.
    Warning,
    /// What is there already, or twice.
    Duplicate,
    /// What is good to know.
    Note,
}

/// Where something is in the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its index among the files.
    pub file: u16,
    /// From 1; 0 is the file as a whole.
    pub line: u32,
    /// Index of the entry of a Bundle, from 1; 0 outside of Bundles.
    pub entry: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub place: Place,
    /// Header of the column of a sheet, or path of the element.
    pub column: Option<String>,
    pub message: String,
}

/// Something about the input whose place is known one level up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub severity: Severity,
    pub column: Option<String>,
    pub message: String,
}

impl Remark {
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, column: None, message: message.into() }
    }

    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    pub fn of(self, column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), ..self }
    }

    pub fn at(self, place: Place) -> Finding {
        Finding { severity: self.severity, place, column: self.column, message: self.message }
    }
}

/// All that was found.
#[derive(Debug, Default)]
pub struct Findings {
    files: Vec<PathBuf>,
    found: Vec<Finding>,
}

impl Findings {
    pub fn new(files: &[PathBuf]) -> Self {
        Self { files: files.to_vec(), found: Vec::new() }
    }

    pub fn add(&mut self, severity: Severity, place: Place, message: impl Into<String>) {
        self.found.push(Finding { severity, place, column: None, message: message.into() });
    }

    pub fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    pub fn count(&self, severity: Severity) -> u64 {
        self.of(severity).count() as u64
    }

    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.found.iter().filter(move |finding| finding.severity == severity)
    }

    /// In the order of the input.
    pub fn sort(&mut self) {
        self.found.sort_by_key(|finding| (finding.place, finding.severity));
    }

    pub fn file(&self, place: Place) -> &Path {
        self.files.get(usize::from(place.file)).map_or(Path::new(""), PathBuf::as_path)
    }

    /// For people: the worst first, as many as are read.
    pub fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for severity in [Severity::Error, Severity::Warning, Severity::Duplicate, Severity::Note] {
            for finding in self.of(severity).take(SHOWN) {
                writeln!(out, "{}", self.line(finding))?;
            }
            let more = self.of(severity).count().saturating_sub(SHOWN);
            if more > 0 {
                writeln!(out, "… and {more} more: --report FILE has all of them")?;
            }
        }
        Ok(())
    }

    /// `staff.csv, line 12, column 科室: error: …`
    pub fn line(&self, finding: &Finding) -> String {
        let Place { line, entry, .. } = finding.place;
        let mut text = self.file(finding.place).display().to_string();
        if line > 0 {
            text.push_str(&format!(", line {line}"));
        }
        if entry > 0 {
            text.push_str(&format!(", entry {entry}"));
        }
        if let Some(column) = &finding.column {
            text.push_str(&format!(", {column}"));
        }
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Duplicate => "duplicate",
            Severity::Note => "note",
        };
        format!("{text}: {severity}: {}", finding.message)
    }

    /// For programs: one JSON object a line.
    pub fn lines(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        #[derive(Serialize)]
        struct Line<'a> {
            severity: Severity,
            #[serde(serialize_with = "shown")]
            file: &'a Path,
            line: u32,
            #[serde(skip_serializing_if = "Option::is_none")]
            entry: Option<u32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            column: Option<&'a str>,
            message: &'a str,
        }
        for finding in &self.found {
            let Place { line, entry, .. } = finding.place;
            let line = Line {
                severity: finding.severity,
                file: self.file(finding.place),
                line,
                entry: (entry > 0).then_some(entry),
                column: finding.column.as_deref(),
                message: &finding.message,
            };
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

fn shown<S: Serializer>(path: &&Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}
