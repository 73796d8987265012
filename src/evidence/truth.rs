//! What an act would come to if it happened now, in the words of the historical record: who joins whom.
//!
//! The course itself is the model's ([`crate::model::course`]).

use crate::model::arrangements::{StateSet, contains};
use crate::model::guarantor::Lane;
use crate::model::world::{Ground, World};

/// What an act would come to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fate {
    /// P(somebody is named and the target resists): the acts that anybody can join.
    pub contested: f64,
    /// P(war), of all acts.
    pub war: f64,
    /// P(anybody fights for the target), of all acts.
    pub answered: f64,
    /// P(a major power bound to help fights), of all acts.
    pub joined: f64,
    /// P(the watched state fights), of all acts.
    pub watched: f64,
}

/// The fate of an act of dyad `d` at `rung`, from the policies that stand. `majors` are the major powers; `watched` is a state
/// whose answer is of interest.
pub fn fate(world: &World, ground: &Ground, d: usize, rung: usize, majors: StateSet, watched: Option<usize>) -> Fate {
    let course = world.course_of(ground, d, rung);
    let lanes = &world.policies.lanes[d];
    let contested = course.contested();
    // P(any of these lanes fights), over the lead's answers.
    let any = |of: &dyn Fn(usize) -> bool| -> f64 {
        let after = |fight: &Lane| -> f64 {
            let nobody: f64 = (0..lanes.len)
                .filter(|l| of(*l))
                .map(|l| 1.0 - f64::from(fight[l]))
                .product();
            1.0 - nobody
        };
        course.lead.iter().zip(&course.fight).map(|(c, f)| c * after(f)).sum()
    };
    let who = |l: usize| usize::from(lanes.who[l]);
    let bound = |l: usize| lanes.party[l] && usize::from(lanes.coverage[l]) <= rung;
    Fate {
        contested,
        war: course.war(),
        answered: contested * any(&|_| true),
        joined: contested * any(&|l| bound(l) && contains(majors, who(l))),
        watched: contested * any(&|l| Some(who(l)) == watched),
    }
}
