//! Solved games against the solvers: every file of the folder in `DETER_REFERENCE`, by default the project's own copy.
//!
//! Values of the reference were computed with 50-digit recursion or a Newton solver and agreed with an independent
//! solver. A file's family is the letter its name begins with, or else what its cases look like; a file of no known
//! family is an error, so that nothing added to the folder goes unread.

mod families;
mod games;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use families::{Report, alliance, bayes, duplicates, information, perfect};
use games::{Game, SolveOptions, quantal_response, quantal_response_near};
use serde_json::Value;

#[expect(
    clippy::disallowed_methods,
    reason = "other reference values may be checked by naming their folder"
)]
fn folder() -> PathBuf {
    match std::env::var_os("DETER_REFERENCE") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference"),
    }
}

/// The family of a file, by its name or else by the keys of its first case.
fn family_of(name: &str, content: &Value) -> Result<char, String> {
    let mut letters = name.chars();
    if let (Some(letter @ ('a' | 'b' | 'c' | 'd' | 'g')), Some('_')) = (letters.next(), letters.next()) {
        return Ok(letter);
    }
    let case = &content["cases"][0];
    let has = |key: &str| case.get(key).is_some();
    match () {
        () if has("tree") && has("infosets") => Ok('b'),
        () if has("tree") => Ok('a'),
        () if has("likelihood") => Ok('c'),
        () if has("Y") && has("alpha") => Ok('d'),
        () if has("n_duplicates") => Ok('g'),
        () => Err(format!(
            "{name}: neither its name nor its cases are of a known family (a, b, c, d, g)"
        )),
    }
}

/// Checks one file; which family it is of, or nothing for a file that other tests read.
fn check(path: &Path, reports: &mut BTreeMap<char, Report>) -> Result<(), String> {
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    match path.extension().and_then(|e| e.to_str()) {
        // The intervals are tested where they are computed; the page explains.
        _ if name == "proportion_intervals.csv" || name == "README.md" => return Ok(()),
        Some("json") => {}
        _ => {
            return Err(format!(
                "{name}: not a JSON file, and no other kind of reference is known here"
            ));
        }
    }
    let text = fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
    let content: Value = serde_json::from_str(&text).map_err(|e| format!("{name}: {e}"))?;
    let family = family_of(&name, &content)?;
    let report = reports.entry(family).or_default();
    report.file(&name);
    match family {
        'a' => perfect(&content, report),
        'b' => information(&content, report),
        'c' => bayes(&content, report),
        'd' => alliance(&content, report),
        _ => duplicates(&content, report),
    }
    Ok(())
}

#[test]
fn reference_cases_are_met_within_their_tolerances() {
    let folder = folder();
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.is_file())
        .collect();
    paths.sort();
    let (mut reports, mut failures) = (BTreeMap::new(), Vec::new());
    for path in &paths {
        if let Err(failure) = check(path, &mut reports) {
            failures.push(failure);
        }
    }
    assert!(!reports.is_empty(), "{}: no reference file", folder.display());
    for (family, report) in &mut reports {
        println!("family {family}: {report}");
        if report.cases == 0 {
            failures.push(format!("family {family}: not one case was checked"));
        }
        failures.append(&mut report.failures);
    }
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn the_reference_copy_of_the_project_has_every_family() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    for family in ["a_", "b_", "c_", "d_", "g_"] {
        let found = fs::read_dir(&own)
            .unwrap()
            .any(|e| e.unwrap().file_name().to_string_lossy().starts_with(family));
        assert!(found, "no file of family {family}");
    }
}

#[test]
fn a_reference_file_of_no_known_family_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut reports = BTreeMap::new();
    let mut said = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        check(&path, &mut reports)
    };
    assert!(
        said("z_other.json", r#"{"cases":[{"what":1}]}"#)
            .unwrap_err()
            .contains("known family")
    );
    assert!(said("table.csv", "k,n\n").unwrap_err().contains("not a JSON file"));
    assert!(said("d_broken.json", "{").unwrap_err().starts_with("d_broken.json"));
    assert_eq!(said("proportion_intervals.csv", ""), Ok(()));
    assert_eq!(
        said("more_pledges.json", r#"{"cases":[{"kind":"?","Y":[1],"alpha":[0.5]}]}"#),
        Ok(())
    );
    let pledges = &reports[&'d'];
    assert_eq!(
        (pledges.cases, pledges.failures.len()),
        (0, 1),
        "recognised by content, its kind is unknown"
    );
}

/// A signalling game whose principal branch bends back: around λ = 1.6 it has three equilibria.
const BENT: &str = r#"{"chance":[0.5,0.5],"labels":["H","S"],"children":[
  {"player":0,"infoset":"H","actions":["l","r"],"children":[
    {"player":1,"infoset":"L","actions":["u","d"],"children":[{"payoffs":[0,2]},{"payoffs":[2,2]}]},
    {"player":1,"infoset":"R","actions":["u","d"],"children":[{"payoffs":[3,3]},{"payoffs":[0,-3]}]}]},
  {"player":0,"infoset":"S","actions":["l","r"],"children":[
    {"player":1,"infoset":"L","actions":["u","d"],"children":[{"payoffs":[3,-2]},{"payoffs":[2,1]}]},
    {"player":1,"infoset":"R","actions":["u","d"],"children":[{"payoffs":[3,-2]},{"payoffs":[1,3]}]}]}]}"#;

#[test]
fn a_reference_with_several_equilibria_accepts_each_of_them_and_nothing_else() {
    let tree: Value = serde_json::from_str(BENT).unwrap();
    let game = Game::new(&serde_json::from_value(tree.clone()).unwrap()).unwrap();
    let beyond = quantal_response(&game, 3.0).unwrap();
    let pair = (10..60).map(|i| f64::from(i) * 0.05).find_map(|lambda| {
        let first = quantal_response(&game, lambda).ok()?;
        let second = quantal_response_near(&game, lambda, &beyond.log_policy, SolveOptions::default()).ok()?;
        let apart = first
            .policy
            .iter()
            .zip(&second.policy)
            .any(|(a, b)| (a - b).abs() > 1e-3);
        (apart && first.bends == 0).then_some((first, second))
    });
    let (first, second) = pair.unwrap();
    let profile = |flat: &[f64]| -> Value {
        game.infosets()
            .iter()
            .enumerate()
            .map(|(i, set)| (set.name.clone(), Value::from(game.part(i, flat))))
            .collect()
    };
    let verdict = |stored: &[&[f64]]| {
        let entries: Vec<Value> = stored
            .iter()
            .map(|flat| serde_json::json!({"lambda": first.precision, "profile": profile(flat)}))
            .collect();
        let content = serde_json::json!({"cases": [{"name": "bent", "tree": tree, "qre": entries}]});
        let mut report = Report::default();
        information(&content, &mut report);
        report.failures.len()
    };
    assert_eq!(verdict(&[&first.policy]), 0);
    assert_eq!(verdict(&[&second.policy, &first.policy]), 0);
    assert!(
        verdict(&[&second.policy]) > 0,
        "the principal branch is the one to find if no other is stored"
    );
    assert!(
        verdict(&[&first.policy, &[0.5; 8]]) > 0,
        "what is stored must be an equilibrium"
    );
}
