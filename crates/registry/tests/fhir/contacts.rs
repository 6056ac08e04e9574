//! Contacts are shown to whom their owner decided, by every way out, by what holds now.

use crate::own_entry::Owner;
use consilium_registry::import;
use consilium_registry_api::{ContactsPage, EntryVersion};
use consilium_testbed::{Backend, Doctor, Testbed, lin_jianing, on_both_databases, weiss};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases! {
    a_curious_client_sees_what_is_for_it_now_and_nothing_else,
    who_hides_a_number_in_one_place_has_hidden_it,
    a_department_is_of_its_hospital_and_a_hospital_of_a_group_is_not,
    what_came_from_elsewhere_tells_no_more_than_it_may,
    who_left_the_directory_is_no_longer_reached_through_it,
    the_owner_is_told_who_changed_what_and_when,
}

pub const VISIBILITY: &str = "https://consilium.cn/fhir/StructureDefinition/contact-visibility";

pub fn contact(system: &str, value: &str, use_: &str, visibility: &str) -> Value {
    let mut contact = json!({"system": system, "value": value, "use": use_});
    if !visibility.is_empty() {
        contact["extension"] = json!([{"url": VISIBILITY, "valueCode": visibility}]);
    }
    contact
}

/// Zhou Min and Lin Jianing of one hospital, Hannah Weiss of another.
pub struct Colleagues {
    pub bed: Testbed,
    pub zhou: Owner,
    pub lin: Owner,
    pub hannah: Owner,
    pub doctors: [Doctor; 3],
}

impl Colleagues {
    pub async fn start_on(on: Backend) -> anyhow::Result<Self> {
        let bed = Testbed::start_on(on).await?;
        let zhou = bed.verifier().await?;
        let lin = bed.doctor(&zhou, lin_jianing(), "correct horse battery").await?;
        let hannah = bed.doctor(&zhou, weiss(), "battery staple horse").await?;
        Ok(Self {
            zhou: Owner::of(&bed, &zhou).await?,
            lin: Owner::of(&bed, &lin).await?,
            hannah: Owner::of(&bed, &hannah).await?,
            doctors: [zhou, lin, hannah],
            bed,
        })
    }

    /// Sets the contacts of a resource of the owner's entry.
    pub async fn set(&self, owner: &Owner, path: &str, telecom: &Value) -> anyhow::Result<()> {
        let mut entry = owner.reads(&self.bed, path).await?;
        let tag = format!("W/\"{}\"", entry["meta"]["versionId"].as_str().unwrap());
        entry["telecom"] = telecom.clone();
        let answer = owner.puts(&self.bed, path, &tag, &entry).await?;
        anyhow::ensure!(answer.status == 200, "{}", answer.text);
        Ok(())
    }

    /// Sets the contacts of Lin's whole entry.
    pub async fn lin_sets(&self, telecom: &Value) -> anyhow::Result<()> {
        self.set(&self.lin, &self.lin.role, telecom).await?;
        self.set(&self.lin, &self.lin.practitioner, telecom).await
    }

    pub fn import(&self, resources: &[Value]) -> anyhow::Result<()> {
        let path = self.bed.folder().join("import.ndjson");
        let lines: Vec<String> = resources.iter().map(Value::to_string).collect();
        std::fs::write(&path, lines.join("\n"))?;
        import(self.bed.registry()?, &[path])?;
        Ok(())
    }

