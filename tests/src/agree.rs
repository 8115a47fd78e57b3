//! Any script about any dossier: what is answered without the interpreter is what the interpreter answers.
//!
//! Guards, values and statements are made up, ill-typed ones among them; so are dossiers, events under way and arguments.
//! Each script is asked about each dossier both ways, and the two are held against each other: what holds, what each
//! field is set to and in which order, and that nothing is answered where the interpreter fails.

mod dossiers;
mod texts;

use std::cell::RefCell;
use std::fmt;

use motcua_engine::plan::{Bundle, DocumentPlan, EventRef, ScriptKind, ScriptPlan};
use motcua_engine::script::{Asked, read};
use motcua_engine::{CommandId, ScriptId, StateId, World};
use proptest::test_runner::{Config, TestRunner};

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Scripts asked about dossiers.
    pub pairs: u64,
    /// Pairs of guards and values, and pairs of statements, that were answered without the interpreter.
    pub answered: [u64; 2],
    /// Pairs that fail: the interpreter says how.
    pub faults: u64,
    /// Answers that are not those of the interpreter.
    pub differences: Vec<String>,
}

/// A procedure with a field of every type, and clocks. Its scripts and its documents are put in below.
const PROCEDURE: &str = r"procedure p {
    data {
        n integer ?                     m integer in -100..100_000 ?
        d decimal ?                     fee money ?
        t text ?                        zone one of urban, Ánh ?
        b boolean = true                paid boolean ?
        on date ?                       since date in 2000-01-01..2100-01-01 ?
        at instant ?
        list list of text ?             record record { a integer ? } ?
    }
    roles { a }
    clock whole {
        limit 5 days, no roll
        runs from work until rest
    }
    clock step {
        limit 3 days, no roll
        runs from work until rest
    }
    on open by a -> work
    state work by a { on go -> work }
    state rest final
    from any on leave -> rest
}";

const FUNCTIONS: &str = "fn twice(x) { 2 * x }
fn capped(a, b) { let one = min(a, b) * 2; if one > 100 { 100 } else { one } }
fn tariff(zone) { if zone == \"urban\" { 75_000 } else { if zone == () { () } else { 50_000 } } }
fn stepped(x) { let y = x; if y > 10 { y = 10; } y += 1; twice(y) }
fn same(x) { x; }";

/// Asks scripts about dossiers: so many cases, in each every script of a handful about every dossier of some.
///
/// # Errors
/// The procedure that all of it is about cannot be loaded, or nothing can be made up.
pub fn compare(cases: u32) -> Result<Tally, String> {
    let base = base()?;
    let opened = dossiers::opened(&load(&base, &[])?)?;
    let tally = RefCell::new(Tally::default());
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(texts::scripts(), dossiers::asked(&opened)), |(scripts, dossiers)| {
        let known = |(kind, text): &(ScriptKind, String)| read(*kind, text).is_ok();
        let scripts: Vec<_> = scripts.into_iter().filter(known).collect();
        let world = load(&base, &scripts).map_err(proptest::test_runner::TestCaseError::fail)?;
        for (script, (kind, _)) in (GUARDS..).zip(&scripts) {
            for about in &dossiers {
                let dossier = about.dossier(&opened);
                tally.borrow_mut().add(*kind, about.ask(&world, &dossier, ScriptId(script)));
            }
        }
        Ok(())
    });
    outcome.map_err(|why| why.to_string())?;
    Ok(tally.into_inner())
}

/// The scripts that documents ask for.
const GUARDS: u32 = 2;

/// Returns the bundle, with guards of documents that may fail.
fn base() -> Result<Bundle, String> {
    let mut bundle = crate::bundle(&[("p.tthc", PROCEDURE)])?;
    let logic = &mut bundle.plans.first_mut().ok_or("no plan")?.logic;
    let document =
        |name: &str, when: Option<ScriptId>| DocumentPlan { name: name.into(), copies: 2, original: false, when };
    let guard = |text: &str| ScriptPlan { kind: ScriptKind::Guard, text: text.into() };
    logic.documents =
        vec![document("form", None), document("plan", Some(ScriptId(0))), document("deed", Some(ScriptId(1)))];
    logic.scripts = vec![guard("data.m == () || data.m + 1 > 3"), guard("data.paid == true && data.d * 2 > 9")];
    logic.marks = vec![EventRef::Command(CommandId(0)), EventRef::Command(CommandId(1)), EventRef::Enter(StateId(1))];
    logic.functions = FUNCTIONS.into();
    Ok(bundle)
}

fn load(base: &Bundle, scripts: &[(ScriptKind, String)]) -> Result<World, String> {
    let mut bundle = base.clone();
    let logic = &mut bundle.plans.first_mut().ok_or("no plan")?.logic;
    logic.scripts.extend(scripts.iter().map(|(kind, text)| ScriptPlan { kind: *kind, text: text.clone() }));
    World::load(bundle).map_err(|error| error.to_string())
}

impl Tally {
    fn add(&mut self, kind: ScriptKind, asked: Result<Asked<'_>, motcua_engine::script::Fault>) {
        let asked = match asked {
            Ok(asked) => asked,
            Err(fault) => return self.differences.push(fault.to_string()),
        };
        let (lowered, interpreted) = (asked.lowered(), asked.interpreted());
        self.pairs += 1;
        self.faults += u64::from(interpreted.is_err());
        let Some(lowered) = lowered else { return };
        let [expressions, statements] = &mut self.answered;
        *if kind == ScriptKind::Effect { statements } else { expressions } += 1;
        if interpreted.as_ref() != Ok(&lowered) {
            self.differences.push(format!("{lowered:?} is not {interpreted:?}: {asked:?}"));
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pairs, answered: [expressions, statements], faults, differences } = self;
        write!(
            f,
            "{pairs} pairs: {expressions} guards and values and {statements} effects answered without the interpreter, \
             {faults} faults, {} differences",
            differences.len()
        )
    }
}
