//! Choosing a password.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// Smallest accepted password length in characters (NIST SP 800-63B-4, 3.1.1.2, with a margin).
pub const PASSWORD_MIN: usize = 12;

/// A password that is being chosen. It stays on this machine.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct PasswordDraft {
    pub password: String,
    /// What a guesser knows about the person: names, e-mail, hospital.
    pub personal: Vec<String>,
}

impl fmt::Debug for PasswordDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordDraft(…)")
    }
}

/// How hard a password is to guess. The first two are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PasswordStrength {
    /// Fewer than [`PASSWORD_MIN`] characters.
    TooShort,
    Weak,
    Fair,
    Good,
    Strong,
}
