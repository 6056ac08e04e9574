//! A small directory, and a client of it.

use anyhow::ensure;
use consilium_fhir::{Element, HumanName};
use consilium_registry::import;
use consilium_registry_api::Session;
use consilium_testbed::{Answer, Backend, Testbed};
use reqwest::Method;
use serde_json::{Value, json};

pub const TITLES: &str = "urn:oid:2.16.156.10011.2.3.1.209";
pub const DEPARTMENTS: &str = "urn:oid:2.16.156.10011.2.3.2.62";

/// Id, Han name with family and given name, Latin name likewise, hospital, department, title.
type Person = (&'static str, [&'static str; 3], [&'static str; 3], &'static str, &'static str, &'static str);

const PEOPLE: &[Person] = &[
    ("zhang", ["张伟民", "张", "伟民"], ["Zhang Weimin", "Zhang", "Weimin"], "lgzx", "03.04", "chief"),
    ("wei", ["魏张", "魏", "张"], ["Wei Zhang", "Wei", "Zhang"], "lgzx", "03.03", "attending"),
    ("mueller", ["", "", ""], ["Jürgen Müller", "Müller", "Jürgen"], "jzfb", "03.04", "chief"),
    ("oneil", ["", "", ""], ["Seán O'Neil, Jr", "O'Neil, Jr", "Seán"], "jzfb", "03.03", "resident"),
    (
        "gulnar",
        ["古丽娜尔·艾合买提", "", "古丽娜尔·艾合买提"],
        ["Gulnar Ehmet", "Ehmet", "Gulnar"],
        "jzfb",
        "07",
        "chief",
    ),
    ("yoshida", ["𠮷田一郎", "𠮷", "田一郎"], ["Yoshida Ichiro", "Yoshida", "Ichiro"], "lgzx", "07", "attending"),
];

fn organizations() -> Vec<Value> {
    let city = |han: &str, latin: &str| json!([{"city": han, "_city": Element::translated("en", latin)}]);
    vec![
        json!({"resourceType": "Organization", "id": "lgzx", "active": true, "name": "绿谷中心医院",
            "_name": Element::translated("en", "Lügu Central Hospital"), "alias": ["LGCH"],
            "identifier": [{"system": "urn:hospitals", "value": "H-2"}, {"value": "bare"}],
            "type": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/organization-type", "code": "prov"}]}],
            "address": city("绿谷", "Lügu")}),
        json!({"resourceType": "Organization", "id": "jzfb", "active": true, "name": "江州市妇幼保健院",
            "address": city("江州", "Jiangzhou")}),
        json!({"resourceType": "Organization", "id": "lgzx-heart", "active": false, "name": "心血管内科",
            "partOf": {"reference": "Organization/lgzx"}}),
    ]
}

fn person((id, han, latin, hospital, department, title): &Person) -> [Value; 2] {
    let mut names = Vec::new();
    if !han[0].is_empty() {
        names.push(HumanName::han(han[0], han[1], &[han[2]]));
    }
    names.push(HumanName::latin(latin[0], latin[1], &[latin[2]]));
    let practitioner = format!("p-{id}");
    [
        json!({"resourceType": "Practitioner", "id": practitioner, "active": true, "name": names,
            "identifier": [{"system": "urn:staff", "value": format!("Staff-{id}")}]}),
        json!({"resourceType": "PractitionerRole", "id": format!("r-{id}"), "active": true,
            "practitioner": {"reference": format!("Practitioner/{practitioner}")},
            "organization": {"reference": format!("Organization/{hospital}")},
            "code": [{"coding": [{"system": TITLES, "code": title}]}],
            "specialty": [{"coding": [{"system": DEPARTMENTS, "code": department}]}, {"text": "疑难会诊"}],
            "telecom": [{"system": "phone", "value": "0591-555-0142", "use": "work"}]}),
    ]
}

/// The registry with the small directory and a verifier's session.
pub struct Directory {
    pub bed: Testbed,
    pub session: Session,
}

impl Directory {
    pub async fn start_on(on: Backend) -> anyhow::Result<Self> {
        let bed = Testbed::start_on(on).await?;
        let session = bed.session(&bed.verifier().await?).await?;
        let directory = Self { bed, session };
        directory.import(organizations().into_iter().chain(PEOPLE.iter().flat_map(person)))?;
        Ok(directory)
    }

    pub fn import(&self, resources: impl IntoIterator<Item = Value>) -> anyhow::Result<()> {
        let path = self.bed.folder().join("import.ndjson");
        let lines: Vec<String> = resources.into_iter().map(|resource| resource.to_string()).collect();
        std::fs::write(&path, lines.join("\n"))?;
        import(self.bed.registry()?, &[path])?;
        Ok(())
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.bed.call(Method::GET, &format!("/fhir/{path}"), &self.session.access_token).await
    }

    /// The Bundle that a search or a history answers.
    pub async fn bundle(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.get(path).await?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text);
        assert_eq!(answer.headers["content-type"], "application/fhir+json");
        Ok(answer.json())
    }

    /// Ids of the matches, in their order.
    pub async fn found(&self, path: &str) -> anyhow::Result<Vec<String>> {
        Ok(ids(&self.bundle(path).await?, "match"))
    }

    /// A link of a Bundle as a path under `/fhir/`.
    pub fn link(&self, bundle: &Value, relation: &str) -> Option<String> {
        let links = bundle["link"].as_array()?;
        let url = links.iter().find(|link| link["relation"] == relation)?["url"].as_str()?;
        Some(url.strip_prefix(&format!("{}/fhir/", self.bed.registry_url()))?.to_owned())
    }
}

/// Ids of the entries with this search mode.
pub fn ids(bundle: &Value, mode: &str) -> Vec<String> {
    let entries = bundle["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    let with_mode = entries.iter().filter(|entry| entry["search"]["mode"] == mode);
    with_mode.map(|entry| entry["resource"]["id"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Status and issue code of a refusal, which must be an OperationOutcome and must not repeat `sent`.
pub fn refusal(answer: &Answer, sent: &str) -> (u16, String) {
    let outcome = answer.json();
    assert_eq!(outcome["resourceType"], "OperationOutcome", "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/fhir+json");
    assert!(sent.is_empty() || !answer.text.contains(sent), "{}", answer.text);
    (answer.status.as_u16(), answer.code())
}
