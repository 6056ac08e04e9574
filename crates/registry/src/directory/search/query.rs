//! Reading what a search asks: FHIR R4, 3.1.1.

use super::condition::{Condition, How, Text, Token};
use super::instant::Period;
use super::parameters::{self, Definition, Include, Of, Order, Via};
use super::text::searched;
use crate::directory::kind::Kind;
use crate::problem::{Code, Problem};
use axum::http::HeaderMap;
use url::form_urlencoded;

/// Matches a page has, if it is not said, and at most.
const DEFAULT_COUNT: i64 = 50;
const MOST: i64 = 200;
/// Parameters of one search, alternatives of one parameter and characters of one value.
const PARAMETERS: usize = 40;
const ALTERNATIVES: usize = 100;
const LENGTH: usize = 2_000;

/// A search as it was understood.
#[derive(Debug)]
pub struct Search {
    pub kind: Kind,
    pub conditions: Vec<Condition>,
    /// 0 asks for the number alone.
    pub count: i64,
    pub order: Order,
    pub descending: bool,
    /// Whether the number of all matches is to be counted.
    pub total: bool,
    pub includes: Vec<Include>,
    /// The place where the page before ended.
    pub page: Option<String>,
    /// Parameters as they came, without those that were ignored and without the place.
    pub understood: Vec<(String, String)>,
    /// Places of the parameters that are not known, from 1.
    pub ignored: Vec<usize>,
}

/// Parameters in their order.
pub fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

/// Whether unknown parameters are to be refused: `Prefer: handling=strict`.
pub fn strict(headers: &HeaderMap) -> bool {
    headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .any(|preference| preference.trim().eq_ignore_ascii_case("handling=strict"))
}

/// A refusal that names the parameter.
fn wrong(name: &str, what: &str) -> Problem {
    Problem::because(Code::InvalidBody, format!("{name} {what}"))
}

impl Search {
    /// Reads the parameters of a search; `base` is the base URL of this server.
    pub fn read(kind: Kind, base: &str, pairs: Vec<(String, String)>, strict: bool) -> Result<Self, Problem> {
        if pairs.len() > PARAMETERS {
            return Err(Problem::because(Code::InvalidBody, "There are more than 40 parameters."));
        }
        let mut search = Self {
            kind,
            conditions: Vec::new(),
            count: DEFAULT_COUNT,
            order: Order::Key,
            descending: false,
            total: false,
            includes: Vec::new(),
            page: None,
            understood: Vec::new(),
            ignored: Vec::new(),
        };
        let mut dated = false;
        for (at, (name, value)) in pairs.into_iter().enumerate() {
            let known = match search.result_parameter(&name, &value)? {
                Some(known) => known,
                None => match parameter(kind, &name)? {
                    Some(asked) => {
                        dated |= matches!(asked.definition.of, Of::Changed);
                        search.conditions.push(asked.condition(&value, base)?);
                        true
                    }
                    None => false,
                },
            };
            if !known && strict {
                let detail = format!("Parameter {} is not known for {}.", at + 1, kind.name());
                return Err(Problem::because(Code::NotSupported, detail));
            }
            if !known {
                search.ignored.push(at + 1);
            } else if name != "_page" {
                search.understood.push((name, value));
            }
        }
        // What is asked for by time is found by time.
        if dated && search.order == Order::Key {
            search.order = Order::Changed;
        }
        Ok(search)
    }

