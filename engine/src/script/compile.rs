//! Compiles scripts once, and runs them.

use std::fmt;

use rhai::{AST, Dynamic, Engine, OptimizationLevel, ParseError, ParseErrorType, Scope};
use smol_str::SmolStr;

use super::bind::{Changes, Fact, Facts, Outgoing};
use super::builtins::{Sendings, register};
use super::fault::{self, Fault, FaultKind};
use super::heard::{Heard, Listener, MARK};
use super::lower;
use super::scan::{OUTGOING, SENDERS, Scanned, ScriptError, hidden, scan, scan_beside, variable};
use super::terms::{CALENDAR, Days};
use super::tree::{Program, Tree};
use crate::plan::{Logic, Place, ScriptKind, ScriptPlan};
use crate::{FieldId, Value};

/// How far a script may go before the command that runs it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the interpreter.
    pub operations: u64,
    /// Calls inside calls.
    pub calls: usize,
    /// Brackets inside brackets.
    pub depth: usize,
    /// Bytes of a text.
    pub text: usize,
    /// Items of a list or a record.
    pub items: usize,
    /// Variables.
    pub variables: usize,
}

/// The bounds of every script.
pub const LIMITS: Limits =
    Limits { operations: 100_000, calls: 24, depth: 48, text: 65_536, items: 4_096, variables: 256 };

/// The one configuration of rhai: it compiles and runs every script, and is free of state. Somebody may listen.
pub struct Interpreter(Engine, Option<Listener>);

impl fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interpreter").finish_non_exhaustive()
    }
}

impl Default for Interpreter {
    fn default() -> Self {
        let Self(mut engine, listener) = Self::for_syntax();
        register(&mut engine);
        Self(engine, listener)
    }
}

impl Interpreter {
    /// Returns an interpreter that knows rhai's grammar and our bounds but no function: enough to read a script, and a
    /// hundred times quicker to make.
    fn for_syntax() -> Self {
        let mut engine = Engine::new_raw();
        engine
            .set_optimization_level(OptimizationLevel::None)
            .set_max_operations(LIMITS.operations)
            .set_max_call_levels(LIMITS.calls)
            .set_max_expr_depths(LIMITS.depth, LIMITS.depth)
            .set_max_string_size(LIMITS.text)
            .set_max_array_size(LIMITS.items)
            .set_max_map_size(LIMITS.items)
            .set_max_variables(LIMITS.variables)
            .set_max_functions(LIMITS.variables)
            .set_strict_variables(false)
            .set_allow_looping(true)
            .set_allow_shadowing(true)
            .set_allow_anonymous_fn(true)
            .disable_symbol("eval");
        Self(engine, None)
    }

    /// Returns an interpreter that tells somebody what guards answer and which marks functions come by.
    pub(crate) fn heard(listener: Listener) -> Self {
        let Self(mut engine, _) = Self::default();
        engine.register_fn(MARK, move |text: &str| listener(Heard::Mark(text)));
        Self(engine, Some(listener))
    }
}

/// Where a script came from, to say where it failed.
#[derive(Clone, Debug)]
pub(super) struct Source {
    rhai: String,
    inserted: Vec<(usize, usize)>,
    original: String,
    place: Place,
}

impl Source {
    fn new(scanned: &Scanned, text: &str, place: &Place) -> Self {
        Self {
            rhai: scanned.rhai.clone(),
            inserted: scanned.inserted.clone(),
            original: text.to_owned(),
            place: place.clone(),
        }
    }

    /// Returns the place in the definition of a line and column (in characters) of the text for rhai.
    pub(super) fn place(&self, line: Option<usize>, column: Option<usize>) -> Place {
        let at = offset(&self.rhai, line, column);
        let put_in: usize = self.inserted.iter().filter(|(place, _)| *place < at).map(|(_, n)| n).sum();
        let before = self.original.get(..at.saturating_sub(put_in)).unwrap_or(&self.original);
        let lines = u32::try_from(before.matches('\n').count()).unwrap_or(0);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let column = u32::try_from(column).unwrap_or(0);
        let column = if lines == 0 { self.place.column + column } else { column + 1 };
        Place { file: self.place.file.clone(), line: self.place.line + lines, column }
    }
}

fn offset(text: &str, line: Option<usize>, column: Option<usize>) -> usize {
    let start = text.split_inclusive('\n').take(line.unwrap_or(1).saturating_sub(1)).map(str::len).sum::<usize>();
    let within = text.get(start..).unwrap_or_default();
    let column = column.unwrap_or(1).saturating_sub(1);
    start + within.chars().take(column).map(char::len_utf8).sum::<usize>()
}

