//! The application form and its rules. The client checks as the doctor types, the registry checks again on arrival.

use crate::terminology;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// Where an applicant works: a hospital the registry knows, or one it does not know yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Workplace {
    /// FHIR Organization id, as the organisation search returned it; `name` is what the doctor saw.
    Listed { organization_id: String, name: String },
    /// Entered by hand; becomes an Organization when the application is approved.
    Unlisted { name: String, city: String },
}

impl Default for Workplace {
    fn default() -> Self {
        Self::Unlisted { name: String::new(), city: String::new() }
    }
}

/// What a physician states about themselves. Every field but the Han name of a doctor without one is required.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct ApplicationForm {
    /// Name in Chinese characters as on the licence; empty if there is none.
    pub han_name: String,
    /// Name in Latin letters, in the order its bearer writes it: `Lin Jianing`, `Hannah Weiss`.
    pub latin_name: String,
    /// Code of [`terminology::TITLES`].
    pub title: String,
    /// 医师执业证书编码, 15 digits.
    pub licence_number: String,
    pub work_email: String,
    pub work_phone: String,
    pub workplace: Workplace,
    /// Code of [`terminology::DEPARTMENTS`].
    pub department: String,
}

/// A field of the form that a problem belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    HanName,
    LatinName,
    Title,
    LicenceNumber,
    WorkEmail,
    WorkPhone,
    Hospital,
    City,
    Department,
}

/// What is wrong with a field; the UI words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// Nothing was entered.
    Missing,
    /// Longer than the field's limit in characters.
    TooLong,
    /// A Han name must consist of Chinese characters and the separator `·`.
    NotHan,
    /// A Latin name must consist of Latin letters, spaces, hyphens, apostrophes and full stops.
    NotLatin,
    /// A licence number has 15 digits.
    NotALicenceNumber,
    NotAnEmail,
    NotAPhoneNumber,
    /// A code that is not in the terminology, or an organisation the registry does not know.
    Unknown,
    /// It is as it was, in an application that is there to change it.
    Unchanged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FormProblem {
    pub field: Field,
    pub problem: FieldProblem,
}

/// Without surrounding white space and what cannot be seen, full-width digits and letters narrowed.
pub fn narrow(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_unseen(*c)).map(narrow_char).collect();
    seen.trim().to_owned()
}

/// Controls, what turns or joins letters without being one, and what has no width (Unicode 16, categories Cc and Cf, and the
/// fillers among the letters). With them a name can look like another.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}' | '\u{1160}'
            | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Longest accepted values, in characters.
pub const NAME_LIMIT: usize = 60;
pub const HOSPITAL_LIMIT: usize = 120;
/// RFC 5321, 4.5.3.1.3 with the two angle brackets taken off.
pub const EMAIL_LIMIT: usize = 254;
pub const PHONE_LIMIT: usize = 40;

