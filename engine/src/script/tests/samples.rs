//! A plan with a field of every type.

use smol_str::SmolStr;

use crate::clock::Edges;
use crate::plan::{
    ClockPlan, Currency, DocumentPlan, EventRef, FieldPlan, Graph, Logic, Place, ScriptKind, ScriptPlan, StateKind,
    StatePlan, Type,
};
use crate::script::compile::Script;
use crate::script::{Interpreter, ScriptError};
use crate::{CommandId, ScriptId, StateId};

/// A field's name and its type.
type Named = (&'static str, fn() -> Type);

const FIELDS: [Named; 13] = [
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
        graph.add_state(StatePlan {
            name: name.into(),
            kind,
            holder: None,
            within: None,
            entry,
            exit,
            inside: None,
            call: None,
        });
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
        four_eyes: Vec::new(),
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

pub(super) fn script(kind: ScriptKind, text: &str, logic: &Logic) -> Result<Script, ScriptError> {
    Interpreter::default().compile(&ScriptPlan { kind, text: text.into() }, &Place::default(), logic)
}
