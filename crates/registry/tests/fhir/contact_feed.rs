//! `GET /v1/contacts`: page by page, and what changed since.

use crate::contacts::{Colleagues, contact};
use crate::own_entry::Owner;
use consilium_registry_api::{Contact, ContactsPage};
use consilium_testbed::{Answer, Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both_databases! {
    contacts_come_page_by_page_and_then_as_they_change,
    who_moves_to_another_hospital_begins_anew,
    a_cursor_is_its_callers_and_its_databases,
    some_are_asked_for_by_name,
}

fn colleague(id: &str, organization: &str, visibility: &str) -> [Value; 2] {
    let name = json!([{"text": format!("Doctor {id}"), "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "ABC"}]}]);
    [
        json!({"resourceType": "Practitioner", "id": format!("p-{id}"), "active": true, "name": name}),
        json!({"resourceType": "PractitionerRole", "id": format!("r-{id}"), "active": true,
            "practitioner": {"reference": format!("Practitioner/p-{id}")},
            "organization": {"reference": format!("Organization/{organization}")},
            "telecom": [contact("phone", &format!("0591-555-{id}"), "work", visibility)]}),
    ]
}

impl Colleagues {
    async fn page(&self, of: &Owner, cursor: &str, count: u32) -> anyhow::Result<Answer> {
        let cursor = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        self.bed.call(Method::GET, &format!("/v1/contacts?count={count}{cursor}"), &of.session.access_token).await
    }

    /// Brings what is held up to date from a cursor on, with pages of this size, of which it returns how many there were.
    async fn follow(
        &self,
        of: &Owner,
        held: &mut BTreeMap<String, Vec<Contact>>,
        cursor: &mut String,
        count: u32,
    ) -> anyhow::Result<usize> {
        for pages in 1.. {
            let page: ContactsPage = self.page(of, cursor, count).await?.read()?;
            for entry in page.entries {
                if entry.telecom.is_empty() {
                    held.remove(&entry.role);
                } else {
                    held.insert(entry.role, entry.telecom);
                }
            }
            *cursor = page.cursor;
            if !page.more {
                return Ok(pages);
            }
        }
        unreachable!()
    }
}

fn numbers(held: &BTreeMap<String, Vec<Contact>>) -> Vec<(&str, &str)> {
    let imported = held.iter().filter(|(role, _)| role.starts_with("r-"));
    imported.map(|(role, telecom)| (role.as_str(), telecom[0].value.as_str())).collect()
}

async fn contacts_come_page_by_page_and_then_as_they_change(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    for id in ["0001", "0002", "0003", "0004", "0005"] {
        colleagues.import(&colleague(id, "jzfy", ""))?;
    }
    colleagues.import(&colleague("0006", "jzfy", "nobody"))?;
    let hannah = &colleagues.hannah;
    let (mut held, mut cursor) = (BTreeMap::new(), String::new());
    // Between two pages one is changed that was already told, and one that was not yet.
    let first: ContactsPage = colleagues.page(hannah, "", 5).await?.read()?;
    assert!(first.more);
    held.extend(first.entries.into_iter().map(|entry| (entry.role, entry.telecom)));
    cursor.clone_from(&first.cursor);
    colleagues.import(&colleague("0001", "jzfy", "nobody"))?;
    colleagues.import(&colleague("0005", "jzfy", "verified"))?;
    assert!(colleagues.follow(hannah, &mut held, &mut cursor, 2).await? >= 3);
    assert_eq!(
        numbers(&held),
        [
            ("r-0002", "0591-555-0002"),
            ("r-0003", "0591-555-0003"),
            ("r-0004", "0591-555-0004"),
            ("r-0005", "0591-555-0005")
        ]
    );
    let again: ContactsPage = colleagues.page(hannah, &cursor, 5_000).await?.read()?;
    assert!(again.entries.is_empty() && !again.more);

    // Hidden, shown, moved to the Practitioner, taken out of the directory.
    colleagues.import(&colleague("0002", "jzfy", "organization"))?;
    colleagues.import(&colleague("0006", "jzfy", "verified"))?;
    let [mut practitioner, _] = colleague("0003", "jzfy", "");
    practitioner["telecom"] = json!([contact("phone", "0591-555-0003", "work", "nobody")]);
    colleagues.import(&[practitioner])?;
    consilium_registry::revoke(colleagues.bed.registry()?, "@lin.jianing:jiangzhou.example").await?;
    let role_of_lin = colleagues.lin.role.split_once('/').unwrap().1.to_owned();
    assert!(held.contains_key(&role_of_lin));
    colleagues.follow(hannah, &mut held, &mut cursor, 2).await?;
    assert_eq!(numbers(&held), [("r-0004", "0591-555-0004"), ("r-0005", "0591-555-0005"), ("r-0006", "0591-555-0006")]);
    assert!(!held.contains_key(&role_of_lin), "who is gone is forgotten");

    let client = reqwest::Client::builder().no_gzip().build()?;
    let request = client.get(format!("{}/v1/contacts", colleagues.bed.registry_url()));
    let request = request.bearer_auth(&hannah.session.access_token).header("accept-encoding", "gzip");
    assert_eq!(request.send().await?.headers()["content-encoding"], "gzip");
    Ok(())
}

async fn who_moves_to_another_hospital_begins_anew(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    colleagues.import(&colleague("0001", "jzfy", "organization"))?;
    let hannah = &colleagues.hannah;
    let (mut held, mut cursor) = (BTreeMap::new(), String::new());
    colleagues.follow(hannah, &mut held, &mut cursor, 100).await?;
    assert!(numbers(&held).is_empty());

    let role = hannah.role.split_once('/').unwrap().1;
    let moved = format!("UPDATE roles SET organization_id = 'jzfy' WHERE id = '{role}'");
    tokio::task::block_in_place(|| colleagues.bed.tamper(&moved))?;
    let answer = colleagues.page(hannah, &cursor, 100).await?;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (410, "expired"));
    cursor.clear();
    colleagues.follow(hannah, &mut held, &mut cursor, 100).await?;
    assert_eq!(numbers(&held), [("r-0001", "0591-555-0001")]);

    // A department that becomes a part of the hospital makes its people colleagues of it.
    colleagues.import(&[json!({"resourceType": "Organization", "id": "ward", "name": "心血管内科",
        "partOf": {"reference": "Organization/jzfy"}})])?;
    assert_eq!(colleagues.page(hannah, &cursor, 100).await?.status, 410);
    Ok(())
}

async fn a_cursor_is_its_callers_and_its_databases(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let (mut held, mut cursor) = (BTreeMap::new(), String::new());
    colleagues.follow(&colleagues.hannah, &mut held, &mut cursor, 100).await?;
    let others = colleagues.page(&colleagues.zhou, &cursor, 100).await?;
    assert_eq!((others.status.as_u16(), others.code().as_str()), (410, "expired"));
    for bad in ["x", "%25", "AAAA"] {
        assert_eq!(colleagues.page(&colleagues.hannah, bad, 100).await?.status, 400, "{bad}");
    }
    assert_eq!(colleagues.page(&colleagues.hannah, &cursor, 0).await?.status, 200);
    // The database goes back to an earlier copy of itself.
    tokio::task::block_in_place(|| colleagues.bed.tamper("DELETE FROM changes WHERE seq > 1"))?;
    assert_eq!(colleagues.page(&colleagues.hannah, &cursor, 100).await?.status, 410);
    Ok(())
}

/// Whoever keeps a part of the directory learns what is seen of those who come into it, and no more than the feed tells.
async fn some_are_asked_for_by_name(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    for (id, visibility) in [("0001", "verified"), ("0002", "verified"), ("0003", "nobody")] {
        colleagues.import(&colleague(id, "jzfy", visibility))?;
    }
    let bearer = colleagues.hannah.session.access_token.clone();
    let ask = async |named: &str, bearer: &str| {
        colleagues.bed.call(Method::GET, &format!("/v1/contacts?practitioners={named}"), bearer).await
    };
    let page: ContactsPage = ask("p-0002,p-0003,p-none", &bearer).await?.read()?;
    assert!(!page.more && page.cursor.is_empty());
    let seen: Vec<(&str, usize)> = page.entries.iter().map(|e| (e.practitioner.as_str(), e.telecom.len())).collect();
    assert_eq!(seen, [("p-0002", 1), ("p-0003", 0)]);
    assert_eq!(page.entries[0].telecom[0].value, "0591-555-0002");

    let many: Vec<String> = (0..101).map(|n| format!("p-{n}")).collect();
    let refused = ask(&many.join(","), &bearer).await?;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (400, "invalid_body"));
    assert_eq!(ask("p-0002", "stolen").await?.status, 401);
    Ok(())
}
