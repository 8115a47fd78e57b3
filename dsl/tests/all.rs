//! The language from outside: one file a subject, one executable, so that the subjects run side by side.

mod calendar;
mod canonical;
mod check;
mod diff;
mod exempt;
mod format;
mod hostile;
mod large;
mod lower;
mod pages;
mod prove;
mod rung;
mod syntax;
mod tree;
mod typed;
mod witness;
mod workspace;
