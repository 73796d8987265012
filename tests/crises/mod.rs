//! Crises of the bundled world cut down to a few responders.

use deterrence::model::guarantor::Lanes;

/// The lanes at these places, in this order.
pub fn only(all: &Lanes, order: &[usize]) -> Lanes {
    let mut out = Lanes {
        len: order.len(),
        ..Lanes::default()
    };
    for (to, &from) in order.iter().enumerate() {
        out.who[to] = all.who[from];
        out.context[to] = all.context[from];
        out.coverage[to] = all.coverage[from];
        out.party[to] = all.party[from];
        for (to_lane, from_lane) in [
            (&mut out.bind, &all.bind),
            (&mut out.mandate, &all.mandate),
            (&mut out.interest, &all.interest),
            (&mut out.trip, &all.trip),
            (&mut out.cost, &all.cost),
            (&mut out.fear, &all.fear),
            (&mut out.deployable, &all.deployable),
            (&mut out.promised, &all.promised),
            (&mut out.counted, &all.counted),
            (&mut out.mobility, &all.mobility),
            (&mut out.delay, &all.delay),
            (&mut out.nuclear, &all.nuclear),
            (&mut out.shift, &all.shift),
        ] {
            to_lane[to] = from_lane[from];
        }
        for (to_lane, from_lane) in out.credence.iter_mut().zip(&all.credence) {
            to_lane[to] = from_lane[from];
        }
    }
    out
}
