//! Writes a generated catalogue of procedures into a folder: `cargo run --example catalogue -- FOLDER [COUNT]`.

use std::path::Path;
use std::{env, fs, io};

use motcua_tests::catalogue::{self, NATION, SEED};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or_else(|| io::Error::other("say into which folder"))?;
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(NATION);
    for source in catalogue::sources(SEED, count) {
        let path = Path::new(&folder).join(source.path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, source.text)?;
    }
    Ok(())
}
