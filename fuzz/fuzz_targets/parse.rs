//! Any bytes: reading, parsing, checking and compiling never panic and always end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use motcua_dsl::Source;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(source) = Source::from_bytes("fuzz.tthc", bytes.to_vec()) {
        let sources = [source];
        if let Ok(bundle) = motcua_dsl::compile(&sources) {
            // What the compiler lets through, the engine loads.
            motcua_engine::World::load(bundle).expect("a compiled bundle loads");
        }
    }
});
