//! Who has promised what to whom: bonds between a guarantor and a protégé, and collective decisions.

use super::burden::paid;
use super::inputs::{Arrangement, Condition, DecisionRule, Inputs, Kind, MAX_STATES};
use super::sets::{ArrangementSet, StateSet};

/// Membership as it is now; states join and leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Guarantors of each arrangement.
    pub guarantors: Vec<StateSet>,
    /// Protégés of each arrangement.
    pub proteges: Vec<StateSet>,
    /// Arrangements in which each state has promised something.
    promised: Vec<ArrangementSet>,
    /// The same with those that it has left.
    ever_promised: Vec<ArrangementSet>,
    /// Arrangements in which each state has been promised something.
    promised_to: Vec<ArrangementSet>,
}

impl Membership {
    /// Membership at the start.
    pub fn new(inputs: &Inputs) -> Self {
        let set = |states: &[usize]| states.iter().copied().collect();
        let mut membership = Self {
            guarantors: inputs.arrangements.iter().map(|a| set(&a.guarantors)).collect(),
            proteges: inputs.arrangements.iter().map(|a| set(&a.proteges)).collect(),
            promised: vec![ArrangementSet::EMPTY; MAX_STATES],
            ever_promised: vec![ArrangementSet::EMPTY; MAX_STATES],
            promised_to: vec![ArrangementSet::EMPTY; MAX_STATES],
        };
        for (index, &proteges) in membership.proteges.iter().enumerate() {
            for state in proteges.members() {
                membership.promised_to[state].insert(index);
            }
        }
        for (index, &guarantors) in membership.guarantors.iter().enumerate() {
            for state in guarantors.members() {
                membership.promised[state].insert(index);
                membership.ever_promised[state].insert(index);
            }
        }
        membership
    }

    /// Arrangements in which `state` has promised something.
    #[inline]
    pub fn promised_by(&self, state: usize) -> ArrangementSet {
        self.promised[state]
    }

    /// Arrangements in which `state` has been promised something.
    #[inline]
    pub fn promised_to(&self, state: usize) -> ArrangementSet {
        self.promised_to[state]
    }

    /// Those of [`Self::promised_by`] and all that it has left.
    #[inline]
    pub fn ever_promised_by(&self, state: usize) -> ArrangementSet {
        self.ever_promised[state]
    }

    /// `state` leaves as guarantor and as protégé.
    pub fn leave(&mut self, arrangement: usize, state: usize) {
        self.guarantors[arrangement].remove(state);
        self.proteges[arrangement].remove(state);
        self.promised[state].remove(arrangement);
        self.promised_to[state].remove(arrangement);
    }

    /// `state` joins as guarantor and as protégé.
    pub fn join(&mut self, arrangement: usize, state: usize) {
        self.guarantors[arrangement].insert(state);
        self.proteges[arrangement].insert(state);
        self.promised[state].insert(arrangement);
        self.ever_promised[state].insert(arrangement);
        self.promised_to[state].insert(arrangement);
    }
}

/// True while the commitment is in force.
#[inline]
pub fn in_force(a: &Arrangement, month: u32) -> bool {
    let m = f64::from(month);
    m >= a.figures.in_force && m < a.figures.until
}

/// True while the commitment has been announced and is not yet in force.
#[inline]
pub fn pending(a: &Arrangement, month: u32) -> bool {
    let m = f64::from(month);
    m >= a.figures.announced && m < a.figures.in_force
}

/// The strongest promise of one state to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bond {
    /// Arrangement it belongs to: the context in which it is judged and learned about.
    pub arrangement: usize,
    /// Depth including the guarantor's own factor.
    pub depth: f64,
    /// Share of the depth that counts, after ambiguity: 1 explicit, ½ fully ambiguous.
    pub clarity: f64,
    /// Lowest rung covered; none under explicit exclusion.
    pub coverage: Option<usize>,
    /// Only unprovoked attacks are covered.
    pub unprovoked: bool,
}

/// Depth from which a bond makes its holder a party that may lead.
pub const PARTY_DEPTH: f64 = 0.25;

