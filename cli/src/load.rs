//! Finds and reads definitions: the files that are named, those in folders, and those that they use.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, bail};
use motcua_dsl::syntax::{Item, OrgUnit, UseKind};
use motcua_dsl::{Source, Workspace, compile, parse};
use motcua_engine::World;
use motcua_engine::plan::{BUNDLE_FORMAT, Bundle, PlanHash};

use crate::lang::Lang;
use crate::render;

/// The ending of a definition's file.
const ENDING: &str = "tthc";
/// The ending of a file that holds the tests of the definition beside it.
const TESTS: &str = ".tests.tthc";
/// How many folders above a file are searched for what it uses.
const PARENTS: usize = 4;
/// Where definitions are kept unless said otherwise.
pub const PROCEDURES: &str = "procedures";

/// Definitions have errors: the findings as text, ready to be shown.
#[derive(Debug)]
pub struct Rejected(pub String);

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Rejected {}

/// Returns the definitions in these files and folders, and those that they use, in the order of their paths.
///
/// A calendar, organisation or script that is used and not defined in any of them is looked for in the file `<name>.tthc`
/// beside the user's, in the folders `calendars`, `organisations` and `scripts` there and up to four levels above, and in
/// those of `procedures`. Where it is not found either, checking says so.
///
/// # Errors
/// A path that is not there or cannot be read, a folder without definitions, a file that is not UTF-8.
pub fn sources(paths: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    workspace(paths).map(Workspace::into_sources)
}

/// Returns the definitions of [`sources`] read and ready to be judged on all processors; their numbers are their places there.
///
/// # Errors
/// As [`sources`].
pub fn workspace(paths: &[PathBuf]) -> anyhow::Result<Workspace> {
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut reading = Reading { workspace: Workspace::new(threads), folders: Vec::new(), seen: HashSet::new() };
    for path in paths {
        reading.walk(path)?;
    }
    reading.follow()?;
    Ok(reading.workspace)
}

