//! Examples: the rows of a test, and a test with what one row says.

use std::cell::RefCell;

use super::{Fault, Rule};
use crate::model::{Kind, Model, Unknown};
use crate::parse::cell;
use crate::resolve::nearest;
use crate::sentence::say;
use crate::syntax::{
    Act, Advance, Amendment, Bring, DueOn, Expect, Fact, Given, Moment, Named, Row as Column, Span, Test, TestStep,
    TestValue, Word,
};
use crate::table::{Piece, lines};

/// One row: what stands under each column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    columns: &'a [Piece],
    cells: &'a [Option<TestValue>],
    pub(super) span: Span,
    texts: &'a [String],
}

/// The rows of a test; none where it has no examples, or none that can be read.
#[derive(Debug, Default)]
pub(super) struct Rows {
    columns: Vec<Piece>,
    rows: Vec<(Vec<Option<TestValue>>, Span, Vec<String>)>,
}

impl Rows {
    /// Reads the rows of a test, and says what is wrong with them.
    pub(super) fn read(test: &Test, steps: &[TestStep], model: &mut Model<'_>) -> Self {
        let used = columns(steps);
        let Some(body) = &test.examples else {
            if let Some(column) = used.first() {
                let message = say!("`row.{column}` has no examples to read", column = column.column.text);
                let help = say!("add rows: `examples {{ | {column} | … }}`", column = column.column.text);
                model.test_faults.push(Fault::new(Rule::Shape, message, column.span, help));
            }
            return Self::default();
        };
        let mut rows = Self::default();
        for line in lines(body) {
            let cells = line.cells.map(|(cells, results)| cells.into_iter().chain(results).collect::<Vec<_>>());
            let Some(cells) = cells.or_else(|| plain(body, line.span)) else {
                let help = "a row is written `| … | … || … |`, on a line of its own";
                let fault = Fault::new(Rule::Shape, "this is no row of examples", line.span, help);
                model.test_faults.push(fault);
                continue;
            };
            if rows.columns.is_empty() {
                rows.columns = cells;
                continue;
            }
            if cells.len() != rows.columns.len() {
                let message = say!(
                    "this row has {cells} cells, and there are {columns} columns",
                    cells = cells.len(),
                    columns = rows.columns.len()
                );
                let first = rows.columns.first().map_or(line.span, |column| column.span);
                let fault = Fault::new(Rule::Shape, message, line.span, "give every column a cell in every row");
                model.test_faults.push(fault.because(first, "the columns"));
                continue;
            }
            let values = cells.iter().map(|piece| {
                let value = cell(&piece.text, piece.span);
                if value.is_none() {
                    let help = "a cell holds a number, a date, an instant, a word, or a text in quotes";
                    let message = say!("`{text}` is no value", text = piece.text);
                    model.test_faults.push(Fault::new(Rule::Shape, message, piece.span, help));
                }
                value
            });
            let values = values.collect();
            rows.rows.push((values, line.span, cells.into_iter().map(|cell| cell.text).collect()));
        }
        if rows.rows.is_empty() {
            let help = "the first line names the columns; each line after it is an example";
            model.test_faults.push(Fault::new(Rule::Shape, "these examples have no row", body.span, help));
        }
        for column in &used {
            if !rows.columns.iter().any(|known| known.text == column.column.text) {
                let near = nearest(&column.column.text, rows.columns.iter().map(|c| (c.text.as_str(), Some(c.span))));
                let (kind, name, span) = (Kind::Column, column.column.text.clone(), column.column.span);
                model.unknown.push(Unknown { kind, name, span, near, in_lost: false });
            }
        }
        for column in &rows.columns {
            if !used.iter().any(|used| used.column.text == column.text) {
                let message = say!("nothing in this test reads `row.{column}`", column = column.text);
                let help = "read it in a step or in what is expected, or leave the column out";
                model.test_faults.push(Fault::new(Rule::Shape, message, column.span, help));
            }
        }
        rows
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let columns = &self.columns;
        self.rows.iter().map(move |(cells, span, texts)| Row { columns, cells, span: *span, texts })
    }
}

impl Row<'_> {
    /// Returns the row as it is called in reports.
    pub(super) fn shown(&self) -> String {
        self.texts.join(", ")
    }

    fn value(&self, column: &Column) -> Option<&TestValue> {
        let at = self.columns.iter().position(|known| known.text == column.column.text)?;
        self.cells.get(at)?.as_ref()
    }
}

/// Returns the cells of a line without `||`.
fn plain(body: &crate::syntax::Code, span: Span) -> Option<Vec<Piece>> {
    let start = usize::try_from(span.start.checked_sub(body.span.start)?).ok()?;
    let end = usize::try_from(span.end.checked_sub(body.span.start)?).ok()?;
    let text = body.text.get(start..end)?.strip_prefix('|')?.strip_suffix('|')?;
    let mut at = span.start + 1;
    let mut cells = Vec::new();
    let mut quoted = false;
    for cell in text.split(|c: char| {
        quoted ^= c == '"';
        c == '|' && !quoted
    }) {
        let before = cell.len() - cell.trim_start().len();
        let from = at + u32::try_from(before).ok()?;
        let inside = cell.trim();
        let to = from + u32::try_from(inside.len()).ok()?;
        let start = usize::try_from(from.checked_sub(body.span.start)?).ok()?;
        cells.push(Piece { text: inside.to_owned(), span: Span { file: span.file, start: from, end: to }, start });
        at += u32::try_from(cell.len() + 1).ok()?;
    }
    Some(cells)
}

