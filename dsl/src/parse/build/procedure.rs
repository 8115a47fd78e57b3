//! Builds what stands in a procedure: the record, data, documents, roles.

use motcua_engine::plan::Carry;

use super::Builder;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch, Branches, Kind};
use crate::sentence::say;
use crate::spelling::Reads;
use crate::syntax::{
    Amends, Document, Field, FourEyes, From, Inside, Moves, Procedure, RecordLine, RecordValue, Role, Shared, Trigger,
    TypeName, Word,
};

impl<'t> Builder<'t> {
    pub(super) fn procedure_member(&mut self, branch: Branch<'t>, procedure: &mut Procedure) {
        match branch.kind() {
            Kind::state => procedure.states.extend(self.state(branch)),
            Kind::parallel => self.parallel(branch, procedure, None),
            Kind::on => procedure.shared.extend(self.on_open(branch)),
            Kind::from => procedure.shared.extend(self.from(branch, None)),
            Kind::clock => procedure.clocks.extend(self.clock(branch)),
            Kind::timer => procedure.timers.extend(self.timer(branch)),
            Kind::data => procedure.data.extend(branch.branches().filter_map(|field| self.field(field))),
            Kind::documents => procedure.documents.extend(branch.branches().filter_map(|part| self.document(part))),
            Kind::roles => procedure.roles.extend(branch.branches().filter_map(|role| self.role(role))),
            Kind::script => {
                procedure.scripts.extend(branch.branches().next().map(|code| self.rhai(code, Reads::Given)));
            }
            Kind::table_item => procedure.tables.extend(self.table(branch)),
            Kind::backdates => {
                let amends = self.amends(branch).map(Box::new);
                self.once(&mut procedure.backdates, amends, branch);
            }
            Kind::corrects => {
                let amends = self.amends(branch).map(Box::new);
                self.once(&mut procedure.corrects, amends, branch);
            }
            Kind::four_eyes => procedure.four_eyes.push(self.four_eyes(branch)),
            Kind::moves => procedure.moves.extend(self.moves(branch)),
            Kind::accepts => self.accepts(branch, procedure.span),
            _ => procedure.record.extend(self.record_line(branch)),
        }
    }

    fn four_eyes(&mut self, branch: Branch<'t>) -> FourEyes {
        let basis = branch.branches().filter(|part| part.kind() == Kind::basis);
        let basis = basis.filter_map(|part| self.text_in(part)).collect();
        FourEyes { commands: self.names(branch), basis, span: self.whole(branch) }
    }

    /// The name that something had in the version before.
    pub(super) fn was(&self, parts: &mut Branches<'t>) -> Option<Word> {
        parts.accept(Kind::was).and_then(|was| self.name_in(was))
    }

    fn moves(&mut self, branch: Branch<'t>) -> Option<Moves> {
        let mut parts = branch.branches();
        let number = parts.next()?;
        let from = self.number(number);
        let mut moves = Moves { from, number: self.span(number), states: Vec::new(), clocks: Vec::new() };
        for part in parts {
            let mut words = part.branches();
            let Some(name) = self.name(&mut words) else { continue };
            match part.kind() {
                Kind::move_clock => moves.clocks.extend(words.next().map(|word| (name, self.carry(word)))),
                _ => moves.states.extend(self.name(&mut words).map(|to| (name, to))),
            }
        }
        Some(moves)
    }

    fn carry(&self, word: Branch<'t>) -> Carry {
        match self.keyword(word) {
            "restarts" => Carry::Restarts,
            "shorter" => Carry::Shorter,
            "longer" => Carry::Longer,
            _ => Carry::Keeps,
        }
    }

    fn on_open(&mut self, branch: Branch<'t>) -> Option<Shared> {
        let transition = self.transition(branch)?;
        if let Trigger::On(name) = &transition.trigger
            && name.text != "open"
        {
            let message = say!("`on {name}` stands outside of a state", name = name.text);
            let help =
                say!("write it into a state, or `from any on {name} …`, or `from a, b on {name} …`", name = name.text);
            self.findings.push(Finding::error("syntax-outside", message, name.span).help(help));
            return None;
        }
        Some(Shared { from: From::Open, inside: None, transition })
    }

    pub(super) fn from(&mut self, branch: Branch<'t>, inside: Option<Inside>) -> Option<Shared> {
        let mut parts = branch.branches();
        let from = match parts.accept(Kind::any) {
            Some(any) => From::Any(self.span(any)),
            None => From::States(std::iter::from_fn(|| self.name(&mut parts)).collect()),
        };
        let before = self.exemptions.len();
        let transition = self.transition(parts.next()?)?;
        let scope = self.whole(branch);
        self.exemptions.iter_mut().skip(before).for_each(|exemption| exemption.scope = scope);
        Some(Shared { from, inside, transition })
    }

    fn amends(&mut self, branch: Branch<'t>) -> Option<Amends> {
        let mut parts = branch.branches();
        let at_most = self.term(parts.next()?)?;
        let mut amends = Amends { at_most, by: Vec::new(), reason: false, basis: Vec::new(), span: self.whole(branch) };
        for part in parts {
            match part.kind() {
                Kind::by => {
                    let by = self.names(part);
                    self.fill(&mut amends.by, by, part);
                }
                Kind::with_reason => self.flag(&mut amends.reason, part),
                _ => amends.basis.extend(self.text_in(part)),
            }
        }
        Some(amends)
    }

