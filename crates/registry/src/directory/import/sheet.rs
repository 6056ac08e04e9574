//! A sheet of colleagues, one a row: CSV as Excel and the programs of personnel offices write it.

use super::finding::{Remark, Severity};
use super::mapping::{self, Encoding, Field, Mapping};
use super::naming;
use super::understood::{Made, Understood};
use crate::directory::load::mark;
use crate::directory::prepared::is_id;
use consilium_fhir::{
    Address, CodeableConcept, ContactPoint, Identifier, Organization, Practitioner, PractitionerRole, Qualification,
    Reference, terms,
};
use consilium_registry_api::form::{EMAIL_LIMIT, HOSPITAL_LIMIT, PHONE_LIMIT, is_email, is_phone};
use consilium_registry_api::terminology::{Concept, DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Line breaks of one cell; with more, a quotation mark was never closed.
const BREAKS: usize = 20;
/// As many fields of interest as a colleague may name, and their length.
const INTERESTS: usize = 12;
const INTEREST_LIMIT: usize = 60;

/// What is the same for all rows.
#[derive(Debug)]
pub struct Sheet {
    mapping: Mapping,
    /// Index and header of each field's column.
    columns: BTreeMap<Field, (usize, String)>,
}

/// Why a sheet as a whole cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    pub line: u32,
    pub message: String,
}

/// Rows with their lines.
type Rows = Vec<(u32, Result<csv::StringRecord, String>)>;

