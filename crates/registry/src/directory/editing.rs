//! What of an entry its owner may change, and how.
//!
//! Name, title, hospital, department, verification and account are facts that were verified. They change only through
//! verification; the rest is the colleague's own.

use super::names::{latin_key, syllables};
use crate::problem::{Code, Problem};
use consilium_fhir::{
    CodeableConcept, ContactPoint, HumanName, NotAvailable, Practitioner, PractitionerRole, Resource,
};
use consilium_registry_api::Visibility;
use consilium_registry_api::entry::{
    CONTACTS, INTEREST_LIMIT, INTERESTS, LANGUAGE_SYSTEM, LANGUAGES, LEAVES, is_language_tag, is_line, leave_days,
};
use consilium_registry_api::form::{EMAIL_LIMIT, NAME_LIMIT, PHONE_LIMIT, is_email, is_latin_name, is_phone};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Elements that the registry keeps, whatever is sent.
const OURS: &[&str] = &["resourceType", "id", "meta"];

/// Elements of Practitioner and PractitionerRole (R4 8.4, 8.5) that change only through verification.
const STANDARD: &[&str] = &[
    "implicitRules",
    "language",
    "text",
    "contained",
    "extension",
    "modifierExtension",
    "identifier",
    "active",
    "address",
    "gender",
    "birthDate",
    "photo",
    "qualification",
    "period",
    "practitioner",
    "organization",
    "code",
    "location",
    "healthcareService",
    "availableTime",
    "notAvailable",
    "availabilityExceptions",
    "endpoint",
    "name",
    "specialty",
    "communication",
];

