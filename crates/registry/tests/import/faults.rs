//! Input that is at fault: told with its place, and nothing is imported.

use super::{Operator as _, Reader, of, offline, said};
use consilium_testbed::{Backend, on_both_databases};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write as _;

on_both_databases! {
    each_fault_has_its_place_and_nothing_is_imported,
    names_of_every_kind_are_kept_and_found,
}

fn sound() -> String {
    json!({"resourceType": "Organization", "id": "sound", "name": "松岭市中心医院"}).to_string()
}

fn role(practitioner: Value, organization: Value) -> String {
    json!({"resourceType": "PractitionerRole", "id": "r", "practitioner": practitioner, "organization": organization})
        .to_string()
}

async fn each_fault_has_its_place_and_nothing_is_imported(on: Backend) -> anyhow::Result<()> {
    let operator = offline(on)?;
    let person = |name: Value| json!({"resourceType": "Practitioner", "id": "p", "name": name}).to_string();
    let part = |id: &str, of: &str| {
        json!({"resourceType": "Organization", "id": id, "name": id, "partOf": {"reference": format!("Organization/{of}")}}).to_string()
    };
    let faults: Vec<(Vec<u8>, &str)> = vec![
        (b"{\"resourceType\": \"Organization\", ".to_vec(), "line 2: error: it is no JSON from column"),
        (b"\"text\"".to_vec(), "line 2: error: this is no resource"),
        (b"--".to_vec(), "line 2: error: it is no JSON"),
        (b"{\"resourceType\": \"Organization\", \"name\": \"\xFF\"}".to_vec(), "line 2: error: it is no JSON"),
        (person(json!([{"text": "何\u{0}安"}])).into(), "line 2: error: the resource holds a NUL character"),
        (person(json!("no list")).into(), "line 2, Practitioner.name: error: the element has another type"),
        (person(json!([])).into(), "line 2, Practitioner.name: error: there is no name"),
        (person(json!([{"text": "何".repeat(201)}])).into(), "error: the name is longer than 200 characters"),
        (person(json!([{"text": "x".repeat(10 << 20)}])).into(), "line 2: error: the line is longer than 1 MiB"),
        (
            json!({"resourceType": "Patient", "id": "x"}).to_string().into(),
            "line 2: error: a Patient is not kept in a directory",
        ),
        (
            json!({"resourceType": "Organization", "id": "../x", "name": "x"}).to_string().into(),
            "line 2, Organization.id: error",
        ),
        (
            json!({"resourceType": "Organization", "name": "x"}).to_string().into(),
            "line 2: error: the resource has neither an id nor",
        ),
        (
            role(json!({"reference": "Practitioner/nobody"}), json!({"reference": "Organization/sound"})).into(),
            "line 2: error: it refers to a practitioner that is neither in these files nor listed",
        ),
        (
            role(json!({"reference": "#inside"}), json!({"reference": "Organization/sound"})).into(),
            "line 2: error: the role names no practitioner by type and id, URL or identifier",
        ),
        (
            role(json!({"reference": "Practitioner/p"}), json!({"reference": "Organization/nowhere"})).into(),
            "line 2: error: it refers to a practitioner that is neither",
        ),
        (
            format!("{}\n{}\n{}", part("a", "b"), part("b", "c"), part("c", "b")).into(),
            "line 4: error: the organisation is, by partOf, a part of itself",
        ),
        (
            format!("{}\n{}\n{}", part("a", "b"), part("b", "c"), part("c", "b")).into(),
            "line 2: error: it refers to an organisation that is refused (line 3)",
        ),
    ];
    for (fault, expected) in faults {
        let file = operator.file("fault.ndjson", [sound().as_bytes(), b"\n", &fault].concat())?;
        let (totals, findings) = operator.run(&of([file]))?;
        let said = said(&findings);
        assert!(!totals.written && totals.errors > 0 && said.contains(expected), "{expected}\n\n{said}");
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(sound().as_bytes())?;
    for _ in 0..100 {
        gzip.write_all(&vec![b' '; 1 << 20])?;
    }
    let bomb = gzip.finish()?;
    let (totals, findings) = operator.run(&of([operator.file("bomb.ndjson.gz", &bomb)?]))?;
    assert!(!totals.written && said(&findings).contains("200 times its size"), "{}", said(&findings));
    let cut = &bomb[..bomb.len() / 2];
    let (totals, _) = operator.run(&of([operator.file("cut.ndjson.gz", cut)?]))?;
    assert!(!totals.written);
    let history = json!({"resourceType": "Bundle", "type": "history", "entry": []}).to_string();
    let (_, findings) = operator.run(&of([operator.file("history.json", history)?]))?;
    assert!(said(&findings).contains("no collection, searchset, transaction or batch"));
    let (_, findings) = operator.run(&of([operator.folder().join("missing.json")]))?;
    assert!(said(&findings).contains("missing.json: error: cannot open"), "{}", said(&findings));
    assert!(operator.listed("Organization")?.is_empty());

    // Who has a part of a country's directory has not all that is above.
    let (totals, findings) = operator.import(&of([operator.file("part.ndjson", part("a", "nowhere"))?]))?;
    assert_eq!((totals.new, totals.warnings), (1, 1), "{}", said(&findings));
    assert!(
        said(&findings).contains("line 1: warning: it is part of an organisation that is neither in these files nor")
    );
    // What is listed already cannot be made a part of itself either.
    operator.import(&of([operator.file(
        "a.ndjson",
        format!(
            "{}\n{}",
            part("child", "parent"),
            json!({"resourceType": "Organization", "id": "parent", "name": "parent"})
        ),
    )?]))?;
    let (totals, findings) = operator.run(&of([operator.file("b.ndjson", part("parent", "child"))?]))?;
    assert!(!totals.written && said(&findings).contains("a part of itself"), "{}", said(&findings));
    Ok(())
}

async fn names_of_every_kind_are_kept_and_found(on: Backend) -> anyhow::Result<()> {
    let reader = Reader::start_on(on).await?;
    let forty: String = "阿卜杜热西提艾合买提".chars().cycle().take(40).collect();
    let names = [
        ("one", "马", "马"),
        ("long", forty.as_str(), "阿卜杜"),
        ("rare", "𠮷田一郎", "𠮷"),
        ("uyghur", "古丽娜尔・艾合买提", "古丽娜尔"),
        ("tibetan", "བསོད་ནམས་རྒྱ་མཚོ", "བསོད"),
        ("arabic", "گۈلنار ئەخمەت", "گۈلنار"),
        ("turned", "\u{202E}gnahZ", "gnahz"),
    ];
    let people: Vec<Value> = names
        .iter()
        .map(|(id, name, _)| json!({"resourceType": "Practitioner", "id": id, "name": [{"text": name}]}))
        .collect();
    reader.import(&of([reader.lines("names.ndjson", &people)?]))?;
    for (id, _, asked) in names {
        let found = reader.found(&format!("Practitioner?name:contains={asked}")).await?;
        assert_eq!(found.iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), [id], "{asked}");
        assert!(!found[0]["name"][0]["text"].as_str().unwrap().contains('\u{202E}'));
    }
    assert_eq!(reader.get("Practitioner/long").await?["name"][0]["text"], forty.as_str());
    assert_eq!(reader.get("Practitioner/uyghur").await?["name"][0]["text"], "古丽娜尔·艾合买提");
    Ok(())
}
