//! What the tree of the corpus' full example holds.

use motcua_dsl::syntax::{
    Action, Anchor, File, From, Item, Length, Occurrence, OffDays, Procedure, Recipient, RecordValue, RungAt, Trigger,
    TypeName, YearDay,
};
use motcua_dsl::{Source, parse};
use motcua_engine::calendar::{Ends, Roll, Unit};

fn read(text: &str) -> File {
    let (file, findings) = parse(0, &Source { path: "full".into(), text: text.into() });
    assert!(findings.is_empty(), "{findings:?}");
    file
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn procedure(file: &File) -> &Procedure {
    let found =
        file.items.iter().find_map(|item| if let Item::Procedure(procedure) = item { Some(procedure) } else { None });
    found.expect("a procedure")
}

fn names<'a>(words: impl IntoIterator<Item = &'a motcua_dsl::syntax::Word>) -> Vec<&'a str> {
    words.into_iter().map(|word| word.text.as_str()).collect()
}

const FULL: &str = include_str!("syntax/sound_full.tthc");

#[test]
fn the_record_data_documents_and_roles_are_read() {
    let file = read(FULL);
    assert_eq!(file.items.len(), 7);
    let procedure = procedure(&file);
    assert_eq!(procedure.record.len(), 14);
    assert!(matches!(
        procedure.record[1].value,
        RecordValue::Version { number: 3, effective: Some(_), until: Some(_) }
    ));
    assert!(matches!(&procedure.record[11].value, RecordValue::Code(code) if code.text == "75_000 VND"));
    assert_eq!(
        names(procedure.data.iter().map(|field| &field.name)),
        ["area", "zone", "fee_paid", "opinion", "applicant", "children", "address"]
    );
    let [area, zone, paid, opinion, applicant, children, address] = procedure.data.as_slice() else {
        panic!("seven fields")
    };
    assert_eq!(area.range.as_ref().map(|(low, high)| (low.text.as_str(), high.text.as_str())), Some(("1", "10_000")));
    assert!(matches!(&zone.ty, TypeName::OneOf(values, _) if names(values) == ["urban", "rural", "heritage"]));
    assert_eq!(paid.default.as_ref().map(|code| code.text.as_str()), Some("false"));
    assert!(opinion.optional && applicant.personal && applicant.pattern.is_some() && applicant.label.is_some());
    assert!(
        matches!(&children.ty, TypeName::List(of, _) if matches!(&**of, TypeName::Plain(text) if text.text == "text"))
    );
    assert!(matches!(&address.ty, TypeName::Record(fields, _) if fields.len() == 2 && fields[1].optional));
    assert!(procedure.documents[0].original && !procedure.documents[1].original);
    assert_eq!(procedure.documents[1].when.as_ref().map(|code| code.text.as_str()), Some("data.floors >= 7"));
    assert!(procedure.roles[2].outside && procedure.roles[1].label.is_some());
}

#[test]
fn three_capitals_after_money_are_its_currency_unless_a_type_follows() {
    let file = read(include_str!("syntax/sound_money.tthc"));
    let procedure = procedure(&file);
    let currency = |ty: &TypeName| match ty {
        TypeName::Money(currency, _) => currency.text.to_string(),
        TypeName::Plain(word) => word.text.to_string(),
        TypeName::List(of, _) => match &**of {
            TypeName::Money(currency, _) => format!("list of {}", currency.text),
            other => panic!("{other:?}"),
        },
        TypeName::Record(fields, _) => fields.iter().map(|field| field.name.text.as_str()).collect(),
        TypeName::OneOf(..) => panic!("no choice"),
    };
    let fields = procedure.data.iter().map(|field| (field.name.text.as_str(), currency(&field.ty)));
    let expected = [
        ("fee", "EUR"),
        ("toll", "VND"),
        ("tax", "money"),
        ("VAT", "decimal"),
        ("sum", "list of USD"),
        ("price", "money"),
        ("EUR", "money"),
        ("cost", "CHF"),
        ("date", "date"),
        ("money", "text"),
        ("bill", "netgross"),
    ];
    assert_eq!(fields.collect::<Vec<_>>(), expected.map(|(name, ty)| (name, ty.to_owned())));
    let need = &procedure.shared[0].transition.needs[0];
    assert!(matches!(&need.ty, Some(TypeName::Money(currency, _)) if currency.text == "EUR"));
}

