//! A rung of a ladder never has its turn.
//!
//! # What
//! A rung lies before the beginning of the limit (`5 working days before due` of 3 working days). Or what time does by itself ends the
//! clock before the rung falls due: an `after`, a `window` or a silence in each state where the clock runs, or a rung that takes a
//! command. Or it counts what the calendar does not have: where no day is worked, a rung in days, weeks, months, years or working time
//! finds no day on which to fire.
//!
//! # Why
//! A warning that comes as the clock starts warns nobody, and one that cannot come keeps nobody in time. What falls due at one instant
//! fires in this order: timed transitions, then clocks, then rungs. A rung before a due date fires as a working day opens, and one after
//! it rolls to a working day, as terms do; hours and minutes need none.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     clock answer {
//!         limit 30 days
//!         runs from asked until received
//!         escalate { 5 days before due notify citizen  3 days after due notify head of clerk }
//!     }
//!     on open by clerk -> asked
//!     state asked by citizen { on supplement -> received  after 30 days -> lapsed }
//!     state received by clerk { on finish -> lapsed }
//!     state lapsed final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     clock answer {
//!         limit 30 days
//!         runs from asked until received
//!         escalate { 5 days before due notify citizen }
//!     }
//!     on open by clerk -> asked
//!     state asked by citizen { on supplement -> received  after 30 days -> lapsed }
//!     state received by clerk { on finish -> lapsed }
//!     state lapsed final
//! }
//! ```

use motcua_engine::calendar::{Roll, Unit};

use super::extends_total::counted;
use super::ways::runs::{Moves, Runs};
use crate::diagnostic::Finding;
use crate::model::{Event, Model, Procedure, Rule, RuleTrigger, Target};
use crate::resolve::flat;
use crate::sentence::say;
use crate::syntax::{Action, Calendar, Clock, Length, Rung, RungAt, Span, Term, Trigger};

const ID: &str = "rung-never";

/// The kind of units in which days and weeks are counted; working time has smaller numbers, months a greater one.
const CALENDAR: u8 = 3;

/// So many days a run of days off may have.
const BLOCK: u64 = 14;

/// In so many states a clock may run for its longest time to be worked out.
const MOST: usize = 64;

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        if procedure.syntax.clocks.iter().all(|clock| clock.rungs.is_empty()) {
            continue;
        }
        let moves = Moves::new(procedure);
        for clock in procedure.syntax.clocks.iter().filter(|clock| !clock.rungs.is_empty()) {
            let idle = idle(model, procedure);
            let early =
                clock.rungs.iter().filter(|rung| unworked(idle, rung, findings) || before(clock, rung, findings));
            let early: Vec<Span> = early.map(|rung| rung.span).collect();
            if procedure.missing_ways || procedure.parallels().next().is_some() {
                continue;
            }
            let runs = moves.runs(procedure, clock);
            let left = clock.rungs.iter().filter(|rung| !early.contains(&rung.span));
            ended(procedure, clock, &runs, left, findings);
            taken(procedure, clock, &runs, &early, findings);
        }
    }
}

/// Returns the calendar on which all dossiers of a procedure count, where no day is worked on it.
fn idle<'a>(model: &Model<'a>, procedure: &Procedure<'a>) -> Option<&'a Calendar> {
    let calendar = procedure.calendar.filter(|calendar| !model.is_lost(calendar.span))?;
    let layers = model.layers(calendar);
    let works = |layer: &&Calendar| !layer.week.is_empty() || !layer.worked.is_empty();
    let known = layers.last().is_some_and(|layer| layer.over.is_none());
    // A unit of the organisation may count on a calendar of its own.
    let units = procedure.organisation.map(|organisation| flat(&organisation.units)).unwrap_or_default();
    let own = units.iter().any(|(unit, _)| unit.calendar.is_some());
    (known && !own && !layers.iter().any(works)).then_some(calendar)
}

/// Says that a rung fires on a working day, and that there is none.
fn unworked(idle: Option<&Calendar>, rung: &Rung, findings: &mut Vec<Finding>) -> bool {
    let (Some(calendar), RungAt::Before(term) | RungAt::After(term) | RungAt::Every { term, .. }) = (idle, &rung.at)
    else {
        return false;
    };
    if !matches!(&term.length, Length::Of { unit, .. } if !matches!(unit, Unit::Hour | Unit::Minute)) {
        return false;
    }
    let name = &calendar.name;
    let message =
        say!("this rung never fires: it needs a working day, and `{calendar}` has none", calendar = name.text);
    let finding = Finding::warning(ID, message, rung.span).because(name.span, "it has no `week`");
    findings.push(finding.help("count the rung in hours, or give the calendar a `week`"));
    true
}