impl ApplicationForm {
    /// The form with surrounding white space and what cannot be seen removed, full-width digits and letters narrowed, accents
    /// of Latin names on their letters, every apostrophe the same, and the e-mail in lower case.
    pub fn normalized(&self) -> Self {
        let words = |s: &str| narrow(s).split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            han_name: words(&self.han_name).replace([' ', '•', '・', '‧'], "·"),
            latin_name: words(&self.latin_name).nfc().collect::<String>().replace(['‘', '’', 'ʼ'], "'"),
            title: self.title.trim().to_owned(),
            licence_number: narrow(&self.licence_number).replace([' ', '-'], ""),
            work_email: narrow(&self.work_email).to_lowercase(),
            work_phone: plain_phone(&self.work_phone),
            workplace: match &self.workplace {
                Workplace::Listed { organization_id, name } => {
                    Workplace::Listed { organization_id: organization_id.trim().to_owned(), name: words(name) }
                }
                Workplace::Unlisted { name, city } => Workplace::Unlisted { name: words(name), city: words(city) },
            },
            department: self.department.trim().to_owned(),
        }
    }

    /// Every problem of the form as it stands, in the order of its fields. Call it on the normalized form.
    pub fn problems(&self) -> Vec<FormProblem> {
        let mut found = Vec::new();
        let mut check = |field, problem: Option<FieldProblem>| {
            found.extend(problem.map(|problem| FormProblem { field, problem }));
        };
        if !self.han_name.is_empty() {
            check(Field::HanName, limited(&self.han_name, NAME_LIMIT, is_han_name, FieldProblem::NotHan));
        }
        check(Field::LatinName, limited(&self.latin_name, NAME_LIMIT, is_latin_name, FieldProblem::NotLatin));
        check(Field::Title, known(&self.title, terminology::title(&self.title).is_some()));
        check(
            Field::LicenceNumber,
            limited(&self.licence_number, 15, is_licence_number, FieldProblem::NotALicenceNumber)
                .map(|p| if p == FieldProblem::TooLong { FieldProblem::NotALicenceNumber } else { p }),
        );
        check(Field::WorkEmail, limited(&self.work_email, EMAIL_LIMIT, is_email, FieldProblem::NotAnEmail));
        check(Field::WorkPhone, limited(&self.work_phone, PHONE_LIMIT, is_phone, FieldProblem::NotAPhoneNumber));
        match &self.workplace {
            Workplace::Listed { organization_id, .. } => {
                check(Field::Hospital, organization_id.is_empty().then_some(FieldProblem::Missing));
            }
            Workplace::Unlisted { name, city } => {
                check(Field::Hospital, limited(name, HOSPITAL_LIMIT, |_| true, FieldProblem::Unknown));
                check(Field::City, limited(city, NAME_LIMIT, |_| true, FieldProblem::Unknown));
            }
        }
        check(Field::Department, known(&self.department, terminology::department(&self.department).is_some()));
        found
    }
}

