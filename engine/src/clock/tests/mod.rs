//! What clocks answer: known vectors by hand, and laws against a naive oracle.

mod agree;
mod epar;
mod given;
mod laws;
mod meter;
mod nights;
mod oracle;
mod samples;
mod splices;
mod standing;
mod tables;
mod told;
mod vectors;
mod walker;
