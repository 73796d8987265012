//! The escalation ladder that applies where a scenario brings none of its own.

use super::inputs::{Rung, RungFigures};

/// The first rung that is played as a crisis: the lowest at which fighting is an option; none where nobody can fight.
pub fn first_crisis(ladder: &[Rung]) -> Option<usize> {
    ladder.iter().position(|r| r.figures.fight_weight > 0.0 || r.force)
}

/// The rung at which promises are compared, by the model and by whoever reports its results: the lowest crisis that
/// changes who holds territory, or the top of the ladder where none does.
pub fn focus(ladder: &[Rung]) -> usize {
    let crises = first_crisis(ladder).unwrap_or(ladder.len())..ladder.len();
    let territorial = crises.clone().find(|&rung| ladder[rung].territorial);
    territorial.unwrap_or(ladder.len().saturating_sub(1))
}

/// Six rungs from cyberattack to major attack, with the values of the hand-tuned trial.
///
/// Below the incursion nobody can fight, so the weight of fighting is 0 there. From the strike
/// upwards an act counts as use of force; the last two can change who holds territory.
pub fn default_ladder() -> Vec<Rung> {
    vec![
        Rung {
            id: "cyberattack".into(),
            label: "Cyberattack".into(),
            force: false,
            territorial: false,
            figures: RungFigures {
                severity: 0.01,
                clarity: 0.02,
                attribution: 0.30,
                window: 30.0,
                cost: 0.002,
                war_share: 0.0,
                nuclear_risk: 0.0,
                holding: 0.0,
                opportunities: 2.0,
                support_weight: 0.15,
                fight_weight: 0.0,
                war_chance: 0.0,
                width_factor: 1.0,
            },
        },
        Rung {
            id: "sabotage".into(),
            label: "Sabotage".into(),
            force: false,
            territorial: false,
            figures: RungFigures {
                severity: 0.02,
                clarity: 0.06,
                attribution: 0.40,
                window: 30.0,
                cost: 0.005,
                war_share: 0.0,
                nuclear_risk: 0.0,
                holding: 0.0,
                opportunities: 0.50,
                support_weight: 0.30,
                fight_weight: 0.0,
                war_chance: 0.0,
                width_factor: 1.0,
            },
        },
        Rung {
            id: "incursion".into(),
            label: "Incursion".into(),
            force: false,
            territorial: false,
            figures: RungFigures {
                severity: 0.05,
                clarity: 0.25,
                attribution: 0.90,
                window: 3.0,
                cost: 0.01,
                war_share: 0.02,
                nuclear_risk: 0.005,
                holding: 0.0,
                opportunities: 0.20,
                support_weight: 0.70,
                fight_weight: 0.02,
                // War follows 0.62 × 0.012 of recorded disputes (T11, T12), and one incursion in twenty is recorded.
                war_chance: 0.0004,
                width_factor: 1.0,
            },
        },
        Rung {
            id: "strike".into(),
            label: "Strike".into(),
            force: true,
            territorial: false,
            figures: RungFigures {
                severity: 0.15,
                clarity: 0.60,
                attribution: 1.0,
                window: 5.0,
                cost: 0.03,
                war_share: 0.25,
                nuclear_risk: 0.08,
                holding: 0.0,
                opportunities: 0.0115,
                support_weight: 1.0,
                fight_weight: 0.5,
                war_chance: 0.035,
                width_factor: 1.0,
            },
        },
        Rung {
            id: "land_grab".into(),
            label: "Land grab".into(),
            force: true,
            territorial: true,
            figures: RungFigures {
                severity: 0.40,
                clarity: 0.95,
                attribution: 1.0,
                window: 4.0,
                cost: 0.06,
                war_share: 0.40,
                nuclear_risk: 0.12,
                holding: 0.05,
                opportunities: 0.018,
                support_weight: 1.0,
                fight_weight: 1.0,
                war_chance: 0.08,
                width_factor: 1.0,
            },
        },
        Rung {
            id: "major_attack".into(),
            label: "Major attack".into(),
            force: true,
            territorial: true,
            figures: RungFigures {
                severity: 1.0,
                clarity: 1.0,
                attribution: 1.0,
                window: 30.0,
                cost: 0.15,
                war_share: 1.0,
                nuclear_risk: 0.30,
                holding: 0.15,
                opportunities: 0.006,
                support_weight: 1.0,
                fight_weight: 1.5,
                war_chance: 0.90,
                width_factor: 2.0,
            },
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_and_clarity_rise_along_the_default_ladder() {
        let ladder = default_ladder();
        assert_eq!(ladder.len(), 6);
        for pair in ladder.windows(2) {
            assert!(pair[0].figures.severity < pair[1].figures.severity);
            assert!(pair[0].figures.clarity < pair[1].figures.clarity);
            assert!(pair[0].force <= pair[1].force, "force never stops further up");
        }
    }

    #[test]
    fn every_value_of_the_default_ladder_lies_in_its_range() {
        for mut rung in default_ladder() {
            for (index, field) in RungFigures::FIELDS.iter().enumerate() {
                let value = *rung.figures.place(index).expect("index comes from the same table");
                assert!(
                    (field.low..=field.high).contains(&value),
                    "{}.{} = {value}",
                    rung.id,
                    field.name
                );
            }
        }
    }

    #[test]
    fn promises_are_compared_at_the_lowest_crisis_over_territory_whatever_its_name() {
        let mut ladder = default_ladder();
        assert_eq!(ladder[focus(&ladder)].id, "land_grab");
        ladder[4].id = "seizure".into();
        assert_eq!(ladder[focus(&ladder)].id, "seizure");
        // Without a fight there is no crisis, whatever is taken.
        ladder[0].territorial = true;
        assert_eq!(ladder[focus(&ladder)].id, "seizure");
        ladder.iter_mut().for_each(|rung| rung.territorial = false);
        assert_eq!(ladder[focus(&ladder)].id, "major_attack");
        assert_eq!((focus(&[]), first_crisis(&ladder[..2])), (0, None));
    }

    #[test]
    fn nobody_fights_below_the_incursion() {
        for rung in default_ladder().iter().take(2) {
            assert_eq!(rung.figures.fight_weight, 0.0);
        }
    }
}
