//! Families c, d and g: beliefs, burdens and duplicates.

use crate::games::bayes::{Belief, Forgetting, with_tremble};
use crate::games::burden::{Member, nash};
use crate::games::choice::logit;
use crate::games::{Game, Node, quantal_response};
use serde_json::Value;

use super::{CLOSED, Report, SOLVED, list, number, numbers, rows, text};

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