/// Returns the files that are named, and those below the folders that are named, each once; what they use is left out.
///
/// # Errors
/// A path that is not there or cannot be read, a folder without definitions.
pub fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let (mut seen, mut files) = (HashSet::new(), Vec::new());
    for path in paths {
        for file in below(path, &mut seen)? {
            let real = file.canonicalize().with_context(|| format!("cannot read `{}`", file.display()))?;
            if seen.insert(real) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

/// Returns the bytes of a file, and the source that they hold.
///
/// # Errors
/// The file cannot be read, is too large, or is not UTF-8.
pub fn source(path: &Path) -> anyhow::Result<(Vec<u8>, Source)> {
    let unreadable = || format!("cannot read `{}`", path.display());
    let file = File::open(path).with_context(unreadable)?;
    let size = file.metadata().with_context(unreadable)?.len();
    let most = u64::try_from(Source::MAX_BYTES).unwrap_or(u64::MAX);
    if size > most {
        bail!("`{}` has {size} bytes, more than the {most} that a definition may have: split it", path.display());
    }
    let mut bytes = Vec::new();
    // A pipe or device says nothing of its size.
    file.take(most + 1).read_to_end(&mut bytes).with_context(unreadable)?;
    let source = Source::from_bytes(path.display().to_string(), bytes.clone())?;
    Ok((bytes, source))
}

/// Returns, of some definitions, the files that define a name of a kind, and all that those use; all of them where the
/// name is not known, so that what is wrong with them can be said.
pub fn only(sources: Vec<Source>, wanted: impl Fn(&Item) -> bool) -> Vec<Source> {
    let items: Vec<Vec<Item>> = sources.iter().map(|source| parse(0, source).0.items).collect();
    let mut kept: Vec<bool> = items.iter().map(|items| items.iter().any(&wanted)).collect();
    if !kept.contains(&true) {
        return sources;
    }
    let mut open: Vec<usize> = kept.iter().enumerate().filter(|(_, kept)| **kept).map(|(file, _)| file).collect();
    while let Some(file) = open.pop() {
        let used: Vec<(UseKind, &str)> = items.get(file).into_iter().flatten().flat_map(used).collect();
        for (other, kept) in kept.iter_mut().enumerate().filter(|(_, kept)| !**kept) {
            let defines = |item: &Item| defined(item).is_some_and(|name| used.contains(&name));
            if items.get(other).into_iter().flatten().any(defines) {
                *kept = true;
                open.push(other);
            }
        }
    }
    sources.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(source, _)| source).collect()
}

/// Returns the bundle of some definitions.
///
/// # Errors
/// [`Rejected`] with the findings when there are errors among them.
pub fn bundle(sources: &[Source]) -> anyhow::Result<Bundle> {
    let lang = Lang::current();
    compile(sources).map_err(|findings| Rejected(render::text(sources, &lang.findings(&findings), lang)).into())
}

/// Returns the bundle at a path: one that was compiled, by its ending `.json`, or that of the definitions there.
///
/// # Errors
/// The path cannot be read or is no bundle, or [`Rejected`].
pub fn bundle_at(path: &Path) -> anyhow::Result<Bundle> {
    if is_bundle(path) {
        let text = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        return serde_json::from_slice(&text).with_context(|| format!("`{}` is no bundle", path.display()));
    }
    bundle(&sources(&[path.to_owned()])?)
}

/// Returns the bundle at a path, with no more of its definitions than what is wanted uses.
///
/// # Errors
/// As [`bundle_at`].
pub fn bundle_with(path: &Path, wanted: impl Fn(&Item) -> bool) -> anyhow::Result<Bundle> {
    if is_bundle(path) { bundle_at(path) } else { bundle(&only(sources(&[path.to_owned()])?, wanted)) }
}

/// Returns the name of a procedure, and the version that is named behind an `@`.
///
/// # Errors
/// What stands behind the `@` is no number.
pub fn versioned(text: &str) -> anyhow::Result<(&str, Option<u32>)> {
    let Some((name, version)) = text.split_once('@') else { return Ok((text, None)) };
    match version.parse() {
        Ok(version) => Ok((name, Some(version))),
        Err(_) => bail!("`{version}` is no version: write `{name}@1`"),
    }
}

fn is_bundle(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json")
}

/// Returns a world without definitions, for a store that has those that its dossiers are pinned to.
///
/// # Errors
/// None that is known of.
pub fn no_world() -> anyhow::Result<World> {
    let (compiler, source) = (String::new(), PlanHash::default());
    let (plans, calendars, former, organisations) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let format = BUNDLE_FORMAT;
    Ok(World::load(Bundle { format, compiler, source, plans, calendars, former, organisations })?)
}

/// Returns the world with the calendars at a path, of which one is wanted.
///
/// # Errors
/// The path cannot be read, [`Rejected`], or no calendar has this name.
pub fn world_with_calendar(path: &Path, name: &str) -> anyhow::Result<World> {
    let wanted = |item: &Item| matches!(item, Item::Calendar(calendar) if calendar.name.text == name);
    let bundle = bundle_with(path, wanted)?;
    let known: Vec<String> = bundle.calendars.iter().map(|calendar| format!("`{}`", calendar.name)).collect();
    let world = World::load(bundle)?;
    if world.calendar(name).is_none() {
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        bail!("no calendar is called `{name}` in `{}`; there are: {known}", path.display());
    }
    Ok(world)
}

/// Returns what an item brings in by `use`, the calendars that the units of an organisation name, and the one that a
/// calendar lies over.
fn used(item: &Item) -> Vec<(UseKind, &str)> {
    fn calendars<'a>(units: &'a [OrgUnit], found: &mut Vec<(UseKind, &'a str)>) {
        for unit in units {
            found.extend(unit.calendar.iter().map(|name| (UseKind::Calendar, name.text.as_str())));
            calendars(&unit.units, found);
        }
    }
    match item {
        Item::Use(used) => vec![(used.kind, used.name.text.as_str())],
        Item::Organisation(organisation) => {
            let mut found = Vec::new();
            calendars(&organisation.units, &mut found);
            found
        }
        Item::Calendar(calendar) => calendar.over.iter().map(|base| (UseKind::Calendar, base.text.as_str())).collect(),
        Item::Script(_) | Item::Table(_) | Item::Procedure(_) | Item::Test(_) => Vec::new(),
    }
}

/// Returns what an item defines that can be used.
fn defined(item: &Item) -> Option<(UseKind, &str)> {
    match item {
        Item::Calendar(calendar) => Some((UseKind::Calendar, calendar.name.text.as_str())),
        Item::Organisation(organisation) => Some((UseKind::Organisation, organisation.name.text.as_str())),
        Item::Script(script) => Some((UseKind::Script, script.name.text.as_str())),
        Item::Table(table) => Some((UseKind::Table, table.name.text.as_str())),
        Item::Use(_) | Item::Procedure(_) | Item::Test(_) => None,
    }
}

/// Files being gathered.
#[derive(Debug)]
struct Reading {
    workspace: Workspace,
    /// The folder of each source.
    folders: Vec<PathBuf>,
    /// Files and folders that have been read, by their true paths, so that nothing is read twice.
    seen: HashSet<PathBuf>,
}

impl Reading {
    /// Reads a file, or all definitions below a folder.
    fn walk(&mut self, path: &Path) -> anyhow::Result<()> {
        below(path, &mut self.seen)?.iter().try_for_each(|file| self.read(file))
    }

    /// Reads a file, unless it has been read.
    fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let real = path.canonicalize().with_context(|| format!("cannot read `{}`", path.display()))?;
        if !self.seen.insert(real.clone()) {
            return Ok(());
        }
        let source = source(path)?.1;
        self.workspace.set(source.path, source.text);
        self.folders.push(real.parent().map(Path::to_owned).unwrap_or_default());
        // Tests in a file of their own are about the definition beside them.
        let of = path.to_str().and_then(|path| path.strip_suffix(TESTS));
        match of.map(|of| PathBuf::from(format!("{of}.{ENDING}"))).filter(|of| of.is_file()) {
            Some(definition) => self.read(&definition),
            None => Ok(()),
        }
    }

    /// Reads what the sources use and do not define, and what that uses.
    fn follow(&mut self) -> anyhow::Result<()> {
        let mut tried: HashSet<(u32, UseKind, String)> = HashSet::new();
        loop {
            let missing = self.workspace.missing();
            let next = missing.into_iter().rev().find(|missing| tried.insert(missing.clone()));
            let Some((file, kind, name)) = next else { return Ok(()) };
            let folder = usize::try_from(file).ok().and_then(|file| self.folders.get(file)).cloned();
            if let Some(path) = find(kind, &name, &folder.unwrap_or_default()) {
                self.read(&path)?;
            }
        }
    }
}

