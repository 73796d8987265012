//! Rules about states, arrangements, forces and budgets.

use super::super::check::is_known;
use super::super::codes;
use super::super::layers::Role;
use super::super::merged::Merged;
use super::{code, is_shortened, warn};
use crate::model::inputs::{Arrangement, ArrangementFigures, DecisionRule, EventKind, Inputs, Kind};
use crate::scenario::diagnostics::{Place, Report, show};

pub(super) fn rules(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    for arrangement in &inputs.arrangements {
        if !is_known(merged, &arrangement.id, report) {
            continue;
        }
        term(merged, inputs, arrangement, report);
        empty_hands(merged, inputs, arrangement, report);
        decisions(merged, inputs, arrangement, report);
    }
    let focal_one = inputs.arrangements.get(inputs.focal);
    if let Some(a) = focal_one.filter(|a| is_known(merged, &a.id, report) && !merged.is_doubtful(report, "run.focal")) {
        insiders(merged, inputs, a, report);
        focal(merged, inputs, a, report);
    }
    goals(merged, inputs, report);
    senders(merged, inputs, report);
    blank_states(merged, inputs, report);
}

/// Where a key of an arrangement stands, or its members if it is not written.
fn place_of(merged: &Merged, id: &str, keys: &[&str]) -> Option<Place> {
    let find = |key: &&str| merged.get(&format!("arrangements.{id}.{key}"));
    keys.iter().find_map(find).map(|set| set.value.clone())
}

/// A challenger is no guarantor of its own targets in the promise that the scenario is about. Assurances are the
/// exception: there the one who could attack promises not to.
fn insiders(merged: &Merged, inputs: &Inputs, a: &Arrangement, report: &mut Report) {
    let by_option = |key: &str| {
        let set = merged.get(&format!("arrangements.{}.{key}", a.id));
        set.is_some_and(|set| set.role == Role::Option)
    };
    // An option in which the challenger is taken in is a question of its own.
    if a.kind == Kind::Assurance || by_option("guarantors") || by_option("members") {
        return;
    }
    for challenger in inputs.challengers.iter().filter(|c| a.guarantors.contains(&c.state)) {
        let Some(target) = challenger.targets.iter().find(|t| a.proteges.contains(&t.state)) else {
            continue;
        };
        let Some(place) = place_of(merged, &a.id, &["guarantors", "members"]) else {
            continue;
        };
        let (own, other) = (code(inputs, challenger.state), code(inputs, target.state));
        let message = format!(
            "challenger `{own}` is a guarantor of its own target `{other}` in `{}`",
            show(&a.id)
        );
        let help = "take it from the guarantors; a promise not to attack is of kind `assurance`";
        warn(report, codes::INSIDER, &place, message, help);
    }
}

/// True if a settlement brings the arrangement into force: its own date is then far away on purpose.
fn waits_for_peace(inputs: &Inputs, a: &Arrangement) -> bool {
    let own = inputs.arrangement(&a.id);
    let by_event = |e: &crate::model::inputs::Event| match e.kind {
        EventKind::Settle { guarantee, .. } => guarantee == own,
        _ => false,
    };
    inputs.talks.iter().any(|t| t.guarantee == own) || inputs.events.iter().any(by_event)
}

