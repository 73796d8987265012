//! Outside assistance: arms, money and training that raise or sustain a protégé's force, in peace and in war.
//!
//! The force of the start stands at what the assistance of the start sustains. More of it builds up, less of it runs
//! down, and either fades with the life of what was given: `Δ = (aid − aid at the start)/12 − built/memory` a month.

use super::arrangements::in_force;
use super::sets::StateSet;
use super::world::World;

/// What assistance has added to each state's force since the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assistance {
    /// Brigades a year at the start.
    opening: Vec<f64>,
    /// Brigades added since then; negative where assistance was cut.
    built: Vec<f64>,
}

impl World {
    /// Brigades that assistance raises or sustains in a year for a state.
    pub fn assistance_to(&self, state: usize) -> f64 {
        self.assistance_given()
            .filter(|(proteges, _)| proteges.contains(state))
            .map(|(_, brigades)| brigades)
            .sum()
    }

    /// Who is helped by each arrangement that assists, and by how many brigades a year.
    fn assistance_given(&self) -> impl Iterator<Item = (StateSet, f64)> {
        let arrangements = self.inputs.arrangements.iter().zip(&self.membership.proteges);
        arrangements
            .filter(|(a, _)| a.figures.assistance > 0.0 && in_force(a, self.month))
            .map(|(a, proteges)| (*proteges, a.figures.assistance))
    }

    /// Step 3, forces of others: one month of assistance.
    pub(crate) fn assist(&mut self) {
        let states = self.states();
        let mut given = vec![0.0; states];
        for (proteges, brigades) in self.assistance_given() {
            for i in proteges.members() {
                given[i] += brigades;
            }
        }
        if self.assistance.opening.is_empty() {
            self.assistance.opening.clone_from(&given);
            self.assistance.built = vec![0.0; states];
        }
        let memory = self.inputs.parameters.forces.aid_memory;
        for (i, given) in given.into_iter().enumerate() {
            let flow = given - self.assistance.opening[i];
            if flow == 0.0 && self.assistance.built[i] == 0.0 {
                continue;
            }
            let change = flow / 12.0 - self.assistance.built[i] / memory;
            self.assistance.built[i] += change;
            self.forces.ready[i] = (self.forces.ready[i] + change).max(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::Plan;
    use crate::model::world::World;
    use crate::scenario::{Request, Source, load};

    /// Ukraine's brigades after so many months without a war, with assistance changed at the start.
    fn force(months: u32, brigades_a_year: f64) -> f64 {
        let mut request = Request::new(Source::Bundled("status-quo".into()));
        request.sets = vec!["states.UKR.defence_share=0".into(), "spending.UKR.target=0".into()];
        let plan = Plan::new(load(&request).expect("a bundled scenario"));
        let mut world = World::new(&plan.model.ground, plan.scenario.base.clone());
        let ukraine = world.inputs.state("UKR").expect("a state of the world");
        let support = world.inputs.arrangement("ukraine_support").expect("an arrangement");
        world.assist();
        world.inputs.arrangements[support].figures.assistance = brigades_a_year;
        for _ in 0..months {
            world.assist();
        }
        world.forces.ready[ukraine]
    }

    #[test]
    fn assistance_as_it_was_changes_nothing_and_more_of_it_approaches_its_lifetime() {
        let (start, opening, memory) = (force(0, 0.0), 6.0, 60.0);
        assert_eq!(force(48, opening), start);
        for (aid, months) in [(12.0, 12), (12.0, 240), (0.0, 24)] {
            let expected = (aid - opening) / 12.0 * memory * (1.0 - (1.0f64 - 1.0 / memory).powi(months));
            let found = force(months as u32, aid) - start;
            assert!(
                (found - expected).abs() < 1e-9,
                "{aid} for {months}: {found} against {expected}"
            );
        }
    }
}