/// A compiled script with the facts that it reads.
#[derive(Debug)]
pub(crate) struct Script {
    ast: AST,
    kind: ScriptKind,
    /// What it comes down to, where it comes down to that little.
    lowered: Option<Lowered>,
    facts: Vec<Bound>,
    sends: bool,
    counts: bool,
    source: Box<Source>,
}

#[derive(Debug)]
enum Lowered {
    Tree(Tree),
    Program(Program),
}

/// One fact that a script reads, and the variable it stands in.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) path: SmolStr,
    pub(super) name: SmolStr,
    pub(crate) fact: Fact,
    /// Whether the script sets it.
    pub(crate) set: bool,
}

/// Says whether the text is a script of that kind.
pub(super) fn syntax(kind: ScriptKind, scanned: &Scanned) -> Result<(), ScriptError> {
    Interpreter::for_syntax().parse(kind, scanned).map(|_| ())
}

/// Says whether the text is rhai and its functions see only their parameters.
pub(super) fn function_syntax(scanned: &Scanned) -> Result<(), ScriptError> {
    let engine = Interpreter::for_syntax();
    engine.0.compile(&scanned.rhai).map_err(|error| parse_error(&error, scanned))?;
    if let Some(used) = scanned.reading.paths.first() {
        let message = format!("a function sees only its parameters, not `{}`: hand it over", used.path.join("."));
        return Err(ScriptError { message, at: used.at.first().cloned().unwrap_or_default() });
    }
    let given = |call: &&super::CallUse| !call.method && hidden(&call.name).is_some();
    if !scanned.inserted.is_empty()
        && let Some(call) = scanned.reading.calls.iter().find(given)
    {
        let message =
            format!("a function sees only its parameters, so it cannot call `{}`: hand over what it gives", call.name);
        return Err(ScriptError { message, at: call.at.clone() });
    }
    Ok(())
}

/// Returns rhai's own tree of an expression, for tests.
#[cfg(test)]
pub(super) fn debugged(text: &str) -> Option<String> {
    let scanned = scan(text).ok()?;
    let tree = Interpreter::for_syntax().parse(ScriptKind::Value, &scanned).ok()?;
    Some(format!("{:?}", tree.statements()))
}

fn parse_error(error: &ParseError, scanned: &Scanned) -> ScriptError {
    let position = error.position();
    let start = scanned.place(offset(&scanned.rhai, position.line(), position.position()));
    let message = match error.err_type() {
        ParseErrorType::UnexpectedEOF => "the expression is not complete".into(),
        ParseErrorType::ExprTooDeep => format!("more than {} brackets inside brackets", LIMITS.depth),
        ParseErrorType::MissingToken(token, _) => format!("a `{token}` is missing here"),
        ParseErrorType::UnknownOperator(token) => format!("`{token}` is no operator"),
        ParseErrorType::Reserved(token) => format!("`{token}` is reserved"),
        ParseErrorType::ExprExpected(_) => "an expression is expected here".into(),
        ParseErrorType::AssignmentToInvalidLHS(_) => "this cannot be set".into(),
        ParseErrorType::WrongFnDefinition | ParseErrorType::FnMissingBody(_) => "this is no complete function".into(),
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect())
        }
    };
    ScriptError { message, at: start..start }
}

impl Interpreter {
    fn parse(&self, kind: ScriptKind, scanned: &Scanned) -> Result<AST, ScriptError> {
        let parsed = match kind {
            ScriptKind::Guard | ScriptKind::Value => self.0.compile_expression(&scanned.rhai),
            ScriptKind::Effect => self.0.compile(&scanned.rhai),
        };
        parsed.map_err(|error| parse_error(&error, scanned))
    }