/// A commitment begins before it ends and within the horizon. An option that moves it out of its time, or a date as far
/// away as dates go, is the way to switch a commitment off.
fn term(merged: &Merged, inputs: &Inputs, a: &Arrangement, report: &mut Report) {
    let f = &a.figures;
    let is_elsewhere = |key: &str| {
        let set = merged.get(&format!("arrangements.{}.{key}", a.id));
        set.is_some_and(|set| matches!(set.role, Role::Option | Role::Set))
    };
    let is_switched_off = ["announced", "in_force", "until"].iter().any(|key| is_elsewhere(key));
    let last = ArrangementFigures::FIELDS
        .iter()
        .find(|x| x.name == "in_force")
        .map(|x| x.high);
    let is_doubtful = ["announced", "in_force", "until"]
        .iter()
        .any(|key| merged.is_doubtful(report, &format!("arrangements.{}.{key}", a.id)));
    if is_doubtful || merged.is_doubtful(report, "run.months") || merged.is_doubtful(report, "talks.") {
        return;
    }
    if waits_for_peace(inputs, a) || is_switched_off || last.is_some_and(|last| f.in_force >= last) {
        return;
    }
    let Some(place) = place_of(merged, &a.id, &["in_force", "until", "announced"]) else {
        return;
    };
    let id = show(&a.id);
    if f.in_force >= f.until {
        let message = format!(
            "`{id}` comes into force in month {} and ends in month {}",
            f.in_force, f.until
        );
        warn(report, codes::TERM, &place, message, "`in_force` lies before `until`");
    } else if f.in_force >= f64::from(inputs.months) && !is_shortened(merged) {
        let message = format!(
            "`{id}` comes into force in month {}, but months run from 0 to {}",
            f.in_force,
            inputs.months.saturating_sub(1)
        );
        warn(
            report,
            codes::TERM,
            &place,
            message,
            "within the horizon it is only announced",
        );
    } else if f.announced > f.in_force {
        let message = format!(
            "`{id}` is announced in month {} but in force from month {}",
            f.announced, f.in_force
        );
        let help = "set `announced` no later than `in_force`";
        warn(report, codes::TERM, &place, message, help);
    }
}

/// Somebody who promises to fight or support has something to send.
fn empty_hands(merged: &Merged, inputs: &Inputs, a: &Arrangement, report: &mut Report) {
    let is_about_force = !matches!(a.kind, Kind::Assurance | Kind::NonAligned | Kind::Territorial);
    if !is_about_force
        || a.coverage.is_none()
        || a.guarantors.is_empty()
        || a.figures.assistance > 0.0
        || a.figures.penalty > 0.0
    {
        return;
    }
    let sends = |g: &usize| {
        let state = inputs.states.get(*g);
        let stands = inputs.forward.iter().any(|f| f.sender == *g && f.brigades > 0.0);
        let ordered = inputs
            .programs
            .iter()
            .any(|p| p.state == *g && p.figures.brigades > 0.0);
        state.is_some_and(|s| s.figures.deployable > 0.0) || stands || ordered
    };
    if a.guarantors.iter().any(sends) || a.figures.peacekeepers > 0.0 {
        return;
    }
    let forces = ["forward.", "programs.", "states.", "arrangements."];
    if forces.iter().any(|prefix| merged.is_doubtful(report, prefix)) {
        return;
    }
    if let Some(place) = place_of(merged, &a.id, &["guarantors", "members"]) {
        let message = format!("no guarantor of `{}` has a brigade to send", show(&a.id));
        let help = "give one of them `deployable` brigades, or a force on the spot under `forward`";
        warn(report, codes::EMPTY_HANDS, &place, message, help);
    }
}

/// Veto and decision rule fit each other, and a common decision needs more than one.
fn decisions(merged: &Merged, inputs: &Inputs, a: &Arrangement, report: &mut Report) {
    let id = show(&a.id);
    if a.decision_rule != DecisionRule::Veto
        && !a.veto.is_empty()
        && let Some(place) = place_of(merged, &a.id, &["veto"])
    {
        let message = format!("`{id}` names holders of a veto but does not decide by veto");
        let help = "set `decision_rule = \"veto\"`, or take `veto` out";
        warn(report, codes::DECISION, &place, message, help);
    }
    let is_common = matches!(
        a.decision_rule,
        DecisionRule::Consensus | DecisionRule::Unanimity | DecisionRule::Veto | DecisionRule::Majority
    );
    let at = inputs.arrangement(&a.id);
    let grows = inputs
        .events
        .iter()
        .any(|e| matches!(e.kind, EventKind::Join { arrangement, .. } if Some(arrangement) == at));
    if is_common
        && a.guarantors.len() == 1
        && !grows
        && let Some(place) = place_of(merged, &a.id, &["decision_rule"])
    {
        let message = format!("`{id}` decides in common, but it has a single guarantor");
        let help = "with one guarantor the rule is `individual`";
        warn(report, codes::DECISION, &place, message, help);
    }
}

