//! Puts digests in the place of values, and the values beside the record.

use base64::Engine;
use motcua_engine::Event;
use serde_json::Value;
use serde_json::value::Value::{Array, Object};

use super::places::Place;
use super::{BASE64, Kind, Salt, digest};
use crate::chain::{Hash, Record};

/// Returns the record of an event with its seal: the salt, then each value in the order in which they stand, a line each.
pub(super) fn sealed(head: Hash, event: &Event, places: &[Place], salt: &Salt) -> serde_json::Result<Record> {
    let mut tree = serde_json::to_value(event)?;
    for Place { at, kind } in places {
        // A value that cannot be found must not go out in clear.
        let value =
            tree.pointer_mut(at).ok_or_else(|| serde::ser::Error::custom(format!("nothing to seal at {at}")))?;
        let within = [(kind.key().to_owned(), value.take())];
        *value = Object(within.into_iter().collect());
    }
    let mut seal = BASE64.encode(salt);
    let mut number = 0;
    walk(&mut tree, &mut |value| {
        let text = serde_json::to_string(value)?;
        *value = digest(salt, number, &text).into();
        number += 1;
        seal.push('\n');
        seal.push_str(&text);
        Ok(())
    })?;
    let mut record = Record::of(head, &tree)?;
    record.set_seal(Some(seal.into_bytes()));
    Ok(record)
}

/// Visits what is to be sealed, in the order in which it is written.
fn walk(tree: &mut Value, visit: &mut dyn FnMut(&mut Value) -> serde_json::Result<()>) -> serde_json::Result<()> {
    match tree {
        Object(parts) => {
            for (key, part) in parts.iter_mut() {
                if Kind::ALL.iter().any(|kind| kind.key() == key) { visit(part) } else { walk(part, visit) }?;
            }
            Ok(())
        }
        Array(parts) => parts.iter_mut().try_for_each(|part| walk(part, visit)),
        _ => Ok(()),
    }
}