/// The deepest bond in force from `guarantor` to `protege`, or none.
///
/// `share` is what the protégé spends on defence, as a share of its GDP.
pub fn bond(
    inputs: &Inputs,
    membership: &Membership,
    month: u32,
    guarantor: usize,
    protege: usize,
    share: f64,
) -> Option<Bond> {
    let mut best: Option<Bond> = None;
    for index in (membership.promised_by(guarantor) & membership.promised_to(protege)).members() {
        let a = &inputs.arrangements[index];
        if guarantor == protege || !in_force(a, month) {
            continue;
        }
        let depth = a.figures.depth * a.depth_by.get(guarantor).copied().unwrap_or(1.0) * paid(a, share);
        let better = match best {
            None => true,
            // A covering bond beats one that excludes; then the deeper one.
            Some(b) => {
                (a.coverage.is_some(), depth).partial_cmp(&(b.coverage.is_some(), b.depth))
                    == Some(std::cmp::Ordering::Greater)
            }
        };
        if better {
            best = Some(Bond {
                arrangement: index,
                depth,
                clarity: 1.0 - 0.5 * a.figures.ambiguity,
                coverage: a.coverage,
                unprovoked: a.condition == Condition::Unprovoked,
            });
        }
    }
    best
}

/// The arrangement that answers for a state below the incursion rung: the deepest in force.
pub fn home(inputs: &Inputs, membership: &Membership, month: u32, protege: usize) -> Option<usize> {
    let mut best: Option<(f64, usize)> = None;
    for index in membership.promised_to(protege).members() {
        let a = &inputs.arrangements[index];
        if in_force(a, month) && best.is_none_or(|(depth, _)| a.figures.depth > depth) {
            best = Some((a.figures.depth, index));
        }
    }
    best.map(|(_, index)| index)
}

/// Chance that the arrangement takes a common decision when each member abstains with the given
/// probability. `blocked` says whether a veto holder sides with the challenger.
///
/// *Individual* needs no agreement. Under *lead* it is the decision of the one state `lead`. Under *consensus* a member who would abstain objects
/// only rarely (`obstruction`); under *unanimity* every abstention counts; under *veto* so does the
/// abstention of each holder; under *majority* members are weighed by `force`.
pub fn agreement(
    a: &Arrangement,
    obstruction: f64,
    blocked: bool,
    lead: Option<usize>,
    force: &[f64],
    abstentions: impl Iterator<Item = (usize, f64)>,
) -> f64 {
    match a.decision_rule {
        DecisionRule::Individual => 1.0,
        DecisionRule::Lead => abstentions
            .filter(|(state, _)| Some(*state) == lead)
            .map(|(_, p)| 1.0 - p)
            .product(),
        DecisionRule::Consensus => abstentions.map(|(_, p)| 1.0 - obstruction * p).product(),
        DecisionRule::Unanimity => abstentions.map(|(_, p)| 1.0 - p).product(),
        DecisionRule::Veto if blocked => 0.0,
        DecisionRule::Veto => abstentions
            .filter(|(state, _)| a.veto.contains(state))
            .map(|(_, p)| 1.0 - p)
            .product(),
        DecisionRule::Majority => {
            let votes: Vec<(f64, f64)> = abstentions.map(|(state, p)| (force[state], 1.0 - p)).collect();
            majority(a.figures.majority_share, &votes)
        }
    }
}

/// Steps into which the weight of all voters is divided.
const VOTES: f64 = 1000.0;

/// Chance that more than `share` of the weight agrees, for independent voters of (weight, P(agrees)): exact but for
/// weights being rounded to a thousandth of their sum. Nobody to vote is nobody to object.
fn majority(share: f64, votes: &[(f64, f64)]) -> f64 {
    let all: f64 = votes.iter().map(|v| v.0).sum();
    if all <= 0.0 {
        return 1.0;
    }
    let parts = votes.iter().map(|v| ((VOTES * v.0 / all).round() as usize, v.1));
    let total: usize = parts.clone().map(|v| v.0).sum();
    // Chance of each sum of the votes counted so far.
    let mut sums = vec![0.0; total + 1];
    sums[0] = 1.0;
    let mut most = 0;
    for (weight, agrees) in parts {
        for sum in (0..=most).rev() {
            let chance = sums[sum];
            sums[sum] = chance * (1.0 - agrees);
            sums[sum + weight] += chance * agrees;
        }
        most += weight;
    }
    let needed = share * total as f64;
    let carried = sums.iter().enumerate().filter(|(sum, _)| *sum as f64 > needed);
    carried.map(|(_, chance)| chance).sum::<f64>().min(1.0)
}

