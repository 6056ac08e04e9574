//! Two entries of one colleague.

use super::*;
use consilium_registry::{Import, run_import};
use consilium_testbed::{Backend, on_both_databases, weiss};
use serde_json::json;

on_both_databases! {
    what_was_listed_twice_gives_way_and_no_import_brings_it_back,
    who_has_joined_keeps_the_entry_and_nobody_gives_way_to_themselves,
    who_was_taken_out_is_not_listed_again,
}

/// A file of a personnel office with Lin under its own ids and number.
fn staff(bed: &Testbed, department: &str) -> anyhow::Result<Import> {
    let lines = [
        json!({"resourceType": "Practitioner", "id": "hr-7", "active": true, "name": [{"text": "林嘉宁"}],
               "identifier": [{"system": "urn:staff", "value": "2001"}]}),
        json!({"resourceType": "PractitionerRole", "id": "hr-7-post", "active": true,
               "practitioner": {"reference": "Practitioner/hr-7"}, "organization": {"reference": "Organization/jzfy"},
               "specialty": [{"coding": [{"system": terminology::DEPARTMENT_SYSTEM, "code": department}]}]}),
    ];
    let file = bed.folder().join("staff.ndjson");
    std::fs::write(&file, lines.map(|line| line.to_string()).join("\n"))?;
    Ok(Import { files: vec![file], ..Import::default() })
}

/// Blocks.
fn import(bed: &Testbed, import: &Import) -> anyhow::Result<consilium_registry::Totals> {
    Ok(tokio::task::block_in_place(|| run_import(bed.registry()?, import))?.0)
}

async fn merger(bed: &Testbed, verifier: &Doctor, from: &str, into: &str) -> anyhow::Result<Answer> {
    let session = bed.session(verifier).await?;
    let path = format!("/v1/review/entries/{from}/merger");
    send(bed, Method::POST, &path, &session.access_token, &Merger { into: into.into() }).await
}

