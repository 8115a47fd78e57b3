//! The tables of one procedure: its names, its lines with a transition, its functions.

use std::collections::HashMap;

use super::{Shared, decisions, scripts};
use crate::model::{Commands, Duplicate, Kind, Model, Names, Origin, Procedure, Rule, RuleTrigger, Target, Used};
use crate::syntax::{self, Inside, Span, Trigger, Word};

impl Procedure<'_> {
    /// Returns the number of this version, 1 when none is written.
    pub(crate) fn version(&self) -> u32 {
        self.syntax
            .record
            .iter()
            .find_map(|line| match line.value {
                syntax::RecordValue::Version { number, .. } => Some(number),
                _ => None,
            })
            .unwrap_or(1)
    }
}

/// Returns a procedure with its tables; nothing is bound yet.
pub(super) fn procedure<'a>(
    syntax: &'a syntax::Procedure,
    shared: &Shared<'a>,
    lost: bool,
    model: &mut Model<'a>,
) -> Procedure<'a> {
    let mut table = |kind, words: &mut dyn Iterator<Item = &'a Word>| {
        let (names, twice) = Names::new(words);
        model.duplicates.extend(twice.into_iter().map(|(word, first)| duplicate(kind, word, first)));
        names
    };
    let states = table(Kind::State, &mut syntax.states.iter().map(|s| &s.name));
    for branches in syntax.states.iter().filter_map(|state| state.parallel.as_ref()) {
        table(Kind::Branch, &mut branches.branches.iter().map(|branch| &branch.name));
    }
    let fields = table(Kind::Field, &mut syntax.data.iter().map(|f| &f.name));
    let documents = table(Kind::Document, &mut syntax.documents.iter().map(|d| &d.name));
    let roles = table(Kind::Role, &mut syntax.roles.iter().map(|r| &r.name));
    let clocks = table(Kind::Clock, &mut syntax.clocks.iter().map(|c| &c.name));
    let timers = table(Kind::Timer, &mut syntax.timers.iter().map(|t| &t.name));
    record(syntax, model);
    let used = Used {
        fields: vec![false; fields.len()],
        documents: vec![false; documents.len()],
        roles: vec![false; roles.len()],
        clocks: vec![false; clocks.len()],
        functions: std::collections::HashSet::new(),
    };
    let mut commands = Commands::default();
    commands.add(&Commands::OPEN.into(), None);
    let shelf = shared.scripts.iter().map(|script| &script.code);
    let mut procedure = Procedure {
        fees: Vec::new(),
        syntax,
        lost,
        calendar: shared.calendar,
        organisation: shared.organisation,
        functions: shelf.chain(&syntax.scripts).collect(),
        tables: Vec::new(),
        states,
        beginnings: beginnings(syntax),
        fields,
        documents,
        roles,
        clocks,
        timers,
        commands,
        callable: Vec::new(),
        rules: Vec::new(),
        scripts: Vec::new(),
        script_at: HashMap::new(),
        used,
        missing_ways: false,
    };
    scripts::functions(&mut procedure, shared.scripts.len(), model);
    decisions::tables(&mut procedure, shared, model);
    rules(&mut procedure);
    procedure
}

fn beginnings(syntax: &syntax::Procedure) -> HashMap<Inside, Vec<(usize, Span)>> {
    let mut found: HashMap<Inside, Vec<(usize, Span)>> = HashMap::new();
    for (i, state) in syntax.states.iter().enumerate() {
        if let Some((inside, initial)) = state.inside.zip(state.is_initial) {
            found.entry(inside).or_default().push((i, initial));
        }
    }
    found
}

pub(super) fn duplicate(kind: Kind, word: &Word, first: Span) -> Duplicate {
    Duplicate { kind, name: word.text.clone(), span: word.span, first }
}

/// Lists lines of the record that may stand once and stand twice.
fn record<'a>(syntax: &'a syntax::Procedure, model: &mut Model<'a>) {
    const ONCE: [&str; 7] = ["code", "version", "field", "level", "authority", "fee", "copies"];
    let once = syntax.record.iter().map(|line| &line.key).filter(|key| ONCE.contains(&key.text.as_str()));
    let (_, twice) = Names::new(once);
    model.duplicates.extend(twice.into_iter().map(|(word, first)| duplicate(Kind::Record, word, first)));
}

/// Lists the lines with a transition in the order in which they are tried: of the states, shared ones, timers.
fn rules(procedure: &mut Procedure<'_>) {
    let syntax = procedure.syntax;
    let own = syntax
        .states
        .iter()
        .enumerate()
        .flat_map(|(i, state)| state.transitions.iter().map(move |own| (Origin::Own(i), own, state.inside)));
    let mut rules = Vec::new();
    for (origin, transition, inside) in own {
        rules.push((origin, transition, inside, None));
    }
    for shared in &syntax.shared {
        let origin = match &shared.from {
            syntax::From::Open => Origin::Start,
            syntax::From::Any(_) if shared.inside.is_some() => {
                Origin::Shared(procedure.open_states(shared.inside).collect())
            }
            syntax::From::Any(_) => Origin::Any,
            syntax::From::States(words) => origin(procedure, words, shared.inside),
        };
        rules.push((origin, &shared.transition, shared.inside, None));
    }
    for (i, timer) in syntax.timers.iter().enumerate() {
        let origin = if timer.from.is_empty() { Origin::Any } else { origin(procedure, &timer.from, None) };
        rules.push((origin, &timer.transition, None, Some(i)));
    }
    for (origin, transition, inside, timer) in rules {
        let trigger = match (&transition.trigger, timer) {
            (_, Some(timer)) => RuleTrigger::Timer(timer),
            (Trigger::On(word), None) => RuleTrigger::Command(procedure.commands.add(&word.text, Some(word.span))),
            (Trigger::Always(_), None) => RuleTrigger::Always,
            (Trigger::Join(..), None) => RuleTrigger::Join,
            (Trigger::After(term) | Trigger::Window { term, .. } | Trigger::Silence { term, .. }, None) => {
                RuleTrigger::After(term)
            }
        };
        let target = match (&transition.target, &origin) {
            (Some(word), _) => procedure.state_named(&word.text, inside).map_or(Target::Unknown, Target::State),
            (None, Origin::Start) => procedure.initial().map_or(Target::Unknown, Target::State),
            (None, _) => Target::Stay,
        };
        procedure.missing_ways |= target == Target::Unknown;
        procedure.rules.push(Rule { transition, origin, trigger, target });
    }
}

fn origin(procedure: &mut Procedure<'_>, words: &[Word], inside: Option<Inside>) -> Origin {
    let mut states: Vec<_> = words.iter().filter_map(|word| procedure.state_named(&word.text, inside)).collect();
    procedure.missing_ways |= states.len() < words.len();
    states.sort_unstable();
    states.dedup();
    Origin::Shared(states)
}
