//! IHE mCSD ITI-130: colleagues keep their own entry.

use crate::colleagues::refusal;
use consilium_registry::publish_now;
use consilium_registry_api::{AuditPage, Session};
use consilium_testbed::{Answer, Backend, Doctor, Testbed, lin_jianing, on_both_databases, weiss};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Read as _;

on_both_databases! {
    a_colleague_changes_what_is_theirs_and_it_is_recorded,
    what_was_verified_and_what_is_anothers_stays,
    a_leave_is_told_published_and_taken_back,
}

/// A colleague with a session, and where their entry is: `Type/id`.
pub struct Owner {
    pub session: Session,
    pub role: String,
    pub practitioner: String,
}

impl Owner {
    pub async fn of(bed: &Testbed, doctor: &Doctor) -> anyhow::Result<Self> {
        let session = bed.session(doctor).await?;
        let found = format!("/fhir/PractitionerRole?practitioner={}", doctor.practitioner_id);
        let bundle = bed.call(Method::GET, &found, &session.access_token).await?.json();
        let role = format!("PractitionerRole/{}", bundle["entry"][0]["resource"]["id"].as_str().unwrap());
        Ok(Self { session, role, practitioner: format!("Practitioner/{}", doctor.practitioner_id) })
    }

    pub async fn reads(&self, bed: &Testbed, path: &str) -> anyhow::Result<Value> {
        Ok(bed.call(Method::GET, &format!("/fhir/{path}"), &self.session.access_token).await?.json())
    }

    pub async fn puts(&self, bed: &Testbed, path: &str, if_match: &str, entry: &Value) -> anyhow::Result<Answer> {
        let request = bed.request(Method::PUT, &format!("/fhir/{path}")).bearer_auth(&self.session.access_token);
        let request = request.header("content-type", "application/fhir+json").body(entry.to_string());
        bed.send(if if_match.is_empty() { request } else { request.header("if-match", if_match) }).await
    }
}

async fn a_colleague_changes_what_is_theirs_and_it_is_recorded(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = Owner::of(&bed, &bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?).await?;
    let mut role = lin.reads(&bed, &lin.role).await?;
    role["telecom"] = json!([{"system": "phone", "value": "0591-555-0199", "use": "work"}]);
    role["specialty"].as_array_mut().unwrap().push(json!({"text": "房颤消融"}));
    let answer = lin.puts(&bed, &lin.role, "W/\"1\"", &role).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["etag"], "W/\"2\"");
    assert_eq!(answer.json()["specialty"][1]["text"], "房颤消融");
    assert_eq!(lin.reads(&bed, &lin.role).await?["telecom"], role["telecom"]);
    let again = lin.puts(&bed, &lin.role, "W/\"2\"", &role).await?;
    assert_eq!(again.headers["etag"], "W/\"2\"", "the same again is no change");

    let mut practitioner = lin.reads(&bed, &lin.practitioner).await?;
    practitioner["communication"] = json!([{"coding": [{"system": "urn:ietf:bcp:47", "code": "de"}]}]);
    practitioner["name"][1]["text"] = "Jia-Ning Lin".into();
    practitioner["name"][1]["given"] = json!(["Jia-Ning"]);
    let answer = lin.puts(&bed, &lin.practitioner, "W/\"1\"", &practitioner).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let found = lin.reads(&bed, "Practitioner?name:exact=Jia-Ning Lin").await?;
    assert_eq!(found["entry"][0]["resource"]["communication"][0]["coding"][0]["code"], "de");
    let since = lin.reads(&bed, "_history?_count=1000").await?;
    assert!(since.to_string().contains("0591-555-0199"), "the feed has it");

    let reviewer = bed.session(&verifier).await?;
    let trail: AuditPage = bed.call(Method::GET, "/v1/review/audit", &reviewer.access_token).await?.read()?;
    let changes: Vec<_> = trail.entries.iter().filter(|e| format!("{:?}", e.action) == "EntryChanged").collect();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0].actor, "林嘉宁");
    Ok(())
}

