//! Reads the definitions of the one-stop software e-PAR: an archive of XML files, one a procedure.

use std::io::Read as _;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A procedure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Process {
    /// The name of its file.
    pub(crate) file: String,
    pub(crate) code: String,
    pub(crate) name: String,
    /// The stated total, in working days; −1 says that there is none.
    pub(crate) total: f64,
    pub(crate) steps: Vec<Step>,
}

/// A step: one office, so long.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) time: f64,
    pub(crate) tasks: Vec<Task>,
}

/// A task inside of a step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Task {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) time: f64,
    /// The next task; none at the end.
    pub(crate) next: Option<String>,
    /// The clock stands still while the dossier is in it: it is the one that makes time go on again.
    pub(crate) resumes: bool,
}

/// Returns all procedures of an archive, by file; nothing where it is not there.
pub(crate) fn archive(path: &Path) -> Option<Vec<Process>> {
    let packed = std::fs::read(path).ok()?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    let mut found = Vec::new();
    let mut at = 0;
    // An archive is blocks of 512 bytes: a header with the name and the size in octal, then the file.
    while at + 512 <= bytes.len() && bytes.get(at) != Some(&0) {
        let field = |from: usize, to: usize| {
            let text = String::from_utf8_lossy(bytes.get(at + from..at + to).unwrap()).into_owned();
            text.trim_matches(['\0', ' ']).to_owned()
        };
        let (name, size) = (field(0, 100), usize::from_str_radix(&field(124, 136), 8).unwrap());
        if let Some(file) = name.rsplit('/').next().and_then(|name| name.strip_suffix("_workflow.xml")) {
            found.push(process(file, &String::from_utf8_lossy(bytes.get(at + 512..at + 512 + size).unwrap())));
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    Some(found)
}

fn process(file: &str, text: &str) -> Process {
    let mut process = Process { file: file.to_owned(), ..Process::default() };
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => take(&tag, &mut process),
            Event::Eof => return process,
            _ => {}
        }
    }
}

fn take(tag: &BytesStart<'_>, process: &mut Process) {
    let of = |name: &str| {
        let attribute = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
        attribute
            .map(|attribute| attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned())
            .unwrap_or_default()
    };
    let time = |name: &str| of(name).parse().unwrap_or_default();
    match tag.name().as_ref() {
        "process" => {
            (process.code, process.name, process.total) = (of("code"), of("name"), time("totaltime"));
        }
        "step" => {
            process.steps.push(Step { group: of("group"), name: of("name"), time: time("time"), tasks: Vec::new() });
        }
        "task" => {
            let next = Some(of("next")).filter(|next| next != "NULL" && !next.is_empty());
            let task =
                Task { code: of("code"), name: of("name"), time: time("time"), next, resumes: of("unpause") == "true" };
            process.steps.last_mut().unwrap().tasks.push(task);
        }
        _ => {}
    }
}
