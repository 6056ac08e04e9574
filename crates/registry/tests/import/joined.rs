//! Those who are listed by an import, and then join; and those who had joined before.

use super::{Operator as _, Reader, said};
use consilium_registry::{Import, revoke};
use consilium_registry_api::ApplicationForm;
use consilium_testbed::{Backend, Testbed, lin_jianing, on_both_databases};

on_both_databases! {
    who_is_imported_is_listed_and_matched_when_they_register,
    who_has_joined_keeps_the_entry_and_who_was_revoked_stays_out,
}

const LIN: &str = "林嘉宁,,2001,心血管内科,住院医师,,,\n";

async fn who_is_imported_is_listed_and_matched_when_they_register(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let session = bed.session(&verifier).await?;
    let reader = Reader { bed, session };
    let import = reader.sheet("staff.csv", &format!("{LIN}何安,,2002,儿科,,,,\n"))?;
    reader.import(&import)?;
    let listed =
        reader.found("PractitionerRole?practitioner.name=林嘉宁&_include=PractitionerRole:practitioner").await?;
    let [role, person] = listed.as_slice() else { anyhow::bail!("{listed:?}") };
    assert!(role.get("endpoint").is_none() && role.get("extension").is_none(), "listed, not joined, not verified");

    let lin = reader.bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    assert_eq!(lin.practitioner_id, person["id"].as_str().unwrap(), "the entry that was listed is hers now");
    let roles = reader.found("PractitionerRole?practitioner.name=林嘉宁").await?;
    assert_eq!(roles.len(), 1);
    assert!(roles[0].to_string().contains("matrix:u/"));
    let before = (roles[0].clone(), reader.get(&format!("Practitioner/{}", lin.practitioner_id)).await?);

    // The sheet comes again, with another name, title and department for her. What was verified stays.
    let other = reader
        .sheet("other.csv", "林佳宁,Lin X,2001,儿科,主任医师,0591-555-0199,a@b.example,\n何安,,2002,儿科,,,,\n")?;
    let (totals, findings) = reader.import(&other)?;
    assert_eq!((totals.new, totals.changed, totals.left_alone), (0, 0, 2), "{}", said(&findings));
    assert!(said(&findings).contains("line 3: note: the colleague has joined, and keeps the entry as it is"));
    let after = (
        reader.found("PractitionerRole?practitioner.name=林嘉宁").await?.remove(0),
        reader.get(&format!("Practitioner/{}", lin.practitioner_id)).await?,
    );
    assert_eq!(before, after);
    // Nor does she go when the sheet has her no longer.
    let without = reader.sheet("without.csv", "何安,,2002,儿科,,,,\n")?;
    let (totals, findings) = reader.import(&Import { retire_missing: true, retire_at_most: Some(9), ..without })?;
    assert_eq!(totals.retired, 0);
    assert!(said(&findings).contains("stays until a verifier decides"), "{}", said(&findings));
    assert_eq!(reader.found("PractitionerRole?practitioner.name=林嘉宁").await?.len(), 1);
    Ok(())
}

async fn who_has_joined_keeps_the_entry_and_who_was_revoked_stays_out(on: Backend) -> anyhow::Result<()> {
    let bed = Testbed::start_on(on).await?;
    let verifier = bed.verifier().await?;
    let session = bed.session(&verifier).await?;
    let lin = bed.doctor(&verifier, lin_jianing(), "correct horse battery").await?;
    let fang = ApplicationForm {
        han_name: "方媛".into(),
        latin_name: "Fang Yuan".into(),
        licence_number: "990420000083525".into(),
        work_email: "fang.yuan@jzfy.example".into(),
        ..lin_jianing()
    };
    let fang = bed.doctor(&verifier, fang, "correct horse battery").await?;
    revoke(bed.registry()?, &fang.account.user_id).await?;
    let reader = Reader { bed, session };

    let import = reader.sheet("staff.csv", &format!("{LIN}方媛,,2003,心血管内科,主治医师,,,\n"))?;
    for _ in 0..2 {
        let (totals, findings) = reader.import(&import)?;
        assert_eq!(totals.left_alone, if said(&findings).contains("revoked") { 4 } else { 2 }, "{}", said(&findings));
        let roles = reader.found("PractitionerRole?practitioner.name=林嘉宁").await?;
        assert_eq!(roles.len(), 1, "known by name, hospital and department");
        assert_eq!(roles[0]["practitioner"]["reference"], format!("Practitioner/{}", lin.practitioner_id));
    }
    Ok(())
}
