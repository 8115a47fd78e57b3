//! What is proven holds for every input of a small world, tried one by one.

use proptest::prelude::*;

use super::Proof;
use crate::syntax::{File, Item};
use crate::table::Table;
use crate::{Source, parse};

fn file(text: &str) -> File {
    let (file, findings) = parse(0, &Source { path: "t.tthc".into(), text: text.into() });
    assert!(findings.is_empty(), "{text}: {findings:#?}");
    file
}

fn proof(text: &str) -> Proof {
    let file = file(text);
    let Some(Item::Table(table)) = file.items.first() else { panic!("no table") };
    let table = Table::read(table, None);
    assert!(table.faults.is_empty(), "{:#?}", table.faults);
    table.proof
}

/// A cell over a number from 0 to 7, and the numbers that it is for.
fn number() -> impl Strategy<Value = (String, Vec<bool>)> {
    let all = |holds: &dyn Fn(i32) -> bool| (0..8).map(holds).collect::<Vec<_>>();
    prop_oneof![
        2 => Just(("-".to_owned(), all(&|_| true))),
        1 => (0..8).prop_map(move |a: i32| (format!("{a}"), all(&|n| n == a))),
        1 => (0..8, 0..8).prop_map(move |(a, b): (i32, i32)| (format!("{a}, {b}"), all(&|n| n == a || n == b))),
        1 => (0..8, 0..8).prop_map(move |(a, b): (i32, i32)| {
            let (a, b) = (a.min(b), a.max(b));
            (format!("{a}..{b}"), all(&|n| a <= n && n <= b))
        }),
        1 => (1..8).prop_map(move |a: i32| (format!("< {a}"), all(&|n| n < a))),
        1 => (0..8).prop_map(move |a: i32| (format!(">= {a}"), all(&|n| n >= a))),
        1 => (0..7).prop_map(move |a: i32| (format!("not <= {a}"), all(&|n| n > a))),
    ]
}

fn word() -> impl Strategy<Value = (String, Vec<bool>)> {
    prop_oneof![
        Just(("-".to_owned(), vec![true, true, true])),
        Just(("a".to_owned(), vec![true, false, false])),
        Just(("b, c".to_owned(), vec![false, true, true])),
        Just(("not c".to_owned(), vec![true, true, false])),
    ]
}

type Drawn = ((String, Vec<bool>), (String, Vec<bool>), (String, Vec<bool>));

fn text(rows: &[Drawn], policy: &str) -> String {
    let lines: Vec<_> = rows.iter().map(|((x, _), (y, _), (z, _))| format!("| {x} | {y} | {z} || 1 |")).collect();
    let lines = lines.join("\n");
    format!(
        "table t(x integer in 0..7, y one of a, b, c, z integer in 0..7) -> integer {policy} {{\n| x | y | z || n |\n{lines}\n}}"
    )
}

fn inputs() -> impl Iterator<Item = (usize, usize, usize)> {
    (0..8).flat_map(|x| (0..3).flat_map(move |y| (0..8).map(move |z| (x, y, z))))
}

fn holds(row: &Drawn, (x, y, z): (usize, usize, usize)) -> bool {
    row.0.1[x] && row.1.1[y] && row.2.1[z]
}

