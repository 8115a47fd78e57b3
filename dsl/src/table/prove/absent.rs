//! What no row is for where something is absent: a caller whose arguments may be absent has to know.

use super::{Boxes, Endless, Set};

impl Boxes {
    /// Returns the columns that may not be absent together, each time with an input; the fewest first, and none that has
    /// others of these in it. `present` is what the columns are for where nothing is absent.
    pub(super) fn holes_of_absent(&mut self, present: &[Set]) -> Result<Vec<(Vec<usize>, Vec<u32>)>, Endless> {
        let both = present.iter().zip(&self.whole).enumerate();
        let optional: Vec<usize> = both.filter(|(_, (present, whole))| present != whole).map(|(at, _)| at).collect();
        // As many sets as there are; a table that has too many columns of this kind takes too many steps.
        let mut sets: Vec<u32> =
            (1..1_u32.checked_shl(u32::try_from(optional.len()).unwrap_or(32)).unwrap_or(1)).collect();
        sets.sort_by_key(|set| set.count_ones());
        let mut found: Vec<(u32, Vec<usize>, Vec<u32>)> = Vec::new();
        for set in sets {
            if found.iter().any(|(less, ..)| less & set == *less) {
                continue;
            }
            let columns: Vec<usize> =
                optional.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, column)| *column).collect();
            let mut within = present.to_vec();
            for column in &columns {
                if let (Some(area), Some(atom)) =
                    (within.get_mut(*column), self.whole.get(*column).and_then(|set| set.last()))
                {
                    *area = vec![(atom.1, atom.1)];
                }
            }
            if let Some(point) = self.hole(&within, (0..self.rows.len()).collect())? {
                found.push((set, columns, point));
            }
        }
        Ok(found.into_iter().map(|(_, columns, point)| (columns, point)).collect())
    }
}
