//! Pieces of rhai: what they read, set and call, bound to the procedure.

use motcua_engine::plan::ScriptKind;
use motcua_engine::script;
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Near;
use super::bind::Binder;
use crate::model::{Duplicate, Function, Kind, Library, Model, Procedure, Script, place};
use crate::spelling::both;
use crate::syntax::{Code, Transition};

/// What scripts may read besides fields, documents, events, clocks and arguments.
const CLOCK: [&str; 5] = ["overdue", "suspended", "running", "ended", "due"];
const DOSSIER: [&str; 3] = ["id", "unit", "outcome"];
const DOCUMENTS: [&str; 2] = ["complete", "missing"];
/// Functions of rhai itself that may be called besides the engine's own.
const RHAI: [&str; 71] = [
    "all",
    "append",
    "bytes",
    "ceiling",
    "chars",
    "chop",
    "clear",
    "crop",
    "dedup",
    "drain",
    "ends_with",
    "exp",
    "extract",
    "fill_with",
    "filter",
    "find",
    "find_map",
    "floor",
    "for_each",
    "fraction",
    "get",
    "index_of",
    "insert",
    "int",
    "is_char_boundary",
    "is_empty",
    "is_even",
    "is_odd",
    "is_zero",
    "len",
    "ln",
    "make_lower",
    "make_upper",
    "map",
    "max",
    "min",
    "mixin",
    "order",
    "pad",
    "pop",
    "push",
    "reduce",
    "reduce_rev",
    "remove",
    "replace",
    "retain",
    "reverse",
    "set",
    "shift",
    "sign",
    "some",
    "sort",
    "sort_by",
    "sort_desc",
    "splice",
    "split",
    "split_rev",
    "sqrt",
    "starts_with",
    "sub_string",
    "tan",
    "to_array",
    "to_chars",
    "to_debug",
    "to_int",
    "to_json",
    "to_lower",
    "to_upper",
    "trim",
    "truncate",
    "zip",
];
const ROOTS: [&str; 8] = ["data", "documents", "first", "latest", "clock", "arg", "now", "dossier"];

/// Returns whether a name is that of a function that comes with rhai or the engine.
pub(crate) fn is_function(name: &str) -> bool {
    RHAI.contains(&name) || script::builtins().iter().any(|(known, _)| *known == name)
}

/// Returns a text in NFC.
pub(crate) fn nfc(text: &SmolStr) -> SmolStr {
    if is_nfc(text) { text.clone() } else { text.nfc().collect() }
}

/// Returns a text with functions as read.
pub(super) fn library(code: &Code) -> Library<'_> {
    let text = nfc(&code.text);
    Library { code, error: script::functions(&text).err(), text }
}

/// Lists the functions that a procedure may call; the first `shared` texts come from elsewhere.
pub(super) fn functions<'a>(procedure: &mut Procedure<'a>, shared: usize, model: &mut Model<'a>) {
    let mut seen = std::collections::HashMap::new();
    for (i, code) in procedure.functions.iter().enumerate() {
        let text = nfc(&code.text);
        let found = script::functions(&text);
        for (name, parameters, at) in found.iter().flatten() {
            let span = place(code, &text, at);
            if let Some(first) = seen.insert((name.clone(), *parameters), span) {
                model.duplicates.push(Duplicate { kind: Kind::Function, name: name.clone(), span, first });
                continue;
            }
            let own = i >= shared;
            procedure.callable.push(Function { name: name.clone(), parameters: *parameters, span, own });
        }
        procedure.used.functions.extend(called(&text));
        if i >= shared {
            model.libraries.push(Library { code, error: found.err(), text });
        }
    }
}

/// Returns the words before an opening bracket that no `fn` precedes: what functions call.
fn called(text: &str) -> Vec<SmolStr> {
    let words = crate::lower::canonical::tokens(text);
    let mut found = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let defines = i.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|before| *before == "fn");
        if !defines && words.get(i + 1).is_some_and(|next| *next == "(") {
            found.push(SmolStr::new(word));
        }
    }
    found
}

