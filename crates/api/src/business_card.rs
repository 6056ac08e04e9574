//! One's own card as a QR code, and taking a colleague's.

use crate::directory::Contact;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A QR code (ISO/IEC 18004), without the four light modules that must be around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QrCode {
    /// Rows from the top, as long as there are rows; a dark module is `1`, a light one `0`.
    pub rows: Vec<String>,
}

/// What a doctor hands to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BusinessCard {
    /// FHIR Practitioner id of the doctor's own entry.
    pub practitioner_id: String,
    /// Proposed name of a file with it, without its extension.
    pub file_name: String,
    /// A vCard of version 4.0 (RFC 6350), short enough for a code that telephones read.
    pub vcard: String,
    pub qr: QrCode,
    /// The contacts that are in it: those that everyone verified sees.
    pub contacts: Vec<Contact>,
}

/// A vCard, a Matrix link or an account, at most 256 KiB.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct PastedText {
    pub text: String,
}

impl std::fmt::Debug for PastedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PastedText({} bytes)", self.text.len())
    }
}

/// A picture in PNG, JPEG or WebP that the UI handed over.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UploadRef {
    pub upload_id: String,
}

/// Whom a card, a link or an account names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Recognition {
    /// Somebody in the directory.
    Colleague { practitioner_id: String },
    /// Nobody in the directory has it. What the card claims is not verified; either may be empty.
    Unlisted { name: String, user_id: String },
    /// It names nobody.
    Nobody,
    /// The picture has no QR code that can be read.
    NoCode,
}
