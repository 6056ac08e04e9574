//! A source that comes again: the same, changed, and without some who were in it.

use super::{Operator as _, Reader, of, offline, one, said};
use consilium_registry::Import;
use consilium_testbed::{Backend, on_both_databases};
use serde_json::{Value, json};

on_both_databases! {
    the_same_changes_nothing_and_a_change_changes_one,
    who_is_no_longer_in_the_source_is_taken_out_when_asked,
    two_sources_do_not_take_each_others_entries,
}

fn hospital(id: &str, name: &str) -> Value {
    json!({"resourceType": "Organization", "id": id, "active": true, "name": name, "address": [{"city": "绿谷"}]})
}

fn person(id: &str, name: &str) -> Value {
    json!({"resourceType": "Practitioner", "id": id, "active": true, "name": [{"text": name}],
           "identifier": [{"system": "urn:staff", "value": format!("S-{id}")}]})
}

fn post(id: &str, person: &str, hospital: &str) -> Value {
    json!({"resourceType": "PractitionerRole", "id": id, "active": true,
           "practitioner": {"reference": format!("Practitioner/{person}")},
           "organization": {"reference": format!("Organization/{hospital}")},
           "specialty": [{"coding": [{"system": "urn:oid:2.16.156.10011.2.3.2.62", "code": "07"}]}]})
}

fn people(count: usize) -> Vec<Value> {
    let mut all = vec![hospital("lgzx", "绿谷中心医院")];
    for n in 0..count {
        let family = ["张", "王", "李", "陈"][n % 4];
        let given = ["伟", "敏", "静", "宁", "安", "平"][n / 4 % 6];
        all.push(person(&format!("p{n}"), &format!("{family}{given}")));
        all.push(post(&format!("r{n}"), &format!("p{n}"), "lgzx"));
    }
    all
}

async fn the_same_changes_nothing_and_a_change_changes_one(on: Backend) -> anyhow::Result<()> {
    let operator = offline(on)?;
    let mut all = people(20);
    let import = Import { source: Some("lugu".into()), ..of([operator.lines("all.ndjson", &all)?]) };
    let (dry, _) = operator.run(&Import { dry_run: true, ..import.clone() })?;
    assert_eq!((dry.new, dry.written), (41, false));
    assert!(operator.listed("Practitioner")?.is_empty(), "a dry run writes nothing");
    let (first, _) = operator.import(&import)?;
    assert_eq!(first.new, 41);
    let (same, _) = operator.import(&import)?;
    assert_eq!((same.new, same.changed, same.unchanged), (0, 0, 41));
    all[1] = person("p0", "张伟民");
    let import = Import { files: vec![operator.lines("all.ndjson", &all)?], ..import };
    let (dry, _) = operator.run(&Import { dry_run: true, ..import.clone() })?;
    let (changed, _) = operator.import(&import)?;
    for totals in [&dry, &changed] {
        assert_eq!((totals.new, totals.changed, totals.unchanged), (0, 1, 40));
    }
    let people = operator.listed("Practitioner")?;
    assert_eq!(one(&people, "p0")?["meta"]["versionId"], "2");
    assert_eq!(one(&people, "p1")?["meta"]["versionId"], "1");

    // Twice in one import: the same is once, another is an error.
    let (twice, findings) = operator.run(&of([operator.lines("twice.ndjson", &[all[1].clone(), all[1].clone()])?]))?;
    assert_eq!((twice.errors, twice.duplicates), (0, 1), "{}", said(&findings));
    let (twice, findings) =
        operator.run(&of([operator.lines("twice.ndjson", &[all[1].clone(), person("p0", "张民")])?]))?;
    assert_eq!(twice.errors, 1);
    assert!(said(&findings).contains("line 2: error: the id is that of line 1, whose content is another"));
    // One person under two ids is brought together, roles too.
    let files = [operator.lines("one.ndjson", &[
        json!({"resourceType": "Practitioner", "id": "q1", "name": [{"text": "何安"}], "identifier": [{"system": "urn:npi", "value": "1"}]}),
        json!({"resourceType": "Practitioner", "id": "q2", "name": [{"text": "何安"}], "identifier": [{"system": "urn:npi", "value": "1"}]}),
        post("q2", "q2", "lgzx"),
    ])?];
    let (totals, findings) = operator.import(&of(files))?;
    assert_eq!((totals.new, totals.duplicates), (2, 1), "{}", said(&findings));
    assert_eq!(one(&operator.listed("PractitionerRole")?, "q2")?["practitioner"]["reference"], "Practitioner/q1");
    Ok(())
}

