//! Guards, effects and values in rhai; the only room that knows rhai's types.
//!
//! `text -> scan -> compile -> run`: [`read`] says what a script touches, with places, for the compiler to check;
//! [`Interpreter`] compiles a script once; running it binds only what the script reads. No clock, randomness, files or
//! modules are reachable from a script; operations, call depth and sizes are bounded ([`LIMITS`]).
//!
//! Most guards compare a few facts, and most effects set a few fields. `lower` turns those into a `tree` that is answered
//! without the interpreter (`answer`), or declines and leaves the word to it: rhai alone says what a script means, and how
//! it fails.

mod answer;
mod asked;
mod bind;
mod builtins;
mod compile;
pub mod expression;
mod fault;
mod heard;
mod lex;
mod lower;
mod scan;
mod shape;
mod terms;
mod text;
mod tree;
mod word;

#[cfg(test)]
mod tests;

pub use asked::{Asked, Said};
pub(crate) use bind::{Fact, Facts};
pub(crate) use builtins::Sent;
pub use builtins::builtins;
pub(crate) use compile::Script;
pub use compile::{Interpreter, LIMITS, Limits};
pub use expression::FunctionBody;
pub use fault::{Fault, FaultKind};
pub use heard::{Heard, Listener, MARK};
pub use scan::{CallUse, PathUse, Reading, ScriptError, bodies, functions, read};
pub use text::Text;
