//! Dossiers that get a command each in turn, the worst way for what a host remembers: what it holds, and how often it is asked of it.

use motcua_host::{Host, Sqlite};

use super::recording::Recording;
use super::{asked, world};

/// How many commands each dossier gets: its opening, and two.
const ROUNDS: usize = 3;

pub(super) fn measure(dossiers: usize) {
    println!("{dossiers} dossiers in turn");
    let mut asked = asked(dossiers);
    asked.truncate(dossiers * ROUNDS);
    // The memory first: later on, what others have given back is taken again.
    let folder = tempfile::tempdir().unwrap();
    let host = Host::new(world(), Box::new(Sqlite::open(&folder.path().join("robin.db")).unwrap()), &[]);
    let mut peak = 0;
    let before = resident();
    for group in asked.chunks(64).take(dossiers.div_ceil(64)) {
        drop(host.ask_all(group));
        peak = peak.max(resident());
    }
    println!("  at most {} kB more in memory by groups, the cache of SQLite included", peak.saturating_sub(before));
    for (name, group) in [("64 commands at a time", 64), ("one command at a time", 1)] {
        let recording = Recording::default();
        let host = Host::new(world(), Box::new(recording.clone()), &[]);
        for group in asked.chunks(group) {
            drop(host.ask_all(group));
            drop(recording.taken());
        }
        let later = dossiers * (ROUNDS - 1);
        let hits = later.saturating_sub(recording.loaded());
        println!("  {name}: {:.0} % were remembered", 100.0 * hits as f64 / later as f64);
    }
}

/// Returns how many kilobytes of this process are in memory.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
