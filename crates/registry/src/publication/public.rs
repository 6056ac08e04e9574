//! What of a resource may be in a file that anybody could pass on.

use crate::directory::contacts::is_contact;
use consilium_fhir::{Extension, Practitioner, Resource};
use serde_json::{Map, Value};

/// Elements of a Practitioner that say more of a person than colleagues need (R4 8.4). A narrative (R4 2.4) repeats the
/// others in words, and contained resources may be of the same person.
const PRIVATE: [&str; 7] = ["address", "birthDate", "_birthDate", "contained", "gender", "photo", "text"];

/// The resource without what is for single eyes: contacts, which their owner may hide at any time, and what identifies
/// a person outside their work.
pub fn public(mut resource: Resource) -> Resource {
    match &mut resource {
        Resource::Practitioner(practitioner) => strip(practitioner),
        Resource::PractitionerRole(role) => {
            role.telecom.clear();
            role.other.remove("text");
            without_contacts(&mut role.other);
            without_contact_extensions(&mut role.extension);
            // Its account is an Endpoint; whatever else was imported within it may hold contacts.
            role.contained.retain(|contained| matches!(contained, Resource::Endpoint(_)));
            for contained in &mut role.contained {
                if let Resource::Endpoint(endpoint) = contained {
                    endpoint.other.remove("contact");
                    endpoint.other.remove("text");
                }
            }
        }
        _ => {}
    }
    resource
}

fn strip(practitioner: &mut Practitioner) {
    practitioner.telecom.clear();
    for qualification in &mut practitioner.qualification {
        qualification.identifier.clear();
    }
    for element in PRIVATE {
        practitioner.other.remove(element);
    }
    without_contacts(&mut practitioner.other);
}

/// Takes contacts out of elements that came from elsewhere and have no type here.
fn without_contacts(elements: &mut Map<String, Value>) {
    elements.retain(|name, _| !is_contact(name));
    let mut within: Vec<&mut Value> = elements.values_mut().collect();
    while let Some(value) = within.pop() {
        match value {
            Value::Object(elements) => {
                elements.retain(|name, _| !is_contact(name));
                within.extend(elements.values_mut());
            }
            Value::Array(values) => within.extend(values),
            _ => {}
        }
    }
}

fn without_contact_extensions(extensions: &mut Vec<Extension>) {
    extensions.retain(|extension| !extension.other.keys().any(|name| is_contact(name)));
    extensions.iter_mut().for_each(|extension| without_contact_extensions(&mut extension.extension));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hold_no_contact_licence_or_birthday() {
        let resource = serde_json::json!({
            "resourceType": "Practitioner", "id": "p1", "birthDate": "1980-02-03", "gender": "female",
            "name": [{"text": "张伟"}],
            "telecom": [{"system": "phone", "value": "010-6915-6114"}],
            "address": [{"city": "Jiangzhou"}],
            "photo": [{"url": "https://example.org/1.jpg"}],
            "text": {"status": "generated", "div": "<div>13955500142</div>"},
            "contained": [{"resourceType": "Person", "id": "c", "telecom": [{"value": "13955500143"}]}],
            "qualification": [{"identifier": [{"value": "110110000123456"}], "code": {"text": "主任医师"}}],
            "communication": [{"text": "English"}],
        });
        let kept = serde_json::to_string(&public(serde_json::from_value(resource).unwrap())).unwrap();
        for gone in ["1395550", "6915", "1980", "female", "Jiangzhou", "1.jpg", "110110000123456"] {
            assert!(!kept.contains(gone), "{gone}");
        }
        for there in ["张伟", "主任医师", "English"] {
            assert!(kept.contains(there), "{there}");
        }
    }

    #[test]
    fn a_role_keeps_its_account_and_no_contact_wherever_that_stands() {
        let resource = serde_json::json!({
            "resourceType": "PractitionerRole", "id": "r1",
            "text": {"status": "generated", "div": "<div>13955500142</div>"},
            "contained": [
                {"resourceType": "Endpoint", "id": "matrix", "address": "matrix:u/zhang:jz.example",
                    "contact": [{"value": "13955500143"}]},
                {"resourceType": "Practitioner", "id": "p", "telecom": [{"value": "13955500144"}]},
            ],
            "telecom": [{"system": "phone", "value": "13955500145"}],
            "contact": [{"telecom": [{"value": "13955500146"}]}],
            "availability": [{"contact": {"value": "13955500147"}}],
            "extension": [
                {"url": "https://example.org/pager", "valueContactPoint": {"value": "13955500148"}},
                {"url": "https://example.org/more", "extension": [
                    {"url": "desk", "valueContactPoint": {"value": "13955500149"}},
                    {"url": "floor", "valueString": "third floor"},
                ]},
            ],
        });
        let kept = serde_json::to_string(&public(serde_json::from_value(resource).unwrap())).unwrap();
        assert!(kept.contains("third floor"));
        assert!(!kept.contains("1395550") && kept.contains("matrix:u/zhang:jz.example"), "{kept}");
    }
}
