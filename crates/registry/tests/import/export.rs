//! The directory for another system.

use super::{Reader, of};
use consilium_registry::{Import, export};
use consilium_testbed::{Backend, lin_jianing, on_both_databases};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::Path;

on_both_databases! {
    what_is_exported_is_imported_elsewhere_as_it_was,
}

/// The resources of an export, without what each registry gives them itself.
fn exported(path: &Path) -> anyhow::Result<Vec<Value>> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
    let mut all: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    for one in &mut all {
        let meta = one["meta"].as_object_mut().unwrap();
        meta.remove("lastUpdated");
        meta.remove("versionId");
    }
    all.sort_by_key(Value::to_string);
    Ok(all)
}

async fn what_is_exported_is_imported_elsewhere_as_it_was(on: Backend) -> anyhow::Result<()> {
    let here = Reader::start_on(on).await?;
    let rows =
        "何安,,1001,儿科,主治医师,0591-555-0131,he.an@jzfy.example,哮喘\n𠮷田一郎,Yoshida Ichiro,1002,儿科,,,,\n";
    here.import(&here.sheet("staff.csv", rows)?)?;
    let phone = |value: &str, use_: &str| json!({"system": "phone", "value": value, "use": use_});
    let hidden = [
        json!({"resourceType": "Practitioner", "id": "hidden", "name": [{"text": "陈静"}],
            "text": {"status": "generated", "div": "0591-555-0177"},
            "telecom": [phone("0591-555-0177", "mobile"), phone("0591-555-0188", "work")]}),
        json!({"resourceType": "PractitionerRole", "id": "hidden", "practitioner": {"reference": "Practitioner/hidden"},
            "organization": {"reference": "Organization/jzfy"}}),
    ];
    here.import(&of([here.lines("hidden.ndjson", &hidden)?]))?;
    let verifier = here.bed.synapse.login("@zhou.min:jiangzhou.example", consilium_testbed::VERIFIER_PASSWORD).await?;
    let verifier =
        consilium_testbed::Doctor { account: verifier, practitioner_id: String::new(), password: String::new() };
    here.bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;

    let whole = here.bed.folder().join("whole.ndjson.gz");
    let plain = here.bed.folder().join("plain.ndjson.gz");
    let count = tokio::task::block_in_place(|| export(here.bed.registry()?, &whole, true))?;
    tokio::task::block_in_place(|| export(here.bed.registry()?, &plain, false))?;
    assert_eq!((count.organizations, count.practitioners, count.roles), (1, 5, 5));
    let text = |path: &Path| exported(path).map(|all| all.iter().map(Value::to_string).collect::<String>());
    assert!(text(&whole)?.contains("he.an@jzfy.example") && text(&whole)?.contains("verifiedAt"));
    assert!(
        text(&whole)?.contains("0591-555-0188") && !text(&whole)?.contains("0591-555-0177"),
        "a mobile is on request"
    );
    assert!(!text(&plain)?.contains("telecom") && text(&plain)?.contains("何安"));

    // Into a registry in which nothing ever was, and into one with other colleagues.
    let mut fresh = consilium_testbed::Testbed::start_on(on).await?;
    let import = Import { vouched: true, ..of([whole.clone()]) };
    let there = fresh.folder().join("there.ndjson.gz");
    tokio::task::block_in_place(|| {
        consilium_registry::run_import(fresh.registry()?, &import)?;
        export(fresh.registry()?, &there, true)
    })?;
    assert_eq!(exported(&there)?, exported(&whole)?);
    // Its index was built at the import, not found wanting at the next start.
    fresh.stop_registry().await;
    fresh.start_registry().await?;
    tokio::task::block_in_place(|| {
        let (totals, _) = consilium_registry::run_import(fresh.registry()?, &import)?;
        assert_eq!((totals.new, totals.changed), (0, 0));
        anyhow::Ok(())
    })?;
    Ok(())
}
