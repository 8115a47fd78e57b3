//! What is kept: transactions of the contract, each as a whole or not at all, all of them with one commit.

use motcua_engine::Instant;
use postgres::Error;
use postgres::types::ToSql;

use super::find::Cards;
use super::pool::{Connection, Pool};
use super::{error, lone, outbox, read};
use crate::chain::Record;
use crate::store::{Appended, Change, StoreError, Transaction};

const APPEND: &str = "\
    SELECT motcua.file(motcua.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
        $20, $21, $22, $23), $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)";

/// The same with seals, or with what erases them: most groups have neither.
const APPEND_SEALED: &str = "\
    SELECT motcua.file(motcua.seal(motcua.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
        $19, $20, $21, $22, $23), $39, $40, $41, $42, $43), $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)";

/// Keeps transactions; where the connection is lost meanwhile, the database is asked what it has of them.
pub(super) fn append(pool: &Pool, transactions: &[Transaction]) -> Result<Vec<Appended>, StoreError> {
    let said = |why: Error| error::said(pool.place(), &why);
    let lost = match pool.ask_once(|connection| send(connection, transactions)) {
        Err(why) if error::is_lost(&why) => why,
        appended => return appended.map_err(said),
    };
    let mut appended = pool
        .ask_once(|connection| send(connection, transactions))
        .map_err(|why| if error::is_lost(&why) { said(lost) } else { said(why) })?;
    // What was kept the first time is in its own way now.
    for (appended, transaction) in appended.iter_mut().zip(transactions) {
        if *appended == Appended::Conflict
            && let Some(keys) = pool.ask(|connection| kept(connection, transaction))?
        {
            *appended = Appended::Kept(keys);
        }
    }
    Ok(appended)
}

/// Returns the keys of a transaction's dossiers where its records are what the database has; a record carries the hash of what is
/// before it, so that nobody else's is the same.
fn kept(connection: &mut Connection, transaction: &Transaction) -> Result<Option<Vec<u64>>, Error> {
    let mut keys = Vec::new();
    for change in &transaction.changes {
        let journal = read::journal(connection, &change.dossier, change.before)?;
        let key = read::key(connection, &change.dossier)?;
        let Some(key) = key.filter(|_| !change.records.is_empty() && journal.starts_with(&change.records)) else {
            return Ok(None);
        };
        keys.push(key);
    }
    Ok(Some(keys))
}

