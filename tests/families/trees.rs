//! Families a and b: games in extensive form.

use crate::games::assess::Assessment;
use crate::games::{Equilibrium, Game, Node, SolveOptions};
use crate::games::{quantal_response, quantal_response_near, subgame_perfect};
use serde_json::Value;

use super::{CLOSED, RESIDUAL, Report, SOLVED, list, number, numbers, strings, text};

fn game(case: &Value, report: &mut Report) -> Option<Game> {
    let parsed = serde_json::from_value::<Node>(case["tree"].clone()).map_err(|e| e.to_string());
    match parsed.and_then(|tree| Game::new(&tree).map_err(|e| e.to_string())) {
        Ok(game) => {
            let players = case["n_players"].as_u64();
            report.holds(players.is_none_or(|n| n == game.players() as u64), || {
                "number of players".to_owned()
            });
            Some(game)
        }
        Err(error) => {
            report.fail(format!("{}: {error}", text(&case["name"])));
            None
        }
    }
}

/// Largest payoff in size: what the rounding of a value is a share of.
fn payoff_size(game: &Game) -> f64 {
    (0..game.players())
        .map(|p| game.payoff_span(p))
        .map(|(span, low)| low.abs().max((low + span).abs()))
        .fold(1.0, f64::max)
}

/// Compares a map of information sets to numbers per action; `scale` 0 asks for the plain tolerance, and a positive one
/// for the tolerance relative to the larger of it and the number.
fn by_infoset(
    game: &Game,
    flat: &[f64],
    wanted: &Value,
    (tolerance, scale): (f64, f64),
    report: &mut Report,
    what: &str,
) {
    let Some(wanted) = wanted.as_object() else { return };
    report.holds(wanted.len() == game.infosets().len(), || {
        format!("{what}: number of information sets")
    });
    for (name, wanted) in wanted {
        match game.infoset(name) {
            None => report.fail(format!("{what}: no information set {name}")),
            Some(set) => {
                let found = game.part(set, flat);
                report.all_near(found, &numbers(wanted), tolerance, scale, || format!("{what} {name}"));
            }
        }
    }
}

/// Family a: subgame-perfect play and logit quantal response under perfect information.
pub fn perfect(content: &Value, report: &mut Report) {
    for case in list(&content["cases"]) {
        let name = text(&case["name"]);
        let Some(game) = game(case, report) else { continue };
        report.cases += 1;
        report.holds(!list(&case["qre"]).is_empty(), || {
            format!("{name}: no equilibrium to check")
        });
        subgame_case(&game, case, name, report);
        let paths: Vec<Vec<&str>> = list(&case["outcome_paths"]).iter().map(strings).collect();
        let found: Vec<Vec<&str>> = game.terminals().map(|n| game.path(n)).collect();
        report.holds(paths.is_empty() || paths == found, || {
            format!("{name}: outcome paths {found:?}")
        });
        for wanted in list(&case["qre"]) {
            let lambda = number(&wanted["lambda"]);
            let what = format!("{name} λ={lambda}");
            match quantal_response(&game, lambda) {
                Ok(found) => quantal_case(&game, &found, wanted, CLOSED, report, &what),
                Err(error) => report.fail(format!("{what}: {error}")),
            }
        }
    }
}

fn subgame_case(game: &Game, case: &Value, name: &str, report: &mut Report) {
    let wanted = &case["spe"];
    if wanted.is_null() {
        return;
    }
    let found = match subgame_perfect(game) {
        Ok(found) => found,
        Err(error) => return report.fail(format!("{name}: {error}")),
    };
    for (set, info) in game.infosets().iter().enumerate() {
        let best: Vec<&str> = found.best[set].iter().map(|&a| info.actions[a].as_str()).collect();
        let stored = &wanted["best_actions"][&info.name];
        report.holds(strings(stored) == best, || {
            format!("{name} {}: best {best:?}, stored {stored}", info.name)
        });
    }
    let mut ties: Vec<&str> = found.ties().map(|set| game.infosets()[set].name.as_str()).collect();
    let mut stored = strings(&wanted["ties_at"]);
    ties.sort_unstable();
    stored.sort_unstable();
    report.holds(ties == stored, || {
        format!("{name}: ties at {ties:?}, stored {stored:?}")
    });
    let unique = wanted["unique"].as_bool();
    report.holds(unique.is_none_or(|u| u == found.unique()), || {
        format!("{name}: unique is {}", found.unique())
    });
    let values = numbers(&wanted["value_uniform_over_ties"]);
    report.all_near(&found.values, &values, CLOSED, payoff_size(game), || {
        format!("{name} subgame-perfect value")
    });
}