    /// Reads a parameter that does not select. None if it is none of these; false if its value is not known.
    fn result_parameter(&mut self, name: &str, value: &str) -> Result<Option<bool>, Problem> {
        match name {
            "_count" => {
                let count = value.parse::<i64>().ok().filter(|count| *count >= 0);
                self.count = count.ok_or_else(|| wrong("_count", "is not a number."))?.min(MOST);
                self.total |= self.count == 0;
            }
            "_total" => match value {
                "none" => {}
                "estimate" | "accurate" => self.total = true,
                _ => return Err(wrong("_total", "is none, estimate or accurate.")),
            },
            "_summary" => match value {
                "count" => {
                    self.count = 0;
                    self.total = true;
                }
                "false" => {}
                "true" | "text" | "data" => return Ok(Some(false)),
                _ => return Err(wrong("_summary", "is not one of true, text, data, count and false.")),
            },
            "_sort" => {
                let (descending, by) = value.strip_prefix('-').map_or((false, value), |by| (true, by));
                match parameters::sorts(self.kind).iter().find(|(name, _)| *name == by) {
                    Some((_, order)) => (self.order, self.descending) = (*order, descending),
                    None => return Ok(Some(false)),
                }
            }
            "_include" | "_revinclude" => {
                let known = match name {
                    "_include" => parameters::includes(self.kind),
                    _ => parameters::rev_includes(self.kind),
                };
                // The type that is included may follow.
                let named = value.splitn(3, ':').take(2).collect::<Vec<_>>().join(":");
                match known.iter().find(|(name, _)| *name == named) {
                    Some((_, include)) => self.includes.push(*include),
                    None => return Ok(Some(false)),
                }
            }
            "_page" => self.page = Some(value.to_owned()),
            // Read before, and refused there if it asks for what is not spoken.
            "_format" => {}
            _ => return Ok(None),
        }
        Ok(Some(true))
    }
}

/// A parameter with its modifier, and how far to go to what it looks at.
struct Asked {
    definition: &'static Definition,
    via: Via,
    /// The kind that the definition is of.
    subject: Kind,
    modifier: Option<How>,
}

/// What a parameter's name asks. None if it is not known; a modifier that is not is refused (FHIR R4, 3.1.1.4.5).
fn parameter(kind: Kind, name: &str) -> Result<Option<Asked>, Problem> {
    let find = |kind, name: &str| parameters::of(kind).iter().find(|definition| definition.name == name);
    let (head, chained) = name.split_once('.').map_or((name, None), |(head, rest)| (head, Some(rest)));
    let (head, modifier) = head.split_once(':').map_or((head, None), |(head, modifier)| (head, Some(modifier)));
    let Some(definition) = find(kind, head) else { return Ok(None) };
    let refused = || wrong(definition.name, "does not take this modifier.");
    if let Of::Reference(_, target, via) = definition.of {
        if modifier.is_some_and(|modifier| modifier != target.name()) {
            return Err(refused());
        }
        let Some(chained) = chained else {
            return Ok(Some(Asked { definition, via: Via::Itself, subject: kind, modifier: None }));
        };
        let (tail, modifier) = chained.split_once(':').map_or((chained, None), |(tail, how)| (tail, Some(how)));
        let Some(via) = via else { return Ok(None) };
        return match find(target, tail) {
            Some(definition) if matches!(definition.of, Of::Text(_)) => {
                let modifier = modifier.map(|modifier| how(modifier).ok_or_else(refused)).transpose()?;
                Ok(Some(Asked { definition, via, subject: target, modifier }))
            }
            _ => Ok(None),
        };
    }
    if chained.is_some() {
        return Ok(None);
    }
    let modifier = match (definition.of, modifier) {
        (_, None) => None,
        (Of::Text(_), Some(modifier)) => Some(how(modifier).ok_or_else(refused)?),
        _ => return Err(refused()),
    };
    Ok(Some(Asked { definition, via: Via::Itself, subject: kind, modifier }))
}

fn how(modifier: &str) -> Option<How> {
    match modifier {
        "contains" => Some(How::Contains),
        "exact" => Some(How::Exact),
        _ => None,
    }
}

