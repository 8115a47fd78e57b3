//! Everything of all files that others can name, and what each file brings in by its `use` lines.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use motcua_engine::calendar::{Calendar, CalendarSpec};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::{Near, nearest, scripts};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Duplicate, Kind, Model, Unknown};
use crate::syntax::{self, File, Item, Span, UseKind, Word};

/// What a file brings in by its `use` lines.
#[derive(Default)]
pub(crate) struct Shared<'a> {
    pub(super) calendar: Option<&'a syntax::Calendar>,
    pub(super) organisation: Option<&'a syntax::Organisation>,
    pub(super) scripts: Vec<&'a syntax::Script>,
    /// Those of the file itself first.
    pub(super) tables: Vec<&'a syntax::Table>,
}

/// A file on the shelf.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shelved<'a> {
    /// The number that its spans have.
    pub(crate) number: u32,
    pub(crate) text: &'a str,
    pub(crate) syntax: &'a File,
}

/// Everything of all files that others can name.
#[derive(Debug)]
pub(crate) struct Shelf<'a> {
    /// All files, by number.
    pub(crate) files: Vec<Shelved<'a>>,
    /// Calendars, the first of each name.
    pub(crate) calendars: Vec<&'a syntax::Calendar>,
    /// Organisations, the first of each name.
    pub(crate) organisations: Vec<&'a syntax::Organisation>,
    /// The first of each name.
    named: FxHashMap<(UseKind, &'a str), &'a Item>,
    /// Procedures by name, each with its file, in order.
    procedures: FxHashMap<&'a str, Vec<(usize, &'a syntax::Procedure)>>,
    /// Tests and set-ups, in order.
    tests: Vec<&'a syntax::Test>,
    /// The same by the procedure that they are for.
    tested: FxHashMap<&'a str, Vec<&'a syntax::Test>>,
    /// Tables that some `use` line names.
    used: FxHashSet<&'a str>,
    /// Tables that a file with procedures uses or holds.
    read: FxHashSet<&'a str>,
    /// Items of which the parser could not read a part, by file and first byte.
    lost: FxHashSet<(u32, u32)>,
    /// Some file could not be read in full: what is missing may stand there.
    pub(crate) is_damaged: bool,
    almanac: Arc<Almanac>,
}

/// Calendars, each compiled once.
#[derive(Debug, Default)]
pub(crate) struct Almanac(Mutex<FxHashMap<SmolStr, Option<Arc<Calendar>>>>);

impl Almanac {
    /// Returns a calendar that is known, or compiles it; nothing where it is none.
    pub(crate) fn get(&self, name: &SmolStr, spec: impl FnOnce() -> CalendarSpec) -> Option<Arc<Calendar>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || Calendar::compile(spec()).ok().map(Arc::new);
        known.entry(name.clone()).or_insert_with(compile).clone()
    }
}

/// Returns what an item defines that `use` can name.
fn usable(item: &Item) -> Option<(UseKind, &Word)> {
    match item {
        Item::Calendar(calendar) => Some((UseKind::Calendar, &calendar.name)),
        Item::Organisation(organisation) => Some((UseKind::Organisation, &organisation.name)),
        Item::Script(script) => Some((UseKind::Script, &script.name)),
        Item::Table(table) => Some((UseKind::Table, &table.name)),
        Item::Use(_) | Item::Procedure(_) | Item::Test(_) => None,
    }
}

impl<'a> Shelf<'a> {
    /// Returns the shelf of files, by number, each with its text and what the parser found in it.
    pub(crate) fn new(
        files: impl Iterator<Item = (u32, &'a str, &'a File, &'a [Finding])>,
        almanac: Arc<Almanac>,
    ) -> Self {
        let mut shelf = Self {
            files: Vec::new(),
            calendars: Vec::new(),
            organisations: Vec::new(),
            named: FxHashMap::default(),
            procedures: FxHashMap::default(),
            tests: Vec::new(),
            tested: FxHashMap::default(),
            used: FxHashSet::default(),
            read: FxHashSet::default(),
            lost: FxHashSet::default(),
            is_damaged: false,
            almanac,
        };
        for (number, text, syntax, faults) in files {
            shelf.place(Shelved { number, text, syntax });
            if faults.iter().any(|fault| fault.severity == Severity::Error) {
                shelf.is_damaged = true;
                shelf.lost.extend(lost(syntax, faults));
            }
        }
        shelf
    }

    fn place(&mut self, file: Shelved<'a>) {
        let position = self.files.len();
        let reads = file.syntax.items.iter().any(|item| matches!(item, Item::Procedure(_)));
        for item in &file.syntax.items {
            if let Some((kind, name)) = usable(item) {
                let is_first = !self.named.contains_key(&(kind, name.text.as_str()));
                self.named.entry((kind, name.text.as_str())).or_insert(item);
                match item {
                    Item::Calendar(calendar) if is_first => self.calendars.push(calendar),
                    Item::Organisation(organisation) if is_first => self.organisations.push(organisation),
                    Item::Table(table) if reads => {
                        self.read.insert(table.name.text.as_str());
                    }
                    _ => {}
                }
            }
            match item {
                Item::Procedure(procedure) => {
                    self.procedures.entry(procedure.name.text.as_str()).or_default().push((position, procedure));
                }
                Item::Test(test) => {
                    self.tests.push(test);
                    self.tested.entry(test.procedure.text.as_str()).or_default().push(test);
                }
                Item::Use(used) if used.kind == UseKind::Table => {
                    self.used.insert(used.name.text.as_str());
                    if reads {
                        self.read.insert(used.name.text.as_str());
                    }
                }
                _ => {}
            }
        }
        self.files.push(file);
    }

    /// Returns the text of a file.
    pub(crate) fn text(&self, file: u32) -> &'a str {
        let at = self.files.binary_search_by_key(&file, |shelved| shelved.number);
        at.ok().and_then(|at| self.files.get(at)).map(|shelved| shelved.text).unwrap_or_default()
    }

