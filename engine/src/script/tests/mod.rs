//! Guards that are answered without the interpreter.

mod agree;
mod samples;
mod shapes;
