//! What no single crate can test: one file a subject, one executable, so that the subjects run side by side.

mod agree;
mod calls;
mod calls_incident;
mod cases;
mod catalogue;
mod epar;
mod formats;
mod four_eyes;
mod guards;
mod laws;
mod reproject;
mod terms;
mod tidy;
