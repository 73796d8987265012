//! The last node of a crisis in the precision of the lanes, for many strengths side by side.
//!
//! Dividing is what takes time, so numerators and denominators are kept apart until several fractions can share a division.

use super::arithmetic::{greater, lesser, power};
use super::coalition::{LastNode, Strength};
use super::single::exp_within;

/// The last node and what the others bring to it, in the precision of the lanes; stakes are multiplied by a scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    ground_per_attack: f32,
    ground: f32,
    home: f32,
    decisiveness: f64,
    war_force: f32,
    /// What success is worth more than failure, and failure less than backing down.
    swing: f32,
    base: f32,
    war_cost: f32,
    nuclear: f32,
    /// What the others bring, and the chance that a nuclear power is among those who fight.
    pub window: f32,
    pub war: f32,
    pub fighting: f32,
}

impl Near {
    #[inline(always)]
    pub fn new(node: &LastNode, scale: f64, strength: &Strength) -> Self {
        Self {
            ground_per_attack: node.ground_per_attack as f32,
            ground: node.ground as f32,
            home: node.home as f32,
            decisiveness: node.decisiveness,
            war_force: node.war_force as f32,
            swing: (scale * (node.prize + node.loss)) as f32,
            base: (scale * (node.loss + node.back)) as f32,
            war_cost: (scale * node.war) as f32,
            nuclear: (scale * node.nuclear) as f32,
            window: strength.window as f32,
            war: strength.war as f32,
            fighting: strength.nuclear as f32,
        }
    }
}

/// The last node against certain strength, before anything is divided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Odds {
    /// 1 + odds of the defence.
    defence: f32,
    /// Strength in a longer war, and with the challenger's added.
    against: f32,
    fought: f32,
    /// Product of both denominators.
    pub product: f32,
}

impl Odds {
    /// Log-odds beyond this are certainty, with room to multiply three exponentials.
    const CERTAIN: f32 = 28.0;
    /// Odds beyond this are certainty, with room to multiply three products.
    const LARGEST: f32 = 1e7;

    #[inline(always)]
    pub fn new<const THREE_HALVES: bool>(near: &Near, window: f32, war: f32) -> Self {
        let ratio = (near.ground + greater(window, 0.0)) * near.ground_per_attack;
        let odds = if THREE_HALVES {
            ratio * ratio.sqrt()
        } else {
            power(f64::from(ratio), near.decisiveness) as f32
        };
        let against = near.home + greater(war, 0.0);
        let fought = against + near.war_force;
        let defence = 1.0 + lesser(odds, Self::LARGEST);
        Self {
            defence,
            against,
            fought,
            product: defence * fought,
        }
    }

    /// P(success), and what pressing on is worth more than backing down, given the inverse of the product.
    #[inline(always)]
    pub fn read(&self, near: &Near, inverse: f32, fighting: f32) -> (f32, f32) {
        let success = self.fought * inverse;
        let x = near.swing * success
            - near.base
            - near.war_cost * (self.against * (self.defence * inverse))
            - near.nuclear * fighting;
        (success, x)
    }

    /// The same with 1 + e^−x, of which the inverse is P(press on).
    #[inline(always)]
    pub fn press(&self, near: &Near, inverse: f32, fighting: f32) -> (f32, f32) {
        let (success, x) = self.read(near, inverse, fighting);
        (success, 1.0 + exp_within(-x.clamp(-Self::CERTAIN, Self::CERTAIN)))
    }
}
