//! Applications of colleagues who have joined, about what was verified in their own entry.

use crate::application::ApplicationView;
use crate::form::{Field, Workplace};
use serde::{Deserialize, Serialize};

/// What an application is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// An account and an entry of one's own.
    #[default]
    Registration,
    /// Work at another hospital.
    Transfer,
    /// Another title or department at the same hospital.
    Title,
    /// The verification again, before or after it has run out.
    Renewal,
}

impl ApplicationKind {
    /// The fields of an entry that it changes.
    pub fn changes(self) -> &'static [Field] {
        match self {
            Self::Registration | Self::Renewal => &[],
            Self::Title => &[Field::Title, Field::Department],
            Self::Transfer => {
                &[Field::Title, Field::WorkEmail, Field::WorkPhone, Field::Hospital, Field::City, Field::Department]
            }
        }
    }
}

/// What is to become of the entry. What a kind of application cannot change is not asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    Transfer {
        workplace: Workplace,
        /// Code of [`crate::terminology::DEPARTMENTS`].
        department: String,
        /// Code of [`crate::terminology::TITLES`].
        title: String,
        work_phone: String,
        /// Another one than the account has is confirmed by a code.
        work_email: String,
    },
    Title {
        title: String,
        department: String,
    },
    Renewal,
}

impl Change {
    pub fn kind(&self) -> ApplicationKind {
        match self {
            Self::Transfer { .. } => ApplicationKind::Transfer,
            Self::Title { .. } => ApplicationKind::Title,
            Self::Renewal => ApplicationKind::Renewal,
        }
    }
}

/// An application about one's own entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangeForm {
    pub change: Change,
    /// 15 digits; none if it is the one that the registry has. Required of who never gave one.
    #[serde(default)]
    pub licence_number: Option<String>,
}

/// One's own applications, and what they would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OwnApplications {
    /// The entry as it is verified, as a transfer would state it.
    pub current: Change,
    /// Last four digits of the licence number; none if the registry has none.
    pub licence_ending: Option<String>,
    /// Day through which the verification counts, `YYYY-MM-DD`; none if it never was verified by an application.
    pub valid_until: Option<String>,
    /// Those about the entry, the latest first. Of these at most one is open.
    pub applications: Vec<ApplicationView>,
}

/// What an application changes in an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntryChange {
    pub field: Field,
    /// Codes of titles and departments, names of hospitals, and texts.
    pub before: String,
    pub after: String,
}
