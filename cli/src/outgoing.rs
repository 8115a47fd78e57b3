//! Where messages go, as the command line names it: queues, and the ways that lead out of them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use motcua_host::deliver::{Destination, Log, Secret, Webhook};
use motcua_host::{Host, HostError, LONGEST_SEND, Outbox, Passed};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::lang::Lang;
use crate::{run, say};

/// The queue of what dossiers send to the outside, where no other is named.
pub const OUTSIDE: &str = "outside";

/// How many messages are under way to a webhook at once, each of another dossier.
const AT_ONCE: usize = 4;

/// Into which queues messages are put.
#[derive(Debug, clap::Args)]
pub struct Queues {
    /// A queue that messages are put into, one for each receiver; repeatable, `outside` when absent.
    #[arg(long, value_name = "NAME", value_parser = queue, requires = "db")]
    queue: Vec<String>,
}

impl Queues {
    /// Returns their names.
    pub fn names(&self) -> Vec<&str> {
        if self.queue.is_empty() { vec![OUTSIDE] } else { self.queue.iter().map(String::as_str).collect() }
    }
}

/// Which receivers there are.
#[derive(Debug, clap::Args)]
pub struct Receivers {
    /// A URL that messages are posted to as CloudEvents; repeatable. With several receivers each names its queue.
    #[arg(long, value_name = "[QUEUE=]URL")]
    webhook: Vec<String>,
    /// A file that messages are appended to, one a line; `-` for standard output. Repeatable.
    #[arg(long, value_name = "[QUEUE=]FILE")]
    log: Vec<String>,
    /// A file with the secret that what is posted is signed with: `whsec_` and base64, or any other text.
    #[arg(long, value_name = "FILE", requires = "webhook")]
    secret_file: Option<PathBuf>,
    /// A file with the certificates (PEM) that alone are trusted; those that browsers trust when absent.
    #[arg(long, value_name = "FILE", requires = "webhook")]
    authorities: Option<PathBuf>,
    /// For how many seconds an answer is waited for.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=LONGEST_SEND.as_secs()))]
    timeout: u64,
    /// What tells the messages of this store from those of others, as a URI.
    #[arg(long, value_name = "URI", default_value = "urn:motcua")]
    source: String,
}

/// A queue and where it leads.
#[derive(Debug)]
pub struct Way {
    /// The queue.
    pub queue: String,
    destination: Box<dyn Destination>,
    threads: usize,
}

impl Receivers {
    /// Returns the ways to them, ready to be gone.
    ///
    /// # Errors
    /// A receiver is named wrongly, or a file cannot be read or written.
    pub fn ways(&self) -> anyhow::Result<Vec<Way>> {
        let secret = self.secret_file.as_deref().map(secret).transpose()?;
        let authorities = self.authorities.as_deref().map(read).transpose()?;
        let mut ways = Vec::new();
        for named in &self.webhook {
            let (queue, url) = parted(named);
            let webhook = Webhook::new(url, Duration::from_secs(self.timeout), authorities.as_deref());
            let webhook = webhook.context("`--webhook`")?;
            let webhook = if let Some(secret) = &secret { webhook.signed(secret.clone()) } else { webhook };
            ways.push(Way { queue: queue.to_owned(), destination: Box::new(webhook), threads: AT_ONCE });
        }
        for named in &self.log {
            let (queue, file) = parted(named);
            let log = match file {
                "-" => Log::to(io::stdout()),
                file => Log::append(Path::new(file)).with_context(|| format!("cannot write `{file}`"))?,
            };
            ways.push(Way { queue: queue.to_owned(), destination: Box::new(log), threads: 1 });
        }
        for (at, way) in ways.iter().enumerate() {
            queue(&way.queue).map_err(anyhow::Error::msg)?;
            if ways.iter().take(at).any(|other| other.queue == way.queue) {
                let name = &way.queue;
                bail!(
                    "two receivers have the queue `{name}`, and each message would reach one of them: give each its own, as in `--log archive=FILE`, and name both to `motcua run` with --queue"
                );
            }
        }
        Ok(ways)
    }

    /// Returns whether messages go to standard output.
    pub fn prints(&self) -> bool {
        self.log.iter().any(|named| parted(named).1 == "-")
    }

    /// Sends along the ways, each on its own threads, until nothing is left or a stop is wanted; returns what came of it by queue.
    ///
    /// # Errors
    /// The store failed.
    pub fn drain(&self, host: &Host, ways: &[Way], stop: &AtomicBool) -> Result<Vec<Passed>, HostError> {
        let outboxes: Vec<_> = ways.iter().map(|way| (way, self.outbox(host, way))).collect();
        thread::scope(|scope| {
            let started: Vec<Vec<_>> = outboxes
                .iter()
                .map(|(way, outbox)| (0..way.threads).map(|_| scope.spawn(|| outbox.drain(&run::now, stop))).collect())
                .collect();
            let joined = started.into_iter().map(|threads| {
                let mut all = Passed::default();
                for thread in threads {
                    let Passed { delivered, again, dead, away } = thread.join().unwrap_or(Err(HostError::Stopped))?;
                    all.delivered += delivered;
                    all.again.extend(again);
                    all.dead.extend(dead);
                    all.away = all.away.or(away);
                }
                Ok(all)
            });
            joined.collect()
        })
    }

