use std::cell::RefCell;

use crate::Plugin;
use crate::exports::hatchway::conformance::desk::{Guest, Ticket};
use crate::hatchway::conformance::tickets;

thread_local! {
    static KEPT: RefCell<Option<Ticket>> = const { RefCell::new(None) };
}

impl Guest for Plugin {
    fn name_of_new(name: String) -> String {
        Ticket::new(&name).name()
    }
    fn hand_in_new(name: String) -> String {
        tickets::hand_in(Ticket::new(&name))
    }
    fn inspect_new(name: String) -> String {
        tickets::inspect(&Ticket::new(&name))
    }
    fn pass(ticket: Ticket) -> Ticket {
        ticket
    }
    fn look(ticket: &Ticket) -> String {
        ticket.name()
    }
    fn find(name: String) -> Option<Ticket> {
        Ticket::find(&name)
    }
    fn keep(ticket: Ticket) {
        KEPT.set(Some(ticket));
    }
    fn give_back() -> Option<Ticket> {
        KEPT.take()
    }
}
