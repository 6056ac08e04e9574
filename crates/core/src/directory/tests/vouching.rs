//! Stories of badges: what is shown is what the registry signed, and what is not says so.

use super::registry::{Doctor, Registry, hospital, hospital_staff, staff};
use super::*;
use consilium_api::directory::{DirectoryPhase, Doubt};
use consilium_fhir::mapping::Verification;
use consilium_fhir::terms::HOSPITAL_GRADE;
use consilium_fhir::{CodeableConcept, Extension};
use consilium_registry_api::terminology::DEPARTMENT_SYSTEM;
use std::sync::atomic::Ordering;

/// Whoever sends an old state again and again cannot keep a revoked badge alive for longer than its checkpoint says.
#[tokio::test]
async fn a_feed_that_stands_still_loses_its_badges_and_says_why() {
    let registry = hospital_staff();
    registry.signed_at.store(chrono::Utc::now().timestamp() - 8 * 86_400, Ordering::SeqCst);
    let desk = Desk::with(&registry).await;
    assert_eq!(desk.status().doubt, Some(Doubt::Expired));
    let card = desk.card("zhang-wei").await;
    assert_eq!((card.verification, card.doubt), (None, Some(Doubt::Expired)));
    assert!(!desk.page(asking("zhangwei")).await.rows[0].verified);
    assert!(!desk.directory.person_by_user_id("@zhang.wei:jz.example").await.unwrap().unwrap().verified);

    // The next checkpoint brings them back. Of a clock that is behind it is known that it is.
    registry.signed_at.store(chrono::Utc::now().timestamp() + 300 * 86_400, Ordering::SeqCst);
    registry.put(hospital("new", "新医院", "", &[], ("江州", "Jiangzhou")));
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.status().doubt, None);
    assert!(desk.card("zhang-wei").await.verification.is_some());
}

/// Somebody who can write to the file itself.
async fn tampered(sql: &'static str) -> Desk {
    Desk::with(&hospital_staff()).await.tampered(sql).await
}

#[tokio::test]
async fn a_row_that_was_changed_here_shows_no_badge() {
    // 张薇 is not verified; 张伟 is.
    for sql in [
        "UPDATE practitioner SET verifier = (SELECT n FROM verifier), verified_at = 1763430000, valid_until = NULL
         WHERE localpart = 'zhang.wei2'",
        "UPDATE practitioner SET han = '张薇' WHERE id = 'zhang-wei'",
        "UPDATE organization SET name = '江州大学附属第一医院' WHERE name = '滨海市中心医院'",
        "UPDATE practitioner SET localpart = 'somebody.else' WHERE localpart = 'zhang.wei'",
        "UPDATE practitioner SET valid_until = 20991231 WHERE valid_until = 20991118",
        // What is shown is worked out from what is signed.
        "UPDATE colleague SET organization = (SELECT n FROM organization o WHERE o.n <> organization LIMIT 1) WHERE joined",
        "UPDATE colleague SET title = (SELECT n FROM term WHERE kind = 3 AND n <> title LIMIT 1) WHERE joined",
        "UPDATE colleague SET department = (SELECT n FROM term WHERE kind = 2 AND n <> department LIMIT 1) WHERE joined",
        "UPDATE term SET zh = '北京协和医院' WHERE n = (SELECT organization FROM colleague WHERE joined LIMIT 1)",
        "UPDATE term SET en = 'Peking Union' WHERE n = (SELECT organization FROM colleague WHERE joined LIMIT 1)",
        "DELETE FROM organization WHERE n = (SELECT organization FROM colleague WHERE joined LIMIT 1)",
        "UPDATE practitioner SET known = 0 WHERE id = 'zhang-wei'",
    ] {
        let desk = tampered(sql).await;
        let id = if sql.contains("wei2") { "zhang-wei-2" } else { "zhang-wei" };
        let card = desk.card(id).await;
        assert_eq!((card.verification, card.doubt), (None, Some(Doubt::Tampered)), "{sql}");
        assert_eq!(desk.status().doubt, None, "the others stand");
        assert!(desk.page(asking(id)).await.rows.iter().all(|row| row.id != id || !row.verified), "{sql}");
        // What was seen is mended at the next look at the registry, though nothing changed there.
        desk.directory.sync(&hospital_staff()).await.unwrap();
        let card = desk.card(id).await;
        assert_eq!((card.verification.is_some(), card.doubt), (id == "zhang-wei", None), "{sql}");
    }
}

