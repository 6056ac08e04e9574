//! To whom the contacts of colleagues who have not joined are shown. They never said so, and the registry's own rule for
//! what an owner has not decided is for owners who know of it: here a contact stays in the house unless the input says more.

use consilium_fhir::ContactPoint;
use consilium_registry_api::Visibility;

/// Of a contact of this `use`: colleagues of the same hospital if it is one at work, otherwise nobody.
pub fn unless_said(use_: Option<&str>) -> Visibility {
    if use_ == Some("work") { Visibility::Organization } else { Visibility::Nobody }
}

/// Says it of all contacts of a resource of which the source says nothing.
pub fn limit(telecom: &mut [ContactPoint]) {
    for contact in telecom.iter_mut().filter(|contact| contact.visibility().is_none()) {
        // A text message, like a call to it, reaches the mobile.
        let mobile = contact.system.as_deref() == Some("sms");
        let visibility = if mobile { Visibility::Nobody } else { unless_said(contact.use_.as_deref()) };
        *contact = std::mem::take(contact).visible_to(visibility.code());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_source_does_not_say_stays_in_the_house() {
        let contact = |system: &str, use_: Option<&str>| ContactPoint {
            use_: use_.map(str::to_owned),
            ..ContactPoint::work(system, "139-5550-0143")
        };
        let mut telecom = vec![
            contact("phone", Some("work")),
            contact("email", Some("work")),
            contact("phone", Some("mobile")),
            contact("sms", Some("work")),
            contact("phone", Some("home")),
            contact("phone", None),
            contact("phone", Some("old")),
            contact("phone", Some("mobile")).visible_to("verified"),
        ];
        limit(&mut telecom);
        let said: Vec<_> = telecom.iter().filter_map(ContactPoint::visibility).collect();
        assert_eq!(
            said,
            ["organization", "organization", "nobody", "nobody", "nobody", "nobody", "nobody", "verified"]
        );
        let once = telecom.clone();
        limit(&mut telecom);
        assert_eq!(telecom, once, "the same import changes nothing");
    }
}
