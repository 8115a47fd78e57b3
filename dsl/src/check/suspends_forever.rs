//! A clock can stand still for ever.
//!
//! # What
//! A clock is suspended in a state, or waits there for what restarts it, and nothing makes anybody leave that state: it has no limit
//! (`within`), no `after`, `window` or silence, and no other clock runs there.
//!
//! # Why
//! A suspended clock never runs out, so nobody is ever late with a dossier that lies there. Somebody must be bound to go on: the citizen
//! by a `window`, the office by a limit. A limit `of` the very clock that stands still does not count.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     clock processing { limit 15 working days  runs from open until done  suspends in paying }
//!     on open by clerk -> received
//!     state received by clerk { on charge -> paying  on finish -> done }
//!     state paying by citizen { on pay -> received }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     clock processing { limit 15 working days  runs from open until done  suspends in paying }
//!     on open by clerk -> received
//!     state received by clerk { on charge -> paying  on finish -> done }
//!     state paying by citizen { on pay -> received  window 30 days for pay otherwise -> lapsed }
//!     state done final
//!     state lapsed final
//! }
//! ```

use super::ways::runs::{Moves, Runs, Walk};
use super::ways::search::{Goal, Seen};
use super::ways::unguarded::Shortest;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::model::{Event, Model, Origin, Procedure, Rule, RuleTrigger, Target};
use crate::sentence::say;
use crate::syntax::{Clock, Term, Word};

const ID: &str = "suspends-forever";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        let stops = |clock: &Clock| !clock.suspends.is_empty() || !clock.restarts.is_empty();
        if !procedure.syntax.clocks.iter().any(stops) {
            continue;
        }
        let moves = Moves::new(procedure);
        let all: Vec<Stands<'_>> =
            procedure.syntax.clocks.iter().map(|clock| Stands::new(procedure, clock, &moves)).collect();
        let (witness, timed) = (Witness::new(model, procedure), timed(procedure));
        // What is wrong with a state is said once, of the first clock.
        let mut said: Vec<usize> = Vec::new();
        for stands in all.iter().filter(|stands| stops(stands.clock)) {
            for (word, state, asked) in &stands.still {
                let runs = stands.runs.may.get(*state) == Some(&true);
                if !runs || said.contains(state) || is_bound(procedure, &all, &timed, stands.clock, *state) {
                    continue;
                }
                let Some(name) = procedure.states.word(*state) else { continue };
                said.push(*state);
                let series = match asked.and_then(|asked| stands.asked.get(asked)) {
                    None => witness.to(*state),
                    Some((walk, asked)) => {
                        let is = |seen: &Seen<'_>| seen.places.contains(state) && seen.held;
                        let holds = |rule, _, held| asked.holds(procedure, rule, held);
                        let goal =
                            Goal { is: &is, holds: &holds, rests: true, rounds: false, lacks: false, guards: &[] };
                        let way = || walk.to(procedure, *state, true).map_or(Shortest::Unknown, Shortest::Series);
                        witness.seek(&goal, way)
                    }
                };
                let Some(series) = series else { continue };
                let message = say!(
                    "`{clock}` can stand still in `{name}` for ever: nobody is bound to leave it{series}",
                    clock = stands.clock.name.text,
                    name = name.text,
                    series
                );
                let finding = Finding::warning(ID, message, word.span).because(name.span, "it has no end and no limit");
                let help =
                    "give the state an end, `window 30 days for COMMAND otherwise -> …`, or a limit, `within 30 days`";
                findings.push(finding.help(help));
            }
        }
    }
}

/// A state in which a clock may stand still: the word that says so, the state, and which of the walks from question to answer
/// comes there.
type Still<'a> = (&'a Word, usize, Option<usize>);

/// A clock, where it runs, and where it may stand still.
struct Stands<'a> {
    clock: &'a Clock,
    runs: Runs,
    still: Vec<Still<'a>>,
    asked: Vec<(Walk, Asked)>,
}

/// What is asked, and what answers it.
struct Asked {
    on: Vec<Event>,
    until: Vec<Event>,
}

