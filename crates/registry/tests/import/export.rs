//! The directory for another system.

use super::of_sheets::MAPPING;
use super::{Operator as _, Reader, of, offline};
use anyhow::Context as _;
use consilium_registry::Import;
use consilium_testbed::{Backend, Doctor, VERIFIER_PASSWORD, lin_jianing, on_both_databases};
use serde_json::{Value, json};

on_both_databases! {
    what_is_exported_is_imported_elsewhere_as_it_was,
}

/// Without what each registry gives them itself.
fn bare(mut all: Vec<Value>) -> anyhow::Result<Vec<Value>> {
    for one in &mut all {
        let meta = one["meta"].as_object_mut().context("no meta")?;
        meta.remove("lastUpdated");
        meta.remove("versionId");
    }
    all.sort_by_key(Value::to_string);
    Ok(all)
}

fn text(all: &[Value]) -> String {
    all.iter().map(Value::to_string).collect()
}

async fn what_is_exported_is_imported_elsewhere_as_it_was(on: Backend) -> anyhow::Result<()> {
    let here = Reader::start_on(on).await?;
    let rows =
        "何安,,1001,儿科,主治医师,0591-555-0131,he.an@jzfy.example,哮喘\n𠮷田一郎,Yoshida Ichiro,1002,儿科,,,,\n";
    let mut import = here.sheet("staff.csv", rows)?;
    let mapping = format!("{MAPPING}\n[visibility]\nemail = \"verified\"\n");
    import.mapping = Some(here.file("shown.toml", mapping)?);
    here.import(&import)?;
    let phone = |value: &str, use_: &str| json!({"system": "phone", "value": value, "use": use_});
    let hidden = [
        json!({"resourceType": "Practitioner", "id": "hidden", "name": [{"text": "陈静"}],
            "text": {"status": "generated", "div": "0591-555-0177"},
            "telecom": [phone("0591-555-0177", "mobile"), phone("0591-555-0188", "work")]}),
        json!({"resourceType": "PractitionerRole", "id": "hidden", "practitioner": {"reference": "Practitioner/hidden"},
            "organization": {"reference": "Organization/jzfy"}}),
    ];
    here.import(&of([here.lines("hidden.ndjson", &hidden)?]))?;
    let account = here.bed.synapse.login("@zhou.min:jiangzhou.example", VERIFIER_PASSWORD).await?;
    let verifier = Doctor { account, practitioner_id: String::new(), password: String::new() };
    here.bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;

    let whole = bare(here.exported("whole.ndjson.gz", true)?)?;
    let plain = text(&here.exported("plain.ndjson.gz", false)?);
    let count = |kind: &str| whole.iter().filter(|one| one["resourceType"] == kind).count();
    assert_eq!((count("Organization"), count("Practitioner"), count("PractitionerRole")), (1, 5, 5));
    assert!(text(&whole).contains("verifiedAt") && text(&whole).contains(&lin_jianing().work_phone));
    assert!(text(&whole).contains("he.an@jzfy.example"), "the mapping shows it to all");
    for kept in ["0591-555-0131", "0591-555-0188", "0591-555-0177"] {
        assert!(!text(&whole).contains(kept), "{kept} is for colleagues of the hospital at most");
    }
    assert!(!plain.contains("telecom") && plain.contains("何安"));

    // Into a registry in which nothing ever was.
    let mut there = offline(on)?;
    let import = Import { vouched: true, ..of([here.folder().join("whole.ndjson.gz")]) };
    there.import(&import)?;
    assert_eq!(bare(there.exported("there.ndjson.gz", true)?)?, whole);
    let (totals, _) = there.import(&import)?;
    assert_eq!((totals.new, totals.changed), (0, 0));
    tokio::task::block_in_place(|| there.open_again())?;
    let (totals, _) = there.import(&import)?;
    assert_eq!((totals.new, totals.changed), (0, 0));
    Ok(())
}
