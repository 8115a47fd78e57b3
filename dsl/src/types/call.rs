//! Calls: the built-in functions and what they take, and those of the author, typed by what they are given.

use std::ops::Range;
use std::rc::Rc;

use motcua_engine::script;
use motcua_engine::script::expression::{Expression, Kind};
use smol_str::SmolStr;

use super::infer::{Called, Own, Text, Typing};
use super::scope::{Facts, Scope};
use super::statement::stores;
use super::{Rule, Type, Typed};
use crate::resolve::nfc;
use crate::sentence::{Sentence, say};

/// What a built-in function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    Any,
    Number,
    Integer,
    Exact,
    Text,
    Date,
    Moment,
    List,
    Record,
    /// What the list before it holds.
    Item,
    /// A function of an item, and perhaps of its number, that says yes or no.
    Test,
    /// A function of an item, and perhaps of its number.
    Function,
}

/// What a built-in function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    Term(&'static str),
    Nothing,
    /// What the first one is.
    First,
    /// What both are together.
    Both,
    /// An item of the list, if there is one.
    Item,
    Texts,
    Integers,
    /// A list of what the function gives.
    Mapped,
}

type Signature = (&'static str, &'static [Want], Gives);

/// The built-in functions that have a type; of several with one name the first that fits.
const SIGNATURES: &[Signature] = {
    use Gives::{Both, First, Integers, Mapped, Nothing, Texts};
    use Want::{Any, Date, Exact, Function, Item, List, Moment, Number, Record, Test};
    const TEXT: Want = Want::Text;
    const WHOLE: Want = Want::Integer;
    &[
        ("date", &[TEXT], Gives::Date),
        ("date", &[WHOLE, WHOLE, WHOLE], Gives::Date),
        ("day_of", &[Moment], Gives::Date),
        ("first_of_month", &[Moment], Gives::Date),
        ("fifteenth_of_month", &[Moment], Gives::Date),
        ("last_of_month", &[Moment], Gives::Date),
        ("year", &[Moment], Gives::Integer),
        ("month", &[Moment], Gives::Integer),
        ("day", &[Moment], Gives::Integer),
        ("days_between", &[Moment, Moment], Gives::Integer),
        ("hours_between", &[Moment, Moment], Gives::Integer),
        ("minutes_between", &[Moment, Moment], Gives::Integer),
        ("months_between", &[Moment, Moment], Gives::Integer),
        ("years_between", &[Moment, Moment], Gives::Integer),
        ("add_days", &[Date, WHOLE], Gives::Date),
        ("add_months", &[Date, WHOLE], Gives::Date),
        ("is_absent", &[Any], Gives::Boolean),
        ("notify", &[TEXT], Nothing),
        ("notify", &[TEXT, TEXT], Nothing),
        ("issue", &[TEXT], Nothing),
        ("log", &[TEXT], Nothing),
        ("abs", &[Number], First),
        ("min", &[Number, Number], Both),
        ("min", &[Date, Date], Gives::Date),
        ("max", &[Number, Number], Both),
        ("max", &[Date, Date], Gives::Date),
        ("days", &[WHOLE], Gives::Term("days")),
        ("weeks", &[WHOLE], Gives::Term("days")),
        ("months", &[WHOLE], Gives::Term("months")),
        ("years", &[WHOLE], Gives::Term("months")),
        ("working_days", &[WHOLE], Gives::Term("working days")),
        ("working_days_between", &[Moment, Moment], Gives::Integer),
        ("quotient", &[WHOLE, WHOLE], Gives::Integer),
        ("round_half_down", &[Exact, WHOLE], First),
        ("round_half_even", &[Exact, WHOLE], First),
        ("round_up", &[Exact, WHOLE], First),
        ("round_down", &[Exact, WHOLE], First),
        ("round_half_up", &[Exact, WHOLE], First),
        ("floor", &[Exact], First),
        ("ceiling", &[Exact], First),
        ("sqrt", &[Exact], Gives::Decimal),
        ("to_int", &[Number], Gives::Integer),
        ("to_decimal", &[Number], Gives::Decimal),
        ("parse_int", &[TEXT], Gives::Integer),
        ("parse_int", &[TEXT, WHOLE], Gives::Integer),
        ("parse_decimal", &[TEXT], Gives::Decimal),
        ("is_even", &[WHOLE], Gives::Boolean),
        ("is_odd", &[WHOLE], Gives::Boolean),
        ("is_zero", &[Number], Gives::Boolean),
        ("to_string", &[Any], Gives::Text),
        ("type_of", &[Any], Gives::Text),
        ("len", &[TEXT], Gives::Integer),
        ("len", &[List], Gives::Integer),
        ("len", &[Record], Gives::Integer),
        ("is_empty", &[TEXT], Gives::Boolean),
        ("is_empty", &[List], Gives::Boolean),
        ("starts_with", &[TEXT, TEXT], Gives::Boolean),
        ("ends_with", &[TEXT, TEXT], Gives::Boolean),
        ("to_upper", &[TEXT], Gives::Text),
        ("to_lower", &[TEXT], Gives::Text),
        ("trim", &[TEXT], Nothing),
        ("sub_string", &[TEXT, WHOLE], Gives::Text),
        ("sub_string", &[TEXT, WHOLE, WHOLE], Gives::Text),
        ("index_of", &[TEXT, TEXT], Gives::Integer),
        ("index_of", &[List, Item], Gives::Integer),
        ("split", &[TEXT, TEXT], Texts),
        ("keys", &[Record], Texts),
        ("range", &[WHOLE, WHOLE], Integers),
        ("range", &[WHOLE, WHOLE, WHOLE], Integers),
        ("push", &[List, Item], Nothing),
        ("clear", &[List], Nothing),
        ("pop", &[List], Gives::Item),
        ("all", &[List, Test], Gives::Boolean),
        ("some", &[List, Test], Gives::Boolean),
        ("filter", &[List, Test], First),
        ("find", &[List, Test], Gives::Item),
        ("map", &[List, Function], Mapped),
        ("reverse", &[List], Nothing),
    ]
};

