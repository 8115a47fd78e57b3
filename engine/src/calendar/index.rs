//! A direct index into sorted numbers: the numbers before a point are counted without searching all of them.

/// Sorted numbers, and for each stretch of equal width how many numbers lie before it.
///
/// Where the numbers are evenly spread, as working time over working days is, a stretch holds one or two of them or
/// none. Where they are not, a stretch with many is searched by halving, so the count is exact for any numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Index {
    keys: Box<[i64]>,
    first: i64,
    /// Stretches are two to the power of this wide.
    shift: u32,
    /// One more than there are stretches: the last one counts all numbers.
    before: Box<[u32]>,
}

impl Index {
    /// The index of numbers that are sorted, and less than 2^63 apart, with at most so many stretches for each.
    pub(super) fn new(keys: Vec<i64>, stretches_each: usize) -> Self {
        let (Some(&first), Some(&last)) = (keys.first(), keys.last()) else { return Self::default() };
        let span = last.saturating_sub(first).cast_unsigned();
        let mut shift = 0;
        while span >> shift > (keys.len() * stretches_each) as u64 {
            shift += 1;
        }
        let mut before = Vec::new();
        let mut stretches = 0;
        for (count, key) in keys.iter().enumerate() {
            while stretches <= key.saturating_sub(first) >> shift {
                before.push(u32::try_from(count).unwrap_or(u32::MAX));
                stretches += 1;
            }
        }
        before.push(u32::try_from(keys.len()).unwrap_or(u32::MAX));
        Self { keys: keys.into(), first, shift, before: before.into() }
    }

    /// The number at a place.
    #[inline]
    pub(super) fn get(&self, place: usize) -> Option<i64> {
        self.keys.get(place).copied()
    }

    /// How many of the numbers are at most `key`.
    #[inline]
    pub(super) fn up_to(&self, key: i64) -> usize {
        if key < self.first {
            return 0;
        }
        let stretch = usize::try_from(key.saturating_sub(self.first) >> self.shift).unwrap_or(usize::MAX);
        let stretch = self.before.get(stretch..).and_then(|from| from.first_chunk::<2>());
        let Some([before, after]) = stretch.map(|ends| ends.map(|end| end as usize)) else { return self.keys.len() };
        let within = self.keys.get(before..after).unwrap_or_default();
        before + within.partition_point(|known| *known <= key)
    }
}

#[cfg(test)]
impl Index {
    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.keys) + size_of_val(&*self.before)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Index;

    fn keys() -> impl Strategy<Value = Vec<i64>> {
        let number =
            prop_oneof![-50..50_i64, -1_000_000..1_000_000_i64, Just(7), -400_000_000_000..400_000_000_000_i64];
        prop::collection::vec(number, 0..200)
    }

    proptest! {
        #[test]
        fn counts_as_a_walk_does(mut keys in keys(), near in any::<prop::sample::Index>(), by in -3..3_i64, far in any::<i64>(), each in 1..20_usize) {
            keys.sort_unstable();
            let index = Index::new(keys.clone(), each);
            let near = if keys.is_empty() { by } else { keys[near.index(keys.len())] + by };
            for key in [near, far, i64::MIN, i64::MAX] {
                prop_assert_eq!(index.up_to(key), keys.iter().filter(|known| **known <= key).count(), "{}", key);
            }
            prop_assert!(index.before.len() <= keys.len() * each + 2);
        }
    }
}