/// Says that a rung lies before the beginning of every limit.
fn before(clock: &Clock, rung: &Rung, findings: &mut Vec<Finding>) -> bool {
    let RungAt::Before(term) = &rung.at else { return false };
    let Some((kind, ahead)) = counted(term) else { return false };
    let within = |limit: &crate::syntax::Limit| match counted(&limit.term) {
        Some((of, all)) => of == kind && ahead >= all,
        None => false,
    };
    let Some(limit) = clock.limits.first().filter(|_| clock.limits.iter().all(within)) else { return false };
    let finding = Finding::warning(ID, "this rung lies at or before the beginning of the limit", rung.span);
    let finding = finding.because(limit.term.span, "the limit is no longer than that");
    findings.push(
        finding.help("warn later, or write what is done at the beginning beside the transition that starts the clock"),
    );
    true
}

/// Says which rungs fall due only after time has ended the clock.
fn ended<'a>(
    procedure: &Procedure<'_>,
    clock: &Clock,
    runs: &Runs,
    ladder: impl Iterator<Item = &'a Rung>,
    findings: &mut Vec<Finding>,
) {
    let Some(longest) = Longest::of(procedure, clock, runs) else { return };
    for rung in ladder {
        let falls = |limit: &crate::syntax::Limit| {
            let (kind, all) = counted(&limit.term)?;
            let (kind, at) = match &rung.at {
                // Working days are counted in halves here; a share is rounded up to whole ones.
                RungAt::Share(percent) => {
                    let unit = if kind == 0 && all % 2 == 0 { 2 } else { 1 };
                    (kind, (all / unit * u64::from(*percent)).div_ceil(100) * unit)
                }
                RungAt::Before(term) => {
                    let (of, ahead) = counted(term)?;
                    // It fires as its day opens, which may be that of a working day before a block of holidays.
                    let early = if of < CALENDAR { 2 } else { BLOCK };
                    (of, all.checked_sub(ahead)?.checked_sub(early)?)
                }
                RungAt::Due => (kind, all),
                RungAt::After(term) | RungAt::Every { term, .. } => {
                    let (of, after) = counted(term)?;
                    (of, all + after)
                }
            };
            (kind == longest.kind).then_some(at)
        };
        let at: Option<Vec<u64>> = clock.limits.iter().map(falls).collect();
        let Some(at) = at.filter(|at| !at.is_empty()) else { continue };
        let is_due = matches!(rung.at, RungAt::Share(_) | RungAt::Due);
        let plain = clock.limits.iter().all(|limit| limit.term.ends.is_none());
        let late = |at: &u64| *at > longest.time || (is_due && plain && longest.exact && *at == longest.time);
        if at.iter().all(late) {
            let message = say!("this rung never fires: `{clock}` has ended by then", clock = clock.name.text);
            let finding = Finding::warning(ID, message, rung.span).because(longest.span, "time leads on here before");
            findings.push(finding.help("let the rung fire earlier, or remove it"));
        }
    }
}

/// The longest time that a clock can run.
struct Longest {
    kind: u8,
    time: u64,
    /// Each end is one that fires at the very instant at which a limit of that length is due.
    exact: bool,
    span: Span,
}

impl Longest {
    fn of(procedure: &Procedure<'_>, clock: &Clock, runs: &Runs) -> Option<Self> {
        let plain = |term: &Term| term.first_day.is_none() && term.month_end.is_none() && forward(term);
        if !clock.restarts.is_empty() || clock.anchor.is_some() || !clock.limits.iter().all(|l| plain(&l.term)) {
            return None;
        }
        let (kind, _) = counted(&clock.limits.first()?.term)?;
        let running: Vec<usize> = (0..procedure.states.len()).filter(|s| runs.may.get(*s) == Some(&true)).collect();
        if running.len() > MOST {
            return None;
        }
        let mut rest: Vec<(usize, Leaves, Vec<usize>)> = Vec::with_capacity(running.len());
        for state in running {
            rest.push((state, leaves(procedure, clock, state, kind)?, next(procedure, runs, state)));
        }
        let mut longest: Option<Self> = None;
        let mut times: Vec<(usize, u64)> = Vec::new();
        // From the last states to the first; where they go round, none is ready, and nothing is known.
        while !rest.is_empty() {
            let known = |state: usize| times.iter().find(|(known, _)| *known == state).map(|(_, time)| *time);
            let at = rest.iter().position(|(.., next)| next.iter().all(|next| known(*next).is_some()))?;
            let (state, (own, exact, span), next) = rest.swap_remove(at);
            let further = next.iter().filter_map(|next| known(*next)).max().unwrap_or_default();
            // Each of several calendar terms may roll over a block of holidays; months are not added up.
            let rolls = match (further, kind) {
                (0, _) | (_, ..CALENDAR) => 0,
                (_, CALENDAR) => BLOCK,
                _ => return None,
            };
            let time = own.checked_add(further)?.checked_add(rolls)?;
            times.push((state, time));
            if longest.as_ref().is_none_or(|longest| longest.time <= time) {
                let exact = exact && longest.as_ref().is_none_or(|longest| longest.exact) && further == 0;
                longest = Some(Self { kind, time, exact, span });
            }
        }
        longest
    }
}

