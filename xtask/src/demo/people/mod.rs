//! Colleagues for demonstrations and tests: invented, believable, and the same every time.

mod date;
mod departments;
mod fhir;
pub mod hospitals;
pub mod names;
mod neighbours;

pub use date::Date;
pub use fhir::{organizations, practitioners};

use std::collections::HashMap;

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use departments::{DEPARTMENTS, Department};
use hospitals::{HOSPITALS, Hospital, Kind};
use names::Name;

/// The seed of everybody; another number is another population.
const SEED: u64 = 20_260_716;

/// A colleague in the directory who has no account.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// FHIR id of the Practitioner; the role's is derived from it.
    pub id: String,
    pub name: Name,
    pub hospital: &'static Hospital,
    /// Code of the title.
    pub title: &'static str,
    /// Code of the department.
    pub department: &'static str,
    pub interests: Vec<String>,
    pub phone: String,
    pub email: String,
    /// `None` for those whose verification is outstanding.
    pub verification: Option<Verified>,
}

/// What the card says about a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub on: Date,
    pub until: Date,
    /// Four digits.
    pub licence_ending: String,
}

/// `size` colleagues, one after another: a million are too many to hold. The first ones of a larger population are those of
/// a smaller one.
pub fn colleagues(size: usize, today: Date) -> impl Iterator<Item = Colleague> {
    let hospital_weights: Vec<u32> = HOSPITALS.iter().map(|hospital| hospital.weight).collect();
    let mut addresses = HashMap::new();
    (0..size).map(move |index| {
        let mut rng = SmallRng::seed_from_u64(SEED.wrapping_add((index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        match neighbours::NEIGHBOURS.get(index) {
            Some(neighbour) => neighbour.colleague(index, today, &mut rng, &mut addresses),
            None => {
                let hospital = &HOSPITALS[weighted(&mut rng, &hospital_weights)];
                draw(index, hospital, today, &mut rng, &mut addresses)
            }
        }
    })
}

fn draw(
    index: usize,
    hospital: &'static Hospital,
    today: Date,
    rng: &mut SmallRng,
    addresses: &mut HashMap<String, u32>,
) -> Colleague {
    let western = match hospital.kind {
        Kind::International if hospital.han.is_empty() => 92,
        Kind::International => 35,
        _ => 1,
    };
    let name = names::draw(rng, western);
    let shares: Vec<u32> = DEPARTMENTS.iter().map(|department| hospital.kind.share(department)).collect();
    let department = &DEPARTMENTS[weighted(rng, &shares)];
    let title = ["chief", "associate_chief", "attending", "resident"][weighted(rng, &[12, 23, 38, 27])];
    finish(index, name, hospital, department, title, interests(rng, department, title), today, rng, addresses)
}

/// The rest of a colleague, drawn to fit what is given.
#[allow(clippy::too_many_arguments, reason = "each is a fact of one person; a struct of them would be Colleague again")]
fn finish(
    index: usize,
    name: Name,
    hospital: &'static Hospital,
    department: &'static Department,
    title: &'static str,
    interests: Vec<String>,
    today: Date,
    rng: &mut SmallRng,
    addresses: &mut HashMap<String, u32>,
) -> Colleague {
    let email = address(&name, hospital, addresses);
    let verification = rng.random_bool(0.965).then(|| {
        let ago = rng.random_range(3..350);
        let on = today.minus_days(ago);
        Verified { on, until: on.plus_year(), licence_ending: format!("{:04}", rng.random_range(0..10_000)) }
    });
    Colleague {
        id: format!("p-{:06}", index + 1),
        phone: phone(rng, hospital),
        email,
        name,
        hospital,
        title,
        department: department.code,
        interests,
        verification,
    }
}

/// One to three fields of the department; residents are still learning theirs.
fn interests(rng: &mut SmallRng, department: &Department, title: &str) -> Vec<String> {
    if title == "resident" && rng.random_bool(0.7) {
        return vec!["住院医师规范化培训".to_owned()];
    }
    let count = rng.random_range(1..=3.min(department.interests.len()));
    let first = rng.random_range(0..department.interests.len());
    (0..count).map(|n| department.interests[(first + n) % department.interests.len()].to_owned()).collect()
}

/// A 555-01xx number with an extension: numbers that no subscriber has.
fn phone(rng: &mut SmallRng, hospital: &Hospital) -> String {
    let line = rng.random_range(100..200);
    let extension = rng.random_range(1000..9999);
    let word = if hospital.han.is_empty() { "ext." } else { "转" };
    format!("{}-555-0{line} {word} {extension}", hospital.city.area_code)
}

/// `family.given@hospital`, with a number from the second bearer of the name on.
fn address(name: &Name, hospital: &Hospital, taken: &mut HashMap<String, u32>) -> String {
    let words = [name.latin_family.as_str(), name.latin_given.as_str()];
    let words: Vec<String> = words.iter().map(|word| ascii(word)).filter(|word| !word.is_empty()).collect();
    let local = words.join(".");
    let count = taken.entry(format!("{local}@{}", hospital.id)).or_default();
    *count += 1;
    let number = if *count > 1 { count.to_string() } else { String::new() };
    format!("{local}{number}@{}", hospital.domain())
}

/// Lower-case ASCII letters of a Latin name: `Łukasz` → `lukasz`, `Lü` → `lv` as pinyin is typed.
fn ascii(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .flat_map(|c| {
            let folded = match c {
                'ü' if text == "Lü" => "v",
                'à'..='å' | 'ą' => "a",
                'ç' | 'č' | 'ć' => "c",
                'è'..='ë' | 'ę' | 'ě' | 'ễ' => "e",
                'ì'..='ï' | 'ı' => "i",
                'ñ' | 'ń' => "n",
                'ò'..='ö' | 'ø' => "o",
                'ù'..='ü' | 'ů' => "u",
                'ý' => "y",
                'æ' => "ae",
                'ł' => "l",
                'ř' => "r",
                'š' | 'ş' | 'ś' => "s",
                'ß' => "ss",
                'ž' => "z",
                'ğ' => "g",
                _ => "",
            };
            let plain = (folded.is_empty() && c.is_ascii_lowercase()).then_some(c);
            folded.chars().chain(plain)
        })
        .collect()
}

/// An index drawn in proportion to its weight.
fn weighted(rng: &mut SmallRng, weights: &[u32]) -> usize {
    let total: u32 = weights.iter().sum();
    let mut left = rng.random_range(0..total.max(1));
    for (index, weight) in weights.iter().enumerate() {
        if left < *weight {
            return index;
        }
        left -= weight;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_registry_api::terminology;
    use std::collections::HashSet;

    fn today() -> Date {
        Date { year: 2026, month: 7, day: 16 }
    }

    #[test]
    fn the_same_every_time_and_a_larger_population_begins_with_the_smaller() {
        let small = format!("{:?}", colleagues(300, today()).collect::<Vec<_>>());
        let large = format!("{:?}", colleagues(900, today()).take(300).collect::<Vec<_>>());
        assert_eq!(small, large);
    }

    #[test]
    fn ids_and_addresses_are_distinct() {
        let all: Vec<_> = colleagues(2400, today()).collect();
        assert_eq!(all.iter().map(|one| &one.id).collect::<HashSet<_>>().len(), 2400);
        assert_eq!(all.iter().map(|one| &one.email).collect::<HashSet<_>>().len(), 2400);
        // Namesakes are as rare as they are in life: most names belong to one person.
        let names = all.iter().map(|one| &one.name.latin).collect::<HashSet<_>>().len();
        assert!(names > 1900, "{names} different names");
    }

    #[test]
    fn every_hospital_department_and_title_is_there() {
        let all: Vec<_> = colleagues(2400, today()).collect();
        let count = |key: fn(&Colleague) -> &str| all.iter().map(key).collect::<HashSet<_>>().len();
        assert_eq!(count(|one| one.hospital.id), 40);
        assert_eq!(count(|one| one.department), terminology::DEPARTMENTS.len());
        assert_eq!(count(|one| one.title), terminology::TITLES.len());
        let chiefs = all.iter().filter(|one| one.title == "chief").count();
        assert!((150..450).contains(&chiefs), "{chiefs} chiefs");
        let unverified = all.iter().filter(|one| one.verification.is_none()).count();
        assert!((30..150).contains(&unverified), "{unverified} not verified");
    }

    #[test]
    fn everybody_would_pass_the_registration_form() {
        for one in colleagues(2400, today()) {
            let form = consilium_registry_api::ApplicationForm {
                han_name: one.name.han.clone(),
                latin_name: one.name.latin.clone(),
                title: one.title.into(),
                licence_number: "990420000083517".into(),
                work_email: one.email.clone(),
                work_phone: one.phone.clone(),
                workplace: consilium_registry_api::Workplace::Listed {
                    organization_id: one.hospital.id.into(),
                    name: one.hospital.name().into(),
                },
                department: one.department.into(),
            };
            assert_eq!(form.normalized().problems(), [], "{one:?}");
        }
    }
}
