//! Finding a page of matches.
//!
//! Neither database knows how many entries a word or a code has before it has looked, and a plan for many is ruinous
//! for few and the other way round. So it is looked first, no further than [`FEW`], and the statement leaves the
//! planner no choice:
//!
//! - A text that few have: its entries by the index of words, sorted.
//! - Otherwise a code: its entries in the order of their keys, a window at a time, until the page is full.
//! - Otherwise all entries of the kind in their order, until the page is full.

use super::condition::{Backend, Condition, Filter, Text, Token, keys_of};
use super::page::Place;
use super::parameters::{Order, Param, Via};
use super::query::Search;
use crate::clock::Millis;
use crate::database::schema::{codes, entries};
use crate::database::{Connection, among};
use crate::problem::{Code, Problem};
use diesel::prelude::*;

/// As many are gathered and sorted in about the time in which a page is filled from what more have. Less in tests, so
/// that their small directories have both.
const FEW: i64 = if cfg!(test) { 300 } else { 8_000 };
/// Organisations of a name whose roles are found by their organisation.
const ORGANIZATIONS: i64 = 20;
/// Entries of a code that are looked at first, and how many times more next.
const WINDOW: i64 = 400;
const GROWTH: i64 = 8;

/// A match.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Hit {
    pub key: i64,
    pub id: String,
    pub changed_at: Millis,
    pub sort_name: String,
    pub practitioner: i64,
    pub organization: i64,
}

impl Hit {
    pub fn place(&self, order: Order) -> Place {
        let sorted = match order {
            Order::Key => String::new(),
            Order::Id => self.id.clone(),
            Order::Changed => self.changed_at.to_string(),
            Order::Name => self.sort_name.clone(),
        };
        Place { key: self.key, sorted }
    }
}

/// How the entries are come by.
enum Access {
    /// An index gives few of them; the place of its condition.
    Few(usize),
    /// Those of a code one after another; the place of its condition.
    Code(usize),
    /// All of the kind.
    All,
}

/// The matches after the place where the page before ended, one more than a page has if there are more.
pub fn page(c: &mut Connection, search: &Search, after: Option<&Place>) -> Result<Vec<Hit>, Problem> {
    let conditions = resolved(c, &search.conditions)?;
    let access = access(c, search, &conditions)?;
    let Access::Code(place) = access else {
        let filters = filters(search, &conditions, &access);
        return load(c, search, filters, after, search.count + 1);
    };
    let Some(Condition::Tokens(param, tokens)) = conditions.get(place) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut from = after.map_or(0, |place| place.key);
    let mut size = WINDOW.max(4 * search.count);
    loop {
        let until = window(c, *param, tokens, from, size)?;
        let mut filters = filters(search, &conditions, &access);
        filters.push(within(*param, tokens, from, until));
        let wanted = search.count + 1 - found.len() as i64;
        found.extend(load(c, search, filters, None, wanted)?);
        match until {
            Some(until) if (found.len() as i64) <= search.count => (from, size) = (until, size * GROWTH),
            _ => return Ok(found),
        }
    }
}

/// How many match in all.
pub fn total(c: &mut Connection, search: &Search) -> Result<i64, Problem> {
    let conditions = resolved(c, &search.conditions)?;
    let mut query = entries::table.into_boxed();
    // The first that an index gives is enough to start from; the others are tested.
    let first = conditions.iter().position(|condition| matches!(condition, Condition::Tokens(..) | Condition::Text(_)));
    for (at, condition) in conditions.iter().enumerate() {
        query = query.filter(match condition {
            Condition::Text(text) if Some(at) == first => text.index(),
            Condition::Tokens(param, tokens) if Some(at) == first => within(*param, tokens, 0, None),
            other => other.test(),
        });
    }
    if first.is_none() {
        query = query.filter(entries::kind.eq(search.kind.number()));
    }
    Ok(query.count().get_result(c)?)
}

