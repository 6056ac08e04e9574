//! What client and registry say to each other outside FHIR: applications, review, contacts and sessions.
//!
//! Pure types and rules, declared once for both sides. `docs/registry-api.md` describes the calls.

pub mod application;
pub mod change;
pub mod contact;
pub mod entry;
pub mod form;
pub mod removal;
pub mod review;
pub mod session;
pub mod terminology;

pub use application::{
    ApplicationEvent, ApplicationEventKind, ApplicationStatus, ApplicationView, Binding, BindingRequest,
    EmailConfirmation, EvidenceKind, EvidenceView, RegistrationToken,
};
pub use change::{ApplicationKind, Change, ChangeForm, EntryChange, OwnApplications};
pub use contact::{
    Contact, ContactKind, ContactRequest, ContactRequestAnswer, ContactRequestState, ContactRequests, ContactsPage,
    EntryVersion, NewContactRequest, RoleContacts, Visibility,
};
pub use form::{ApplicationForm, Field, FieldProblem, FormProblem, Workplace};
pub use removal::{Merger, Removal, RemovalReason, RemovalRecord, ReviewEntry, ReviewedApplication};
pub use review::{
    AuditAction, AuditEntry, AuditPage, Decision, DecisionKind, DuplicateKind, ListedHospital, PossibleDuplicate,
    ReasonCode, ReviewBox, ReviewCounts, ReviewDetail, ReviewItem, ReviewPage,
};
pub use session::{OpenIdToken, Role, ServerInfo, Session};