async fn what_was_listed_twice_gives_way_and_no_import_brings_it_back(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    // Under another department nobody knows her again.
    let by_id = staff(&bed, "07")?;
    let by_source = Import { source: Some("jzfy-hr".into()), ..by_id.clone() };
    assert_eq!(import(&bed, &by_source)?.new, 2);
    let session = bed.session(&verifier).await?.access_token;
    let seen: ReviewEntry = bed.call(Method::GET, "/v1/review/entries/hr-7", &session).await?.read()?;
    assert_eq!((seen.sources.as_slice(), seen.user_id), (["jzfy-hr".to_owned()].as_slice(), None));
    let [duplicate] = seen.duplicates.as_slice() else { panic!("{:?}", seen.duplicates) };
    assert_eq!(duplicate.practitioner_id.as_ref(), Some(&lin.practitioner_id));

    let since = found(&bed, &verifier, "_history?_count=1000").await?;
    let since = since.link("since").unwrap().split_once("/fhir/").unwrap().1.to_owned();
    let kept: ReviewEntry = merger(&bed, &verifier, "hr-7", &lin.practitioner_id).await?.read()?;
    assert_eq!((kept.practitioner_id.as_str(), kept.listed), (lin.practitioner_id.as_str(), true));
    assert_eq!(kept.user_id.as_deref(), Some("@lin.jianing:jiangzhou.example"));
    let gone: ReviewEntry = bed.call(Method::GET, "/v1/review/entries/hr-7", &session).await?.read()?;
    assert_eq!((gone.listed, gone.replaced_by.as_ref()), (false, Some(&lin.practitioner_id)));

    // Who follows the directory learns what went and what stands for it.
    let news = found(&bed, &verifier, &since).await?;
    let deleted: Vec<_> = news.entry.iter().filter_map(|entry| entry.deleted()).collect();
    assert_eq!(deleted, [("PractitionerRole", "hr-7-post"), ("Practitioner", "hr-7")]);
    let heirs: Vec<_> = news
        .entry
        .iter()
        .filter_map(|entry| match &entry.resource {
            Some(Resource::Practitioner(heir)) => {
                Some((heir.id.clone()?, heir.identifier.iter().find_map(|one| one.former_id())?.to_owned()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(heirs, [(lin.practitioner_id.clone(), "hr-7".to_owned())]);
    let place = |wanted: &str| news.entry.iter().position(|e| e.full_url.as_ref().unwrap().ends_with(wanted)).unwrap();
    assert!(place(&lin.practitioner_id) < place("Practitioner/hr-7"), "the heir comes first");
    let found = found(&bed, &verifier, "Practitioner?identifier=urn:staff|2001").await?;
    assert_eq!(found.entry.len(), 1, "and her staff number finds her");
    let lines = trail(&bed, &verifier).await?;
    let line = lines.iter().find(|line| line.action == AuditAction::Merged).unwrap();
    assert_eq!(line.subject.as_deref(), Some("Practitioner/hr-7"));
    merger(&bed, &verifier, "hr-7", &lin.practitioner_id).await?.read::<ReviewEntry>()?;
    assert_eq!(trail(&bed, &verifier).await?.len(), lines.len(), "again is the same");

    for again in [&by_source, &by_id, &staff(&bed, "03.04")?] {
        let totals = import(&bed, again)?;
        assert_eq!((totals.new, totals.changed, totals.errors), (0, 0, 0));
    }
    assert_eq!(roles(&bed, &verifier, &lin.practitioner_id).await?.len(), 1);

    // The other way about nobody has joined: the source that keeps the entry does not know what gave way to it.
    let other = bed.folder().join("other.ndjson");
    let twin = |id: &str| json!({"resourceType": "Practitioner", "id": id, "name": [{"text": "何安"}]}).to_string();
    std::fs::write(&other, [twin("a"), twin("b")].join("\n"))?;
    let other = Import { files: vec![other], ..Import::default() };
    assert_eq!(import(&bed, &other)?.new, 2);
    merger(&bed, &verifier, "a", "b").await?.read::<ReviewEntry>()?;
    let totals = import(&bed, &other)?;
    assert_eq!((totals.new, totals.changed), (0, 0));
    let changed = twin("b").replace("何安", "何安然");
    std::fs::write(&other.files[0], [twin("a"), changed].join("\n"))?;
    assert_eq!(import(&bed, &other)?.changed, 1);
    let seen: ReviewEntry = bed.call(Method::GET, "/v1/review/entries/a", &session).await?.read()?;
    assert_eq!(seen.replaced_by.as_deref(), Some("b"), "it is still told");
    Ok(())
}

async fn who_has_joined_keeps_the_entry_and_nobody_gives_way_to_themselves(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let hannah = bed.doctor(&verifier, weiss(), "battery staple horse").await?;
    import(&bed, &staff(&bed, "07")?)?;
    let (lin_id, hannah_id, own) = (&lin.practitioner_id, &hannah.practitioner_id, &verifier.practitioner_id);
    for (from, into, status, code) in [
        (lin_id.as_str(), lin_id.as_str(), 409, "conflict"),
        (lin_id, hannah_id, 409, "conflict"),
        (lin_id, "hr-7", 409, "conflict"),
        ("hr-7", "no-such", 409, "conflict"),
        ("no-such", lin_id, 404, "not_found"),
        ("hr-7", own, 409, "conflict"),
        (own, lin_id, 409, "conflict"),
    ] {
        is(&merger(&bed, &verifier, from, into).await?, status, code);
    }
    is(&merger(&bed, &lin, "hr-7", lin_id).await?, 403, "not_a_verifier");
    assert_eq!(roles(&bed, &verifier, "hr-7").await?.len(), 1);

    // Once one of two accounts was revoked there is one colleague.
    let path = format!("/v1/review/entries/{hannah_id}/removal");
    let session = bed.session(&verifier).await?.access_token;
    let removal = Removal { reason: RemovalReason::FalseIdentity, note: None };
    send(&bed, Method::POST, &path, &session, &removal).await?.read::<ReviewEntry>()?;
    is(&merger(&bed, &verifier, "hr-7", hannah_id).await?, 409, "conflict");
    merger(&bed, &verifier, hannah_id, lin_id).await?.read::<ReviewEntry>()?;
    let seen: ReviewEntry =
        bed.call(Method::GET, &format!("/v1/review/entries/{hannah_id}"), &session).await?.read()?;
    assert_eq!(seen.replaced_by.as_ref(), Some(lin_id));
    assert!(seen.removal.is_some());
    Ok(())
}

async fn who_was_taken_out_is_not_listed_again(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let by_id = staff(&bed, "03.04")?;
    import(&bed, &by_id)?;
    // She joins over what was listed, and is revoked; another number of the same office is not hers.
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    assert_eq!(lin.practitioner_id, "hr-7");
    consilium_registry::revoke(bed.registry()?, &lin.account.user_id).await?;
    let renamed = std::fs::read_to_string(&by_id.files[0])?.replace("hr-7", "hr-8");
    let file = bed.folder().join("renamed.ndjson");
    std::fs::write(&file, renamed)?;
    for import_ in [&by_id, &Import { files: vec![file], ..Import::default() }] {
        let totals = import(&bed, import_)?;
        assert_eq!((totals.new, totals.left_alone, totals.errors), (0, 2, 0));
    }
    assert!(found(&bed, &verifier, "Practitioner?name=林嘉宁").await?.entry.is_empty());
    Ok(())
}
