//! What tells one command from another: the key of its id, and the hash of its body.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::Value;
use crate::command::Command;

/// Returns the idempotency key of a command's id.
pub(super) fn key(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// Returns the hash of everything that a command says besides its id.
pub(super) fn body(command: &Command) -> u64 {
    // Each text is hashed on its own, which keeps `ab` + `c` apart from `a` + `bc`.
    let text = |hash: u64, text: &str| xxh3_64_with_seed(text.as_bytes(), hash ^ 0xff);
    // What may be absent says which part it is, or a reason would look like a state.
    let part = |hash: u64, number: u64| hash.wrapping_add(number << 8);
    let mut hash = text(text(text(0, &command.command), &command.actor), &command.role);
    if let Some(at) = command.at {
        hash = xxh3_64_with_seed(&at.unix().to_le_bytes(), part(hash, 1));
    }
    if let Some(state) = &command.state {
        hash = text(part(hash, 2), state);
    }
    for (name, value) in &command.data {
        hash = hash_value(text(part(hash, 3), name), value);
    }
    for (name, copies) in &command.documents {
        hash = xxh3_64_with_seed(&copies.to_le_bytes(), text(part(hash, 4), name));
    }
    if let Some(reason) = &command.reason {
        hash = text(part(hash, 5), reason);
    }
    if let Some(open) = &command.open {
        hash = text(text(text(part(hash, 6), &open.dossier), &open.procedure), &open.unit);
        hash = xxh3_64_with_seed(&open.version.unwrap_or(0).to_le_bytes(), hash);
    }
    hash
}

/// Returns a hash that goes on with a value; each kind of value has a seed of its own.
fn hash_value(hash: u64, value: &Value) -> u64 {
    let bytes = |kind: u64, bytes: &[u8]| xxh3_64_with_seed(bytes, hash.wrapping_add(kind));
    match value {
        Value::Boolean(value) => bytes(1, &[u8::from(*value)]),
        Value::Integer(value) => bytes(2, &value.to_le_bytes()),
        Value::Decimal(value) => bytes(3, &value.serialize()),
        Value::Text(value) => bytes(4, value.as_str().as_bytes()),
        Value::Date(day) => bytes(5, &day.number().to_le_bytes()),
        Value::Instant(at) => bytes(6, &at.unix().to_le_bytes()),
        Value::List(values) => values.iter().fold(bytes(7, &values.len().to_le_bytes()), hash_value),
        Value::Record(fields) => fields.iter().fold(bytes(8, &fields.len().to_le_bytes()), |hash, (name, value)| {
            hash_value(xxh3_64_with_seed(name.as_bytes(), hash), value)
        }),
    }
}
