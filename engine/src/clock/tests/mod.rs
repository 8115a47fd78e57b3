//! What clocks answer: known vectors by hand, and laws against a naive oracle.

mod epar;
mod laws;
mod meter;
mod oracle;
mod samples;
mod standing;
mod tables;
mod vectors;
