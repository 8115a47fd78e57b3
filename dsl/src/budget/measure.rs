//! Measures the clocks of procedures.

use std::cell::{Cell, OnceCell};

use motcua_engine::Instant;
use motcua_engine::calendar::{CalendarSpec, Offset, Session, Term};
use smol_str::SmolStr;

use super::days;
use super::graph::{Graph, Visit};
use super::judge::{Judge, is_civil, is_whole, is_working_day, terms};
use super::kept::{self, Proof};
use super::net::{Net, Within};
use super::path::Paths;
use super::stops;
use super::subject::Subject;
use super::time::{Seed, Time};
use super::walk::Walk;
use super::worst::{self, Found, Times};
use super::{Budget, Hole, Open, Row, Undecided, Verdict};
use crate::model::{Model, Procedure};
use crate::syntax::{self, Span};

/// No calendar has a name with an end of line.
const NOMINAL: &str = "nominal\n";

/// For clocks with more visits than these, slack is told of the longest way alone.
const MOST_SLACK: usize = 64;
/// All clocks of a procedure together are looked at in so many visits.
const MOST_TOGETHER: usize = 60_000;

/// Returns what comes of every clock and of every limit of parallel work, in the order written. The worst way is told of those
/// that are late, and of all where they are `shown`.
pub(crate) fn measure(model: &Model<'_>, shown: bool) -> Vec<Budget> {
    let mut found = Vec::new();
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        let of_parallels = procedure.parallels().filter(|(_, state, _)| state.within.is_some());
        let left = Cell::new(MOST_TOGETHER);
        let nets = Nets { model, procedure, shown, exact: OnceCell::new(), loose: OnceCell::new(), left };
        for clock in &procedure.syntax.clocks {
            let spans = (clock.name.span, clock.limits.first().map_or(clock.name.span, |limit| limit.term.span));
            let said = clock.limits.first().map(|limit| said(&limit.term)).unwrap_or_default();
            let budget = blank(procedure, clock.name.text.clone(), spans, said);
            found.push(nets.measure(budget, Of::Clock(clock)));
        }
        for (number, state, _) in of_parallels {
            let Some(limit) = &state.within else { continue };
            let mut budget = blank(procedure, state.name.text.clone(), (state.name.span, limit.span), said(limit));
            budget.is_parallel = true;
            found.push(nets.measure(budget, Of::Parallel(number)));
        }
    }
    found
}

fn blank(procedure: &Procedure<'_>, name: SmolStr, (span, limit_span): (Span, Span), limit: String) -> Budget {
    Budget {
        procedure: procedure.syntax.name.text.clone(),
        version: procedure.version(),
        name,
        is_parallel: false,
        span,
        limit_span,
        limit,
        verdict: Verdict::Undecided,
        worst: None,
        holes: Vec::new(),
        others: Vec::new(),
        rounds: Vec::new(),
        states: Vec::new(),
        is_budgeted: procedure.syntax.states.iter().any(|state| state.within.is_some()),
        undecided: None,
    }
}

fn said(term: &syntax::Term) -> String {
    crate::lower::said_term(term)
}

#[derive(Clone, Copy)]
enum Of<'c> {
    Clock(&'c syntax::Clock),
    Parallel(usize),
}

/// The procedure made ready, with all that is known of the data on a way, and without where that is too much.
struct Nets<'p, 'a> {
    model: &'p Model<'a>,
    procedure: &'p Procedure<'a>,
    shown: bool,
    exact: OnceCell<Option<Net<'p, 'a>>>,
    loose: OnceCell<Option<Net<'p, 'a>>>,
    /// Visits that are left for the clocks that were not measured yet.
    left: Cell<usize>,
}

impl Nets<'_, '_> {
    fn measure(&self, mut budget: Budget, of: Of<'_>) -> Budget {
        let procedure = self.procedure;
        for exact in [true, false] {
            let slot = if exact { &self.exact } else { &self.loose };
            let Some(net) = slot.get_or_init(|| Net::new(procedure, exact)) else {
                budget.undecided = Some(Undecided::Size);
                return budget;
            };
            match weigh(net, of, self.model, (self.shown, &self.left), &mut budget) {
                Err(Undecided::Size) if exact => {}
                Err(why) => {
                    budget.undecided = Some(why);
                    break;
                }
                Ok(()) => break,
            }
        }
        budget
    }
}

