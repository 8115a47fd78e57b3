//! What bounds a stay.

use motcua_engine::calendar::Term;

use super::graph::Open;
use super::net::{Place, Way, Within};
use super::subject::Standing;
use super::walk::is_surely_left;

/// Returns what ends a stay at latest by the limits of the parallels around.
pub(super) fn limits_around(around: &[(usize, &Place)], standings: &[Standing]) -> Vec<(usize, Term)> {
    let caps_of = |(number, place): &(usize, &Place)| {
        let number = *number;
        bounds(place, standings, true).0.into_iter().map(move |cap| (number, cap)).collect::<Vec<_>>()
    };
    around.iter().flat_map(caps_of).collect()
}

/// Returns what ends a stay at latest, however things come to stand in it: terms, timers, and why nothing does.
pub(super) fn bounds(
    place: &Place,
    standings: &[Standing],
    is_parallel: bool,
) -> (Vec<Term>, Vec<usize>, Option<Open>) {
    let holds = |way: &Way, now: &Standing| is_surely_left(way, now) && way.guard.holds(&now.known) == Some(true);
    let sure = |way: &&Way| standings.iter().all(|now| holds(way, now));
    let out = || place.ways.iter().filter(|way| way.target.is_some()).filter(sure);
    let mut caps: Vec<Term> = out().filter_map(|way| way.after).collect();
    let timers: Vec<usize> = out().filter(|way| way.is_sure).filter_map(|way| way.timer).collect();
    let within = match place.within {
        Within::Term(term) => Some(term),
        Within::Nothing | Within::Data => None,
    };
    if is_parallel || place.office {
        caps.extend(within);
    }
    if is_parallel || !caps.is_empty() || !timers.is_empty() {
        return (caps, timers, None);
    }
    let open = match (place.within, place.office) {
        (Within::Data, _) => Open::Data,
        (_, true) => Open::Office,
        (Within::Term(_), false) => Open::Theirs,
        (Within::Nothing, false) => Open::Others,
    };
    caps.extend(within);
    (caps, timers, Some(open))
}
