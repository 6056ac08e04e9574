//! `GET /fhir/Organization?name:contains=…` without a session: finding one's hospital while typing.
//!
//! Whoever applies has no account yet, and types pinyin, initials or an abbreviation. With a session the same address
//! is the search of the standard ([`super::search`]).

use super::bundle::link;
use super::media;
use super::names::{folded, syllables};
use crate::database::Connection;
use crate::database::schema::{changes, resources};
use crate::http::{App, Client, query};
use crate::limits::Limit;
use crate::problem::{Code, Problem};
use axum::http::Uri;
use axum::response::Response;
use consilium_fhir::{Bundle, BundleEntry, EntrySearch, Organization, Resource};
use consilium_registry_api::form::is_han;
use diesel::prelude::*;
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};

/// Most hits.
const LIMIT: usize = 20;
const DEFAULT_COUNT: usize = 10;
/// Longest text that is looked for, in characters.
const TEXT_LIMIT: usize = 120;

/// All hospitals as they are searched: some ten thousand at most, so they are kept in memory and scanned.
#[derive(Default)]
pub struct OrganizationSearch(Mutex<Arc<Index>>);

#[derive(Default)]
struct Index {
    /// Last change of an organisation that is in it.
    seq: i64,
    hospitals: Vec<Hospital>,
}

/// What of a hospital is matched, folded.
struct Hospital {
    resource: Organization,
    /// Name, Latin name, abbreviations, city.
    texts: Vec<String>,
    /// Pinyin of the texts with Han characters, with the places where syllables begin.
    pinyin: Vec<(String, Vec<usize>)>,
    /// First letters of the pinyin, and of the words of Latin texts.
    initials: Vec<String>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "name:contains")]
    name: String,
    #[serde(rename = "_count")]
    count: Option<usize>,
}

/// Whether these parameters, from a caller without a session, are for this search.
pub fn is_asked(parameters: &[(String, String)]) -> bool {
    let known = |name: &str| matches!(name, "name:contains" | "_count");
    parameters.iter().all(|(name, _)| known(name)) && parameters.iter().any(|(name, _)| name == "name:contains")
}

/// Answers a caller without a session.
pub async fn search(app: App, client: Client, uri: Uri) -> Result<Response, Problem> {
    app.limits.take(Limit::Open, client.whom(), app.now())?;
    let asked: Asked = query(&uri)?;
    if asked.name.chars().count() > TEXT_LIMIT {
        return Err(Problem::because(Code::InvalidBody, "name:contains is too long."));
    }
    let count = asked.count.unwrap_or(DEFAULT_COUNT).min(LIMIT);
    let bundle = app
        .database
        .read({
            let app = app.clone();
            move |c| {
                let index = app.organizations.current(c)?;
                let hits = index.best(&asked.name);
                let total = hits.len();
                let entry = hits
                    .into_iter()
                    .take(count)
                    .map(|hospital| BundleEntry {
                        full_url: hospital
                            .resource
                            .id
                            .as_ref()
                            .map(|id| format!("{}/fhir/Organization/{id}", app.public_url)),
                        resource: Some(hospital.resource.clone().into()),
                        search: Some(EntrySearch { mode: Some("match".into()), ..EntrySearch::default() }),
                        ..BundleEntry::default()
                    })
                    .collect();
                let query = uri.query().unwrap_or_default();
                let own = link("self", format!("{}/fhir/Organization?{query}", app.public_url));
                let bundle = Bundle {
                    type_: Some("searchset".into()),
                    total: Some(total as u64),
                    link: vec![own],
                    entry,
                    ..Bundle::default()
                };
                serde_json::to_vec(&Resource::from(bundle)).map_err(Problem::internal)
            }
        })
        .await?;
    Ok(media::json(bundle))
}

impl OrganizationSearch {
    /// The index, made anew if an organisation has changed, also by another process.
    fn current(&self, c: &mut Connection) -> Result<Arc<Index>, Problem> {
        let last: Option<i64> =
            changes::table.filter(changes::type_.eq("Organization")).select(diesel::dsl::max(changes::seq)).first(c)?;
        let seq = last.unwrap_or(0);
        let mut index = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if index.seq != seq {
            *index = Arc::new(Index { seq, hospitals: load(c)? });
        }
        Ok(index.clone())
    }
}

fn load(c: &mut Connection) -> Result<Vec<Hospital>, Problem> {
    let bodies: Vec<String> = resources::table
        .filter(resources::type_.eq("Organization").and(resources::deleted.eq(false)))
        .select(resources::body)
        .load(c)?;
    let mut hospitals = Vec::with_capacity(bodies.len());
    for body in bodies {
        if let Resource::Organization(organization) = serde_json::from_str(&body).map_err(Problem::internal)?
            && organization.active != Some(false)
        {
            hospitals.push(Hospital::new(*organization));
        }
    }
    Ok(hospitals)
}

