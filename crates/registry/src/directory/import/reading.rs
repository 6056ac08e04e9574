//! From files to single resources and rows, in their order, each with its place.

use super::finding::{Place, Remark};
use super::mapping::Mapping;
use super::sheet::Sheet;
use super::unpacked::{self, Line};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

/// Pieces that are handed on at once.
const CHUNK: usize = 4_000;
/// What a Bundle may be to be taken for the state of a directory (FHIR R4, 2.36.3).
const BUNDLES: [&str; 4] = ["collection", "searchset", "transaction", "batch"];

/// One resource or row, not yet understood.
#[derive(Debug)]
pub struct Piece {
    pub place: Place,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    /// A resource in JSON, and the `fullUrl` that a Bundle gives it.
    Json {
        text: Vec<u8>,
        url: Option<String>,
    },
    Row {
        sheet: Arc<Sheet>,
        row: csv::StringRecord,
    },
    Fault(Remark),
}

/// Where pieces go; an error ends the reading.
pub type Take<'a> = &'a mut dyn FnMut(Vec<Piece>) -> anyhow::Result<()>;

/// Reads one file. What is wrong with it is among the pieces; an error is of whoever takes them.
pub fn read(path: &Path, file: u16, mapping: Option<&Mapping>, take: Take<'_>) -> anyhow::Result<()> {
    let mut pieces = Pieces { file, held: Vec::new(), take };
    if let Err(refused) = read_into(path, mapping, &mut pieces) {
        match refused {
            Refused::File(line, message) => pieces.fault(line, message)?,
            Refused::Taker(error) => return Err(error),
        }
    }
    pieces.flush()
}

/// Why a file is not read on.
enum Refused {
    /// It is at fault, near this line.
    File(u32, String),
    Taker(anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        Self::Taker(error)
    }
}

fn unreadable(line: u32) -> impl FnOnce(std::io::Error) -> Refused {
    move |error| Refused::File(line, format!("the file cannot be read on: {error}"))
}

struct Pieces<'a> {
    file: u16,
    held: Vec<Piece>,
    take: Take<'a>,
}

impl Pieces<'_> {
    fn push(&mut self, line: u32, entry: u32, content: Content) -> anyhow::Result<()> {
        self.held.push(Piece { place: Place { file: self.file, line, entry }, content });
        if self.held.len() < CHUNK { Ok(()) } else { self.flush() }
    }

    fn fault(&mut self, line: u32, message: impl Into<String>) -> anyhow::Result<()> {
        self.push(line, 0, Content::Fault(Remark::error(message)))
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        if self.held.is_empty() { Ok(()) } else { (self.take)(std::mem::take(&mut self.held)) }
    }
}

fn read_into(path: &Path, mapping: Option<&Mapping>, pieces: &mut Pieces<'_>) -> Result<(), Refused> {
    let mut text = unpacked::open(path).map_err(|error| Refused::File(0, format!("{error:#}")))?;
    let mut first = Vec::new();
    let kind = unpacked::line(&mut *text, &mut first).map_err(unreadable(1))?;
    let begin = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&first).trim_ascii_start().first().copied();
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let is_lines = name.ends_with(".ndjson") || name.ends_with(".jsonl");
    match (kind, begin) {
        (Line::End, _) => Ok(()),
        _ if is_lines => lines(&mut *text, first, kind, pieces),
        (Line::TooLong, begin) if begin != Some(b'{') => {
            Err(Refused::File(1, "the first line is longer than 1 MiB".into()))
        }
        (Line::Read, Some(b'{')) if serde_json::from_slice::<&RawValue>(bare(&first)).is_ok() => {
            lines(&mut *text, first, kind, pieces)
        }
        (_, Some(b'{')) | (Line::Read, None) if !name.ends_with(".csv") => {
            if kind == Line::TooLong {
                // The line is gone. What is so long and is one resource is a Bundle.
                text = unpacked::open(path).map_err(|error| Refused::File(0, format!("{error:#}")))?;
                first.clear();
            } else {
                first.push(b'\n');
            }
            let whole = unpacked::whole(&mut *text, first).map_err(unreadable(0))?;
            document(bare(&whole), pieces)
        }
        _ => {
            let Some(mapping) = mapping else {
                return Err(Refused::File(
                    0,
                    "it is no FHIR JSON; if it is a sheet, say with --mapping which of its columns is what".into(),
                ));
            };
            first.push(b'\n');
            let whole = unpacked::whole(&mut *text, first).map_err(unreadable(0))?;
            sheet(&whole, mapping, pieces)
        }
    }
}

