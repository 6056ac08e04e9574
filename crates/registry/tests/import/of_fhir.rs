//! FHIR as other systems write it.

use super::{Operator as _, Reader, of, offline, one, said};
use consilium_registry::Import;
use consilium_testbed::{Backend, on_both_databases};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write as _;

on_both_databases! {
    a_page_of_an_american_directory_becomes_colleagues,
    a_bundle_of_mcsd_brings_its_departments_and_references_of_every_kind,
    files_and_types_come_in_any_order,
}

const NPI: &str = "http://hl7.org/fhir/sid/us-npi";

fn page() -> Value {
    json!({"resourceType": "Bundle", "type": "searchset", "entry": [
        {"fullUrl": "https://ndh.example/fhir/PractitionerRole/r-1", "resource": {
            "resourceType": "PractitionerRole", "id": "r-1", "meta": {"versionId": "7", "lastUpdated": "2025-01-01T00:00:00Z"},
            "active": true,
            "practitioner": {"reference": "https://ndh.example/fhir/Practitioner/1003000126/_history/3"},
            "location": [{"reference": "Location/l-1"}],
            "specialty": [{"coding": [{"system": "http://nucc.org/provider-taxonomy", "code": "207RC0000X",
                                       "display": "Cardiovascular Disease Physician"}]}],
            "telecom": [{"system": "phone", "value": "217-555-0142", "use": "work"}],
            "availableTime": [{"daysOfWeek": ["mon"]}]}},
        {"fullUrl": "https://ndh.example/fhir/Location/l-1", "resource": {
            "resourceType": "Location", "id": "l-1", "managingOrganization": {"reference": "Organization/o-1"}}},
        {"fullUrl": "https://ndh.example/fhir/Practitioner/1003000126", "resource": {
            "resourceType": "Practitioner", "id": "1003000126", "active": true, "birthDate": "1961-02-03",
            "identifier": [{"system": NPI, "value": "1003000126"},
                           {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "000-00-0000"}],
            "name": [{"use": "usual", "family": "ENKESHAFI", "given": ["ARDALAN", "B"], "prefix": ["DR."], "suffix": ["MD"]}],
            "address": [{"use": "home", "line": ["1 Elm St"]}, {"use": "work", "city": "SPRINGFIELD"}],
            "qualification": [{"identifier": [{"system": "urn:il-licence", "value": "036-000000"}],
                "code": {"coding": [{"system": "http://nucc.org/provider-taxonomy", "code": "207RC0000X"}]}}]}},
        {"fullUrl": "https://ndh.example/fhir/Organization/o-1", "resource": {
            "resourceType": "Organization", "id": "o-1", "active": true, "name": "SPRINGFIELD GENERAL HOSPITAL",
            "identifier": [{"system": NPI, "value": "1234567893"}], "address": [{"city": "SPRINGFIELD", "state": "IL"}]}},
        {"search": {"mode": "outcome"}, "resource": {"resourceType": "OperationOutcome", "issue": []}},
    ]})
}

async fn a_page_of_an_american_directory_becomes_colleagues(on: Backend) -> anyhow::Result<()> {
    let reader = Reader::start_on(on).await?;
    let file = reader.file("page.json", serde_json::to_string_pretty(&page())?)?;
    let (totals, _) = reader.import(&of([file]))?;
    assert_eq!((totals.new, totals.withheld), (3, 1));
    assert_eq!(
        totals.not_kept.iter().map(|(kind, n)| format!("{kind} {n}")).collect::<Vec<_>>(),
        ["Location 1", "OperationOutcome 1"]
    );

    let found = reader.found(&format!("Practitioner?identifier={NPI}|1003000126")).await?;
    let person = &found[0];
    assert_eq!(person["name"][0]["text"], "ARDALAN B ENKESHAFI");
    assert_eq!(person["name"][0]["suffix"], json!(["MD"]), "what is not known here is kept");
    assert_eq!(person["name"][0]["extension"][0]["valueCode"], "ABC");
    assert_eq!(person["address"], json!([{"use": "work", "city": "SPRINGFIELD"}]));
    let text = person.to_string();
    for personal in ["1961", "ssn", "036-000000", "Elm"] {
        assert!(!text.contains(personal), "{personal}");
    }
    let roles = reader.found("PractitionerRole?specialty=03.04&practitioner.family=enkeshafi").await?;
    assert_eq!(roles[0]["organization"]["reference"], "Organization/o-1", "by way of the Location");
    assert_eq!(roles[0]["practitioner"]["reference"], "Practitioner/1003000126");
    assert_eq!(roles[0]["specialty"][0]["coding"][0]["code"], "207RC0000X");
    assert_eq!(roles[0]["availableTime"][0]["daysOfWeek"], json!(["mon"]));
    assert_eq!(roles[0]["meta"]["versionId"], "1");
    Ok(())
}

