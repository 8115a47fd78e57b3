//! The numbers of a period: carried over and received, settled and in hand.

use anyhow::bail;
use clap::ValueEnum;
use comfy_table::CellAlignment;
use motcua_engine::{Instant, Standing};
use motcua_host::{By, Counted, Counts, Period, Tally};
use serde_json::{Map, Value as Json, json};
use std::fmt::Write as _;

use crate::hosted::{Hosted, standing};
use crate::lang::Lang;
use crate::{output, say};

/// What dossiers of a period can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// In hand when it began.
    Carried,
    /// Received in it.
    Received,
    /// All of both.
    All,
    /// Standing so at its end.
    Standing(Standing),
}

impl ValueEnum for Class {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Class; 10] = [
            Class::Carried,
            Class::Received,
            Class::All,
            Class::Standing(Standing::Early),
            Class::Standing(Standing::OnTime),
            Class::Standing(Standing::Late),
            Class::Standing(Standing::Ended),
            Class::Standing(Standing::Running),
            Class::Standing(Standing::Suspended),
            Class::Standing(Standing::Overdue),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Carried => "carried",
            Self::Received => "received",
            Self::All => "all",
            Self::Standing(standing) => standing.name(),
        }))
    }
}

impl Class {
    fn admits(self, counted: &Counted) -> bool {
        match self {
            Self::Carried => counted.carried,
            Self::Received => !counted.carried,
            Self::All => true,
            Self::Standing(standing) => counted.standing == standing,
        }
    }
}

/// What is asked of a period.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The period.
    pub period: Period,
    /// As it is known when.
    pub now: Instant,
    /// A row for each of these.
    pub by: &'a [By],
    /// The dossiers that are listed.
    pub list: Option<Class>,
}

/// Returns the numbers, and the dossiers of a class where it is asked for.
///
/// # Errors
/// The store cannot be read, or the period has not begun.
pub fn told(hosted: &Hosted, asked: &Asked<'_>, json: bool) -> anyhow::Result<String> {
    if asked.now < asked.period.from {
        bail!("the period begins {}, which is later than now", hosted.told(asked.period.from));
    }
    let tally = hosted.host.tally(asked.period, asked.now, asked.by)?;
    let mut listed = Vec::new();
    if let Some(class) = asked.list {
        hosted.host.counted(asked.period, asked.now, |counted| {
            if class.admits(&counted) {
                listed.push(counted);
            }
        })?;
    }
    Ok(if json { as_json(hosted, asked, &tally, &listed) } else { as_text(hosted, asked, &tally, &listed) })
}

const fn by_name(by: By) -> &'static str {
    match by {
        By::Unit => "unit",
        By::Office => "office",
        By::Procedure => "procedure",
    }
}

fn numbers(counts: &Counts) -> Map<String, Json> {
    let mut said = Map::new();
    said.insert("carried".into(), counts.carried.into());
    said.insert("received".into(), counts.received.into());
    said.extend(Standing::ALL.map(|standing| (standing.name().to_owned(), counts.of(standing).into())));
    said
}

fn as_json(hosted: &Hosted, asked: &Asked<'_>, tally: &Tally, listed: &[Counted]) -> String {
    let rows = tally.rows.iter().map(|(key, counts)| {
        let names = asked.by.iter().map(|by| by_name(*by).to_owned());
        let mut said: Map<String, Json> = names.zip(key.iter().map(|key| Json::from(key.as_str()))).collect();
        said.extend(numbers(counts));
        Json::Object(said)
    });
    let dossier = |one: &Counted| {
        json!({
            "dossier": one.dossier,
            "unit": one.card.unit,
            "office": one.card.office,
            "procedure": one.card.procedure,
            "received": hosted.told(one.card.received),
            "due": one.card.due.map(|at| hosted.told(at)),
            "settled": one.card.settled.map(|at| hosted.told(at)),
            "carried": one.carried,
            "standing": one.standing,
        })
    };
    let said = json!({
        "from": hosted.told(asked.period.from),
        "to": hosted.told(asked.period.to),
        "now": hosted.told(asked.now),
        "by": asked.by.iter().map(|by| by_name(*by)).collect::<Vec<_>>(),
        "rows": rows.filter(|_| !asked.by.is_empty()).collect::<Vec<_>>(),
        "total": Json::Object(numbers(&tally.total)),
        "open": asked.list.map(|_| listed.iter().map(dossier).collect::<Vec<_>>()),
    });
    format!("{said}\n")
}

fn as_text(hosted: &Hosted, asked: &Asked<'_>, tally: &Tally, listed: &[Counted]) -> String {
    let lang = Lang::current();
    let title = say!(
        lang,
        "period-title",
        from = hosted.said(asked.period.from),
        to = hosted.said(asked.period.to.plus(-1)),
        now = hosted.said(asked.now)
    );
    let mut table = output::table();
    let keys = asked.by.len().max(1);
    let mut head: Vec<String> = asked
        .by
        .iter()
        .map(|by| match by {
            By::Unit => say!(lang, "report-unit"),
            By::Office => say!(lang, "report-office"),
            By::Procedure => say!(lang, "report-procedure"),
        })
        .collect();
    head.resize(keys, String::new());
    head.extend([say!(lang, "period-carried"), say!(lang, "report-received")]);
    head.extend(Standing::ALL.map(standing));
    table.add_row(head);
    let total = (vec![say!(lang, "report-total")], &tally.total);
    let named = tally.rows.iter().filter(|_| !asked.by.is_empty());
    let named = named.map(|(key, counts)| (key.iter().map(ToString::to_string).collect::<Vec<_>>(), counts));
    for (mut key, counts) in named.chain([total]) {
        key.resize(keys, String::new());
        let numbers = [counts.carried, counts.received].into_iter();
        key.extend(numbers.chain(Standing::ALL.map(|standing| counts.of(standing))).map(|number| number.to_string()));
        table.add_row(key);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(if index < keys { CellAlignment::Left } else { CellAlignment::Right });
    }
    let mut text = format!("{title}\n\n{}\n", table.trim_fmt());
    if asked.list.is_none() {
        return text;
    }
    let mut list = output::table();
    for one in listed {
        let card = &one.card;
        list.add_row([
            one.dossier.to_string(),
            card.unit.to_string(),
            card.office.as_deref().unwrap_or_default().to_owned(),
            card.procedure.to_string(),
            hosted.said(card.received),
            card.due.map(|at| hosted.said(at)).unwrap_or_default(),
            standing(one.standing),
        ]);
    }
    let none = || say!(lang, "report-none");
    let _ = writeln!(text, "\n{}", if listed.is_empty() { none() } else { list.trim_fmt() });
    text
}
