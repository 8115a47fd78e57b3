//! The built program, as its user sees it: one file a subject, one executable, so that the subjects run side by side.

mod book;
mod calendars;
mod commands;
mod correct;
mod docs;
mod explain;
mod fix;
mod fmt;
mod in_vietnamese;
mod land_use;
mod migrate;
mod migrate_store;
mod one_stop;
mod program;
mod replay;
mod reproject;
mod sarif;
mod scenarios;
mod schemas;
mod side_by_side;
mod silence;
mod store;
mod tables;
mod terms;
mod vietnamese;
