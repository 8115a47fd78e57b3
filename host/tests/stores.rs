//! Every store keeps the contract. Another one needs a module here: how a fresh place is made and opened.

use motcua_host::{Memory, Postgres, Sqlite};

use crate::contract::{Place, contract};
use crate::server::Server;

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

mod postgres {
    use super::*;
    contract!({
        let Some(server) = Server::shared() else { return };
        let url = server.database();
        Place {
            open: Box::new(move || Box::new(Postgres::open(&url).unwrap())),
            guard: Box::new(server),
            lasting: true,
        }
    });
}