/// Names of organisations as the organisations that bear them, where they are few.
fn resolved(c: &mut Connection, conditions: &[Condition]) -> Result<Vec<Condition>, Problem> {
    conditions
        .iter()
        .map(|condition| match condition {
            Condition::Text(text) if text.via == Via::Organization => {
                let named = Condition::Text(Text { via: Via::Itself, ..text.clone() });
                let Condition::Text(named_text) = &named else { return Ok(named) };
                let ids: Vec<String> =
                    entries::table.filter(named_text.index()).select(entries::id).limit(ORGANIZATIONS + 1).load(c)?;
                Ok(if ids.len() as i64 <= ORGANIZATIONS {
                    Condition::Tokens(Param::Organization, ids.into_iter().map(Token::Value).collect())
                } else {
                    condition.clone()
                })
            }
            other => Ok(other.clone()),
        })
        .collect()
}

fn access(c: &mut Connection, search: &Search, conditions: &[Condition]) -> Result<Access, Problem> {
    if let Some(place) = conditions.iter().position(|condition| matches!(condition, Condition::Ids(_))) {
        return Ok(Access::Few(place));
    }
    for (place, condition) in conditions.iter().enumerate() {
        if let Condition::Text(text) = condition
            && text.via != Via::Organization
            && text.keys().offset(FEW).limit(1).first::<i64>(c).optional()?.is_none()
        {
            return Ok(Access::Few(place));
        }
    }
    let mut codes: Vec<(Param, usize)> = conditions
        .iter()
        .enumerate()
        .filter_map(|(place, condition)| match condition {
            // A system is a range of values, which does not come in the order of keys.
            Condition::Tokens(param, tokens) if tokens.iter().all(|token| matches!(token, Token::Value(_))) => {
                Some((*param, place))
            }
            _ => None,
        })
        .collect();
    // The parameters are numbered so that what fewer have comes first.
    codes.sort_unstable();
    for (param, place) in &codes {
        if let Some(Condition::Tokens(_, tokens)) = conditions.get(*place)
            && window(c, *param, tokens, 0, FEW)?.is_none()
        {
            return Ok(Access::Few(*place));
        }
    }
    Ok(match codes.first() {
        // In another order than that of the keys, windows are of no use.
        Some((_, place)) if search.order == Order::Key && !search.descending => Access::Code(*place),
        _ => Access::All,
    })
}

fn filters(search: &Search, conditions: &[Condition], access: &Access) -> Vec<Filter> {
    let mut filters: Vec<Filter> = Vec::with_capacity(conditions.len() + 1);
    for (at, condition) in conditions.iter().enumerate() {
        filters.push(match (access, condition) {
            (Access::Few(place), Condition::Text(text)) if *place == at => text.index(),
            (Access::Few(place), Condition::Tokens(param, tokens)) if *place == at => within(*param, tokens, 0, None),
            // Its window takes its place.
            (Access::Code(place), _) if *place == at => continue,
            (_, condition) => condition.test(),
        });
    }
    // Ids are unique for their kind. An index of words or codes is of one kind anyway, and to name it would lead the
    // planner to look through the whole kind in order.
    let by_id = conditions.iter().any(|condition| matches!(condition, Condition::Ids(_)));
    if by_id || matches!(access, Access::All) {
        filters.push(Box::new(entries::kind.eq(search.kind.number())));
    }
    filters
}

/// The entries with one of these codes in a window of keys.
fn within(param: Param, tokens: &[Token], after: i64, until: Option<i64>) -> Filter {
    Box::new(among(entries::key, keys_of(param, tokens, after, until.unwrap_or(i64::MAX))))
}

/// The key up to which none of these codes has more entries than this. None if there are no more.
fn window(c: &mut Connection, param: Param, tokens: &[Token], after: i64, size: i64) -> Result<Option<i64>, Problem> {
    let mut until: Option<i64> = None;
    for token in tokens {
        let keys = keys_of(param, std::slice::from_ref(token), after, i64::MAX).order(codes::key);
        let last: Option<i64> = keys.offset(size).limit(1).first(c).optional()?;
        until = match (until, last) {
            (Some(until), Some(last)) => Some(until.min(last)),
            (until, last) => until.or(last),
        };
    }
    Ok(until)
}