    fn record_line(&mut self, branch: Branch<'t>) -> Option<RecordLine> {
        let mut parts = branch.branches();
        let (key, value) = match branch.kind() {
            Kind::text_line => {
                let key = self.word(parts.next()?);
                (key, RecordValue::Text(self.label(&mut parts)?))
            }
            Kind::named_line => {
                let key = self.word(parts.next()?);
                (key, RecordValue::Named(self.name(&mut parts)?, self.label(&mut parts)))
            }
            Kind::basis => (self.key(branch, "basis"), RecordValue::Text(self.label(&mut parts)?)),
            Kind::level => {
                let value = match self.name(&mut parts) {
                    Some(word) => RecordValue::Word(word),
                    None => RecordValue::Text(self.label(&mut parts)?),
                };
                (self.key(branch, "level"), value)
            }
            Kind::publish => (self.key(branch, "publish"), RecordValue::Word(self.name(&mut parts)?)),
            Kind::version => (self.key(branch, "version"), self.version(branch)?),
            Kind::fee => (self.key(branch, "fee"), RecordValue::Code(self.code(parts.next()?))),
            Kind::copies => (self.key(branch, "copies"), RecordValue::Code(self.code(parts.next()?))),
            _ => return None,
        };
        Some(RecordLine { key, value })
    }

    fn key(&self, branch: Branch<'t>, word: &'static str) -> Word {
        let span = self.span_of(branch.start(), branch.start() + self.first(branch));
        Word { text: smol_str::SmolStr::new_static(word), span }
    }

    fn version(&mut self, branch: Branch<'t>) -> Option<RecordValue> {
        let mut parts = branch.branches();
        let number = self.number(parts.next()?);
        let (mut effective, mut until) = (None, None);
        for part in parts {
            let day = self.day_in(part);
            let slot = if part.kind() == Kind::effective { &mut effective } else { &mut until };
            self.once(slot, day, part);
        }
        Some(RecordValue::Version { number, effective, until })
    }

    pub(super) fn field(&mut self, branch: Branch<'t>) -> Option<Field> {
        let mut parts = branch.branches();
        let name = self.name(&mut parts)?;
        let was = self.was(&mut parts);
        let mut field = Field {
            name,
            was,
            ty: self.type_name(parts.next()?)?,
            range: None,
            pattern: None,
            optional: false,
            personal: false,
            default: None,
            label: None,
        };
        for part in parts {
            match part.kind() {
                Kind::text => {
                    let label = self.quoted(part);
                    self.once(&mut field.label, Some(label), part);
                }
                Kind::range => {
                    let mut bounds = part.branches();
                    let range = bounds.next().zip(bounds.next()).map(|(low, high)| (self.word(low), self.word(high)));
                    self.once(&mut field.range, range, part);
                }
                Kind::optional => self.flag(&mut field.optional, part),
                Kind::personal => self.flag(&mut field.personal, part),
                Kind::default => {
                    let code = self.code_in(part);
                    self.once(&mut field.default, code, part);
                }
                Kind::matches => {
                    let pattern = self.text_in(part);
                    self.once(&mut field.pattern, pattern, part);
                }
                _ => {}
            }
        }
        Some(field)
    }

    pub(super) fn type_name(&mut self, branch: Branch<'t>) -> Option<TypeName> {
        Some(match branch.kind() {
            Kind::one_of => TypeName::OneOf(self.names(branch), self.whole(branch)),
            Kind::record => {
                let fields = branch.branches().filter_map(|field| self.field(field)).collect();
                TypeName::Record(fields, self.whole(branch))
            }
            Kind::money => TypeName::Money(self.word(branch.branches().next()?), self.whole(branch)),
            Kind::list_of => {
                let span = self.whole(branch);
                let mut parts = branch.branches();
                let lists = std::iter::from_fn(|| parts.accept(Kind::list)).count();
                let of = self.type_name(parts.next()?)?;
                (0..lists).fold(of, |of, _| TypeName::List(Box::new(of), span))
            }
            _ => TypeName::Plain(branch.branches().next().map(|word| self.word(word))?),
        })
    }

    pub(super) fn document(&mut self, branch: Branch<'t>) -> Option<Document> {
        let mut parts = branch.branches();
        let name = self.name(&mut parts)?;
        let was = self.was(&mut parts);
        let mut document = Document { name, was, label: None, original: true, copies: 1, when: None };
        let mut form = None;
        for part in parts {
            match part.kind() {
                Kind::text => {
                    let label = self.quoted(part);
                    self.once(&mut document.label, Some(label), part);
                }
                Kind::when => {
                    let when = self.code_in(part);
                    self.once(&mut document.when, when, part);
                }
                kind => {
                    let count = self.number_in(part).unwrap_or(1);
                    self.once(&mut form, Some((kind == Kind::original, count)), part);
                }
            }
        }
        if let Some((original, copies)) = form {
            document.original = original;
            document.copies = copies;
        }
        Some(document)
    }

    pub(super) fn role(&mut self, branch: Branch<'t>) -> Option<Role> {
        let mut parts = branch.branches();
        let name = self.name(&mut parts)?;
        let mut role = Role { name, was: self.was(&mut parts), label: None, outside: false };
        for part in parts {
            if part.kind() == Kind::outside {
                self.flag(&mut role.outside, part);
            } else {
                let label = self.quoted(part);
                self.once(&mut role.label, Some(label), part);
            }
        }
        Some(role)
    }
}
