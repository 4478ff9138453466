//! The conformance world in Rust: what each function must do is said in `wit/conformance.wit`.

mod callbacks;
mod counters;
mod desk;
mod echo;
mod errors;

wit_bindgen::generate!({ path: "../../../wit/conformance.wit", world: "conformance" });

/// Implements every exported interface, each in a file of its own.
struct Plugin;

export!(Plugin);
