//! Every store keeps the contract. Another one needs a module here: how a fresh place is made and opened.

use motcua_host::{Memory, Sqlite};

use crate::contract::{Place, contract};

mod memory {
    use super::*;
    contract!(Place::shared(Memory::new()));
}

mod sqlite {
    use super::*;
    contract!({
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dossiers.db");
        Place { open: Box::new(move || Box::new(Sqlite::open(&path).unwrap())), guard: Box::new(folder), lasting: true }
    });
}
