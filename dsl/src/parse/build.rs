//! From what the rules matched to the syntax tree: the parts that every construct uses.

mod calendar;
mod call;
mod clock;
mod organisation;
mod parallel;
mod procedure;
mod state;
mod table;
mod term;
mod test;

use std::borrow::Cow;

use motcua_engine::{Day, TimeOfDay};
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::lex::{is_word, tokens_in};
use super::place::Place;
use super::tree::{Branch, Branches, Kind, narrow};
use crate::diagnostic::Finding;
use crate::sentence::{Sentence, say};
use crate::spelling::{Reads, Shifts, Spelling, given, keyword, respelt};
use crate::syntax::{
    Calendar, Code, Exemption, File, Item, Organisation, Procedure, Script, Span, Text, Use, UseKind, Word,
};

/// Builds syntax from branches over one text, which may be a piece of a file.
#[derive(Debug)]
pub(super) struct Builder<'t> {
    pub(super) text: &'t str,
    pub(super) spelling: Spelling,
    pub(super) file: u32,
    /// Where the text stands in the file.
    pub(super) base: usize,
    /// Places in the text from which on the file is shifted by so many bytes: corrected words.
    pub(super) shifts: &'t [(usize, isize)],
    /// Whether the line that is built answers a call, so that its rhai may read the outcome.
    pub(super) answers: bool,
    pub(super) findings: &'t mut Vec<Finding>,
    /// What is accepted in the constructs that were built.
    pub(super) exemptions: Vec<Exemption>,
}

impl<'t> Builder<'t> {
    /// Returns a builder over a whole file.
    pub(super) fn new(text: &'t str, file: u32, spelling: Spelling, findings: &'t mut Vec<Finding>) -> Self {
        Self { text, spelling, file, base: 0, shifts: &[], answers: false, findings, exemptions: Vec::new() }
    }

    /// Builds one member into the construct that it stands in.
    pub(super) fn member(&mut self, branch: Branch<'t>, place: &mut Place<'_>) {
        match place {
            Place::File(file) => self.item(branch, file),
            Place::Procedure(procedure) => self.procedure_member(branch, procedure),
            Place::State(state) => self.state_member(branch, state),
            Place::Parallel(procedure, at) => self.parallel_member(branch, procedure, *at),
            Place::Branch(procedure, inside) => self.branch_member(branch, procedure, *inside),
            Place::Clock(clock) => self.clock_member(branch, clock),
            Place::Rungs(rungs) => rungs.extend(self.rung(branch)),
            Place::Fields(fields) => fields.extend(self.field(branch)),
            Place::Documents(documents) => documents.extend(self.document(branch)),
            Place::Roles(roles) => roles.extend(self.role(branch)),
            Place::Organisation(organisation) => organisation.units.extend(self.unit(branch)),
            Place::Unit(unit) => self.unit_member(branch, unit),
            Place::Office(office) => self.office_member(branch, office),
            Place::Calendar(calendar) => self.calendar_member(branch, calendar),
            Place::Test(test) => self.test_member(branch, test),
        }
    }

    fn item(&mut self, branch: Branch<'t>, file: &mut File) {
        let mut parts = branch.branches();
        let span = self.whole(branch);
        let item = match branch.kind() {
            Kind::uses => self.uses(parts).map(Item::Use),
            Kind::script_item => self.script(parts).map(Item::Script),
            Kind::table_item => self.table(branch).map(Item::Table),
            Kind::test_item | Kind::setup_item => self.test(branch).map(Item::Test),
            Kind::procedure => self.name(&mut parts).map(|name| {
                let mut procedure = Procedure {
                    name,
                    label: self.label(&mut parts),
                    record: Vec::new(),
                    data: Vec::new(),
                    documents: Vec::new(),
                    roles: Vec::new(),
                    clocks: Vec::new(),
                    timers: Vec::new(),
                    states: Vec::new(),
                    shared: Vec::new(),
                    scripts: Vec::new(),
                    tables: Vec::new(),
                    backdates: None,
                    corrects: None,
                    four_eyes: Vec::new(),
                    moves: Vec::new(),
                    span,
                };
                parts.for_each(|part| self.procedure_member(part, &mut procedure));
                Item::Procedure(procedure)
            }),
            Kind::organisation => self.name(&mut parts).map(|name| {
                let label = self.label(&mut parts);
                let units = parts.filter_map(|part| self.unit(part)).collect();
                Item::Organisation(Organisation { name, label, units, span })
            }),
            Kind::calendar => self.name(&mut parts).map(|name| {
                let mut calendar = Calendar {
                    name,
                    label: None,
                    over: None,
                    zone: None,
                    covers: None,
                    announced: None,
                    week: Vec::new(),
                    cutoff: None,
                    substitutes: Vec::new(),
                    off: Vec::new(),
                    worked: Vec::new(),
                    span,
                };
                parts.for_each(|part| self.calendar_member(part, &mut calendar));
                Item::Calendar(calendar)
            }),
            _ => None,
        };
        file.items.extend(item);
    }

