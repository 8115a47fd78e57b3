//! Functions that guards and effects call.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::side::{Pair, Side, composed};
use crate::sentence::say;
use crate::syntax::Span;

/// A function: its tokens in common names, and where its name stands.
type Functions = BTreeMap<SmolStr, (Vec<SmolStr>, Option<Span>)>;

fn functions(side: &Side<'_, '_>) -> Functions {
    let mut found = Functions::new();
    for code in &side.procedure.functions {
        let text = composed(&code.text);
        let tokens = side.tokens(&text);
        let (mut own, mut depth): (Vec<SmolStr>, usize) = (Vec::new(), 0);
        for token in tokens {
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let ends = token == "}" && depth == 0;
            own.push(token);
            if !ends {
                continue;
            }
            let name = own.iter().skip_while(|token| *token != "fn").nth(1).cloned().unwrap_or_default();
            let declared = side.procedure.callable.iter().find(|function| function.name == name);
            found.insert(name, (std::mem::take(&mut own), declared.map(|function| function.span)));
        }
    }
    found
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let (old, new) = (functions(&pair.old), functions(&pair.new));
    for (name, (tokens, span)) in &new {
        match old.get(name) {
            None => {
                let said = say!("the function `{name}` is new", name);
                found.add(Change::new(Kind::FunctionNew, Whom::Office, said).of(name).at(None, *span));
            }
            Some((before, from)) if before != tokens => {
                let said = say!("the function `{name}` answers otherwise", name);
                found.add(Change::new(Kind::FunctionOther, Whom::Dossiers, said).of(name).at(*from, *span));
            }
            Some(_) => {}
        }
    }
    for (name, (_, span)) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        let said = say!("there is no function `{name}` any more", name);
        found.add(Change::new(Kind::FunctionGone, Whom::Office, said).of(name).at(*span, None));
    }
}