/// True for orders that promise help but no fighting: they carry goods and words, not a mandate.
pub fn without_mandate(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Assistance | Kind::Assurance | Kind::NonAligned | Kind::Peacekeeping
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inputs::ArrangementFigures;

    fn pact(depth: f64, coverage: Option<usize>) -> Arrangement {
        Arrangement {
            guarantors: vec![0],
            proteges: vec![1],
            coverage,
            depth_by: vec![1.0; 2],
            figures: ArrangementFigures {
                depth,
                ..Default::default()
            },
            ..Default::default()
        }
    }

    #[test]
    fn the_deepest_covering_bond_counts_and_exclusion_never_beats_it() {
        let inputs = Inputs {
            arrangements: vec![pact(0.9, None), pact(0.3, Some(2)), pact(0.5, Some(4))],
            ..Default::default()
        };
        let m = Membership::new(&inputs);
        let b = bond(&inputs, &m, 0, 0, 1, 0.02).expect("states 0 and 1 share three pacts");
        assert_eq!((b.arrangement, b.coverage), (2, Some(4)));
        assert_eq!(bond(&inputs, &m, 0, 1, 0, 0.02), None);
    }

    #[test]
    fn a_commitment_binds_only_between_entry_into_force_and_end() {
        let mut a = pact(1.0, Some(2));
        a.figures.in_force = 12.0;
        a.figures.until = 24.0;
        assert!(pending(&a, 3) && !in_force(&a, 11) && in_force(&a, 12) && in_force(&a, 23) && !in_force(&a, 24));
    }

    #[test]
    fn unanimity_is_harder_than_consensus_and_a_hostile_veto_blocks() {
        let abstain = || [(0, 0.3), (1, 0.2)].into_iter();
        let with = |rule| Arrangement {
            decision_rule: rule,
            veto: vec![1],
            ..Default::default()
        };
        let force = [1.0, 1.0];
        assert_eq!(
            agreement(&with(DecisionRule::Individual), 0.02, false, Some(0), &force, abstain()),
            1.0
        );
        assert!(
            (agreement(&with(DecisionRule::Unanimity), 0.02, false, Some(0), &force, abstain()) - 0.56).abs() < 1e-12
        );
        assert!(agreement(&with(DecisionRule::Consensus), 0.02, false, Some(0), &force, abstain()) > 0.98);
        assert!((agreement(&with(DecisionRule::Veto), 0.02, false, Some(0), &force, abstain()) - 0.8).abs() < 1e-12);
        assert_eq!(
            agreement(&with(DecisionRule::Veto), 0.02, true, Some(0), &force, abstain()),
            0.0
        );
    }

    #[test]
    fn where_the_lead_decides_it_decides_alone() {
        let abstain = || [(0, 0.3), (1, 0.2)].into_iter();
        let a = Arrangement {
            decision_rule: DecisionRule::Lead,
            ..Default::default()
        };
        for (lead, expected) in [(Some(0), 0.7), (Some(1), 0.8), (None, 1.0)] {
            assert!((agreement(&a, 0.02, false, lead, &[1.0, 1.0], abstain()) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_majority_is_counted_by_force_and_is_exact() {
        // Three equal voters, two needed: 3p²(1 − p) + p³.
        let p = 0.7;
        let equal = majority(0.5, &[(2.0, p), (2.0, p), (2.0, p)]);
        assert!((equal - (3.0 * p * p * (1.0 - p) + p * p * p)).abs() < 1e-12);
        // Who holds more than half decides alone; unanimity is the share just below 1.
        assert!((majority(0.5, &[(6.0, 0.4), (2.0, 0.9), (2.0, 0.1)]) - 0.4).abs() < 1e-12);
        assert!((majority(0.99, &[(2.0, 0.5), (2.0, 0.4)]) - 0.2).abs() < 1e-12);
        assert_eq!(majority(0.5, &[]), 1.0);
    }
}