/// Functions that say what becomes of a fraction.
const ROUNDINGS: [&str; 7] =
    ["round_up", "round_down", "round_half_up", "round_half_down", "round_half_even", "floor", "ceiling"];

/// Functions that are never written after a dot.
const AFTER_A_DOT: [&str; 5] = ["notify", "issue", "log", "working_days", "working_days_between"];

/// Calls of one function with other types before its texts are no longer told apart.
const MOST: usize = 64;

impl Want {
    fn takes(self, ty: &Type) -> bool {
        ty.is_silent()
            || match self {
                Self::Any => true,
                Self::Item => *ty != Type::Closure,
                Self::Number => ty.is_number(),
                Self::Integer => *ty == Type::Integer,
                Self::Exact => matches!(ty, Type::Decimal | Type::Money(_)),
                Self::Text => ty.is_text(),
                Self::Date => *ty == Type::Date,
                Self::Moment => matches!(ty, Type::Date | Type::Instant),
                Self::List => matches!(ty, Type::List(_)),
                Self::Record => matches!(ty, Type::Record(_)),
                Self::Test | Self::Function => *ty == Type::Closure,
            }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Any | Self::Item => "a value",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Exact => "a decimal number",
            Self::Text => "a text",
            Self::Date => "a date",
            Self::Moment => "a date or an instant",
            Self::List => "a list",
            Self::Record => "a record",
            Self::Test | Self::Function => "a function such as `|x| x > 1`",
        }
    }
}

impl<'p> Typing<'p> {
    pub(super) fn call(
        &mut self,
        whole: &'p Expression,
        name: &SmolStr,
        name_at: &Range<usize>,
        arguments: &'p [Expression],
    ) -> Typed {
        let own = self.is_own(name, arguments.len());
        if !own && ROUNDINGS.contains(&name.as_str()) {
            let divided = arguments.first().filter(|first| matches!(first.kind, Kind::Binary("/", ..)));
            self.rounded = divided.map(|division| division.at.clone());
        }
        let given: Vec<Typed> = arguments.iter().map(|argument| self.expression(argument)).collect();
        if !own && self.is_misplaced(whole, name, name_at, arguments, &given) {
            return Typed::unknown();
        }
        if let Some(table) = self.table(name, arguments.len()) {
            return self.look_up(table, arguments, &given);
        }
        if let Some(function) = self.own(name, arguments.len()) {
            return self.own_call(function, whole, given);
        }
        if name == "contains" {
            if let ([list, item], [holder, typed]) = (arguments, given.as_slice()) {
                self.holds(list, holder, item, typed);
            }
            return Type::Boolean.into();
        }
        let named = || SIGNATURES.iter().filter(|(known, wants, _)| known == name && wants.len() == arguments.len());
        let fits = |wants: &[Want]| wants.iter().zip(&given).all(|(want, typed)| want.takes(&typed.ty));
        if let Some((_, wants, gives)) = named().find(|(_, wants, _)| fits(wants)) {
            return self.built_in(wants, *gives, arguments, &given);
        }
        let wrong = |wants: &&[Want]| wants.iter().zip(&given).position(|(want, typed)| !want.takes(&typed.ty));
        // Of several the one that takes the most of what is given says what is wrong.
        let near = named().map(|(_, wants, _)| *wants).max_by_key(|wants| wrong(wants).unwrap_or(usize::MAX));
        let Some(wants) = near else {
            if self.is_known_otherwise(name) {
                let message = say!("what `{name}` gives cannot be typed", name);
                let help = "write it with the functions in the reference, or as a function of your own";
                self.fault(Rule::Unsupported, name_at, message, &[], help);
            }
            return Typed::unknown();
        };
        if let Some(at) = wrong(&wants)
            && let (Some(want), Some(argument), Some(typed)) = (wants.get(at), arguments.get(at), given.get(at))
        {
            let mut kinds: Vec<&'static str> =
                named().filter_map(|(_, wants, _)| wants.get(at)).map(|want| want.words()).collect();
            kinds.dedup();
            let kinds = kinds.into_iter().map(Sentence::from);
            let takes = kinds.reduce(|before, next| say!("{before} or {next}", before, next)).unwrap_or_default();
            let message = say!(
                "`{name}` takes {takes}, and {argument} is {ty}",
                name,
                takes,
                argument = self.quoted(argument),
                ty = typed.ty
            );
            let help = match (want, &typed.ty) {
                (Want::Date, Type::Instant) => "take its day: `day_of(…)`",
                (Want::Date | Want::Moment, ty) if ty.is_text() => "write a date as `date(\"2025-04-30\")`",
                (Want::Exact, Type::Integer) => {
                    "a whole number has nothing to round; `to_decimal(…)` makes it a decimal"
                }
                (Want::Integer, ty) if ty.is_number() => "round it: `to_int(round_half_up(…, 0))`",
                (Want::Text, ty) if ty.is_number() => "write it out: `to_string(…)`",
                (_, Type::Absent) => "give it a value",
                _ => "give it a value of that type",
            };
            self.fault(Rule::Mismatch, &argument.at, message, &[typed], help);
        }
        Typed::unknown()
    }