    /// Returns the item that a `use` of a name means.
    pub(crate) fn item(&self, kind: UseKind, name: &str) -> Option<&'a Item> {
        self.named.get(&(kind, name)).copied()
    }

    /// Returns the calendar of a name.
    pub(crate) fn calendar(&self, name: &str) -> Option<&'a syntax::Calendar> {
        match self.item(UseKind::Calendar, name) {
            Some(Item::Calendar(calendar)) => Some(calendar),
            _ => None,
        }
    }

    /// Returns the names of all calendars, in order.
    pub(crate) fn calendar_names(&self) -> impl Iterator<Item = &'a Word> {
        self.calendars.iter().map(|calendar| &calendar.name)
    }

    fn table(&self, name: &str) -> Option<&'a syntax::Table> {
        match self.item(UseKind::Table, name) {
            Some(Item::Table(table)) => Some(table),
            _ => None,
        }
    }

    /// Returns the procedures of a name, each with its file.
    pub(crate) fn versions(&self, name: &str) -> impl Iterator<Item = (&Shelved<'a>, &'a syntax::Procedure)> {
        let all = self.procedures.get(name).into_iter().flatten();
        all.filter_map(|(file, procedure)| Some((self.files.get(*file)?, *procedure)))
    }

    /// Returns the names of all procedures, in order.
    pub(crate) fn procedure_names(&self) -> impl Iterator<Item = &'a Word> {
        self.files.iter().flat_map(|file| &file.syntax.items).filter_map(|item| match item {
            Item::Procedure(procedure) => Some(&procedure.name),
            _ => None,
        })
    }

    /// Returns the tests and set-ups of all files or of one of them, in order.
    pub(crate) fn tests(&self, of: Option<u32>) -> &[&'a syntax::Test] {
        let Some(of) = of else { return &self.tests };
        let from = self.tests.partition_point(|test| test.span.file < of);
        let until = self.tests.partition_point(|test| test.span.file <= of);
        self.tests.get(from..until).unwrap_or_default()
    }

    /// Returns the tests and set-ups of all files for the procedures that those of one file are for, in order.
    pub(crate) fn tests_beside(&self, of: Option<u32>) -> Vec<&'a syntax::Test> {
        if of.is_none() {
            return self.tests.clone();
        }
        let names: BTreeSet<&str> = self.tests(of).iter().map(|test| test.procedure.text.as_str()).collect();
        let mut found: Vec<_> = names.into_iter().filter_map(|name| self.tested.get(name)).flatten().copied().collect();
        found.sort_by_key(|test| test.span);
        found
    }

    /// Returns whether a `use` line names a table.
    pub(super) fn is_used(&self, table: &str) -> bool {
        self.used.contains(table)
    }

    /// Returns whether some procedure reads a table beside its data.
    pub(super) fn is_read(&self, table: &syntax::Table) -> bool {
        let name = table.name.text.as_str();
        self.read.contains(name) && self.table(name).is_some_and(|first| first.name.span == table.name.span)
    }

    /// Returns whether a part of an item could not be read.
    pub(crate) fn is_lost(&self, item: Span) -> bool {
        self.lost.contains(&(item.file, item.start))
    }

    pub(crate) fn almanac(&self) -> &Almanac {
        &self.almanac
    }

    /// Lists what a file declares for others, and what was declared before.
    pub(super) fn declared(&self, file: &Shelved<'a>, model: &mut Model<'a>) {
        for item in &file.syntax.items {
            let Some((kind, name)) = usable(item) else { continue };
            let first = self.item(kind, &name.text).and_then(usable).map_or(name.span, |(_, first)| first.span);
            if first != name.span {
                let kind = self::kind(kind);
                model.duplicates.push(Duplicate { kind, name: name.text.clone(), span: name.span, first });
                continue;
            }
            match item {
                Item::Calendar(calendar) => model.calendars.push(calendar),
                Item::Organisation(organisation) => model.organisations.push(organisation),
                Item::Script(script) => model.libraries.push(scripts::library(&script.code)),
                Item::Table(_) | Item::Use(_) | Item::Procedure(_) | Item::Test(_) => {}
            }
        }
    }

    /// Lists the names of calendars underneath that stand for nothing.
    pub(super) fn bases(&self, model: &mut Model<'a>) {
        let bases = model.calendars.iter().filter_map(|calendar| calendar.over.as_ref());
        let missing = bases.filter(|base| self.calendar(&base.text).is_none());
        let missing = missing.map(|base| self.unknown(UseKind::Calendar, base)).collect();
        self.missing(missing, model);
    }

    /// Lists names that stand for nothing, unless the thing may stand where some file could not be read.
    pub(super) fn missing(&self, mut unknown: Vec<Unknown>, model: &mut Model<'a>) {
        model.is_doubtful |= !unknown.is_empty();
        if !self.is_damaged {
            model.unknown.append(&mut unknown);
        }
    }

    fn unknown(&self, kind: UseKind, word: &Word) -> Unknown {
        let near = self.near(kind, &word.text);
        Unknown { kind: self::kind(kind), name: word.text.clone(), span: word.span, near, in_lost: false }
    }

    pub(super) fn shared(&self, file: &'a File, model: &mut Model<'a>) -> Shared<'a> {
        let own = file.items.iter().filter_map(|item| if let Item::Table(table) = item { Some(table) } else { None });
        let first = |table: &&syntax::Table| {
            self.table(&table.name.text).is_some_and(|first| first.name.span == table.name.span)
        };
        let mut shared = Shared { tables: own.filter(first).collect(), ..Shared::default() };
        let mut seen: FxHashMap<(UseKind, &str), Span> = FxHashMap::default();
        let procedures = file.items.iter().any(|item| matches!(item, Item::Procedure(_)));
        let units = file.items.iter().any(|item| matches!(item, Item::Organisation(_)));
        for item in &file.items {
            let Item::Use(used) = item else { continue };
            let (name, kind) = (used.name.text.as_str(), kind(used.kind));
            // A file speaks of one calendar and one organisation; of scripts and tables it may use many.
            let key = if matches!(used.kind, UseKind::Script | UseKind::Table) { name } else { "" };
            if let Some(first) = seen.insert((used.kind, key), used.name.span) {
                let name = used.name.text.clone();
                model.used_twice.push(used.name.span);
                model.duplicates.push(Duplicate { kind, name, span: used.name.span, first });
                continue;
            }
            let found = self.item(used.kind, name);
            match found {
                Some(Item::Calendar(calendar)) => shared.calendar = Some(calendar),
                Some(Item::Organisation(organisation)) => shared.organisation = Some(organisation),
                Some(Item::Script(script)) => shared.scripts.push(script),
                Some(Item::Table(table)) if shared.tables.iter().all(|own| own.name.span != table.name.span) => {
                    shared.tables.push(table);
                }
                _ => {}
            }
            if found.is_none() {
                self.missing(vec![self.unknown(used.kind, &used.name)], model);
            } else if !(procedures || used.kind == UseKind::Calendar && (units || lies_under(file, name))) {
                model.unused.push(used);
            }
        }
        shared
    }

    fn near(&self, kind: UseKind, name: &str) -> Option<Near> {
        let named = self.named.iter().filter(|((of, _), _)| *of == kind);
        let mut words: Vec<&Word> = named.filter_map(|(_, item)| Some(usable(item)?.1)).collect();
        words.sort_by_key(|word| word.span);
        nearest(name, words.into_iter().map(|w| (w.text.as_str(), Some(w.span))))
    }
}

