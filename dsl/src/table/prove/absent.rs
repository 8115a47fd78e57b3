//! What no row is for where something is absent: a caller whose arguments may be absent has to know.

use super::{Boxes, Endless, Set};

/// As many columns as a table may have; their sets are gone through one by one.
const MOST_OPTIONAL: usize = 16;

/// Columns that may not be absent together, with an input that no row is for.
pub(super) type Lacking = (Vec<usize>, Vec<u32>);

impl Boxes {
    /// Returns the columns that may not be absent together, each time with an input; the fewest first, and none that has
    /// others of these in it. `present` is what the columns are for where nothing is absent.
    pub(super) fn holes_of_absent(&mut self, present: &[Set]) -> Result<Vec<Lacking>, Endless> {
        let both = present.iter().zip(&self.whole).enumerate();
        let optional: Vec<usize> = both.filter(|(_, (present, whole))| present != whole).map(|(at, _)| at).collect();
        if optional.len() > MOST_OPTIONAL {
            return Err(Endless);
        }
        let mut sets: Vec<u32> = (1..1_u32 << optional.len()).collect();
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
