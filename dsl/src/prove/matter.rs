//! Which fields matter to some guards: what they read, and what effects set that by.

use crate::model::{Procedure, Script};

/// Returns for each field whether one of some guards reads it, or one of some effects sets by it what matters.
pub(crate) fn matters<'s>(
    procedure: &Procedure<'_>,
    guards: impl Iterator<Item = &'s Script<'s>>,
    effects: impl Iterator<Item = &'s Script<'s>>,
) -> Vec<bool> {
    let named: Vec<(Vec<usize>, Vec<usize>)> =
        effects.map(|effect| (fields(procedure, effect, true), fields(procedure, effect, false))).collect();
    let mut matters = vec![false; procedure.syntax.data.len()];
    let mut open: Vec<usize> = guards.flat_map(|guard| fields(procedure, guard, false)).collect();
    while let Some(field) = open.pop() {
        let Some(known) = matters.get_mut(field).filter(|known| !**known) else { continue };
        *known = true;
        open.extend(named.iter().filter(|(set, _)| set.contains(&field)).flat_map(|(_, named)| named));
    }
    matters
}

/// Returns the fields that a script names, or those that it sets: all of them, where it names the data as a whole.
fn fields(procedure: &Procedure<'_>, script: &Script<'_>, set: bool) -> Vec<usize> {
    let paths = script.reading.as_ref().map_or(&[][..], |reading| &reading.paths);
    let of_data = paths.iter().filter(|used| used.path.first().is_some_and(|root| root == "data"));
    let wanted = of_data.filter(|used| !set || used.assigned || used.path.len() < 2);
    let fields = wanted.flat_map(|used| match used.path.get(1) {
        Some(name) => procedure.fields.get(name).into_iter().collect(),
        None => (0..procedure.syntax.data.len()).collect::<Vec<_>>(),
    });
    fields.collect()
}
