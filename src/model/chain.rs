//! The back door: guarantors of one arrangement fight for its protégé, and another arrangement, whose members they are,
//! is drawn in.
//!
//! Whether an attack on allied troops abroad binds the alliance at home is a matter of treaty text and politics; the
//! figure `arrangements.<id>.chain` says how far it does, and 0 shuts the door.

use super::arithmetic::lesser;
use super::arrangements::{Bond, Membership, in_force};
use super::crisis::Tree;
use super::guarantor::Lane;
use super::inputs::{Condition, Inputs};
use super::sets::ArrangementSet;
use super::single::exp;

/// The arrangements that a fight for `protege` would draw in, as a set: in force, chained to one that covers it, and
/// with a guarantor of that one among their protégés.
pub fn links(inputs: &Inputs, membership: &Membership, month: u32, protege: usize) -> ArrangementSet {
    open_doors(inputs, membership, month, protege)
        .map(|(_, to)| to)
        .collect()
}

/// Pairs of the arrangement that covers `protege` and the one that it would draw in.
fn open_doors(
    inputs: &Inputs,
    membership: &Membership,
    month: u32,
    protege: usize,
) -> impl Iterator<Item = (usize, usize)> {
    membership.promised_to(protege).members().filter_map(move |from| {
        let a = &inputs.arrangements[from];
        let to = a.chain_to.filter(|_| a.figures.chain > 0.0)?;
        let is_open = in_force(a, month)
            && in_force(&inputs.arrangements[to], month)
            && membership.guarantors[from].meets(membership.proteges[to]);
        is_open.then_some((from, to))
    })
}

/// What binds `guarantor` to `protege` through the back door, or none: the depth of the other arrangement times the
/// chain, on rungs that both cover. The deepest counts.
pub fn bond(inputs: &Inputs, membership: &Membership, month: u32, guarantor: usize, protege: usize) -> Option<Bond> {
    open_doors(inputs, membership, month, protege)
        .filter(|&(_, to)| guarantor != protege && membership.guarantors[to].contains(guarantor))
        .filter_map(|(from, to)| {
            let (near, far) = (&inputs.arrangements[from], &inputs.arrangements[to]);
            Some(Bond {
                arrangement: to,
                depth: near.figures.chain * far.figures.depth * far.depth_by.get(guarantor).copied().unwrap_or(1.0),
                clarity: 1.0 - 0.5 * far.figures.ambiguity,
                coverage: Some(near.coverage?.max(far.coverage?)),
                unprovoked: far.condition == Condition::Unprovoked,
            })
        })
        .reduce(|best, b| if b.depth > best.depth { b } else { best })
}

/// Makes the wish of those who are drawn in follow the lead: of their cost of default, [`Tree::solve`] has counted
/// `1 − excused`, and what binds them is the share `part` with which the lead came. Without a lead it binds nobody.
#[inline(always)]
pub(super) fn follow(tree: &Tree<'_>, [half, full]: &mut [Lane; 2], excused: f64, part: f64) {
    for l in tree.lanes.chained.members() {
        let excess = tree.node.lambda as f32 * tree.at.bind[l] * (1.0 - excused - part) as f32;
        half[l] = lesser(half[l] * exp(-0.5 * excess), f32::MAX);
        full[l] = lesser(full[l] * exp(-excess), f32::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inputs::{Arrangement, ArrangementFigures};

    /// A coalition of state 0 for state 2, chained to an alliance of 0 and 1.
    fn world(chain: f64) -> Inputs {
        let pact = |guarantors: Vec<usize>, proteges, chain_to, figures| Arrangement {
            guarantors,
            proteges,
            chain_to,
            coverage: Some(3),
            depth_by: vec![1.0; 3],
            figures,
            ..Default::default()
        };
        let near = ArrangementFigures {
            chain,
            ..Default::default()
        };
        let far = ArrangementFigures {
            depth: 0.8,
            ..Default::default()
        };
        Inputs {
            arrangements: vec![
                pact(vec![0], vec![2], Some(1), near),
                pact(vec![0, 1], vec![0, 1], None, far),
            ],
            ..Default::default()
        }
    }

    #[test]
    fn a_chain_binds_the_allies_of_those_who_fight_by_its_share_of_their_depth() {
        let inputs = world(0.5);
        let m = Membership::new(&inputs);
        let b = bond(&inputs, &m, 0, 1, 2).expect("state 1 is drawn in");
        assert_eq!((b.arrangement, b.coverage), (1, Some(3)));
        assert!((b.depth - 0.4).abs() < 1e-12);
        assert_eq!(links(&inputs, &m, 0, 2), ArrangementSet::only(1));
    }

    #[test]
    fn the_back_door_covers_only_rungs_that_both_arrangements_cover() {
        let m = Membership::new(&world(0.5));
        for (near, far, both) in [
            (Some(2), Some(4), Some(4)),
            (Some(4), Some(2), Some(4)),
            (Some(3), None, None),
            (None, Some(3), None),
        ] {
            let mut inputs = world(0.5);
            (inputs.arrangements[0].coverage, inputs.arrangements[1].coverage) = (near, far);
            assert_eq!(bond(&inputs, &m, 0, 1, 2).and_then(|b| b.coverage), both);
        }
    }

    #[test]
    fn no_chain_and_no_common_member_leave_the_door_shut() {
        let inputs = world(0.0);
        assert_eq!(bond(&inputs, &Membership::new(&inputs), 0, 1, 2), None);
        let inputs = world(1.0);
        let mut m = Membership::new(&inputs);
        m.leave(1, 0);
        assert!(links(&inputs, &m, 0, 2).is_empty());
    }
}