fn send(connection: &mut Connection, transactions: &[Transaction]) -> Result<Vec<Appended>, Error> {
    if let Some(appended) = lone::send(connection, transactions)? {
        return Ok(vec![appended]);
    }
    let changes: Vec<(i32, &Change)> = numbered(transactions, |transaction| &transaction.changes);
    let each = changes.iter().map(|(_, change)| *change);
    let of: Vec<i32> = changes.iter().map(|(transaction, _)| *transaction).collect();
    let id: Vec<&str> = each.clone().map(|change| change.dossier.as_str()).collect();
    let key: Vec<Option<i64>> = each.clone().map(|change| change.key.map(u64::cast_signed)).collect();
    let before: Vec<i32> = each.clone().map(|change| change.before.cast_signed()).collect();
    let head: Vec<&[u8]> = each.clone().map(|change| change.head.0.as_slice()).collect();
    let woke_at: Vec<Option<i64>> = each.clone().map(|change| change.woke_at.map(Instant::unix)).collect();
    let wakes_at: Vec<Option<i64>> = each.clone().map(|change| change.wakes_at.map(Instant::unix)).collect();
    let records: Vec<i32> = each.clone().map(|change| (change.after() - change.before).cast_signed()).collect();
    let record: Vec<&[u8]> = each.clone().flat_map(|change| &change.records).map(Record::bytes).collect();

    let by_change = || (1_i32..).zip(each.clone());
    let (snapshot_of, snapshot): (Vec<i32>, Vec<&[u8]>) =
        by_change().filter_map(|(n, change)| Some((n, change.snapshot.as_deref()?))).unzip();
    let messages: Vec<_> =
        by_change().flat_map(|(n, change)| change.outgoing.iter().map(move |sent| (n, sent))).collect();
    let message_of: Vec<i32> = messages.iter().map(|(n, _)| *n).collect();
    let destination: Vec<&str> = messages.iter().map(|(_, sent)| sent.destination.as_str()).collect();
    let event: Vec<i32> = messages.iter().map(|(_, sent)| sent.event.cast_signed()).collect();
    let effect: Vec<i32> = messages.iter().map(|(_, sent)| sent.effect.into()).collect();
    let refused: Vec<Option<String>> =
        messages.iter().map(|(_, sent)| sent.refused.as_deref().map(outbox::plain)).collect();

    let numbers = numbered(transactions, |transaction| &transaction.numbers);
    let number_of: Vec<i32> = numbers.iter().map(|(n, _)| *n).collect();
    let series: Vec<&str> = numbers.iter().map(|(_, taken)| taken.series.as_str()).collect();
    let number: Vec<i64> = numbers.iter().map(|(_, taken)| taken.number.cast_signed()).collect();
    let definitions = numbered(transactions, |transaction| &transaction.definitions);
    let definition_of: Vec<i32> = definitions.iter().map(|(n, _)| *n).collect();
    let kind: Vec<&str> = definitions.iter().map(|(_, definition)| definition.kind.name()).collect();
    let hash: Vec<&[u8]> = definitions.iter().map(|(_, definition)| definition.hash.as_slice()).collect();
    let body: Vec<&[u8]> = definitions.iter().map(|(_, definition)| definition.body.as_slice()).collect();

    let erasing: (Vec<i32>, Vec<i32>) =
        by_change().filter(|(_, change)| change.erases).map(|(n, change)| (n, change.before.cast_signed())).unzip();
    let seals = Seals::of(by_change());

    let cards = Cards::of(each);
    let mut with: Vec<&(dyn ToSql + Sync)> = vec![
        &of,
        &id,
        &key,
        &before,
        &head,
        &woke_at,
        &wakes_at,
        &records,
        &record,
        &snapshot_of,
        &snapshot,
        &message_of,
        &destination,
        &event,
        &effect,
        &refused,
        &number_of,
        &series,
        &number,
        &definition_of,
        &kind,
        &hash,
        &body,
    ];
    with.extend(cards.parameters());
    let sealed: [&(dyn ToSql + Sync); 5] = [&erasing.0, &erasing.1, &seals.of, &seals.event, &seals.body];
    let is_sealed = !erasing.0.is_empty() || !seals.of.is_empty();
    let text = if is_sealed {
        with.extend(sealed);
        APPEND_SEALED
    } else {
        APPEND
    };
    let rows = connection.query(text, &with)?;
    let keys: Vec<Option<i64>> = rows.first().map_or_else(|| Ok(Vec::new()), |row| row.try_get(0))?;
    let mut keys = keys.into_iter();
    Ok(transactions.iter().map(|transaction| appended(keys.by_ref().take(transaction.changes.len()))).collect())
}

/// The seals of changes: which change's, of which event.
#[derive(Default)]
struct Seals<'t> {
    of: Vec<i32>,
    event: Vec<i32>,
    body: Vec<&'t [u8]>,
}

impl<'t> Seals<'t> {
    fn of(changes: impl Iterator<Item = (i32, &'t Change)>) -> Self {
        let mut seals = Self::default();
        for (n, change) in changes {
            for (event, record) in (change.before + 1..).zip(&change.records) {
                let Some(seal) = record.seal() else { continue };
                seals.of.push(n);
                seals.event.push(event.cast_signed());
                seals.body.push(seal);
            }
        }
        seals
    }
}

/// Returns parts of transactions, each with the number of its transaction, from 1.
fn numbered<'t, T>(
    transactions: &'t [Transaction],
    parts: impl Fn(&'t Transaction) -> &'t Vec<T>,
) -> Vec<(i32, &'t T)> {
    (1..).zip(transactions).flat_map(|(n, transaction)| parts(transaction).iter().map(move |part| (n, part))).collect()
}

fn appended(keys: impl Iterator<Item = Option<i64>>) -> Appended {
    // All of them are taken, also after one that is nothing: those that follow are the next transaction's.
    let keys: Vec<_> = keys.collect();
    let keys: Option<Vec<u64>> = keys.into_iter().map(|key| key.map(i64::cast_unsigned)).collect();
    keys.map_or(Appended::Conflict, Appended::Kept)
}