impl Sheet {
    /// The sheet, its rows, and what to say of how it was read.
    pub fn open(bytes: &[u8], mapping: &Mapping) -> Result<(Self, Rows, Option<Remark>), Unreadable> {
        let (text, note) = decoded(bytes, mapping.encoding);
        let delimiter = match mapping.delimiter {
            Some(delimiter) => delimiter as u8,
            None => delimiter(text.lines().nth(mapping.header as usize - 1).unwrap_or_default()),
        };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut header: Option<csv::StringRecord> = None;
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|_| Unreadable { line: 0, message: "the sheet is no CSV".into() })?;
            let line = row.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
            match &header {
                None if line < mapping.header => {}
                None => header = Some(row),
                Some(header) => rows.push((line, checked(row, header.len()))),
            }
        }
        let Some(header) = header else {
            return Err(Unreadable { line: mapping.header, message: "the sheet has no header there".into() });
        };
        let headers: Vec<&str> = header.iter().map(str::trim).collect();
        let mut columns = BTreeMap::new();
        for (name, field) in &mapping.columns {
            let Some(at) = headers.iter().position(|header| header == name) else {
                let message = format!("the sheet has no column {name:?}; it has: {}", headers.join(", "));
                return Err(Unreadable { line: mapping.header, message });
            };
            columns.insert(*field, (at, name.clone()));
        }
        Ok((Self { mapping: mapping.clone(), columns }, rows, note))
    }

    /// The colleague of a row: hospital, person and post.
    pub fn understood(&self, row: &csv::StringRecord, source: &str) -> Understood {
        let mut understood = Understood::default();
        for (field, (at, _)) in &self.columns {
            if self.mapping.is_left_out(*field, row.get(*at).unwrap_or_default()) {
                return understood;
            }
        }
        if let Some(made) = self.made(row, source, &mut understood.remarks) {
            understood.made = made;
        }
        understood
    }

    fn value(&self, row: &csv::StringRecord, field: Field) -> String {
        let cell = self.columns.get(&field).and_then(|(at, _)| row.get(*at)).unwrap_or_default();
        naming::cleaned(&self.mapping.meant(field, &naming::cleaned(cell)))
    }

    fn of(&self, field: Field, remark: Remark) -> Remark {
        match self.columns.get(&field) {
            Some((_, header)) => remark.of(header),
            None => remark,
        }
    }

    /// None if there is an error among the remarks.
    fn made(&self, row: &csv::StringRecord, source: &str, remarks: &mut Vec<Remark>) -> Option<Vec<Made>> {
        let mut refuse = |field, remark: Remark| remarks.push(self.of(field, remark));
        let name = match naming::of_text(&self.value(row, Field::Name), &self.value(row, Field::Pinyin)) {
            Ok(name) => Some(name),
            Err(message) => {
                refuse(Field::Name, Remark::error(message));
                None
            }
        };
        let hospital = self.value(row, Field::Hospital);
        if hospital.is_empty() {
            refuse(Field::Hospital, Remark::error("there is no hospital"));
        } else if hospital.chars().count() > HOSPITAL_LIMIT {
            refuse(Field::Hospital, Remark::error("the hospital's name is longer than 120 characters"));
        }
        let department = self.value(row, Field::Department);
        let department = match mapping::department(&department) {
            Ok(department) => Some(department),
            Err(_) if department.is_empty() => {
                refuse(Field::Department, Remark::error("there is no department"));
                None
            }
            Err(remark) => {
                refuse(Field::Department, remark);
                None
            }
        };
        let title = self.value(row, Field::Title);
        let title = match mapping::title(&title) {
            Ok(title) => Some(title),
            Err(_) if title.is_empty() => None,
            Err(remark) => {
                refuse(Field::Title, remark);
                None
            }
        };
        let telecom = self.telecom(row, remarks);
        if remarks.iter().any(|remark| remark.severity == Severity::Error) {
            return None;
        }
        let (name, department) = (name?, department?);

        let city = self.value(row, Field::City);
        let (organization, listed) = self.hospital(row, &hospital, &city, source);
        let staff = self.value(row, Field::StaffNumber);
        let staff_system = self.mapping.staff_system.clone().filter(|_| !staff.is_empty());
        let shown = name.first().and_then(|name| name.text.clone()).unwrap_or_default();
        // Nothing of this is secret: what an id is made of can be guessed from it.
        let id = match &staff_system {
            Some(system) => mark(&["staff", system, &staff]),
            None => mark(&["colleague", source, &shown, &organization, department.code]),
        };
        let id = format!("{id:032x}");
        let title = title.map(|title| coded(TITLE_SYSTEM, title));
        let qualification = title.clone().map(|code| Qualification { code: Some(code), ..Qualification::default() });
        let practitioner = Practitioner {
            id: Some(id.clone()),
            identifier: staff_system
                .map(|system| Identifier { system: Some(system), value: Some(staff), ..Identifier::default() })
                .into_iter()
                .collect(),
            active: Some(true),
            name,
            telecom: telecom.clone(),
            qualification: qualification.into_iter().collect(),
            ..Practitioner::default()
        };
        let mut specialty = vec![coded(DEPARTMENT_SYSTEM, department)];
        specialty.extend(self.interests(row).into_iter().map(CodeableConcept::text));
        let role = PractitionerRole {
            // Its id follows from how many posts the colleague has there.
            id: None,
            active: Some(true),
            practitioner: Some(Reference::to("Practitioner", &id, &shown)),
            organization: Some(Reference::to("Organization", &organization, &hospital)),
            code: title.into_iter().collect(),
            specialty,
            telecom,
            ..PractitionerRole::default()
        };
        let made = [Some(practitioner.into()), Some(role.into())];
        let made = listed.map(Into::into).into_iter().chain(made.into_iter().flatten());
        Some(made.map(|resource| Made { resource, url: None, sheet: true }).collect())
    }

    /// Id of the hospital, and the hospital unless the mapping gave the id of one that is listed.
    fn hospital(
        &self,
        row: &csv::StringRecord,
        name: &str,
        city: &str,
        source: &str,
    ) -> (String, Option<Organization>) {
        if is_id(name) {
            return (name.to_owned(), None);
        }
        let id = format!("{:032x}", mark(&["hospital", source, name, city]));
        let province = self.value(row, Field::Province);
        let address = Address {
            city: Some(city.to_owned()).filter(|city| !city.is_empty()),
            state: Some(province).filter(|province| !province.is_empty()),
            ..Address::default()
        };
        let organization = Organization {
            id: Some(id.clone()),
            active: Some(true),
            type_: vec![CodeableConcept::coded(terms::ORGANIZATION_TYPE, "prov", "Healthcare Provider")],
            name: Some(name.to_owned()),
            address: Some(address).filter(|address| *address != Address::default()).into_iter().collect(),
            ..Organization::default()
        };
        (id, Some(organization))
    }

    fn telecom(&self, row: &csv::StringRecord, remarks: &mut Vec<Remark>) -> Vec<ContactPoint> {
        let mut telecom = Vec::new();
        for (field, system, use_, limit, what) in [
            (Field::Phone, "phone", "work", PHONE_LIMIT, "no telephone number"),
            (Field::Mobile, "phone", "mobile", PHONE_LIMIT, "no telephone number"),
            (Field::Email, "email", "work", EMAIL_LIMIT, "no e-mail address"),
        ] {
            let value = self.value(row, field);
            let value = if field == Field::Email { value.to_lowercase() } else { value };
            let valid = if field == Field::Email { is_email(&value) } else { is_phone(&value) };
            if value.is_empty() {
                continue;
            }
            if !valid || value.chars().count() > limit {
                remarks.push(self.of(field, Remark::warning(format!("this is {what}; it was left out"))));
                continue;
            }
            let contact = ContactPoint { use_: Some(use_.into()), ..ContactPoint::work(system, value) };
            telecom.push(contact.visible_to(self.mapping.visibility(field).code()));
        }
        telecom
    }

    fn interests(&self, row: &csv::StringRecord) -> Vec<String> {
        let text = self.value(row, Field::Interests);
        let interests = text.split(['、', '；', ';', '，']).map(str::trim);
        let fitting = interests.filter(|one| !one.is_empty() && one.chars().count() <= INTEREST_LIMIT);
        fitting.take(INTERESTS).map(str::to_owned).collect()
    }
}

