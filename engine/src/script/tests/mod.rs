//! Guards that are answered without the interpreter, and trees that are read off tokens.

mod agree;
mod extents;
mod samples;
mod shapes;