    /// All that the registry tells this caller of Lin, by every way there is.
    pub async fn all_about_lin(&self, caller: &Owner) -> anyhow::Result<Vec<(String, String)>> {
        let id = |path: &str| path.split_once('/').unwrap().1.to_owned();
        let (role, practitioner) = (id(&self.lin.role), id(&self.lin.practitioner));
        let mut paths = vec![
            "/fhir/_history".to_owned(),
            "/fhir/_history?_count=1".into(),
            "/fhir/_history?_since=2020-01-01T00:00:00Z".into(),
            "/fhir/Practitioner/_history".into(),
            "/fhir/PractitionerRole/_history?_since=2020-01-01T00:00:00Z".into(),
            "/fhir/Practitioner?name=林".into(),
            "/fhir/Practitioner?_lastUpdated=ge2020&_sort=-_lastUpdated".into(),
            "/fhir/Practitioner?name=林&_revinclude=PractitionerRole:practitioner".into(),
            format!("/fhir/PractitionerRole?practitioner={practitioner}&_include=PractitionerRole:practitioner"),
            format!("/fhir/PractitionerRole?_id={role}&_format=json&_total=accurate"),
            "/fhir/PractitionerRole?practitioner.name=lin&_include=PractitionerRole:organization".into(),
            "/fhir/metadata".into(),
            "/v1/contacts".into(),
            "/v1/contact-requests".into(),
            "/v1/entry/history".into(),
        ];
        for place in [&self.lin.role, &self.lin.practitioner] {
            paths.push(format!("/fhir/{place}"));
            paths.push(format!("/fhir/{place}/_history"));
            paths.push(format!("/fhir/{place}/_history?_since=2020-01-01T00:00:00Z"));
            paths.extend((1..=9).map(|version| format!("/fhir/{place}/_history/{version}")));
        }
        let mut told = Vec::new();
        let mut at = 0;
        while let Some(path) = paths.get(at).cloned() {
            at += 1;
            let answer = self.bed.call(Method::GET, &path, &caller.session.access_token).await?;
            // Pages are followed to their end.
            if let Some(links) = answer.json()["link"].as_array() {
                let next = links.iter().find(|link| link["relation"] == "next");
                paths.extend(next.map(|link| {
                    let url = link["url"].as_str().unwrap().to_owned();
                    url.strip_prefix(&self.bed.registry_url()).unwrap().to_owned()
                }));
            }
            told.push((path, answer.text));
        }
        for form in ["name=林&_include=PractitionerRole:practitioner", "name:contains=jianing"] {
            let request = self.bed.request(Method::POST, "/fhir/Practitioner/_search");
            let request = request.bearer_auth(&caller.session.access_token);
            let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
            told.push((format!("POST {form}"), self.bed.send(request).await?.text));
        }
        Ok(told)
    }

    /// By which ways this caller comes to a text.
    pub async fn ways_to(&self, caller: &Owner, text: &str) -> anyhow::Result<Vec<String>> {
        let told = self.all_about_lin(caller).await?;
        Ok(told.into_iter().filter(|(_, answer)| answer.contains(text)).map(|(path, _)| path).collect())
    }
}

async fn a_curious_client_sees_what_is_for_it_now_and_nothing_else(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let Colleagues { lin, zhou, hannah, .. } = &colleagues;
    const FIRST: &str = "0591-555-0120";
    const PHONE: &str = "0591-555-0199";
    const MOBILE: &str = "139-5550-0142";
    const EMAIL: &str = "lin@jzfy.example";
    const HOME: &str = "0591-555-0777";

    // What nobody decided: the phone and the e-mail of the application, for all.
    for caller in [lin, zhou, hannah] {
        assert!(colleagues.ways_to(caller, FIRST).await?.len() > 10);
    }
    // A mobile is for who was granted it, until its owner decides otherwise.
    let phone = contact("phone", PHONE, "work", "");
    colleagues.lin_sets(&json!([phone, contact("phone", MOBILE, "mobile", "")])).await?;
    for caller in [zhou, hannah] {
        assert!(colleagues.ways_to(caller, PHONE).await?.len() > 10);
        assert_eq!(colleagues.ways_to(caller, MOBILE).await?, [""; 0]);
        assert_eq!(
            colleagues.ways_to(caller, FIRST).await?,
            [""; 0],
            "a number that is gone is gone from old versions"
        );
    }
    assert!(colleagues.ways_to(lin, FIRST).await?.len() > 4, "its owner may look back");

    // Shown to all for a time, then to nobody: no version of that time shows it any more.
    colleagues.lin_sets(&json!([phone, contact("phone", MOBILE, "mobile", "verified")])).await?;
    assert!(colleagues.ways_to(hannah, MOBILE).await?.len() > 10);
    let hidden = json!([
        phone,
        contact("phone", MOBILE, "mobile", "nobody"),
        contact("email", EMAIL, "work", "organization"),
        contact("phone", HOME, "home", ""),
    ]);
    colleagues.lin_sets(&hidden).await?;
    for caller in [zhou, hannah] {
        for text in [MOBILE, HOME, FIRST, "contact-visibility", "on-request", "\"nobody\""] {
            let ways = colleagues.ways_to(caller, text).await?;
            let documented = ways.iter().filter(|way| way.as_str() != "/fhir/metadata").collect::<Vec<_>>();
            assert!(documented.is_empty(), "{text}: {documented:?}");
        }
    }
    assert!(colleagues.ways_to(zhou, EMAIL).await?.len() > 10, "a colleague of the hospital");
    assert_eq!(colleagues.ways_to(hannah, EMAIL).await?, [""; 0]);
    assert_eq!(lin.reads(&colleagues.bed, &lin.role).await?["telecom"], hidden, "its owner sees all of it");

    // What is hidden cannot be guessed by searching for it either.
    for parameter in ["phone", "telecom", "email", "phone:exact", "practitioner.phone", "_content", "_text"] {
        for kind in ["Practitioner", "PractitionerRole"] {
            let token = &hannah.session.access_token;
            let found = async |value: &str| {
                let path = format!("/fhir/{kind}?{parameter}={value}&_summary=count");
                anyhow::Ok(colleagues.bed.call(Method::GET, &path, token).await?.json()["total"].clone())
            };
            assert_eq!(found(MOBILE).await?, found("139-0000-0000").await?, "{kind}?{parameter}");
        }
    }
    // A reader who kept what was there is not told that nothing has changed.
    let request = colleagues.bed.request(Method::GET, &format!("/fhir/{}", lin.role));
    let request = request.bearer_auth(&hannah.session.access_token).header("if-none-match", "W/\"4\"");
    assert_eq!(colleagues.bed.send(request).await?.status, 200);
    Ok(())
}

