//! The published directory: files of FHIR NDJSON that anybody may keep and pass on, and how a reader knows that they
//! are the registry's, whole and in force.
//!
//! Each listed row has a [`Leaf`], a hash of what the registry vouches for. The leaves of each [`Part`] have a root
//! ([`Tree`]), and so have the parts together; a [`Checkpoint`] holds them with its version, its expiry and the hashes of
//! the files. The checkpoint is signed as a [`note`]. `docs/directory-api.md` describes the format.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod checkpoint;
pub mod entry;
pub mod file;
pub mod manifest;
pub mod note;
pub mod part;
pub mod succession;
mod tree;

pub use checkpoint::{Checkpoint, PublishedFile};
pub use entry::{Leaf, LeafKey};
pub use manifest::Manifest;
pub use note::{SigningKey, VerifyingKey};
pub use part::Part;
pub use tree::{Hash, PartRoot, Tree, buckets, over};
