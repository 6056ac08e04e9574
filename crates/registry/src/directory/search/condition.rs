//! Conditions of a search, as filters of the entries.
//!
//! A condition has two forms. As an *index* it is the set of keys that an index gives, which suits what few entries
//! meet. As a *test* it looks at one entry after another, which suits what many meet: a page is then full soon.

use super::instant::Period;
use super::parameters::{Field, Param, Via};
use super::terms::{WordOf, token};
use super::text::{SEPARATOR, SUFFIX, after_prefix, pattern, searched, spelt, suffixes as from_each_character};
use crate::database::schema::{codes, entries, suffixes, words};
use crate::database::{Connection, among};
use crate::directory::kind::Kind;
use diesel::dsl::{exists, not};
use diesel::helper_types::{IntoBoxed, Select};
use diesel::prelude::*;
use diesel::sql_types::Bool;

pub type Backend = <Connection as diesel::Connection>::Backend;
/// A condition in SQL.
pub type Filter = Box<dyn BoxableExpression<entries::table, Backend, SqlType = Bool>>;
type CodeFilter = Box<dyn BoxableExpression<codes::table, Backend, SqlType = Bool>>;
type WordFilter = Box<dyn BoxableExpression<words::table, Backend, SqlType = Bool>>;
/// Keys of the entries that have some words.
pub type WordKeys = IntoBoxed<'static, Select<words::table, words::key>, Backend>;
/// Words within which a text begins.
type Holding = IntoBoxed<'static, Select<suffixes::table, suffixes::word>, Backend>;
/// Keys of the entries that have some code.
pub type CodeKeys = IntoBoxed<'static, Select<codes::table, codes::key>, Backend>;

diesel::alias!(entries as subjects: Subjects);

/// One parameter; its values are alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Ids(Vec<String>),
    Changed(Vec<Period>),
    /// As `entries.active` has it.
    Active(Vec<i16>),
    Tokens(Param, Vec<Token>),
    Text(Text),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// As `codes.value` has it.
    Value(String),
    /// Any code of this system.
    AnyOf(String),
}

impl Token {
    pub fn of(system: Option<&str>, code: &str) -> Self {
        Self::Value(token(system, code))
    }

    fn is(&self) -> CodeFilter {
        match self {
            Self::Value(value) => Box::new(codes::value.eq(value.clone())),
            Self::AnyOf(system) => {
                // The next character after the separator is a space.
                let first = codes::value.ge(format!("{system}{SEPARATOR}"));
                Box::new(first.and(codes::value.lt(format!("{system} "))))
            }
        }
    }
}

/// Keys of the entries that have one of these tokens, in a window of keys: after the first, up to the second.
pub fn keys_of(param: Param, tokens: &[Token], after: i64, until: i64) -> CodeKeys {
    let keys = codes::table.select(codes::key).into_boxed();
    let keys = keys.filter(codes::param.eq(param.number()));
    let keys = keys.filter(codes::key.gt(after)).filter(codes::key.le(until));
    let values: Option<Vec<String>> = tokens
        .iter()
        .map(|token| match token {
            Token::Value(value) => Some(value.clone()),
            Token::AnyOf(_) => None,
        })
        .collect();
    match values {
        Some(values) => keys.filter(codes::value.eq_any(values)),
        None => match tokens.iter().map(Token::is).reduce(|one, other| Box::new(one.or(other))) {
            Some(tokens) => keys.filter(tokens),
            None => keys.filter(codes::key.lt(0)),
        },
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub via: Via,
    /// Whose text it is.
    pub subject: Kind,
    pub field: Field,
    pub how: How,
    /// Folded, unless they are to be met exactly.
    pub values: Vec<String>,
}

/// How a text is to be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Begins,
    Contains,
    Exact,
}

/// Joins alternatives.
fn any(filters: impl Iterator<Item = Filter>) -> Filter {
    filters.reduce(|one, other| Box::new(one.or(other))).unwrap_or_else(never)
}

/// What nothing meets.
fn never() -> Filter {
    Box::new(entries::key.lt(0))
}

impl Condition {
    /// The condition as a test of one entry.
    pub fn test(&self) -> Filter {
        match self {
            Self::Ids(ids) => Box::new(entries::id.eq_any(ids.clone())),
            Self::Changed(periods) => any(periods.iter().map(|period| {
                let within = entries::changed_at.ge(period.from).and(entries::changed_at.lt(period.until));
                if period.negated { Box::new(not(within)) as Filter } else { Box::new(within) }
            })),
            Self::Active(active) => Box::new(entries::active.eq_any(active.clone())),
            Self::Tokens(param, tokens) => {
                let mut values = Vec::new();
                for token in tokens {
                    match token {
                        Token::Value(value) => values.push(value.clone()),
                        Token::AnyOf(_) => return Box::new(among(entries::key, keys_of(*param, tokens, 0, i64::MAX))),
                    }
                }
                let found = codes::table.filter(codes::param.eq(param.number())).filter(codes::value.eq_any(values));
                Box::new(exists(found.filter(codes::key.eq(entries::key))))
            }
            Self::Text(text) => text.test(),
        }
    }
}

