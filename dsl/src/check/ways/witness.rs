//! The shortest series of commands after which a dossier is where something is wrong: what a finding shows as its witness.
//!
//! Guards are asked: a step says what it has to bring. Where one is not followed, the series says that it is assumed to hold; where the
//! search comes to its bounds, the series is found without asking guards, and that is said as well.

use std::cell::{Cell, OnceCell, RefCell};

use motcua_engine::calendar::Term;
use motcua_engine::plan::ScriptKind;

use super::search::{Found, Goal, Search, Seen, Series, Taken};
use super::unguarded::{Shortest, Unguarded};
use crate::model::{Model, Procedure, Rule, RuleTrigger};
use crate::prove::quoted;
use crate::prove::trace::Tracer;
use crate::sentence::{Sentence, say};
use crate::syntax::Trigger;

/// In so many ways of being in states it is tried whether some data goes round.
const MOST_TRIED: usize = 200;

/// The states that a dossier is in at once, sorted.
pub(super) type Places = Vec<usize>;

/// Seeks witnesses in a procedure.
#[derive(Debug)]
pub(in crate::check) struct Witness<'p, 'a> {
    model: &'p Model<'a>,
    procedure: &'p Procedure<'a>,
    /// Where guards can be asked; nothing where something is wrong in the scripts.
    search: OnceCell<Option<Search<'p, 'a>>>,
    /// The ways that there are where no guard is asked.
    unguarded: OnceCell<Unguarded<'p, 'a>>,
}

impl<'p, 'a> Witness<'p, 'a> {
    pub(in crate::check) fn new(model: &'p Model<'a>, procedure: &'p Procedure<'a>) -> Self {
        Self { model, procedure, search: OnceCell::new(), unguarded: OnceCell::new() }
    }

    /// Returns the shortest series of commands after which a dossier stays in a state, as the end of a sentence: ` (…)` or nothing;
    /// none where it is proven that nothing leads there.
    pub(in crate::check) fn to(&self, state: usize) -> Option<Sentence> {
        let is = |seen: &Seen<'_>| seen.places.contains(&state);
        let goal = Goal { is: &is, holds: &|_, _, held| held, rests: true, rounds: false, lacks: false, guards: &[] };
        self.seek(&goal, || self.shortest(|places| places.contains(&state)))
    }

    /// Returns the shortest series of commands after which a dossier is in states that are wanted, if only until what happens by
    /// itself, as the end of a sentence.
    pub(in crate::check) fn when(&self, wanted: impl Fn(&[usize]) -> bool) -> Option<Sentence> {
        let is = |seen: &Seen<'_>| wanted(seen.places);
        let goal = Goal { is: &is, holds: &|_, _, held| held, rests: false, rounds: false, lacks: false, guards: &[] };
        self.seek(&goal, || self.shortest(&wanted))
    }

    /// Returns whether guards can be asked: nothing is wrong in the scripts.
    pub(in crate::check) fn asks(&self) -> bool {
        self.search().is_some()
    }

    /// Returns the shortest series of commands after which automatic transitions go round some states for ever, as the end of a
    /// sentence, and those transitions; `is` says whether they are looked for.
    ///
    /// Where the search comes to its bounds, some data has to go round in states that a series leads to.
    pub(in crate::check) fn round(
        &self,
        states: &[usize],
        is: impl Fn(&[Taken]) -> bool,
    ) -> Option<(Sentence, Vec<Taken>)> {
        let search = self.search()?;
        let is = |seen: &Seen<'_>| !seen.round.is_empty() && is(seen.round);
        let goal = Goal { is: &is, holds: &|_, _, held| held, rests: false, rounds: true, lacks: false, guards: &[] };
        let (series, round) = match search.seek(&goal) {
            Found::Never => return None,
            Found::Series(series) => (shown(self.procedure, &series), series.round),
            Found::Unknown => {
                let (gone, tried) = (RefCell::new(Vec::new()), Cell::new(0));
                let goes = |places: &[usize]| {
                    if !places.iter().any(|place| states.contains(place)) || tried.replace(tried.get() + 1) > MOST_TRIED
                    {
                        return false;
                    }
                    let Found::Series(series) = search.seek_from(&goal, places.to_vec()) else { return false };
                    gone.replace(series.round);
                    true
                };
                let Shortest::Series(series) = self.shortest(goes) else { return None };
                (series, gone.into_inner())
            }
        };
        Some((say!(" ({series})", series), round))
    }

