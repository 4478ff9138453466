//! Reads artifacts from standard input, each after its length (32 bits, little-endian), and prints a line for each: the
//! nanoseconds that validating took, and `ok`, or the offset and the message of the error.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::time::Instant;
use wasmparser::{Validator, WasmFeatures};

fn main() -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        input.read_exact(&mut bytes)?;
        let started = Instant::now();
        let verdict = Validator::new_with_features(features()).validate_all(&bytes);
        let nanoseconds = started.elapsed().as_nanos();
        match verdict {
            Ok(_) => writeln!(output, "{nanoseconds} ok")?,
            Err(error) => writeln!(output, "{nanoseconds} {} {}", error.offset(), error.message().escape_debug())?,
        }
        output.flush()?;
    }
    Ok(())
}

/// All that hatchway decodes and checks, whether it runs or not. What it does not know is left out.
fn features() -> WasmFeatures {
    WasmFeatures::all()
        .difference(WasmFeatures::CM_VALUES)
        .difference(WasmFeatures::CM_NESTED_NAMES)
        .difference(WasmFeatures::CM64)
        .difference(WasmFeatures::CM_GC)
        .difference(WasmFeatures::CM_CANON_NAMES)
        .difference(WasmFeatures::CUSTOM_DESCRIPTORS)
}