    /// Returns whether a call is refused for how it is written rather than for what it is given.
    fn is_misplaced(
        &mut self,
        whole: &Expression,
        name: &SmolStr,
        name_at: &Range<usize>,
        arguments: &[Expression],
        given: &[Typed],
    ) -> bool {
        if name == "round" {
            let message = "`round` does not say which way a half goes".into();
            let help = "say it: `round_half_up(x, 0)`, `round_half_even(x, 0)`, `round_up`, `round_down`";
            self.fault(Rule::Unsupported, name_at, message, &[], help);
            return true;
        }
        let drops = |argument: &Expression| match &argument.kind {
            Kind::Call { name, .. } => !ROUNDINGS.contains(&name.as_str()),
            _ => true,
        };
        if let ("to_int", [argument], [typed]) = (name.as_str(), arguments, given)
            && matches!(typed.ty, Type::Decimal | Type::Money(_))
            && drops(argument)
        {
            let message = say!("`to_int` drops the fraction of {argument}", argument = self.quoted(argument));
            let help = "say how it is rounded: `to_int(round_half_up(…, 0))`, `to_int(floor(…))`";
            self.fault(Rule::Mismatch, &argument.at, message, &[typed], help);
            return true;
        }
        let method = whole.at.start < name_at.start;
        if method && AFTER_A_DOT.contains(&name.as_str()) {
            let message = say!("`{name}` is no method", name);
            self.fault(Rule::Unsupported, name_at, message, &[], say!("write `{name}(…)`", name));
            return true;
        }
        false
    }

    /// Returns whether a name without a type is one that a script may call: another is said to be unknown, or to be
    /// called with too many arguments.
    fn is_known_otherwise(&self, name: &SmolStr) -> bool {
        SIGNATURES.iter().all(|(known, ..)| known != name)
            && self.procedure.callable.iter().all(|function| function.name != *name)
            && crate::resolve::is_function(name)
    }

    fn built_in(&mut self, wants: &[Want], kind: Gives, arguments: &'p [Expression], given: &[Typed]) -> Typed {
        let first = given.first().cloned().unwrap_or_else(Typed::unknown);
        let item = match &first.ty {
            Type::List(of) => (**of).clone(),
            _ => Typed::unknown(),
        };
        let mut result = Typed::unknown();
        for ((want, argument), typed) in wants.iter().zip(arguments).zip(given) {
            match want {
                Want::Any => {}
                Want::Item => {
                    // What an empty list comes to hold is known by the first item.
                    if let (Type::Never, Some(Kind::Variable(list))) =
                        (&item.ty, arguments.first().map(|list| &list.kind))
                    {
                        self.scope.retype(list, Type::list(typed.clone()));
                    }
                    if typed.ty == Type::Absent || !stores(&item.ty, &typed.ty) {
                        let message = say!(
                            "{argument} is {ty}, and the list holds {ty2}",
                            argument = self.quoted(argument),
                            ty = typed.ty,
                            ty2 = item.ty
                        );
                        self.fault(
                            Rule::Mismatch,
                            &argument.at,
                            message,
                            &[&first, typed],
                            "a list holds values of one type",
                        );
                    }
                    self.present(argument, typed);
                }
                Want::Test | Want::Function => result = self.closure(argument, &item, *want == Want::Test),
                _ => {
                    self.present(argument, typed);
                }
            }
        }
        match kind {
            Gives::Boolean => Type::Boolean.into(),
            Gives::Integer => Type::Integer.into(),
            Gives::Decimal => Type::Decimal.into(),
            Gives::Text => Type::Text.into(),
            Gives::Date => Type::Date.into(),
            Gives::Term(unit) => Type::Term(unit).into(),
            Gives::Nothing => Type::Absent.into(),
            Gives::First => Typed { whole: first.whole, ..first.ty.into() },
            Gives::Both => {
                let second = given.get(1).cloned().unwrap_or_else(Typed::unknown);
                let both = Typed { from: None, ..first.present() }.or(second.present());
                Typed { from: None, ..both.unwrap_or_else(Typed::unknown) }
            }
            Gives::Item => item.maybe(),
            Gives::Texts => Type::list(Type::Text).into(),
            Gives::Integers => Type::list(Type::Integer).into(),
            Gives::Mapped => Type::list(result).into(),
        }
    }

