//! The nineteen laws, ten of any such model, six of single mechanisms and three of capability, and their experiments.

mod alliance;
mod capability;
mod deterrence;
mod dynamics;
mod mechanisms;

use super::experiment::EvidenceError;
use super::law::{Law, Verdict};

/// The Baltic states, for which the experiments on members are made.
const BALTIC: [&str; 3] = ["EST", "LVA", "LTU"];

/// All laws, by number.
pub const LAWS: [Law; 19] = [
    Law {
        number: 1,
        title: "Commitment",
        statement: "Less belief in the lead brings more challenges, and the more so the graver the rung.",
        source: "Zagare and Kilgour 2000; disputes of Russia with members and others 1992-2014 (T03, T06) bound the gap",
    },
    Law {
        number: 2,
        title: "Compression",
        statement: "A guarantee compresses severity more than frequency: it caps the ladder and does not stop the probes.",
        source: "COW-MID 5.0, T07-T10; only the war part, as T03 and T06 contradict the part about force",
    },
    Law {
        number: 3,
        title: "Silence",
        statement: "An unanswered probe raises the hazard of the next rung, only through beliefs: without reputation not at all.",
        source: "Schelling 1966, Weisiger and Yarhi-Milo 2015 for; Press 2005, Mercer 1996 and T19 against",
    },
    Law {
        number: 4,
        title: "Protection",
        statement: "A state without a guarantee is challenged more, above all with force.",
        source: "T01-T06, which compare different states: the same states show a smaller gap; Budapest 1994",
    },
    Law {
        number: 5,
        title: "Moral hazard",
        statement: "An unconditional guarantee brings more provocation and entrapment than a conditional or ambiguous one.",
        source: "Benson 2012; contested by Narang and Mehta 2019; rare: Beckley 2015",
    },
    Law {
        number: 6,
        title: "Window",
        statement: "Announced rearmament with a delay opens a window before delivery; a quick or secret one does not.",
        source: "Fearon 1995, Powell 2006; size unknown",
    },
    Law {
        number: 7,
        title: "Denial",
        statement: "Forward forces that can fight deter more per soldier than a tripwire, and reinforcement must come in time.",
        source: "Huth 1988, Reiter and Poast 2021, RAND RR1253",
    },
    Law {
        number: 8,
        title: "Displacement",
        statement: "Strength at one rung shifts the mix towards lower and more ambiguous ones; never do all rungs rise.",
        source: "Altman 2020, Schelling 1966; composition only, levels of low rungs hardly move",
    },
    Law {
        number: 9,
        title: "Burden",
        statement: "Allies spend more when the lead is doubted and the threat is higher, the front line first; free riding saves.",
        source: "Olson and Zeckhauser 1966; NATO spending 2014-2025",
    },
    Law {
        number: 10,
        title: "Selection",
        statement: "Promises are kept less often when tested than on average; one broken promise hurts others in part.",
        source: "Smith 1995, Leeds 2003, Berkemeier and Fuhrmann 2018, Henry 2020",
    },
    Law {
        number: 11,
        title: "War",
        statement: "Help wears the attacker down, a hopeless defence ends sooner, nuclear risk needs nuclear powers on both sides.",
        source: "Lanchester 1916; Bennett and Stam 1996 on parity and duration; Powell 1990 on nuclear risk. Signs only",
    },
    Law {
        number: 12,
        title: "Decision",
        statement: "The more members must agree, and the longer it takes, the less a promise is worth to the weakest.",
        source: "Tsebelis 2002 on veto players; RAND RR1253 on days",
    },
    Law {
        number: 13,
        title: "Hedges",
        statement: "Doubt in the lead sends allies looking for other protection, the front line first; accommodation weakens resistance.",
        source: "Snyder 1984 on abandonment; Walt 1987 on bandwagoning of the weak",
    },
    Law {
        number: 14,
        title: "Publics",
        statement: "Publics rally when hit and tire while fighting, and their mood counts only as far as governments heed it.",
        source: "Mueller 1970, 1973; Tomz and Weeks 2021",
    },
    Law {
        number: 15,
        title: "Reconstitution",
        statement: "A cease-fire frees forces that become a danger elsewhere, later and less if they are restored slowly.",
        source: "Danish Defence Intelligence Service 2025: 6, 24, 60 months; contested as to intent",
    },
    Law {
        number: 16,
        title: "Territorial defence",
        statement: "Ground that is hard to hold is taken less, while acts that take no ground go on as before.",
        source: "Roberts 1976 on territorial defence; Mearsheimer 1983 on the cost of conquest",
    },
    Law {
        number: 17,
        title: "Capability",
        statement: "Guarantors that cannot come make their promise worth less: the more are tied or gone, the less belief and the more force.",
        source: "Huth 1988 on immediate and short-term forces, Johnson, Leeds and Wu 2015 on the capability of allies; Press 2005",
    },
    Law {
        number: 18,
        title: "Reach",
        statement: "Acts of force rise with the brigades that a challenger has free; what comes by air hardly waits for them.",
        source: "Danish Defence Intelligence Service 2025: a local, a regional, a large-scale war after 6, 24, 60 months; incursions of 2022-2025",
    },
    Law {
        number: 19,
        title: "Budgets",
        statement: "Less money costs brigades and more buys them, late, and fewer brigades deter less.",
        source: "Kiel Report June 2025 on delays; Huth 1988; forces of European members after the cuts of the 1990s. Signs only",
    },
];

/// Runs law `number` with `runs` pairs.
///
/// # Errors
/// If there is no such law, or if its scenario does not load.
pub fn run(number: u8, runs: u64) -> Result<Verdict, EvidenceError> {
    let law = LAWS
        .into_iter()
        .find(|l| l.number == number)
        .ok_or(EvidenceError::NoSuchLaw(number))?;
    match number {
        1 => deterrence::commitment(law, runs),
        2 => deterrence::compression(law, runs),
        3 => dynamics::silence(law, runs),
        4 => deterrence::protection(law, runs),
        5 => dynamics::moral_hazard(law, runs),
        6 => dynamics::window(law, runs),
        7 => deterrence::denial(law, runs),
        8 => deterrence::displacement(law, runs),
        9 => alliance::burden(law, runs),
        10 => alliance::selection(law, runs),
        11 => mechanisms::war(law, runs),
        12 => mechanisms::decision(law, runs),
        13 => mechanisms::hedging(law, runs),
        14 => mechanisms::publics(law, runs),
        15 => mechanisms::reconstitution(law, runs),
        17 => capability::capability(law, runs),
        18 => capability::reach(law, runs),
        19 => capability::budgets(law, runs),
        _ => mechanisms::territorial(law, runs),
    }
}

/// Runs all laws with `runs` pairs each. Fixed seeds: the same numbers every time.
///
/// # Errors
/// If a scenario of a law does not load.
pub fn run_all(runs: u64) -> Result<Vec<Verdict>, EvidenceError> {
    LAWS.iter().map(|law| run(law.number, runs)).collect()
}
