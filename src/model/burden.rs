//! Pay or no help: a promise that is worth less to protégés who spend less than was agreed.
//!
//! The demand works in two directions, and which is stronger is contested: it makes allies spend, and it makes the help
//! of those who do not yet spend doubtful.

use super::arrangements::in_force;
use super::inputs::Arrangement;
use super::world::World;

/// Share of the agreed spending from which a state counts as paying: official shares are rounded, and budgets approach
/// a goal without quite reaching it.
const ENOUGH: f64 = 0.975;

/// Factor on the depth of an arrangement towards a protégé that spends `share` of its GDP on defence.
pub fn paid(a: &Arrangement, share: f64) -> f64 {
    if a.figures.pay_penalty > 0.0 && share < ENOUGH * a.figures.pay_share {
        1.0 - a.figures.pay_penalty
    } else {
        1.0
    }
}

impl World {
    /// What arrangements in force withhold from a state because it spends too little, summed.
    pub(crate) fn withheld(&self, state: usize) -> f64 {
        self.covering(state)
            .members()
            .map(|a| 1.0 - paid(&self.inputs.arrangements[a], self.forces.share[state]))
            .sum()
    }

    /// A wish to spend, moved towards the share that help is tied to: all the way where nothing is given below it.
    pub(crate) fn wish_to_pay(&self, state: usize, wish: f64) -> f64 {
        self.membership
            .promised_to(state)
            .members()
            .map(|a| &self.inputs.arrangements[a])
            .filter(|a| a.figures.pay_penalty > 0.0 && in_force(a, self.month))
            .map(|a| wish + a.figures.pay_penalty * (a.figures.pay_share - wish).max(0.0))
            .fold(wish, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_withheld_below_the_share_and_nothing_is_withheld_without_a_penalty() {
        let mut a = Arrangement::default();
        a.figures.pay_share = 0.02;
        assert_eq!(paid(&a, 0.01), 1.0);
        a.figures.pay_penalty = 0.6;
        assert!((paid(&a, 0.01) - 0.4).abs() < 1e-12);
        assert_eq!(paid(&a, 0.0196), 1.0);
    }
}
