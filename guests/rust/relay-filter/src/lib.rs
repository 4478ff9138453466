//! Labels messages by the words in them and raises the priority of what is urgent:
//! `Disk is full on db1` gets the labels `storage` and `database`.

use crate::exports::hatchway::relay::filter::{Guest, Message};
use crate::hatchway::relay::log::{self, Level};
use crate::hatchway::relay::types::Priority;

wit_bindgen::generate!({ path: "../../../wit/relay.wit", world: "filter-plugin" });

/// A label, what a word has to begin with to earn it, and the least priority that comes with it.
struct Rule {
    label: &'static str,
    beginnings: &'static [&'static str],
    priority: Priority,
}

const RULES: [Rule; 4] = [
    Rule { label: "storage", beginnings: &["disk", "volume", "quota"], priority: Priority::Normal },
    Rule { label: "database", beginnings: &["db", "sql", "postgres"], priority: Priority::Normal },
    Rule { label: "security", beginnings: &["breach", "exploit", "intrusion"], priority: Priority::High },
    Rule { label: "outage", beginnings: &["outage", "unreachable"], priority: Priority::Urgent },
];

struct Plugin;

impl Guest for Plugin {
    fn apply(mut message: Message) -> Result<Option<Message>, String> {
        if message.title.trim().is_empty() && message.body.trim().is_empty() {
            return Err(format!("{} says nothing", message.id));
        }
        let text = format!("{} {}", message.title, message.body).to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        for rule in &RULES {
            if !words.iter().any(|word| rule.beginnings.iter().any(|it| word.starts_with(it))) {
                continue;
            }
            if !message.labels.iter().any(|label| label == rule.label) {
                message.labels.push(rule.label.to_string());
            }
            if message.priority < rule.priority {
                message.priority = rule.priority;
                log::write(Level::Info, &format!("{} is about {}: its priority was raised", message.id, rule.label));
            }
        }
        Ok(Some(message))
    }
}

export!(Plugin);
