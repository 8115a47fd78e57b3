//! What a file asks of the others, and what it declares for them, as keys: an edit costs what shares a key with it.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::model::Kind;
use crate::resolve::{Shelf, Shelved, flat, kind, meets};
use crate::syntax::{self, Amendment, CallPlace, File, Item, TestStep, UseKind, Word};

/// Something about which files ask and files tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// What a name of a kind stands for.
    Named(Kind, SmolStr),
    /// All names of a kind.
    Any(Kind),
    /// Whether some file uses a table.
    Used(SmolStr),
    /// Whether some file cannot be read in full.
    Damage,
}

impl Key {
    pub(super) fn is_calendar(&self) -> bool {
        matches!(self, Self::Named(Kind::Calendar, _))
    }
}

/// Returns what a file tells.
pub(super) fn declared(file: &File) -> Vec<Key> {
    let named = |kind: Kind, name: &Word| [Key::Named(kind, name.text.clone()), Key::Any(kind)];
    let mut keys = Vec::new();
    for item in &file.items {
        match item {
            Item::Calendar(calendar) => keys.extend(named(Kind::Calendar, &calendar.name)),
            Item::Organisation(organisation) => keys.extend(named(Kind::Organisation, &organisation.name)),
            Item::Script(script) => keys.extend(named(Kind::Script, &script.name)),
            Item::Procedure(procedure) => keys.extend(named(Kind::Procedure, &procedure.name)),
            Item::Table(table) => {
                keys.extend(named(Kind::Table, &table.name));
                keys.push(Key::Used(table.name.text.clone()));
            }
            Item::Use(used) if used.kind == UseKind::Table => keys.push(Key::Used(used.name.text.clone())),
            Item::Use(_) => {}
            Item::Test(test) => keys.push(Key::Named(Kind::Test, test.procedure.text.clone())),
        }
    }
    keys
}

/// Returns what a file asks for: what it names, what that names, and so on.
pub(super) fn asked<'a>(file: &'a File, shelf: &Shelf<'a>) -> FxHashSet<Key> {
    let mut asking = Asking { shelf, keys: FxHashSet::default(), open: Vec::new() };
    asking.uses(file);
    for item in &file.items {
        match item {
            // Whether it is idle is said where it stands.
            Item::Table(table) => {
                asking.keys.insert(Key::Used(table.name.text.clone()));
            }
            // A unit is known by its name alone, over all organisations.
            Item::Organisation(_) => {
                asking.keys.insert(Key::Any(Kind::Organisation));
            }
            _ => {}
        }
        asking.open.push(item);
    }
    while let Some(item) = asking.open.pop() {
        asking.item(item);
    }
    asking.keys
}

struct Asking<'s, 'a> {
    shelf: &'s Shelf<'a>,
    keys: FxHashSet<Key>,
    open: Vec<&'a Item>,
}

impl<'a> Asking<'_, 'a> {
    fn item(&mut self, item: &'a Item) {
        match item {
            Item::Use(_) => {}
            Item::Calendar(calendar) => {
                self.name(UseKind::Calendar, &calendar.name.text);
                if let Some(base) = &calendar.over {
                    self.name(UseKind::Calendar, &base.text);
                }
            }
            Item::Organisation(organisation) => {
                self.name(UseKind::Organisation, &organisation.name.text);
                for (unit, _) in flat(&organisation.units) {
                    if let Some(calendar) = &unit.calendar {
                        self.name(UseKind::Calendar, &calendar.text);
                    }
                }
            }
            Item::Script(script) => self.name(UseKind::Script, &script.name.text),
            Item::Table(table) => self.name(UseKind::Table, &table.name.text),
            Item::Procedure(procedure) => self.procedure(procedure),
            Item::Test(test) => {
                // What other tests of the same procedure are called, and the set-ups among them.
                self.keys.insert(Key::Named(Kind::Test, test.procedure.text.clone()));
                self.versions(&test.procedure.text);
                for step in &test.steps {
                    if let TestStep::Amend(amend) = step
                        && let Amendment::Recount(calendar) = &amend.what
                    {
                        self.name(UseKind::Calendar, &calendar.text);
                    }
                }
            }
        }
    }

    /// Asks for what a name stands for, and for what that asks for.
    fn name(&mut self, of: UseKind, name: &SmolStr) {
        let kind = kind(of);
        if self.keys.insert(Key::Named(kind, name.clone())) {
            match self.shelf.item(of, name) {
                Some(item) => self.open.push(item),
                // Others that are written alike are suggested.
                None => {
                    self.keys.insert(Key::Any(kind));
                }
            }
        }
    }

    fn procedure(&mut self, procedure: &'a syntax::Procedure) {
        let calls = procedure.states.iter().filter_map(|state| state.call.as_deref());
        if calls.clone().any(|call| matches!(call.place, CallPlace::Unit(_))) {
            self.keys.insert(Key::Any(Kind::Organisation));
        }
        meets(procedure).for_each(|name| self.versions(name));
    }

    /// Asks for all versions of a procedure, and for what they ask for.
    fn versions(&mut self, name: &str) {
        if !self.keys.insert(Key::Named(Kind::Procedure, SmolStr::new(name))) {
            return;
        }
        let mut is_known = false;
        for (file, version) in self.shelf.versions(name) {
            is_known = true;
            self.uses(file.syntax);
            self.procedure(version);
        }
        if !is_known {
            self.keys.insert(Key::Any(Kind::Procedure));
        }
    }

    fn uses(&mut self, file: &'a File) {
        for item in &file.items {
            if let Item::Use(used) = item {
                self.name(used.kind, &used.name.text);
            }
        }
    }
}

/// Returns what a file names that `use` could bring in and that stands nowhere.
pub(super) fn missing(file: &Shelved<'_>, shelf: &Shelf<'_>) -> Vec<(u32, UseKind, String)> {
    let mut names: Vec<(UseKind, &Word)> = Vec::new();
    for item in &file.syntax.items {
        match item {
            Item::Use(used) => names.push((used.kind, &used.name)),
            Item::Calendar(calendar) => names.extend(calendar.over.iter().map(|base| (UseKind::Calendar, base))),
            Item::Organisation(organisation) => {
                let calendars = flat(&organisation.units).into_iter().filter_map(|(unit, _)| unit.calendar.as_ref());
                names.extend(calendars.map(|name| (UseKind::Calendar, name)));
            }
            Item::Script(_) | Item::Table(_) | Item::Procedure(_) | Item::Test(_) => {}
        }
    }
    let missing = names.into_iter().filter(|(kind, name)| shelf.item(*kind, &name.text).is_none());
    missing.map(|(kind, name)| (file.number, kind, name.text.to_string())).collect()
}
