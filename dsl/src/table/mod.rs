//! Decision tables: their rows read by the types of their columns, what is proven of them, and the function that they
//! become.
//!
//! `rows` finds the cells, `cell` reads one, `prove` says where rows overlap and what none is for, `emit` writes the
//! function.

mod cell;
mod emit;
mod prove;
mod rows;

use motcua_engine::Value;
use motcua_engine::plan::Type;
use motcua_engine::script;
use rust_decimal::Decimal;

pub(crate) use cell::{Answer, Cell, Part, is_ordered};
pub(crate) use emit::{function, marked};
pub(crate) use prove::Proof;
pub(crate) use rows::{Piece, lines};

use crate::lower::types::{literal, type_of};
use crate::resolve::nearest;
use crate::sentence::{Sentence, say};
use crate::spelling::{chosen, types};
use crate::syntax::{self, Field, Parameter, Span, TypeName, Word};
use rows::Line;

/// So many values may the cells of a table list; a larger one is data, and belongs into the host.
pub(crate) const MOST_VALUES: usize = 4_096;
/// So many parameters may a table have.
pub(crate) const MOST_PARAMETERS: usize = 16;

/// What happens when several rows are for one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// That never happens.
    Unique,
    /// The first one answers.
    First,
    /// All answer.
    Collect,
}

/// Which rule says a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Shape,
    Cell,
    Size,
}

/// Something that is wrong in the text of a table.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) about: About,
    pub(crate) message: Sentence,
    pub(crate) span: Span,
    pub(crate) because: Option<(Span, Sentence)>,
    pub(crate) help: Sentence,
}

/// A parameter with its type, where that is known.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    pub(crate) name: &'a Word,
    pub(crate) ty: Option<Type>,
    /// Whether it may be absent: the field whose type it has may.
    pub(crate) optional: bool,
    pub(crate) range: Option<(Decimal, Decimal)>,
}

/// A row that can be read.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    pub(crate) answer: Answer,
    /// `otherwise`: for what no other row is for.
    pub(crate) otherwise: bool,
    pub(crate) span: Span,
}

/// A table as read beside the data of a procedure.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) syntax: &'a syntax::Table,
    pub(crate) columns: Vec<Column<'a>>,
    pub(crate) result: Option<Type>,
    pub(crate) policy: Option<Policy>,
    pub(crate) rows: Vec<Row>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) proof: Proof,
}

/// Returns a value as a number: numbers, amounts, and dates by their day.
pub(crate) fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(number) => Some((*number).into()),
        Value::Decimal(number) => Some(*number),
        Value::Date(day) => Some(day.number().into()),
        _ => None,
    }
}

impl<'a> Table<'a> {
    /// Reads a table; parameters without a type have that of the field with their name, where there are fields.
    pub(crate) fn read(syntax: &'a syntax::Table, fields: Option<&[Field]>) -> Self {
        let mut table = Self {
            syntax,
            columns: Vec::new(),
            result: None,
            policy: None,
            rows: Vec::new(),
            faults: Vec::new(),
            proof: Proof::default(),
        };
        table.head(fields);
        table.body();
        if table.faults.is_empty() {
            let (proof, faults) = prove::prove(&table);
            (table.proof, table.faults) = (proof, faults);
        }
        table
    }

    fn fault(&mut self, about: About, span: Span, message: impl Into<Sentence>, help: impl Into<Sentence>) {
        self.faults.push(Fault { about, message: message.into(), span, because: None, help: help.into() });
    }

    fn head(&mut self, fields: Option<&[Field]>) {
        let syntax = self.syntax;
        self.policy = match syntax.policy.text.as_str() {
            "unique" => Some(Policy::Unique),
            "first" => Some(Policy::First),
            "collect" => Some(Policy::Collect),
            other => {
                let near = nearest(other, chosen(&["unique", "first", "collect"]).map(|word| (word, None)));
                let help = near.map_or_else(
                    || "say `unique` (one row is for each input), `first` or `collect` (all rows)".into(),
                    |near| say!("did you mean `{near}`?", near = near.name),
                );
                self.fault(
                    About::Shape,
                    syntax.policy.span,
                    say!("`{other}` is no way of choosing a row", other),
                    help,
                );
                None
            }
        };
        self.result = self.known(&syntax.result);
        self.name(&syntax.name, "table");
        for (i, parameter) in syntax.parameters.iter().enumerate() {
            let same = |other: &&Parameter| other.name.text == parameter.name.text;
            if let Some(first) = syntax.parameters.iter().take(i).find(same) {
                self.faults.push(Fault {
                    about: About::Shape,
                    message: say!("the parameter `{parameter}` stands here twice", parameter = parameter.name.text),
                    span: parameter.name.span,
                    because: Some((first.name.span, "the first one".into())),
                    help: "remove one of the two, with its column".into(),
                });
            }
            self.name(&parameter.name, "parameter");
            let column = self.column(parameter, fields);
            self.columns.push(column);
        }
        if let Some(parameter) = syntax.parameters.get(MOST_PARAMETERS) {
            let message = say!("a table has at most {most_parameters} parameters", most_parameters = MOST_PARAMETERS);
            self.fault(About::Size, parameter.name.span, message, "split the table into two");
        }
    }

