//! The doctor's own entry: from the resources of the registry to what can be edited, and back.

pub(crate) mod applications;

use crate::account::Active;
use consilium_api::directory::ColleagueCard;
use consilium_api::entry::{
    EntryContent, EntryFault, EntryPart, EntryProblem, EntryVersions, Leave, OwnContact, OwnContactKind, OwnEntry,
    SaveEntry,
};
use consilium_api::registry::Visibility;
use consilium_api::registry::entry::{
    CONTACTS, INTEREST_LIMIT, INTERESTS, LANGUAGE_SYSTEM, LANGUAGES, LEAVES, LeaveFault, is_language_tag, is_line,
    leave_days,
};
use consilium_api::registry::form::{EMAIL_LIMIT, PHONE_LIMIT, is_email, is_phone, narrow, plain_phone};
use consilium_api::{Error, ErrorCode, Result};
use consilium_fhir::{
    CodeableConcept, Coding, ContactPoint, Meta, NotAvailable, Practitioner, PractitionerRole, Resource,
};
use std::collections::BTreeSet;

/// The entry as the registry has it now, or the copy on this machine while it does not answer.
pub(crate) async fn read(active: &Active) -> Result<OwnEntry> {
    match fetch(active).await {
        Ok(resources) => {
            let as_of = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            Ok(resources.entry(as_of, true))
        }
        Err(error) if matches!(error.code, ErrorCode::Offline | ErrorCode::ServerTrouble) => {
            kept(active).await?.ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// Saves what its owner changed, both resources only as they were read.
pub(crate) async fn save(active: &Active, wanted: SaveEntry) -> Result<()> {
    if !check(&wanted.content).is_empty() {
        return Err(Error::new(ErrorCode::InvalidInput, "the entry has problems"));
    }
    let mut now = fetch(active).await?;
    let changed = now.edited(&wanted.content)?;
    let versions = now.versions();
    // What was saved already, before the network went, is not saved again.
    if (changed.roles != now.roles && versions.role != wanted.versions.role)
        || (changed.practitioner != now.practitioner && versions.practitioner != wanted.versions.practitioner)
    {
        return Err(Error::new(ErrorCode::Conflict, "the entry was changed meanwhile"));
    }
    // The copy goes with each: a number that is withdrawn is on no card from here on.
    for (at, role) in changed.roles.into_iter().enumerate() {
        if now.roles[at] != role {
            active.registry.put_own(&role.clone().into(), version(now.roles[at].meta.as_ref())).await?;
            now.roles[at] = role;
            now.keep(active).await?;
        }
    }
    if changed.practitioner != now.practitioner {
        active.registry.put_own(&changed.practitioner.clone().into(), versions.practitioner).await?;
        now.practitioner = changed.practitioner;
        now.keep(active).await?;
    }
    Ok(())
}

/// Every problem of an entry as it stands, in its order.
pub(crate) fn check(content: &EntryContent) -> Vec<EntryProblem> {
    let content = normalized(content);
    let mut problems = Vec::new();
    let mut list = |part, faults: Vec<Option<EntryFault>>| {
        problems.extend(
            faults
                .into_iter()
                .zip(0..)
                .filter_map(|(fault, index)| fault.map(|fault| EntryProblem { part, index, fault })),
        );
    };
    let mut seen = BTreeSet::new();
    let contacts = content.contacts.iter().enumerate().map(|(at, contact)| {
        let fault = fault_of(contact).or_else(|| (!seen.insert(key(&contact.value))).then_some(EntryFault::Repeated));
        fault.or((at >= CONTACTS).then_some(EntryFault::TooMany))
    });
    list(EntryPart::Contacts, contacts.collect());
    let mut seen = BTreeSet::new();
    let interests = content.interests.iter().enumerate().map(|(at, text)| {
        let fault = match text {
            text if text.is_empty() => Some(EntryFault::Missing),
            text if !is_line(text, INTEREST_LIMIT) => Some(EntryFault::TooLong),
            text => (!seen.insert(text.to_lowercase())).then_some(EntryFault::Repeated),
        };
        fault.or((at >= INTERESTS).then_some(EntryFault::TooMany))
    });
    list(EntryPart::Interests, interests.collect());
    let mut seen = BTreeSet::new();
    let languages = content.languages.iter().enumerate().map(|(at, tag)| {
        let fault = match tag {
            tag if tag.is_empty() => Some(EntryFault::Missing),
            tag if !is_language_tag(tag) => Some(EntryFault::NotALanguage),
            tag => (!seen.insert(tag.to_lowercase())).then_some(EntryFault::Repeated),
        };
        fault.or((at >= LANGUAGES).then_some(EntryFault::TooMany))
    });
    list(EntryPart::Languages, languages.collect());
    let mut seen = BTreeSet::new();
    let leaves = content.leaves.iter().enumerate().map(|(at, leave)| {
        let fault = fault_of_leave(leave).or_else(|| (!seen.insert(leave)).then_some(EntryFault::Repeated));
        fault.or((at >= LEAVES).then_some(EntryFault::TooMany))
    });
    list(EntryPart::Leaves, leaves.collect());
    problems
}

fn fault_of_leave(leave: &Leave) -> Option<EntryFault> {
    match leave_days(&leave.from, &leave.through) {
        Err(LeaveFault::NoDays) => Some(EntryFault::NoDays),
        Err(LeaveFault::EndsBefore) => Some(EntryFault::EndsBefore),
        Err(LeaveFault::TooLong) => Some(EntryFault::LeaveTooLong),
        Ok(_) if leave.text.is_empty() => Some(EntryFault::Missing),
        Ok(_) => (!is_line(&leave.text, INTEREST_LIMIT)).then_some(EntryFault::TooLong),
    }
}

fn fault_of(contact: &OwnContact) -> Option<EntryFault> {
    let value = contact.value.as_str();
    let length = value.chars().count();
    match contact.kind {
        _ if value.is_empty() => Some(EntryFault::Missing),
        OwnContactKind::WorkEmail | OwnContactKind::HomeEmail => match (length > EMAIL_LIMIT, is_email(value)) {
            (true, _) => Some(EntryFault::TooLong),
            (false, valid) => (!valid).then_some(EntryFault::NotAnEmail),
        },
        OwnContactKind::Other => None,
        _ => match (length > PHONE_LIMIT, is_phone(value)) {
            (true, _) => Some(EntryFault::TooLong),
            (false, valid) => (!valid).then_some(EntryFault::NotAPhoneNumber),
        },
    }
}

fn normalized(content: &EntryContent) -> EntryContent {
    let words = |text: &str| narrow(text).split_whitespace().collect::<Vec<_>>().join(" ");
    EntryContent {
        contacts: content
            .contacts
            .iter()
            .map(|contact| OwnContact {
                value: match contact.kind {
                    OwnContactKind::Other => contact.value.clone(),
                    OwnContactKind::WorkEmail | OwnContactKind::HomeEmail => words(&contact.value),
                    _ => plain_phone(&contact.value),
                },
                ..contact.clone()
            })
            .collect(),
        interests: content.interests.iter().map(|text| text.trim().to_owned()).collect(),
        languages: content.languages.iter().map(|tag| tag.trim().to_owned()).collect(),
        leaves: content.leaves.iter().map(|leave| Leave { text: words(&leave.text), ..leave.clone() }).collect(),
    }
}

/// The same number or address is the same however it is spaced.
fn key(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The resources of the entry.
#[derive(Clone)]
struct Resources {
    practitioner: Practitioner,
    /// At least one: that by which the doctor is listed, then further ones, whose contacts are shown too.
    roles: Vec<PractitionerRole>,
}

async fn fetch(active: &Active) -> Result<Resources> {
    let practitioner_id = active.registry.session().await?.practitioner_id;
    let (practitioner, mut roles) = active.registry.own_resources(&practitioner_id).await?;
    if roles.is_empty() {
        return Err(Error::new(ErrorCode::NotFound, "the directory lists no role of this account"));
    }
    let user_id = active.client.user_id().map(ToString::to_string);
    // First the one with the account; then the order is the registry's.
    roles.sort_by_key(|role| (role.matrix_user_id() != user_id, role.active == Some(false)));
    let resources = Resources { practitioner, roles };
    resources.keep(active).await?;
    Ok(resources)
}

/// Brings the copy on this machine up to date, if the account is listed.
pub(crate) async fn keep(active: &Active) -> Result<()> {
    match fetch(active).await {
        Err(error) if error.code == ErrorCode::NotFound => Ok(()),
        fetched => fetched.map(drop),
    }
}

/// Takes off a card of the doctor's own what not every verified colleague sees, as the copy on this machine has it: who
/// is given the card may be anybody.
pub(crate) async fn keep_shown_to_all(active: &Active, card: &mut ColleagueCard) -> Result<()> {
    let contacts = kept(active).await?.into_iter().flat_map(|entry| entry.content.contacts);
    let shown = contacts.filter(|contact| contact.visibility == Visibility::Verified);
    let shown: BTreeSet<String> = shown.map(|contact| contact.value).collect();
    card.contacts.retain(|contact| shown.contains(&contact.value));
    Ok(())
}

async fn kept(active: &Active) -> Result<Option<OwnEntry>> {
    let Some((resources, as_of)) = active.directory.own_entry().await? else { return Ok(None) };
    let Ok(resources) = serde_json::from_str::<Vec<Resource>>(&resources) else { return Ok(None) };
    let (mut practitioner, mut roles) = (None, Vec::new());
    for resource in resources {
        match resource {
            Resource::Practitioner(own) => practitioner = Some(*own),
            Resource::PractitionerRole(role) => roles.push(*role),
            _ => {}
        }
    }
    let resources = practitioner.filter(|_| !roles.is_empty()).map(|practitioner| Resources { practitioner, roles });
    Ok(resources.map(|resources| resources.entry(as_of, false)))
}

fn version(meta: Option<&Meta>) -> i64 {
    meta.and_then(|meta| meta.version_id.as_deref()?.parse().ok()).unwrap_or_default()
}

fn kind_of(contact: &ContactPoint) -> OwnContactKind {
    match (contact.system.as_deref(), contact.use_.as_deref()) {
        (Some("phone"), Some("mobile")) | (Some("sms"), _) => OwnContactKind::Mobile,
        (Some("phone"), Some("home")) => OwnContactKind::HomePhone,
        (Some("phone"), _) => OwnContactKind::WorkPhone,
        (Some("email"), Some("home")) => OwnContactKind::HomeEmail,
        (Some("email"), _) => OwnContactKind::WorkEmail,
        (Some("fax"), _) => OwnContactKind::Fax,
        _ => OwnContactKind::Other,
    }
}

fn visibility_of(contact: &ContactPoint) -> Visibility {
    Visibility::of(contact.visibility(), contact.system.as_deref(), contact.use_.as_deref())
}

/// A new contact of this kind.
fn made(kind: OwnContactKind, value: &str) -> Option<ContactPoint> {
    let (system, use_) = match kind {
        OwnContactKind::WorkPhone => ("phone", "work"),
        OwnContactKind::Mobile => ("phone", "mobile"),
        OwnContactKind::HomePhone => ("phone", "home"),
        OwnContactKind::WorkEmail => ("email", "work"),
        OwnContactKind::HomeEmail => ("email", "home"),
        OwnContactKind::Fax => ("fax", "work"),
        OwnContactKind::Other => return None,
    };
    Some(ContactPoint { use_: Some(use_.into()), ..ContactPoint::work(system, value) })
}

/// None for a time that is not from one day through another, as an import may have it: that stays as it is written.
fn leave_of(away: &NotAvailable) -> Option<Leave> {
    let (from, through) = away.bounds();
    leave_days(from, through).ok()?;
    let text = away.description.clone().unwrap_or_default();
    Some(Leave { from: from.to_owned(), through: through.to_owned(), text })
}

fn language(concept: &CodeableConcept) -> Option<&str> {
    concept.code_in(LANGUAGE_SYSTEM)
}

impl Resources {
    /// Makes this the copy on this machine.
    async fn keep(&self, active: &Active) -> Result<()> {
        let roles = self.roles.iter().cloned().map(Resource::from);
        let resources: Vec<Resource> = [self.practitioner.clone().into()].into_iter().chain(roles).collect();
        let text = serde_json::to_string(&resources)
            .map_err(|_| Error::new(ErrorCode::Internal, "a resource could not be written"))?;
        active.directory.keep_own_entry(text).await
    }

    /// The role by which the doctor is listed.
    fn role(&self) -> Option<&PractitionerRole> {
        self.roles.first()
    }

    /// Every contact of every resource.
    fn telecom(&self) -> impl Iterator<Item = &ContactPoint> {
        self.roles.iter().flat_map(|role| &role.telecom).chain(&self.practitioner.telecom)
    }

    fn versions(&self) -> EntryVersions {
        let role = self.role().and_then(|role| role.meta.as_ref());
        EntryVersions { practitioner: version(self.practitioner.meta.as_ref()), role: version(role) }
    }

    fn entry(&self, as_of: String, current: bool) -> OwnEntry {
        OwnEntry { content: self.content(), versions: self.versions(), as_of, current }
    }

    /// The contacts of all resources, each once.
    fn points(&self) -> Vec<&ContactPoint> {
        let mut seen = BTreeSet::new();
        self.telecom().filter(|contact| contact.value.as_deref().is_some_and(|value| seen.insert(key(value)))).collect()
    }

    fn content(&self) -> EntryContent {
        let contacts = self.points().into_iter().map(|contact| {
            let value = contact.value.clone().unwrap_or_default();
            let same =
                self.telecom().filter(|other| other.value.as_deref().is_some_and(|other| key(other) == key(&value)));
            // The registry shows a number as the strictest says.
            let visibility = same.map(visibility_of).max().unwrap_or(Visibility::Nobody);
            OwnContact { kind: kind_of(contact), value, visibility }
        });
        EntryContent {
            contacts: contacts.collect(),
            interests: self.role().into_iter().flat_map(PractitionerRole::interests).map(str::to_owned).collect(),
            languages: self.practitioner.communication.iter().filter_map(language).map(str::to_owned).collect(),
            leaves: self.role().into_iter().flat_map(|role| &role.not_available).filter_map(leave_of).collect(),
        }
    }

    /// The resources with this content. What is as it was stays as it is written.
    fn edited(&self, content: &EntryContent) -> Result<Resources> {
        let wanted = normalized(content);
        let before = self.content();
        let Resources { mut practitioner, mut roles } = self.clone();
        if wanted.contacts != before.contacts {
            let telecom = wanted.contacts.iter().map(|contact| self.point(contact)).collect::<Result<Vec<_>>>()?;
            roles.iter_mut().for_each(|role| role.telecom.clone_from(&telecom));
            practitioner.telecom = telecom;
        }
        if wanted.interests != before.interests
            && let Some(role) = roles.first_mut()
        {
            role.specialty.retain(|concept| !concept.coding.is_empty());
            role.specialty.extend(wanted.interests.iter().map(CodeableConcept::text));
        }
        if wanted.leaves != before.leaves
            && let Some(role) = roles.first_mut()
        {
            let known = |leave: &Leave| role.not_available.iter().find(|away| leave_of(away).as_ref() == Some(leave));
            let made = |leave: &Leave| {
                let away = || NotAvailable::away(&leave.from, &leave.through, &leave.text);
                known(leave).cloned().unwrap_or_else(away)
            };
            let others = role.not_available.iter().filter(|away| leave_of(away).is_none());
            role.not_available = wanted.leaves.iter().map(made).chain(others.cloned()).collect();
        }
        if wanted.languages != before.languages {
            let known = |tag: &str| practitioner.communication.iter().find(|c| language(c) == Some(tag)).cloned();
            let coded = |tag: &String| {
                let coding =
                    Coding { system: Some(LANGUAGE_SYSTEM.into()), code: Some(tag.clone()), ..Coding::default() };
                CodeableConcept { coding: vec![coding], ..CodeableConcept::default() }
            };
            practitioner.communication =
                wanted.languages.iter().map(|tag| known(tag).unwrap_or_else(|| coded(tag))).collect();
        }
        Ok(Resources { practitioner, roles })
    }

    /// A contact as it is to be written, with what else was known of it.
    fn point(&self, contact: &OwnContact) -> Result<ContactPoint> {
        let before = self
            .points()
            .into_iter()
            .find(|known| kind_of(known) == contact.kind && known.value.as_deref() == Some(contact.value.as_str()));
        let point = match before {
            Some(known) => known.clone(),
            None => made(contact.kind, &contact.value)
                .ok_or_else(|| Error::new(ErrorCode::InvalidInput, "a contact of this kind cannot be made"))?,
        };
        Ok(if visibility_of(&point) == contact.visibility {
            point
        } else {
            point.visible_to(contact.visibility.code())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn resources() -> Resources {
        let read = |value: Value| serde_json::from_value::<Resource>(value).unwrap();
        let practitioner = read(json!({"resourceType": "Practitioner", "id": "p", "meta": {"versionId": "3"},
            "telecom": [{"system": "phone", "value": "0591 555 0120", "use": "work",
                "extension": [{"url": "https://consilium.cn/fhir/StructureDefinition/contact-visibility",
                    "valueCode": "organization"}]},
                {"system": "pager", "value": "77"}],
            "communication": [{"coding": [{"system": "urn:ietf:bcp:47", "code": "zh"}], "text": "中文"}]}));
        let role = read(json!({"resourceType": "PractitionerRole", "id": "r", "meta": {"versionId": "5"},
            "specialty": [{"coding": [{"system": "urn:d", "code": "03.04"}]}, {"text": "心律失常"}],
            "telecom": [{"system": "phone", "value": "0591-555-0120", "use": "work", "rank": 1},
                {"system": "phone", "value": "139-5550-0142", "use": "mobile"}]}));
        match (practitioner, role) {
            (Resource::Practitioner(practitioner), Resource::PractitionerRole(role)) => {
                Resources { practitioner: *practitioner, roles: vec![*role] }
            }
            _ => panic!("not an entry"),
        }
    }

    fn contact(kind: OwnContactKind, value: &str, visibility: Visibility) -> OwnContact {
        OwnContact { kind, value: value.into(), visibility }
    }

    #[test]
    fn an_entry_is_what_both_resources_say_each_number_once_and_as_strictly_as_it_is_shown() {
        let content = resources().content();
        assert_eq!(
            content.contacts,
            [
                contact(OwnContactKind::WorkPhone, "0591-555-0120", Visibility::Organization),
                contact(OwnContactKind::Mobile, "139-5550-0142", Visibility::OnRequest),
                contact(OwnContactKind::Other, "77", Visibility::Verified),
            ]
        );
        assert_eq!((content.interests, content.languages), (vec!["心律失常".to_owned()], vec!["zh".to_owned()]));
        assert_eq!(resources().versions(), EntryVersions { practitioner: 3, role: 5 });
    }

    #[test]
    fn what_is_not_edited_stays_as_it_is_written() {
        let before = resources();
        let after = before.edited(&before.content()).unwrap();
        assert!(after.practitioner == before.practitioner && after.roles == before.roles);

        let mut content = before.content();
        content.interests.push(" 房颤消融 ".into());
        let after = before.edited(&content).unwrap();
        assert_eq!(after.practitioner, before.practitioner);
        assert_eq!(after.roles[0].telecom, before.roles[0].telecom);
        assert_eq!(serde_json::to_value(&after.roles[0].specialty).unwrap()[2], json!({"text": "房颤消融"}));

        let mut content = before.content();
        content.languages = vec!["de".into(), "zh".into()];
        let spoken = serde_json::to_value(before.edited(&content).unwrap().practitioner.communication).unwrap();
        assert_eq!(spoken[0]["coding"][0]["code"], "de");
        assert_eq!(spoken[1]["text"], "中文");
    }

    #[test]
    fn contacts_are_written_to_both_resources_with_whom_they_are_for() {
        let before = resources();
        let mut content = before.content();
        content.contacts[0].visibility = Visibility::Verified;
        content.contacts[1].visibility = Visibility::Nobody;
        content.contacts.remove(2);
        content.contacts.push(contact(OwnContactKind::WorkEmail, " ｌｉｎ@jzfy.example ", Visibility::Verified));
        let after = before.edited(&content).unwrap();
        let url = consilium_fhir::terms::CONTACT_VISIBILITY;
        assert_eq!(
            serde_json::to_value(&after.roles[0].telecom).unwrap(),
            json!([
                {"system": "phone", "value": "0591-555-0120", "use": "work", "rank": 1},
                {"system": "phone", "value": "139-5550-0142", "use": "mobile",
                    "extension": [{"url": url, "valueCode": "nobody"}]},
                {"system": "email", "value": "lin@jzfy.example", "use": "work"},
            ])
        );
        assert_eq!(after.practitioner.telecom, after.roles[0].telecom);
        assert_eq!(after.content().contacts[0].visibility, Visibility::Verified);
    }

    /// As the registry shows it: a number that one role keeps to itself is not shown because another says otherwise.
    #[test]
    fn the_contacts_of_every_role_are_the_doctors_to_show_and_to_take_back() {
        let mut before = resources();
        let mut second = before.roles[0].clone();
        second.telecom = vec![
            ContactPoint::work("phone", "139 5550 0142").visible_to(Visibility::Nobody.code()),
            ContactPoint::work("email", "lin@second.example"),
        ];
        before.roles.push(second);
        let mut content = before.content();
        let found = |value: &str| content.contacts.iter().find(|contact| contact.value == value).unwrap();
        assert_eq!(found("139-5550-0142").visibility, Visibility::Nobody);
        assert_eq!(found("lin@second.example").visibility, Visibility::Verified);

        content.contacts.retain(|contact| contact.kind == OwnContactKind::WorkPhone);
        let after = before.edited(&content).unwrap();
        assert_eq!(after.content().contacts.len(), 1);
        assert!(after.roles.iter().all(|role| role.telecom == after.practitioner.telecom));
        assert_eq!(after.roles[1].specialty, before.roles[1].specialty);
    }

    fn leave(from: &str, through: &str, text: &str) -> Leave {
        Leave { from: from.into(), through: through.into(), text: text.into() }
    }

    #[test]
    fn leave_is_written_to_the_role_and_what_an_import_brought_stays() {
        let mut before = resources();
        let imported = NotAvailable { description: Some("每周二".into()), ..NotAvailable::default() };
        before.roles[0].not_available =
            vec![imported.clone(), NotAvailable::away("2026-12-12", "2026-12-20", "congress")];
        let mut content = before.content();
        assert_eq!(content.leaves, [leave("2026-12-12", "2026-12-20", "congress")]);
        assert!(before.edited(&content).unwrap().roles == before.roles);

        content.leaves.insert(0, leave("2027-01-04", "2027-01-04", " 手术 示教 "));
        let after = before.edited(&content).unwrap();
        assert_eq!(after.content().leaves[0], leave("2027-01-04", "2027-01-04", "手术 示教"));
        assert_eq!(after.roles[0].not_available[2], imported);
        content.leaves.clear();
        assert_eq!(before.edited(&content).unwrap().roles[0].not_available, [imported]);
    }

    #[test]
    fn faults_are_named_with_their_place() {
        let content = EntryContent {
            contacts: vec![
                contact(OwnContactKind::WorkPhone, "call me", Visibility::Verified),
                contact(OwnContactKind::WorkEmail, "lin@", Visibility::Verified),
                contact(OwnContactKind::Mobile, "  ", Visibility::Nobody),
                contact(OwnContactKind::Fax, "0591-555-0120", Visibility::Verified),
                contact(OwnContactKind::WorkPhone, "０５９１ ５５５ ０１２０", Visibility::Verified),
            ],
            interests: vec!["x".repeat(61), "房颤".into(), "房颤".into()],
            languages: vec!["zh-Hans-CN".into(), "<b>".into()],
            leaves: vec![
                leave("2026-12-12", "2026-12-20", " "),
                leave("2026-12-12", "2026-12-11", "congress"),
                leave("", "2026-12-20", "congress"),
                leave("2026-12-12", "2029-12-12", "congress"),
                leave("2026-12-12", "2026-12-20", &"长".repeat(61)),
                leave("2026-12-12", "2026-12-20", "congress"),
                leave("2026-12-12", "2026-12-20", " congress"),
            ],
        };
        let found: Vec<_> = check(&content).into_iter().map(|p| (p.part, p.index, p.fault)).collect();
        assert_eq!(
            found,
            [
                (EntryPart::Contacts, 0, EntryFault::NotAPhoneNumber),
                (EntryPart::Contacts, 1, EntryFault::NotAnEmail),
                (EntryPart::Contacts, 2, EntryFault::Missing),
                (EntryPart::Contacts, 4, EntryFault::Repeated),
                (EntryPart::Interests, 0, EntryFault::TooLong),
                (EntryPart::Interests, 2, EntryFault::Repeated),
                (EntryPart::Languages, 1, EntryFault::NotALanguage),
                (EntryPart::Leaves, 0, EntryFault::Missing),
                (EntryPart::Leaves, 1, EntryFault::EndsBefore),
                (EntryPart::Leaves, 2, EntryFault::NoDays),
                (EntryPart::Leaves, 3, EntryFault::LeaveTooLong),
                (EntryPart::Leaves, 4, EntryFault::TooLong),
                (EntryPart::Leaves, 6, EntryFault::Repeated),
            ]
        );
        let many = (0..14).map(|n| format!("{n}")).collect();
        let content = EntryContent { interests: many, ..content };
        assert_eq!(check(&content).iter().filter(|p| p.fault == EntryFault::TooMany).count(), 2);
    }
}
