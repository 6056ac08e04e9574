//! Entries that give way to others, and when colleagues are away.

use super::registry::{Doctor, Registry, hospital_staff, staff};
use super::*;
use chrono::{Days, Local};
use consilium_api::entry::Leave;
use consilium_fhir::{Identifier, NotAvailable, PractitionerRole};

fn zhang_wei() -> Doctor {
    staff().remove(0)
}

/// The entry of Zhang Wei gave way to the one that this registry lists instead.
fn replaced(registry: &Registry, by: &Doctor) {
    let mut bearer = by.practitioner();
    bearer.identifier.push(Identifier::former("zhang-wei"));
    registry.put(bearer).put(by.role());
    registry.delete("PractitionerRole/role-zhang-wei").delete("Practitioner/zhang-wei");
}

#[tokio::test]
async fn who_gave_way_is_found_by_the_id_that_was() {
    let registry = hospital_staff();
    let desk = Desk::with(&registry).await;
    assert_eq!(desk.directory.former_ids().await.unwrap(), []);
    assert_eq!(desk.card("zhang-wei").await.id, "zhang-wei");

    let second = Doctor { id: "6f9619ff-8b86-d011-b42d-00c04fc96400".into(), ..zhang_wei() };
    replaced(&registry, &second);
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.find("zhangwei").await.iter().filter(|id| *id == "zhang-wei").count(), 0);
    assert_eq!(desk.card("zhang-wei").await.id, second.id);
    assert_eq!(desk.directory.former_ids().await.unwrap(), [("zhang-wei".to_owned(), second.id.clone())]);

    // Who begins anew learns it too; and who gives way in turn hands on what they bear.
    let anew = Desk::with(&registry).await;
    assert_eq!(anew.card("zhang-wei").await.id, second.id);
    let third = Doctor { id: "zhang-wei-iii".into(), ..zhang_wei() };
    let mut bearer = third.practitioner();
    bearer.identifier = vec![Identifier::former("zhang-wei"), Identifier::former(&second.id)];
    registry.put(bearer).put(third.role());
    registry.delete(&format!("Practitioner/{}", second.id)).delete(&format!("PractitionerRole/role-{}", second.id));
    desk.directory.sync(&registry).await.unwrap();
    for id in ["zhang-wei", &second.id] {
        assert_eq!(desk.card(id).await.id, "zhang-wei-iii");
    }
    registry.delete("Practitioner/zhang-wei-iii").delete("PractitionerRole/role-zhang-wei-iii");
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.directory.colleague("zhang-wei").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(desk.directory.former_ids().await.unwrap(), []);
}

#[tokio::test]
async fn whoever_is_listed_is_nobody_elses_past() {
    let registry = hospital_staff();
    let mut bold = staff().remove(2).practitioner();
    bold.identifier.push(Identifier::former("zhang-wei"));
    registry.put(bold);
    let desk = Desk::with(&registry).await;
    assert_eq!(desk.card("zhang-wei").await.id, "zhang-wei");
    assert_eq!(desk.directory.former_ids().await.unwrap(), []);
}

#[tokio::test]
async fn a_card_says_when_somebody_is_away() {
    let day = |ahead: u64| Local::now().date_naive().checked_add_days(Days::new(ahead)).unwrap().to_string();
    let away = |from: u64, through: u64, text: &str| NotAvailable::away(&day(from), &day(through), text);
    let registry = hospital_staff();
    let imported = NotAvailable { description: Some("每周二".into()), ..NotAvailable::default() };
    let times = vec![away(30, 40, "much later"), away(10, 12, "手术示教"), imported, away(0, 3, "congress")];
    registry.put(PractitionerRole { not_available: times, ..zhang_wei().role() });
    let desk = Desk::with(&registry).await;
    let told = |from, through, text: &str| Leave { from: day(from), through: day(through), text: text.into() };
    assert_eq!(desk.card("zhang-wei").await.leaves, [told(0, 3, "congress"), told(10, 12, "手术示教")]);
    assert!(desk.card("zhang-wei").await.verification.is_some(), "it is no part of what is signed");
    assert_eq!(desk.card("zhang-weiming").await.leaves, []);

    registry.put(zhang_wei().role());
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.card("zhang-wei").await.leaves, []);
}