fn weigh<'a>(
    net: &Net<'_, 'a>,
    of: Of<'_>,
    model: &Model<'a>,
    (shown, left): (bool, &Cell<usize>),
    budget: &mut Budget,
) -> Result<(), Undecided> {
    let (subject, graph) = followed(net, of, left)?;
    budget.is_budgeted = false;
    let mut rows = Rows { net, budget: &mut *budget };
    rows.visits(&graph);
    rows.rounds(&graph);
    if !graph.visits.iter().any(|visit| visit.matters) {
        budget.verdict = Verdict::NeverEnds;
        return Ok(());
    }
    let calendar = net.procedure.calendar.and_then(|calendar| model.compiled(calendar));
    let named = calendar.is_some().then(|| net.procedure.calendar.map(|calendar| calendar.name.text.clone())).flatten();
    let slots = subject.slots();
    let time = |calendar| Time { net, calendar, slots, least: None, bounds: false, halts: false, whole: false };
    let nominal = || model.shelf.almanac().get(&SmolStr::new_static(NOMINAL), nominal);
    let Some(on) = calendar.or_else(nominal) else { return Err(Undecided::NoCalendar) };
    let time = time(&*on);
    let terms = terms(time, &graph, &subject);
    // Where no day is off out of turn, one week is like another.
    let plain = named.is_none() && terms.iter().all(is_working_day) || worst::is_plain(time, &graph, &subject);
    if named.is_none() && !terms.iter().all(is_working_day) && !terms.iter().all(is_civil) {
        return Err(Undecided::NoCalendar);
    }
    let mixed = !terms.iter().all(is_working_day);
    let uneven = mixed || !stops::terms_after(time, &graph, &subject).iter().all(|term| is_whole(time.calendar, term));
    let judge = Judge { time, graph: &graph, subject: &subject, plain, mixed, uneven };
    let (mut worst, mut tried) = (None, None);
    let proof = kept::prove(time, &graph, &subject, plain);
    if shown || proof != Proof::Kept {
        let search = worst::search(time, &graph, &subject, plain);
        if !search.counted {
            return Err(Undecided::Coverage);
        }
        if search.worst.is_none() {
            budget.verdict = Verdict::NeverEnds;
            return Ok(());
        }
        (worst, tried) = (search.worst, search.days);
    }
    if let Proof::Late(start) = proof
        && worst.as_ref().is_none_or(|found| !found.over.late)
    {
        // It lies before all days that were tried, or between the times of one of them.
        let day = time.calendar.local(start).0;
        let search = (!plain).then(|| worst::search_around(time, &graph, &subject, day));
        (worst, tried) = match search.filter(|search| search.worst.as_ref().is_some_and(|found| found.over.late)) {
            Some(search) => (search.worst, search.days),
            None => (worst::at(time, &graph, &subject, start).ok().flatten().or(worst), tried),
        };
    }
    if worst.as_ref().is_none_or(|found| !found.over.late) {
        let (verdict, stopped) = judge.in_time(shown, budget);
        budget.verdict = verdict;
        let is_kept = matches!(verdict, Verdict::Kept | Verdict::KeptWithOthers | Verdict::Rest);
        let times = || Times::new(time, &graph, &subject);
        if is_kept && proof != Proof::Kept && !days::tries_all(time, plain, times().weight(&graph)) {
            (budget.verdict, budget.undecided) = (Verdict::Undecided, Some(Undecided::Days));
        }
        if is_kept && proof == Proof::Open && times().any_second {
            (budget.verdict, budget.undecided) = (Verdict::Undecided, Some(Undecided::Hours));
        }
        if let Some(found) = stopped.filter(|found| worst.as_ref().is_none_or(|worst| worst.key() < found.key())) {
            tried = judge.days();
            worst = Some(found);
        }
    }
    let Some(found) = worst else { return Ok(()) };
    let paths = Paths { time, graph: &graph, subject: &subject };
    let told = paths.worst(&found, named, tried).map_err(|_| Undecided::Coverage)?;
    let written = |term: &syntax::Term| !matches!(term.length, syntax::Length::Data { .. } | syntax::Length::Until(_));
    let fixed =
        matches!(of, Of::Clock(clock) if clock.limits.iter().all(|limit| written(&limit.term))) || budget.is_parallel;
    // The office may choose a limit that stands in the data so that it can be kept.
    let sure = fixed && found.sure && paths.is_sure(&found, net.loose).unwrap_or(false);
    budget.limit = found.limit.to_string();
    if let Of::Clock(clock) = of {
        let limit =
            clock.limits.iter().zip(&subject.limits).find(|(_, (_, limit))| *limit == Within::Term(found.limit));
        budget.limit_span = limit.map_or(budget.limit_span, |(limit, _)| limit.term.span);
    }
    if found.over.late && !paths.is_certain(&found).unwrap_or(false) {
        (budget.verdict, budget.undecided) = (Verdict::Undecided, Some(Undecided::Branches));
        return Ok(());
    }
    if found.over.late {
        budget.verdict = if sure { Verdict::Exceeded } else { Verdict::MayExceed };
    }
    slack((time, &graph, &subject), &found, &told.path, budget);
    budget.worst = Some(told);
    Ok(())
}