/// Returns the states to which a rule leads on from a state while the clock runs.
fn next(procedure: &Procedure<'_>, runs: &Runs, state: usize) -> Vec<usize> {
    let from = procedure.rules.iter().filter(|rule| procedure.sources(rule).contains(&state));
    from.filter_map(|rule| match rule.target {
        Target::State(to) if runs.may.get(to) == Some(&true) => Some(to),
        _ => None,
    })
    .collect()
}

/// How soon time surely leads out of a state, whether at the very end of so long a limit, and where that is said.
type Leaves = (u64, bool, Span);

/// Returns how time surely leads out of a state.
fn leaves(procedure: &Procedure<'_>, clock: &Clock, state: usize, kind: u8) -> Option<Leaves> {
    let sure = |rule: &&Rule<'_>| {
        rule.transition.when.is_none() && !rule.transition.once && matches!(rule.target, Target::State(_))
    };
    let timed = procedure.rules.iter().filter(sure).filter_map(|rule| {
        let RuleTrigger::After(term) = rule.trigger else { return None };
        // What stops with the clock itself is as long as it for the clock.
        let counts = term.of.as_ref().is_none_or(|of| of.text == clock.name.text)
            && term.first_day.is_none()
            && term.month_end.is_none()
            && (forward(term) || term.roll == Some(Roll::None));
        let (of, time) = counted(term).filter(|_| counts)?;
        let here = of == kind && procedure.sources(rule).contains(&state);
        let exact = term.ends.is_none() && (kind >= CALENDAR || matches!(rule.transition.trigger, Trigger::After(_)));
        here.then_some((time, exact, term.span))
    });
    timed.min_by_key(|(time, ..)| *time)
}

/// Returns whether a last day that is off rolls to the next working day.
fn forward(term: &Term) -> bool {
    matches!(term.roll, None | Some(Roll::Forward))
}

/// Says that a rung comes after one that surely ends the clock by a command that it takes.
fn taken(procedure: &Procedure<'_>, clock: &Clock, runs: &Runs, early: &[Span], findings: &mut Vec<Finding>) {
    let ends = |rung: &&Rung| {
        matches!(rung.at, RungAt::Due)
            && rung.actions.iter().any(|action| match action {
                Action::Take(word) => matches!(procedure.event(&word.text), Ok(Event::Command(command))
                    if is_ended_by(procedure, clock, runs, command)),
                _ => false,
            })
    };
    let Some(due) = clock.rungs.iter().find(ends) else { return };
    for rung in clock.rungs.iter().filter(|rung| !early.contains(&rung.span)) {
        if matches!(rung.at, RungAt::After(_) | RungAt::Every { .. }) {
            let message = say!("this rung never fires: `{clock}` has ended by then", clock = clock.name.text);
            let finding = Finding::warning(ID, message, rung.span).because(due.span, "when due this ends the clock");
            findings.push(finding.help("let the rung fire earlier, or remove it"));
        }
    }
}

/// Returns whether a command surely leads out of every state in which the clock runs, and ends it.
fn is_ended_by(procedure: &Procedure<'_>, clock: &Clock, runs: &Runs, command: usize) -> bool {
    let until = |event: Event| clock.until.iter().any(|word| procedure.event(&word.text) == Ok(event));
    let mut running = runs.may.iter().enumerate().filter(|(_, may)| **may).map(|(state, _)| state);
    if running.clone().count() > MOST {
        return false;
    }
    running.all(|state| {
        procedure.rules.iter().any(|rule| {
            let sure = rule.transition.when.is_none() && !rule.transition.once && rule.transition.needs.is_empty();
            let ends = match rule.target {
                Target::State(to) => {
                    let settles = procedure.state(to).is_some_and(|state| state.is_final.is_some());
                    settles || until(Event::State(to)) || until(Event::Command(command))
                }
                Target::Stay | Target::Unknown => false,
            };
            sure && ends
                && matches!(rule.trigger, RuleTrigger::Command(given) if given == command)
                && procedure.sources(rule).contains(&state)
        })
    })
}