    /// Returns the shortest series of commands to what is looked for, as the end of a sentence; where guards cannot be asked, what
    /// is said `otherwise`. There is none where nothing leads there.
    pub(in crate::check) fn seek(&self, goal: &Goal<'_>, otherwise: impl FnOnce() -> Shortest) -> Option<Sentence> {
        let series = match self.search().map_or(Found::Unknown, |search| search.seek(goal)) {
            Found::Never => return None,
            Found::Series(series) => shown(self.procedure, &series),
            Found::Unknown => match otherwise() {
                Shortest::Series(series) => series,
                Shortest::Never => return None,
                Shortest::Unknown => return Some(Sentence::default()),
            },
        };
        Some(say!(" ({series})", series))
    }

    fn search(&self) -> Option<&Search<'p, 'a>> {
        let new = || Some(Search::new(self.procedure, Tracer::new(self.model, self.procedure)?));
        self.search.get_or_init(new).as_ref()
    }

    fn shortest(&self, wanted: impl Fn(&[usize]) -> bool) -> Shortest {
        self.unguarded.get_or_init(|| Unguarded::new(self.procedure)).shortest(wanted)
    }
}

/// Returns rules, each with the state that it starts from, as a series of commands in backticks that was found without asking guards.
pub(in crate::check) fn series(procedure: &Procedure<'_>, steps: &[(usize, usize)]) -> Sentence {
    let told = |(rule, source): &(usize, usize)| step(procedure, procedure.rules.get(*rule)?, *source);
    let series = Sentence::joined(steps.iter().filter_map(told), " · ");
    // Also a guard of another way, or of a branch, may keep dossiers from it.
    if procedure.scripts.iter().any(|script| script.kind == ScriptKind::Guard) {
        return say!("`{series}`, assuming that {what}", series, what = "its guards hold");
    }
    say!("`{series}`", series)
}

/// So much of what is assumed is told.
const MOST_ASSUMED: usize = 3;

/// Returns a series with what has to be brought, and what is assumed.
fn shown(procedure: &Procedure<'_>, series: &Series) -> Sentence {
    let Series { steps, instance, before, .. } = series;
    let told = steps.iter().enumerate().filter_map(|(at, (rule, source))| {
        let step = step(procedure, procedure.rules.get(*rule)?, *source)?;
        let data = instance.brought.iter().find(|(known, _)| *known == at).map(|(_, data)| data);
        Some(match data {
            Some(data) => say!("{step} with {data}", step, data),
            None => step,
        })
    });
    let series = Sentence::joined(told, " · ");
    let guards = instance.assumed.iter().map(|(words, holds)| {
        let guard = quoted(words);
        if *holds { say!("{guard} holds", guard) } else { say!("{guard} does not hold", guard) }
    });
    let mut assumed: Vec<Sentence> = before.iter().cloned().chain(guards).collect();
    let more = assumed.len().saturating_sub(MOST_ASSUMED);
    assumed.truncate(MOST_ASSUMED);
    assumed.extend((more > 0).then(|| say!("{more} more guards hold or do not", more)));
    match assumed.into_iter().reduce(|before, next| say!("{before} and {next}", before, next)) {
        Some(what) => say!("`{series}`, assuming that {what}", series, what),
        None => say!("`{series}`", series),
    }
}

/// Returns how a step is told: a command by its name, and in parallel work by its branch; time by how long it takes.
pub(super) fn step(procedure: &Procedure<'_>, rule: &Rule<'_>, source: usize) -> Option<Sentence> {
    let name = match rule.trigger {
        RuleTrigger::Command(command) => {
            procedure.commands.iter().nth(command).map(|(name, _)| Sentence::verbatim(name.as_str()))?
        }
        RuleTrigger::After(term) => {
            let term = match crate::lower::term::length(&term.length) {
                Ok(Some(length)) => Sentence::verbatim(Term::of(length).to_string()),
                _ => "its term".into(),
            };
            match &rule.transition.trigger {
                Trigger::Silence { .. } => say!("no answer within {term}", term),
                _ => say!("after {term}", term),
            }
        }
        RuleTrigger::Timer(timer) => say!("timer {timer}", timer = procedure.timers.word(timer)?.text),
        RuleTrigger::Outcome => match &rule.transition.trigger {
            Trigger::Outcome { outcomes, .. } if !outcomes.is_empty() => {
                let outcomes = outcomes.iter().map(|outcome| Sentence::verbatim(outcome.text.as_str()));
                let outcomes = outcomes.reduce(|before, next| say!("{before} or {next}", before, next));
                say!("outcome {outcomes}", outcomes = outcomes.unwrap_or_default())
            }
            _ => "another outcome".into(),
        },
        RuleTrigger::Always | RuleTrigger::Join => return None,
    };
    let branch = procedure.state(source).and_then(|state| procedure.branch(state.inside?));
    Some(match branch {
        Some((_, branch)) => say!("{name} in {branch}", name, branch = branch.name.text),
        None => name,
    })
}
