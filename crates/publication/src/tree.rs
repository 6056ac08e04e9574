//! The Merkle trees: one over the leaves of each part, and the root over the parts.
//!
//! A leaf's first bits are the number of its bucket, so a tree depends on the set of leaves alone, not on the order in
//! which they came. SHA-256 of a zero byte and the bucket's leaves in ascending order is the bucket's hash; of a one byte
//! and two hashes, that of the node over them (as RFC 6962 tells leaves from nodes). Of a two byte and what is said of each
//! part it is the root of the whole.

use crate::entry::Leaf;
use crate::part::Part;
use sha2::{Digest as _, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// Leaves that a bucket has on average, at most; above half as many unless the part is small or very large.
const FULL: u64 = 64;
/// Most buckets of a tree.
const MOST_BUCKETS: u64 = 1 << 16;

/// Buckets of a tree of so many leaves: a power of two.
pub fn buckets(size: u64) -> usize {
    size.div_ceil(FULL).clamp(1, MOST_BUCKETS).next_power_of_two() as usize
}

/// The buckets' hashes of a part.
#[derive(Clone, PartialEq, Eq)]
pub struct Tree {
    buckets: Vec<Hash>,
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tree({})", hex::encode(self.root()))
    }
}

impl Tree {
    /// One that is to have so many leaves, with nothing in its buckets.
    pub fn sized(size: u64) -> Self {
        Self { buckets: vec![Self::bucket(&[]); buckets(size)] }
    }

    /// Of leaves in any order.
    pub fn of(leaves: impl IntoIterator<Item = Leaf>) -> Self {
        let mut leaves: Vec<Leaf> = leaves.into_iter().collect();
        leaves.sort_unstable();
        let mut tree = Self::sized(leaves.len() as u64);
        let buckets = tree.len();
        for bucket in leaves.chunk_by(|a, b| a.bucket(buckets) == b.bucket(buckets)) {
            let joined: Vec<u8> = bucket.iter().flat_map(|leaf| *leaf.bytes()).collect();
            tree.set(bucket[0].bucket(buckets), Self::bucket(&joined));
        }
        tree
    }

    /// Hash of a bucket; its leaves one after the other, in ascending order.
    pub fn bucket(leaves: &[u8]) -> Hash {
        Sha256::new().chain_update([0]).chain_update(leaves).finalize().into()
    }

    /// How many buckets it has: at least one.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    pub fn len(&self) -> usize {
        self.buckets.len()
    }

    /// A bucket that it has not is passed over.
    pub fn set(&mut self, bucket: usize, hash: Hash) {
        if let Some(at) = self.buckets.get_mut(bucket) {
            *at = hash;
        }
    }

    pub fn get(&self, bucket: usize) -> Option<&Hash> {
        self.buckets.get(bucket)
    }

    pub fn root(&self) -> Hash {
        let node = |left: &Hash, right: &Hash| -> Hash {
            Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
        };
        let mut level: Vec<Hash> = self.buckets.clone();
        while level.len() > 1 {
            level = level.chunks_exact(2).map(|pair| node(&pair[0], &pair[1])).collect();
        }
        level[0]
    }
}

/// What is signed of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRoot {
    pub part: Part,
    /// Leaves in its tree.
    pub size: u64,
    pub root: Hash,
}

impl PartRoot {
    pub fn of(part: Part, leaves: Vec<Leaf>) -> Self {
        Self { part, size: leaves.len() as u64, root: Tree::of(leaves).root() }
    }
}

/// Leaves in all parts, and the root over them in their order.
pub fn over(parts: &[PartRoot]) -> (u64, Hash) {
    let mut hash = Sha256::new().chain_update([2]);
    for PartRoot { part, size, root } in parts {
        let name = part.to_string();
        hash.update(format!("{}:{name},{size},", name.len()));
        hash.update(root);
    }
    (parts.iter().map(|part| part.size).fold(0, u64::saturating_add), hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(n: u32) -> Leaf {
        Leaf::from_slice(&Sha256::digest(n.to_le_bytes())[..Leaf::SIZE]).unwrap()
    }

    #[test]
    fn the_root_is_of_the_set_of_leaves() {
        for size in [0, 1, 2, 3, 64, 65, 500] {
            let root = Tree::of((0..size).map(leaf)).root();
            assert_eq!(Tree::of((0..size).rev().map(leaf)).root(), root);
            assert_ne!(Tree::of((0..=size).map(leaf)).root(), root);
            assert_ne!(Tree::of((1..=size).map(leaf)).root(), Tree::of((0..=size).map(leaf)).root());
        }
    }

    #[test]
    fn a_bucket_may_be_set_by_itself() {
        let leaves: Vec<Leaf> = (0..1_000).map(leaf).collect();
        let whole = Tree::of(leaves.clone());
        let mut tree = Tree::sized(1_000);
        for bucket in 0..tree.len() {
            let mut own: Vec<Leaf> = leaves.iter().filter(|leaf| leaf.bucket(tree.len()) == bucket).copied().collect();
            own.sort_unstable();
            tree.set(bucket, Tree::bucket(&own.iter().flat_map(|leaf| *leaf.bytes()).collect::<Vec<_>>()));
        }
        assert_eq!(tree.root(), whole.root());
        assert_eq!(tree.get(tree.len()), None);
    }

    #[test]
    fn buckets_are_neither_many_nor_large() {
        assert_eq!([0, 1, 64, 65, 128, 129].map(buckets), [1, 1, 1, 2, 2, 4]);
        assert_eq!([1_000_000, 2_500_000, u64::MAX].map(buckets), [1 << 14, 1 << 16, 1 << 16]);
    }

    /// Nothing of a part can pass for something of another.
    #[test]
    fn the_root_of_the_whole_is_of_every_part() {
        let part = |name: &str, n: u32| PartRoot::of(Part::Province(name.into()), vec![leaf(n)]);
        let whole = [part("a", 1), part("b", 2)];
        assert_eq!(over(&whole).0, 2);
        for other in [[part("a", 2), part("b", 1)], [part("b", 2), part("a", 1)], [part("a", 1), part("c", 2)]] {
            assert_ne!(over(&other).1, over(&whole).1);
        }
        assert_ne!(over(&whole[..1]).1, over(&whole).1);
    }
}
