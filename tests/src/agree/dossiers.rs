//! Dossiers that are made up: values on the edges of every type, and now and then one of another type.

use motcua_engine::calendar::{Length, Term, Unit};
use motcua_engine::clock::Ledger;
use motcua_engine::script::{Asked, Fault};
use motcua_engine::{
    Answer, Clock, ClockId, Command, DocumentId, Dossier, Effect, FieldId, Instant, Mark, Opening, ScriptId, Status,
    Value, World, decide, fold,
};
use proptest::prelude::*;
use proptest::sample::select;
use smol_str::SmolStr;

/// What a script is asked about.
#[derive(Clone, Debug)]
pub(super) struct About {
    data: Vec<Option<Value>>,
    documents: Vec<u32>,
    marks: Vec<Option<Mark>>,
    clocks: Vec<Clock>,
    outcome: Option<Value>,
    pending: Vec<Effect>,
    arguments: Vec<(SmolStr, Value)>,
    now: Instant,
}

impl About {
    /// Returns the dossier, made of one that was opened.
    pub(super) fn dossier(&self, opened: &Dossier) -> Dossier {
        let mut dossier = opened.clone();
        dossier.data = self.data.as_slice().into();
        dossier.documents = self.documents.iter().copied().collect();
        dossier.marks = self.marks.iter().copied().collect();
        dossier.clocks = self.clocks.iter().cloned().collect();
        dossier.outcome.clone_from(&self.outcome);
        dossier
    }

    pub(super) fn ask<'a>(
        &'a self,
        world: &'a World,
        dossier: &'a Dossier,
        script: ScriptId,
    ) -> Result<Asked<'a>, Fault> {
        Ok(Asked::about(world, dossier, script, self.now)?.amid(&self.pending, &self.arguments))
    }
}

/// Returns the dossier that all others are made of.
pub(super) fn opened(world: &World) -> Result<Dossier, String> {
    let command = Command {
        id: "c".into(),
        command: "open".into(),
        role: "a".into(),
        open: Some(Opening { dossier: "D-1".into(), procedure: "p".into(), unit: "xã".into(), version: None }),
        ..Command::default()
    };
    match decide(world, None, &command, instant("2024-03-04T09:00:00+07:00")) {
        Answer::Accepted(events) => events.first().map(|event| fold(None, event)).ok_or_else(|| "no event".into()),
        other => Err(format!("{other:?}")),
    }
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap_or(Instant::MIN)
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap_or_default())
}

/// Values on the edges of every type, both normal forms of a text among them.
fn values() -> Vec<Vec<Value>> {
    let day = |text: &str| text.parse().map_or(Value::Boolean(true), Value::Date);
    let (least, most) = (rust_decimal::Decimal::MIN, decimal("9223372036854775807"));
    vec![
        [0, 1, -1, 3, 7, 250, i64::MAX, i64::MIN, i64::MAX - 1, 3_037_000_500].map(Value::Integer).into(),
        ["0", "1", "1.50", "250", "250.00", "-0.1", "79228162514264337593543950335"].map(decimal).into(),
        vec![Value::Decimal(least), decimal("0.0000000000000000000000000001"), most],
        ["", "urban", "rural", "Ánh", "A\u{301}nh", "a", "é", "e\u{301}", "2024-03-04"].map(Value::from).into(),
        vec![Value::from(&*"x".repeat(70_000)), Value::from("urban"), Value::from("\u{301}")],
        vec![Value::Boolean(true), Value::Boolean(false)],
        ["2024-02-29", "2024-03-04", "2024-03-05", "0001-01-01", "9999-12-31"].map(day).into(),
        ["2024-03-04T00:00:00+07:00", "2024-03-04T16:59:59Z", "2024-03-05T00:00:00Z", "2024-02-28T17:00:00Z"]
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

/// Which of [`values`] each field takes.
const KINDS: [usize; 13] = [0, 0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 9, 9];

/// Returns values of the type that a field has.
fn typed(field: usize) -> Vec<Value> {
    KINDS.get(field).and_then(|kind| values().into_iter().nth(*kind)).unwrap_or_default()
}

/// Returns a value of the type that a field has, mostly; old journals may hold another.
fn value(field: usize) -> BoxedStrategy<Value> {
    prop_oneof![40 => select(typed(field)), 1 => select(values().concat())].boxed()
}

fn at() -> impl Strategy<Value = Instant> {
    let texts = ["2024-03-04T09:00:00+07:00", "2024-02-29T00:00:00Z", "2024-03-08T23:59:59Z", "9999-12-31T23:59:59Z"];
    select(texts.map(instant).to_vec())
}

fn clocks(opened: &Dossier) -> impl Strategy<Value = Vec<Clock>> + use<> {
    let like = opened.clocks.first().cloned();
    // No calendar here says which days are working days.
    let unit = prop_oneof![15 => Just(Unit::Day), 1 => Just(Unit::WorkingDay)];
    let status = prop_oneof![3 => Just(Status::Open), 1 => at().prop_map(|at| Status::Ended { at })];
    prop::collection::vec((at(), unit, status, 0_u16..2), 0..3).prop_map(move |clocks| {
        let clock = |((start, unit, status, stopped), id)| {
            let ledger = Ledger::new(start, Term::of(Length::Of { count: 5, half: false, unit }));
            like.clone().map(|like| Clock { id: ClockId(id), ledger, status, stopped, ..like })
        };
        clocks.into_iter().zip(0..).filter_map(clock).collect()
    })
}

/// Returns what scripts are asked about.
pub(super) fn asked(opened: &Dossier) -> impl Strategy<Value = Vec<About>> + use<> {
    let fields = KINDS.len();
    let data: Vec<_> = (0..fields).map(|field| prop::option::weighted(0.94, value(field))).collect();
    let mark = prop::option::weighted(0.8, (at(), at()).prop_map(|(first, latest)| Mark { first, latest }));
    let each = (0..fields).flat_map(|field| typed(field).into_iter().map(move |value| (field, Some(value))));
    let set = prop_oneof![6 => select(each.collect::<Vec<_>>()), 1 => (0..fields).prop_map(|field| (field, None))];
    let arguments = prop::sample::subsequence(vec!["k", "reason", "sure"], 0..3);
    let brought = (
        prop::collection::vec(set, 0..2),
        arguments,
        select(values().concat()),
        prop::collection::vec(0_u32..4, 3),
        0_u32..3,
    );
    let about = (data, prop::collection::vec(mark, 3), clocks(opened), brought, prop::option::of(value(4)), at())
        .prop_map(|(data, marks, clocks, (set, names, argument, documents, received), outcome, now)| {
            let set = set.into_iter().filter_map(|(field, value)| Some(Effect::Set(FieldId::new(field)?, value)));
            let pending = set.chain([Effect::Received(DocumentId(0), received)]).collect();
            let arguments = names.into_iter().map(|name| (name.into(), argument.clone())).collect();
            About { data, documents, marks, clocks, outcome, pending, arguments, now }
        });
    prop::collection::vec(about, 64)
}