    /// Reports a name that no function or variable of rhai can have.
    fn name(&mut self, word: &Word, what: &'static str) {
        let text = format!("fn {0}({0}) {{ {0} }}", word.text);
        if script::functions(&text).is_err() {
            let message = say!(
                "`{text}` cannot be the name of a {what}: expressions could not read it",
                text = word.text,
                what = Sentence::from(what)
            );
            self.fault(About::Shape, word.span, message, "take letters, digits and `_`, and no word of rhai");
        }
    }

    /// Returns a type, and reports one that is none.
    fn known(&mut self, name: &TypeName) -> Option<Type> {
        match type_of(name) {
            Ok(ty @ (Type::List(_) | Type::Record(_) | Type::Instant)) => {
                let span = self.syntax.name.span;
                self.fault(About::Shape, span, say!("a table has no cells of type `{ty}`", ty), "use its parts");
                None
            }
            Ok(ty) => Some(ty),
            Err(word) => {
                let near = nearest(&word.text, types().map(|ty| (ty, None)));
                let known =
                    || say!("the types are `{types}` and `one of …`", types = crate::lower::types::PLAIN.join("`, `"));
                let help = near.map_or_else(known, |near| say!("did you mean `{near}`?", near = near.name));
                self.fault(About::Shape, word.span, say!("there is no type `{text}`", text = word.text), help);
                None
            }
        }
    }