impl Asked {
    /// Returns whether a question is open after a rule.
    fn holds(&self, procedure: &Procedure<'_>, rule: usize, held: bool) -> bool {
        let Some(rule) = procedure.rules.get(rule) else { return held };
        let is = |events: &[Event]| {
            events.iter().any(|event| match (event, rule.trigger, rule.target) {
                (Event::Command(command), RuleTrigger::Command(given), _) => *command == given,
                (Event::State(state), _, Target::State(entered)) => *state == entered,
                _ => false,
            })
        };
        (held || is(&self.on)) && !is(&self.until)
    }
}

impl<'a> Stands<'a> {
    fn new(procedure: &Procedure<'a>, clock: &'a Clock, moves: &Moves) -> Self {
        let (still, asked) = still(procedure, clock, moves);
        Self { clock, runs: moves.runs(procedure, clock), still, asked }
    }
}

/// Returns the states in which a clock may stand still.
fn still<'a>(procedure: &Procedure<'a>, clock: &'a Clock, moves: &Moves) -> (Vec<Still<'a>>, Vec<(Walk, Asked)>) {
    let (mut found, mut walks) = (Vec::new(), Vec::new());
    for suspends in &clock.suspends {
        found.extend(suspends.states.iter().filter_map(|word| Some((word, procedure.states.get(&word.text)?, None))));
        if let Some(word) = suspends.on.first() {
            let events = |words: &[Word]| -> Vec<Event> {
                words.iter().filter_map(|word| procedure.event(&word.text).ok()).collect()
            };
            let asked = Asked { on: events(&suspends.on), until: events(&suspends.until) };
            let walk = moves.walk(procedure, |rule, _, held| asked.holds(procedure, rule, held));
            let open = |state: usize| procedure.state(state).is_some_and(|state| state.is_final.is_none());
            let states = (0..procedure.states.len()).filter(|state| open(*state) && walk.comes(*state, true));
            found.extend(states.map(|state| (word, state, Some(walks.len()))));
            walks.push((walk, asked));
        }
    }
    for word in clock.restarts.iter().flat_map(|restarts| &restarts.on) {
        let Ok(Event::Command(command)) = procedure.event(&word.text) else { continue };
        let waits = procedure.rules.iter().filter_map(|rule| match (&rule.origin, rule.trigger) {
            (Origin::Own(state), RuleTrigger::Command(given)) if given == command => Some(*state),
            _ => None,
        });
        found.extend(waits.map(|state| (word, state, None)));
    }
    (found, walks)
}

/// Returns for each state the rules by which a dossier leaves it by itself, or somebody hears that it has not been left.
fn timed<'p, 'a>(procedure: &'p Procedure<'a>) -> Vec<Vec<&'p Rule<'a>>> {
    let mut timed = vec![Vec::new(); procedure.states.len()];
    for rule in &procedure.rules {
        let is = match rule.trigger {
            // What is called has terms of its own.
            RuleTrigger::After(_) | RuleTrigger::Outcome => true,
            RuleTrigger::Timer(_) => matches!(rule.target, Target::State(_)),
            RuleTrigger::Always => rule.transition.when.is_none(),
            RuleTrigger::Command(_) | RuleTrigger::Join => false,
        };
        for source in is.then(|| procedure.sources(rule)).into_iter().flatten() {
            if let Some(rules) = timed.get_mut(source) {
                rules.push(rule);
            }
        }
    }
    timed
}

/// Returns whether something makes a dossier leave a state, or makes somebody late who does not.
fn is_bound(
    procedure: &Procedure<'_>,
    all: &[Stands<'_>],
    timed: &[Vec<&Rule<'_>>],
    clock: &Clock,
    state: usize,
) -> bool {
    let counts = |term: &Term| term.of.as_ref().is_none_or(|of| of.text != clock.name.text);
    let around = || std::iter::once(state).chain(procedure.around(state).map(|inside| inside.parallel));
    let limited = around().filter_map(|place| procedure.state(place)?.within.as_ref()).any(counts);
    let left = around().filter_map(|place| timed.get(place)).flatten().any(|rule| match rule.trigger {
        RuleTrigger::After(term) => counts(term),
        _ => true,
    });
    let watched = all.iter().any(|other| {
        other.clock.name.text != clock.name.text
            && other.runs.may.get(state) == Some(&true)
            && around().all(|place| other.still.iter().all(|(_, still, _)| *still != place))
    });
    limited || left || watched
}
