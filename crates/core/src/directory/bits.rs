//! Sets of colleagues: one bit for each slot. A million fit into 125 kB, and what searches do with them, joining,
//! cutting and counting, takes microseconds.

use std::ops::Range;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
    size: u32,
}

impl Bits {
    pub(super) fn none(size: u32) -> Self {
        Self { words: vec![0; size.div_ceil(64) as usize], size }
    }

    pub(super) fn all(size: u32) -> Self {
        let mut all = Self::none(size);
        all.insert_range(0..size);
        all
    }

    /// Those for whom `is_in` says so, asked in the order of slots.
    pub(super) fn of(flags: impl ExactSizeIterator<Item = bool>) -> Self {
        let size = flags.len() as u32;
        let mut flags = flags.fuse();
        let mut words = Vec::with_capacity(size.div_ceil(64) as usize);
        for _ in 0..size.div_ceil(64) {
            words.push(flags.by_ref().take(64).zip(0..).fold(0, |word, (flag, at)| word | u64::from(flag) << at));
        }
        Self { words, size }
    }

    /// Those whose value is meant.
    pub(super) fn matching<T>(values: &[T], is_meant: impl Fn(&T) -> bool) -> Self {
        let word = |values: &[T]| {
            let mut word = 0;
            for (at, value) in values.iter().enumerate() {
                word |= u64::from(is_meant(value)) << at;
            }
            word
        };
        Self { words: values.chunks(64).map(word).collect(), size: values.len() as u32 }
    }

    /// A slot beyond the size is passed over.
    pub(super) fn insert(&mut self, slot: u32) {
        if let Some(word) = self.words.get_mut((slot / 64) as usize) {
            *word |= 1 << (slot % 64);
        }
    }

    pub(super) fn insert_range(&mut self, slots: Range<u32>) {
        let end = slots.end.min(self.size);
        for (nth, word) in self.words.iter_mut().enumerate().skip((slots.start / 64) as usize) {
            let first = nth as u32 * 64;
            if first >= end {
                break;
            }
            let from = slots.start.saturating_sub(first).min(63);
            let ones = (end - first).min(64);
            let below = |bits: u32| if bits == 64 { u64::MAX } else { (1 << bits) - 1 };
            *word |= below(ones) & !below(from);
        }
    }

    pub(super) fn remove(&mut self, slot: u32) {
        if let Some(word) = self.words.get_mut((slot / 64) as usize) {
            *word &= !(1 << (slot % 64));
        }
    }

    pub(super) fn has(&self, slot: u32) -> bool {
        self.words.get((slot / 64) as usize).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    pub(super) fn keep(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    pub(super) fn take_away(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    pub(super) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Slots from the smallest on.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.words).flat_map(|(nth, word)| ones(nth, *word))
    }

    /// At most `limit` slots after the first `skip`, and how many were skipped.
    pub(super) fn page(&self, skip: u32, limit: u32) -> (Vec<u32>, u32) {
        let mut skipped = 0;
        let mut rest = (0..).zip(&self.words);
        for (nth, word) in rest.by_ref() {
            let here = word.count_ones();
            if skipped + here > skip {
                let slots = ones(nth, *word).skip((skip - skipped) as usize);
                let slots = slots.chain(rest.flat_map(|(nth, word)| ones(nth, *word)));
                return (slots.take(limit as usize).collect(), skip);
            }
            skipped += here;
        }
        (Vec::new(), skipped)
    }
}

fn ones(nth: u32, mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let at = word.trailing_zeros();
        word &= word - 1;
        Some(nth * 64 + at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(size: u32, slots: &[u32]) -> Bits {
        let mut bits = Bits::none(size);
        slots.iter().for_each(|slot| bits.insert(*slot));
        bits
    }

    #[test]
    fn sets_are_joined_cut_and_counted() {
        let (some, other) = (of(200, &[0, 63, 64, 150, 199]), of(200, &[63, 100, 199]));
        let with = |change: fn(&mut Bits, &Bits)| {
            let mut bits = some.clone();
            change(&mut bits, &other);
            bits.iter().collect::<Vec<_>>()
        };
        assert_eq!(with(Bits::join), [0, 63, 64, 100, 150, 199]);
        assert_eq!(with(Bits::keep), [63, 199]);
        assert_eq!(with(Bits::take_away), [0, 64, 150]);
        assert_eq!((some.count(), some.has(64), some.has(65), some.has(9999)), (5, true, false, false));
        assert!(Bits::none(200).is_empty() && !some.is_empty());
        assert_eq!(Bits::all(200).count(), 200);
        let values: Vec<u32> = (0..130).collect();
        assert_eq!(Bits::matching(&values, |n| n % 65 == 64).iter().collect::<Vec<_>>(), [64, 129]);
        assert_eq!(Bits::of((0..130).map(|n| n % 65 == 64)).iter().collect::<Vec<_>>(), [64, 129]);
    }

    #[test]
    fn a_range_has_exactly_its_slots() {
        for (from, to) in [(0, 0), (0, 1), (5, 5), (3, 64), (63, 65), (64, 128), (10, 190), (0, 300)] {
            let mut bits = Bits::none(200);
            bits.insert_range(from..to);
            assert!(bits.iter().eq(from..to.min(200)), "{from}..{to}");
        }
    }

    #[test]
    fn a_page_begins_after_what_was_skipped() {
        let slots: Vec<u32> = (0..500).filter(|n| n % 7 == 0).collect();
        let bits = of(500, &slots);
        for skip in [0, 1, 9, 10, 50, 71, 72, 1000] {
            for limit in [0, 1, 20, 100] {
                let (page, skipped) = bits.page(skip, limit);
                let rest = slots.get(skip as usize..).unwrap_or_default();
                assert!(page.iter().eq(rest.iter().take(limit as usize)), "{skip} {limit}");
                assert_eq!(skipped, skip.min(72));
            }
        }
    }
}
