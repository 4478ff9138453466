use crate::Plugin;
use crate::exports::hatchway::conformance::errors::{Guest, Problem};

impl Guest for Plugin {
    fn text(value: Result<u32, String>) -> Result<u32, String> {
        value
    }
    fn bare(fail: bool) -> Result<u32, ()> {
        if fail { Err(()) } else { Ok(1) }
    }
    fn structured(fail: Option<Problem>) -> Result<(), Problem> {
        fail.map_or(Ok(()), Err)
    }
    fn empty(fail: bool) -> Result<(), ()> {
        if fail { Err(()) } else { Ok(()) }
    }
    fn trap() {
        panic!("as asked");
    }
}
