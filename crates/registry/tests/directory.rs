//! The directory as clients load it and operators fill it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{SecondsFormat, TimeDelta, Utc};
use consilium_fhir::{Bundle, Resource};
use consilium_registry::{Imported, import, revoke};
use consilium_registry_api::Session;
use consilium_testbed::{Answer, Backend, Testbed, lin_jianing, on_both_databases};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

on_both_databases! {
    a_directory_is_imported_once_and_fed_page_by_page,
    what_changes_while_it_is_loaded_is_not_missed_and_what_is_gone_is_told,
    a_cursor_is_good_for_its_own_database_alone,
    a_file_with_a_fault_is_not_imported_at_all,
    pages_are_zipped_for_who_asks,
}

const REPRESENTATION: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";

/// 40 hospitals and so many colleagues, one role each.
fn lines(colleagues: usize) -> impl Iterator<Item = Value> {
    let hospitals = (0..40).map(|n| {
        json!({"resourceType": "Organization", "id": format!("h{n}"), "active": true, "name": format!("第{n}医院"),
               "address": [{"city": "江州"}]})
    });
    let people = (0..colleagues).flat_map(|n| {
        [
            json!({"resourceType": "Practitioner", "id": format!("p{n}"), "active": true, "name": [
                {"extension": [{"url": REPRESENTATION, "valueCode": "ABC"}], "text": format!("Doctor Number{n}")}]}),
            json!({"resourceType": "PractitionerRole", "id": format!("r{n}"), "active": true,
                "practitioner": {"reference": format!("Practitioner/p{n}"), "display": format!("Doctor Number{n}")},
                "organization": {"reference": format!("Organization/h{}", n % 40)},
                "availabilityExceptions": "not on Sundays"}),
        ]
    });
    hospitals.chain(people)
}

fn file(bed: &Testbed, name: &str, lines: impl Iterator<Item = Value>) -> anyhow::Result<PathBuf> {
    let path = bed.folder().join(name);
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    if name.ends_with(".gz") {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&text)?;
        text = gzip.finish()?;
    }
    std::fs::write(&path, text)?;
    Ok(path)
}

async fn session(bed: &Testbed) -> anyhow::Result<Session> {
    bed.session(&bed.verifier().await?).await
}

fn bundle(answer: &Answer) -> anyhow::Result<Bundle> {
    match answer.read()? {
        Resource::Bundle(bundle) => Ok(*bundle),
        other => anyhow::bail!("a {}", other.resource_type()),
    }
}

/// All pages from this path on: what they hold by `Type/id`, deletions as None, and the link for later.
async fn load(
    bed: &Testbed,
    path: &str,
    session: &Session,
) -> anyhow::Result<(BTreeMap<String, Option<Value>>, String)> {
    let mut held = BTreeMap::new();
    let mut path = path.to_owned();
    loop {
        let page = bundle(&bed.call(Method::GET, &path, &session.access_token).await?)?;
        for entry in &page.entry {
            match (entry.deleted(), &entry.resource) {
                (Some((kind, id)), None) => held.insert(format!("{kind}/{id}"), None),
                (None, Some(r)) => {
                    let key = format!("{}/{}", r.resource_type(), r.id().unwrap());
                    held.insert(key, Some(serde_json::to_value(r)?))
                }
                other => anyhow::bail!("a strange entry: {other:?}"),
            };
        }
        let local = |url: &str| url.strip_prefix(&bed.registry_url()).unwrap().to_owned();
        match (page.link("next"), page.link("since")) {
            (Some(next), None) => path = local(next),
            (None, Some(since)) => {
                assert_eq!(page.total, Some(page.entry.len() as u64));
                return Ok((held, local(since)));
            }
            links => anyhow::bail!("strange links: {links:?}"),
        }
    }
}

