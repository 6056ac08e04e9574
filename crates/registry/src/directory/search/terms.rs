//! What of a resource is searched.

use super::parameters::Param;
use super::text::{SEPARATOR, searched, spelt};
use crate::directory::kind::Kind;
use consilium_fhir::{CodeableConcept, HumanName, Identifier, Organization, Practitioner, PractitionerRole, Resource};
use std::collections::BTreeSet;

/// The element that a word is of, as `words.field` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordOf {
    PersonFamily = 1,
    PersonGiven = 2,
    PersonText = 3,
    /// A word of a text of several.
    PersonPart = 4,
    OrganizationName = 11,
    OrganizationPart = 12,
    City = 21,
    CityPart = 22,
}

impl WordOf {
    pub fn number(self) -> i16 {
        self as i16
    }

    fn part(self) -> Self {
        match self {
            Self::PersonFamily | Self::PersonGiven | Self::PersonText | Self::PersonPart => Self::PersonPart,
            Self::OrganizationName | Self::OrganizationPart => Self::OrganizationPart,
            Self::City | Self::CityPart => Self::CityPart,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    pub word: String,
    pub of: WordOf,
    pub spelt: String,
}

/// The terms of one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    pub words: BTreeSet<Word>,
    /// Parameter and value.
    pub codes: BTreeSet<(Param, String)>,
    /// Texts after one another, each after a separator.
    pub name: String,
    pub family: String,
    pub given: String,
    pub city: String,
    pub sort_name: String,
    /// 0 no, 1 yes, 2 not said.
    pub active: i16,
    /// Ids of what a role refers to.
    pub practitioner: Option<String>,
    pub organization: Option<String>,
}

impl Terms {
    /// None of a resource that is not kept in the directory.
    pub fn of(resource: &Resource) -> Option<(Kind, Self)> {
        let kind = Kind::of(resource)?;
        let mut terms = Self::default();
        match resource {
            Resource::Organization(organization) => terms.organization(organization),
            Resource::Practitioner(practitioner) => terms.practitioner(practitioner),
            Resource::PractitionerRole(role) => terms.role(role),
            _ => return None,
        }
        Some((kind, terms))
    }

    fn organization(&mut self, organization: &Organization) {
        self.active(organization.active, Param::OrganizationInactive);
        let texts = organization.name.iter().map(String::as_str);
        let texts = texts.chain(organization.alias.iter().map(String::as_str)).chain(organization.latin_name());
        for text in texts {
            self.word(text, WordOf::OrganizationName);
        }
        for address in &organization.address {
            let latin = address.city_element.as_ref().and_then(|element| element.translation("en"));
            for text in address.city.as_deref().into_iter().chain(latin) {
                self.word(text, WordOf::City);
            }
        }
        self.sort_name = searched(organization.name.as_deref().unwrap_or_default());
        self.identifiers(Param::OrganizationIdentifier, &organization.identifier);
        self.concepts(Param::OrganizationType, &organization.type_);
        if let Some(id) = organization.part_of.as_ref().and_then(|reference| reference.id_of("Organization")) {
            self.codes.insert((Param::PartOf, id.to_owned()));
        }
    }

    fn practitioner(&mut self, practitioner: &Practitioner) {
        self.active(practitioner.active, Param::PractitionerInactive);
        for name in &practitioner.name {
            if let Some(family) = &name.family {
                self.word(family, WordOf::PersonFamily);
            }
            for given in &name.given {
                self.word(given, WordOf::PersonGiven);
            }
            if let Some(text) = &name.text {
                self.word(text, WordOf::PersonText);
            }
        }
        // Latin letters order both scripts: pinyin is how Chinese lists of names are ordered.
        let ordering = practitioner.latin_name().or(practitioner.han_name()).or(practitioner.name.first());
        self.sort_name = ordering.map(family_first).unwrap_or_default();
        self.identifiers(Param::PractitionerIdentifier, &practitioner.identifier);
    }

