//! What client and registry say to each other outside FHIR: applications, review, contacts and sessions.
//!
//! Pure types and rules, declared once for both sides. `docs/registry-api.md` describes the calls.

pub mod application;
pub mod contact;
pub mod form;
pub mod review;
pub mod session;
pub mod terminology;

pub use application::{
    ApplicationEvent, ApplicationEventKind, ApplicationStatus, ApplicationView, Binding, BindingRequest,
    EmailConfirmation, EvidenceKind, EvidenceView, RegistrationToken,
};
pub use contact::{
    Contact, ContactKind, ContactRequest, ContactRequestAnswer, ContactRequestState, ContactRequests, ContactsPage,
    EntryVersion, NewContactRequest, RoleContacts, Visibility,
};
pub use form::{ApplicationForm, Field, FieldProblem, FormProblem, Workplace};
pub use review::{
    AuditAction, AuditEntry, AuditPage, Decision, DecisionKind, DuplicateKind, PossibleDuplicate, ReasonCode,
    ReviewBox, ReviewCounts, ReviewDetail, ReviewItem, ReviewPage,
};
pub use session::{OpenIdToken, Role, ServerInfo, Session};
