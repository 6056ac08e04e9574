//! A colleague's resources as the registry writes and the client reads them.
#![allow(clippy::unwrap_used)]

use consilium_fhir::*;
use serde_json::{Value, json};

fn role() -> Value {
    json!({
        "resourceType": "PractitionerRole",
        "id": "role-lin",
        "meta": {"versionId": "3", "lastUpdated": "2026-07-01T08:00:00Z"},
        "contained": [{
            "resourceType": "Endpoint",
            "id": "matrix",
            "status": "active",
            "connectionType": {"system": "https://consilium.cn/fhir/CodeSystem/endpoint-connection-type", "code": "matrix"},
            "payloadType": [{"text": "Matrix"}],
            "address": "matrix:u/lin.jianing:jiangzhou.example"
        }],
        "extension": [{
            "url": "https://consilium.cn/fhir/StructureDefinition/verification",
            "extension": [
                {"url": "verifiedAt", "valueDateTime": "2026-07-01T08:00:00Z"},
                {"url": "validUntil", "valueDate": "2027-07-01"},
                {"url": "verifier", "valueString": "周敏"},
                {"url": "organization", "valueString": "江州大学附属第一医院"},
                {"url": "licenceEnding", "valueString": "3517"}
            ]
        }],
        "active": true,
        "practitioner": {"reference": "Practitioner/lin", "display": "林嘉宁"},
        "organization": {"reference": "Organization/jzfy", "display": "江州大学附属第一医院"},
        "code": [{"coding": [{"system": "urn:oid:2.16.156.10011.2.3.1.209", "code": "attending", "display": "主治医师"}]}],
        "specialty": [
            {"coding": [{"system": "urn:oid:2.16.156.10011.2.3.2.62", "code": "03.04", "display": "心血管内科"}]},
            {"text": "心律失常"}
        ],
        "telecom": [{"system": "phone", "value": "0591-555-0120", "use": "work"}],
        "availableTime": [{"daysOfWeek": ["mon"], "availableStartTime": "08:00:00"}],
        "endpoint": [{"reference": "#matrix"}]
    })
}

#[test]
fn a_role_is_read_and_written_unchanged_with_elements_unknown_here() {
    let read: Resource = serde_json::from_value(role()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), role());

    let Resource::PractitionerRole(role) = read else { panic!("not a role") };
    assert!(role.other.contains_key("availableTime"));
    assert_eq!(role.practitioner_id(), Some("lin"));
    assert_eq!(role.organization_id(), Some("jzfy"));
    assert_eq!(role.title("urn:oid:2.16.156.10011.2.3.1.209"), Some("attending"));
    assert_eq!(role.department("urn:oid:2.16.156.10011.2.3.2.62"), Some("03.04"));
    assert_eq!(role.interests().collect::<Vec<_>>(), ["心律失常"]);
    assert_eq!(role.matrix_user_id().as_deref(), Some("@lin.jianing:jiangzhou.example"));
    let verification = role.verification().unwrap();
    assert_eq!(verification.valid_until, "2027-07-01");
    assert_eq!(verification.licence_ending, "3517");
    assert_eq!(role.extension[0], verification.to_extension());
}

#[test]
fn an_account_can_be_set_and_taken_away() {
    let Ok(Resource::PractitionerRole(mut role)) = serde_json::from_value(role()) else { panic!("not a role") };
    role.set_matrix_user_id(None);
    assert_eq!((role.matrix_user_id(), role.contained.len(), role.endpoint.len()), (None, 0, 0));
    role.set_matrix_user_id(Some("@weiss/h:example.org:8448"));
    role.set_matrix_user_id(Some("@weiss/h:example.org:8448"));
    assert_eq!(role.matrix_user_id().as_deref(), Some("@weiss/h:example.org:8448"));
    assert_eq!(role.contained.len(), 1);
}

