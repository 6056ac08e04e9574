//! Whether a new password is hard enough to guess.

use consilium_api::password::{PASSWORD_MIN, PasswordStrength};
use consilium_api::{Error, ErrorCode, Result};
use zxcvbn::{Score, zxcvbn};

/// How hard `password` is to guess for somebody who knows `personal`: names, e-mail, hospital. Estimated from the guesses
/// it takes (zxcvbn: lists of common passwords, names and words, keyboard rows, dates, repetitions), and from those that
/// what is nobody's knowledge takes by itself.
pub(crate) fn strength(password: &str, personal: &[String]) -> PasswordStrength {
    if password.chars().count() < PASSWORD_MIN {
        return PasswordStrength::TooShort;
    }
    let known = known(personal);
    let estimated = |text: &str| zxcvbn(text, &known.iter().map(String::as_str).collect::<Vec<_>>()).score();
    match estimated(password).min(estimated(&without(password, &known))) {
        Score::Two => PasswordStrength::Fair,
        Score::Three => PasswordStrength::Good,
        Score::Four => PasswordStrength::Strong,
        _ => PasswordStrength::Weak,
    }
}

/// `password_too_short` and `password_too_weak` (NIST SP 800-63B-4, 3.1.1.2: a minimum length and a blocklist, no rules
/// about kinds of characters).
pub(crate) fn check(password: &str, personal: &[String]) -> Result<()> {
    match strength(password, personal) {
        PasswordStrength::TooShort => Err(Error::new(ErrorCode::PasswordTooShort, "the password is too short")),
        PasswordStrength::Weak => Err(Error::new(ErrorCode::PasswordTooWeak, "the password is easy to guess")),
        _ => Ok(()),
    }
}

/// Whole texts and their parts in small letters, the longest first: `jianing` of `lin.jianing@jzfy.example`. A letter or
/// two of them are in any password.
fn known(personal: &[String]) -> Vec<String> {
    let parts = personal.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let whole = personal.iter().map(String::as_str);
    let mut known: Vec<String> = whole.chain(parts).map(str::to_lowercase).filter(|text| text.len() > 2).collect();
    known.sort_by_key(|text| std::cmp::Reverse(text.len()));
    known
}

fn without(password: &str, known: &[String]) -> String {
    known.iter().fold(password.to_lowercase(), |rest, text| rest.replace(text.as_str(), ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_lin(password: &str) -> PasswordStrength {
        let personal = ["林嘉宁", "Lin Jianing", "lin.jianing@jzfy.example", "江州大学附属第一医院"];
        strength(password, &personal.map(String::from))
    }

    #[test]
    fn a_short_password_is_too_short_however_odd() {
        assert_eq!(of_lin("Tr0ub4dor&3"), PasswordStrength::TooShort);
        assert_eq!(of_lin(&"漢".repeat(11)), PasswordStrength::TooShort);
        assert_eq!(of_lin("床前明月光疑是地上霜举头"), PasswordStrength::Strong, "characters are counted, not bytes");
    }

    #[test]
    fn what_people_take_who_are_made_to_choose_is_weak() {
        for password in ["aaaaaaaaaaaaaaaa", "123456789012", "abababababab", "passwordpassword", "1q2w3e4r5t6y"] {
            assert_eq!(of_lin(password), PasswordStrength::Weak, "{password}");
            assert_eq!(check(password, &[]).unwrap_err().code, ErrorCode::PasswordTooWeak, "{password}");
        }
    }

    #[test]
    fn what_a_colleague_knows_is_weak() {
        assert_eq!(of_lin("lin.jianing@jzfy"), PasswordStrength::Weak);
        assert_eq!(of_lin("江州大学附属第一医院"), PasswordStrength::TooShort);
        assert_eq!(of_lin("江州大学附属第一医院2026"), PasswordStrength::Weak);
        assert!(strength("江州大学附属第一医院2026", &[]) > PasswordStrength::Weak);
        assert_eq!(of_lin("Jianing teapot gravel"), PasswordStrength::Strong, "with more that is nobody's knowledge");
    }

    #[test]
    fn unrelated_words_and_chance_are_strong() {
        for password in ["teapot gravel monsoon", "v8#kQ2!mZr7p", "a long password of lin"] {
            assert!(of_lin(password) >= PasswordStrength::Good, "{password}");
            assert!(check(password, &[]).is_ok(), "{password}");
        }
    }
}