async fn a_directory_is_imported_once_and_fed_page_by_page(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let session = session(&bed).await?;
    let path = file(&bed, "colleagues.ndjson.gz", lines(2_400))?;
    let imported = import(bed.registry()?, std::slice::from_ref(&path))?;
    assert_eq!(imported, Imported { organizations: 40, practitioners: 2_400, roles: 2_400 });

    let first = bundle(&bed.call(Method::GET, "/fhir/_history?_count=1000", &session.access_token).await?)?;
    assert_eq!((first.entry.len(), first.total), (1_000, Some(4_843)), "with the verifier's three");
    assert_eq!(first.type_.as_deref(), Some("history"));
    let (held, since) = load(&bed, "/fhir/_history?_count=1000", &session).await?;
    assert_eq!(held.len(), 4_843);
    let role = held["PractitionerRole/r7"].as_ref().unwrap();
    assert_eq!(role["availabilityExceptions"], "not on Sundays", "what is not known here is kept");
    assert_eq!(role["meta"]["versionId"], "1");
    assert!(role["meta"]["profile"][0].as_str().unwrap().ends_with("IHE.mCSD.PractitionerRole"));

    let (nothing, since_again) = load(&bed, &since, &session).await?;
    assert!(nothing.is_empty());
    assert_eq!(since_again, since);
    import(bed.registry()?, std::slice::from_ref(&path))?;
    assert!(load(&bed, &since, &session).await?.0.is_empty(), "the same again is no change");

    let moment = (Utc::now() + TimeDelta::milliseconds(2)).to_rfc3339_opts(SecondsFormat::Millis, true);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let changed = json!({"resourceType": "Organization", "id": "h3", "active": true, "name": "第三医院",
                         "address": [{"city": "江州"}]});
    import(bed.registry()?, &[file(&bed, "change.ndjson", [changed].into_iter())?])?;
    for path in [since, format!("/fhir/_history?_since={moment}")] {
        let (held, _) = load(&bed, &path, &session).await?;
        assert_eq!(held.keys().collect::<Vec<_>>(), ["Organization/h3"], "{path}");
        assert_eq!(held["Organization/h3"].as_ref().unwrap()["meta"]["versionId"], "2");
    }
    // The search follows without a restart.
    let found = bundle(&bed.call(Method::GET, "/fhir/Organization?name:contains=disanyiyuan", "").await?)?;
    assert_eq!(found.entry[0].resource.as_ref().unwrap().id(), Some("h3"));
    let many = bundle(&bed.call(Method::GET, "/fhir/Organization?name:contains=yiyuan&_count=500", "").await?)?;
    assert_eq!((many.entry.len(), many.total), (20, Some(41)), "no more for a caller without a session");

    // A change by a clock that is fast, then one by a clock that is slow: who asks for what is since in between gets the
    // first, and may get the second.
    let named = |id: &str| json!({"resourceType": "Organization", "id": id, "name": "新医院"});
    bed.clock.turn(TimeDelta::seconds(60));
    import(bed.registry()?, &[file(&bed, "fast.ndjson", [named("fast")].into_iter())?])?;
    bed.clock.turn(TimeDelta::seconds(-60));
    import(bed.registry()?, &[file(&bed, "slow.ndjson", [named("slow")].into_iter())?])?;
    let moment = (Utc::now() + TimeDelta::seconds(30)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let (held, _) = load(&bed, &format!("/fhir/_history?_since={moment}"), &session).await?;
    assert!(held.contains_key("Organization/fast"), "{:?}", held.keys());
    let moment = (Utc::now() + TimeDelta::seconds(90)).to_rfc3339_opts(SecondsFormat::Millis, true);
    assert!(load(&bed, &format!("/fhir/_history?_since={moment}"), &session).await?.0.is_empty());
    Ok(())
}

async fn what_changes_while_it_is_loaded_is_not_missed_and_what_is_gone_is_told(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let session = bed.session(&verifier).await?;
    import(bed.registry()?, &[file(&bed, "colleagues.ndjson", lines(30))?])?;
    let (before, since) = load(&bed, "/fhir/_history?_count=40", &session).await?;
    let role = before.iter().find_map(|(key, r)| {
        let own = r.as_ref()?["practitioner"]["reference"] == format!("Practitioner/{}", lin.practitioner_id);
        own.then(|| key.clone())
    });
    let role = role.expect("Lin is listed");

    let first = bundle(&bed.call(Method::GET, "/fhir/_history?_count=40", &session.access_token).await?)?;
    let rest = first.link("next").unwrap().strip_prefix(&bed.registry_url()).unwrap().to_owned();
    let doctor = bed.session(&lin).await?;
    revoke(bed.registry()?, &lin.account.user_id).await?;
    let answer = bed.call(Method::GET, "/fhir/_history", &doctor.access_token).await?;
    assert_eq!(answer.status, 401, "a revoked account's sessions end at once");
    assert!(bed.synapse.is_locked(&lin.account.user_id).await?);

    let (held, _) = load(&bed, &rest, &session).await?;
    assert_eq!(held.get(&role), Some(&None), "deleted after the first page had it");
    let (held, _) = load(&bed, &since, &session).await?;
    let person = format!("Practitioner/{}", lin.practitioner_id);
    assert_eq!(held.into_iter().collect::<Vec<_>>(), [(person, None), (role.clone(), None)]);
    let (held, _) = load(&bed, "/fhir/_history", &session).await?;
    assert!(!held.contains_key(&role), "who loads everything anew never had it");
    assert_eq!(bed.call(Method::GET, &format!("/fhir/{role}"), &session.access_token).await?.status, 410);
    Ok(())
}

async fn a_cursor_is_good_for_its_own_database_alone(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let session_here = session(&bed).await?;
    let (_, since) = load(&bed, "/fhir/_history", &session_here).await?;
    let other = Testbed::start_on(on).await?;
    let session_there = session(&other).await?;
    let answer = other.call(Method::GET, &since, &session_there.access_token).await?;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (410, "expired"));
    for bad in ["_cursor=nonsense", "_since=yesterday", "_count=many"] {
        let answer = bed.call(Method::GET, &format!("/fhir/_history?{bad}"), &session_here.access_token).await?;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "invalid"), "{bad}");
    }
    for path in ["/fhir/_history", "/fhir/Organization/jzfy"] {
        let answer = bed.call(Method::GET, path, "").await?;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "login"), "{path}");
    }
    Ok(())
}