/// Returns what is measured, and the ways over which it runs.
fn followed(net: &Net<'_, '_>, of: Of<'_>, left: &Cell<usize>) -> Result<(Subject, Graph), Undecided> {
    let (subject, graph, own) = match of {
        Of::Clock(clock) => {
            let subject = Subject::clock(net, clock)?;
            let graph = Walk::new(net, &subject, left).whole()?;
            (subject, graph, net.procedure.clocks.get(&clock.name.text))
        }
        Of::Parallel(state) => {
            let place = net.place(state);
            let within = place.map_or(Within::Nothing, |place| place.within);
            if !matches!(within, Within::Term(_)) {
                return Err(Undecided::Limit);
            }
            let subject = Subject::parallel(net, state, within)?;
            let graph = Walk::new(net, &subject, left).parallel(state)?;
            (subject, graph, place.and_then(|place| place.within_of))
        }
    };
    if subject.begins_on_the_past() {
        return Err(Undecided::Anchor);
    }
    if follows_another(net, &graph, own) {
        return Err(Undecided::Follows);
    }
    Ok((subject, graph))
}

/// Returns whether a limit that is counted stands still with another clock than the one that is measured.
fn follows_another(net: &Net<'_, '_>, graph: &Graph, own: Option<usize>) -> bool {
    graph.visits.iter().filter(|visit| visit.spends()).any(|visit| {
        let mut states = visit.inner.iter().map(|inner| inner.state).chain([visit.state]);
        states.any(|state| net.follows_another(state, own))
            || visit.branches.iter().any(|branch| follows_another(net, branch, own))
    })
}

