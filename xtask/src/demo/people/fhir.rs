//! People and hospitals as FHIR R4 resources, one JSON object a line, in the mapping of `docs/registry-api.md`.

use std::io::Write;

use anyhow::Result;
use consilium_fhir::{
    Address, CodeableConcept, ContactPoint, Element, Extension, HumanName, Organization, Practitioner,
    PractitionerRole, Qualification, Reference, Resource, Verification, terms,
};
use consilium_registry_api::terminology::{self, DEPARTMENT_SYSTEM, TITLE_SYSTEM};

use super::Colleague;
use super::hospitals::{HOSPITALS, Hospital};

/// Writes all hospitals, as NDJSON.
pub fn organizations(out: &mut impl Write) -> Result<()> {
    ndjson(HOSPITALS.iter().map(|hospital| organization(hospital).into()), out)
}

/// Writes each colleague's Practitioner and PractitionerRole, as NDJSON.
pub fn practitioners(colleagues: impl Iterator<Item = Colleague>, out: &mut impl Write) -> Result<()> {
    ndjson(colleagues.flat_map(|one| [practitioner(&one).into(), role(&one).into()]), out)
}

fn ndjson(resources: impl Iterator<Item = Resource>, out: &mut impl Write) -> Result<()> {
    for resource in resources {
        serde_json::to_writer(&mut *out, &resource)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn organization(hospital: &Hospital) -> Organization {
    let city = hospital.city;
    let has_han = !hospital.han.is_empty();
    let mut alias = vec![hospital.short.to_owned()];
    if has_han {
        alias.insert(0, hospital.latin.to_owned());
    }
    Organization {
        id: Some(hospital.id.into()),
        extension: (!hospital.grade.is_empty())
            .then(|| Extension::string(terms::HOSPITAL_GRADE, hospital.grade))
            .into_iter()
            .collect(),
        active: Some(true),
        type_: vec![CodeableConcept::coded(terms::ORGANIZATION_TYPE, "prov", "Healthcare Provider")],
        name: Some(hospital.name().into()),
        name_element: has_han.then(|| Element::translated("en", hospital.latin)),
        alias,
        telecom: vec![ContactPoint::work("phone", hospital.switchboard())],
        address: vec![Address {
            city: Some(if city.han.is_empty() { city.latin } else { city.han }.into()),
            city_element: (!city.han.is_empty()).then(|| Element::translated("en", city.latin)),
            state: (!city.province.han.is_empty()).then(|| city.province.han.into()),
            state_element: (!city.province.han.is_empty()).then(|| Element::translated("en", city.province.latin)),
            extension: vec![hospital.position().to_extension()],
            ..Address::default()
        }],
        ..Organization::default()
    }
}

fn title(one: &Colleague) -> CodeableConcept {
    let display = terminology::title(one.title).map_or(one.title, |concept| concept.zh);
    CodeableConcept::coded(TITLE_SYSTEM, one.title, display)
}

fn telecom(one: &Colleague) -> Vec<ContactPoint> {
    vec![ContactPoint::work("phone", &one.phone), ContactPoint::work("email", &one.email)]
}

fn practitioner(one: &Colleague) -> Practitioner {
    let name = &one.name;
    let mut names = Vec::new();
    if !name.han.is_empty() {
        names.push(HumanName::han(&name.han, &name.han_family, &[&name.han_given]));
    }
    names.push(HumanName::latin(&name.latin, &name.latin_family, &[&name.latin_given]));
    Practitioner {
        id: Some(one.id.clone()),
        active: Some(true),
        name: names,
        telecom: telecom(one),
        qualification: vec![Qualification { code: Some(title(one)), ..Qualification::default() }],
        ..Practitioner::default()
    }
}

fn role(one: &Colleague) -> PractitionerRole {
    let hospital = one.hospital;
    let shown = if one.name.han.is_empty() { &one.name.latin } else { &one.name.han };
    let department = terminology::department(one.department).map_or(one.department, |concept| concept.zh);
    let verification = one.verification.as_ref().map(|verified| {
        Verification {
            verified_at: format!("{}T09:30:00Z", verified.on),
            valid_until: verified.until.to_string(),
            verifier: verifier(hospital).to_owned(),
            organization: hospital.name().to_owned(),
            licence_ending: verified.licence_ending.clone(),
        }
        .to_extension()
    });
    let mut specialty = vec![CodeableConcept::coded(DEPARTMENT_SYSTEM, one.department, department)];
    specialty.extend(one.interests.iter().map(CodeableConcept::text));
    PractitionerRole {
        id: Some(one.id.replacen("p-", "r-", 1)),
        extension: verification.into_iter().collect(),
        active: Some(true),
        practitioner: Some(Reference::to("Practitioner", &one.id, shown)),
        organization: Some(Reference::to("Organization", hospital.id, hospital.name())),
        code: vec![title(one)],
        specialty,
        telecom: telecom(one),
        ..PractitionerRole::default()
    }
}

/// Who verifies for a hospital: one person each, as the cards show it.
fn verifier(hospital: &Hospital) -> &'static str {
    const OTHERS: &[&str] = &["周敏", "何文静", "郑海燕", "吴国强", "许明远", "高玉兰", "冯志刚"];
    match hospital.id {
        "bhch" => "孙立新",
        "jzfy" => "李静",
        "aldhelm" => "Eleanor Whitfield",
        _ => {
            let position = HOSPITALS.iter().position(|other| other.id == hospital.id).unwrap_or_default();
            OTHERS[position % OTHERS.len()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::people::{Date, colleagues};

    fn read(lines: Vec<u8>) -> Result<Vec<Resource>> {
        String::from_utf8(lines)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    #[test]
    fn a_reader_finds_what_was_written() -> Result<()> {
        let people: Vec<_> = colleagues(40, Date { year: 2026, month: 7, day: 16 }).collect();
        let mut lines = Vec::new();
        practitioners(people.iter().cloned(), &mut lines)?;
        let resources = read(lines)?;
        assert_eq!(resources.len(), 80);
        for (one, pair) in people.iter().zip(resources.chunks(2)) {
            let [Resource::Practitioner(practitioner), Resource::PractitionerRole(role)] = pair else {
                anyhow::bail!("another order");
            };
            let han = practitioner.han_name().and_then(|name| name.text.clone()).unwrap_or_default();
            let latin = practitioner.latin_name().and_then(|name| name.text.clone()).unwrap_or_default();
            assert_eq!((han, latin), (one.name.han.clone(), one.name.latin.clone()));
            assert_eq!(role.practitioner_id(), practitioner.id.as_deref());
            assert_eq!(role.organization_id(), Some(one.hospital.id));
            assert_eq!(role.title(TITLE_SYSTEM), Some(one.title));
            assert_eq!(role.department(DEPARTMENT_SYSTEM), Some(one.department));
            assert_eq!(role.interests().collect::<Vec<_>>(), one.interests);
            assert_eq!(role.verification().is_some(), one.verification.is_some());
            assert_eq!(role.matrix_user_id(), None);
        }
        Ok(())
    }

    #[test]
    fn hospitals_carry_both_names_and_the_city() -> Result<()> {
        let mut lines = Vec::new();
        organizations(&mut lines)?;
        let resources = read(lines)?;
        assert_eq!(resources.len(), 40);
        let Some(Resource::Organization(first)) = resources.first() else { anyhow::bail!("no organization") };
        assert_eq!(first.name.as_deref(), Some("江州大学附属第一医院"));
        assert_eq!(first.latin_name(), Some("Jiangzhou University First Hospital"));
        assert_eq!((first.city(), first.latin_city()), (Some("江州"), Some("Jiangzhou")));
        assert_eq!(first.grade(), Some("三级甲等"));
        assert_eq!((first.province(), first.latin_province()), (Some("江东省"), Some("Jiangdong")));
        assert_eq!(first.switchboard(), Some("0591-555-2000"));
        assert_eq!(first.position(), Some(HOSPITALS[0].position()));
        Ok(())
    }
}