async fn a_file_with_a_fault_is_not_imported_at_all(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let session = session(&bed).await?;
    let (_, since) = load(&bed, "/fhir/_history", &session).await?;
    let faults = [
        json!({"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/no"},
               "organization": {"reference": "Organization/h1"}}),
        json!({"resourceType": "Practitioner", "id": "nameless"}),
        json!({"resourceType": "Practitioner", "id": "p", "name": "no list"}),
        json!({"resourceType": "Organization", "id": "../../etc", "name": "x"}),
        json!({"resourceType": "Patient", "id": "x"}),
        json!({"resourceType": "Organization", "id": "nul", "name": "第\0医院"}),
        json!("text"),
    ];
    for fault in faults {
        let path = file(&bed, "fault.ndjson", lines(1).chain([fault.clone()]))?;
        let error = format!("{:#}", import(bed.registry()?, &[path]).unwrap_err());
        assert!(error.contains("fault.ndjson was imported") && error.contains("line 43"), "{fault}: {error}");
    }
    assert!(load(&bed, &since, &session).await?.0.is_empty());

    // An account that the operator names is bound, so that it gets a session.
    let account = bed.synapse.register_by_secret("weiss", "a password of hers", false).await?;
    let mut known: Vec<Value> = lines(1).collect();
    known[41]["endpoint"] = json!([{"reference": "#matrix"}]);
    known[41]["contained"] = json!([{"resourceType": "Endpoint", "id": "matrix", "status": "active",
        "connectionType": {"system": "https://consilium.cn/fhir/CodeSystem/endpoint-connection-type", "code": "matrix"},
        "payloadType": [{"text": "Matrix"}], "address": "matrix:u/weiss:jiangzhou.example"}]);
    import(bed.registry()?, &[file(&bed, "known.ndjson", known.into_iter())?])?;
    let token = bed.synapse.openid_token(&account).await?;
    assert_eq!(bed.open_session(&token).await?.read::<Session>()?.practitioner_id, "p0");
    Ok(())
}

async fn pages_are_zipped_for_who_asks(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let session = session(&bed).await?;
    let client = reqwest::Client::builder().no_gzip().build()?;
    let ask = || client.get(format!("{}/fhir/_history", bed.registry_url())).bearer_auth(&session.access_token);
    let zipped = ask().header("accept-encoding", "gzip").send().await?;
    assert_eq!(zipped.headers()["content-encoding"], "gzip");
    let mut text = String::new();
    GzDecoder::new(&*zipped.bytes().await?).read_to_string(&mut text)?;
    assert!(text.starts_with("{\"resourceType\":\"Bundle\""));
    let plain = ask().send().await?;
    assert!(!plain.headers().contains_key("content-encoding"));
    assert!(plain.text().await?.starts_with("{\"resourceType\":\"Bundle\""));
    Ok(())
}
