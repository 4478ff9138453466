use crate::Plugin;
use crate::exports::hatchway::conformance::callbacks::{Guest, Mixed, Problem, Shape};
use crate::hatchway::conformance::host;

impl Guest for Plugin {
    fn mixed_by_host(value: Mixed) -> Mixed {
        host::echo_mixed(&value)
    }
    fn shape_by_host(value: Shape) -> Shape {
        host::echo_shape(&value)
    }
    fn strings_by_host(value: Vec<String>) -> Vec<String> {
        host::echo_strings(&value)
    }
    fn option_by_host(value: Option<u64>) -> Option<u64> {
        host::echo_option(value)
    }
    fn even_by_host(value: u32) -> Result<u32, Problem> {
        host::even(value)
    }
    fn descend(depth: u32) -> u32 {
        if depth == 0 { 0 } else { host::descend(depth - 1) + 1 }
    }
}