/// Everything stored about one quantal response equilibrium.
fn quantal_case(game: &Game, found: &Equilibrium, wanted: &Value, tolerance: f64, report: &mut Report, what: &str) {
    let size = payoff_size(game);
    let assessed = &found.assessment;
    by_infoset(
        game,
        &found.policy,
        &wanted["profile"],
        (tolerance, 0.0),
        report,
        &format!("{what} profile"),
    );
    by_infoset(
        game,
        &found.log_policy,
        &wanted["log_profile"],
        (tolerance, 1.0),
        report,
        &format!("{what} log"),
    );
    let of_actions = format!("{what} action values");
    by_infoset(
        game,
        &assessed.action_values,
        &wanted["action_values"],
        (tolerance, size),
        report,
        &of_actions,
    );
    if !wanted["value"].is_null() {
        report.all_near(&found.values, &numbers(&wanted["value"]), tolerance, size, || {
            format!("{what} value")
        });
    }
    if !wanted["outcome_probs"].is_null() {
        let outcomes = assessed.outcomes(game);
        report.all_near(&outcomes, &numbers(&wanted["outcome_probs"]), tolerance, 0.0, || {
            format!("{what} outcomes")
        });
    }
    for (name, stored) in wanted["log_reach"].as_object().into_iter().flatten() {
        match game.infoset(name) {
            None => report.fail(format!("{what}: no information set {name}")),
            Some(set) => {
                let stored = number(stored);
                let label = || format!("{what} log reach {name}");
                report.near(assessed.log_reach[set], stored, tolerance, stored.abs(), label);
            }
        }
    }
}

/// Family b: agent quantal response with information sets, and the posteriors there.
pub fn information(content: &Value, report: &mut Report) {
    for case in list(&content["cases"]) {
        let name = text(&case["name"]);
        let Some(game) = game(case, report) else { continue };
        report.cases += 1;
        report.holds(!list(&case["qre"]).is_empty(), || {
            format!("{name}: no equilibrium to check")
        });
        for (set, stored) in case["infosets"].as_object().into_iter().flatten() {
            let own = game.infoset(set).map(|i| &game.infosets()[i]);
            let same = own.is_some_and(|own| {
                stored["player"].as_u64() == Some(own.player as u64)
                    && strings(&stored["actions"]) == own.actions
                    && stored["members"].as_u64().is_none_or(|m| m == own.members.len() as u64)
            });
            report.holds(same, || format!("{name}: information set {set} is {own:?}"));
        }
        report.holds(game.check_recall().is_ok(), || {
            format!("{name}: {:?}", game.check_recall())
        });
        let mut lambdas: Vec<f64> = list(&case["qre"]).iter().map(|q| number(&q["lambda"])).collect();
        lambdas.dedup();
        for lambda in lambdas {
            let what = format!("{name} λ={lambda}");
            let found = match quantal_response(&game, lambda) {
                Ok(found) => found,
                Err(error) => {
                    report.fail(format!("{what}: {error}"));
                    continue;
                }
            };
            report.holds(found.residual <= RESIDUAL, || {
                format!("{what}: residual {:e}", found.residual)
            });
            let stored: Vec<&Value> = list(&case["qre"])
                .iter()
                .filter(|q| number(&q["lambda"]) == lambda)
                .flat_map(equilibria)
                .collect();
            against_stored(&game, case, &found, &stored, report, &what);
        }
    }
}

/// The equilibria that an entry stores: its own profile, and any in lists under it.
fn equilibria(entry: &Value) -> Vec<&Value> {
    let own = entry.get("profile").is_some().then_some(entry);
    let more = entry
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, v)| list(v))
        .filter(|v| v.get("profile").is_some());
    own.into_iter().chain(more).collect()
}