    /// Sends along the ways what comes up, until a stop is wanted; does something beside it meanwhile.
    pub fn follow(&self, host: &Host, ways: &[Way], stop: &AtomicBool, beside: impl FnOnce() + Send) {
        let outboxes: Vec<_> = ways.iter().map(|way| (way, self.outbox(host, way))).collect();
        thread::scope(|scope| {
            for (way, outbox) in &outboxes {
                for _ in 0..way.threads {
                    scope.spawn(move || outbox.follow(&run::now, stop, &|passed| tell(&way.queue, passed)));
                }
            }
            beside();
        });
    }

    fn outbox<'h>(&self, host: &'h Host, way: &'h Way) -> Outbox<'h> {
        Outbox::new(host, &way.queue, &*way.destination).from_source(&self.source)
    }
}

/// Says on standard error what did not get through.
pub fn tell(queue: &str, passed: Result<&Passed, &HostError>) {
    let lang = Lang::current();
    let mut lines = Vec::new();
    match passed {
        Ok(Passed { again, dead, away, .. }) => {
            let of = |(sending, why): &(motcua_host::Sending, String)| (sending.id(), why.clone());
            lines.extend(
                again.iter().map(of).map(|(id, why)| say!(lang, "deliver-again", queue = queue, id = id, why = why)),
            );
            lines.extend(
                dead.iter().map(of).map(|(id, why)| say!(lang, "deliver-dead", queue = queue, id = id, why = why)),
            );
            lines.extend(away.iter().map(|why| say!(lang, "deliver-away", queue = queue, why = why.as_str())));
        }
        Err(error) => lines.push(say!(lang, "deliver-store", queue = queue, why = error.to_string())),
    }
    let mut stderr = io::stderr().lock();
    for line in lines {
        let _ = writeln!(stderr, "{line}");
    }
}

/// Says on standard error which queues have messages that nobody takes.
///
/// # Errors
/// The store cannot be read.
pub fn tell_unattended(host: &Host, ways: &[Way]) -> anyhow::Result<()> {
    let mut stderr = io::stderr().lock();
    for queue in host.store().queues()? {
        let attended = queue.destination == Host::DOSSIERS || ways.iter().any(|way| way.queue == queue.destination);
        if !attended && queue.waiting > 0 {
            let count = i64::try_from(queue.waiting).unwrap_or(i64::MAX);
            let name = queue.destination.as_str();
            let _ = writeln!(stderr, "{}", say!(Lang::current(), "deliver-unattended", queue = name, count = count));
        }
    }
    Ok(())
}

/// Returns what says that a stop is wanted: the first SIGINT or SIGTERM. The second one ends the program at once.
///
/// # Errors
/// Signals cannot be caught.
pub fn stop_on_signals() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 128 + signal, stop.clone())?;
        flag::register(signal, stop.clone())?;
    }
    Ok(stop)
}

/// Parts `QUEUE=REST`; a URL or a path before the `=` is no name of a queue.
fn parted(named: &str) -> (&str, &str) {
    match named.split_once('=') {
        Some((name, rest)) if queue(name).is_ok() => (name, rest),
        _ => (OUTSIDE, named),
    }
}

/// Returns the name of a queue.
///
/// # Errors
/// It is none.
pub fn queue(name: &str) -> Result<String, String> {
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter);
    if name == Host::DOSSIERS {
        return Err(format!("the queue `{name}` is that of what other dossiers did not take: take another name"));
    }
    if name.is_empty() || name.len() > 64 || !name.chars().all(is_name) {
        return Err(format!("`{name}` is no name of a queue: write small letters, digits, `_` and `-`"));
    }
    Ok(name.to_owned())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn secret(path: &Path) -> anyhow::Result<Secret> {
    let said = String::from_utf8(read(path)?).ok().context("it is no text");
    said.and_then(|text| Ok(Secret::read(&text)?)).with_context(|| format!("`--secret-file {}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_stands_before_its_receiver() {
        for (named, queue, rest) in [
            ("https://example.org/a?b=c", OUTSIDE, "https://example.org/a?b=c"),
            ("portal=https://example.org/a?b=c", "portal", "https://example.org/a?b=c"),
            ("./a=b.jsonl", OUTSIDE, "./a=b.jsonl"),
            ("archive=./a=b.jsonl", "archive", "./a=b.jsonl"),
            ("dossiers=x", OUTSIDE, "dossiers=x"),
        ] {
            assert_eq!(parted(named), (queue, rest));
        }
    }
}
