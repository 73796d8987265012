//! Prints how the model fares against the ten laws: `cargo run --release --example laws RUNS [LAW...]`.

use deterrence::evidence::{EvidenceError, LAWS, run, table};

fn main() -> Result<(), EvidenceError> {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let runs = numbers.first().copied().unwrap_or(200);
    let wanted = |law: u8| numbers.len() < 2 || numbers[1..].contains(&u64::from(law));
    let chosen = LAWS.iter().filter(|law| wanted(law.number));
    let verdicts = chosen.map(|law| run(law.number, runs)).collect::<Result<Vec<_>, _>>()?;
    print!("{}", table(&verdicts));
    Ok(())
}
