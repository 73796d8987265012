//! How each family of reference cases is checked: which values, against what, within which tolerance.

use std::fmt;

use deterrence::model::game::assess::Assessment;
use deterrence::model::game::bayes::{Belief, Forgetting, with_tremble};
use deterrence::model::game::burden::{Member, nash};
use deterrence::model::game::choice::logit;
use deterrence::model::game::{Equilibrium, Game, Node, SolveOptions};
use deterrence::model::game::{quantal_response, quantal_response_near, subgame_perfect};
use serde_json::Value;

/// Closed recursions.
const CLOSED: f64 = 1e-12;
/// Fixed points, and the burden of an alliance.
const SOLVED: f64 = 1e-9;
/// Residual of an equilibrium that need not be the stored one.
const RESIDUAL: f64 = 1e-10;

/// What came of one family.
#[derive(Default)]
pub struct Report {
    pub cases: usize,
    pub failures: Vec<String>,
    comparisons: usize,
    /// Largest error as a share of what is tolerated, and where.
    worst: (f64, String),
    notes: Vec<String>,
    file: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (share, at) = &self.worst;
        write!(
            f,
            "{} cases, {} comparisons, worst error {share:.1e} of the tolerance",
            self.cases, self.comparisons
        )?;
        write!(f, " ({at}), {} failures", self.failures.len())?;
        self.notes.iter().try_for_each(|note| write!(f, "\n  {note}"))
    }
}

impl Report {
    pub fn file(&mut self, name: &str) {
        self.file = name.to_owned();
    }

    fn fail(&mut self, what: String) {
        self.failures.push(format!("{}: {what}", self.file));
    }

    fn note(&mut self, what: String) {
        self.notes.push(format!("{}: {what}", self.file));
    }

    fn holds(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.comparisons += 1;
        if !holds {
            self.fail(what());
        }
    }

    /// Compares one number; `scale` is the size that rounding is a share of, 1 for probabilities.
    fn near(&mut self, found: f64, wanted: f64, tolerance: f64, scale: f64, what: impl FnOnce() -> String) {
        self.comparisons += 1;
        let error = if found == wanted {
            0.0
        } else {
            (found - wanted).abs() / scale.max(1.0)
        };
        if error.is_nan() || error > tolerance {
            self.fail(format!("{}: {found:e} for {wanted:e}, off by {error:.2e}", what()));
        } else if error / tolerance > self.worst.0 {
            self.worst = (error / tolerance, format!("{}, {}", self.file, what()));
        }
    }