    /// Returns a script ready to run, its facts resolved against a plan.
    pub(crate) fn compile(&self, script: &ScriptPlan, place: &Place, logic: &Logic) -> Result<Script, ScriptError> {
        let scanned = scan_beside(&script.text, &logic.functions)?;
        let mut ast = self.parse(script.kind, &scanned)?;
        if !logic.functions.is_empty() && !scanned.reading.calls.is_empty() {
            let functions = scan(&logic.functions)?;
            let library = self.0.compile(&functions.rhai).map_err(|error| parse_error(&error, &functions))?;
            ast = library.clone_functions_only().merge(&ast);
        }
        let mut facts: Vec<Bound> = Vec::new();
        for used in &scanned.reading.paths {
            let path = SmolStr::new(used.path.join("."));
            if let Some(known) = facts.iter_mut().find(|bound| bound.path == path) {
                known.set |= used.assigned;
            } else {
                let fact = Fact::resolve(&used.path, logic)
                    .map_err(|message| ScriptError { message, at: used.at.first().cloned().unwrap_or_default() })?;
                facts.push(Bound { path, name: variable(&used.path), fact, set: used.assigned });
            }
        }
        let calls = |names: &[&str]| {
            let calls = &scanned.reading.calls;
            calls.iter().any(|call| !call.method && names.contains(&call.name.as_str()))
        };
        let (sends, counts) = (calls(&SENDERS), scanned.rhai.contains(CALENDAR));
        let lowered = match script.kind {
            ScriptKind::Guard | ScriptKind::Value => lower::expression(&ast, &facts).map(Lowered::Tree),
            ScriptKind::Effect => lower::statements(&ast, &facts).map(Lowered::Program),
        };
        let source = Box::new(Source::new(&scanned, &script.text, place));
        Ok(Script { ast, kind: script.kind, lowered, facts, sends, counts, source })
    }

    /// Returns whether a guard holds.
    #[inline]
    pub(crate) fn holds(&self, script: &Script, facts: &Facts<'_>) -> Result<bool, Fault> {
        let holds = match script.quick_truth(facts) {
            Some(holds) => holds,
            None => self.interpreted_truth(script, facts)?,
        };
        // What has a mark in it is never answered without the interpreter.
        if let Some(listener) = self.1 {
            listener(Heard::Guard { plan: facts.procedure.plan.hash, place: script.place(), holds });
        }
        Ok(holds)
    }

    /// Returns whether a guard holds as rhai says: the reference for every other way of asking.
    pub(super) fn interpreted_truth(&self, script: &Script, facts: &Facts<'_>) -> Result<bool, Fault> {
        let mut scope = script.bind(facts)?;
        self.0.eval_ast_with_scope::<bool>(&mut scope, &script.ast).map_err(|error| fault::of(&error, &script.source))
    }

    /// Returns the value of an expression.
    pub(crate) fn value(&self, script: &Script, facts: &Facts<'_>) -> Result<Value, Fault> {
        let quick = if self.1.is_none() { script.quick_value(facts) } else { None };
        quick.map_or_else(|| self.interpreted_value(script, facts), Ok)
    }

    /// Returns the value of an expression as rhai says.
    pub(super) fn interpreted_value(&self, script: &Script, facts: &Facts<'_>) -> Result<Value, Fault> {
        let mut scope = script.bind(facts)?;
        let value = self.0.eval_ast_with_scope::<Dynamic>(&mut scope, &script.ast);
        let value = value.map_err(|error| fault::of(&error, &script.source))?;
        super::bind::value(&value)
            .ok_or_else(|| script.other(format!("a {} cannot be stored", fault::type_name(value.type_name()))))
    }

    /// Returns what statements change and send out.
    pub(crate) fn run(&self, script: &Script, facts: &Facts<'_>) -> Result<Outgoing, Fault> {
        match if self.1.is_none() { script.quick_changes(facts) } else { None } {
            Some(set) => Ok(Outgoing { set, sent: Vec::new() }),
            None => self.interpreted_run(script, facts),
        }
    }

    /// Returns what statements change and send out as rhai says.
    pub(super) fn interpreted_run(&self, script: &Script, facts: &Facts<'_>) -> Result<Outgoing, Fault> {
        let mut scope = script.bind(facts)?;
        if script.sends {
            scope.push(OUTGOING, Sendings::default());
        }
        let mut before = scope.clone();
        let ran = self.0.run_ast_with_scope(&mut scope, &script.ast);
        ran.map_err(|error| fault::of(&error, &script.source))?;
        let mut outgoing = Outgoing::default();
        for bound in &script.facts {
            let Fact::Field(field) = bound.fact else { continue };
            let (Some(old), Some(new)) = (before.get_mut(&bound.name), scope.get(&bound.name)) else { continue };
            if !super::bind::same(old, new) {
                outgoing.set.push((field, script.dynamic(field, new, facts)?));
            }
        }
        if script.sends {
            outgoing.sent = scope.remove::<Sendings>(OUTGOING).unwrap_or_default().0;
        }
        Ok(outgoing)
    }
}

