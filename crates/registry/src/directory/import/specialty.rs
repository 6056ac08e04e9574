//! Departments of the physicians' specialties of the NUCC Health Care Provider Taxonomy, which NPPES and NDH use.

use consilium_registry_api::terminology::{self, Concept};

pub const SYSTEM: &str = "http://nucc.org/provider-taxonomy";

/// Code of the taxonomy, or its beginning, and the department; the longest that fits counts.
const DEPARTMENTS: &[(&str, &str)] = &[
    ("1223", "12"),
    ("1223S0112X", "12"),
    ("171100000X", "50"),
    ("202K", "32.01"),
    ("204E", "12"),
    ("207K", "03.09"),
    ("207L", "26"),
    ("207LP2900X", "27"),
    ("207N", "13"),
    ("207P", "20"),
    ("207Q", "02"),
    ("207QG0300X", "03.10"),
    ("207RA0001X", "03.04"),
    ("207RA0201X", "03.09"),
    ("207RC0000X", "03.04"),
    ("207RC0001X", "03.04"),
    ("207RC0200X", "28"),
    ("207RE0101X", "03.07"),
    ("207RG0100X", "03.02"),
    ("207RG0300X", "03.10"),
    ("207RH0000X", "03.05"),
    ("207RH0003X", "03.05"),
    ("207RI0008X", "03.02"),
    ("207RI0011X", "03.04"),
    ("207RI0200X", "16"),
    ("207RN0300X", "03.06"),
    ("207RP1001X", "03.01"),
    ("207RR0500X", "03.08"),
    ("207RX0202X", "19"),
    ("207T", "04.02"),
    ("207U", "32.09"),
    ("207V", "05.01"),
    ("207VE0102X", "05.05"),
    ("207VM0101X", "05.02"),
    ("207VX0000X", "05.02"),
    ("207W", "10"),
    ("207X", "04.03"),
    ("207Y", "11"),
    ("207ZC", "31"),
    ("207ZP", "31"),
    ("207ZM0300X", "30"),
    ("2080", "07"),
    ("2081", "21"),
    ("2082", "04.08"),
    ("2084A0401X", "15"),
    ("2084N", "03.03"),
    ("2084P0800X", "15"),
    ("2084P0802X", "15"),
    ("2084P0804X", "15"),
    ("2084P0805X", "15"),
    ("2084P2900X", "27"),
    ("2085N0904X", "32.09"),
    ("2085R", "32.01"),
    ("2085R0001X", "19"),
    ("2085U0001X", "32.05"),
    ("208600000X", "04.01"),
    ("2086S0120X", "08"),
    ("2086S0122X", "04.08"),
    ("2086S0129X", "04.06"),
    ("2088", "04.04"),
    ("208D", "02"),
    ("208G", "04.05"),
    ("208VP", "27"),
];

/// None of a specialty that is no department here, or of no physician.
pub fn department(code: &str) -> Option<&'static Concept> {
    let fitting = DEPARTMENTS.iter().filter(|(begin, _)| code.starts_with(begin));
    let (_, department) = fitting.max_by_key(|(begin, _)| begin.len())?;
    terminology::department(department)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_specialty_counts() {
        let of = |code| department(code).map(|department| department.code);
        assert_eq!(of("207RC0000X"), Some("03.04"));
        assert_eq!(of("2085U0001X"), Some("32.05"));
        assert_eq!(of("2085R0202X"), Some("32.01"));
        assert_eq!(of("2080P0202X"), Some("07"), "paediatric cardiology is paediatrics");
        assert_eq!(of("207R00000X"), None, "internal medicine as a whole is no department");
        assert_eq!(of("163W00000X"), None, "a nurse");
        assert!(DEPARTMENTS.iter().all(|(_, code)| terminology::department(code).is_some()));
    }
}
