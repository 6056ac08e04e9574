//! The CapabilityStatement: it says what can be done, and no more.

use crate::colleagues::{Directory, refusal};
use consilium_fhir::{CapabilityStatement, Resource};
use consilium_testbed::{Backend, on_both_databases};
use reqwest::Method;
use std::collections::BTreeSet;

on_both_databases! {
    it_is_true,
    other_modes_are_refused,
}

const KINDS: [&str; 3] = ["Organization", "Practitioner", "PractitionerRole"];

/// A value for each search parameter, and how many of the small directory it finds.
fn example(kind: &str, parameter: &str) -> (&'static str, usize) {
    match (kind, parameter) {
        ("Organization", "_id") => ("lgzx", 1),
        ("Practitioner", "_id") => ("p-wei", 1),
        ("PractitionerRole", "_id") => ("r-wei", 1),
        ("Organization", "_lastUpdated") => ("gt2020", 4),
        (_, "_lastUpdated") => ("gt2020", 7),
        ("Organization", "name") => ("绿谷", 1),
        ("Organization", "address-city") => ("lugu", 1),
        ("Organization", "identifier") => ("H-2", 1),
        ("Organization", "type") => ("prov", 2),
        ("Organization", "active") => ("false", 1),
        ("Organization", "partof") => ("lgzx", 1),
        ("Practitioner", "name" | "family") => ("ehmet", 1),
        ("Practitioner", "given") => ("gulnar", 1),
        ("Practitioner", "identifier") => ("urn:staff|Staff-wei", 1),
        (_, "active") => ("true", 7),
        ("PractitionerRole", "practitioner") => ("Practitioner/p-wei", 1),
        ("PractitionerRole", "organization") => ("lgzx", 3),
        ("PractitionerRole", "specialty") => ("07", 2),
        ("PractitionerRole", "role") => ("resident", 1),
        ("PractitionerRole", "identifier") => ("none", 0),
        other => panic!("no example for {other:?}"),
    }
}

async fn it_is_true(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let answer = directory.bed.call(Method::GET, "/fhir/metadata", "").await?;
    let Resource::CapabilityStatement(statement) = answer.read()? else { panic!("not a statement") };
    let CapabilityStatement { fhir_version, rest, .. } = *statement;
    assert_eq!(fhir_version.as_deref(), Some("4.0.1"));
    assert_eq!(rest[0].resource.iter().map(|r| r.type_.as_str()).collect::<Vec<_>>(), KINDS);
    let operations: Vec<&str> = rest[0].operation.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(operations, ["bulk-publish"]);
    assert_eq!(directory.get("$bulk-publish").await?.status, 200);
    assert_eq!(rest[0].interaction.iter().map(|i| i.code.as_str()).collect::<Vec<_>>(), ["history-system"]);
    assert_eq!(directory.get("_history").await?.status, 200);

    for resource in &rest[0].resource {
        let kind = resource.type_.as_str();
        let id = example(kind, "_id").0;
        let claimed: BTreeSet<&str> = resource.interaction.iter().map(|i| i.code.as_str()).collect();
        let mut can = BTreeSet::new();
        for (interaction, method, path) in [
            ("read", Method::GET, format!("{kind}/{id}")),
            ("vread", Method::GET, format!("{kind}/{id}/_history/1")),
            ("history-instance", Method::GET, format!("{kind}/{id}/_history")),
            ("history-type", Method::GET, format!("{kind}/_history")),
            ("search-type", Method::GET, kind.to_owned()),
            ("search-type", Method::POST, format!("{kind}/_search")),
            // What is refused for another reason than that it is not done here could be done by its owner.
            ("update", Method::PUT, format!("{kind}/{id}")),
            ("patch", Method::PATCH, format!("{kind}/{id}")),
            ("delete", Method::DELETE, format!("{kind}/{id}")),
            ("create", Method::POST, kind.to_owned()),
        ] {
            let answer = directory.bed.call(method, &format!("/fhir/{path}"), &directory.session.access_token).await?;
            if answer.status != 405 {
                can.insert(interaction);
            }
        }
        assert_eq!(claimed, can, "{kind}");

        for parameter in &resource.search_param {
            let (value, expected) = example(kind, &parameter.name);
            let found = directory.found(&format!("{kind}?{}={value}", parameter.name)).await?;
            assert_eq!(found.len(), expected, "{kind}?{}", parameter.name);
        }
        let names: BTreeSet<&str> = resource.search_param.iter().map(|p| p.name.as_str()).collect();
        for other in
            ["gender", "location", "service", "email", "phone", "telecom", "endpoint", "_text", "_content", "_has"]
        {
            assert!(!names.contains(other));
            let request = directory.bed.request(Method::GET, &format!("/fhir/{kind}?{other}=x"));
            let request = request.bearer_auth(&directory.session.access_token).header("prefer", "handling=strict");
            assert_eq!(refusal(&directory.bed.send(request).await?, ""), (400, "not-supported".into()), "{other}");
        }
        let request = directory.bed.request(Method::GET, &format!("/fhir/{kind}/{id}"));
        let request = request.bearer_auth(&directory.session.access_token).header("if-none-match", "*");
        let conditional = directory.bed.send(request).await?.status == 304;
        assert_eq!(resource.conditional_read.as_deref() == Some("full-support"), conditional, "{kind}");
        let strictly = async |query: String| {
            let request = directory.bed.request(Method::GET, &format!("/fhir/{kind}?{query}"));
            let request = request.bearer_auth(&directory.session.access_token).header("prefer", "handling=strict");
            anyhow::Ok(directory.bed.send(request).await?.status.is_success())
        };
        for (parameter, claimed) in
            [("_include", &resource.search_include), ("_revinclude", &resource.search_rev_include)]
        {
            for value in ["PractitionerRole:practitioner", "PractitionerRole:organization", "Organization:partof"] {
                let can = strictly(format!("{parameter}={value}")).await?;
                assert_eq!(claimed.iter().any(|c| c == value), can, "{kind} {parameter}={value}");
            }
        }
        let documentation = resource.documentation.as_deref().unwrap();
        for sort in ["_id", "_lastUpdated", "name", "family", "identifier"] {
            let said = documentation.split([' ', ',']).any(|word| word == sort);
            for sort in [sort.to_owned(), format!("-{sort}")] {
                assert_eq!(strictly(format!("_sort={sort}")).await?, said, "{kind} {sort}");
            }
        }
    }
    Ok(())
}

async fn other_modes_are_refused(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let open = async |query: &str| directory.bed.call(Method::GET, &format!("/fhir/metadata{query}"), "").await;
    assert_eq!(open("?mode=full").await?.status, 200);
    assert_eq!(refusal(&open("?mode=terminology").await?, ""), (400, "not-supported".into()));
    assert_eq!(refusal(&open("?mode=badword").await?, "badword"), (400, "invalid".into()));
    assert_eq!(refusal(&open("?_format=xml").await?, "xml"), (406, "not-supported".into()));
    Ok(())
}
