//! Pledges that nobody names: what a state has promised is what the world file lets it send.
//!
//! A share of a promise must not rise because the forces behind it go. So where an option, an assumption set, an override or the
//! scenario itself rewrites `states.<ISO3>.deployable`, the state's pledge stays at the value of the world file. That
//! is what the extended files say; a state that none of them knows stands in the scenario.

use std::collections::BTreeMap;

use super::layers::Role;
use super::leaf::Leaf;
use super::merged::Set;
use super::schema;

/// What the world file says about forces that can be sent, by path.
#[derive(Debug, Clone, Default)]
pub(super) struct Pledges {
    world: BTreeMap<String, Set>,
    /// The layer that is read, and whether the scenario has been.
    role: Option<Role>,
    past_scenario: bool,
}

impl Pledges {
    /// A layer begins.
    pub(super) fn enter(&mut self, role: Role) {
        self.past_scenario |= self.role == Some(Role::Scenario);
        self.role = Some(role);
    }

    /// A layer sets a value.
    pub(super) fn note(&mut self, path: &str, set: &Set) {
        if self.past_scenario || !path.starts_with("states.") || !path.ends_with(".deployable") {
            return;
        }
        let is_world = self.role == Some(Role::Extended) || !self.world.contains_key(path);
        if is_world {
            self.world.insert(path.to_owned(), set.clone());
        }
    }

    /// Gives a pledge to the states of which something later than the world file says what they can send.
    pub(super) fn stand(self, values: &mut BTreeMap<String, Set>) {
        for (path, set) in self.world {
            let Some(state) = path.strip_suffix(".deployable") else {
                continue;
            };
            let pledge = format!("{state}.pledge");
            let is_named = values.get(&pledge).is_some_and(|given| !is_left_open(&given.leaf));
            let is_rewritten = values.get(&path).is_some_and(|now| now.last != set.last);
            if let (false, true, Some(known)) = (is_named, is_rewritten, schema::leaf(&pledge)) {
                values.insert(pledge, Set { known, ..set });
            }
        }
    }
}

/// True for the number that stands for what the world file says.
fn is_left_open(leaf: &Leaf) -> bool {
    matches!(leaf, Leaf::Number(x) if *x < 0.0)
}