impl Text {
    fn test(&self) -> Filter {
        if self.how == How::Exact {
            return any(self.values.iter().map(|value| self.exactly(value)));
        }
        any(self.values.iter().map(|value| self.like(pattern(value, self.how == How::Contains))))
    }

    /// The condition as the entries that an index gives.
    pub fn index(&self) -> Filter {
        let found: Filter = match self.via {
            Via::Itself => Box::new(among(entries::key, self.keys())),
            Via::Practitioner => Box::new(among(entries::practitioner, self.keys())),
            Via::Organization => Box::new(among(entries::organization, self.keys())),
        };
        // For a text within a text the index is only a first look.
        if self.how == How::Contains { Box::new(found.and(self.test())) } else { found }
    }

    /// Keys of the subjects that meet it; of those that may, if it is to be contained.
    pub fn keys(&self) -> WordKeys {
        let words = self.values.iter().map(|value| -> WordFilter {
            match self.how {
                How::Begins => begins(value),
                How::Exact => {
                    let word = words::word.eq(searched(value)).and(words::spelt.eq(spelt(value).to_owned()));
                    Box::new(word)
                }
                // A text with spaces goes over from one word to the next, which its last part begins.
                How::Contains => match value.rsplit_once(' ') {
                    Some((_, last)) => begins(last),
                    None => {
                        let first = from_each_character(value).next().unwrap_or_default();
                        debug_assert!(first.chars().count() <= SUFFIX);
                        let holding: Holding = suffixes::table.select(suffixes::word).into_boxed();
                        let holding = holding.filter(suffixes::suffix.ge(first.to_owned()));
                        Box::new(among(words::word, holding.filter(suffixes::suffix.lt(after_prefix(first)))))
                    }
                },
            }
        });
        let fields: Vec<i16> = self.elements().iter().map(|element| element.number()).collect();
        let keys = words::table.select(words::key).into_boxed().filter(words::field.eq_any(fields));
        match words.reduce(|one, other| Box::new(one.or(other))) {
            Some(words) => keys.filter(words),
            None => keys.filter(words::key.lt(0)),
        }
    }

    /// The elements whose words are looked at.
    fn elements(&self) -> &'static [WordOf] {
        use WordOf::{
            City, CityPart, OrganizationName, OrganizationPart, PersonFamily, PersonGiven, PersonPart, PersonText,
        };
        match (self.field, self.subject, self.how) {
            (Field::City, _, How::Contains) => &[City, CityPart],
            (Field::City, ..) => &[City],
            (_, Kind::Organization, How::Contains) => &[OrganizationName, OrganizationPart],
            (_, Kind::Organization, _) => &[OrganizationName],
            (_, _, How::Contains) => &[PersonFamily, PersonGiven, PersonText, PersonPart],
            (Field::Family, ..) => &[PersonFamily],
            (Field::Given, ..) => &[PersonGiven],
            (Field::Name, ..) => &[PersonFamily, PersonGiven, PersonText],
        }
    }

    fn like(&self, pattern: String) -> Filter {
        macro_rules! of_subject {
            ($column:expr) => {
                match self.via {
                    Via::Itself => Box::new($column.like(pattern).escape('\\')) as Filter,
                    Via::Practitioner => {
                        let like = subjects.filter(subjects.field($column).like(pattern).escape('\\'));
                        Box::new(exists(like.filter(subjects.field(entries::key).eq(entries::practitioner))))
                    }
                    Via::Organization => {
                        let like = subjects.filter(subjects.field($column).like(pattern).escape('\\'));
                        Box::new(exists(like.filter(subjects.field(entries::key).eq(entries::organization))))
                    }
                }
            };
        }
        match self.field {
            Field::Name => of_subject!(entries::name),
            Field::Family => of_subject!(entries::family),
            Field::Given => of_subject!(entries::given),
            Field::City => of_subject!(entries::city),
        }
    }

    fn exactly(&self, value: &str) -> Filter {
        let fields: Vec<i16> = self.elements().iter().map(|element| element.number()).collect();
        let found = words::table
            .filter(words::word.eq(searched(value)))
            .filter(words::spelt.eq(spelt(value).to_owned()))
            .filter(words::field.eq_any(fields));
        match self.via {
            Via::Itself => Box::new(exists(found.filter(words::key.eq(entries::key)))),
            Via::Practitioner => Box::new(exists(found.filter(words::key.eq(entries::practitioner)))),
            Via::Organization => Box::new(exists(found.filter(words::key.eq(entries::organization)))),
        }
    }
}

fn begins(value: &str) -> WordFilter {
    Box::new(words::word.ge(value.to_owned()).and(words::word.lt(after_prefix(value))))
}
