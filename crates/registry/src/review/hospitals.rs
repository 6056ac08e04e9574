//! Which hospital of the directory one that was entered by hand may be.

use super::latin_hospital;
use crate::applications::row::Application;
use crate::database::Connection;
use crate::database::schema::organizations;
use crate::problem::{Code, Problem};
use consilium_registry_api::ListedHospital;
use diesel::prelude::*;

const MOST: usize = 5;
/// Fewer characters in common say little: 医院.
const SHORTEST: usize = 4;

/// A name or city as it is compared: 江州市 is 江州.
fn folded(text: &str) -> String {
    let text: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    text.strip_suffix('市').map(str::to_owned).unwrap_or(text)
}

/// Hospitals whose name is the same, or holds the other, those of the same city first.
pub fn similar(c: &mut Connection, application: &Application) -> Result<Vec<ListedHospital>, Problem> {
    if application.organization_id.is_some() {
        return Ok(Vec::new());
    }
    let (name, city) = (folded(&application.hospital), folded(&application.city));
    let all: Vec<(String, String, String)> =
        organizations::table.select((organizations::id, organizations::name, organizations::city)).load(c)?;
    let holds = |long: &str, short: &str| short.chars().count() >= SHORTEST && long.contains(short);
    let mut found: Vec<_> = all
        .into_iter()
        .filter_map(|(id, listed, listed_city)| {
            let other = folded(&listed);
            let same = other == name;
            (same || holds(&other, &name) || holds(&name, &other)).then(|| {
                let elsewhere = folded(&listed_city) != city;
                ((!same, elsewhere, id.clone()), (id, listed, listed_city))
            })
        })
        .collect();
    found.sort();
    let found = found
        .into_iter()
        .take(MOST)
        .map(|(_, (id, name, city))| Ok(ListedHospital { name_latin: latin_hospital(c, Some(&id))?, id, name, city }));
    found.collect()
}

/// Takes the hospital for this one of the directory.
pub fn choose(c: &mut Connection, application: &mut Application, id: &str) -> Result<(), Problem> {
    let listed: Option<(String, String)> =
        organizations::table.find(id).select((organizations::name, organizations::city)).first(c).optional()?;
    let Some((name, city)) = listed else {
        return Err(Problem::because(Code::InvalidBody, "organization_id is of no hospital of the directory."));
    };
    application.organization_id = Some(id.to_owned());
    (application.hospital, application.city) = (name, city);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_are_compared_without_what_says_nothing() {
        assert_eq!(folded("江州市"), folded("江州"));
        assert_eq!(folded("江州大学 附属第一医院"), folded("江州大学附属第一医院"));
        assert_ne!(folded("江州大学附属第一医院"), folded("江州大学附属第二医院"));
        assert_eq!(folded("St. Mary’s"), folded("st marys"));
    }
}
