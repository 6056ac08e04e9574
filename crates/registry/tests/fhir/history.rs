//! IHE mCSD ITI-91, and the versions of one resource.

use crate::colleagues::{Directory, refusal};
use chrono::{SecondsFormat, Utc};
use consilium_registry::revoke;
use consilium_testbed::{Backend, lin_jianing, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both_databases! {
    every_version_is_kept_and_read,
    a_kind_of_resource_has_a_feed_of_its_own,
    of_what_is_deleted_the_deletion_alone_is_told,
    what_a_caller_has_is_not_sent_again,
}

fn hospital(name: &str) -> Value {
    json!({"resourceType": "Organization", "id": "h", "active": true, "name": name})
}

/// Method and name of each entry.
fn changes(bundle: &Value) -> Vec<(String, String)> {
    let entries = bundle["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    entries.iter().map(|e| (text(&e["request"]["method"]), text(&e["resource"]["name"]))).collect()
}

fn change(method: &str, name: &str) -> (String, String) {
    (method.into(), name.into())
}

async fn every_version_is_kept_and_read(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    for name in ["第一", "第二", "第三"] {
        directory.import([hospital(name)])?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let history = directory.bundle("Organization/h/_history").await?;
    assert_eq!(history["type"], "history");
    assert_eq!(history["total"], 3);
    assert_eq!(changes(&history), [change("PUT", "第三"), change("PUT", "第二"), change("POST", "第一")]);
    assert_eq!(history["entry"][2]["response"]["etag"], "W/\"1\"");

    let first = directory.bundle("Organization/h/_history?_count=2").await?;
    assert_eq!(changes(&first).len(), 2);
    let rest = directory.bundle(&directory.link(&first, "next").unwrap()).await?;
    assert_eq!(changes(&rest), [change("POST", "第一")]);
    assert_eq!(directory.link(&rest, "next"), None);
    let since = history["entry"][1]["response"]["lastModified"].as_str().unwrap();
    let recent = directory.bundle(&format!("Organization/h/_history?_since={since}")).await?;
    assert_eq!(changes(&recent), [change("PUT", "第三"), change("PUT", "第二")]);

    for (version, name) in [(1, "第一"), (2, "第二"), (3, "第三")] {
        let answer = directory.get(&format!("Organization/h/_history/{version}")).await?;
        assert_eq!(answer.json()["name"], name);
        assert_eq!(answer.json()["meta"]["versionId"], version.to_string());
        assert_eq!(answer.headers["etag"], format!("W/\"{version}\"").as_str());
    }
    for path in
        ["Organization/h/_history/4", "Organization/h/_history/x", "Organization/none/_history", "Patient/h/_history"]
    {
        assert_eq!(refusal(&directory.get(path).await?, ""), (404, "not-found".into()), "{path}");
    }
    Ok(())
}

async fn a_kind_of_resource_has_a_feed_of_its_own(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let whole = directory.bundle("Organization/_history?_count=3").await?;
    assert_eq!(whole["total"], 4);
    let types = |bundle: &Value| {
        let entries = bundle["entry"].as_array().unwrap().iter();
        entries.map(|e| e["resource"]["resourceType"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(types(&whole), ["Organization"; 3]);
    let next = directory.link(&whole, "next").unwrap();
    assert!(next.starts_with("Organization/_history?"), "{next}");
    let last = directory.bundle(&next).await?;
    assert_eq!(types(&last).len(), 1);
    let since = directory.link(&last, "since").unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let moment = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    directory.import([hospital("新"), json!({"resourceType": "Practitioner", "id": "p", "name": [{"text": "X Y",
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "ABC"}]}]})])?;
    for path in [since, format!("Organization/_history?_since={moment}")] {
        assert_eq!(changes(&directory.bundle(&path).await?), [change("POST", "新")], "{path}");
    }
    assert_eq!(
        refusal(&directory.get("Organization/_history?_since=yesterday").await?, "yesterday"),
        (400, "invalid".into())
    );
    assert_eq!(refusal(&directory.get("Patient/_history").await?, ""), (404, "not-found".into()));
    Ok(())
}

async fn of_what_is_deleted_the_deletion_alone_is_told(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let verifier = directory.bed.synapse.login("zhou.min", consilium_testbed::VERIFIER_PASSWORD).await?;
    let verifier = consilium_testbed::Doctor {
        account: verifier,
        practitioner_id: directory.session.practitioner_id.clone(),
        password: consilium_testbed::VERIFIER_PASSWORD.into(),
    };
    let lin = directory.bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let of_lin = format!("PractitionerRole?practitioner={}", lin.practitioner_id);
    let [role] = directory.found(&of_lin).await?.try_into().unwrap();
    assert_eq!(
        directory.found("PractitionerRole?practitioner.name=林嘉&specialty=03.04").await?,
        std::slice::from_ref(&role)
    );
    revoke(directory.bed.registry()?, &lin.account.user_id).await?;

    assert!(directory.found(&of_lin).await?.is_empty());
    assert!(directory.found("PractitionerRole?practitioner.name=林嘉&specialty=03.04").await?.is_empty());
    for path in [format!("PractitionerRole/{role}"), format!("PractitionerRole/{role}/_history/1")] {
        assert_eq!(refusal(&directory.get(&path).await?, ""), (410, "deleted".into()), "{path}");
    }
    let history = directory.bundle(&format!("PractitionerRole/{role}/_history")).await?;
    assert_eq!(changes(&history), [change("DELETE", "")]);
    assert!(history["entry"][0]["resource"].is_null());
    let answer = directory.bed.call(Method::GET, "/fhir/Practitioner/_history", "").await?;
    assert_eq!(refusal(&answer, ""), (401, "login".into()));
    Ok(())
}

async fn what_a_caller_has_is_not_sent_again(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let read = async |header: &str, value: &str| {
        let request = directory.bed.request(Method::GET, "/fhir/Organization/lgzx");
        directory.bed.send(request.bearer_auth(&directory.session.access_token).header(header, value)).await
    };
    let answer = directory.get("Organization/lgzx").await?;
    let (tag, modified) =
        (answer.headers["etag"].to_str()?.to_owned(), answer.headers["last-modified"].to_str()?.to_owned());
    assert_eq!(tag, "W/\"1\"");
    for (header, value, status) in [
        ("if-none-match", tag.as_str(), 304),
        ("if-none-match", "W/\"7\", \"1\"", 304),
        ("if-none-match", "W/\"2\"", 200),
        ("if-modified-since", &modified, 304),
        ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT", 200),
        ("if-modified-since", "nonsense", 200),
    ] {
        let answer = read(header, value).await?;
        assert_eq!(
            (answer.status.as_u16(), answer.headers["etag"].to_str()?),
            (status, "W/\"1\""),
            "{header}: {value}"
        );
        assert_eq!(answer.text.is_empty(), status == 304);
    }
    Ok(())
}