/// How far a stored profile is from what was found, as the largest difference of probabilities.
fn profile_distance(game: &Game, found: &Equilibrium, stored: &Value) -> f64 {
    let sets = stored["profile"].as_object().into_iter().flatten();
    sets.map(|(name, wanted)| {
        let own = game.infoset(name).map_or(&[][..], |set| game.part(set, &found.policy));
        own.iter()
            .zip(numbers(wanted))
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max)
    })
    .fold(0.0, f64::max)
}

/// One stored equilibrium is the one to find. Of several that differ (or where the branch bends, so that there are
/// several), it is enough to have found an equilibrium, provided that the stored ones are equilibria to the solver too;
/// if it is one of those stored, all that is stored about it must agree.
fn against_stored(game: &Game, case: &Value, found: &Equilibrium, stored: &[&Value], report: &mut Report, what: &str) {
    let distances: Vec<f64> = stored.iter().map(|s| profile_distance(game, found, s)).collect();
    let Some(nearest) = (0..stored.len()).min_by(|&a, &b| distances[a].total_cmp(&distances[b])) else {
        return report.note(format!("{what}: no profile stored, residual {:.1e}", found.residual));
    };
    let member = distances[nearest] <= SOLVED;
    let distinct = distances.iter().any(|d| (d - distances[nearest]).abs() > 1e-6);
    if distinct || (found.bends > 0 && !member) {
        for stored in stored {
            stored_equilibrium(game, found.precision, stored, report, what);
        }
        let member = distances[nearest] <= SOLVED;
        let verdict = if member {
            "one of them"
        } else {
            "another, by its own residual"
        };
        report.note(format!(
            "{what}: {} equilibria stored, found {verdict} ({:.1e})",
            stored.len(),
            found.residual
        ));
        if !member {
            return;
        }
    }
    let wanted = stored[nearest];
    quantal_case(game, found, wanted, SOLVED, report, what);
    for (name, stored) in wanted["posterior_over_members"].as_object().into_iter().flatten() {
        let Some(set) = game.infoset(name) else {
            report.fail(format!("{what}: no information set {name}"));
            continue;
        };
        let posterior = in_stored_order(game, set, &found.assessment, &strings(&case["infoset_members"][name]));
        report.all_near(&posterior, &numbers(stored), SOLVED, 0.0, || {
            format!("{what} posterior {name}")
        });
    }
}

/// A stored equilibrium is one by the solver's own lights: Newton's method from it stays there.
fn stored_equilibrium(game: &Game, precision: f64, stored: &Value, report: &mut Report, what: &str) {
    let mut log_policy = vec![f64::NEG_INFINITY; game.slots()];
    for (name, probabilities) in stored["profile"].as_object().into_iter().flatten() {
        if let Some(set) = game.infoset(name) {
            let slots = &mut log_policy[game.infosets()[set].slots.clone()];
            slots
                .iter_mut()
                .zip(numbers(probabilities))
                .for_each(|(log, p)| *log = p.ln());
        }
    }
    match quantal_response_near(game, precision, &log_policy, SolveOptions::default()) {
        Err(error) => report.fail(format!("{what}: from a stored equilibrium: {error}")),
        Ok(found) => {
            let distance = profile_distance(game, &found, stored);
            report.near(distance, 0.0, SOLVED, 1.0, || format!("{what} stored equilibrium"));
        }
    }
}

/// The posterior of an information set, its nodes in the order in which the case names them.
fn in_stored_order(game: &Game, set: usize, assessed: &Assessment, names: &[&str]) -> Vec<f64> {
    let posterior = assessed.posterior(game, set);
    let paths: Vec<String> = game.infosets()[set]
        .members
        .iter()
        .map(|&n| game.path(n).join("/"))
        .collect();
    let places: Option<Vec<usize>> = names.iter().map(|name| paths.iter().position(|p| p == name)).collect();
    match places {
        Some(places) if places.len() == posterior.len() => places.into_iter().map(|i| posterior[i]).collect(),
        _ => posterior,
    }
}
