//! Rungs in words.

use motcua_engine::calendar::{Length, Term};
use motcua_engine::plan::RungAt;

use crate::lang::Lang;
use crate::say;

/// Returns when a rung of a clock fires: `processing, 2 working days before due`.
pub(super) fn of(lang: Lang, clock: &str, at: &RungAt) -> String {
    say!(lang, "rung-of", clock = clock, rung = when(lang, at))
}

fn when(lang: Lang, at: &RungAt) -> String {
    let told = |length: &Length| match lang {
        // As the definition says it.
        Lang::English => Term::of(*length).to_string(),
        Lang::Vietnamese => say::length(lang, *length),
    };
    match at {
        RungAt::Share(percent) => say!(lang, "rung-share", percent = *percent),
        RungAt::Before(length) => say!(lang, "rung-before", length = told(length)),
        RungAt::Due => say!(lang, "rung-due"),
        RungAt::After(length) => say!(lang, "rung-after", length = told(length)),
        RungAt::Every { length, at_most, until } => {
            let every = say!(lang, "rung-every", length = told(length), n = *at_most);
            if until.is_some() { say!(lang, "rung-acknowledged", rung = every) } else { every }
        }
    }
}
