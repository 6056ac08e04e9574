//! Conversations over the SDK's room list, timelines and send queue.

mod content;
mod conversations;
mod people;
mod timeline;

pub(crate) use conversations::{peer, room, updates as conversations};
pub(crate) use people::person;
pub(crate) use timeline::updates as timeline;