async fn who_is_no_longer_in_the_source_is_taken_out_when_asked(on: Backend) -> anyhow::Result<()> {
    let reader = Reader::start_on(on).await?;
    let all = people(20);
    let import = Import { source: Some("lugu".into()), ..of([reader.lines("all.ndjson", &all)?]) };
    reader.import(&import)?;
    let fewer = Import { files: vec![reader.lines("fewer.ndjson", &all[..39])?], ..import.clone() };
    reader.import(&fewer)?;
    assert_eq!(reader.found("PractitionerRole?organization=lgzx&_count=50").await?.len(), 20, "nobody asked");

    let retire = Import { retire_missing: true, ..fewer };
    let (dry, findings) = reader.run(&Import { dry_run: true, ..retire.clone() })?;
    assert_eq!(dry.retired, 2);
    assert!(
        said(&findings).contains("Practitioner/p19 is no longer in the source, and is taken out"),
        "{}",
        said(&findings)
    );
    assert_eq!(reader.found("PractitionerRole?organization=lgzx&_count=50").await?.len(), 20);
    let (done, _) = reader.import(&retire)?;
    assert_eq!(done.retired, 2);
    assert_eq!(reader.found("PractitionerRole?organization=lgzx&_count=50").await?.len(), 19);
    assert!(reader.found("Practitioner?_id=p19").await?.is_empty());
    assert_eq!(reader.import(&retire)?.0.retired, 0);

    // A file that was cut short must not empty a hospital.
    let cut = Import { files: vec![reader.lines("cut.ndjson", &all[..5])?], ..retire };
    let error = reader.run(&Import { dry_run: true, ..cut.clone() }).unwrap_err();
    assert!(format!("{error:#}").contains("--retire-at-most 34"), "{error:#}");
    let (done, _) = reader.import(&Import { retire_at_most: Some(34), ..cut })?;
    assert_eq!(done.retired, 34);
    // They come back.
    let (back, _) = reader.import(&import)?;
    assert_eq!((back.new, back.unchanged), (36, 5));
    assert_eq!(reader.found("PractitionerRole?organization=lgzx&_count=50").await?.len(), 20);
    // A new payroll system counts anew: who has another number there is the same colleague.
    let counted_anew: Vec<Value> = all
        .iter()
        .map(|line| serde_json::from_str(&line.to_string().replace("\"p3\"", "\"n3\"").replace("/p3\"", "/n3\"")))
        .collect::<Result<_, _>>()?;
    let counted_anew =
        Import { files: vec![reader.lines("anew.ndjson", &counted_anew)?], retire_missing: true, ..import.clone() };
    let (done, findings) = reader.import(&counted_anew)?;
    assert_eq!(done.retired, 0, "{}", said(&findings));
    assert!(said(&findings).contains("Practitioner/p3 is no longer in the source; it has another number there now"));
    assert_eq!(reader.found("Practitioner?_id=p3").await?.len(), 1);
    // And goes with that number.
    let rest: Vec<Value> = all.iter().filter(|line| !line.to_string().contains("p3\"")).cloned().collect();
    let rest = Import { files: vec![reader.lines("rest.ndjson", &rest)?], ..counted_anew };
    assert_eq!(reader.import(&rest)?.0.retired, 2);
    assert!(reader.found("Practitioner?_id=p3").await?.is_empty());
    Ok(())
}

async fn two_sources_do_not_take_each_others_entries(on: Backend) -> anyhow::Result<()> {
    let operator = offline(on)?;
    let file = |name: &str, all: &[Value]| operator.lines(name, all);
    let from = |source: &str, file| Import { source: Some(source.into()), ..of([file]) };
    operator.import(&from("lugu", file("a.ndjson", &people(4))?))?;

    let (clash, findings) = operator.run(&from("other", file("b.ndjson", &[person("p0", "何安")])?))?;
    assert_eq!(clash.errors, 1);
    assert!(said(&findings).contains("an entry of the source \"lugu\": give the ids of one of both a --prefix"));

    let mut ward = hospital("ward", "儿科");
    ward["partOf"] = json!({"reference": "Organization/lgzx"});
    let taken = file("c.ndjson", &[ward, hospital("lgzx", "绿谷医院")])?;
    let (_, findings) = operator.run(&from("other", taken))?;
    assert!(
        said(&findings).contains("line 1: error: it is a part of an organisation that is refused"),
        "{}",
        said(&findings)
    );

    // The same staff number under another id is the same colleague, whose entry stays the first source's.
    let other = [
        hospital("x", "绿谷中心医院"),
        json!({"resourceType": "Practitioner", "id": "x0", "name": [{"text": "张伟"}], "telecom": [{"system": "phone", "value": "1"}],
               "identifier": [{"system": "urn:staff", "value": "S-p0"}]}),
        post("xr", "x0", "x"),
        // And one that is known by name, hospital and department.
        json!({"resourceType": "Practitioner", "id": "x1", "name": [{"text": "王伟"}]}),
        post("xs", "x1", "x"),
    ];
    let import = from("other", file("b.ndjson", &other)?);
    for _ in 0..2 {
        let (totals, findings) = operator.import(&import)?;
        assert_eq!((totals.new, totals.changed, totals.errors), (0, 0, 0), "{}", said(&findings));
    }
    assert!(one(&operator.listed("Practitioner")?, "p0")?.get("telecom").is_none());
    let named = |name: &str| {
        let people = operator.listed("Practitioner")?;
        anyhow::Ok(people.iter().filter(|person| person["name"][0]["text"] == name).count())
    };
    assert_eq!(named("王伟")?, 1);
    // What both have stays when one has it no longer.
    let none = Import { retire_missing: true, retire_at_most: Some(50), ..from("lugu", file("a.ndjson", &people(0))?) };
    let (totals, findings) = operator.import(&none)?;
    assert_eq!(totals.retired, 4, "{}", said(&findings));
    assert_eq!(named("王伟")?, 1);
    Ok(())
}