impl Asked {
    fn condition(&self, value: &str, base: &str) -> Result<Condition, Problem> {
        let name = self.definition.name;
        if value.chars().count() > LENGTH {
            return Err(wrong(name, "is too long."));
        }
        if value.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
            return Err(wrong(name, "holds characters that are no text."));
        }
        let alternatives =
            split(value, ',').ok_or_else(|| wrong(name, "ends in an escape or escapes what needs none."))?;
        if alternatives.len() > ALTERNATIVES {
            return Err(wrong(name, "has more than 100 alternatives."));
        }
        if alternatives.iter().any(|alternative| alternative.trim().is_empty()) {
            return Err(wrong(name, "has no value, or an empty alternative."));
        }
        let each = alternatives.iter();
        Ok(match self.definition.of {
            Of::Id => Condition::Ids(each.map(|text| unescaped(text)).collect()),
            Of::Changed => {
                let periods = each.map(|text| Period::read(text)).collect::<Option<_>>();
                Condition::Changed(periods.ok_or_else(|| wrong(name, "is not a date with a prefix known here."))?)
            }
            Of::Active(inactive) => {
                let said = each.map(|text| match text.rsplit('|').next() {
                    Some("true") => Some(1),
                    Some("false") => Some(0),
                    _ => None,
                });
                let said: Vec<i16> = said.collect::<Option<_>>().ok_or_else(|| wrong(name, "is true or false."))?;
                if said.iter().all(|said| *said == 0) {
                    Condition::Tokens(inactive, vec![Token::Value(String::new())])
                } else {
                    Condition::Active(said)
                }
            }
            Of::Token(param) => {
                let tokens = each.map(|text| token(text)).collect::<Option<_>>();
                Condition::Tokens(
                    param,
                    tokens.ok_or_else(|| wrong(name, "is not system|code, |code, code or system|."))?,
                )
            }
            Of::Reference(param, target, _) => {
                let ids = each.map(|text| reference(&unescaped(text), target, base)).collect::<Option<Vec<_>>>();
                let ids = ids.ok_or_else(|| wrong(name, "is not an id, or a reference to the right type."))?;
                // What lies on another server is referred to by nothing here.
                Condition::Tokens(param, ids.into_iter().flatten().map(Token::Value).collect())
            }
            Of::Text(field) => {
                let how = self.modifier.unwrap_or(How::Begins);
                let texts = each.map(|text| match how {
                    How::Exact => unescaped(text),
                    How::Begins | How::Contains => searched(&unescaped(text)),
                });
                let values: Vec<String> = texts.collect();
                if values.iter().any(String::is_empty) {
                    return Err(wrong(name, "has nothing in it that could be looked for."));
                }
                Condition::Text(Text { via: self.via, subject: self.subject, field, how, values })
            }
        })
    }
}

/// Parts between separators that no backslash escapes; they keep their escapes. None if an escape is none of FHIR R4,
/// 3.1.1.4.1.
fn split(text: &str, separator: char) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == separator {
            parts.push(String::new());
            continue;
        }
        let part = parts.last_mut()?;
        part.push(c);
        if c == '\\' {
            part.push(chars.next().filter(|c| matches!(c, ',' | '|' | '$' | '\\'))?);
        }
    }
    Some(parts)
}

/// Without its escapes, which [`split`] has found to be in order.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

fn token(text: &str) -> Option<Token> {
    let parts: Vec<String> = split(text, '|')?.iter().map(|part| unescaped(part)).collect();
    match parts.as_slice() {
        [code] => Some(Token::of(None, code)),
        [system, code] if code.is_empty() && !system.is_empty() => Some(Token::AnyOf(system.clone())),
        [system, code] if !code.is_empty() => Some(Token::of(Some(system), code)),
        _ => None,
    }
}

