//! How the directory is parted, so that a machine with little room can keep a part of it and still prove every row.
//!
//! Organisations are few, and everybody has them. A colleague's role belongs to where its organisation is.

use crate::entry::LONGEST;
use consilium_fhir::Organization;
use std::fmt;
use std::str::FromStr;

const ORGANIZATIONS: &str = "organizations";
const UNPLACED: &str = "unplaced";
const PROVINCE: &str = "province ";

/// A part of the directory. Their order is that of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All organisations.
    Organizations,
    /// Colleagues whose organisation says no province, or is not in the directory.
    Unplaced,
    /// Colleagues at the organisations of a province.
    Province(String),
}

impl Part {
    /// Where colleagues belong whose organisation is in this province, as [`province`] says it; empty if it says none.
    pub fn of_colleagues_in(province: &str) -> Self {
        if province.is_empty() { Self::Unplaced } else { Self::Province(province.to_owned()) }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organizations => f.write_str(ORGANIZATIONS),
            Self::Unplaced => f.write_str(UNPLACED),
            Self::Province(name) => write!(f, "{PROVINCE}{name}"),
        }
    }
}

/// A text that names no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a part")]
pub struct NoPart;

impl FromStr for Part {
    type Err = NoPart;

    fn from_str(text: &str) -> Result<Self, NoPart> {
        match text {
            ORGANIZATIONS => Ok(Self::Organizations),
            UNPLACED => Ok(Self::Unplaced),
            _ => match text.strip_prefix(PROVINCE) {
                Some(name) if !name.is_empty() => Ok(Self::Province(name.to_owned())),
                _ => Err(NoPart),
            },
        }
    }
}

/// The province in which an organisation says that it is; empty if it says none, or is not active. It names a part on a
/// line of its own, so that it has no line breaks.
pub fn province(organization: &Organization) -> String {
    if organization.active == Some(false) {
        return String::new();
    }
    let said = organization.province().unwrap_or_default().trim();
    let kept: String = said.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    kept.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_fhir::Address;

    #[test]
    fn a_part_is_read_as_it_is_written() {
        for part in
            [Part::Organizations, Part::Unplaced, Part::Province("福建省".into()), Part::Province("unplaced".into())]
        {
            assert_eq!(part.to_string().parse(), Ok(part));
        }
        for other in ["", "province ", "福建省", "Organizations"] {
            assert_eq!(other.parse::<Part>(), Err(NoPart), "{other}");
        }
    }

    #[test]
    fn a_province_is_one_line_whatever_was_imported() {
        let at = |state: &str| {
            let address = Address { state: Some(state.into()), ..Address::default() };
            province(&Organization { address: vec![address], ..Organization::default() })
        };
        assert_eq!(at(" 福建省\n"), "福建省");
        assert_eq!(at("Fu\r\njian"), "Fujian");
        assert_eq!(at(&"x".repeat(500)).len(), LONGEST);
        assert_eq!(Part::of_colleagues_in(&at(" \u{7}")), Part::Unplaced);
        assert_eq!(province(&Organization::default()), "");
    }
}