impl Script {
    /// Returns a scope that holds what the script reads, and nothing else.
    #[inline]
    fn bind(&self, facts: &Facts<'_>) -> Result<Scope<'_>, Fault> {
        let mut scope = Scope::new();
        for bound in &self.facts {
            // Fields are by far the most frequent facts, and reading one cannot fail.
            let value = match &bound.fact {
                Fact::Field(field) => facts.field_value(*field),
                fact => facts.read(fact)?,
            };
            scope.push_dynamic(bound.name.as_str(), value);
        }
        if self.counts {
            scope.push_constant(CALENDAR, Days(std::sync::Arc::new(facts.calendar().clone())));
        }
        Ok(scope)
    }

    /// Returns whether a guard holds, or nothing where only the interpreter can say.
    #[inline]
    pub(super) fn quick_truth(&self, facts: &Facts<'_>) -> Option<bool> {
        match &self.lowered {
            Some(Lowered::Tree(tree)) => tree.holds(facts),
            _ => None,
        }
    }

    /// Returns the value of an expression, or nothing where only the interpreter can say.
    pub(super) fn quick_value(&self, facts: &Facts<'_>) -> Option<Value> {
        match &self.lowered {
            Some(Lowered::Tree(tree)) => tree.value(facts),
            _ => None,
        }
    }

    /// Returns what statements change, or nothing where only the interpreter can say.
    pub(super) fn quick_changes(&self, facts: &Facts<'_>) -> Option<Changes> {
        let Some(Lowered::Program(program)) = &self.lowered else { return None };
        let mut changes = program.run(facts)?;
        for (field, value) in &mut changes {
            *value = self.stored(*field, value.take(), facts).ok()?;
        }
        Some(changes)
    }

    /// Returns whether it is asked without the interpreter first.
    pub(crate) fn is_lowered(&self) -> bool {
        self.lowered.is_some()
    }

    /// Returns what it is for.
    pub(super) fn kind(&self) -> ScriptKind {
        self.kind
    }

    /// Returns what the script reads: the path as written, and the fact.
    pub(crate) fn facts(&self) -> &[Bound] {
        &self.facts
    }

    /// Returns the fields that the script sets.
    pub(crate) fn sets(&self) -> impl Iterator<Item = FieldId> {
        self.facts.iter().filter(|bound| bound.set).filter_map(|bound| match bound.fact {
            Fact::Field(field) => Some(field),
            _ => None,
        })
    }

    /// Returns whether the script sends something out.
    pub(crate) fn sends(&self) -> bool {
        self.sends
    }

    /// Returns what the script reads, with its values, for people.
    pub(crate) fn read(&self, facts: &Facts<'_>) -> Vec<(SmolStr, Option<Value>)> {
        let value = |bound: &Bound| facts.read(&bound.fact).ok().and_then(|read| super::bind::value(&read));
        self.facts.iter().map(|bound| (bound.path.clone(), value(bound))).collect()
    }

    /// Returns the script as the author wrote it.
    pub(crate) fn text(&self) -> &str {
        &self.source.original
    }

    /// Returns where the script stands.
    pub(crate) fn place(&self) -> &Place {
        &self.source.place
    }

    /// Returns a fault of the script as a whole.
    pub(crate) fn other(&self, message: String) -> Fault {
        Fault { kind: FaultKind::Other, message, place: self.source.place.clone() }
    }

    /// Returns what rhai has left in a field as the field holds it.
    fn dynamic(&self, field: FieldId, new: &Dynamic, facts: &Facts<'_>) -> Result<Option<Value>, Fault> {
        if new.is_unit() {
            return self.stored(field, None, facts);
        }
        let value = super::bind::value(new).ok_or_else(|| {
            let name = facts.field(field).map(|plan| plan.name.as_str()).unwrap_or_default();
            self.other(format!("a {} cannot be stored in `{name}`", fault::type_name(new.type_name())))
        })?;
        self.stored(field, Some(value), facts)
    }

    /// Returns what a field is set to as the field holds it.
    fn stored(&self, field: FieldId, new: Option<Value>, facts: &Facts<'_>) -> Result<Option<Value>, Fault> {
        let Some(plan) = facts.field(field) else { return Err(self.other("a field is not known".into())) };
        let Some(value) = new else {
            return if plan.optional { Ok(None) } else { Err(self.other(format!("`{}` cannot be absent", plan.name))) };
        };
        let value = value.into_type(&plan.ty).map_err(|why| self.other(format!("`{}`: {why}", plan.name)))?;
        crate::step::fits(facts.procedure, field, plan, &value)
            .map_err(|why| self.other(format!("`{}`: {why}", plan.name)))?;
        Ok(Some(value))
    }
}