    fn role(&mut self, role: &PractitionerRole) {
        self.active(role.active, Param::RoleInactive);
        self.practitioner = role.practitioner_id().map(str::to_owned);
        self.organization = role.organization_id().map(str::to_owned);
        self.codes.extend(self.practitioner.clone().map(|id| (Param::Practitioner, id)));
        self.codes.extend(self.organization.clone().map(|id| (Param::Organization, id)));
        self.identifiers(Param::RoleIdentifier, &role.identifier);
        self.concepts(Param::Role, &role.code);
        self.concepts(Param::Specialty, &role.specialty);
    }

    fn active(&mut self, active: Option<bool>, inactive: Param) {
        self.active = active.map_or(2, i16::from);
        if active == Some(false) {
            self.codes.insert((inactive, String::new()));
        }
    }

    fn word(&mut self, text: &str, of: WordOf) {
        let word = searched(text);
        if word.is_empty() {
            return;
        }
        let texts: &mut [&mut String] = match of.part() {
            WordOf::PersonPart => match of {
                WordOf::PersonFamily => &mut [&mut self.name, &mut self.family],
                WordOf::PersonGiven => &mut [&mut self.name, &mut self.given],
                _ => &mut [&mut self.name],
            },
            WordOf::CityPart => &mut [&mut self.city],
            _ => &mut [&mut self.name],
        };
        for texts in texts {
            texts.push(SEPARATOR);
            texts.push_str(&word);
        }
        if word.contains(' ') {
            for part in word.split(' ') {
                self.words.insert(Word { word: part.to_owned(), of: of.part(), spelt: String::new() });
            }
        }
        self.words.insert(Word { word, of, spelt: spelt(text).to_owned() });
    }

    fn identifiers(&mut self, param: Param, identifiers: &[Identifier]) {
        for identifier in identifiers {
            if let Some(value) = &identifier.value {
                self.token(param, identifier.system.as_deref(), value);
            }
        }
    }

    fn concepts(&mut self, param: Param, concepts: &[CodeableConcept]) {
        for coding in concepts.iter().flat_map(|concept| &concept.coding) {
            if let Some(code) = &coding.code {
                self.token(param, coding.system.as_deref(), code);
            }
        }
    }

    fn token(&mut self, param: Param, system: Option<&str>, code: &str) {
        self.codes.insert((param, token(None, code)));
        self.codes.insert((param, token(Some(system.unwrap_or_default()), code)));
    }
}

/// How a token is kept: alone, or after its system, which is empty if there is none. When in doubt, case does not count
/// (FHIR R4, 3.1.1.4.10).
pub fn token(system: Option<&str>, code: &str) -> String {
    let code = spelt(code).to_lowercase();
    match system {
        Some(system) => format!("{system}{SEPARATOR}{code}"),
        None => code,
    }
}

fn family_first(name: &HumanName) -> String {
    match &name.family {
        Some(family) => searched(&format!("{family} {}", name.given.join(" "))),
        None => searched(name.text.as_deref().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_every_part_of_every_name() {
        let mut latin = HumanName::latin("Hannah Marie Weiß", "Weiß", &["Hannah"]);
        latin.use_ = Some("official".into());
        let practitioner = Practitioner {
            name: vec![HumanName::han("魏安娜", "魏", &["安娜"]), latin],
            ..Practitioner::default()
        };
        let (kind, terms) = Terms::of(&practitioner.into()).unwrap();
        assert_eq!(kind, Kind::Practitioner);
        assert_eq!(terms.family, "\u{1F}魏\u{1F}weiss");
        assert_eq!(terms.given, "\u{1F}安娜\u{1F}hannah");
        assert_eq!(terms.sort_name, "weiss hannah");
        let words: Vec<_> = terms.words.iter().map(|w| (w.word.as_str(), w.of, w.spelt.as_str())).collect();
        assert!(words.contains(&("weiss", WordOf::PersonFamily, "Weiß")));
        assert!(words.contains(&("hannah marie weiss", WordOf::PersonText, "Hannah Marie Weiß")));
        assert!(words.contains(&("marie", WordOf::PersonPart, "")));
    }

    #[test]
    fn a_token_is_kept_with_and_without_its_system() {
        let role = PractitionerRole { code: vec![CodeableConcept::coded("urn:x", "Chief", "")], ..Default::default() };
        let (_, terms) = Terms::of(&role.into()).unwrap();
        let codes: Vec<_> = terms.codes.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(codes, ["chief", "urn:x\u{1F}chief"]);
    }
}
