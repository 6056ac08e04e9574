//! Conversations over the SDK's room list, timelines and send queue.

mod content;
mod conversations;
mod groups;
mod introduction;
mod people;
mod sending;
mod timeline;

pub(crate) use conversations::{peer, room, updates as conversations};
pub(crate) use groups::{changes as group_changes, shared_with as groups_shared_with};
pub(crate) use introduction::introduce;
pub(crate) use people::person;
pub(crate) use sending::{queue_text, sendable};
pub(crate) use timeline::updates as timeline;