impl<'a> Binder<'_, 'a> {
    /// Reads a script of the plan and binds what it mentions.
    pub(super) fn script(&mut self, kind: ScriptKind, code: &'a Code, of: Option<&'a Transition>) {
        let script = self.read(kind, code, of);
        if let Ok(id) = u32::try_from(self.procedure.scripts.len()) {
            self.procedure.script_at.insert(code.span, id);
        }
        self.procedure.scripts.push(script);
    }

    /// Reads a script and binds what it mentions.
    pub(super) fn read(&mut self, kind: ScriptKind, code: &'a Code, of: Option<&'a Transition>) -> Script<'a> {
        self.read_text(kind, code, &code.text, of)
    }

    /// Reads the beginning of a piece of the text as a script and binds what it mentions.
    pub(super) fn read_text(
        &mut self,
        kind: ScriptKind,
        code: &'a Code,
        text: &str,
        of: Option<&'a Transition>,
    ) -> Script<'a> {
        let text = nfc(&SmolStr::new(text));
        let reading = script::read(kind, &text);
        let script = Script { kind, code, text, reading, of };
        for used in script.reading.iter().flat_map(|reading| &reading.paths) {
            self.path(&script, used);
        }
        for call in script.reading.iter().flat_map(|reading| &reading.calls) {
            self.procedure.used.functions.insert(call.name.clone());
            let known = RHAI.contains(&call.name.as_str())
                || script::builtins().iter().any(|(name, _)| *name == call.name)
                || self.procedure.callable.iter().any(|function| function.name == call.name);
            if !known {
                let own: Vec<_> = self.procedure.callable.iter().map(|f| (f.name.clone(), Some(f.span))).collect();
                let names = own.iter().map(|(name, span)| (name.as_str(), *span));
                let built_in = both(script::builtins().iter().map(|(name, _)| *name)).map(|name| (name, None));
                let near = super::nearest(&call.name, names.chain(built_in));
                self.unknown(Kind::Function, &call.name, script.span(&call.at), near);
            }
        }
        self.told(&script);
        script
    }

    fn path(&mut self, script: &Script<'a>, used: &script::PathUse) {
        let segment = |i: usize| used.path.get(i).zip(used.at.get(i).map(|at| script.span(at)));
        let Some((root, at)) = segment(0) else { return };
        let second = segment(1);
        // What is given cannot be set, whatever its name: that is said by itself.
        if used.assigned && matches!(root.as_str(), "documents" | "first" | "latest" | "clock" | "arg" | "dossier") {
            return;
        }
        match (root.as_str(), second) {
            ("data", Some((name, at))) => {
                if let Some(field) = self.procedure.fields.get(name) {
                    mark(&mut self.procedure.used.fields, field);
                } else {
                    let near = self.near_field(name);
                    self.unknown(Kind::Field, name, at, near);
                }
            }
            ("data", None) => self.procedure.used.fields.fill(true),
            ("documents", Some((name, at))) => {
                if DOCUMENTS.contains(&name.as_str()) {
                    self.procedure.used.documents.fill(true);
                } else if let Some(document) = self.procedure.documents.get(name) {
                    mark(&mut self.procedure.used.documents, document);
                } else {
                    let names = self.procedure.documents.iter().map(|w| (w.text.as_str(), Some(w.span)));
                    let near = super::nearest(name, names.chain(both(DOCUMENTS.into_iter()).map(|n| (n, None))));
                    self.unknown(Kind::Document, name, at, near);
                }
            }
            ("first" | "latest", Some((name, at))) => self.event_at(name, at),
            ("clock", Some((name, at))) => {
                self.clock_at(name, at);
                if let Some((property, at)) = segment(2) {
                    self.property(property, at, &CLOCK);
                }
            }
            ("arg", Some((name, at))) => {
                let needs = script.of.map_or(&[][..], |transition| &transition.needs);
                let called = script.of.is_some_and(|of| matches!(of.trigger, crate::syntax::Trigger::Outcome { .. }));
                let is_given = needs.iter().any(|need| need.ty.is_some() && need.name.text == *name);
                if !(is_given || called && name == "outcome") {
                    let names = needs.iter().map(|need| (need.name.text.as_str(), Some(need.name.span)));
                    let near = super::nearest(name, names);
                    self.unknown(Kind::Argument, name, at, near);
                }
            }
            ("dossier", Some((name, at))) => self.property(name, at, &DOSSIER),
            ("now", _) => {}
            ("documents" | "first" | "latest" | "clock" | "arg" | "dossier", None) => {
                let near = Some(Near { name: format!("{root}.…"), declared: None, is_only: false });
                self.unknown(Kind::Fact, root, at, near);
            }
            _ => {
                let near = self.near_fact(root, script.of);
                self.unknown(Kind::Fact, root, at, near);
            }
        }
    }

    fn property(&mut self, name: &SmolStr, at: crate::syntax::Span, known: &[&'static str]) {
        if !known.contains(&name.as_str()) {
            let near = super::nearest(name, both(known.iter().copied()).map(|n| (n, None)));
            let all = || Near { name: known.join("`, `"), declared: None, is_only: false };
            self.unknown(Kind::Property, name, at, near.or_else(|| Some(all())));
        }
    }

    /// Returns the fact that was meant by a bare word: mostly a field without its `data`.
    fn near_fact(&self, name: &str, of: Option<&Transition>) -> Option<Near> {
        let needs = of.map_or(&[][..], |transition| &transition.needs);
        if let Some(need) = needs.iter().find(|need| need.ty.is_some() && need.name.text == name) {
            return Some(Near { name: format!("arg.{name}"), declared: Some(need.name.span), is_only: false });
        }
        if let Some(near) = self.near_field(name) {
            return Some(Near { name: format!("data.{}", near.name), is_only: false, ..near });
        }
        super::nearest(name, both(ROOTS.into_iter()).map(|root| (root, None)))
    }
}

/// Notes that something mentions a thing.
pub(crate) fn mark(used: &mut [bool], index: usize) {
    if let Some(flag) = used.get_mut(index) {
        *flag = true;
    }
}