    fn column(&mut self, parameter: &'a Parameter, fields: Option<&[Field]>) -> Column<'a> {
        let name = &parameter.name;
        let mut column = Column { name, ty: None, optional: false, range: None };
        let field = fields.unwrap_or_default().iter().find(|field| field.name.text == name.text);
        let (ty, range) = match (&parameter.ty, field) {
            (Some(ty), _) => (ty, parameter.range.as_ref()),
            (None, Some(field)) => (&field.ty, parameter.range.as_ref().or(field.range.as_ref())),
            (None, None) => {
                if fields.is_some() {
                    let message =
                        say!("the type of `{name}` is not said, and no field has this name", name = name.text);
                    let help = say!("say it: `{name} integer`, `{name} one of a, b`", name = name.text);
                    self.fault(About::Shape, name.span, message, help);
                }
                return column;
            }
        };
        column.optional = parameter.ty.is_none() && field.is_some_and(|field| field.optional);
        // A field of an unknown type is said where it is declared.
        column.ty = if parameter.ty.is_some() || type_of(ty).is_ok() { self.known(ty) } else { None };
        let Some((low, high)) = range.filter(|_| column.ty.is_some()) else { return column };
        let bound = |word: &Word| literal(&word.text, column.ty.as_ref()?).ok().as_ref().and_then(number);
        match bound(low).zip(bound(high)).filter(|(low, high)| low <= high) {
            Some(range) => column.range = Some(range),
            None if parameter.range.is_some() => {
                let span = Span { end: high.span.end, ..low.span };
                let message =
                    say!("`{low}..{high}` is no range of `{name}`", low = low.text, high = high.text, name = name.text);
                self.fault(About::Shape, span, message, "numbers, money and dates have ranges, the lower end first");
            }
            None => {}
        }
        column
    }

    fn body(&mut self) {
        let body = &self.syntax.body;
        let mut lines = rows::lines(body);
        let Some(header) = lines.next() else {
            let help = "begin with a header: `| zone || fee |`";
            return self.fault(About::Shape, self.syntax.name.span, "the table has no rows", help);
        };
        self.header(&header);
        let (mut values, mut any, mut last) = (0_usize, false, None::<Span>);
        for line in lines {
            any = true;
            let Some((inputs, outputs)) = self.split(&line) else { continue };
            if let Some(before) = last {
                self.faults.push(Fault {
                    about: About::Shape,
                    message: "a row stands after `otherwise`".into(),
                    span: line.span,
                    because: Some((before, "this row is for all that is left".into())),
                    help: "move the row up".into(),
                });
            }
            let otherwise = matches!(inputs.as_slice(), [only] if only.text == "otherwise");
            last = otherwise.then_some(line.span).or(last);
            let count = inputs.len();
            if !otherwise && count != self.columns.len() {
                let message = say!(
                    "this row has {count}, and the table asks for {columns}",
                    count = cells(count),
                    columns = self.columns.len()
                );
                self.faults.push(Fault {
                    about: About::Shape,
                    message,
                    span: line.span,
                    because: Some((header.span, "the header".into())),
                    help: "give each column a cell; write `-` where anything will do".into(),
                });
                continue;
            }
            let mut cells = Vec::with_capacity(count);
            for (piece, column) in inputs.iter().zip(&self.columns).filter(|_| !otherwise) {
                match cell::cell(piece, column, body) {
                    Ok(cell) => {
                        values += cell.parts.len().max(1);
                        cells.push(cell);
                    }
                    Err(fault) => self.faults.push(fault),
                }
            }
            let answer = match (outputs.first(), &self.result) {
                (Some(piece), Some(ty)) => cell::answer(piece, ty, &self.columns).map_err(|f| self.faults.push(f)).ok(),
                _ => None,
            };
            if values > MOST_VALUES || self.faults.len() > MOST_FAULTS {
                if values > MOST_VALUES {
                    let message = say!(
                        "the table is too large: its cells list more than {most_values} values",
                        most_values = MOST_VALUES
                    );
                    let help = "merge rows by ranges and lists, or let the host look it up and bring the result";
                    self.fault(About::Size, self.syntax.name.span, message, help);
                }
                self.rows.clear();
                return;
            }
            if let Some(answer) = answer.filter(|_| otherwise || cells.len() == self.columns.len()) {
                self.rows.push(Row { cells, answer, otherwise, span: line.span });
            }
        }
        if !any {
            let help = "write a row under the header: `| urban || 75_000 VND |`";
            self.fault(About::Shape, self.syntax.name.span, "the table has no rows", help);
        }
    }

    fn header(&mut self, header: &Line) {
        let Some((inputs, _)) = self.split(header) else { return };
        if inputs.len() != self.columns.len() {
            let message = say!(
                "the header has {inputs}, and the table {columns}",
                inputs = cells(inputs.len()),
                columns = self.columns.len()
            );
            let help = "name the parameters in their order, then `||`, then the result";
            return self.fault(About::Shape, header.span, message, help);
        }
        let wrong: Vec<_> =
            inputs.iter().zip(&self.columns).filter(|(piece, c)| bare(&piece.text) != c.name.text).collect();
        let faults = wrong.into_iter().map(|(piece, column)| Fault {
            about: About::Shape,
            message: say!(
                "the column `{piece}` is not the parameter `{column}`",
                piece = piece.text,
                column = column.name.text
            ),
            span: piece.span,
            because: Some((column.name.span, "the parameter".into())),
            help: "name the parameters in their order".into(),
        });
        self.faults.extend(faults.collect::<Vec<_>>());
    }

    /// Returns the cells of a line, and reports one that is no row with one result.
    fn split(&mut self, line: &Line) -> Option<(Vec<rows::Piece>, Vec<rows::Piece>)> {
        match &line.cells {
            Some((inputs, outputs)) if outputs.len() == 1 => Some((inputs.clone(), outputs.clone())),
            Some((_, outputs)) => {
                let message = say!(
                    "this row has {outputs} after `||`, and a table answers with one",
                    outputs = cells(outputs.len())
                );
                self.fault(About::Shape, line.span, message, "keep one result; write a second table for another one");
                None
            }
            None => {
                let help = "a row stands on its own line: `| input | input || result |`";
                self.fault(About::Shape, line.span, "this is no row", help);
                None
            }
        }
    }
}

/// More faults than this in one table help nobody.
const MOST_FAULTS: usize = 50;

fn bare(name: &str) -> String {
    crate::resolve::nfc(&name.trim_matches('`').into()).to_string()
}

fn cells(count: usize) -> Sentence {
    if count == 1 { "1 cell".into() } else { say!("{count} cells", count) }
}
