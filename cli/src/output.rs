//! Where text goes: standard output, its colours and width, and files that are written whole or not at all.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use clap::ValueEnum;

/// The width of text where standard output is no terminal, in columns.
const PLAIN_WIDTH: u16 = 120;

/// How something is told, where there are these two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
}

/// Writes a text to standard output.
///
/// # Errors
/// Standard output is closed or full.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Writes a text to standard output, or to a file where one is named.
///
/// # Errors
/// Standard output is closed, or the file cannot be written; a file that was there is as it was then.
pub fn print_or_write(text: &str, file: Option<&Path>) -> anyhow::Result<()> {
    match file {
        Some(file) => write_whole(file, text.as_bytes()),
        None => print(text),
    }
}

/// Writes a file so that it is there whole or not at all: beside it first, then renamed over it.
///
/// # Errors
/// The folder cannot be written to, or the disk is full; a file that was there is as it was then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let name = path.file_name().with_context(|| format!("`{}` names no file", path.display()))?;
    if path.is_dir() {
        anyhow::bail!("`{}` is a folder: name a file", path.display());
    }
    let beside = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What could not be written is of no use to anybody; that it cannot be removed either changes nothing.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

/// Puts new bytes into a file that holds `before`, whole or not at all. Permissions stay, and so does a link to the file.
///
/// # Errors
/// The file is read-only, holds something else by now, or cannot be written; it is as it was then.
pub fn replace(path: &Path, before: &[u8], after: &[u8]) -> anyhow::Result<()> {
    let unwritten = || format!("cannot write `{}`", path.display());
    let real = path.canonicalize().with_context(unwritten)?;
    let permissions = fs::metadata(&real).with_context(unwritten)?.permissions();
    if permissions.readonly() {
        anyhow::bail!("`{}` is read-only: it is left as it is", path.display());
    }
    let name = real.file_name().with_context(unwritten)?;
    let beside = real.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let write = || -> anyhow::Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(after)?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        if fs::read(&real)? != before {
            anyhow::bail!("it has changed meanwhile, and is left as it is");
        }
        fs::rename(&beside, &real)?;
        Ok(())
    };
    let written = write();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.with_context(unwritten)
}

/// Returns a table without lines, as wide as standard output.
pub fn table() -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic).set_width(width());
    table
}

/// Returns whether text on standard output is coloured: only on a terminal, and `NO_COLOR` is honoured.
pub fn is_coloured() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && io::stdout().is_terminal()
}

/// Returns how many columns a line on standard output may have.
pub fn width() -> u16 {
    let terminal = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    terminal.map_or(PLAIN_WIDTH, |(width, _)| width.0.max(60))
}

/// Returns whether an error only says that nobody reads standard output any more.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}

/// Returns a count with its noun: `1 file`, `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        _ if number == 1 => return format!("1 {noun}"),
        Some(stem) if !noun.ends_with("day") => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    format!("{number} {plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_changed_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tthc");
        fs::write(&path, "edited").unwrap();
        let error = replace(&path, b"read", b"formatted").unwrap_err();
        assert!(format!("{error:#}").contains("has changed meanwhile"), "{error:#}");
        assert_eq!(fs::read(&path).unwrap(), b"edited");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        replace(&path, b"edited", b"formatted").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"formatted");
    }
}