    /// Compares a list, number by number.
    fn all_near(&mut self, found: &[f64], wanted: &[f64], tolerance: f64, scale: f64, what: impl Fn() -> String) {
        self.holds(found.len() == wanted.len(), || {
            format!("{}: {} numbers for {}", what(), found.len(), wanted.len())
        });
        for (i, (&found, &wanted)) in found.iter().zip(wanted).enumerate() {
            let size = scale.max(if scale > 0.0 { wanted.abs() } else { 0.0 });
            self.near(found, wanted, tolerance, size, || format!("{}[{i}]", what()));
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    list(value).iter().map(numbers).collect()
}

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

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

/// One stored equilibrium is the one to find. Of several that differ, it is enough to have found an equilibrium; if it
/// is one of those stored, all that is stored about it must agree too.
fn against_stored(game: &Game, case: &Value, found: &Equilibrium, stored: &[&Value], report: &mut Report, what: &str) {
    let distances: Vec<f64> = stored.iter().map(|s| profile_distance(game, found, s)).collect();
    let Some(nearest) = (0..stored.len()).min_by(|&a, &b| distances[a].total_cmp(&distances[b])) else {
        return report.note(format!("{what}: no profile stored, residual {:.1e}", found.residual));
    };
    let distinct = distances.iter().any(|d| (d - distances[nearest]).abs() > 1e-6);
    if distinct {
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

/// Family c: discrete posteriors.
pub fn bayes(content: &Value, report: &mut Report) {
    for case in list(&content["cases"]) {
        let name = text(&case["name"]);
        match belief_case(case, name, report) {
            Ok(()) => report.cases += 1,
            Err(error) => report.fail(format!("{name}: {error}")),
        }
    }
    for (i, case) in list(&content["martingale"]).iter().enumerate() {
        match expected_posterior(&numbers(&case["prior"]), &rows(&case["likelihood"])) {
            Err(error) => report.fail(format!("martingale {i}: {error}")),
            Ok(expected) => {
                report.cases += 1;
                let stored = numbers(&case["expected_posterior"]);
                report.all_near(&expected, &stored, CLOSED, 0.0, || format!("martingale {i}"));
            }
        }
    }
}

/// The log likelihoods of one observation, a type each.
fn column(likelihood: &[Vec<f64>], observation: usize) -> Result<Vec<f64>, String> {
    let of = |row: &Vec<f64>| {
        row.get(observation)
            .map(|p| p.ln())
            .ok_or(format!("no observation {observation}"))
    };
    likelihood.iter().map(of).collect()
}

fn expected_posterior(prior: &[f64], likelihood: &[Vec<f64>]) -> Result<Vec<f64>, String> {
    let mut expected = vec![0.0; prior.len()];
    for observation in 0..likelihood.first().map_or(0, Vec::len) {
        let column = column(likelihood, observation)?;
        let mut belief = Belief::new(prior).map_err(|e| e.to_string())?;
        let chance = belief.predictive(&column).map_err(|e| e.to_string())?;
        belief.observe(&column, 1.0).map_err(|e| e.to_string())?;
        expected
            .iter_mut()
            .zip(belief.probabilities())
            .for_each(|(e, p)| *e += chance * p);
    }
    Ok(expected)
}

fn belief_case(case: &Value, name: &str, report: &mut Report) -> Result<(), String> {
    let prior = numbers(&case["prior"]);
    let share = case["forget"].as_f64().unwrap_or(0.0);
    let forgetting = match case["forget_mode"].as_str().unwrap_or("none") {
        "none" => None,
        "redraw" | "mix" => Some(Forgetting::Redraw(share)),
        "discount" | "power" | "geometric" => Some(Forgetting::Discount(share)),
        other => return Err(format!("forgetting mode {other} is not known")),
    };
    let stored_likelihood = rows(&case["likelihood"]);
    let likelihood = match text(&case["kind"]) {
        "discrete" => {
            let tremble = case["tremble"].as_f64().unwrap_or(0.0);
            stored_likelihood.iter().map(|row| with_tremble(row, tremble)).collect()
        }
        "logit_likelihood" => {
            let lambda = number(&case["lam"]);
            let acts = |gain: &f64| logit(lambda, &[0.0, *gain], &[1.0, 1.0]);
            let likelihood: Vec<Vec<f64>> = numbers(&case["delta_u"]).iter().map(acts).collect();
            for (t, (found, stored)) in likelihood.iter().zip(&stored_likelihood).enumerate() {
                report.all_near(found, stored, CLOSED, 0.0, || format!("{name} likelihood of type {t}"));
            }
            likelihood
        }
        other => return Err(format!("cases of kind {other} are not known")),
    };
    let mut belief = Belief::new(&prior).map_err(|e| e.to_string())?;
    let (path, predictive) = (
        rows(&case["posterior_path"]),
        numbers(&case["predictive_prob_each_step"]),
    );
    let observations: Vec<usize> = list(&case["sequence_idx"])
        .iter()
        .filter_map(Value::as_u64)
        .map(|i| i as usize)
        .collect();
    report.holds(path.len() == observations.len(), || {
        format!("{name}: a posterior for each observation")
    });
    for (step, (&observation, stored)) in observations.iter().zip(&path).enumerate() {
        let column = column(&likelihood, observation)?;
        if let Some(how) = forgetting {
            belief.forget(how).map_err(|e| e.to_string())?;
        }
        if let Some(&wanted) = predictive.get(step) {
            let chance = belief.predictive(&column).map_err(|e| e.to_string())?;
            report.near(chance, wanted, CLOSED, 1.0, || format!("{name} predictive at {step}"));
        }
        belief.observe(&column, 1.0).map_err(|e| e.to_string())?;
        report.all_near(&belief.probabilities(), stored, CLOSED, 0.0, || {
            format!("{name} posterior at {step}")
        });
    }
    if let Some(odds) = case["log_odds_final"].as_f64() {
        report.near(belief.log_odds(0, 1), odds, CLOSED, odds.abs(), || {
            format!("{name} log odds")
        });
    }
    Ok(())
}

/// Family d: who pays for a pure public good.
pub fn alliance(content: &Value, report: &mut Report) {
    for case in list(&content["cases"]) {
        let name = text(&case["name"]);
        let kind = text(&case["kind"]);
        if kind != "cobb_douglas_pure_public" {
            report.fail(format!("{name}: cases of kind {kind} are not known"));
            continue;
        }
        let incomes = numbers(&case["Y"]);
        let tastes = numbers(&case["alpha"]);
        let members: Vec<Member> = incomes
            .iter()
            .zip(&tastes)
            .map(|(&income, &taste)| Member { income, taste })
            .collect();
        let burden = match nash(&members) {
            Ok(burden) => burden,
            Err(error) => {
                report.fail(format!("{name}: {error}"));
                continue;
            }
        };
        report.cases += 1;
        let scale = incomes.iter().copied().fold(1.0, f64::max);
        let wanted = numbers(&case["nash_g"]);
        report.near(burden.total, number(&case["nash_G"]), SOLVED, scale, || {
            format!("{name} total")
        });
        report.all_near(&burden.contributions, &wanted, SOLVED, scale, || {
            format!("{name} contributions")
        });
        for (i, member) in members.iter().enumerate() {
            let others = wanted.iter().sum::<f64>() - wanted[i];
            report.near(member.best_response(others), wanted[i], SOLVED, scale, || {
                format!("{name} response of {i}")
            });
        }
        let stored: Vec<u64> = list(&case["contributors"]).iter().filter_map(Value::as_u64).collect();
        let found: Vec<u64> = burden.contributors().map(|i| i as u64).collect();
        report.holds(stored == found, || {
            format!("{name}: contributors {found:?}, stored {stored:?}")
        });
        let shares: Vec<f64> = burden.contributions.iter().zip(&incomes).map(|(g, y)| g / y).collect();
        report.all_near(&shares, &numbers(&case["burden_g_over_Y"]), SOLVED, 0.0, || {
            format!("{name} burden")
        });
        report.all_near(&burden.utilities, &numbers(&case["utilities"]), SOLVED, 0.0, || {
            format!("{name} utility")
        });
    }
}

/// Family g: one act split into duplicates, by plain logit and with the weight shared among the duplicates.
pub fn duplicates(content: &Value, report: &mut Report) {
    for case in list(&content["cases"]) {
        let (lambda, copies) = (
            number(&case["lam"]),
            case["n_duplicates"].as_u64().unwrap_or(0) as usize,
        );
        let what = format!("{copies} duplicates at λ={lambda}");
        if copies == 0 {
            report.fail(format!("{what}: a case without duplicates"));
            continue;
        }
        report.cases += 1;
        let worth = |key: &str, default: f64| case[key].as_f64().or(content[key].as_f64()).unwrap_or(default);
        let (nothing, challenge) = (worth("u_nothing", 0.0), worth("u_challenge", -0.3));
        for (key, weight) in [
            ("p_nothing_plain_logit", 1.0),
            ("p_nothing_prior_weighted", 1.0 / copies as f64),
        ] {
            // Through a tree of one decision, so that weights in trees are tested and not the bare rule alone.
            let leaf = |payoff: f64| Node::Terminal { payoffs: vec![payoff] };
            let acts = std::iter::repeat_n(challenge, copies);
            let tree = Node::Decision {
                player: 0,
                infoset: "challenger".to_owned(),
                actions: (0..=copies).map(|i| i.to_string()).collect(),
                weights: Some(
                    std::iter::once(1.0)
                        .chain(std::iter::repeat_n(weight, copies))
                        .collect(),
                ),
                children: std::iter::once(nothing).chain(acts).map(leaf).collect(),
            };
            match Game::new(&tree)
                .map_err(|e| e.to_string())
                .and_then(|game| quantal_response(&game, lambda).map_err(|e| e.to_string()))
            {
                Ok(found) => report.near(found.policy[0], number(&case[key]), CLOSED, 1.0, || {
                    format!("{what} {key}")
                }),
                Err(error) => report.fail(format!("{what}: {error}")),
            }
        }
    }
}
