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

impl<T> ListUpdate<T> {
    /// Applies the update to a copy of the list. An index outside the list changes nothing.
    pub fn apply(self, list: &mut Vec<T>) {
        match self {
            Self::Reset { items } => *list = items,
            Self::Batch { ops } => ops.into_iter().for_each(|op| op.apply(list)),
        }
    }
}

impl<T> ListOp<T> {
    /// Applies the operation to a copy of the list. An index outside the list changes nothing.
    pub fn apply(self, list: &mut Vec<T>) {
        match self {
            Self::Append { items } => list.extend(items),
            Self::Clear => list.clear(),
            Self::PushFront { item } => list.insert(0, item),
            Self::PushBack { item } => list.push(item),
            Self::PopFront if !list.is_empty() => drop(list.remove(0)),
            Self::PopFront => {}
            Self::PopBack => drop(list.pop()),
            Self::Insert { index, item } if index as usize <= list.len() => list.insert(index as usize, item),
            Self::Insert { .. } => {}
            Self::Set { index, item } => {
                if let Some(place) = list.get_mut(index as usize) {
                    *place = item;
                }
            }
            Self::Remove { index } if (index as usize) < list.len() => drop(list.remove(index as usize)),
            Self::Remove { .. } => {}
            Self::Truncate { length } => list.truncate(length as usize),
            Self::Reset { items } => *list = items,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ListOp, ListUpdate};

    #[test]
    fn operations_refer_to_the_list_as_the_earlier_ones_left_it() {
        let mut list = Vec::new();
        ListUpdate::Reset { items: vec!["b", "d"] }.apply(&mut list);
        let ops = vec![
            ListOp::Insert { index: 1, item: "c" },
            ListOp::PushFront { item: "a" },
            ListOp::Append { items: vec!["e", "f"] },
            ListOp::PopBack,
            ListOp::Set { index: 3, item: "D" },
            ListOp::Remove { index: 0 },
            ListOp::Remove { index: 9 },
        ];
        ListUpdate::Batch { ops }.apply(&mut list);
        assert_eq!(list, ["b", "c", "D", "e"]);
        ListUpdate::Batch { ops: vec![ListOp::Truncate { length: 2 }, ListOp::PopFront] }.apply(&mut list);
        assert_eq!(list, ["c"]);
    }
}
