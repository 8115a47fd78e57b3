//! What clocks answer: known vectors by hand, and laws against a naive oracle.

mod epar;
mod laws;
mod oracle;
mod samples;
mod splices;
mod tables;
mod vectors;