#[test]
fn names_keep_their_script() {
    let practitioner = Practitioner {
        name: vec![
            HumanName::han("欧阳文静", "欧阳", &["文静"]),
            HumanName::latin("Ouyang Wenjing", "Ouyang", &["Wenjing"]),
        ],
        qualification: vec![Qualification {
            code: Some(CodeableConcept::coded("titles", "chief", "主任医师")),
            ..Qualification::default()
        }],
        ..Practitioner::default()
    };
    let text = serde_json::to_string(&Resource::from(practitioner)).unwrap();
    let Ok(Resource::Practitioner(read)) = serde_json::from_str(&text) else { panic!("not a practitioner") };
    assert_eq!(read.han_name().unwrap().family.as_deref(), Some("欧阳"));
    assert_eq!(read.latin_name().unwrap().text.as_deref(), Some("Ouyang Wenjing"));
    assert_eq!(read.title("titles"), Some("chief"));
    assert_eq!(read.title("others"), None);
}

#[test]
fn a_hospital_has_names_in_both_scripts() {
    let organization = Organization {
        name: Some("江州大学附属第一医院".into()),
        name_element: Some(Element::translated("en", "First Affiliated Hospital of Jiangzhou University")),
        extension: vec![Extension::string(terms::HOSPITAL_GRADE, "三级甲等")],
        address: vec![Address {
            city: Some("江州".into()),
            city_element: Some(Element::translated("en", "Jiangzhou")),
            state: Some("江州省".into()),
            ..Address::default()
        }],
        ..Organization::default()
    };
    let value = serde_json::to_value(Resource::from(organization)).unwrap();
    assert_eq!(value["_name"]["extension"][0]["extension"][0], json!({"url": "lang", "valueCode": "en"}));
    let Ok(Resource::Organization(read)) = serde_json::from_value(value) else { panic!("not an organisation") };
    assert_eq!(read.latin_name(), Some("First Affiliated Hospital of Jiangzhou University"));
    assert_eq!((read.city(), read.latin_city(), read.province()), (Some("江州"), Some("Jiangzhou"), Some("江州省")));
    assert_eq!(read.grade(), Some("三级甲等"));
}

#[test]
fn a_history_tells_deletions_from_changes() {
    let bundle: Bundle = serde_json::from_value(json!({
        "type": "history",
        "total": 2,
        "link": [{"relation": "next", "url": "https://r.example/fhir/_history?_cursor=abc"}],
        "entry": [
            {"resource": {"resourceType": "Location", "id": "x", "name": "?"}, "request": {"method": "PUT", "url": "Location/x"}},
            {"request": {"method": "DELETE", "url": "PractitionerRole/role-lin"}, "response": {"status": "204"}}
        ]
    }))
    .unwrap();
    assert_eq!(bundle.link("next"), Some("https://r.example/fhir/_history?_cursor=abc"));
    assert_eq!(bundle.entry[0].deleted(), None);
    assert_eq!(bundle.entry[0].resource.as_ref().unwrap().resource_type(), "Location");
    assert_eq!(bundle.entry[1].deleted(), Some(("PractitionerRole", "role-lin")));
}

#[test]
fn a_broken_resource_is_an_error_and_not_an_unknown_type() {
    assert!(serde_json::from_value::<Resource>(json!({"resourceType": "Practitioner", "name": "Lin"})).is_err());
    assert!(serde_json::from_value::<Resource>(json!({"id": "x"})).is_err());
}

#[test]
fn matrix_uris_name_users_alone() {
    assert_eq!(matrix_uri("@lin.jianing:jiangzhou.example"), "matrix:u/lin.jianing:jiangzhou.example");
    assert_eq!(matrix_uri("@a/b:x.org"), "matrix:u/a%2Fb:x.org");
    for bad in ["matrix:r/room:x.org", "matrix:u/lin", "matrix:u/:x", "matrix:u/a%2", "matrix:u/%C3:x", "https://x"] {
        assert_eq!(user_id_of_matrix_uri(bad), None, "{bad}");
    }
}

#[test]
fn whom_a_contact_is_for_is_said_once_and_taken_off_for_others() {
    let written = json!({"system": "phone", "value": "139", "use": "mobile", "rank": 1,
        "extension": [{"url": "urn:other", "valueCode": "x"}]});
    let contact: ContactPoint = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(contact.visibility(), None);
    let decided = contact.visible_to("nobody").visible_to("organization");
    assert_eq!(decided.visibility(), Some("organization"));
    assert_eq!(decided.extension.len(), 2);
    assert_eq!(serde_json::to_value(decided.without_visibility()).unwrap(), written);
}