/// What is wrong, by FHIRPath.
#[derive(Default)]
struct Wrong(Vec<(String, Cow<'static, str>)>);

impl Wrong {
    fn at(&mut self, path: impl Into<String>, reason: &'static str) {
        self.0.push((path.into(), reason.into()));
    }
}

/// The entry as its owner wants it; `unchangeable` with every element that cannot be so.
pub fn edited(current: &Resource, sent: Resource) -> Result<Resource, Problem> {
    let kind = current.resource_type();
    let mut wrong = Wrong::default();
    let (before, after) = (elements(current)?, elements(&sent)?);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let own = match current {
            Resource::Practitioner(_) => matches!(name.as_str(), "name" | "telecom" | "communication"),
            Resource::PractitionerRole(_) => matches!(name.as_str(), "notAvailable" | "specialty" | "telecom"),
            _ => false,
        };
        if !own && !OURS.contains(&name.as_str()) && before.get(name) != after.get(name) {
            // A name that is not of the standard is not repeated.
            let known = STANDARD.contains(&name.trim_start_matches('_'));
            let path = if known { format!("{kind}.{name}") } else { kind.to_owned() };
            wrong.at(path, "This element changes only through verification.");
        }
    }
    let changed = match (current.clone(), sent) {
        (Resource::Practitioner(mut current), Resource::Practitioner(sent)) => {
            practitioner(&mut current, *sent, &mut wrong);
            Resource::Practitioner(current)
        }
        (Resource::PractitionerRole(mut current), Resource::PractitionerRole(sent)) => {
            role(&mut current, *sent, &mut wrong);
            Resource::PractitionerRole(current)
        }
        _ => return Err(Code::MethodNotAllowed.into()),
    };
    if wrong.0.is_empty() { Ok(changed) } else { Err(Problem::elements(Code::Unchangeable, wrong.0)) }
}

fn elements(resource: &Resource) -> Result<serde_json::Map<String, Value>, Problem> {
    match serde_json::to_value(resource).map_err(Problem::internal)? {
        Value::Object(elements) => Ok(elements),
        _ => Err(Problem::internal("a resource is no object")),
    }
}

fn practitioner(current: &mut Practitioner, sent: Practitioner, wrong: &mut Wrong) {
    names(&current.name, &sent.name, wrong);
    contacts("Practitioner", &current.telecom, &sent.telecom, wrong);
    if current.communication != sent.communication {
        languages(&sent.communication, wrong);
    }
    (current.name, current.telecom, current.communication) = (sent.name, sent.telecom, sent.communication);
}

fn role(current: &mut PractitionerRole, sent: PractitionerRole, wrong: &mut Wrong) {
    contacts("PractitionerRole", &current.telecom, &sent.telecom, wrong);
    specialties(&current.specialty, &sent.specialty, wrong);
    leave(&current.not_available, &sent.not_available, wrong);
    (current.specialty, current.telecom) = (sent.specialty, sent.telecom);
    current.not_available = sent.not_available;
}

/// When they are away: by whole days, in words of their own.
fn leave(current: &[NotAvailable], sent: &[NotAvailable], wrong: &mut Wrong) {
    if sent.len() > LEAVES {
        wrong.at("PractitionerRole.notAvailable", "There are more than 10 times of leave.");
    }
    for (at, leave) in sent.iter().enumerate() {
        // What came from elsewhere may stay as it came.
        if current.contains(leave) {
            continue;
        }
        let path = |element: &str| format!("PractitionerRole.notAvailable[{at}]{element}");
        if !leave.description.as_deref().is_some_and(|text| is_line(text, INTEREST_LIMIT)) {
            wrong.at(path(".description"), "A leave has a text of at most 60 characters.");
        }
        let (from, through) = leave.bounds();
        if leave_days(from, through).is_err() {
            wrong.at(path(".during"), "A leave is from one day through another, for at most three years.");
        }
        if !leave.other.is_empty() || leave.during.as_ref().is_some_and(|period| !period.other.is_empty()) {
            wrong.at(path(""), "A leave has a description, and the start and end of a period.");
        }
    }
}

fn contacts(kind: &str, current: &[ContactPoint], sent: &[ContactPoint], wrong: &mut Wrong) {
    if sent.len() > CONTACTS {
        wrong.at(format!("{kind}.telecom"), "There are more than 10 contacts.");
        return;
    }
    for (at, contact) in sent.iter().enumerate() {
        let path = |element: &str| format!("{kind}.telecom[{at}]{element}");
        if contact.visibility().is_some_and(|code| Visibility::of_code(code).is_none()) {
            wrong.at(path(".extension"), "A contact is for verified, organization, on-request or nobody.");
        }
        // What came from elsewhere may stay as it came, whomever it is shown to.
        let bare = contact.clone().without_visibility();
        if current.iter().any(|known| known.clone().without_visibility() == bare) {
            continue;
        }
        let value = contact.value.as_deref().unwrap_or_default();
        match contact.system.as_deref() {
            Some("email") if value.len() <= EMAIL_LIMIT && is_email(value) => {}
            Some("phone" | "fax" | "sms") if value.len() <= PHONE_LIMIT && is_phone(value) => {}
            Some("email" | "phone" | "fax" | "sms") => wrong.at(path(".value"), "This is no such address or number."),
            _ => wrong.at(path(".system"), "A contact is a phone, an e-mail, a fax or an sms."),
        }
        if !matches!(contact.use_.as_deref(), None | Some("work" | "mobile" | "home")) {
            wrong.at(path(".use"), "A contact is for work, mobile or home.");
        }
        let rank = |(name, value): (&String, &Value)| name == "rank" && value.as_u64().is_some_and(|rank| rank > 0);
        if !contact.other.iter().all(rank) || !bare.extension.is_empty() {
            wrong.at(path(""), "A contact has system, value, use, rank and the extension contact-visibility.");
        }
    }
}

/// The department stays; fields of special interest are the colleague's own.
fn specialties(current: &[CodeableConcept], sent: &[CodeableConcept], wrong: &mut Wrong) {
    let coded = |of: &[CodeableConcept]| of.iter().filter(|c| !c.coding.is_empty()).cloned().collect::<Vec<_>>();
    if coded(current) != coded(sent) {
        wrong.at("PractitionerRole.specialty", "The department changes only through verification.");
    }
    let interests: Vec<&CodeableConcept> = sent.iter().filter(|concept| concept.coding.is_empty()).collect();
    if interests.len() > INTERESTS {
        wrong.at("PractitionerRole.specialty", "There are more than 12 fields of interest.");
    }
    for interest in interests {
        let text = interest.text.as_deref().unwrap_or_default();
        if !is_line(text, INTEREST_LIMIT) || !interest.other.is_empty() {
            wrong.at("PractitionerRole.specialty", "A field of interest is a text of at most 60 characters.");
        }
    }
}

fn languages(sent: &[CodeableConcept], wrong: &mut Wrong) {
    if sent.len() > LANGUAGES {
        wrong.at("Practitioner.communication", "There are more than 12 languages.");
    }
    for (at, language) in sent.iter().enumerate() {
        let codes_are_tags = !language.coding.is_empty()
            && language.other.is_empty()
            && language.coding.iter().all(|coding| {
                coding.system.as_deref() == Some(LANGUAGE_SYSTEM)
                    && coding.code.as_deref().is_some_and(is_language_tag)
                    && coding.display.as_deref().is_none_or(|display| is_line(display, INTEREST_LIMIT))
                    && coding.other.is_empty()
            });
        if !codes_are_tags || !language.text.as_deref().is_none_or(|text| is_line(text, INTEREST_LIMIT)) {
            wrong.at(
                format!("Practitioner.communication[{at}]"),
                "A language is coded in urn:ietf:bcp:47, with a text of at most 60 characters if any.",
            );
        }
    }
}

/// Who has a Han name may correct how it is spelt in Latin letters, to another spelling of the same sounds. Any other
/// name stays as it was verified.
fn names(current: &[HumanName], sent: &[HumanName], wrong: &mut Wrong) {
    let practitioner = |names: &[HumanName]| Practitioner { name: names.to_vec(), ..Practitioner::default() };
    let (before, after) = (practitioner(current), practitioner(sent));
    let others = |of: &Practitioner| {
        let latin = of.latin_name().cloned();
        of.name.iter().filter(|name| Some(*name) != latin.as_ref()).cloned().collect::<Vec<_>>()
    };
    let unchanged = others(&before) == others(&after);
    let corrected = match (before.han_name(), before.latin_name(), after.latin_name()) {
        (_, before, after) if before == after => true,
        (Some(han), Some(before), Some(after)) => is_respelt(han, before, after),
        _ => false,
    };
    if !unchanged || !corrected {
        wrong.at(
            "Practitioner.name",
            "A name changes only through verification; its Latin spelling may be corrected if there is a Han name.",
        );
    }
}

fn is_respelt(han: &HumanName, before: &HumanName, after: &HumanName) -> bool {
    let text = |name: &HumanName| name.text.clone().unwrap_or_default();
    let spelt = text(after);
    let turns = turned(&spelt);
    let parts = format!("{} {}", after.family.as_deref().unwrap_or_default(), after.given.join(" "));
    let framed = |name: &HumanName| HumanName { text: None, family: None, given: Vec::new(), ..name.clone() };
    spelt.chars().count() <= NAME_LIMIT
        && is_latin_name(&spelt)
        && framed(before) == framed(after)
        && turns.contains(&letters(&parts))
        && (turns.contains(&letters(&text(before))) || turns.contains(&letters(&syllables(&text(han)).concat())))
}

/// Its letters alone; ü is written in several ways.
fn letters(name: &str) -> String {
    latin_key(name).replace([' ', '-', '.'], "").replace("yu", "u").replace('v', "u")
}

/// The letters of a name with its words in each order that turning them gives: `lin jianing`, `jianing lin`.
fn turned(name: &str) -> Vec<String> {
    let key = latin_key(name);
    let words: Vec<&str> = key.split(' ').collect();
    (0..words.len())
        .map(|from| {
            let mut words = words.clone();
            words.rotate_left(from);
            letters(&words.join(" "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resource(value: Value) -> Resource {
        serde_json::from_value(value).unwrap()
    }

    fn shan() -> Value {
        let mut practitioner = Practitioner {
            id: Some("p".into()),
            active: Some(true),
            name: vec![
                HumanName::han("单雄信", "单", &["雄信"]),
                HumanName::latin("Dan Xiongxin", "Dan", &["Xiongxin"]),
            ],
            telecom: vec![ContactPoint::work("phone", "0591-555-0120")],
            ..Practitioner::default()
        };
        practitioner.communication = Vec::new();
        serde_json::to_value(Resource::from(practitioner)).unwrap()
    }

    fn role() -> Value {
        json!({"resourceType": "PractitionerRole", "id": "r", "active": true, "code": [{"text": "chief"}],
            "specialty": [{"coding": [{"system": "urn:d", "code": "03.04"}]}, {"text": "心律失常"}],
            "practitioner": {"reference": "Practitioner/p"}})
    }

    /// Paths that are refused when this pointer of the entry is set to this value.
    fn refused(mut entry: Value, pointer: &str, value: Value) -> Vec<String> {
        let current = resource(entry.clone());
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        entry.pointer_mut(parent).unwrap()[name] = value;
        match edited(&current, resource(entry)) {
            Ok(_) => Vec::new(),
            Err(problem) => problem.paths().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn a_latin_name_is_corrected_to_how_the_han_name_sounds() {
        let respelt = |text: &str, family: &str, given: &str| {
            let name = serde_json::to_value(HumanName::latin(text, family, &[given])).unwrap();
            let mut names = shan()["name"].clone();
            names[1] = name;
            refused(shan(), "/name", names).is_empty()
        };
        assert!(respelt("Shan Xiongxin", "Shan", "Xiongxin"), "the surname 单 is Shan");
        assert!(respelt("Xiongxin Shan", "Shan", "Xiongxin"));
        assert!(respelt("Dan Xiong-Xin", "Dan", "Xiong-Xin"), "the same letters");
        assert!(!respelt("Jacky Chan", "Chan", "Jacky"));
        assert!(!respelt("Shan Xiongxin", "Zhou", "Min"), "the parts are those of the text");
        let mut names = shan()["name"].clone();
        names[0]["text"] = "周敏".into();
        assert_eq!(refused(shan(), "/name", names), ["Practitioner.name"]);
        assert_eq!(refused(shan(), "/name", json!([shan()["name"][0]])), ["Practitioner.name"]);
    }

    #[test]
    fn contacts_interests_and_languages_are_the_colleagues_own() {
        let visible = |code: &str| {
            json!({"system": "phone", "value": "0591-555-0121", "use": "work",
                "extension": [{"url": consilium_fhir::terms::CONTACT_VISIBILITY, "valueCode": code}]})
        };
        for visibility in Visibility::ALL {
            assert_eq!(refused(role(), "/telecom", json!([visible(visibility.code())])), [""; 0]);
        }
        let telecom = json!([{"system": "phone", "value": "+86 591 555 0199", "use": "mobile", "rank": 1},
                             {"system": "email", "value": "lin@jzfy.example"}]);
        assert_eq!(refused(role(), "/telecom", telecom.clone()), [""; 0]);
        assert_eq!(refused(shan(), "/telecom", telecom), [""; 0]);
        for (contact, path) in [
            (json!({"system": "phone", "value": "call me"}), "PractitionerRole.telecom[0].value"),
            (json!({"system": "url", "value": "https://x.example"}), "PractitionerRole.telecom[0].system"),
            (json!({"system": "phone", "value": "0591-555-0120", "use": "old"}), "PractitionerRole.telecom[0].use"),
            (json!({"system": "phone", "value": "0591-555-0120", "note": "x"}), "PractitionerRole.telecom[0]"),
            (visible("friends"), "PractitionerRole.telecom[0].extension"),
            (
                json!({"system": "phone", "value": "0591-555-0120", "extension": [{"url": "urn:x", "valueCode": "x"}]}),
                "PractitionerRole.telecom[0]",
            ),
        ] {
            assert_eq!(refused(role(), "/telecom", json!([contact])), [path], "{contact}");
        }
        let department = role()["specialty"][0].clone();
        assert_eq!(refused(role(), "/specialty", json!([department, {"text": "房颤"}, {"text": "猝死"}])), [""; 0]);
        for specialty in
            [json!([{"text": "心律失常"}]), json!([department, {"text": ""}]), json!([department, department])]
        {
            assert_eq!(refused(role(), "/specialty", specialty.clone()), ["PractitionerRole.specialty"], "{specialty}");
        }
        let language = |code: &str| json!([{"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}]);
        assert_eq!(refused(shan(), "/communication", language("zh-Hans-CN")), [""; 0]);
        assert_eq!(refused(shan(), "/communication", language("<b>")), ["Practitioner.communication[0]"]);
    }

    #[test]
    fn a_leave_is_whole_days_within_reason() {
        let leave =
            |text: &str, start: &str, end: &str| json!([{"description": text, "during": {"start": start, "end": end}}]);
        let refused = |value: Value| refused(role(), "/notAvailable", value);
        assert_eq!(refused(leave("产假", "2027-01-04", "2027-05-31")), [""; 0]);
        assert_eq!(refused(leave("一天", "2027-01-04", "2027-01-04")), [""; 0]);
        let during = "PractitionerRole.notAvailable[0].during";
        for (start, end) in [
            ("2027-05-31", "2027-01-04"),
            ("2027-01", "2027-02"),
            ("2027-01-04T08:00:00Z", "2027-01-05"),
            ("2027-02-30", "2027-03-01"),
            ("2027-01-04", "2030-01-04"),
            ("", "2027-01-04"),
        ] {
            assert_eq!(refused(leave("产假", start, end)), [during], "{start} {end}");
        }
        assert_eq!(refused(json!([{"description": "产假"}])), [during]);
        let wordy = leave(&"长".repeat(61), "2027-01-04", "2027-01-05");
        assert_eq!(refused(wordy), ["PractitionerRole.notAvailable[0].description"]);
        let more = json!([{"description": "产假", "x": 1, "during": {"start": "2027-01-04", "end": "2027-01-05"}}]);
        assert_eq!(refused(more), ["PractitionerRole.notAvailable[0]"]);
        let many: Vec<Value> =
            (1..=11).map(|n| leave("假", &format!("2027-01-{n:02}"), "2027-02-01")[0].clone()).collect();
        assert_eq!(refused(many.into()), ["PractitionerRole.notAvailable"]);
    }

    #[test]
    fn what_was_verified_stays_and_is_named() {
        for (pointer, value, path) in [
            ("/code", json!([{"text": "god"}]), "PractitionerRole.code"),
            ("/practitioner", json!({"reference": "Practitioner/q"}), "PractitionerRole.practitioner"),
            ("/endpoint", json!([{"reference": "#matrix"}]), "PractitionerRole.endpoint"),
            ("/active", json!(false), "PractitionerRole.active"),
            ("/<script>", json!(1), "PractitionerRole"),
        ] {
            assert_eq!(refused(role(), pointer, value), [path]);
        }
        assert_eq!(refused(role(), "/meta", json!({"versionId": "7"})), [""; 0], "the registry's own");
    }
}