/// Returns the input that a counter-example names.
fn named(input: &str) -> (usize, usize, usize) {
    let values: Vec<&str> = input.split(", ").filter_map(|part| part.split(" = ").nth(1)).collect();
    let word = ["a", "b", "c"].iter().position(|word| *word == values[1]).unwrap();
    (values[0].parse().unwrap(), word, values[2].parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn gaps_and_overlaps_are_those_of_trying_every_input(rows in prop::collection::vec((number(), word(), number()), 1..7)) {
        let proof = proof(&text(&rows, "unique"));
        prop_assert_eq!(proof.undecided, None);
        let gap = inputs().any(|input| !rows.iter().any(|row| holds(row, input)));
        prop_assert_eq!(proof.gap.is_some(), gap);
        if let Some(gap) = &proof.gap {
            prop_assert!(!rows.iter().any(|row| holds(row, named(gap))), "{}", gap);
        }
        for (second, row) in rows.iter().enumerate() {
            let both = |first: usize| inputs().any(|input| holds(&rows[first], input) && holds(row, input));
            let first = (0..second).find(|first| both(*first));
            let found = proof.overlaps.iter().find(|(row, ..)| *row == second);
            prop_assert_eq!(found.map(|(_, first, _)| *first), first);
            if let Some((_, first, input)) = found {
                prop_assert!(holds(row, named(input)) && holds(&rows[*first], named(input)), "{}", input);
            }
        }
    }

    #[test]
    fn rows_for_nothing_are_those_of_trying_every_input(rows in prop::collection::vec((number(), word(), number()), 1..7)) {
        let proof = proof(&text(&rows, "first"));
        for (second, row) in rows.iter().enumerate() {
            let earlier = &rows[..second];
            let idle = inputs().filter(|input| holds(row, *input)).all(|input| earlier.iter().any(|e| holds(e, input)));
            prop_assert_eq!(proof.idle.iter().any(|(row, _)| *row == second), idle);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_may_not_be_absent_is_that_of_trying_every_input(
        rows in prop::collection::vec((number(), word(), number()), 1..7),
        otherwise in any::<bool>(),
    ) {
        let mut table = text(&rows, "first").replace("x integer in 0..7, y one of a, b, c, z integer in 0..7", "x, y, z");
        if otherwise {
            table = table.replace("\n}", "\n| otherwise || 9 |\n}");
        }
        let data = "data { x integer in 0..7 ?  y one of a, b, c ?  z integer in 0..7 ? }";
        let file = file(&format!("procedure p {{ {data}\n{table}\n}}"));
        let Some(Item::Procedure(procedure)) = file.items.first() else { panic!("no procedure") };
        let table = Table::read(&procedure.tables[0], Some(&procedure.data));
        prop_assert!(table.faults.is_empty(), "{:#?}", table.faults);
        prop_assert_eq!(table.proof.undecided, None);
        // Nothing stands for what is absent; only `-`, for all of a column, is for it.
        let is_for = |cell: &(String, Vec<bool>), value: Option<usize>| value.map_or(cell.0 == "-", |value| cell.1[value]);
        let ranges = [8, 3, 8];
        let values = |column: usize, set: usize| -> Vec<Option<usize>> {
            if set >> column & 1 == 1 { vec![None] } else { (0..ranges[column]).map(Some).collect() }
        };
        let hole = |set: usize| {
            values(0, set).into_iter().any(|x| values(1, set).into_iter().any(|y| values(2, set).into_iter().any(|z| {
                !rows.iter().any(|row| is_for(&row.0, x) && is_for(&row.1, y) && is_for(&row.2, z))
            })))
        };
        let holes: Vec<usize> = (1..8).filter(|set| hole(*set)).collect();
        let least = holes.iter().filter(|set| !holes.iter().any(|less| less != *set && less & *set == *less)).copied();
        let mut found: Vec<usize> =
            table.proof.absent.iter().map(|(columns, _)| columns.iter().map(|column| 1 << column).sum()).collect();
        found.sort_unstable();
        prop_assert_eq!(found, least.collect::<Vec<_>>());
    }
}

#[test]
fn decimals_have_values_between_any_two() {
    let table = |cells: &str| format!("table t(a decimal) -> integer unique {{\n| a || n |\n{cells}}}");
    assert_eq!(proof(&table("| < 250 || 1 |\n| > 250 || 2 |\n")).gap.as_deref(), Some("a = 250"));
    assert_eq!(proof(&table("| <= 1 || 1 |\n| >= 2 || 2 |\n")).gap.as_deref(), Some("a = 1.5"));
    assert_eq!(proof(&table("| <= 1.5 || 1 |\n| > 1.5 || 2 |\n")), Proof::default());
}

#[test]
fn days_and_texts_are_told_as_they_are_written() {
    let gap =
        proof("table t(d date) -> integer unique {\n| d || n |\n| < 2024-03-01 || 1 |\n| > 2024-03-01 || 2 |\n}").gap;
    assert_eq!(gap.as_deref(), Some("d = 2024-03-01"));
    let gap = proof("table t(s text) -> integer unique {\n| s || n |\n| \"a, b\" || 1 |\n}").gap;
    assert_eq!(gap.as_deref(), Some("s = another text"));
}

#[test]
fn a_table_at_the_bound_is_proven_and_one_beyond_is_refused() {
    let table = |rows: usize| {
        let rows = (0..rows).map(|n| format!("| {n} || {n} |")).collect::<Vec<_>>().join("\n");
        format!("table t(n integer) -> integer unique {{\n| n || m |\n{rows}\n}}")
    };
    assert_eq!(proof(&table(super::super::MOST_VALUES)).gap.as_deref(), Some("n = -1"));
    let file = file(&table(100_000));
    let Some(Item::Table(table)) = file.items.first() else { panic!("no table") };
    let faults = Table::read(table, None).faults;
    assert_eq!(faults.len(), 1);
    assert!(faults[0].message.starts_with("the table is too large"), "{}", faults[0].message);
}