#[test]
fn clocks_and_timers_are_read() {
    let file = read(FULL);
    let procedure = procedure(&file);
    let [clock] = procedure.clocks.as_slice() else { panic!("one clock") };
    assert_eq!(clock.limits.len(), 2);
    assert!(
        matches!(clock.limits[0].term.length, Length::Of { unit: Unit::WorkingDay, .. })
            && clock.limits[0].when.is_some()
    );
    assert!(matches!(clock.limits[1].term.length, Length::SameWorkingDay { cutoff: Some(_) }));
    assert_eq!((names(&clock.from), names(&clock.until)), (vec!["received"], vec!["returned", "refused"]));
    assert!(
        matches!(&clock.anchor, Some(Anchor::Event { which: Some(Occurrence::Latest), name }) if name.text == "accept")
    );
    assert_eq!(clock.suspends.len(), 2);
    assert_eq!(
        (names(&clock.suspends[1].on), names(&clock.suspends[1].until), clock.suspends[1].edges),
        (vec!["ask"], vec!["answer"], Some(true))
    );
    assert_eq!(clock.restarts[0].when.as_ref().map(|code| code.text.as_str()), Some("documents.complete"));
    assert_eq!(clock.extends.as_ref().map(|extends| (extends.times, names(&extends.by))), Some((1, vec!["urban"])));
    let at: Vec<_> = clock.rungs.iter().map(|rung| &rung.at).collect();
    assert!(matches!(
        at.as_slice(),
        [
            RungAt::Share(80),
            RungAt::Before(_),
            RungAt::Due,
            RungAt::After(_),
            RungAt::Every { at_most: Some(5), .. },
            RungAt::Share(100),
            RungAt::Share(90)
        ]
    ));
    assert!(
        matches!(clock.rungs[1].actions.as_slice(), [Action::Notify(to, None)] if matches!(to.as_slice(), [Recipient::HeadOfHolder(_)]))
    );
    assert!(matches!(&clock.rungs[5].actions[0], Action::Reassign(role) if role.text == "chair"));
    let [timer] = procedure.timers.as_slice() else { panic!("one timer") };
    assert!(timer.on_last_day && timer.term.roll == Some(Roll::None) && names(&timer.from) == ["a", "b"]);
    assert!(
        matches!(&timer.anchor, Anchor::Event { which: Some(Occurrence::First), .. })
            && timer.transition.actions.len() == 2
    );
}

#[test]
fn states_and_transitions_are_read() {
    let file = read(FULL);
    let procedure = procedure(&file);
    let [received, returned, x] = procedure.states.as_slice() else { panic!("three states") };
    assert!(
        received.is_initial.is_some()
            && returned.is_final.is_some()
            && returned.outcome.is_some()
            && x.within.is_some()
    );
    assert_eq!((received.entry.len(), received.exit.len(), received.transitions.len()), (2, 1, 5));
    let accept = &received.transitions[0];
    assert!(accept.once && accept.actions.len() == 4 && accept.needs.len() == 4 && accept.needs[0].ty.is_some());
    assert!(matches!(&accept.actions[0], Action::Do(code) if code.text == " data.x = 1; log(\"…\"); "));
    assert_eq!(accept.target.as_ref().map(|target| target.text.as_str()), Some("assessing"));
    assert!(received.transitions[1].otherwise.is_some());
    assert!(matches!(&received.transitions[3].trigger, Trigger::After(term) if term.ends == Some(Ends::Midnight)));
    assert!(
        matches!(&received.transitions[4].trigger, Trigger::After(term) if term.of.as_ref().is_some_and(|of| of.text == "processing"))
    );
    let from: Vec<_> = procedure.shared.iter().map(|shared| &shared.from).collect();
    assert!(matches!(from.as_slice(), [From::Open, From::Any(_), From::States(two), From::Any(_)] if two.len() == 2));
    let span = received.name.span;
    assert_eq!(&FULL[span.start as usize..span.end as usize], "received");
}

#[test]
fn organisations_and_calendars_are_read() {
    let file = read(FULL);
    let organisation =
        file.items.iter().find_map(|item| if let Item::Organisation(found) = item { Some(found) } else { None });
    let [unit] = organisation.unwrap().units.as_slice() else { panic!("one unit") };
    assert_eq!((unit.offices.len(), unit.bindings.len(), unit.units.len()), (1, 2, 1));
    assert_eq!(unit.bindings[1].unit.as_ref().map(|unit| unit.text.as_str()), Some("district"));
    assert_eq!(names(&unit.offices[0].officers), ["an", "binh"]);
    assert!(unit.offices[0].head.as_ref().is_some_and(|(name, label)| name.text == "deputy_chair" && label.is_some()));
    let calendar = file.items.iter().find_map(|item| if let Item::Calendar(found) = item { Some(found) } else { None });
    let calendar = calendar.unwrap();
    assert_eq!(
        calendar.week.iter().map(|line| (line.days.len(), line.sessions.len())).collect::<Vec<_>>(),
        [(5, 2), (1, 1)]
    );
    let announced = calendar.announced.unwrap();
    assert_eq!((announced.from, announced.until, calendar.cutoff.is_some()), (None, 2026, true));
    let [.., national] = calendar.off.as_slice() else { panic!("days off") };
    let day = YearDay { month: 9, day: 2, shift: 0 };
    assert!(matches!(national.days, OffDays::Every { lunar: false, first, last } if first == day && last == day));
    assert_eq!((calendar.off.len(), national.from, national.until), (3, Some(2021), Some(2030)));
    assert!(calendar.worked[0].for_day.is_some() && calendar.worked[0].sessions.len() == 1);
}

#[test]
fn names_are_composed_and_texts_unescaped() {
    let file = read("procedure cho\u{31b}\u{300} \"a \\\"b\\\" \\\\\" { state `when` final }");
    let procedure = procedure(&file);
    assert_eq!(procedure.name.text, "ch\u{1edd}");
    assert_eq!(procedure.label.as_ref().map(|label| label.text.as_str()), Some("a \"b\" \\"));
    assert_eq!(procedure.states[0].name.text, "when");
}
