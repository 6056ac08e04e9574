//! Lists that stay current: one reset with the items, then batches of operations.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One change of a list; mirrors `eyeball_im::VectorDiff`. Indices refer to the list as the earlier operations left it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum ListOp<T> {
    Append { items: Vec<T> },
    Clear,
    PushFront { item: T },
    PushBack { item: T },
    PopFront,
    PopBack,
    Insert { index: u32, item: T },
    Set { index: u32, item: T },
    Remove { index: u32 },
    Truncate { length: u32 },
    Reset { items: Vec<T> },
}

/// A message about a list: the first is always a reset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ListUpdate<T> {
    Reset { items: Vec<T> },
    Batch { ops: Vec<ListOp<T>> },
}
