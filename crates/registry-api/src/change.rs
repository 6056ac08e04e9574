//! Applications of colleagues who have joined, about what was verified in their own entry.

use crate::application::ApplicationView;
use crate::form::{ApplicationForm, Field, FieldProblem, FormProblem, Workplace};
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

    /// What the entry would be that is `current` now.
    #[must_use]
    pub fn applied_to(self, current: ApplicationForm) -> ApplicationForm {
        match self {
            Self::Transfer { workplace, department, title, work_phone, work_email } => {
                ApplicationForm { workplace, department, title, work_phone, work_email, ..current }
            }
            Self::Title { title, department } => ApplicationForm { title, department, ..current },
            Self::Renewal => current,
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

impl ChangeForm {
    /// The licence number, if it is stated.
    pub fn stated_licence(&self) -> Option<&str> {
        self.licence_number.as_deref().filter(|number| !number.trim().is_empty())
    }

    /// The form that states all that the entry would be, normalized; `current` is what it is.
    pub fn stated(&self, current: &ApplicationForm) -> ApplicationForm {
        let licence_number = self.stated_licence().map_or_else(|| current.licence_number.clone(), str::to_owned);
        ApplicationForm { licence_number, ..self.change.clone().applied_to(current.clone()) }.normalized()
    }

    /// Every problem of what is stated here, in the order of the fields. `current` is the entry as it is, `licence_known`
    /// whether the registry has the licence number. A name cannot be stated: what is odd about one is not for the colleague
    /// to correct.
    pub fn problems(&self, current: &ApplicationForm, licence_known: bool) -> Vec<FormProblem> {
        let kind = self.change.kind();
        let needed = |field: Field| match field {
            Field::LicenceNumber => self.stated_licence().is_some() || !licence_known,
            Field::Title | Field::Department => true,
            _ => kind.changes().contains(&field),
        };
        let wanted = self.stated(current);
        let mut problems = wanted.problems();
        problems.retain(|found| needed(found.field));
        if problems.is_empty() {
            let unchanged = unchanged(kind, current, &wanted);
            problems.extend(unchanged.map(|field| FormProblem { field, problem: FieldProblem::Unchanged }));
        }
        problems
    }
}

/// The field that would have to be another one for there to be anything to decide. Whether a hospital that is entered by
/// hand is one that is listed, the registry alone can tell.
fn unchanged(kind: ApplicationKind, current: &ApplicationForm, wanted: &ApplicationForm) -> Option<Field> {
    let same = match kind {
        ApplicationKind::Registration | ApplicationKind::Renewal => return None,
        ApplicationKind::Title => current.title == wanted.title && current.department == wanted.department,
        ApplicationKind::Transfer => match (&current.workplace, &wanted.workplace) {
            (Workplace::Listed { organization_id: current, .. }, Workplace::Listed { organization_id: wanted, .. }) => {
                current == wanted
            }
            _ => false,
        },
    };
    same.then_some(if kind == ApplicationKind::Title { Field::Title } else { Field::Hospital })
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

impl OwnApplications {
    /// The entry as it is, as far as it can be stated.
    pub fn current(&self) -> ApplicationForm {
        self.current.clone().applied_to(ApplicationForm::default())
    }

    /// The one that may still be changed.
    pub fn open(&self) -> Option<&ApplicationView> {
        self.applications.iter().find(|application| application.status.is_open())
    }

    /// Whether the registry has the licence number: of the entry, or stated with the application that is open.
    pub fn knows_licence(&self) -> bool {
        self.licence_ending.is_some() || self.open().is_some()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn current() -> ApplicationForm {
        ApplicationForm {
            title: "attending".into(),
            department: "03.04".into(),
            work_phone: "0591-555-0120".into(),
            work_email: "lin@jzfy.example".into(),
            workplace: Workplace::Listed {
                organization_id: "jzfy".into(), name: "江州大学附属第一医院".into()
            },
            ..ApplicationForm::default()
        }
    }

    fn found(change: Change, licence_number: Option<&str>, licence_known: bool) -> Vec<(Field, FieldProblem)> {
        let form = ChangeForm { change, licence_number: licence_number.map(str::to_owned) };
        form.problems(&current(), licence_known).into_iter().map(|found| (found.field, found.problem)).collect()
    }

    fn title(title: &str, department: &str) -> Change {
        Change::Title { title: title.into(), department: department.into() }
    }

    #[test]
    fn what_a_kind_cannot_change_is_not_asked_for() {
        assert_eq!(found(Change::Renewal, None, true), []);
        assert_eq!(found(title("associate_chief", "03.04"), None, true), []);
        assert_eq!(found(title("attending", "03.03"), None, true), []);
        let moved = Change::Transfer {
            workplace: Workplace::Unlisted { name: "闽江国际医院".into(), city: String::new() },
            department: String::new(),
            title: "wizard".into(),
            work_phone: "call me".into(),
            work_email: "lin@minjiang.example".into(),
        };
        use FieldProblem::*;
        assert_eq!(
            found(moved, None, true),
            [
                (Field::Title, Unknown),
                (Field::WorkPhone, NotAPhoneNumber),
                (Field::City, Missing),
                (Field::Department, Missing),
            ]
        );
    }

    #[test]
    fn the_licence_number_is_required_of_who_never_gave_one_and_checked_if_it_is_given() {
        let missing = (Field::LicenceNumber, FieldProblem::Missing);
        assert_eq!(found(Change::Renewal, None, false), [missing]);
        assert_eq!(found(Change::Renewal, Some("  "), false), [missing]);
        assert_eq!(found(Change::Renewal, Some(" "), true), []);
        assert_eq!(found(Change::Renewal, Some("９９０４ 2000-0083517"), false), []);
        assert_eq!(found(Change::Renewal, Some("12"), true), [(Field::LicenceNumber, FieldProblem::NotALicenceNumber)]);
    }

    #[test]
    fn there_has_to_be_something_to_decide() {
        assert_eq!(found(title("attending", "03.04"), None, true), [(Field::Title, FieldProblem::Unchanged)]);
        let ApplicationForm { workplace, work_phone, work_email, .. } = current();
        let stays =
            Change::Transfer { workplace, department: "03.03".into(), title: "chief".into(), work_phone, work_email };
        assert_eq!(found(stays, None, true), [(Field::Hospital, FieldProblem::Unchanged)]);
    }
}
