//! When two series of steps leave a dossier the same: what can follow the one can follow the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::formula::{Facts, Formula, Nature};
use super::read::{Read, Sum};
use super::trace::{Trace, Tracer};

/// What is known after a series, in words that do not name its steps.
#[derive(Debug)]
pub(crate) struct Likeness {
    /// What the fields are, as far as they matter to a guard, and then the papers.
    pub(crate) held: Vec<String>,
    /// What is known of values that the dossier still holds. Where it is less, no less can follow.
    pub(crate) conditions: BTreeSet<String>,
    /// Some guard on the way was not followed.
    pub(crate) assumes: bool,
}

impl Tracer<'_> {
    /// Forgets what was asked of nothing that a dossier still holds.
    pub(crate) fn forget_untied(&self, trace: &mut Trace) {
        let facts = &self.reader.borrow().facts;
        let live = self.live(trace, facts).into_iter().collect();
        let mut kept = asked(trace, &live, facts).1.into_iter();
        trace.conditions.retain(|_| kept.next().unwrap_or(true));
    }

    /// Returns what each field may be, as far as some guard hangs on it.
    fn fields<'t>(&self, trace: &'t Trace) -> Vec<&'t [(Formula, Read)]> {
        let fields = trace.known.fields.iter().zip(&self.matters);
        fields.map(|(cases, matters)| if *matters { cases.as_slice() } else { &[] }).collect()
    }

    /// Returns the facts that fields and papers are, in the order in which these name them: so a field is told by the same words as
    /// long as it is the same.
    fn live(&self, trace: &Trace, facts: &Facts) -> Vec<u32> {
        let (mut live, mut order): (BTreeSet<u32>, Vec<u32>) = (BTreeSet::new(), Vec::new());
        let mut add = |found: BTreeSet<u32>| order.extend(found.into_iter().filter(|fact| live.insert(*fact)));
        for cases in self.fields(trace) {
            let (mut values, mut conditions) = (BTreeSet::new(), BTreeSet::new());
            for (when, read) in cases {
                of_read(read, facts, &mut values);
                of_formula(when, facts, &mut conditions);
            }
            add(values);
            add(conditions);
        }
        for sum in &trace.known.documents {
            let mut found = BTreeSet::new();
            of_sum(sum, facts, &mut found);
            add(found);
        }
        order
    }

    /// Returns what is known after a series of steps.
    pub(crate) fn likeness(&self, trace: &Trace) -> Likeness {
        let facts = &self.reader.borrow().facts;
        let order = self.live(trace, facts);
        let live: BTreeSet<u32> = order.iter().copied().collect();
        let (asked, kept) = asked(trace, &live, facts);
        let telling = Telling { facts, names: named(facts, order.iter(), "") };
        let fields = self.fields(trace);
        let fields = fields.iter().map(|cases| {
            let mut told = String::new();
            for (when, read) in *cases {
                telling.formula(when, &mut told);
                told.push(':');
                telling.read(read, &mut told);
                told.push('|');
            }
            told
        });
        let documents = trace.known.documents.iter().map(|sum| {
            let mut told = String::new();
            telling.sum(sum, &mut told);
            told
        });
        let held = fields.chain(documents).collect();
        // Of what is no longer held only those conditions go together that speak of the same: what is asked of it twice, of one thing
        // and then of another, says nothing more.
        let mut groups: Vec<(BTreeSet<u32>, Vec<&Formula>)> = Vec::new();
        for ((formula, read), _) in asked.iter().zip(&kept).filter(|(_, kept)| **kept) {
            let mut gone: BTreeSet<u32> = read.difference(&live).copied().collect();
            let mut formulas = Vec::new();
            for (others, known) in groups.extract_if(.., |(others, _)| !others.is_disjoint(&gone)).collect::<Vec<_>>() {
                gone.extend(others);
                formulas.extend(known);
            }
            formulas.push(*formula);
            groups.push((gone, formulas));
        }
        let conditions = groups.iter().map(|(gone, formulas)| {
            let mut names = telling.names.clone();
            names.extend(named(facts, gone.iter(), "~"));
            let telling = Telling { facts, names };
            let each = formulas.iter().map(|formula| {
                let mut told = String::new();
                telling.formula(formula, &mut told);
                told
            });
            each.collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>().join(" & ")
        });
        let conditions = conditions.collect();
        let assumes = trace.conditions.iter().any(|condition| !condition.followed && condition.said.is_some());
        Likeness { held, conditions, assumes }
    }
}

