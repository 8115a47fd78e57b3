//! Scripts that are answered without the interpreter, and trees that are read off tokens.

mod extents;
mod samples;
mod shapes;