/// The id that is referred to; None within if it is of another server. None if it is no reference to this type.
fn reference(text: &str, target: Kind, base: &str) -> Option<Option<String>> {
    let is_id =
        |id: &str| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    let local = match text.strip_prefix(base).and_then(|rest| rest.strip_prefix("/fhir/")) {
        Some(local) => local,
        None if text.contains("://") || text.starts_with("urn:") => return Some(None),
        None => text,
    };
    let id = match local.split_once('/') {
        Some((kind, id)) => (kind == target.name()).then_some(id)?,
        None => local,
    };
    is_id(id).then(|| Some(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::search::parameters::{Field, Param};

    const BASE: &str = "https://r.example";

    fn read(kind: Kind, query: &str) -> Result<Search, Problem> {
        Search::read(kind, BASE, pairs(query.as_bytes()), false)
    }

    fn one(kind: Kind, query: &str) -> Condition {
        let mut search = read(kind, query).unwrap();
        assert_eq!((search.conditions.len(), search.ignored.len()), (1, 0), "{query}");
        search.conditions.remove(0)
    }

    #[test]
    fn commas_are_alternatives_unless_they_are_escaped() {
        let Condition::Text(text) = one(Kind::Practitioner, r"name=Zh%C3%A0ng,O'Neil\,%20Jr") else { panic!() };
        assert_eq!(text.values, ["zhang", "o'neil, jr"]);
        assert_eq!((text.field, text.how, text.via), (Field::Name, How::Begins, Via::Itself));
        for bad in [r"name=a\b", r"name=a\", "name=", "name=a,,b", "name=%20", "name=a%00b", "name=%FF"] {
            let refused = read(Kind::Practitioner, bad).unwrap_err();
            assert_eq!(refused.code, Code::InvalidBody, "{bad}");
            assert!(refused.detail().unwrap().starts_with("name "), "{bad}");
        }
    }

    #[test]
    fn tokens_have_systems_or_none() {
        let tokens = |query: &str| match one(Kind::PractitionerRole, query) {
            Condition::Tokens(Param::Specialty, tokens) => tokens,
            other => panic!("{other:?}"),
        };
        assert_eq!(tokens("specialty=03.04"), [Token::Value("03.04".into())]);
        assert_eq!(tokens("specialty=urn:x|A"), [Token::Value("urn:x\u{1F}a".into())]);
        assert_eq!(tokens("specialty=|a"), [Token::Value("\u{1F}a".into())]);
        assert_eq!(tokens("specialty=urn:x|"), [Token::AnyOf("urn:x".into())]);
        assert_eq!(tokens(r"specialty=a\|b,c"), [Token::Value("a|b".into()), Token::Value("c".into())]);
        for bad in ["specialty=|", "specialty=a|b|c"] {
            assert!(read(Kind::PractitionerRole, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn references_are_ids_or_urls() {
        let ids = |query: &str| match one(Kind::PractitionerRole, query) {
            Condition::Tokens(Param::Organization, tokens) => tokens,
            other => panic!("{other:?}"),
        };
        let found = [Token::Value("h1".into())];
        for query in [
            "organization=h1",
            "organization=Organization/h1",
            "organization:Organization=h1",
            "organization=https://r.example/fhir/Organization/h1",
        ] {
            assert_eq!(ids(query), found, "{query}");
        }
        assert_eq!(ids("organization=https://elsewhere.example/fhir/Organization/h1"), []);
        for bad in ["organization=Practitioner/h1", "organization=a b", "organization:Practitioner=h1"] {
            assert!(read(Kind::PractitionerRole, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn chains_lead_to_texts_alone() {
        let Condition::Text(text) = one(Kind::PractitionerRole, "practitioner:Practitioner.family:exact=Li") else {
            panic!()
        };
        assert_eq!((text.via, text.field, text.how), (Via::Practitioner, Field::Family, How::Exact));
        for ignored in
            ["practitioner.birthdate=x", "practitioner.identifier=x", "name=x", "a.b=c", "organization.x:y=z"]
        {
            assert_eq!(read(Kind::PractitionerRole, ignored).unwrap().ignored, [1], "{ignored}");
        }
        assert!(read(Kind::PractitionerRole, "practitioner.name:above=x").is_err());
        assert!(read(Kind::Organization, "partof.name=x").unwrap().conditions.is_empty());
    }

    #[test]
    fn what_is_not_known_is_ignored_or_refused_as_asked() {
        let query = "name=li&shoe-size=43&_count=7&_sort=shoe-size";
        let search = read(Kind::Practitioner, query).unwrap();
        assert_eq!(search.ignored, [2, 4]);
        let kept = [("name".to_owned(), "li".to_owned()), ("_count".to_owned(), "7".to_owned())];
        assert_eq!(search.understood, kept);
        let refused = Search::read(Kind::Practitioner, BASE, pairs(query.as_bytes()), true).unwrap_err();
        assert_eq!(refused.detail(), Some("Parameter 2 is not known for Practitioner."));
        for bad in ["_count=-1", "_count=x", "_total=all", "_summary=short", "active=maybe", "active:not=true"] {
            assert!(read(Kind::Practitioner, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn counts_have_a_limit_and_none_asks_for_the_number() {
        assert_eq!(read(Kind::Practitioner, "_count=5000").unwrap().count, 200);
        for query in ["_count=0", "_summary=count"] {
            let search = read(Kind::Practitioner, query).unwrap();
            assert!(search.total && search.count == 0, "{query}");
        }
    }
}
