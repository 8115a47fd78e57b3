//! `motcua new`: a folder with a definition, its tests and a workflow for CI, to begin with.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::output;

const DEFINITION: &str = include_str!("../../templates/procedure.tthc");
const TESTS: &str = include_str!("../../templates/procedure.tests.tthc");
const CALENDAR: &str = include_str!("../../templates/office_hours.tthc");
const WORKFLOW: &str = include_str!("../../../docs/ci/procedures.yml");

/// Where to begin.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua new tree_felling && motcua test tree_felling

Exit codes: 0 it is there; 2 the folder is there already, or the name is none.")]
pub struct Args {
    /// The name of the procedure, and of the folder: small letters, figures and underscores.
    name: String,
    /// In which folder the new one is made.
    #[arg(long, value_name = "PATH", default_value = ".")]
    into: PathBuf,
}

/// Writes the files, and says what to do next.
///
/// # Errors
/// The name is none, the folder is there already, or it cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let name = &args.name;
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(fine) {
        bail!(
            "`{name}` is no name to begin with: write small letters, figures and underscores, such as `tree_felling`"
        );
    }
    let folder = args.into.join(name);
    if folder.exists() {
        bail!("`{}` is there already: choose another name", folder.display());
    }
    let files: [(PathBuf, &str); 4] = [
        (folder.join(format!("{name}.tthc")), DEFINITION),
        (folder.join(format!("{name}.tests.tthc")), TESTS),
        (folder.join("calendars").join("office_hours.tthc"), CALENDAR),
        (folder.join(".github").join("workflows").join("procedures.yml"), WORKFLOW),
    ];
    let mut said = String::new();
    for (path, text) in &files {
        write(path, &text.replace("my_procedure", name))?;
        let _ = writeln!(said, "written: {}", path.display());
    }
    let folder = folder.display();
    let _ = writeln!(said, "next: motcua check {folder} && motcua test {folder}");
    output::print(&said)?;
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    output::write_whole(path, text.as_bytes())
}