impl Index {
    fn best(&self, text: &str) -> Vec<&Hospital> {
        let text = folded(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<_> = self
            .hospitals
            .iter()
            .filter_map(|hospital| {
                hospital.rank(&words).map(|rank| (rank, hospital.texts[0].chars().count(), hospital))
            })
            .collect();
        hits.sort_by(|a, b| (a.0, a.1, &a.2.texts[0]).cmp(&(b.0, b.1, &b.2.texts[0])));
        hits.into_iter().map(|(_, _, hospital)| hospital).collect()
    }
}

impl Hospital {
    fn new(resource: Organization) -> Self {
        let mut texts: Vec<String> = vec![folded(resource.name.as_deref().unwrap_or_default())];
        texts.extend(resource.latin_name().map(folded));
        texts.extend(resource.alias.iter().map(|alias| folded(alias)));
        texts.extend(resource.city().map(folded));
        texts.extend(resource.latin_city().map(folded));
        let mut pinyin = Vec::new();
        let mut initials = Vec::new();
        for text in &texts {
            if text.contains(is_han) {
                let (mut joined, mut begins, mut letters) = (String::new(), Vec::new(), String::new());
                for syllable in syllables(text) {
                    begins.push(joined.len());
                    letters.extend(syllable.chars().next());
                    joined.push_str(&syllable);
                }
                pinyin.push((joined, begins));
                initials.push(letters);
            } else {
                initials.push(text.split(|c: char| !c.is_alphanumeric()).filter_map(|w| w.chars().next()).collect());
            }
        }
        Self { resource, texts, pinyin, initials }
    }

    /// How well it fits, 0 best; None if it does not.
    fn rank(&self, words: &[&str]) -> Option<u8> {
        let whole = self.rank_text(&words.join(" "));
        // Pinyin is typed with spaces and without; words may stand anywhere.
        let joined = if words.len() > 1 { self.rank_text(&words.concat()).map(|rank| rank + 1) } else { None };
        let each = if words.len() > 1 {
            words.iter().map(|word| self.rank_text(word)).collect::<Option<Vec<_>>>().map(|_| 10)
        } else {
            None
        };
        [whole, joined, each].into_iter().flatten().min()
    }

    fn rank_text(&self, text: &str) -> Option<u8> {
        let texts = self.texts.iter().filter_map(|of| rank_in(of, text));
        let pinyin = self.pinyin.iter().filter_map(|(joined, begins)| {
            begins.iter().find(|at| joined[**at..].starts_with(text)).map(|at| if *at == 0 { 2 } else { 5 })
        });
        let initials = self
            .initials
            .iter()
            .filter(|_| text.chars().count() > 1)
            .filter_map(|letters| letters.find(text).map(|at| if at == 0 { 3 } else { 6 }));
        texts.chain(pinyin).chain(initials).min()
    }
}

fn rank_in(of: &str, text: &str) -> Option<u8> {
    let at = of.find(text)?;
    if of.len() == text.len() {
        return Some(0);
    }
    let begins_word = |at: usize| of[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
    match at {
        0 => Some(1),
        // Han has no word borders.
        _ if text.starts_with(is_han) => Some(4),
        _ if of.match_indices(text).any(|(at, _)| begins_word(at)) => Some(4),
        // One or two letters within a word are in everything.
        _ => (text.chars().count() > 2).then_some(7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_fhir::{Address, Element};

    fn hospital(name: &str, latin: &str, alias: &[&str], city: &str) -> Hospital {
        Hospital::new(Organization {
            name: Some(name.into()),
            name_element: Some(Element::translated("en", latin)),
            alias: alias.iter().map(|a| (*a).into()).collect(),
            address: vec![Address { city: Some(city.into()), ..Address::default() }],
            ..Organization::default()
        })
    }

    fn index() -> Index {
        Index {
            seq: 1,
            hospitals: vec![
                hospital(
                    "江州大学附属第一医院",
                    "First Affiliated Hospital of Jiangzhou University",
                    &["江大一院"],
                    "江州",
                ),
                hospital("江州市妇幼保健院", "Jiangzhou Maternity & Child Health Hospital", &[], "江州"),
                hospital("绿谷中心医院", "Lügu Central Hospital", &["LGCH"], "绿谷"),
            ],
        }
    }

    fn found(text: &str) -> Vec<String> {
        index().best(text).iter().map(|h| h.texts[0].clone()).collect()
    }

    #[test]
    fn a_hospital_is_found_however_it_is_typed() {
        let first = ["江州大学附属第一医院"];
        for text in [
            "附属第一",
            "江大一院",
            "First Affiliated",
            "jiangzhoudaxue",
            "jiang zhou da xue",
            "jzdx",
            "fushu",
            "江州 附属",
        ] {
            assert_eq!(found(text), first, "{text}");
        }
        for text in ["绿谷", "lgch", "lügu", "lugu", "lvgu", "LGZX"] {
            assert_eq!(found(text), ["绿谷中心医院"], "{text}");
        }
    }

    #[test]
    fn the_best_comes_first_and_nonsense_finds_nothing() {
        assert_eq!(found("江州")[0], "江州市妇幼保健院");
        assert_eq!(found("jiangzhou").len(), 2);
        for text in ["", "  ", "火星", "iangzh hospitalx", "xx"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
