//! A plan with a field of every type, and what a dossier may hold.

use rust_decimal::Decimal;
use smallvec::smallvec;
use smol_str::SmolStr;
use thin_vec::thin_vec;

use crate::calendar::{Calendar, Length, Offset, Term, Unit};
use crate::clock::{Edges, Ledger};
use crate::dossier::{Clock, Status};
use crate::plan::{
    BUNDLE_FORMAT, Bundle, ClockPlan, Currency, DocumentPlan, EventRef, FieldPlan, Graph, Logic, Place, Plan, PlanHash,
    ScriptKind, ScriptPlan, StateKind, StatePlan, Type, Words,
};
use crate::script::compile::Script;
use crate::script::{Interpreter, ScriptError};
use crate::{ClockId, CommandId, Day, Dossier, Instant, ScriptId, StateId, Value, World};

/// A field's name and its type.
type Named = (&'static str, fn() -> Type);

pub(super) const FIELDS: [Named; 13] = [
    ("n", || Type::Integer),
    ("m", || Type::Integer),
    ("d", || Type::Decimal),
    ("fee", || Type::Money(Currency("VND".into()))),
    ("t", || Type::Text),
    ("zone", || Type::OneOf(vec!["urban".into(), "Ánh".into()])),
    ("b", || Type::Boolean),
    ("paid", || Type::Boolean),
    ("on", || Type::Date),
    ("since", || Type::Date),
    ("at", || Type::Instant),
    ("list", || Type::List(Box::new(Type::Text))),
    ("record", || Type::Record(Vec::new())),
];

/// Returns a plan whose documents' guards may fail, with functions of the author's.
pub(super) fn logic(functions: &str) -> Logic {
    let field = |(name, ty): &Named| FieldPlan {
        name: SmolStr::new(name),
        ty: ty(),
        optional: true,
        personal: false,
        default: None,
        range: None,
        pattern: None,
    };
    let document =
        |name: &str, when: Option<ScriptId>| DocumentPlan { name: name.into(), copies: 2, original: false, when };
    let guard = |text: &str| ScriptPlan { kind: ScriptKind::Guard, text: text.into() };
    let mut graph = Graph::default();
    for (name, kind) in [("", StateKind::Start), ("work", StateKind::Work)] {
        let (entry, exit) = (Vec::new(), Vec::new());
        graph.add_state(StatePlan { name: name.into(), kind, holder: None, within: None, entry, exit, inside: None });
    }
    Logic {
        name: "p".into(),
        version: 1,
        effective: None,
        until: None,
        calendar: None,
        fields: FIELDS.iter().map(field).collect(),
        documents: vec![
            document("form", None),
            document("plan", Some(ScriptId(0))),
            document("deed", Some(ScriptId(1))),
        ],
        roles: Vec::new(),
        commands: vec!["open".into(), "go".into()],
        forms: Vec::new(),
        graph,
        clocks: vec![clock_plan("whole"), clock_plan("step")],
        timers: Vec::new(),
        backdates: None,
        corrects: None,
        marks: vec![EventRef::Command(CommandId(0)), EventRef::Command(CommandId(1)), EventRef::Enter(StateId(1))],
        scripts: vec![guard("data.m == () || data.m + 1 > 3"), guard("data.paid == true && data.d * 2 > 9")],
        functions: functions.into(),
    }
}

fn clock_plan(name: &str) -> ClockPlan {
    ClockPlan {
        name: name.into(),
        of_state: None,
        stops_with: None,
        limits: Vec::new(),
        starts: Vec::new(),
        anchor: None,
        ends: Vec::new(),
        suspends: Vec::new(),
        edges: Edges::default(),
        restarts: Vec::new(),
        extends: None,
        reappoints: None,
        rungs: Vec::new(),
    }
}

pub(super) fn world() -> World {
    let plan = Plan { hash: PlanHash::default(), logic: logic(""), words: Words::default(), changes: None };
    let (compiler, source) = (String::new(), PlanHash::default());
    let (calendars, organisations) = (Vec::new(), Vec::new());
    World::load(Bundle {
        format: BUNDLE_FORMAT,
        compiler,
        source,
        plans: vec![plan],
        calendars,
        former: Vec::new(),
        organisations,
    })
    .unwrap()
}

/// Returns a calendar seven hours ahead that covers no year: terms in working days fail on it.
pub(super) fn calendar() -> Calendar {
    Calendar::civil("Asia/Ho_Chi_Minh", vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }]).unwrap()
}

pub(super) fn guard(interpreter: &Interpreter, text: &str, logic: &Logic) -> Result<Script, ScriptError> {
    interpreter.compile(&ScriptPlan { kind: ScriptKind::Guard, text: text.into() }, &Place::default(), logic)
}

pub(super) fn dossier() -> Dossier {
    Dossier {
        id: "D-1".into(),
        plan: PlanHash::default(),
        unit: "xã".into(),
        calendar: None,
        version: 1,
        at: instant("2024-03-04T09:00:00+07:00"),
        active: smallvec![],
        outcome: None,
        data: Box::default(),
        documents: thin_vec![],
        marks: thin_vec![],
        clocks: thin_vec![],
        timers: thin_vec![],
        accepted: Vec::new(),
        incidents: thin_vec![],
    }
}

/// Returns a clock that has started; in working days its due date is known to no calendar here.
pub(super) fn clock(id: u16, start: Instant, unit: Unit, status: Status, stopped: u16) -> Clock {
    let term = Term::of(Length::Of { count: 5, half: false, unit });
    let ledger = Ledger { start, term, granted: smallvec![], suspensions: smallvec![], edges: Edges::default() };
    Clock {
        id: ClockId(id),
        generation: 0,
        extensions: 0,
        ledger,
        status,
        expired: false,
        stopped,
        rungs: smallvec![],
        appointment: None,
        places: None,
        kept: false,
    }
}

pub(super) fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

/// Returns values on the edges of every type, both normal forms of a text among them.
pub(super) fn values() -> Vec<Vec<Value>> {
    vec![
        [0, 1, -1, 3, 7, 250, i64::MAX, i64::MIN, i64::MAX - 1, 3_037_000_500].map(Value::Integer).into(),
        ["0", "1", "1.50", "250", "250.00", "-0.1", "79228162514264337593543950335"].map(decimal).into(),
        vec![Value::Decimal(Decimal::MIN), decimal("0.0000000000000000000000000001"), decimal("9223372036854775807")],
        ["", "urban", "rural", "Ánh", "A\u{301}nh", "a", "é", "e\u{301}", "2024-03-04"].map(Value::from).into(),
        vec![Value::from(&*"x".repeat(70_000)), Value::from("urban"), Value::from("\u{301}")],
        vec![Value::Boolean(true), Value::Boolean(false)],
        ["2024-02-29", "2024-03-04", "2024-03-05", "0001-01-01", "9999-12-31"].map(|d| Value::Date(day(d))).into(),
        ["2024-03-04T00:00:00+07:00", "2024-03-04T16:59:59Z", "2024-03-04T17:00:00Z", "2024-02-28T17:00:00Z"]
            .map(|text| Value::Instant(instant(text)))
            .into(),
        vec![Value::Instant(Instant::MIN), Value::Instant(Instant::MAX)],
        vec![
            Value::List([].into()),
            Value::List([Value::from("urban"), Value::Integer(1)].into()),
            Value::Record([("a".into(), Value::Integer(1))].into()),
        ],
    ]
}