/// The arrangement that outcomes speak of can be put to the test.
fn focal(merged: &Merged, inputs: &Inputs, a: &Arrangement, report: &mut Report) {
    let is_to_fight = matches!(
        a.kind,
        Kind::Alliance | Kind::Bilateral | Kind::Guarantee | Kind::Regional
    );
    let reach = |state: &usize| {
        let mut targets = inputs.challengers.iter().flat_map(|c| &c.targets);
        targets.any(|t| t.state == *state && t.figures.width > 0.0)
    };
    // Assurances and the like may exclude every rung on purpose: what that does is then the question.
    let why = if a.coverage.is_none() && is_to_fight {
        "excludes every rung"
    } else if !a.proteges.iter().any(reach) && !merged.is_doubtful(report, "challengers.") {
        "has no protégé that the force of a challenger can reach"
    } else {
        return;
    };
    let named = merged.get("run.focal").map(|set| set.value.clone());
    if let Some(place) = named.or_else(|| place_of(merged, &a.id, &["coverage", "proteges", "members"])) {
        let message = format!("the focal arrangement `{}` {why}", show(&a.id));
        let help = "its credibility cannot be measured; give a target `width`, or choose another `run.focal`";
        warn(report, codes::IDLE_FOCAL, &place, message, help);
    }
}

/// A spending goal below what is spent is a cut. An option says in its note that it means one.
fn goals(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    for (goal, state) in inputs.spending.iter().zip(&inputs.states) {
        let now = state.figures.defence_share;
        let path = format!("spending.{}.target", state.iso3);
        let Some(set) = merged.get(&path) else { continue };
        if merged.is_doubtful(report, &format!("states.{}.defence_share", state.iso3)) {
            continue;
        }
        if goal.target <= 0.0 || goal.target >= now || set.role == Role::Option {
            continue;
        }
        let message = format!(
            "the goal of `{}`, {}, lies below the {now} that it spends",
            state.iso3, goal.target
        );
        let help = "a goal is a share of GDP; if a cut is meant, put it into an option with a note";
        warn(report, codes::CUT, &set.value, message, help);
    }
}

/// Nobody sends more than it has at home and to send.
fn senders(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    for forward in &inputs.forward {
        let Some(sender) = inputs.states.get(forward.sender) else {
            continue;
        };
        let path = format!("forward.{}.{}", code(inputs, forward.host), sender.iso3);
        let own = ["brigades", "deployable"];
        let is_doubtful = |report: &Report| {
            let mut own = own.iter().map(|key| format!("states.{}.{key}", sender.iso3));
            own.any(|path| merged.is_doubtful(report, &path))
        };
        if forward.brigades > sender.figures.brigades + sender.figures.deployable
            && !is_doubtful(report)
            && let Some(set) = merged.get(&path)
        {
            let message = format!(
                "`{}` has {} brigades at home, {} to send, and {} in `{}`",
                sender.iso3,
                sender.figures.brigades,
                sender.figures.deployable,
                forward.brigades,
                code(inputs, forward.host)
            );
            let help = "forward forces are counted in brigades of 4,000 to 5,000, like `brigades`";
            warn(report, codes::OVERSENT, &set.value, message, help);
        }
    }
}

/// States that take part have a place on the map and an economy; the defaults are the Gulf of Guinea and none.
fn blank_states(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    for (index, state) in inputs.states.iter().enumerate() {
        let takes_part = inputs
            .arrangements
            .iter()
            .any(|a| a.guarantors.contains(&index) || a.proteges.contains(&index))
            || inputs
                .challengers
                .iter()
                .any(|c| c.state == index || c.targets.iter().any(|t| t.state == index));
        let lacks = |key: &&str| {
            let path = format!("states.{}.{key}", state.iso3);
            merged.get(&path).is_none() && !merged.is_wrong(&path)
        };
        let missing: Vec<&str> = ["gdp", "latitude", "longitude"].into_iter().filter(lacks).collect();
        let Some(set) = merged
            .get(&format!("states.{}.name", state.iso3))
            .filter(|_| takes_part)
        else {
            continue;
        };
        if !missing.is_empty() {
            let message = format!("`{}` has no {}", state.iso3, missing.join(", no "));
            let help = "distance between capitals decides interest and delay, GDP what a state can spend";
            warn(report, codes::BLANK_STATE, &set.value, message, help);
        }
    }
}