async fn what_was_verified_and_what_is_anothers_stays(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = Owner::of(&bed, &bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?).await?;
    let hannah = Owner::of(&bed, &bed.doctor(&verifier, weiss(), "battery staple horse").await?).await?;
    let role = lin.reads(&bed, &lin.role).await?;
    let practitioner = lin.reads(&bed, &lin.practitioner).await?;

    for (pointer, value, element) in [
        ("/code/0/coding/0/code", json!("chief"), "PractitionerRole.code"),
        ("/organization/reference", json!("Organization/elsewhere"), "PractitionerRole.organization"),
        ("/extension/0/extension/1/valueDate", json!("2099-01-01"), "PractitionerRole.extension"),
        ("/contained/0/address", json!("matrix:u/mallory:jiangzhou.example"), "PractitionerRole.contained"),
        ("/specialty/0/coding/0/code", json!("03.03"), "PractitionerRole.specialty"),
        ("/active", json!(false), "PractitionerRole.active"),
    ] {
        let mut changed = role.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        let answer = lin.puts(&bed, &lin.role, "W/\"1\"", &changed).await?;
        assert_eq!(refusal(&answer, "mallory"), (422, "business-rule".into()), "{pointer}");
        assert_eq!(answer.json()["issue"][0]["expression"], json!([element]));
    }
    let mut renamed = practitioner.clone();
    renamed["name"][0]["text"] = "周敏".into();
    renamed["qualification"] = json!([]);
    let answer = lin.puts(&bed, &lin.practitioner, "W/\"1\"", &renamed).await?;
    let named: Vec<_> = answer.json()["issue"].as_array().unwrap().iter().map(|i| i["expression"][0].clone()).collect();
    assert_eq!(named, ["Practitioner.qualification", "Practitioner.name"]);

    for (who, path, tag, body, status) in [
        (&hannah, &lin.role, "W/\"1\"", &role, 403),
        (&hannah, &lin.practitioner, "W/\"1\"", &practitioner, 403),
        (&lin, &lin.role, "", &role, 400),
        (&lin, &lin.role, "W/\"7\"", &role, 412),
        (&lin, &lin.role, "1", &role, 412),
        (&lin, &lin.role, "W/\"1\"", &practitioner, 400),
        (
            &lin,
            &"PractitionerRole/new".to_owned(),
            "W/\"1\"",
            &json!({"resourceType": "PractitionerRole", "id": "new"}),
            405,
        ),
        (&lin, &"Organization/jzfy".to_owned(), "W/\"1\"", &json!({"resourceType": "Organization", "id": "jzfy"}), 405),
        (&lin, &lin.role, "W/\"1\"", &json!("text"), 400),
    ] {
        assert_eq!(refusal(&who.puts(&bed, path, tag, body).await?, "").0, status, "{path} {tag}");
    }
    for (method, path) in [
        (Method::DELETE, format!("/fhir/{}", lin.role)),
        (Method::POST, "/fhir/PractitionerRole".to_owned()),
        (Method::PATCH, format!("/fhir/{}", lin.role)),
    ] {
        let answer = bed.call(method.clone(), &path, &lin.session.access_token).await?;
        assert_eq!(refusal(&answer, ""), (405, "not-supported".into()), "{method} {path}");
        assert!(answer.headers.contains_key("allow"));
    }
    assert_eq!(lin.reads(&bed, &lin.role).await?, role, "nothing has changed");
    bed.synapse.set_locked("@lin.jianing:jiangzhou.example", true).await?;
    assert_eq!(refusal(&lin.puts(&bed, &lin.role, "W/\"1\"", &role).await?, "").0, 401);
    Ok(())
}

async fn a_leave_is_told_published_and_taken_back(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = Owner::of(&bed, &bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?).await?;
    let mut role = lin.reads(&bed, &lin.role).await?;
    let leave = json!([{"description": "援疆", "during": {"start": "2027-03-01", "end": "2027-08-31"}}]);
    role["notAvailable"] = leave.clone();
    let answer = lin.puts(&bed, &lin.role, "W/\"1\"", &role).await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let colleague = bed.session(&verifier).await?.access_token;
    let seen = bed.call(Method::GET, &format!("/fhir/{}", lin.role), &colleague).await?.json();
    assert_eq!(seen["notAvailable"], leave);
    publish_now(bed.registry()?).await?;
    assert!(in_files(&bed, "援疆")?, "the published files have it");

    role["notAvailable"][0]["during"]["end"] = "2027-02-28".into();
    let answer = lin.puts(&bed, &lin.role, "W/\"2\"", &role).await?;
    assert_eq!(refusal(&answer, "援疆"), (422, "business-rule".into()));
    assert_eq!(answer.json()["issue"][0]["expression"], json!(["PractitionerRole.notAvailable[0].during"]));
    role.as_object_mut().unwrap().remove("notAvailable");
    let answer = lin.puts(&bed, &lin.role, "W/\"2\"", &role).await?;
    assert_eq!((answer.status.as_u16(), answer.json().get("notAvailable")), (200, None));
    Ok(())
}

/// Whether one of the published files has this text.
fn in_files(bed: &Testbed, text: &str) -> anyhow::Result<bool> {
    for file in std::fs::read_dir(bed.settings.published_dir.join("files"))? {
        let mut content = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(file?.path())?).read_to_string(&mut content)?;
        if content.contains(text) {
            return Ok(true);
        }
    }
    Ok(false)
}