/// Returns the conditions of a trace, each with what it reads, and whether it is tied to what is held.
fn asked<'t>(trace: &'t Trace, live: &BTreeSet<u32>, facts: &Facts) -> (Vec<(&'t Formula, BTreeSet<u32>)>, Vec<bool>) {
    let asked: Vec<(&Formula, BTreeSet<u32>)> = trace
        .conditions
        .iter()
        .map(|condition| {
            let mut read = BTreeSet::new();
            of_formula(&condition.formula, facts, &mut read);
            (&condition.formula, read)
        })
        .collect();
    // What is tied to what is held, also by what is no longer held.
    let (mut tied, mut kept) = (live.clone(), vec![false; asked.len()]);
    let mut more = true;
    while more {
        more = false;
        for ((_, read), kept) in asked.iter().zip(&mut kept) {
            if !*kept && !tied.is_disjoint(read) {
                (*kept, more) = (true, true);
                tied.extend(read);
            }
        }
    }
    (asked, kept)
}

/// Returns names for facts that do not say which step brought them.
fn named<'f>(facts: &Facts, all: impl Iterator<Item = &'f u32>, sign: &str) -> BTreeMap<u32, String> {
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for fact in all {
        let Some(known) = facts.get(*fact) else { continue };
        let brought = matches!(known.nature, Nature::Brought);
        let base = known.name.split('@').next().unwrap_or_default();
        let base = format!("{sign}{}{base}", if brought { "" } else { "?" });
        let number = count.entry(base.clone()).or_default();
        *number += 1;
        names.insert(*fact, format!("{base}#{number}"));
    }
    names
}

/// Writes what is known with other names for the facts.
struct Telling<'f> {
    facts: &'f Facts,
    names: BTreeMap<u32, String>,
}

impl Telling<'_> {
    fn fact(&self, fact: u32, told: &mut String) {
        if let Some(Nature::Sum(parts)) = self.facts.get(fact).map(|fact| &fact.nature) {
            for (part, times) in parts {
                let _ = write!(told, "{times}*");
                self.fact(*part, told);
                told.push('+');
            }
            return;
        }
        told.push_str(self.names.get(&fact).map(String::as_str).unwrap_or_default());
    }

    fn sum(&self, sum: &Sum, told: &mut String) {
        for (part, times) in &sum.parts {
            let _ = write!(told, "{times}*");
            self.fact(*part, told);
            told.push('+');
        }
        let _ = write!(told, "{}", sum.rest);
    }

    fn read(&self, read: &Read, told: &mut String) {
        match read {
            Read::Absent => told.push_str("()"),
            Read::Truth(formula) => self.formula(formula, told),
            Read::Flag(fact) | Read::Text(fact) | Read::Moment(_, fact) | Read::Thing(fact, _) => {
                self.fact(*fact, told);
            }
            Read::Number(sum) => self.sum(sum, told),
            Read::Days(sum) => {
                told.push_str("days ");
                self.sum(sum, told);
            }
            Read::Word(word) => {
                let _ = write!(told, "{word:?}");
            }
            // Each is another one: of what it reads nothing is known.
            Read::Other(opaque) => {
                let _ = write!(told, "{opaque:?}");
            }
        }
    }

    fn formula(&self, formula: &Formula, told: &mut String) {
        let mut each = |sign: char, parts: &[Formula]| {
            told.push('(');
            for part in parts {
                self.formula(part, told);
                told.push(sign);
            }
            told.push(')');
        };
        match formula {
            Formula::Yes => told.push('1'),
            Formula::No => told.push('0'),
            Formula::All(parts) => each('&', parts),
            Formula::Any(parts) => each('/', parts),
            Formula::Is(fact, cell, holds) => {
                self.fact(*fact, told);
                let cell = self.facts.get(*fact).and_then(|fact| fact.cells.get(*cell as usize));
                let asks = cell.map(|cell| (cell.negated, &cell.parts));
                let _ = write!(told, " {asks:?} {holds}");
            }
        }
    }
}

fn of_fact(fact: u32, facts: &Facts, found: &mut BTreeSet<u32>) {
    let Some(known) = facts.get(fact) else { return };
    match &known.nature {
        Nature::Sum(parts) => parts.iter().for_each(|(part, _)| of_fact(*part, facts, found)),
        _ => {
            found.insert(fact);
        }
    }
    if let Some(under) = known.under {
        of_fact(under, facts, found);
    }
}

fn of_formula(formula: &Formula, facts: &Facts, found: &mut BTreeSet<u32>) {
    let mut read = Vec::new();
    formula.facts(&mut read);
    for fact in read {
        of_fact(fact, facts, found);
    }
}

fn of_sum(sum: &Sum, facts: &Facts, found: &mut BTreeSet<u32>) {
    sum.parts.iter().for_each(|(fact, _)| of_fact(*fact, facts, found));
}

fn of_read(read: &Read, facts: &Facts, found: &mut BTreeSet<u32>) {
    match read {
        Read::Truth(formula) => of_formula(formula, facts, found),
        Read::Flag(fact) | Read::Text(fact) | Read::Moment(_, fact) | Read::Thing(fact, _) => {
            of_fact(*fact, facts, found);
        }
        Read::Number(sum) | Read::Days(sum) => of_sum(sum, facts, found),
        Read::Absent | Read::Word(_) | Read::Other(_) => {}
    }
}