/// Says how much longer the stay in each state could be.
fn slack(
    (time, graph, subject): (Time<'_>, &Graph, &Subject),
    found: &Found,
    path: &[super::Step],
    budget: &mut Budget,
) {
    for row in &mut budget.states {
        if path.iter().any(|step| step.state.as_ref() == Some(&row.state)) {
            row.critical = true;
            row.slack = Some(found.over);
        }
    }
    let critical = |step: &super::Step| step.branch.iter().filter_map(|step| step.state.clone()).collect::<Vec<_>>();
    let inner: Vec<SmolStr> = path.iter().flat_map(critical).collect();
    for row in budget.states.iter_mut().filter(|row| inner.contains(&row.state)) {
        row.critical = true;
        row.slack = Some(found.over);
    }
    // What comes of a stay before the clock stood still is not known.
    if graph.visits.len() > MOST_SLACK || !found.stops.is_empty() {
        return;
    }
    let Ok(pass) = time.pass(graph, Seed::Clock(found.start)) else { return };
    for (i, visit) in graph.visits.iter().enumerate().filter(|(_, visit)| visit.matters) {
        let Some(point) = pass.point(i) else { continue };
        let Ok(through) = time.pass(graph, Seed::Visit(i, point)) else { continue };
        let Ok(Some(Found { over, .. })) = worst::of(time, subject, found.start, &through.ends) else { continue };
        let name = time.net.procedure.states.word(visit.state).map(|word| &word.text);
        let row = budget.states.iter_mut().find(|row| Some(&row.state) == name && !row.critical);
        if let Some(row) = row.filter(|row| row.slack.is_none_or(|known| known.weight() < over.weight())) {
            row.slack = Some(over);
        }
    }
}

/// Collects what is said of states.
struct Rows<'r, 'n> {
    net: &'r Net<'n, 'n>,
    budget: &'r mut Budget,
}

impl Rows<'_, '_> {
    fn visits(&mut self, graph: &Graph) {
        let counts = |visit: &&Visit| visit.matters || visit.leads_anew;
        let mut states: Vec<(usize, Option<usize>, &Visit)> = Vec::new();
        for visit in graph.visits.iter().filter(counts) {
            states.push((visit.state, None, visit));
            states.extend(visit.inner.iter().map(|inner| (inner.state, Some(inner.slot), visit)));
        }
        states.sort_by_key(|(state, _, _)| *state);
        for (state, slot, visit) in states {
            self.row(state, slot, visit);
            if slot.is_some() {
                continue;
            }
            let (holes, others) = (self.budget.holes.len(), self.budget.others.len());
            for branch in &visit.branches {
                self.visits(branch);
            }
            // The limit of the parallel bounds what its branches do, and has a budget of its own.
            if !visit.caps.is_empty() && visit.inner.is_empty() {
                self.budget.others.truncate(others);
            }
            // So do the branches that are enough.
            if visit.is_bounded() || visit.joins_by_itself() {
                self.budget.holes.truncate(holes);
            }
        }
    }

    /// Says what is known of a state: of a visit, or of one of its branches that are followed side by side.
    fn row(&mut self, number: usize, slot: Option<usize>, visit: &Visit) {
        let procedure = self.net.procedure;
        let (Some(state), Some(place)) = (procedure.state(number), self.net.place(number)) else { return };
        if state.is_final.is_some() {
            return;
        }
        let stands = visit.stands || visit.standing.held > 0;
        let holder = state.by.as_ref().map(|role| role.text.clone());
        let name = state.name.text.clone();
        if let Some(why) = visit.open_in(number)
            && visit.edges.iter().any(|edge| !edge.still)
        {
            let hole = Hole { state: name.clone(), span: state.name.span, why, holder: holder.clone() };
            let list = if why == Open::Theirs { &mut self.budget.others } else { &mut self.budget.holes };
            if list.iter().all(|hole| hole.state != name) {
                list.push(hole);
            }
        }
        self.budget.is_budgeted |= !stands && matches!(place.within, Within::Term(_));
        if !visit.matters {
            return;
        }
        match self.budget.states.iter_mut().find(|row| row.state == name) {
            Some(row) => row.stands &= stands,
            None => self.budget.states.push(Row {
                state: name,
                holder,
                office: place.office,
                limits: visit.caps_of(slot).map(Term::to_string).collect(),
                stands,
                critical: false,
                slack: None,
            }),
        }
    }

    fn rounds(&mut self, graph: &Graph) {
        let again = |group: &&Vec<usize>| {
            group.iter().filter_map(|visit| graph.visits.get(*visit)).any(|visit| visit.again && visit.matters)
        };
        for group in graph.order.iter().filter(again) {
            let mut states: Vec<usize> = group.iter().filter_map(|v| graph.visits.get(*v)).map(|v| v.state).collect();
            states.sort_unstable();
            states.dedup();
            let words = states.into_iter().filter_map(|state| self.net.procedure.states.word(state));
            let round: Vec<(SmolStr, Span)> = words.map(|word| (word.text.clone(), word.span)).collect();
            if !self.budget.rounds.contains(&round) {
                self.budget.rounds.push(round);
            }
        }
        let open = |visit: &&Visit| visit.matters && !visit.is_bounded() && !visit.joins_by_itself();
        for branch in graph.visits.iter().filter(open).flat_map(|visit| &visit.branches) {
            self.rounds(branch);
        }
    }
}

/// Returns weeks of five days, for procedures that use no calendar and do not ask which days are off.
fn nominal() -> CalendarSpec {
    let hours = |from: u32, to: u32| {
        let time = |minutes: u32| motcua_engine::TimeOfDay::from_hm(minutes / 60, minutes % 60);
        Some(Session { from: time(from)?, to: time(to)? })
    };
    let sessions = [hours(450, 690), hours(810, 1020)].into_iter().flatten().collect::<Vec<_>>();
    let week = std::array::from_fn(|day| if day < 5 { sessions.clone() } else { Vec::new() });
    CalendarSpec {
        name: "(nominal)".into(),
        label: None,
        zone: "Asia/Ho_Chi_Minh".into(),
        offsets: vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }],
        first_year: 2024,
        last_year: 2060,
        announced_from: None,
        announced_until: Some(2024),
        week,
        weeks: Vec::new(),
        off: Vec::new(),
        worked: Vec::new(),
        cutoff: None,
    }
}