/// Returns the columns that some steps read.
fn columns(steps: &[TestStep]) -> Vec<Column> {
    let found = RefCell::new(Vec::new());
    let note = |column: &Column| -> Option<TestValue> {
        found.borrow_mut().push(column.clone());
        None
    };
    for step in steps {
        drop(Filler { value: &note }.step(step));
    }
    found.into_inner()
}

/// Returns a step with what a row says.
pub(super) fn filled(step: &TestStep, row: Row<'_>) -> TestStep {
    Filler { value: &|column| row.value(column).cloned() }.step(step)
}

/// Puts values in the place of columns.
struct Filler<'f> {
    value: &'f dyn Fn(&Column) -> Option<TestValue>,
}

impl Filler<'_> {
    fn step(&self, step: &TestStep) -> TestStep {
        match step {
            TestStep::Act(act) => TestStep::Act(Box::new(self.act(act))),
            TestStep::Amend(amend) => {
                let mut amend = amend.clone();
                amend.at = amend.at.map(|at| self.moment(at));
                if let Amendment::Correct { instead, .. } = &mut amend.what {
                    for act in instead.iter_mut() {
                        *act = self.act(act);
                    }
                }
                TestStep::Amend(amend)
            }
            TestStep::Advance(Advance::To(moment), span) => {
                TestStep::Advance(Advance::To(self.moment(moment.clone())), *span)
            }
            TestStep::Given(_) | TestStep::Advance(..) => step.clone(),
            TestStep::Expect(expected, span) => {
                let filled = |expect: &Expect| Expect { fact: self.fact(&expect.fact), ..expect.clone() };
                TestStep::Expect(expected.iter().map(filled).collect(), *span)
            }
        }
    }

    fn act(&self, act: &Act) -> Act {
        let mut act = act.clone();
        act.at = act.at.map(|at| self.moment(at));
        act.told = act.told.map(|at| self.moment(at));
        act.with = self.brought(&act.with);
        act
    }

    fn moment(&self, moment: Moment) -> Moment {
        let Moment::Row(column) = &moment else { return moment };
        match (self.value)(column).map(|value| value.given) {
            Some(Given::Instant(day, time)) => Moment::At(Some(day), time, column.span),
            _ => moment,
        }
    }

    fn brought(&self, with: &[Bring]) -> Vec<Bring> {
        let one = |bring: &Bring| Bring {
            name: bring.name.clone(),
            value: bring.value.as_ref().map(|value| self.valued(value)),
        };
        with.iter().map(one).collect()
    }

    fn valued(&self, value: &TestValue) -> TestValue {
        let given = match &value.given {
            Given::Row(column) => match (self.value)(column) {
                // A finding about it is about the cell.
                Some(cell) => return cell,
                None => value.given.clone(),
            },
            Given::List(values) => Given::List(values.iter().map(|value| self.valued(value)).collect()),
            Given::AnyOf(values) => Given::AnyOf(values.iter().map(|value| self.valued(value)).collect()),
            Given::Record(parts) => Given::Record(self.brought(parts)),
            other => other.clone(),
        };
        TestValue { given, span: value.span }
    }

    fn named(&self, named: &Named) -> Named {
        let Named::Row(column) = named else { return named.clone() };
        match (self.value)(column) {
            Some(TestValue { given: Given::Word(text), span }) => Named::Word(Word { text, span }),
            Some(TestValue { given: Given::Text(text), span }) => Named::Word(Word { text: text.into(), span }),
            _ => named.clone(),
        }
    }

    fn due(&self, on: &DueOn) -> DueOn {
        let DueOn::Row(column) = on else { return on.clone() };
        match (self.value)(column) {
            Some(TestValue { given: Given::Date(day), span }) => DueOn::Day(day, None, span),
            Some(TestValue { given: Given::Instant(day, time), span }) => DueOn::Day(day, Some(time), span),
            _ => on.clone(),
        }
    }

    fn fact(&self, fact: &Fact) -> Fact {
        let all = |names: &[Named]| names.iter().map(|named| self.named(named)).collect();
        match fact {
            Fact::State(names) => Fact::State(all(names)),
            Fact::Holder(names) => Fact::Holder(all(names)),
            Fact::In(named) => Fact::In(self.named(named)),
            Fact::Outcome(named) => Fact::Outcome(self.named(named)),
            Fact::Due { clock, on, because } => {
                Fact::Due { clock: clock.clone(), on: self.due(on), because: because.clone() }
            }
            Fact::Promised(clock, on) => Fact::Promised(clock.clone(), self.due(on)),
            Fact::Field(field, Some(value)) => Fact::Field(field.clone(), Some(self.valued(value))),
            other => other.clone(),
        }
    }
}