/// Without the mark that Windows puts at the beginning of UTF-8.
fn bare(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

fn lines(text: &mut dyn BufRead, first: Vec<u8>, kind: Line, pieces: &mut Pieces<'_>) -> Result<(), Refused> {
    let (mut line, mut kind) = (bare(&first).to_vec(), kind);
    for number in 1_u32.. {
        match kind {
            Line::End => break,
            Line::TooLong => pieces.fault(number, "the line is longer than 1 MiB, which no resource is")?,
            Line::Read if line.trim_ascii().is_empty() => {}
            Line::Read if is_bundle(&line) => bundle(&line, number, pieces)?,
            Line::Read => {
                let text = std::mem::take(&mut line);
                pieces.push(number, 0, Content::Json { text, url: None })?;
            }
        }
        kind = unpacked::line(text, &mut line).map_err(unreadable(number))?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(rename = "resourceType", borrow)]
    resource_type: Option<std::borrow::Cow<'a, str>>,
}

fn is_bundle(text: &[u8]) -> bool {
    // Most lines are no Bundle, and are not to be read twice.
    std::str::from_utf8(text).is_ok_and(|text| text.contains("\"Bundle\""))
        && serde_json::from_slice::<Typed<'_>>(text).is_ok_and(|typed| typed.resource_type.as_deref() == Some("Bundle"))
}

fn document(text: &[u8], pieces: &mut Pieces<'_>) -> Result<(), Refused> {
    match serde_json::from_slice::<Typed<'_>>(text) {
        Err(error) => Err(Refused::File(
            u32::try_from(error.line()).unwrap_or(0),
            format!("it is no JSON from column {} on ({})", error.column(), cause(&error)),
        )),
        Ok(typed) if typed.resource_type.as_deref() == Some("Bundle") => bundle(text, 0, pieces),
        Ok(_) => Ok(pieces.push(1, 0, Content::Json { text: text.to_vec(), url: None })?),
    }
}

/// What kind of fault it is: the parser's own words might repeat what it read.
pub fn cause(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "a character is out of place",
        serde_json::error::Category::Data => "a value has another type than it must",
        serde_json::error::Category::Io => "it cannot be read",
    }
}

#[derive(Deserialize)]
struct RawBundle<'a> {
    #[serde(rename = "type", borrow)]
    type_: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, borrow)]
    entry: Vec<RawEntry<'a>>,
}

#[derive(Deserialize)]
struct RawEntry<'a> {
    #[serde(rename = "fullUrl", borrow)]
    url: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

/// `line` is where a Bundle on a line is; a Bundle that is a file, which is told by 0, has lines of its own.
fn bundle(text: &[u8], line: u32, pieces: &mut Pieces<'_>) -> Result<(), Refused> {
    let bundle: RawBundle<'_> = serde_json::from_slice(text).map_err(|error| {
        let at = if line > 0 { line } else { u32::try_from(error.line()).unwrap_or(0) };
        Refused::File(at, format!("the Bundle cannot be read from column {} on ({})", error.column(), cause(&error)))
    })?;
    if !bundle.type_.as_deref().is_some_and(|of| BUNDLES.contains(&of)) {
        let message = "the Bundle is no collection, searchset, transaction or batch";
        return Ok(pieces.fault(line.max(1), message)?);
    }
    let (mut counted, mut at) = (1_u32, 0);
    for (entry, one) in (1..).zip(bundle.entry) {
        let Some(resource) = one.resource else {
            let remark = Remark::warning("the entry has no resource; what is to go is told by --retire-missing");
            pieces.push(line.max(counted), entry, Content::Fault(remark))?;
            continue;
        };
        let begin = (resource.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize).clamp(at, text.len());
        counted += text[at..begin].iter().filter(|byte| **byte == b'\n').count() as u32;
        at = begin;
        let place = if line > 0 { line } else { counted };
        let content = if resource.get().len() > unpacked::LINE_LIMIT {
            Content::Fault(Remark::error("the entry is longer than 1 MiB, which no resource is"))
        } else {
            Content::Json { text: resource.get().as_bytes().to_vec(), url: one.url.map(|url| url.into_owned()) }
        };
        pieces.push(place, entry, content)?;
    }
    Ok(())
}

fn sheet(bytes: &[u8], mapping: &Mapping, pieces: &mut Pieces<'_>) -> Result<(), Refused> {
    let (sheet, rows, decoded) =
        Sheet::open(bytes, mapping).map_err(|remark| Refused::File(remark.line, remark.message))?;
    if let Some(note) = decoded {
        pieces.push(0, 0, Content::Fault(note))?;
    }
    let sheet = Arc::new(sheet);
    for (line, row) in rows {
        let content = match row {
            Ok(row) if row.iter().all(|value| value.trim().is_empty()) => continue,
            Ok(row) => Content::Row { sheet: sheet.clone(), row },
            Err(message) => Content::Fault(Remark::error(message)),
        };
        pieces.push(line, 0, content)?;
    }
    Ok(())
}
