//! Logs: what a host tells, on standard error, for whoever asks for it.

use std::env;

use anyhow::Context;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// What is told: a level (`info`), or levels of parts (`motcua_host=debug`).
const WANTED: &str = "MOTCUA_LOG";

/// How: `text` or `json`.
const FORMAT: &str = "MOTCUA_LOG_FORMAT";

/// Begins to write logs where the environment asks for them.
///
/// # Errors
/// It asks for what is not known.
pub fn begin() -> anyhow::Result<()> {
    let Some(wanted) = env::var_os(WANTED).filter(|wanted| !wanted.is_empty()) else { return Ok(()) };
    let wanted = wanted.to_string_lossy();
    let targets = match wanted.parse::<LevelFilter>() {
        Ok(level) => Targets::new().with_target("motcua_host", level),
        Err(_) => wanted.parse().with_context(|| {
            format!("`{WANTED}={wanted}`: a level is expected (error, warn, info, debug), or `motcua_host=debug`")
        })?,
    };
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let lines = match env::var(FORMAT).as_deref() {
        Ok("json") => lines.json().boxed(),
        Ok("text" | "") | Err(_) => lines.boxed(),
        Ok(other) => anyhow::bail!("`{FORMAT}={other}`: `text` or `json` is expected"),
    };
    Ok(tracing_subscriber::registry().with(lines.with_filter(targets)).try_init()?)
}