    /// Returns what a function without a name gives for an item.
    fn closure(&mut self, argument: &'p Expression, item: &Typed, test: bool) -> Typed {
        let Kind::Closure(parameters, body) = &argument.kind else { return Typed::unknown() };
        let before = self.scope.clone();
        for (i, parameter) in parameters.iter().enumerate() {
            self.scope.declare(parameter, if i == 0 { item.clone() } else { Type::Integer.into() });
        }
        let returns = self.returns.take();
        let gives = self.whole(body);
        self.returns = returns;
        self.scope = before;
        if test {
            self.condition(body, &gives, "what is asked of each item");
        }
        gives
    }

    /// Returns whether the author has a function of this name, which comes before a built-in one.
    pub(super) fn is_own(&self, name: &str, parameters: usize) -> bool {
        self.procedure.callable.iter().any(|known| known.name == name && known.parameters == parameters)
    }

    fn own(&mut self, name: &SmolStr, parameters: usize) -> Option<usize> {
        if !self.is_own(name, parameters) {
            return None;
        }
        let own = self.library();
        own.iter().position(|own| own.function.name == *name && own.function.parameters.len() == parameters)
    }

    fn library(&mut self) -> Rc<Vec<Own<'p>>> {
        let procedure = self.procedure;
        let read = || {
            let mut all = Vec::new();
            for code in &procedure.functions {
                let text = nfc(&code.text);
                for function in script::bodies(&text).unwrap_or_default() {
                    all.push(Own { function, code, text: text.clone() });
                }
            }
            Rc::new(all)
        };
        Rc::clone(self.own.get_or_insert_with(read))
    }

    fn own_call(&mut self, function: usize, whole: &'p Expression, mut arguments: Vec<Typed>) -> Typed {
        let seen = self.called.iter().filter(|called| called.function == function).count();
        if seen >= MOST {
            // Calls without end with ever other types end here.
            for typed in &mut arguments {
                *typed = Typed::unknown();
            }
        }
        if let Some(known) = self.called.iter().find(|c| c.function == function && c.arguments == arguments) {
            // A function that calls itself gives what its other ways give.
            return known.gives.clone().unwrap_or_else(|| Type::Never.into());
        }
        let number = self.called.len();
        self.called.push(Called { function, arguments: arguments.clone(), gives: None });
        let gives = self.own_body(function, whole, arguments);
        if let Some(called) = self.called.get_mut(number) {
            called.gives = Some(gives.clone());
        }
        gives
    }

    fn own_body(&mut self, function: usize, whole: &Expression, arguments: Vec<Typed>) -> Typed {
        let library = self.library();
        let Some(own) = library.get(function) else { return Typed::unknown() };
        let caller = self.caller.or_else(|| Some(self.span(&whole.at)));
        let mut inside = Typing {
            scope: Scope::default(),
            text: Some(Text { code: own.code, text: &own.text }),
            caller,
            depth: self.depth,
            called: std::mem::take(&mut self.called),
            faults: std::mem::take(&mut self.faults),
            own: Some(Rc::clone(&library)),
            taken_away: std::mem::take(&mut self.taken_away),
            ..Typing::new(self.procedure, Facts::none(self.procedure))
        };
        for (name, typed) in own.function.parameters.iter().zip(arguments) {
            inside.scope.declare(name, typed);
        }
        let gives = inside.block(&own.function.body);
        let gives = match inside.returns.take() {
            Some(returned) => match own.function.body.last() {
                Some(last) => inside.returned(&last.at, &returned, &gives),
                None => returned,
            },
            None => gives,
        };
        (self.called, self.faults, self.taken_away) = (inside.called, inside.faults, inside.taken_away);
        Typed { from: None, ..gives }
    }
}