    fn uses(&self, mut parts: Branches<'t>) -> Option<Use> {
        let kind = match self.keyword(parts.next()?) {
            "calendar" => UseKind::Calendar,
            "organisation" => UseKind::Organisation,
            "table" => UseKind::Table,
            _ => UseKind::Script,
        };
        Some(Use { kind, name: self.name(&mut parts)? })
    }

    fn script(&mut self, mut parts: Branches<'t>) -> Option<Script> {
        Some(Script { name: self.name(&mut parts)?, code: self.rhai(parts.next()?, Reads::Given) })
    }

    /// What is accepted in the construct at `scope`.
    pub(super) fn accepts(&mut self, branch: Branch<'t>, scope: Span) {
        let mut parts = branch.branches();
        let id = parts.next().map(|id| self.word(id));
        if let Some((id, reason)) = id.zip(self.label(&mut parts)) {
            self.exemptions.push(Exemption { id, reason, scope });
        }
    }

    // Words, texts, numbers.

    pub(super) fn str(&self, branch: Branch<'t>) -> &'t str {
        self.text.get(branch.start()..branch.end()).unwrap_or_default()
    }

    pub(super) fn span_of(&self, start: usize, end: usize) -> Span {
        let place = |at: usize| {
            let shift: isize = self.shifts.iter().filter(|(from, _)| *from <= at).map(|(_, by)| by).sum();
            narrow(self.base + at.saturating_add_signed(shift))
        };
        Span { file: self.file, start: place(start), end: place(end) }
    }

    pub(super) fn span(&self, branch: Branch<'t>) -> Span {
        self.span_of(branch.start(), branch.end())
    }

    /// The span of a rule without the space that its last token took.
    pub(super) fn whole(&self, branch: Branch<'t>) -> Span {
        self.span_of(branch.start(), branch.start() + self.str(branch).trim_end().len())
    }

    /// Returns the English word for what a rule of fixed words matched; what is none as written.
    pub(super) fn keyword(&self, branch: Branch<'t>) -> &'t str {
        let written = self.str(branch);
        match self.spelling {
            Spelling::English => written,
            Spelling::Vietnamese => keyword(branch.kind(), written, self.spelling).unwrap_or(written),
        }
    }

    /// Returns a name, a value, or the English word for a fixed one.
    pub(super) fn word(&self, branch: Branch<'t>) -> Word {
        let written = self.keyword(branch);
        let bare = match written.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
            Some(bare) if !bare.contains('`') => Cow::Borrowed(bare),
            _ if branch.kind() == Kind::path && written.contains('`') => Cow::Owned(written.replace('`', "")),
            _ => Cow::Borrowed(written),
        };
        let text = if bare.is_ascii() || is_nfc(&bare) { SmolStr::new(bare) } else { bare.nfc().collect() };
        Word { text, span: self.span(branch) }
    }

    pub(super) fn quoted(&mut self, branch: Branch<'t>) -> Text {
        let written = self.str(branch);
        let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
        let text = if inside.contains('\\') { self.unescape(inside, branch.start() + 1) } else { inside.to_owned() };
        Text { text, span: self.span(branch) }
    }

    fn unescape(&mut self, inside: &str, start: usize) -> String {
        let mut text = String::with_capacity(inside.len());
        let mut chars = inside.char_indices();
        while let Some((at, char)) = chars.next() {
            if char != '\\' {
                text.push(char);
                continue;
            }
            let Some((_, escaped)) = chars.next() else { break };
            match escaped {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                '\\' | '"' => text.push(escaped),
                other => {
                    text.push(other);
                    let span = self.span_of(start + at, start + at + 1 + other.len_utf8());
                    let message = say!("`\\{other}` means nothing in a text", other);
                    let help = r#"the escapes of a text are `\"`, `\\`, `\n` and `\t`; write `\\` for a backslash"#;
                    let finding = Finding::error("syntax-escape", message, span).help(help);
                    self.findings.push(finding.replace(format!("\\\\{other}")));
                }
            }
        }
        text
    }

    /// Returns a name in a rule in which the language gives one: that has a spelling of its own.
    pub(super) fn given(&self, branch: Branch<'t>, parent: Kind) -> Word {
        let mut word = self.word(branch);
        if let Some([english, vietnamese]) = given(parent)
            && self.spelling == Spelling::Vietnamese
            && word.text == vietnamese
            && !self.str(branch).starts_with('`')
        {
            word.text = SmolStr::new_static(english);
        }
        word
    }

    /// Returns rhai that may read the dossier.
    pub(super) fn code(&mut self, branch: Branch<'t>) -> Code {
        self.rhai(branch, if self.answers { Reads::Answer } else { Reads::Dossier })
    }

    /// Returns a block as it is written, which holds no rhai.
    pub(super) fn written(&self, branch: Branch<'t>) -> Code {
        Code { text: SmolStr::new(self.str(branch)), span: self.span(branch), shifts: Shifts::default() }
    }

    /// Returns rhai with the names of the language in English, and reports the first that is of the other spelling.
    pub(super) fn rhai(&mut self, branch: Branch<'t>, reads: Reads) -> Code {
        let (written, span) = (self.str(branch), self.span(branch));
        // All names of the language are ASCII in English, and none is in Vietnamese.
        if self.spelling == Spelling::English && written.is_ascii() {
            return self.written(branch);
        }
        if let Some(end) = respelt(written, self.spelling, reads).1.first() {
            let name = written.get(..end).and_then(|text| text.rsplit(|c| !is_word(c)).next()).unwrap_or_default();
            let span = self.span_of(branch.start() + end - name.len(), branch.start() + end);
            let finding = match self.spelling {
                Spelling::English => {
                    let message = say!("`{name}` is a name of the language in the Vietnamese spelling", name);
                    Finding::error("syntax-vietnamese", message, span)
                }
                Spelling::Vietnamese => {
                    let message = say!("`{name}` is a name of the language in the English spelling", name);
                    Finding::error("syntax-english", message, span)
                }
            };
            self.findings
                .push(finding.help("write it in the spelling of the file, or give what is yours another name"));
        }
        let (text, shifts) = respelt(written, Spelling::English, reads);
        Code { text: SmolStr::new(text), span, shifts }
    }

    /// The code of a clause that is one keyword and one expression.
    pub(super) fn code_in(&mut self, branch: Branch<'t>) -> Option<Code> {
        branch.branches().next().map(|code| self.code(code))
    }

    pub(super) fn name(&self, parts: &mut Branches<'t>) -> Option<Word> {
        let kinds = [Kind::name, Kind::path, Kind::chosen];
        kinds.into_iter().find_map(|kind| parts.accept(kind)).map(|name| self.word(name))
    }

    pub(super) fn names(&self, branch: Branch<'t>) -> Vec<Word> {
        let is_name = |part: &Branch<'_>| matches!(part.kind(), Kind::name | Kind::path);
        let names = branch.branches().filter(is_name);
        names.map(|name| self.given(name, branch.kind())).collect()
    }

    pub(super) fn name_in(&self, branch: Branch<'t>) -> Option<Word> {
        self.name(&mut branch.branches())
    }

    pub(super) fn label(&mut self, parts: &mut Branches<'t>) -> Option<Text> {
        parts.accept(Kind::text).map(|text| self.quoted(text))
    }

    pub(super) fn text_in(&mut self, branch: Branch<'t>) -> Option<Text> {
        self.label(&mut branch.branches())
    }

    /// A whole number; one that is too large is reported and read as 0.
    pub(super) fn number(&mut self, branch: Branch<'t>) -> u32 {
        let written = self.str(branch).trim_end_matches('%');
        written.parse().unwrap_or_else(|_| {
            let message = say!("`{written}` is too large", written);
            self.findings.push(Finding::error("syntax-number", message, self.span(branch)));
            0
        })
    }

    pub(super) fn number_in(&mut self, branch: Branch<'t>) -> Option<u32> {
        branch.branches().find(|part| part.kind() == Kind::int).map(|part| self.number(part))
    }

    pub(super) fn year(&self, branch: Branch<'t>) -> i32 {
        self.str(branch).parse().unwrap_or_default()
    }

    pub(super) fn year_in(&self, branch: Branch<'t>) -> Option<i32> {
        branch.branches().next().map(|part| self.year(part))
    }

    /// A day; one that no calendar has is reported.
    pub(super) fn day(&mut self, branch: Branch<'t>) -> Option<Day> {
        let written = self.str(branch);
        let mut parts = written.splitn(3, '-');
        let day = (|| {
            let year = parts.next()?.parse().ok()?;
            Day::from_ymd(year, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?)
        })();
        if day.is_none() {
            let message = say!("there is no day `{written}`", written);
            let help = "a day is written year-month-day, as in `2024-03-29`";
            self.findings.push(Finding::error("syntax-date", message, self.span(branch)).help(help));
        }
        day
    }

    pub(super) fn day_in(&mut self, branch: Branch<'t>) -> Option<Day> {
        branch.branches().find(|part| part.kind() == Kind::date).and_then(|part| self.day(part))
    }

    /// A time of day; one that no clock shows is reported.
    pub(super) fn time(&mut self, branch: Branch<'t>) -> Option<TimeOfDay> {
        let written = self.str(branch);
        let time = written
            .split_once(':')
            .and_then(|(hour, minute)| TimeOfDay::from_hm(hour.parse().ok()?, minute.parse().ok()?));
        if time.is_none() {
            let message = say!("there is no time of day `{written}`", written);
            let help = "a time of day is written hour:minute, from `00:00` to `24:00`";
            self.findings.push(Finding::error("syntax-time", message, self.span(branch)).help(help));
        }
        time
    }

    // Clauses that may be given once.

    /// Sets a clause that stands at most once; a second one is reported and not used.
    pub(super) fn once<T>(&mut self, slot: &mut Option<T>, value: Option<T>, branch: Branch<'t>) {
        if slot.is_some() {
            self.twice(branch);
        } else {
            *slot = value;
        }
    }

    /// Sets a flag that stands at most once.
    pub(super) fn flag(&mut self, slot: &mut bool, branch: Branch<'t>) {
        if *slot {
            self.twice(branch);
        }
        *slot = true;
    }

    /// Fills a list that is given at most once.
    pub(super) fn fill<T>(&mut self, slot: &mut Vec<T>, values: Vec<T>, branch: Branch<'t>) {
        if slot.is_empty() {
            *slot = values;
        } else {
            self.twice(branch);
        }
    }

    /// Returns how long the first word or phrase of a rule is.
    pub(super) fn first(&self, branch: Branch<'t>) -> usize {
        let written = self.str(branch);
        match self.spelling {
            Spelling::English => written.split_ascii_whitespace().next().unwrap_or_default().len(),
            Spelling::Vietnamese => tokens_in(written, self.spelling).first().map_or(0, |token| token.end),
        }
    }

    pub(super) fn twice(&mut self, branch: Branch<'t>) {
        let written = self.str(branch);
        let first = written.get(..self.first(branch)).unwrap_or_default();
        let is_label = first.starts_with('"');
        let named = if is_label { "the label".into() } else { Sentence::verbatim(format!("`{first}`")) };
        let span = self.span_of(branch.start(), branch.start() + first.len().max(1));
        let finding = Finding::error("syntax-twice", say!("{named} stands here for the second time", named), span);
        self.findings.push(finding.help("keep one of the two"));
    }
}