/// A phone number as it is kept: in narrow characters, with one hyphen for each of the dashes that an input method writes.
pub fn plain_phone(text: &str) -> String {
    let mut plain = String::new();
    for c in narrow(text).chars() {
        let c = if matches!(c, '‐'..='―' | '−' | '－' | '─' | 'ー' | '﹣' | '﹘') { '-' } else { c };
        // A Chinese dash is two of them.
        if c != '-' || !plain.ends_with('-') {
            plain.push(c);
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn narrow_char(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn limited(value: &str, limit: usize, valid: impl Fn(&str) -> bool, otherwise: FieldProblem) -> Option<FieldProblem> {
    if !value.contains(char::is_alphanumeric) {
        Some(FieldProblem::Missing)
    } else if value.chars().count() > limit {
        Some(FieldProblem::TooLong)
    } else if !valid(value) {
        Some(otherwise)
    } else {
        None
    }
}

fn known(value: &str, is_known: bool) -> Option<FieldProblem> {
    if value.is_empty() { Some(FieldProblem::Missing) } else { (!is_known).then_some(FieldProblem::Unknown) }
}

/// Unified ideographs with extensions A–H, the compatibility block and 〇 (Unicode 16, chapter 18.1).
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

fn is_han_name(value: &str) -> bool {
    value.chars().filter(|c| is_han(*c)).count() >= 2
        && value.chars().all(|c| is_han(c) || c == '·')
        && !value.starts_with('·')
        && !value.ends_with('·')
}

/// Basic Latin letters, Latin-1, Latin Extended A, B and Additional, with what names put between them.
pub fn is_latin_name(value: &str) -> bool {
    let letter = |c: char| {
        c.is_ascii_alphabetic() || (c.is_alphabetic() && matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'))
    };
    value.chars().filter(|c| letter(*c)).count() >= 2
        && value.chars().all(|c| letter(c) || matches!(c, ' ' | '-' | '\'' | '’' | '.' | '·'))
}

fn is_licence_number(value: &str) -> bool {
    value.len() == 15 && value.bytes().all(|b| b.is_ascii_digit())
}

/// One `@`, a dotted domain and no white space: whether it is an address is settled by the code sent to it.
pub fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    !local.is_empty()
        && local.len() <= 64
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// Seven to fifteen digits (ITU-T E.164) in groups with the usual separators, an area code in parentheses, an international
/// prefix and an extension (`ext. 6217`, `转6217`).
pub fn is_phone(value: &str) -> bool {
    let at = ["转", "分机", "ext", "x", "#"].iter().filter_map(|mark| value.find(mark)).min();
    let (number, extension) = value.split_at(at.unwrap_or(value.len()));
    let extension = extension.trim_start_matches(|c: char| !c.is_ascii_digit());
    let is_extension = (1..=6).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_digit());
    if at.is_some() && !is_extension {
        return false;
    }
    let number = number.trim_end();
    let number = number.strip_prefix('+').unwrap_or(number);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (7..=15).contains(&digits) && is_grouped(number)
}

/// Groups of digits, each apart from the next by one separator, some in parentheses.
fn is_grouped(number: &str) -> bool {
    // Before the first group, in one, in one within parentheses, behind parentheses, behind a separator.
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Digit,
        Open,
        Inside,
        Closed,
        Between,
    }
    let mut at = At::Start;
    for c in number.chars() {
        at = match (at, c) {
            (At::Open | At::Inside, '0'..='9') => At::Inside,
            (_, '0'..='9') => At::Digit,
            (At::Start | At::Digit | At::Between, '(') => At::Open,
            (At::Inside, ')') => At::Closed,
            (At::Inside, ' ' | '-') => At::Open,
            (At::Digit | At::Closed, ' ' | '-' | '/' | '.') => At::Between,
            _ => return false,
        };
    }
    at == At::Digit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lin() -> ApplicationForm {
        ApplicationForm {
            han_name: "林嘉宁".into(),
            latin_name: "Lin Jianing".into(),
            title: "attending".into(),
            licence_number: "990420000083517".into(),
            work_email: "lin.jianing@jzfy.example".into(),
            work_phone: "0591-555-0120".into(),
            workplace: Workplace::Listed {
                organization_id: "jzfy".into(), name: "江州大学附属第一医院".into()
            },
            department: "03.04".into(),
        }
    }

    fn problem(change: impl FnOnce(&mut ApplicationForm)) -> Vec<(Field, FieldProblem)> {
        let mut form = lin();
        change(&mut form);
        form.normalized().problems().into_iter().map(|p| (p.field, p.problem)).collect()
    }

    #[test]
    fn a_whole_form_has_no_problem() {
        assert_eq!(lin().normalized().problems(), vec![]);
    }

    #[test]
    fn an_empty_form_names_every_required_field_once() {
        let fields: Vec<_> = ApplicationForm::default().problems().into_iter().map(|p| (p.field, p.problem)).collect();
        use Field::*;
        let required = [LatinName, Title, LicenceNumber, WorkEmail, WorkPhone, Hospital, City, Department];
        assert_eq!(fields, required.map(|f| (f, FieldProblem::Missing)).to_vec());
    }

    #[test]
    fn a_doctor_without_a_han_name_can_apply() {
        assert_eq!(
            problem(|f| {
                f.han_name.clear();
                f.latin_name = "Zoë O’Brien-Müller".into()
            }),
            vec![]
        );
    }

    #[test]
    fn a_latin_name_is_the_same_however_its_accents_and_apostrophes_were_typed() {
        for typed in
            ["Zoe\u{308} O‘Brien-Mu\u{308}ller", "Zoë O’Brien-Müller", "Zoë OʼBrien-Müller", "Ｚoë O'Brien-Müller"]
        {
            let form = ApplicationForm { latin_name: typed.into(), ..lin() }.normalized();
            assert_eq!(form.latin_name, "Zoë O'Brien-Müller", "{typed}");
            assert_eq!(form.problems(), vec![], "{typed}");
        }
    }

    #[test]
    fn names_keep_to_their_script() {
        assert_eq!(problem(|f| f.han_name = "Lin".into()), vec![(Field::HanName, FieldProblem::NotHan)]);
        assert_eq!(problem(|f| f.latin_name = "林嘉宁".into()), vec![(Field::LatinName, FieldProblem::NotLatin)]);
        assert_eq!(problem(|f| f.han_name = "古丽娜尔・艾合买提".into()), vec![]);
        assert_eq!(problem(|f| f.han_name = "林".repeat(61)), vec![(Field::HanName, FieldProblem::TooLong)]);
    }

    #[test]
    fn what_cannot_be_seen_is_no_part_of_a_name() {
        let unlisted = |name: &str, city: &str| Workplace::Unlisted { name: name.into(), city: city.into() };
        let missing = vec![(Field::Hospital, FieldProblem::Missing), (Field::City, FieldProblem::Missing)];
        for nothing in ["", " ", "\u{200b}\u{200d}", "\u{202e}", "\u{3164}", "--", "\u{7}"] {
            assert_eq!(problem(|f| f.workplace = unlisted(nothing, nothing)), missing, "{nothing:?}");
        }
        // Turned round it would read as the hospital that there is.
        let mut form = lin();
        form.workplace = unlisted("\u{202e}院医一第", "安\u{200b}明");
        assert_eq!(form.normalized().workplace, unlisted("院医一第", "安明"));
    }

    #[test]
    fn licence_numbers_are_fifteen_digits_however_typed() {
        assert_eq!(problem(|f| f.licence_number = "９９０４ 2000-0083517".into()), vec![]);
        for bad in ["99042000008351", "9904200000835170", "99042000008351X"] {
            assert_eq!(
                problem(|f| f.licence_number = bad.into()),
                vec![(Field::LicenceNumber, FieldProblem::NotALicenceNumber)],
                "{bad}"
            );
        }
    }

    #[test]
    fn addresses_without_a_domain_are_refused() {
        for bad in
            ["lin", "lin@", "@jzfy.example", "lin@jzfy", "lin jianing@jzfy.example", "lin@-jzfy.example", "a..b@x.cn"]
        {
            assert_eq!(
                problem(|f| f.work_email = bad.into()),
                vec![(Field::WorkEmail, FieldProblem::NotAnEmail)],
                "{bad}"
            );
        }
        assert_eq!(lin().normalized().work_email, "lin.jianing@jzfy.example");
    }

    #[test]
    fn phones_take_extensions_and_prefixes() {
        for good in [
            "0599-555-0148 ext. 6217",
            "+86 591 555 0120",
            "+86 (0) 591 555 0120",
            "(0591) 5550120",
            "0591-5550120转6217",
            "0591-5550120 x6217",
            "0591.555.0120",
            "0591——555—0120",
            "（0591）5550120",
            "0591(555)0120",
            "13900000000",
        ] {
            assert_eq!(problem(|f| f.work_phone = good.into()), vec![], "{good}");
        }
        for bad in [
            "12345",
            "call me",
            "0591-555-0120+1",
            "5555555555555555",
            "0591- -5550120",
            "(0591 5550120",
            "0591) 5550120",
            "5550120-",
            "-5550120",
            "()5550120",
            "x5550120",
            "0591-5550120转",
            "0591-5550120 ext. 6217 ext. 6218",
            "+ 86 591 555 0120",
            "././.5550120",
        ] {
            assert_eq!(
                problem(|f| f.work_phone = bad.into()),
                vec![(Field::WorkPhone, FieldProblem::NotAPhoneNumber)],
                "{bad}"
            );
        }
    }

    #[test]
    fn codes_must_be_known() {
        assert_eq!(problem(|f| f.title = "wizard".into()), vec![(Field::Title, FieldProblem::Unknown)]);
        assert_eq!(problem(|f| f.department = "99".into()), vec![(Field::Department, FieldProblem::Unknown)]);
    }
}