async fn who_hides_a_number_in_one_place_has_hidden_it(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let role = json!([contact("phone", "0591 555 0120", "work", "nobody")]);
    colleagues.set(&colleagues.lin, &colleagues.lin.role, &role).await?;
    for spelt in ["0591 555 0120", "0591-555-0120"] {
        assert_eq!(colleagues.ways_to(&colleagues.hannah, spelt).await?, [""; 0], "the Practitioner has it still");
    }
    assert!(!colleagues.ways_to(&colleagues.lin, "0591-555-0120").await?.is_empty());
    Ok(())
}

async fn a_department_is_of_its_hospital_and_a_hospital_of_a_group_is_not(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let part = |id: &str, of: &str, code: &str| {
        json!({"resourceType": "Organization", "id": id, "active": true, "name": id,
            "type": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/organization-type", "code": code}]}],
            "partOf": {"reference": format!("Organization/{of}")}})
    };
    let hospital = |of: &str, id: &str| {
        json!({"resourceType": "Organization", "id": id, "active": true, "name": "江州大学附属第一医院",
        "type": [{"coding": [{"code": "prov"}]}], "address": [{"city": "江州"}], "partOf": {"reference": format!("Organization/{of}")}})
    };
    let colleague = |id: &str, organization: &str| {
        let name = json!([{"text": format!("Doctor {id}"), "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "ABC"}]}]);
        [
            json!({"resourceType": "Practitioner", "id": id, "active": true, "name": name}),
            json!({"resourceType": "PractitionerRole", "id": format!("r-{id}"), "active": true,
                "practitioner": {"reference": format!("Practitioner/{id}")},
                "organization": {"reference": format!("Organization/{organization}")},
                "telecom": [contact("phone", &format!("0591-555-{id}"), "work", "organization")]}),
        ]
    };
    colleagues.import(&[
        part("group", "ministry", "govt"),
        part("other", "group", "prov"),
        part("jzfy-heart", "jzfy", "dept"),
        part("jzfy-ward", "jzfy-heart", "dept"),
    ])?;
    for (id, organization) in [("0001", "jzfy"), ("0002", "jzfy-ward"), ("0003", "other"), ("0004", "group")] {
        colleagues.import(&colleague(id, organization))?;
    }
    let lin = &colleagues.lin;
    // A hospital that is said to be a part of its own ward is a mistake that must not cost more than itself.
    for above in ["group", "jzfy-ward"] {
        if above == "group" {
            colleagues.import(&[hospital(above, "jzfy")])?;
        } else {
            // No import makes it.
            tokio::task::block_in_place(|| {
                colleagues.bed.tamper(
                    "UPDATE resources SET body = replace(body, 'Organization/group', 'Organization/jzfy-ward') WHERE id = 'jzfy';
                     UPDATE codes SET value = 'jzfy-ward' WHERE param = 2 AND value = 'group'
                        AND key = (SELECT key FROM entries WHERE kind = 1 AND id = 'jzfy')",
                )
            })?;
        }
        let page: ContactsPage =
            colleagues.bed.call(Method::GET, "/v1/contacts", &lin.session.access_token).await?.read()?;
        let roles = page.entries.iter().map(|entry| entry.role.as_str()).filter(|role| role.starts_with("r-"));
        assert_eq!(roles.collect::<Vec<_>>(), ["r-0001", "r-0002"], "under {above}");
        for (role, sees) in [("r-0001", true), ("r-0002", true), ("r-0003", false), ("r-0004", false)] {
            let role = lin.reads(&colleagues.bed, &format!("PractitionerRole/{role}")).await?;
            assert_eq!(role["telecom"].is_array(), sees, "under {above}: {role}");
        }
        assert_eq!(colleagues.ways_to(&colleagues.hannah, "0591-555-000").await?, [""; 0]);
    }
    Ok(())
}

async fn what_came_from_elsewhere_tells_no_more_than_it_may(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let secret = "139-5550-0188";
    let imported = |mobile: &str| {
        json!({"resourceType": "PractitionerRole", "id": "r-x", "active": true,
            "text": {"status": "generated", "div": format!("<div>{mobile}</div>")},
            "contained": [{"resourceType": "Practitioner", "id": "p", "telecom": [{"system": "phone", "value": mobile}]},
                {"resourceType": "Endpoint", "id": "e", "status": "active", "address": "https://x.example",
                    "contact": [{"system": "phone", "value": mobile}]}],
            "practitioner": {"reference": "Practitioner/x"}, "organization": {"reference": "Organization/jzfy"},
            "availabilityExceptions": "not on Sundays",
            "telecom": [contact("sms", mobile, "", ""), contact("phone", "0591-555-0160", "work", "")]})
    };
    let name = json!([{"text": "Xu Wei", "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "ABC"}]}]);
    colleagues.import(&[
        json!({"resourceType": "Practitioner", "id": "x", "active": true, "name": name, "telecom": [contact("sms", secret, "", "")]}),
        imported(secret),
    ])?;
    colleagues.import(&[imported("139-5550-0189")])?;
    for caller in [&colleagues.zhou, &colleagues.hannah] {
        for path in [
            "PractitionerRole/r-x",
            "PractitionerRole/r-x/_history",
            "PractitionerRole/r-x/_history/1",
            "Practitioner/x",
            "_history",
            "PractitionerRole?_id=r-x&_include=PractitionerRole:practitioner",
        ] {
            let text = caller.reads(&colleagues.bed, path).await?.to_string();
            assert!(!text.contains("139-5550") && !text.contains("\"text\":{"), "{path}: {text}");
        }
        let role = caller.reads(&colleagues.bed, "PractitionerRole/r-x").await?;
        assert_eq!(role["telecom"], json!([{"system": "phone", "value": "0591-555-0160", "use": "work"}]));
        assert_eq!(role["contained"][1]["address"], "https://x.example");
        assert_eq!(role["availabilityExceptions"], "not on Sundays", "the rest is as it came");
        let page: ContactsPage =
            colleagues.bed.call(Method::GET, "/v1/contacts", &caller.session.access_token).await?.read()?;
        let entry = page.entries.iter().find(|entry| entry.role == "r-x").unwrap();
        assert_eq!(entry.telecom.len(), 1);
        assert!(entry.requestable.is_empty(), "nobody could answer");
    }
    Ok(())
}

async fn who_left_the_directory_is_no_longer_reached_through_it(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    assert!(!colleagues.ways_to(&colleagues.hannah, "0591-555-0120").await?.is_empty());
    consilium_registry::revoke(colleagues.bed.registry()?, "@lin.jianing:jiangzhou.example").await?;
    assert_eq!(colleagues.ways_to(&colleagues.hannah, "0591-555-0120").await?, [""; 0]);
    Ok(())
}

async fn the_owner_is_told_who_changed_what_and_when(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let lin = &colleagues.lin;
    let before = chrono::Utc::now();
    colleagues.set(lin, &lin.role, &json!([contact("phone", "0591-555-0199", "work", "verified")])).await?;
    // Somebody else changes her entry, as no import does.
    let id = lin.practitioner.split_once('/').unwrap().1;
    tokio::task::block_in_place(|| {
        colleagues.bed.tamper(&format!(
            "INSERT INTO versions SELECT type, id, version, deleted, changed_at, body FROM resources WHERE id = '{id}';
             UPDATE resources SET version = 2, seq = (SELECT max(seq) + 1 FROM resources), changed_at = changed_at + 600000,
                body = replace(body, '\"active\":true', '\"active\":false') WHERE id = '{id}'"
        ))
    })?;
    let told = async |owner: &Owner| -> anyhow::Result<Vec<EntryVersion>> {
        colleagues.bed.call(Method::GET, "/v1/entry/history", &owner.session.access_token).await?.read()
    };
    let history = told(lin).await?;
    let short: Vec<(&str, i64, bool, Vec<&str>)> = history
        .iter()
        .map(|v| (v.resource.as_str(), v.version, v.own, v.changed.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        short,
        [
            ("Practitioner", 2, false, vec!["active"]),
            ("PractitionerRole", 2, true, vec!["telecom"]),
            ("PractitionerRole", 1, false, vec![]),
            ("Practitioner", 1, false, vec![]),
        ]
    );
    assert!(chrono::DateTime::parse_from_rfc3339(&history[1].at)? >= before - chrono::TimeDelta::milliseconds(1));
    assert!(told(&colleagues.hannah).await?.iter().all(|v| v.version == 1), "one's own alone");
    Ok(())
}
