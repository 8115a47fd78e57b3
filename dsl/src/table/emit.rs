//! A table as a rhai function: what goes into the plan.
//!
//! The text is a part of what a dossier pins, so what is written here for a table must never change.

use motcua_engine::Value;
use motcua_engine::plan::Type;
use motcua_engine::script::MARK;

use super::{Answer, Cell, Column, Part, Policy, Table};

/// Returns the function that a table becomes: its rows in order, each an `if`.
pub(crate) fn function(table: &Table<'_>) -> String {
    written(table, |_| String::new())
}

/// Returns the same function for a world that somebody listens to: each row says `NAME:NUMBER` before it answers.
pub(crate) fn marked(table: &Table<'_>, name: &str) -> String {
    written(table, |row| format!("{MARK}(\"{name}:{row}\"); "))
}

fn written(table: &Table<'_>, mark: impl Fn(usize) -> String) -> String {
    let names: Vec<_> = table.columns.iter().map(|column| column.name.text.as_str()).collect();
    let collect = table.policy == Some(Policy::Collect);
    let mut lines = vec![format!("fn {}({}) {{", table.syntax.name.text, names.join(", "))];
    if collect {
        lines.push("let found = [];".to_owned());
    }
    lines.extend(table.columns.iter().map(|column| asked(column, &table.syntax.name.text)));
    // What is absent is for rows with `-` there, and `otherwise` has no such cell.
    let absent = table.columns.iter().filter(|column| column.optional).map(|column| {
        let (name, none) = (&column.name.text, if collect { " && found.is_empty()" } else { "" });
        let message = format!("`{name}` is absent, and no row of the table `{}` is for that", table.syntax.name.text);
        format!("if is_absent({name}){none} {{ throw \"{message}\"; }}")
    });
    let absent: Vec<String> = absent.collect();
    for (number, row) in table.rows.iter().enumerate() {
        if row.otherwise {
            lines.extend(absent.iter().cloned());
        }
        let answer = said(&row.answer, table.result.as_ref());
        let mark = mark(number);
        let then = if collect { format!("{mark}found.push({answer});") } else { format!("{mark}return {answer};") };
        let mut tests: Vec<String> =
            row.cells.iter().zip(&table.columns).filter_map(|(cell, column)| test(cell, column)).collect();
        if row.otherwise && collect {
            tests.push("found.is_empty()".into());
        }
        lines.push(if tests.is_empty() { then } else { format!("if {} {{ {then} }}", tests.join(" && ")) });
    }
    if !table.rows.iter().any(|row| row.otherwise) {
        lines.extend(absent);
    }
    lines.push(if collect {
        "found\n}".to_owned()
    } else {
        format!("throw \"no row of the table `{}` is for what it is asked\";\n}}", table.syntax.name.text)
    });
    lines.join("\n")
}

/// Returns what throws where an argument is not of its column's type.
fn asked(column: &Column<'_>, table: &str) -> String {
    let name = &column.name.text;
    let Some(ty) = &column.ty else { return String::new() };
    let (wrong, called) = if let Type::OneOf(words) = ty {
        let words: Vec<String> = words.iter().map(|word| literal(&Value::from(word.as_str()))).collect();
        (format!("switch {name} {{ {} => false, _ => true }}", words.join(" | ")), "none of its words".to_owned())
    } else {
        let types: &[&str] = match ty {
            Type::Boolean => &["bool"],
            Type::Integer => &["i64"],
            Type::Decimal | Type::Money(_) => &["decimal", "i64"],
            Type::Date => &["date", "instant"],
            _ => &["string"],
        };
        let tests: Vec<String> = types.iter().map(|ty| format!("type_of({name}) != \"{ty}\"")).collect();
        (tests.join(" && "), format!("no {ty}"))
    };
    let wrong = format!("if {wrong} {{ throw \"`{name}` of the table `{table}` is {called}\"; }}");
    if column.optional {
        return format!("if !is_absent({name}) {{ {wrong} }}");
    }
    format!("if is_absent({name}) {{ throw \"`{name}` is absent, and the table `{table}` asks for it\"; }}\n{wrong}")
}

fn test(cell: &Cell, column: &Column<'_>) -> Option<String> {
    let name = &column.name.text;
    let tests: Vec<String> = cell.parts.iter().map(|part| one(part, name)).collect();
    if tests.is_empty() {
        return None;
    }
    let here = if column.optional { format!("!is_absent({name}) && ") } else { String::new() };
    Some(if cell.negated { format!("{here}!({})", any(&tests)) } else { format!("{here}({})", any(&tests)) })
}

/// Joins tests by `||` in brackets that halve them: rhai bounds how deep expressions may be.
fn any(tests: &[String]) -> String {
    match tests {
        [] => "false".into(),
        [one] => one.clone(),
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            format!("({}) || ({})", any(left), any(right))
        }
    }
}

fn one(part: &Part, name: &str) -> String {
    match part {
        Part::Is(value) => format!("{name} == {}", literal(value)),
        Part::Between(low, high) => format!("{name} >= {} && {name} <= {}", literal(low), literal(high)),
        Part::Below(bound, inclusive) => format!("{name} <{} {}", if *inclusive { "=" } else { "" }, literal(bound)),
        Part::Above(bound, inclusive) => format!("{name} >{} {}", if *inclusive { "=" } else { "" }, literal(bound)),
    }
}

/// Returns an answer; what is exact stays exact, so that half of an amount is not cut to a whole one.
fn said(answer: &Answer, ty: Option<&Type>) -> String {
    let exact = matches!(ty, Some(Type::Money(_) | Type::Decimal));
    match answer {
        Answer::Expression(text) if exact => format!("to_decimal({text})"),
        Answer::Expression(text) => format!("({text})"),
        Answer::Value(Value::Decimal(number)) if number.scale() == 0 && i64::try_from(*number).is_ok() => {
            format!("to_decimal({number})")
        }
        Answer::Value(value) => literal(value),
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Text(text) => {
            let text: String = crate::resolve::nfc(&text.as_str().into()).chars().flat_map(escaped).collect();
            format!("\"{text}\"")
        }
        Value::Date(day) => format!("date(\"{day}\")"),
        Value::Decimal(number) if number.scale() == 0 => format!("{number}.0"),
        other => other.to_string(),
    }
}

fn escaped(c: char) -> Vec<char> {
    match c {
        '"' | '\\' => vec!['\\', c],
        '\n' => vec!['\\', 'n'],
        '\t' => vec!['\\', 't'],
        other => vec![other],
    }
}
