//! What of a resource may be in a file that anybody could pass on.

use consilium_fhir::{Practitioner, Resource};

/// Elements of a Practitioner that say more of a person than colleagues need (R4 8.4).
const PRIVATE: [&str; 5] = ["address", "birthDate", "_birthDate", "gender", "photo"];

/// The resource without what is for single eyes: contacts, which their owner may hide at any time, and what identifies
/// a person outside their work.
pub fn public(mut resource: Resource) -> Resource {
    match &mut resource {
        Resource::Practitioner(practitioner) => strip(practitioner),
        Resource::PractitionerRole(role) => role.telecom.clear(),
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
            "qualification": [{"identifier": [{"value": "110110000123456"}], "code": {"text": "主任医师"}}],
            "communication": [{"text": "English"}],
        });
        let kept = serde_json::to_string(&public(serde_json::from_value(resource).unwrap())).unwrap();
        for gone in ["6915", "1980", "female", "Jiangzhou", "1.jpg", "110110000123456"] {
            assert!(!kept.contains(gone), "{gone}");
        }
        for there in ["张伟", "主任医师", "English"] {
            assert!(kept.contains(there), "{there}");
        }
    }
}
