//! Where a clock may run, and what may happen while it does.

use std::collections::HashSet;

use crate::model::{Event, Origin, Procedure, RuleTrigger, Target};
use crate::sentence::Sentence;
use crate::syntax::{Clock, Inside, Word};

/// One way on, from a state or from the start.
#[derive(Clone, Copy, Debug)]
struct Move {
    /// The rule; none where a branch begins, or where what holds in a branch holds in its parallel.
    rule: Option<usize>,
    to: usize,
    /// Whether the state is entered by it.
    enters: bool,
}

/// All ways of a procedure, by the state that they start from; the ways to open a dossier stand last.
///
/// It says more ways than there are where several branches go on at once, and never less.
#[derive(Debug)]
pub(in crate::check) struct Moves(Vec<Vec<Move>>);

/// How a clock may stand in the states of a procedure.
#[derive(Debug)]
pub(in crate::check) struct Runs {
    /// For each state whether the clock may run there, or stand still without having ended.
    pub(in crate::check) may: Vec<bool>,
    /// The states in which it may begin.
    pub(in crate::check) begins: Vec<usize>,
    /// What may happen while it runs.
    pub(in crate::check) during: HashSet<Event>,
    /// What may happen at all.
    pub(in crate::check) ever: HashSet<Event>,
}

impl Moves {
    pub(in crate::check) fn new(procedure: &Procedure<'_>) -> Self {
        let states = procedure.states.len();
        let mut moves: Vec<Vec<Move>> = vec![Vec::new(); states + 1];
        let mut add = |from: usize, to: Move| {
            if let Some(moves) = moves.get_mut(from) {
                moves.push(to);
            }
        };
        for (number, rule) in procedure.rules.iter().enumerate() {
            let to = |source: usize| match rule.target {
                Target::State(to) => Some(Move { rule: Some(number), to, enters: true }),
                Target::Stay => Some(Move { rule: Some(number), to: source, enters: false }),
                Target::Unknown => None,
            };
            if rule.origin == Origin::Start
                && let Some(to) = to(states)
            {
                add(states, to);
            }
            for source in procedure.sources(rule) {
                if let Some(to) = to(source) {
                    add(source, to);
                }
            }
        }
        for (parallel, _, branches) in procedure.parallels() {
            for inside in (0..branches.len()).map(|branch| Inside { parallel, branch }) {
                for (begins, _) in procedure.beginnings(inside) {
                    add(parallel, Move { rule: None, to: *begins, enters: true });
                }
            }
        }
        for (state, written) in procedure.syntax.states.iter().enumerate() {
            if let Some(inside) = written.inside {
                add(state, Move { rule: None, to: inside.parallel, enters: false });
            }
        }
        Self(moves)
    }

    /// Returns where a clock may run.
    pub(in crate::check) fn runs(&self, procedure: &Procedure<'_>, clock: &Clock) -> Runs {
        let events = |words: &[Word]| -> Vec<Event> {
            words.iter().filter_map(|word| procedure.event(&word.text).ok()).collect()
        };
        let (from, until) = (events(&clock.from), events(&clock.until));
        let states = procedure.states.len();
        let mut runs =
            Runs { may: vec![false; states], begins: Vec::new(), during: HashSet::new(), ever: HashSet::new() };
        let mut seen = vec![[false; 2]; states + 1];
        let mut open = vec![(states, false)];
        while let Some((state, on)) = open.pop() {
            for step in self.0.get(state).map(Vec::as_slice).unwrap_or_default() {
                let mut happens: Vec<Event> = Vec::with_capacity(2);
                if let Some(RuleTrigger::Command(command)) =
                    step.rule.and_then(|rule| procedure.rules.get(rule)).map(|rule| rule.trigger)
                {
                    happens.push(Event::Command(command));
                }
                happens.extend(step.enters.then_some(Event::State(step.to)));
                let starts = on || happens.iter().any(|event| from.contains(event));
                let written = procedure.state(step.to);
                let settles = written.is_some_and(|state| state.is_final.is_some() && state.inside.is_none());
                let next = starts && !settles && !happens.iter().any(|event| until.contains(event));
                if starts {
                    runs.during.extend(happens.iter().filter(|event| on || !from.contains(event)));
                }
                runs.ever.extend(&happens);
                if next && !on && !runs.begins.contains(&step.to) {
                    runs.begins.push(step.to);
                }
                if next && let Some(may) = runs.may.get_mut(step.to) {
                    *may = true;
                }
                if let Some(flag) = seen.get_mut(step.to).and_then(|flags| flags.get_mut(usize::from(next)))
                    && !*flag
                {
                    *flag = true;
                    open.push((step.to, next));
                }
            }
        }
        runs
    }

    /// Walks all ways with one thing that holds or does not, at first not; `step` says whether it holds after a rule, given
    /// the state that the rule starts from and whether it held before.
    pub(in crate::check) fn walk(
        &self,
        procedure: &Procedure<'_>,
        step: impl Fn(usize, Option<usize>, bool) -> bool,
    ) -> Walk {
        let states = procedure.states.len();
        let mut walk = Walk { from: vec![[None; 2]; states + 1], start: states };
        let mut open = std::collections::VecDeque::from([(states, false)]);
        while let Some((state, held)) = open.pop_front() {
            for next in self.0.get(state).map(Vec::as_slice).unwrap_or_default() {
                let source = (state < states).then_some(state);
                let holds = next.rule.map_or(held, |rule| step(rule, source, held));
                let slot = walk.from.get_mut(next.to).and_then(|slots| slots.get_mut(usize::from(holds)));
                if let Some(slot) = slot.filter(|slot| slot.is_none()) {
                    *slot = Some((state, held, next.rule));
                    open.push_back((next.to, holds));
                }
            }
        }
        walk
    }
}

/// From which state a walk came, whether the thing held there, and by which rule.
type Came = (usize, bool, Option<usize>);

/// Where a walk came, and how.
#[derive(Debug)]
pub(in crate::check) struct Walk {
    /// For each state, how it was come to where the thing does not hold, and where it holds.
    from: Vec<[Option<Came>; 2]>,
    start: usize,
}

impl Walk {
    /// Returns whether a dossier may be in a state where the thing holds, or does not.
    pub(in crate::check) fn comes(&self, state: usize, holds: bool) -> bool {
        self.from.get(state).and_then(|from| from.get(usize::from(holds))).is_some_and(Option::is_some)
    }

    /// Returns the commands after which a dossier is in a state where the thing holds or does not; none where it never is.
    pub(in crate::check) fn to(&self, procedure: &Procedure<'_>, state: usize, holds: bool) -> Option<Sentence> {
        let mut steps = Vec::new();
        let (mut state, mut holds) = (state, holds);
        while state != self.start {
            let (before, held, rule) = (*self.from.get(state)?.get(usize::from(holds))?)?;
            steps.extend(rule.map(|rule| (rule, before)));
            (state, holds) = (before, held);
        }
        steps.reverse();
        Some(super::witness::series(procedure, &steps))
    }
}