async fn a_bundle_of_mcsd_brings_its_departments_and_references_of_every_kind(on: Backend) -> anyhow::Result<()> {
    let reader = Reader::start_on(on).await?;
    let mcsd = |kind: &str| json!([{"coding": [{"system": "https://profiles.ihe.net/ITI/mCSD/CodeSystem/IHE.mCSD.Organization.Location.Types", "code": kind}]}]);
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "request": {"method": "POST", "url": "PractitionerRole"},
         "resource": {"resourceType": "PractitionerRole", "identifier": [{"system": "urn:posts", "value": "7"}],
            "practitioner": {"identifier": {"system": "urn:staff", "value": "A-17"}},
            "organization": {"reference": "urn:uuid:7a3dd0f1-4e58-4c12-8f0c-6f83e4f8f6a0"},
            "code": [{"coding": [{"system": "urn:jobs", "code": "3", "display": "主治医师"}]}],
            "specialty": [{"coding": [{"system": "urn:x", "code": "nk", "display": "儿科"}]}, {"text": "新生儿重症"}]}},
        {"fullUrl": "urn:uuid:3d3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "request": {"method": "POST", "url": "Practitioner"},
         "resource": {"resourceType": "Practitioner", "identifier": [{"system": "urn:staff", "value": "A-17"}],
            "name": [{"use": "maiden", "text": "周静"}, {"use": "official", "text": "欧阳　静安"}]}},
        {"fullUrl": "urn:uuid:7a3dd0f1-4e58-4c12-8f0c-6f83e4f8f6a0", "request": {"method": "POST", "url": "Organization"},
         "resource": {"resourceType": "Organization", "name": "云岭市第一人民医院", "type": mcsd("facility"),
            "partOf": {"reference": "Organization/jurisdiction"}}},
        {"fullUrl": "https://mcsd.example/fhir/Organization/jurisdiction", "request": {"method": "PUT", "url": "Organization/jurisdiction"},
         "resource": {"resourceType": "Organization", "id": "jurisdiction", "name": "云岭市卫生健康委员会", "type": mcsd("jurisdiction")}},
        {"request": {"method": "DELETE", "url": "Organization/gone"}},
    ]});
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bundle.to_string().as_bytes())?;
    let import = of([reader.file("mcsd.bin", gzip.finish()?)?]);
    let (totals, findings) = reader.import(&import)?;
    assert_eq!((totals.new, totals.warnings), (4, 1), "{}", said(&findings));

    let roles =
        reader.found("PractitionerRole?specialty=07&role=attending&_include=PractitionerRole:practitioner").await?;
    assert_eq!(roles.len(), 2);
    let names: Vec<_> =
        roles[1]["name"].as_array().unwrap().iter().map(|name| name["text"].as_str().unwrap()).collect();
    assert_eq!(names, ["欧阳静安", "周静", "Ouyang Jing'an"]);
    assert_eq!(roles[0]["practitioner"]["reference"], format!("Practitioner/{}", roles[1]["id"].as_str().unwrap()));
    let facilities = reader.found("Organization?partof=jurisdiction").await?;
    assert_eq!(
        roles[0]["organization"]["reference"],
        format!("Organization/{}", facilities[0]["id"].as_str().unwrap())
    );
    assert_eq!(facilities[0]["type"][0]["coding"][0]["code"], "facility");

    let (again, _) = reader.import(&import)?;
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 4), "ids follow from identifiers and URLs");
    Ok(())
}

async fn files_and_types_come_in_any_order(on: Backend) -> anyhow::Result<()> {
    let operator = offline(on)?;
    let role = json!({"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/p"},
        "organization": {"reference": "Organization/o"}, "endpoint": [{"reference": "#matrix"}],
        "extension": [{"url": "https://consilium.cn/fhir/StructureDefinition/verification", "extension": [
            {"url": "verifiedAt", "valueDateTime": "2026-01-01T00:00:00Z"}]}],
        "contained": [{"resourceType": "Endpoint", "id": "matrix", "address": "matrix:u/mallory:jiangzhou.example", "connectionType":
            {"system": "https://consilium.cn/fhir/CodeSystem/endpoint-connection-type", "code": "matrix"}}]});
    let person = json!({"resourceType": "Practitioner", "id": "p", "name": [{"text": "古丽娜尔•艾合买提"}]});
    let hospital = json!({"resourceType": "Organization", "id": "o", "name": "望川市人民医院"});
    let files = [
        operator.lines("roles.ndjson", &[role])?,
        operator.lines("people.ndjson", &[person])?,
        operator.lines("o.jsonl", &[hospital])?,
    ];
    let import = Import { prefix: "wc-".into(), ..of(files) };
    let (totals, _) = operator.import(&import)?;
    assert_eq!((totals.new, totals.unvouched), (3, 1));
    let roles = operator.listed("PractitionerRole")?;
    let role = one(&roles, "wc-r")?;
    assert_eq!(role["practitioner"]["reference"], "Practitioner/wc-p");
    assert!(
        role.get("contained").is_none() && role.get("extension").is_none(),
        "nobody vouches for a stranger's badge: {role}"
    );
    assert_eq!(one(&operator.listed("Practitioner")?, "wc-p")?["name"][0]["text"], "古丽娜尔·艾合买提");
    Ok(())
}
