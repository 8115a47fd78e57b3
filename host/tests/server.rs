//! A server of PostgreSQL on a socket in a temporary folder, for tests and benches: started here, stopped when it is dropped.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use tempfile::TempDir;

/// PostgreSQL refuses to run as root: then it runs as `nobody`.
const NOBODY: u32 = 65534;

/// A server; it syncs what it commits.
#[derive(Debug)]
pub(crate) struct Server {
    folder: TempDir,
    programs: PathBuf,
    databases: AtomicUsize,
    user: Option<u32>,
}

static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// Returns the server that tests share which run at the same time; nothing, and says so, where PostgreSQL is not installed.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// Returns a server of its own; nothing, and says so, where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed (no initdb, postgres and pg_ctl in the path)");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("motcua-pg-").tempdir().unwrap();
        let user = (std::fs::metadata(folder.path()).unwrap().uid() == 0).then_some(NOBODY);
        if let Some(user) = user {
            chown(folder.path(), Some(user), Some(user)).unwrap();
        }
        let server = Self { folder, programs, databases: AtomicUsize::new(0), user };
        let initdb =
            ["--auth=trust", "--username=motcua", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"];
        server.run("initdb", &initdb);
        server.up();
        Some(server)
    }

    /// Starts it, and waits until it answers.
    pub(crate) fn up(&self) {
        let folder = self.folder.path().display();
        let options = format!("-k {folder} -c listen_addresses='' -c max_connections=200 -c shared_buffers=256MB");
        self.run("pg_ctl", &["start", "--wait", "--silent", "--log", &format!("{folder}/log"), "--options", &options]);
    }

    /// Stops it as a loss of power would: nothing is finished, nobody is told.
    pub(crate) fn down(&self) {
        self.run("pg_ctl", &["stop", "--wait", "--silent", "--mode=immediate"]);
    }

    /// Returns the URL of a new database.
    pub(crate) fn database(&self) -> String {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut client = postgres::Client::connect(&self.url("postgres"), postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        let folder = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://motcua@{folder}/{database}")
    }

    fn run(&self, program: &str, with: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(with).arg("--pgdata").arg(self.folder.path().join("data")).current_dir(self.folder.path());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        // What the server inherits must not be a pipe, or whoever reads it would wait until it stops.
        let said = std::fs::File::create(self.folder.path().join("said")).unwrap();
        let status = command.stdin(std::process::Stdio::null()).stdout(said.try_clone().unwrap()).stderr(said).status();
        let said = std::fs::read_to_string(self.folder.path().join("said")).unwrap_or_default();
        assert!(status.unwrap().success(), "{program} failed: {said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test may have stopped it already.
        if self.folder.path().join("data/postmaster.pid").exists() {
            self.down();
        }
    }
}

/// Returns where programs may be: in the path, and where Debian has them.
pub(crate) fn folders() -> impl Iterator<Item = PathBuf> {
    let path: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    path.into_iter().chain(debian.map(|version| version.path().join("bin")))
}

/// Returns the folder of the programs.
fn programs() -> Option<PathBuf> {
    let all = |folder: &Path| ["initdb", "postgres", "pg_ctl"].iter().all(|program| folder.join(program).is_file());
    folders().find(|folder| all(folder))
}