/// Returns the file at a path, or all definitions below a folder, in order; folders that were seen are left out.
fn below(path: &Path, seen: &mut HashSet<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let is_folder = fs::metadata(path).with_context(|| format!("cannot read `{}`", path.display()))?.is_dir();
    if !is_folder {
        return Ok(vec![path.to_owned()]);
    }
    if path.canonicalize().is_ok_and(|real| seen.contains(&real)) {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = || format!("cannot read the folder `{}`", folder.display());
        if !seen.insert(folder.canonicalize().with_context(unreadable)?) {
            continue;
        }
        for entry in fs::read_dir(&folder).with_context(unreadable)? {
            let entry = entry.with_context(unreadable)?.path();
            let hidden = entry.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if hidden {
                continue;
            }
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == ENDING) {
                files.push(entry);
            }
        }
    }
    if files.is_empty() {
        bail!("there is no `.{ENDING}` file in `{}`", path.display());
    }
    files.sort();
    Ok(files)
}

/// Returns the file that something used is looked for in, where there is one.
fn find(kind: UseKind, name: &str, folder: &Path) -> Option<PathBuf> {
    let kept_in = match kind {
        UseKind::Calendar => "calendars",
        UseKind::Organisation => "organisations",
        UseKind::Script => "scripts",
        UseKind::Table => "tables",
    };
    // A name in backticks may hold anything, and must not lead out of these folders.
    if name.contains(['/', '\\', '.', '\0']) {
        return None;
    }
    let file = format!("{name}.{ENDING}");
    let above = folder.ancestors().take(PARENTS + 1).map(|folder| folder.join(kept_in));
    let here = std::env::current_dir().unwrap_or_default();
    let found = std::iter::once(folder.to_owned())
        .chain(above)
        .chain(std::iter::once(here.join(PROCEDURES).join(kept_in)))
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())?;
    Some(found.strip_prefix(&here).map(Path::to_owned).unwrap_or(found))
}
