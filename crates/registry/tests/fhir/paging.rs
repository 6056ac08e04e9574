//! Pages: nothing twice, nothing left out, whatever happens between them.

use crate::colleagues::{Directory, ids, refusal};
use consilium_testbed::{Backend, on_both_databases};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_databases! {
    every_order_gives_every_match_once,
    a_page_neither_skips_nor_repeats_what_did_not_change,
    a_page_is_of_its_own_server_alone,
}

fn colleague(n: usize) -> [Value; 2] {
    let family = ["Zhao", "Qian", "Sun", "Li"][n % 4];
    [
        json!({"resourceType": "Practitioner", "id": format!("c{n}"), "active": true, "name": [{"text":
            format!("{family} Number{n}"), "family": family, "given": [format!("Number{n}")], "extension": [{"url":
            "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "ABC"}]}]}),
        json!({"resourceType": "PractitionerRole", "id": format!("cr{n}"), "active": !n.is_multiple_of(3),
            "practitioner": {"reference": format!("Practitioner/c{n}")},
            "organization": {"reference": format!("Organization/{}", ["lgzx", "jzfb"][n % 2])},
            "specialty": [{"coding": [{"system": "urn:d", "code": format!("d{}", n % 5)}]}]}),
    ]
}

/// Ids of all pages, and how many there were; `between` is done after the first.
async fn walked(
    directory: &Directory,
    path: &str,
    between: impl AsyncFnOnce(),
) -> anyhow::Result<(Vec<String>, usize)> {
    let mut bundle = directory.bundle(path).await?;
    let mut found = ids(&bundle, "match");
    let mut pages = 1;
    between().await;
    while let Some(next) = directory.link(&bundle, "next") {
        bundle = directory.bundle(&next).await?;
        found.extend(ids(&bundle, "match"));
        pages += 1;
    }
    Ok((found, pages))
}

async fn every_order_gives_every_match_once(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    directory.import((0..900).flat_map(colleague))?;
    for (path, expected) in [
        ("PractitionerRole?specialty=d1&_count=7", 180),
        ("PractitionerRole?specialty=d1,d2&organization=lgzx&_count=50", 180),
        ("PractitionerRole?active=false&_count=200", 300),
        ("PractitionerRole?practitioner.family=zhao&_count=30&_sort=-_lastUpdated", 225),
        ("PractitionerRole?practitioner.family:contains=hao&active=true&_count=30&_sort=_id", 150),
        ("Practitioner?name:contains=number&_count=111&_sort=-family", 900),
        ("Practitioner?family=li&_sort=name&_count=20", 225),
        ("Practitioner?_lastUpdated=ge2020&family=sun,qian&_count=40", 450),
        ("PractitionerRole?_sort=-_id&active=true,false&specialty=urn:d|d4&_count=60", 180),
    ] {
        let (found, pages) = walked(&directory, path, async || ()).await?;
        let once: BTreeSet<&String> = found.iter().collect();
        assert_eq!((found.len(), once.len()), (expected, expected), "{path}");
        assert!(pages > 1, "{path}");
        let counted = directory.bundle(&format!("{path}&_summary=count")).await?;
        assert_eq!((counted["total"].as_u64(), counted["entry"].is_null()), (Some(expected as u64), true), "{path}");
    }
    let named = directory.bundle("Practitioner?family=li&_sort=name&_count=3&_total=accurate").await?;
    assert_eq!(named["total"], 225);
    let first: Vec<String> = ids(&named, "match");
    assert_eq!(first, ["c103", "c107", "c11"], "by name, which is text: Li Number103, Number107, Number11");
    Ok(())
}

async fn a_page_neither_skips_nor_repeats_what_did_not_change(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    directory.import((0..60).flat_map(colleague))?;
    for sort in ["", "&_sort=_id", "&_sort=name"] {
        let path = format!("Practitioner?name:contains=number&_count=10{sort}");
        let before: BTreeSet<String> = walked(&directory, &path, async || ()).await?.0.into_iter().collect();
        let (found, _) = walked(&directory, &path, async || {
            // One of the first page and one of a later page change; others come, before and after.
            let renamed = [3, 40].map(|n| {
                let [mut practitioner, _] = colleague(n);
                practitioner["identifier"] = json!([{"value": format!("new{sort}")}]);
                practitioner
            });
            let new = (1000..1010).flat_map(|n| colleague(n + 10 * sort.len()));
            directory.import(renamed.into_iter().chain(new)).unwrap();
        })
        .await?;
        let once: BTreeSet<String> = found.iter().cloned().collect();
        assert_eq!(found.len(), once.len(), "{path}");
        assert!(before.is_subset(&once), "{path}");
    }
    Ok(())
}

async fn a_page_is_of_its_own_server_alone(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let bundle = directory.bundle("Practitioner?_count=2").await?;
    assert!(bundle["total"].is_null(), "more than a page is not counted unasked");
    assert_eq!(directory.bundle("Practitioner?_count=20").await?["total"], 7, "what is all here is known");
    let next = directory.link(&bundle, "next").unwrap();
    let other = Directory::start_on(on).await?;
    assert_eq!(refusal(&other.get(&next).await?, ""), (410, "expired".into()));
    let capped = directory.bundle("Practitioner?_count=100000").await?;
    assert_eq!(ids(&capped, "match").len(), 7);
    Ok(())
}