/// Returns whether a calendar of the file lies over the calendar of this name.
fn lies_under(file: &File, name: &str) -> bool {
    let over = |item: &Item| matches!(item, Item::Calendar(c) if c.over.as_ref().is_some_and(|base| base.text == name));
    file.items.iter().any(over)
}

/// Returns what a `use` of a kind names.
pub(crate) fn kind(used: UseKind) -> Kind {
    match used {
        UseKind::Calendar => Kind::Calendar,
        UseKind::Organisation => Kind::Organisation,
        UseKind::Script => Kind::Script,
        UseKind::Table => Kind::Table,
    }
}

/// Returns the items of a file that errors stand in: an item goes on until the next one begins.
fn lost(file: &File, faults: &[Finding]) -> Vec<(u32, u32)> {
    let starts: BTreeSet<(u32, u32)> = file
        .items
        .iter()
        .map(|item| match item {
            Item::Use(used) => used.name.span,
            Item::Procedure(procedure) => procedure.span,
            Item::Organisation(organisation) => organisation.span,
            Item::Calendar(calendar) => calendar.span,
            Item::Script(script) => script.name.span,
            Item::Table(table) => table.name.span,
            Item::Test(test) => test.span,
        })
        .map(|span| (span.file, span.start))
        .collect();
    let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).map(|fault| fault.primary.span);
    errors
        .filter_map(|at| starts.range(..=(at.file, at.start)).next_back().copied().filter(|(file, _)| *file == at.file))
        .collect()
}
