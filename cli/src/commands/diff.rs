//! `motcua diff`: what changes between two texts of a procedure, and for whom.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use motcua_dsl::syntax::{Item, RecordLine, RecordValue};
use motcua_dsl::{Asked, Class, Finding, Incomparable, Source, parse};
use unicode_normalization::UnicodeNormalization;

use crate::diff::{Compared, json, text};
use crate::lang::Lang;
use crate::{
    load,
    output::{self, Format},
    render,
};

/// Which texts are compared, and what may change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua diff examples/reform/building_permit.tthc
  motcua diff examples/reform --procedure building_permit --from 1 --to 2 --allow tightening,breaking
  git show main:procedures/permit.tthc > before.tthc; motcua diff before.tthc procedures/permit.tthc --format json

Each change is compatible, loosening (the citizen does less or is promised more), tightening, or breaking (a dossier in flight
or a command by the old text would be refused). Labels, comments, layout and spelling change nothing.

Exit codes: 0 nothing tightening or breaking that is not allowed; 1 such a change, or errors in a text; 2 wrong usage or
unreadable input.")]
pub struct Args {
    /// The definitions as they were: a file or a folder.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The definitions as they are to be; OLD itself when absent, of which two versions are compared then.
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
    /// The procedure; all that both have when absent.
    #[arg(long, value_name = "NAME")]
    procedure: Option<String>,
    /// The version of OLD; its last one when absent, and the one before the last where NEW is absent too.
    #[arg(long, value_name = "NUMBER")]
    from: Option<u32>,
    /// The version of NEW; its last one when absent.
    #[arg(long, value_name = "NUMBER")]
    to: Option<u32>,
    /// Changes that are meant, and do not fail.
    #[arg(long, value_enum, value_delimiter = ',')]
    allow: Vec<Allow>,
    /// How it is shown.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Allow {
    /// Changes by which somebody has to do more, may do less, or is promised less.
    Tightening,
    /// Changes by which a dossier in flight or a command would be refused.
    Breaking,
}

/// Compares, and shows what changes.
///
/// # Errors
/// A path cannot be read, a text has errors, or what is asked for is not in both.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let old = sources(&args.old)?;
    let new = args.new.as_deref().map(sources).transpose()?;
    let new = new.as_ref().unwrap_or(&old);
    let from = match args.from {
        None if args.new.is_none() => Some(before(&old, args)?),
        from => from,
    };
    let asked = Asked { procedure: args.procedure.as_deref(), from, to: args.to };
    let found = motcua_dsl::diff(&old, new, &asked).map_err(|why| refused(why, &old, new))?;
    let allowed: Vec<Class> = args
        .allow
        .iter()
        .map(|allow| match allow {
            Allow::Tightening => Class::Tightening,
            Allow::Breaking => Class::Breaking,
        })
        .collect();
    let compared = Compared { old: &old, new, found: &found, allowed: &allowed };
    output::print(&match args.format {
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&json(&compared, Lang::of_machines()))?),
        Format::Text => text(&compared, Lang::current()),
    })?;
    Ok(if compared.fails() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn sources(path: &Path) -> anyhow::Result<Vec<Source>> {
    if path.extension().is_some_and(|ending| ending == "json") {
        bail!(
            "not supported: the bundle `{}` has no text to compare; name the definitions that it was compiled from",
            path.display()
        );
    }
    load::sources(&[path.to_owned()])
}

/// Returns the number of the version before the one that is compared, of the procedure that has several.
fn before(sources: &[Source], args: &Args) -> anyhow::Result<u32> {
    let versions = versions(sources);
    let asked: Option<String> = args.procedure.as_ref().map(|name| name.nfc().collect());
    let is_meant = |name: &str| asked.as_ref().is_none_or(|asked| asked == name);
    let mut several: Vec<(&str, Vec<u32>)> = Vec::new();
    for (name, version) in versions.iter().filter(|(name, _)| is_meant(name)) {
        match several.iter_mut().find(|(known, _)| known == name) {
            Some((_, numbers)) if numbers.contains(version) => {}
            Some((_, numbers)) => numbers.push(*version),
            None => several.push((name, vec![*version])),
        }
    }
    several.retain(|(_, numbers)| numbers.len() > 1);
    match several.as_slice() {
        [] => bail!("`{}` has no procedure of two versions: name a second file or folder", args.old.display()),
        [(_, numbers)] => {
            let to = args.to.or(numbers.iter().max().copied());
            let earlier = numbers.iter().filter(|number| to.is_some_and(|to| **number < to)).max();
            let Some(earlier) = earlier else {
                bail!("nothing comes before version {}: name one with `--from`", to.unwrap_or_default())
            };
            Ok(*earlier)
        }
        [_, _, ..] => {
            let names: Vec<String> = several.iter().map(|(name, _)| format!("`{name}`")).collect();
            bail!("several procedures have two versions: name one with `--procedure`: {}", names.join(", "))
        }
    }
}

/// Returns the procedures of some texts, each with the number of its version, which is 1 where none is said.
fn versions(sources: &[Source]) -> Vec<(String, u32)> {
    let number = |line: &RecordLine| match line.value {
        RecordValue::Version { number, .. } => Some(number),
        _ => None,
    };
    let items = sources.iter().flat_map(|source| parse(0, source).0.items);
    let procedures = items.filter_map(|item| match item {
        Item::Procedure(it) => Some((it.name.text.to_string(), it.record.iter().find_map(number).unwrap_or(1))),
        _ => None,
    });
    procedures.collect()
}

fn refused(why: Incomparable, old: &[Source], new: &[Source]) -> anyhow::Error {
    let lang = Lang::current();
    let said = |sources: &[Source], findings: &[Finding]| {
        load::Rejected(render::text(sources, &lang.findings(findings), lang)).into()
    };
    match why {
        Incomparable::Old(findings) => said(old, &findings),
        Incomparable::New(findings) => said(new, &findings),
        Incomparable::Missing(what) => anyhow::anyhow!("{}", lang.sentence(&what)),
    }
}
