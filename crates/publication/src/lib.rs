//! The published directory: files of FHIR NDJSON that anybody may keep and pass on, and how a reader knows that they
//! are the registry's, whole and in force.
//!
//! Each listed resource has a [`Leaf`], a hash of what the registry vouches for. All leaves together have a root
//! ([`Tree`]), which a [`Checkpoint`] holds with its version, its expiry and the hashes of the files. The checkpoint is
//! signed as a [`note`]. `docs/directory-api.md` describes the format.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod checkpoint;
pub mod entry;
pub mod file;
pub mod manifest;
pub mod note;
pub mod succession;
mod tree;

pub use checkpoint::{Checkpoint, PublishedFile};
pub use entry::Leaf;
pub use manifest::Manifest;
pub use note::{SigningKey, VerifyingKey};
pub use tree::{BUCKETS, Hash, Tree};
