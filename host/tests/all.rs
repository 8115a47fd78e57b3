//! The tests of the host, one executable.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests have nobody to hand an error to"
)]

mod backup;
mod contract;
mod deliver;
mod examples;
mod faults;
mod hosts;
mod openings;
mod overtaken;
mod postgres;
mod postgres_faults;
mod postgres_lone;
mod queries;
#[path = "../benches/sqlite/recording.rs"]
#[expect(dead_code, reason = "shared with benches, which ask more of it")]
mod recording;
mod seal;
mod server;
mod sqlite;
mod stores;
mod verify;
mod watched;