fn load(
    c: &mut Connection,
    search: &Search,
    filters: Vec<Filter>,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Hit>, Problem> {
    Ok(statement(search, filters, after)?
        .limit(limit)
        .select((
            entries::key,
            entries::id,
            entries::changed_at,
            entries::sort_name,
            entries::practitioner,
            entries::organization,
        ))
        .load(c)?)
}

/// Entries that pass the filters, in order, after a place.
fn statement(
    search: &Search,
    filters: Vec<Filter>,
    after: Option<&Place>,
) -> Result<entries::BoxedQuery<'static, Backend>, Problem> {
    let mut query = entries::table.into_boxed();
    for filter in filters {
        query = query.filter(filter);
    }
    // The outer bound is there for the index, the inner for what has the same value.
    macro_rules! after {
        ($column:expr, $value:expr, $key:expr) => {
            query = if search.descending {
                query.filter($column.le($value.clone())).filter($column.lt($value).or(entries::key.lt($key)))
            } else {
                query.filter($column.ge($value.clone())).filter($column.gt($value).or(entries::key.gt($key)))
            }
        };
    }
    if let Some(place) = after {
        match search.order {
            Order::Key => query = query.filter(entries::key.gt(place.key)),
            Order::Id if search.descending => query = query.filter(entries::id.lt(place.sorted.clone())),
            Order::Id => query = query.filter(entries::id.gt(place.sorted.clone())),
            Order::Changed => {
                let at: Millis = place.sorted.parse().map_err(|_| Problem::from(Code::InvalidBody))?;
                after!(entries::changed_at, at, place.key);
            }
            Order::Name => after!(entries::sort_name, place.sorted.clone(), place.key),
        }
    }
    query = match (search.order, search.descending) {
        (Order::Key, _) => query.order(entries::key),
        (Order::Id, false) => query.order(entries::id),
        (Order::Id, true) => query.order(entries::id.desc()),
        (Order::Changed, false) => query.order((entries::changed_at, entries::key)),
        (Order::Changed, true) => query.order((entries::changed_at.desc(), entries::key.desc())),
        (Order::Name, false) => query.order((entries::sort_name, entries::key)),
        (Order::Name, true) => query.order((entries::sort_name.desc(), entries::key.desc())),
    };
    Ok(query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Database, Location};
    use crate::directory::kind::Kind;
    use crate::directory::search::query::pairs;
    use crate::directory::search::terms::Terms;
    use crate::directory::search::text::{SEPARATOR, searched};
    use crate::directory::search::{condition::How, index, parameters::Field};
    use consilium_fhir::{
        CodeableConcept, HumanName, Organization, Practitioner, PractitionerRole, Reference, Resource,
    };
    use diesel::query_builder::{AstPass, QueryFragment, QueryId};
    use diesel::sql_types::Integer;
    use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
    use std::collections::BTreeSet;

    const FAMILIES: &[(&str, &str)] =
        &[("张", "Zhang"), ("王", "Wang"), ("李", "Li"), ("欧阳", "Ouyang"), ("单", "Shan")];
    const SYLLABLES: &[(&str, &str)] =
        &[("伟", "Wei"), ("民", "Min"), ("嘉", "Jia"), ("宁", "Ning"), ("秀", "Xiu"), ("兰", "Lan"), ("𠮷", "Ji")];

    /// A directory of so many colleagues with a role each, drawn by lot; a tenth of the names are Latin alone.
    struct Drawn {
        entries: Vec<(Kind, String, Millis, Terms)>,
        _folder: tempfile::TempDir,
        database: Database,
    }

    impl Drawn {
        fn new(colleagues: usize) -> Self {
            let mut lot = StdRng::seed_from_u64(7);
            let mut resources: Vec<Resource> = Vec::new();
            for n in 0..40 {
                let name = format!("{}第{n}医院", ["江州", "绿谷", "海州"][n % 3]);
                let organization = Organization {
                    id: Some(format!("h{n}")),
                    name: Some(name),
                    active: Some(n % 5 != 0),
                    ..Default::default()
                };
                resources.push(organization.into());
            }
            for n in 0..colleagues {
                let (family, latin_family) = FAMILIES[lot.random_range(0..FAMILIES.len())];
                let one = SYLLABLES[lot.random_range(0..SYLLABLES.len())];
                let two = SYLLABLES[lot.random_range(0..SYLLABLES.len())];
                let given = format!("{}{}", one.1, two.1.to_lowercase());
                let mut name = vec![HumanName::latin(&format!("{latin_family} {given}"), latin_family, &[&given])];
                if lot.random_ratio(9, 10) {
                    let han = format!("{}{}", one.0, two.0);
                    name.insert(0, HumanName::han(&format!("{family}{han}"), family, &[&han]));
                }
                let id = format!("p{n}");
                resources
                    .push(Practitioner { id: Some(id.clone()), name, active: Some(true), ..Default::default() }.into());
                let hospital = format!("h{}", lot.random_range(0..40));
                let role = PractitionerRole {
                    id: Some(format!("r{n}")),
                    active: Some(lot.random_ratio(99, 100)),
                    practitioner: Some(Reference::to("Practitioner", &id, "")),
                    organization: Some(Reference::to("Organization", &hospital, "")),
                    code: vec![CodeableConcept::coded("urn:t", ["chief", "attending"][lot.random_range(0..2)], "")],
                    specialty: vec![CodeableConcept::coded("urn:d", &format!("03.{}", lot.random_range(0..12)), "")],
                    ..Default::default()
                };
                resources.push(role.into());
            }
            let folder = tempfile::tempdir().unwrap();
            let database = Database::open(&Location::File(folder.path().join("registry.sqlite")), "mark").unwrap();
            let mut entries = Vec::new();
            database
                .write_now(|c| {
                    for (at, resource) in resources.iter().enumerate() {
                        let changed_at = 1_783_000_000_000 + 60_000 * (at as i64 * 7_919 % 1_000);
                        let id = resource.id().unwrap();
                        let (kind, terms) = Terms::of(resource).unwrap();
                        index::put(c, kind, id, None, &terms, changed_at)?;
                        entries.push((kind, id.to_owned(), changed_at, terms));
                    }
                    Ok(())
                })
                .unwrap();
            Self { entries, _folder: folder, database }
        }

        /// What a plain look at every entry finds.
        fn looked_through(&self, search: &Search) -> BTreeSet<String> {
            let of = |kind: Kind, id: &Option<String>| {
                self.entries.iter().find(|(k, i, ..)| *k == kind && Some(i) == id.as_ref()).map(|(.., terms)| terms)
            };
            let meets = |condition: &Condition, id: &String, changed_at: Millis, terms: &Terms| match condition {
                Condition::Ids(ids) => ids.contains(id),
                Condition::Changed(periods) => {
                    periods.iter().any(|p| (p.from..p.until).contains(&changed_at) != p.negated)
                }
                Condition::Active(active) => active.contains(&terms.active),
                Condition::Tokens(param, tokens) => tokens.iter().any(|token| {
                    terms.codes.iter().any(|(of, value)| {
                        of == param
                            && match token {
                                Token::Value(wanted) => value == wanted,
                                Token::AnyOf(system) => value.starts_with(&format!("{system}{SEPARATOR}")),
                            }
                    })
                }),
                Condition::Text(text) => {
                    let subject = match text.via {
                        Via::Itself => Some(terms),
                        Via::Practitioner => of(Kind::Practitioner, &terms.practitioner),
                        Via::Organization => of(Kind::Organization, &terms.organization),
                    };
                    subject.is_some_and(|terms| {
                        let texts = match text.field {
                            Field::Name => &terms.name,
                            Field::Family => &terms.family,
                            Field::Given => &terms.given,
                            Field::City => &terms.city,
                        };
                        texts.split(SEPARATOR).skip(1).any(|of| {
                            text.values.iter().any(|value| match text.how {
                                How::Begins => of.starts_with(value.as_str()),
                                How::Contains => of.contains(value.as_str()),
                                How::Exact => {
                                    of == searched(value)
                                        && terms.words.iter().any(|w| &w.spelt == value && w.word == of)
                                }
                            })
                        })
                    })
                }
            };
            self.entries
                .iter()
                .filter(|(kind, id, changed_at, terms)| {
                    *kind == search.kind && search.conditions.iter().all(|c| meets(c, id, *changed_at, terms))
                })
                .map(|(_, id, ..)| id.clone())
                .collect()
        }

        /// What the pages of a search hold, one after another.
        fn found(&self, search: &Search) -> Vec<Hit> {
            let mut found: Vec<Hit> = Vec::new();
            self.database
                .write_now(|c| {
                    loop {
                        let place = found.last().map(|hit| hit.place(search.order));
                        let mut hits = page(c, search, place.as_ref())?;
                        let more = hits.len() as i64 > search.count;
                        hits.truncate(search.count as usize);
                        found.extend(hits);
                        if !more {
                            assert_eq!(total(c, search)?, found.len() as i64);
                            return Ok(());
                        }
                    }
                })
                .unwrap();
            found
        }
    }

    fn search(kind: Kind, query: &str) -> Search {
        let search = Search::read(kind, "", pairs(query.as_bytes()), true).unwrap();
        assert!(!search.conditions.is_empty());
        search
    }

    #[test]
    fn however_entries_are_come_by_each_match_comes_once_and_in_order() {
        let drawn = Drawn::new(2_500);
        let mut lot = StdRng::seed_from_u64(11);
        let texts = ["zhang", "zhangw", "w", "张", "单𠮷", "ouyang jia", "nosuch", "l", "Li Lanlan", "an"];
        let sorts = ["", "&_sort=_id", "&_sort=-_id", "&_sort=_lastUpdated", "&_sort=-_lastUpdated"];
        for _ in 0..150 {
            let mut pick = |from: &[&str]| from[lot.random_range(0..from.len())].to_owned();
            let how = pick(&["", ":contains", ":exact"]);
            let (kind, first) = match pick(&["p", "r", "r", "r"]).as_str() {
                "p" => (Kind::Practitioner, format!("{}{how}={}", pick(&["name", "family", "given"]), pick(&texts))),
                _ => {
                    let condition = pick(&[
                        "role=chief",
                        "specialty=03.4",
                        "specialty=urn:d|03.4,urn:d|03.5",
                        "organization=h7",
                        "active=false",
                        "active=true,false",
                        "_id=r1,r2,r77",
                        "practitioner=p9",
                        "specialty=urn:d|",
                        "organization.name=江",
                        "organization.name=江州第3",
                        "organization.name:contains=第1",
                        "_lastUpdated=ge2026-07-02T14:00Z",
                        "organization.name=nosuch",
                    ]);
                    (Kind::PractitionerRole, condition)
                }
            };
            let mut query =
                format!("{first}&_count={}{}", lot.random_range(1..200), sorts[lot.random_range(0..sorts.len())]);
            if kind == Kind::PractitionerRole {
                let mut pick = |from: &[&str]| from[lot.random_range(0..from.len())].to_owned();
                let name = pick(&["practitioner.name", "practitioner.given"]);
                query += &match pick(&["none", "text", "code"]).as_str() {
                    "none" => String::new(),
                    "text" => format!("&{name}{how}={}", pick(&texts)),
                    _ => format!("&{}", pick(&["role=attending", "specialty=03.1", "organization=h3,h4,h5"])),
                };
            }
            let search = search(kind, &query);
            let found = drawn.found(&search);
            let ids: BTreeSet<String> = found.iter().map(|hit| hit.id.clone()).collect();
            assert_eq!(ids.len(), found.len(), "{query}: something came twice");
            assert_eq!(ids, drawn.looked_through(&search), "{query}");
            let keys: Vec<(Option<i64>, Option<&String>, i64)> = found
                .iter()
                .map(|hit| match search.order {
                    Order::Changed => (Some(hit.changed_at), None, hit.key),
                    Order::Id => (None, Some(&hit.id), 0),
                    Order::Name => (None, Some(&hit.sort_name), hit.key),
                    Order::Key => (None, None, hit.key),
                })
                .collect();
            let mut sorted = keys.clone();
            sorted.sort();
            if search.descending {
                sorted.reverse();
            }
            assert_eq!(keys, sorted, "{query}");
        }
    }

    /// A statement, explained instead of carried out.
    #[derive(QueryId)]
    struct Explained<S>(S);

    impl<S> diesel::query_builder::Query for Explained<S> {
        type SqlType = (Integer, Integer, Integer, diesel::sql_types::Text);
    }

    impl<S> RunQueryDsl<Connection> for Explained<S> {}

    impl<S: QueryFragment<Backend>> QueryFragment<Backend> for Explained<S> {
        fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
            pass.push_sql("EXPLAIN QUERY PLAN ");
            self.0.walk_ast(pass)
        }
    }

    /// What SQLite means to do for a page.
    fn plan(c: &mut Connection, search: &Search) -> String {
        let conditions = resolved(c, &search.conditions).unwrap();
        let access = access(c, search, &conditions).unwrap();
        let mut filters = filters(search, &conditions, &access);
        if let Access::Code(place) = access
            && let Condition::Tokens(param, tokens) = &conditions[place]
        {
            filters.push(within(*param, tokens, 0, Some(1_000)));
        }
        let statement = statement(search, filters, None).unwrap().limit(50).select(entries::key);
        let steps: Vec<(i32, i32, i32, String)> = Explained(statement).load(c).unwrap();
        steps.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn no_usual_search_looks_through_a_table_or_sorts_what_many_have() {
        let drawn = Drawn::new(2_500);
        let sorted = "TEMP B-TREE FOR ORDER BY";
        for (kind, query, by, sorts) in [
            (Kind::Practitioner, "name=ouyang weiw", "INTEGER PRIMARY KEY (rowid=?)", false),
            (Kind::Practitioner, "name:contains=嘉𠮷", "INTEGER PRIMARY KEY (rowid=?)", false),
            (Kind::Practitioner, "name:contains=i", "entries_by_kind", false),
            (Kind::Practitioner, "_lastUpdated=ge2026-07", "entries_by_change", false),
            (Kind::PractitionerRole, "practitioner.name=单伟", "entries_by_practitioner", true),
            (Kind::PractitionerRole, "practitioner.name:contains=i", "entries_by_kind", false),
            (Kind::PractitionerRole, "active=true", "entries_by_kind", false),
            (Kind::PractitionerRole, "role=chief&practitioner.name=zhang", "INTEGER PRIMARY KEY (rowid=?)", false),
            (Kind::PractitionerRole, "organization.name=江州第3医院", "INTEGER PRIMARY KEY (rowid=?)", false),
            (Kind::PractitionerRole, "active=true&_sort=-_lastUpdated", "entries_by_change", false),
            (Kind::PractitionerRole, "_id=r1,r2", "(kind=? AND id=?)", true),
        ] {
            let plan = drawn.database.write_now(|c| Ok(plan(c, &search(kind, query)))).unwrap();
            assert!(plan.contains(by) && !plan.contains("SCAN entries"), "{query}: {plan}");
            assert_eq!(plan.contains(sorted), sorts, "{query}: {plan}");
        }
    }
}