#[tokio::test]
async fn leaves_that_were_changed_here_show_no_badge_at_all() {
    let desk = tampered("DELETE FROM bucket WHERE n = (SELECT min(n) FROM bucket)").await;
    assert_eq!(desk.status().doubt, Some(Doubt::Tampered));
    assert_eq!(desk.card("zhang-wei").await.doubt, Some(Doubt::Tampered));
    let verified = DirectoryQuery { verified: vec!["yes".into()], ..asking("") };
    assert_eq!(desk.page(verified.clone()).await.total, 0, "nor does the filter know anybody");
    desk.directory.sync(&hospital_staff()).await.unwrap();
    assert_eq!((desk.status().doubt, desk.status().colleagues), (None, 10));
    assert_eq!(desk.page(verified).await.total, 1);
    assert!(desk.card("zhang-wei").await.verification.is_some());
}

/// What is hashed again from the rows is what was hashed of the resource, to the last blank.
#[tokio::test]
async fn what_is_written_unusually_is_vouched_for_too() {
    let registry = hospital_staff();
    let id = "0b4e28ba-2fa1-11d2-883f-0016d3cca427";
    let long = |text: &str| format!("  {}", text.repeat(150));
    let mut organization = hospital(id, "滨海 第二医院 ", "Binhai  Second", &[], ("滨海", "Binhai"));
    organization.address[0].state = Some("江东省".into());
    organization.extension = vec![Extension::string(HOSPITAL_GRADE, "三级甲等")];
    let mut doctor = Doctor::new("he-fan", "何 凡", "He", "Fan").at(id).account("@he.fan:jz.example:8448");
    doctor.han = long("何凡");
    let mut role = doctor.role();
    role.id = Some("6f9619ff-8b86-d011-b42d-00c04fc964ff".into());
    role.specialty.push(CodeableConcept::coded(DEPARTMENT_SYSTEM, "03.01", ""));
    let verification = Verification {
        verified_at: "2025-11-18T09:30:00.25+08:00".into(),
        valid_until: "2099-11-18".into(),
        verifier: "孙立新 ".into(),
        organization: long("医务处"),
        licence_ending: "0017".into(),
    };
    role.extension = vec![verification.to_extension()];
    registry.put(organization).put(doctor.practitioner()).put(role.clone());
    let desk = Desk::with(&registry).await;
    assert_eq!(desk.card("he-fan").await.doubt, None);
    assert!(desk.card("he-fan").await.verification.is_some());

    // Nor does it have to be fetched anew when it changes.
    role.specialty.remove(0);
    registry.put(role);
    registry.pages_left.store(1_000, Ordering::SeqCst);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(registry.pages_left.load(Ordering::SeqCst), 998, "the person comes with the role");
    assert_eq!(desk.card("he-fan").await.department, "03.01");
    assert!(desk.card("he-fan").await.verification.is_some());
}

#[tokio::test]
async fn what_is_half_here_and_has_run_out_shows_no_badge() {
    let registry = Registry::new(5);
    registry.put_hospitals();
    registry.list_all(&staff());
    registry.signed_at.store(chrono::Utc::now().timestamp() - 8 * 86_400, Ordering::SeqCst);
    registry.network_fails_after(4);
    let desk = Desk::new().await;
    desk.directory.sync(&registry).await.unwrap_err();
    assert_eq!((desk.status().phase, desk.status().doubt), (DirectoryPhase::Loading, Some(Doubt::Expired)));
    registry.network_fails_after(usize::MAX);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!((desk.status().phase, desk.status().doubt), (DirectoryPhase::Complete, Some(Doubt::Expired)));
    assert!(desk.page(asking("")).await.rows.iter().all(|row| !row.verified));
}
