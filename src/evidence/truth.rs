//! What an act would come to if it happened now, in the words of the historical record: who joins whom.
//!
//! The course itself is the model's ([`crate::model::course`]).

use crate::model::guarantor::Lane;
use crate::model::sets::StateSet;
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
        joined: contested * any(&|l| bound(l) && majors.contains(who(l))),
        watched: contested * any(&|l| Some(who(l)) == watched),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Plan;
    use crate::model::challenger::Act;
    use crate::model::decision::Agents;
    use crate::scenario::{Request, Source, load};

    /// Crises played with dice against their expectation, in an alliance that is ratified and whose lead has changed its
    /// leader: answers go by what the old one was bound to. Each of eight comparisons is off by more than 4.5 standard
    /// errors with a chance of 7e-6, so the test fails by chance in one of 20,000 choices of the seed, which is fixed.
    #[test]
    fn what_is_played_comes_as_often_as_truth_says_also_where_an_arrangement_is_ratified() {
        let mut request = Request::new(Source::Bundled("status-quo".into()));
        request.sets = vec!["arrangements.nato.ratified=1".into()];
        let plan = Plan::new(load(&request).expect("a bundled scenario"));
        let ground = &plan.model.ground;
        let mut world = World::new(ground, plan.scenario.base.clone());
        world.hold_votes(&plan.streams(0));
        let (usa, nato) = (world.inputs.state("USA").expect("a state"), world.inputs.focal);
        world.leader[usa] -= 2.0;
        let bound = world.position_in(nato, usa) - world.position(usa);
        assert!((bound - 2.0).abs() < 1e-9, "what was ratified stands");
        let estonia = world.inputs.state("EST").expect("a state");
        let d = ground
            .dyads
            .iter()
            .position(|dyad| dyad.target == estonia)
            .expect("a dyad");
        let majors: StateSet = ["USA", "GBR", "FRA"]
            .iter()
            .filter_map(|s| world.inputs.state(s))
            .collect();
        for id in ["strike", "land_grab"] {
            let rung = world.inputs.rung(id).expect("a rung");
            let expected = fate(&world, ground, d, rung, majors, Some(usa));
            let runs = 1_500;
            let mut met = [0.0; 4];
            for replication in 0..runs {
                let mut played = world.clone();
                let act = Act {
                    dyad: d,
                    rung,
                    count: 1,
                    provoked: 0.0,
                    utility: 0.0,
                    scripted: None,
                };
                played.play_crises(ground, &plan.streams(replication), &mut Agents, vec![act]);
                let row = &played.tally.rows[0];
                let contested = row.attributed && row.resisted;
                let came = [
                    contested,
                    !row.fought.is_empty(),
                    row.fought.meets(majors),
                    row.fought.contains(usa),
                ];
                for (count, happened) in met.iter_mut().zip(came) {
                    *count += f64::from(u8::from(happened));
                }
            }
            let truth = [expected.contested, expected.answered, expected.joined, expected.watched];
            for ((count, truth), what) in met
                .iter()
                .zip(truth)
                .zip(["contested", "answered", "joined", "watched"])
            {
                let error = (truth * (1.0 - truth) / runs as f64).sqrt();
                let share = count / runs as f64;
                assert!(
                    (share - truth).abs() < 4.5 * error + 1e-6,
                    "{id} {what}: {share} against {truth}"
                );
            }
        }
    }
}
