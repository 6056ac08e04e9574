//! The Merkle tree over all leaves.
//!
//! A leaf's first two bytes are the number of its bucket, so the tree depends on the set of leaves alone, not on the
//! order in which they came. SHA-256 of a zero byte and the bucket's leaves in ascending order is the bucket's hash;
//! of a one byte and two hashes, that of the node over them (as RFC 6962 tells leaves from nodes).

use crate::entry::Leaf;
use sha2::{Digest as _, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// Buckets of a tree: with a million colleagues a bucket has about thirty leaves.
pub const BUCKETS: usize = 1 << 16;

/// The buckets' hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct Tree {
    buckets: Vec<Hash>,
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tree({})", hex::encode(self.root()))
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self { buckets: vec![Self::bucket(&[]); BUCKETS] }
    }
}

impl Tree {
    /// Of leaves in any order.
    pub fn of(leaves: impl IntoIterator<Item = Leaf>) -> Self {
        let mut leaves: Vec<Leaf> = leaves.into_iter().collect();
        leaves.sort_unstable();
        let mut tree = Self::default();
        for bucket in leaves.chunk_by(|a, b| a.bucket() == b.bucket()) {
            let joined: Vec<u8> = bucket.iter().flat_map(|leaf| *leaf.bytes()).collect();
            tree.buckets[usize::from(bucket[0].bucket())] = Self::bucket(&joined);
        }
        tree
    }

    /// Hash of a bucket; its leaves one after the other, in ascending order.
    pub fn bucket(leaves: &[u8]) -> Hash {
        Sha256::new().chain_update([0]).chain_update(leaves).finalize().into()
    }

    pub fn set(&mut self, bucket: u16, hash: Hash) {
        self.buckets[usize::from(bucket)] = hash;
    }

    pub fn get(&self, bucket: u16) -> &Hash {
        &self.buckets[usize::from(bucket)]
    }

    pub fn root(&self) -> Hash {
        let node = |left: &Hash, right: &Hash| -> Hash {
            Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
        };
        // Most of a small directory is empty; what is over nothing is the same everywhere on its level.
        let mut empty = Self::bucket(&[]);
        let mut level: Vec<Hash> = self.buckets.clone();
        while level.len() > 1 {
            let over_empty = node(&empty, &empty);
            level = level
                .chunks_exact(2)
                .map(|pair| if pair[0] == empty && pair[1] == empty { over_empty } else { node(&pair[0], &pair[1]) })
                .collect();
            empty = over_empty;
        }
        level[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(n: u32) -> Leaf {
        Leaf::from_slice(&Sha256::digest(n.to_le_bytes())[..Leaf::SIZE]).unwrap()
    }

    #[test]
    fn the_root_is_of_the_set_of_leaves() {
        for size in [0, 1, 2, 3, 500] {
            let root = Tree::of((0..size).map(leaf)).root();
            assert_eq!(Tree::of((0..size).rev().map(leaf)).root(), root);
            assert_ne!(Tree::of((0..=size).map(leaf)).root(), root);
            assert_ne!(Tree::of((1..=size).map(leaf)).root(), Tree::of((0..=size).map(leaf)).root());
        }
    }

    #[test]
    fn a_bucket_may_be_set_by_itself() {
        let leaves: Vec<Leaf> = [[7; 16], [8; 16]].iter().map(|b| Leaf::from_slice(b).unwrap()).collect();
        let mut tree = Tree::of([leaves[0]]);
        tree.set(leaves[1].bucket(), Tree::bucket(leaves[1].bytes()));
        assert_eq!(tree.root(), Tree::of(leaves).root());
    }
}
