//! Conversations over the SDK's room list, timelines and send queue.

mod content;
mod conversations;
mod groups;
mod harmless;
mod introduction;
mod markdown;
mod markup;
mod messages;
mod people;
mod pins;
mod reactions;
mod sending;
mod timeline;
mod waiting;

pub(crate) use content::instant;
pub(crate) use conversations::{peer, room, updates as conversations};
pub(crate) use groups::{changes as group_changes, shared_with as groups_shared_with};
pub(crate) use harmless::harmless;
pub(crate) use introduction::introduce;
pub(crate) use messages::{discard, edit, react, readers, recall, retry, send};
pub(crate) use people::person;
pub(crate) use pins::{pin, updates as pins};
pub(crate) use timeline::updates as timeline;