fn coded(system: &str, concept: &Concept) -> CodeableConcept {
    CodeableConcept::coded(system, concept.code, concept.zh)
}

fn checked(row: csv::StringRecord, columns: usize) -> Result<csv::StringRecord, String> {
    if row.iter().any(|cell| cell.matches('\n').count() > BREAKS) {
        return Err("a quotation mark that begins here is not closed; what follows was not read".into());
    }
    if row.iter().skip(columns).any(|cell| !cell.trim().is_empty()) {
        return Err(format!("the row has {} cells, the header {columns}: a delimiter is too many", row.len()));
    }
    if row.iter().any(|cell| cell.contains('\0')) {
        return Err("the row holds a NUL character".into());
    }
    if row.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER)) {
        return Err("the row holds bytes that are no text in the sheet's encoding".into());
    }
    Ok(row)
}

/// The one that the header has most of.
fn delimiter(header: &str) -> u8 {
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The text of a sheet. What is no text becomes U+FFFD, and its rows are refused.
fn decoded(bytes: &[u8], encoding: Encoding) -> (Cow<'_, str>, Option<Remark>) {
    let note = |name| {
        let message = format!("the sheet was read as {name}; look at a few names of a dry run");
        Some(Remark { severity: Severity::Note, column: None, message })
    };
    if let Some(text) = bytes.strip_prefix(b"\xFF\xFE") {
        return (UTF_16LE.decode_without_bom_handling(text).0, None);
    }
    if let Some(text) = bytes.strip_prefix(b"\xFE\xFF") {
        return (UTF_16BE.decode_without_bom_handling(text).0, None);
    }
    let marked = bytes.starts_with(b"\xEF\xBB\xBF");
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let gb18030 = match encoding {
        Encoding::Utf8 => false,
        Encoding::Gb18030 => true,
        Encoding::Auto => !marked && !is_mostly_utf8(bytes),
    };
    if gb18030 {
        (GB18030.decode_without_bom_handling(bytes).0, note("GB18030"))
    } else {
        (String::from_utf8_lossy(bytes), None)
    }
}

/// A slip in a text of UTF-8 leaves the rest of it good; what was written in GB18030 is hardly ever good UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad * 10 <= good
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_told_by_what_is_good_in_it() {
        let text = "姓名,科室\n张伟民,心血管内科\n𠮷田一郎,儿科\n";
        let (gb, ..) = GB18030.encode(text);
        let (read, note) = decoded(&gb, Encoding::Auto);
        assert_eq!((read.as_ref(), note.is_some()), (text, true));
        assert_eq!(decoded(text.as_bytes(), Encoding::Auto).0, text);
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        assert_eq!(decoded(&marked, Encoding::Auto).0, text);
        let utf_16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&utf_16, Encoding::Auto).0, text);
        let slip = [text.as_bytes(), b"\xFF\n"].concat();
        assert_eq!(decoded(&slip, Encoding::Auto).0, format!("{text}\u{FFFD}\n"));
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(delimiter("姓名,科室,备注;其他"), b',');
        assert_eq!(delimiter("姓名;科室;备注"), b';');
        assert_eq!(delimiter("姓名\t科室"), b'\t');
        assert_eq!(delimiter("姓名"), b',');
    }
}
