use std::cell::Cell;

use crate::Plugin;
use crate::exports::hatchway::conformance::counters::{Counter, CounterBorrow, Guest, GuestCounter};

thread_local! {
    static ALIVE: Cell<u32> = const { Cell::new(0) };
}

/// What a counter of the world stands for.
pub struct Count(Cell<u32>);

impl Count {
    fn get(&self) -> u32 {
        self.0.get()
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

/// The only place where a counter comes into being, so that all are counted.
fn count_from(start: u32) -> Count {
    ALIVE.set(ALIVE.get() + 1);
    Count(Cell::new(start))
}

fn counter(start: u32) -> Counter {
    Counter::new(count_from(start))
}

impl GuestCounter for Count {
    fn new(start: u32) -> Self {
        count_from(start)
    }
    fn value(&self) -> u32 {
        self.get()
    }
    fn add(&self, amount: u32) -> u32 {
        self.0.set(self.get().wrapping_add(amount));
        self.get()
    }
    fn copy(&self) -> Counter {
        counter(self.get())
    }
    fn merge(left: Counter, right: Counter) -> Counter {
        counter(left.get::<Count>().get().wrapping_add(right.get::<Count>().get()))
    }
}

impl Guest for Plugin {
    type Counter = Count;

    fn equal(left: CounterBorrow<'_>, right: CounterBorrow<'_>) -> bool {
        left.get::<Count>().get() == right.get::<Count>().get()
    }
    fn make(count: u32) -> Vec<Counter> {
        (0..count).map(counter).collect()
    }
    fn total(counters: Vec<Counter>) -> u32 {
        counters.iter().fold(0, |sum, it| sum.wrapping_add(it.get::<Count>().get()))
    }
    fn alive() -> u32 {
        ALIVE.get()
    }
}
