//! Groups that another host overtakes: what is decided one on the other is decided again together, on what is there.

use std::sync::Arc;

use motcua_engine::{Answer, Cause, Command, Event};
use motcua_host::{Asked, Host, Postgres, Reply, Request, Sqlite, Store, Ticket, Writer, verify};

use crate::hosts::{way, world};
use crate::recording::Recording;
use crate::server::Server;

/// Opens one store for several hosts.
type Open<'o> = &'o dyn Fn() -> Box<dyn Store>;

/// Does something with every store that hosts can share.
fn shared(test: impl Fn(Open<'_>)) {
    let memory = Recording::default();
    test(&|| Box::new(memory.clone()));
    let folder = tempfile::tempdir().unwrap();
    test(&|| Box::new(Sqlite::open(&folder.path().join("dossiers.db")).unwrap()));
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    test(&|| Box::new(Postgres::open(&url).unwrap()));
}

/// Returns the way of a dossier, by the commands of one of several hosts.
fn way_of(host: &str, dossier: &str) -> Vec<Asked> {
    let mut way = way(dossier);
    for asked in &mut way {
        let Request::Give(Command { id, .. }) = &mut asked.request else { continue };
        *id = format!("{id} {host}").into();
    }
    way
}

fn events(reply: &Reply) -> &[Event] {
    match &reply.answer {
        Answer::Accepted(events) => events,
        _ => &[],
    }
}

/// Returns the ids of a dossier's commands in the order of its journal, whose chain is whole.
fn ids(store: &dyn Store, dossier: &str) -> Vec<String> {
    verify::dossier(store, dossier).unwrap().unwrap().unwrap();
    let id = |event: Event| match event.cause {
        Cause::Command { id, .. } => Some(id.to_string()),
        _ => None,
    };
    motcua_host::events(store, dossier, 0).unwrap().into_iter().filter_map(id).collect()
}

#[test]
fn a_group_is_decided_again_where_another_host_was_faster() {
    shared(|open| {
        let [host, other] = [(); 2].map(|()| Host::new(world(), open(), &["log"]));
        // Both of a group, so that the host remembers them when the next group comes.
        let opened = ["D1", "D2"].map(|id| way(id).remove(0));
        assert!(host.ask_all(&opened).iter().all(|reply| events(reply.as_ref().unwrap()).len() == 1));
        // The same step as the group begins with: the dossier has as many events then, and wakes at the same instant.
        let faster = other.ask(way_of("other", "D1").remove(1)).unwrap();
        assert_eq!(events(&faster).len(), 1);
        let group: Vec<Asked> = way("D1").drain(1..4).chain(way("D2").drain(1..3)).collect();
        let replies: Vec<Reply> = host.ask_all(&group).into_iter().map(Result::unwrap).collect();
        let accepted: Vec<usize> = replies.iter().map(|reply| events(reply).len()).collect();
        assert_eq!(accepted, [0, 1, 1, 1, 1], "accepting is done: {replies:?}");
        let at = |at: usize| replies[at].dossier.as_ref().map(|dossier| dossier.version);
        assert_eq!([at(1), at(2)], [Some(3), Some(4)]);
        assert_eq!(ids(host.store(), "D1"), ["c0", "c1 other", "c2", "c3"]);
        assert_eq!(ids(host.store(), "D2"), ["c0", "c1", "c2"]);
        // What was acknowledged is what the journal has, for a host that remembers and for one that does not.
        let journal = motcua_host::events(other.store(), "D1", 0).unwrap();
        assert_eq!([&journal[2], &journal[3]], [&events(&replies[1])[0], &events(&replies[2])[0]]);
        for host in [host, other] {
            let reply = host.ask(way("D1").remove(4)).unwrap();
            assert_eq!(reply.dossier.map(|dossier| dossier.version), Some(5));
        }
        assert_eq!(ids(&*open(), "D1"), ["c0", "c1 other", "c2", "c3", "c4"]);
    });
}

#[test]
fn hosts_that_race_with_other_commands_keep_what_they_acknowledge_once() {
    // In groups of different lengths, so that one host is within what another decides as a whole; the last one has a writer's.
    const HOSTS: [(&str, usize); 3] = [("a", 2), ("b", 3), ("c", 0)];
    const DOSSIERS: usize = 16;
    let dossier = |n: usize| format!("D{n:02}");
    shared(|open| {
        let race = |(name, length): (&'static str, usize)| {
            let host = Host::new(world(), open(), &["log"]);
            std::thread::spawn(move || {
                let asked: Vec<Asked> = (0..DOSSIERS).flat_map(|n| way_of(name, &dossier(n))).collect();
                let replies: Vec<_> = if length > 0 {
                    asked.chunks(length).flat_map(|group| host.ask_all(group)).collect()
                } else {
                    let writer = Writer::start(Arc::new(host));
                    let tickets: Vec<_> = asked.into_iter().map(|asked| writer.ask(asked)).collect();
                    tickets.into_iter().map(Ticket::wait).collect()
                };
                replies.into_iter().map(Result::unwrap).collect::<Vec<_>>()
            })
        };
        let races = HOSTS.map(race);
        let said: Vec<Reply> = races.into_iter().flat_map(|race| race.join().unwrap()).collect();
        let again = said.iter().filter(|reply| matches!(reply.answer, Answer::AlreadyDone { .. })).count();
        assert_eq!(again, 0, "each is asked once");
        let store = open();
        for n in 0..DOSSIERS {
            assert_eq!(ids(&*store, &dossier(n)).len(), 7);
            let of = said.iter().filter(|reply| reply.dossier.as_ref().is_some_and(|of| of.id == dossier(n)));
            let mut told: Vec<Event> = of.flat_map(events).cloned().collect();
            told.sort_by_key(|event| event.number);
            assert_eq!(told, motcua_host::events(&*store, &dossier(n), 0).unwrap());
        }
    });
}
