//! One example for each code of a finding: what is wrong, and what is right instead.
//!
//! The texts stand on top of the bundled world as `deter new` would write them: with a title and a question, and
//! `extends = "worlds/europe-2025"` unless they extend something themselves. A test runs all of them.

use super::codes;

/// What causes a finding and what does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    pub code: &'static str,
    pub wrong: &'static str,
    pub right: &'static str,
}

/// The head that the examples are put below.
pub const HEAD: &str = "title = \"An example\"\nquestion = \"What is wrong here?\"\n";
/// The world that they extend.
pub const WORLD: &str = "extends = \"worlds/europe-2025\"\n";

/// The example of a code; none for findings about files, which no text shows.
pub fn example(code: &str) -> Option<&'static Example> {
    ALL.iter().find(|e| e.code == code)
}

/// Declares the table.
macro_rules! examples {
    ($($code:ident: $wrong:literal => $right:literal;)+) => {
        /// All examples, in the order of the codes.
        pub const ALL: &[Example] = &[$(Example { code: codes::$code, wrong: $wrong, right: $right }),+];
    };
}

examples! {
    SYNTAX: "[run\nmonths = 12" => "[run]\nmonths = 12";
    NOT_FOUND: "extends = \"worlds/europe-2026\"" => "extends = \"worlds/europe-2025\"";
    NEWER_SYNTAX: "[[event]]\nmonth = 3\nleader = { state = \"USA\", }" => "[[event]]\nmonth = 3\nleader = { state = \"USA\" }";
    UNKNOWN_KEY: "[beliefs]\nreputaton = 0" => "[beliefs]\nreputation = 0";
    WRONG_TYPE: "[beliefs]\nreputation = \"none\"" => "[beliefs]\nreputation = 0";
    NOT_FINITE: "[states.USA]\nresolve = nan" => "[states.USA]\nresolve = 0";
    OUT_OF_RANGE: "[run]\nmonths = 900" => "[run]\nmonths = 120";
    NOT_A_CHOICE: "[arrangements.nato]\ndecision_rule = \"plurality\"" => "[arrangements.nato]\ndecision_rule = \"consensus\"";
    MISSING: "[programs.brigade]\nbrigades = 1" => "[programs.brigade]\nstate = \"DEU\"\nhost = \"LTU\"\nbrigades = 1";
    BAD_DISTRIBUTION: "[states.USA]\nresolve = { normal = [0] }" => "[states.USA]\nresolve = { normal = [0, 1] }";
    NO_SPREAD: "[states.USA]\nresolve = { normal = [0.4, 0] }" => "[states.USA]\nresolve = 0.4";
    LEAVES_RANGE: "[beliefs]\nreputation = { uniform = [0.5, 1.5] }" => "[beliefs]\nreputation = { uniform = [0.5, 1] }";
    NOT_A_PROBABILITY: "[[event]]\nmonth = 6\nprobability = 40\nleader = { state = \"USA\" }"
        => "[[event]]\nmonth = 6\nprobability = 0.4\nleader = { state = \"USA\" }";
    BAD_ENSEMBLE: "[ensemble]\npaths = [\"beliefs.reputation\", \"choice.precision\"]\nmembers = [[0.2, 15], [0.4]]"
        => "[ensemble]\npaths = [\"beliefs.reputation\", \"choice.precision\"]\nmembers = [[0.2, 15], [0.4, 14]]";
    NOT_A_CODE: "[states.pol]\nresolve = 1" => "[states.POL]\nresolve = 1";
    UNKNOWN_STATE: "[forward.EST]\nUSS = 1" => "[forward.EST]\nUSA = 1";
    UNKNOWN_RUNG: "[ladder.incursions]\nseverity = 0.05" => "[ladder.incursion]\nseverity = 0.05";
    UNKNOWN_ARRANGEMENT: "[run]\nfocal = \"nat\"" => "[run]\nfocal = \"nato\"";
    NO_GUARANTORS: "[arrangements.pact]\nproteges = [\"UKR\"]"
        => "[arrangements.pact]\nguarantors = [\"GBR\", \"FRA\"]\nproteges = [\"UKR\"]";
    SELF_GUARANTEE: "[arrangements.pact]\nguarantors = [\"UKR\"]\nproteges = [\"UKR\"]"
        => "[arrangements.pact]\nguarantors = [\"POL\"]\nproteges = [\"UKR\"]";
    VETO_OUTSIDER: "[arrangements.nato]\ndecision_rule = \"veto\"\nveto = [\"RUS\"]"
        => "[arrangements.nato]\ndecision_rule = \"veto\"\nveto = [\"HUN\"]";
    OWN_TARGET: "[challengers.RUS]\npartners = [\"RUS\"]" => "[challengers.RUS]\npartners = [\"BLR\"]";
    AFTER_HORIZON: "[run]\nmonths = 24\n[[event]]\nmonth = 24\nleader = { state = \"USA\" }"
        => "[run]\nmonths = 25\n[[event]]\nmonth = 24\nleader = { state = \"USA\" }";
    IDLE_OPTION: "[[option]]\nname = \"short\"\n[option.run]\nmonths = 60" => "[[option]]\nname = \"short\"\n[option.run]\nmonths = 24";
    DUPLICATE_OPTION: "[[option]]\nname = \"calm\"\nbeliefs.reputation = 0\n[[option]]\nname = \"calm\"\nbeliefs.reputation = 1"
        => "[[option]]\nname = \"calm\"\nbeliefs.reputation = 0\n[[option]]\nname = \"nervous\"\nbeliefs.reputation = 1";
    TOO_BIG: "ensemble = \"none\"\n[ladder]\norder = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\"]"
        => "ensemble = \"none\"\n[ladder]\norder = [\"cyberattack\", \"incursion\", \"strike\", \"land_grab\"]";
    EVENT_KIND: "[[event]]\nmonth = 3\nnote = \"Something happens.\"" => "[[event]]\nmonth = 3\nleader = { state = \"USA\" }";
    UNKNOWN_FIGURE: "[[event]]\nmonth = 3\nchange = { \"states.USA.brigade\" = 50 }"
        => "[[event]]\nmonth = 3\nchange = { \"states.USA.brigades\" = 50 }";
    UNKNOWN_CHALLENGER: "[[war]]\nattacker = \"POL\"\ntarget = \"UKR\"" => "[[war]]\nattacker = \"RUS\"\ntarget = \"MDA\"";
    DUPLICATE: "[arrangements.pact]\nmembers = [\"POL\", \"UKR\", \"POL\"]" => "[arrangements.pact]\nmembers = [\"POL\", \"UKR\"]";
    IDLE: "[response]\nUSA = \"fight\""
        => "[response]\nUSA = \"fight\"\n[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }";
    NOT_GUARANTOR: "[arrangements.nato.depth_by]\nUKR = 0.5" => "[arrangements.nato.depth_by]\nHUN = 0.5";
    NOT_A_TARGET: "[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"AUS\", rung = \"incursion\" }"
        => "[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }";
    IDLE_COLUMN: "[ensemble]\npaths = [\"beliefs.reputation\", \"challengers.POL.insecure\"]\nmembers = [[0.2, 0.1], [0.4, 0.3]]"
        => "[ensemble]\npaths = [\"beliefs.reputation\", \"challengers.RUS.insecure\"]\nmembers = [[0.2, 0.1], [0.4, 0.3]]";
    TWIN: "[arrangements.NATO]\nmembers = [\"POL\", \"UKR\"]" => "[arrangements.warsaw_kyiv]\nmembers = [\"POL\", \"UKR\"]";
    FEW_RUNS: "[run]\nruns = 3\n[ensemble]\npaths = [\"beliefs.reputation\"]\nmembers = [[0.2], [0.4]]"
        => "[run]\nruns = 400\n[ensemble]\npaths = [\"beliefs.reputation\"]\nmembers = [[0.2], [0.4]]";
    NO_CARD: "sources = [\"kagan-2052\"]" => "sources = [\"kagan-2025\", \"A. Author (2024), A book with a title\"]";
    LONG_BRIEF: "brief = \"\"\"\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n\"\"\"" => "brief = \"Few lines, and then the question.\"";
    CALENDAR: "[run]\nstart = \"2022-02\"" => "[run]\nstart = \"2022-02\"\n[states.USA]\nelection = 33";
    INSIDER: "[run]\nfocal = \"pact\"\n[arrangements.pact]\nmembers = [\"RUS\", \"POL\"]"
        => "[run]\nfocal = \"pact\"\n[arrangements.pact]\nkind = \"assurance\"\nmembers = [\"RUS\", \"POL\"]";
    TERM: "[arrangements.pact]\nguarantors = [\"GBR\"]\nproteges = [\"UKR\"]\nin_force = 24\nuntil = 12"
        => "[arrangements.pact]\nguarantors = [\"GBR\"]\nproteges = [\"UKR\"]\nin_force = 12\nuntil = 24";
    EMPTY_HANDS: "[arrangements.pact]\nguarantors = [\"ISL\"]\nproteges = [\"UKR\"]"
        => "[arrangements.pact]\nguarantors = [\"ISL\", \"GBR\"]\nproteges = [\"UKR\"]";
    DECISION: "[arrangements.pact]\nguarantors = [\"GBR\"]\nproteges = [\"UKR\"]\ndecision_rule = \"unanimity\""
        => "[arrangements.pact]\nguarantors = [\"GBR\", \"FRA\"]\nproteges = [\"UKR\"]\ndecision_rule = \"unanimity\"";
    IDLE_FOCAL: "[run]\nfocal = \"pact\"\n[arrangements.pact]\nguarantors = [\"GBR\"]\nproteges = [\"UKR\"]\ncoverage = \"none\""
        => "[run]\nfocal = \"pact\"\n[arrangements.pact]\nguarantors = [\"GBR\"]\nproteges = [\"UKR\"]\ncoverage = \"land_grab\"";
    CUT: "[spending.POL]\ntarget = 0.035" => "[spending.POL]\ntarget = 0.05";
    OVERSENT: "[forward.EST]\nGBR = 900" => "[forward.EST]\nGBR = 0.2";
    BLANK_STATE: "[states.ORD]\nname = \"Ordland\"\n[arrangements.pact]\nmembers = [\"ORD\", \"POL\"]"
        => "[states.ORD]\nname = \"Ordland\"\ngdp = 60\nlatitude = 57\nlongitude = 24\n[arrangements.pact]\nmembers = [\"ORD\", \"POL\"]";
    NO_FIGHT: "[response]\nUSA = \"fight\"\n[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"cyberattack\" }"
        => "[response]\nUSA = \"support\"\n[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"cyberattack\" }";
    UNREACHABLE: "[challengers.RUS.targets.EST]\nwidth = 0\n[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"strike\" }"
        => "[challengers.RUS.targets.EST]\nwidth = 10\n[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"strike\" }";
    MUTE: "[response]\nEST = \"fight\"\n[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }"
        => "[response]\nUSA = \"fight\"\n[[event]]\nmonth = 3\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }";
    NO_MOVE: "[states.POL]\nbrigades = 20\n[[event]]\nmonth = 3\nchange = { \"states.POL.brigades\" = 20 }"
        => "[states.POL]\nbrigades = 20\n[[event]]\nmonth = 3\nchange = { \"states.POL.brigades\" = 24 }";
    RANDOM_OVER: "[[event]]\nhazard = 0.01\nover = 6\nchange = { \"forward.EST.USA\" = 3 }"
        => "[[event]]\nhazard = 0.01\nchange = { \"forward.EST.USA\" = 3 }";
    TWO_CHANCES: "[[event]]\nhazard = 0.01\nprobability = 0.5\nleader = { state = \"USA\" }"
        => "[[event]]\nhazard = 0.01\nleader = { state = \"USA\" }";
    HASTY: "[[event]]\nhazard = 0.3\nleader = { state = \"USA\" }" => "[[event]]\nhazard = 0.0293\nleader = { state = \"USA\" }";
    UNFINISHED: "[run]\nmonths = 24\n[[event]]\nmonth = 20\nover = 12\nchange = { \"forward.EST.USA\" = 3 }"
        => "[run]\nmonths = 36\n[[event]]\nmonth = 20\nover = 12\nchange = { \"forward.EST.USA\" = 3 }";
    NO_WAR: "[[event]]\nmonth = 3\nceasefire = { target = \"EST\" }" => "[[event]]\nmonth = 3\nceasefire = { target = \"UKR\" }";
    TWICE: "[[event]]\nmonth = 3\nleader = { state = \"USA\" }\n[[event]]\nmonth = 3\nleader = { state = \"USA\" }"
        => "[[event]]\nmonth = 3\nleader = { state = \"USA\" }";
    CLASH: "[[event]]\nmonth = 3\nchange = { \"forward.EST.USA\" = 3 }\n[[event]]\nmonth = 3\nchange = { \"forward.EST.USA\" = 2 }"
        => "[[event]]\nmonth = 3\nchange = { \"forward.EST.USA\" = 3 }\n[[event]]\nmonth = 9\nchange = { \"forward.EST.USA\" = 2 }";
    NEAR_NAME: "[states.PLO]\nname = \"Poland\"" => "[states.POL]\nname = \"Poland\"";
    ANSWER_BASELINE: "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\nbaseline = \"answered\"\noptions = [\"silence\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]"
        => "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\nbaseline = \"none\"\noptions = [\"silence\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]";
    ANSWER_OPTION: "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silent\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]"
        => "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silence\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]";
    ANSWER_OUTCOME: "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silence\"]\noutcomes = [\"peace\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]"
        => "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silence\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]";
    ANSWER_LACKS: "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silence\"]\noutcomes = [\"war.CHE\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]"
        => "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silence\"]\noutcomes = [\"war.EST\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]";
    ANSWER_SIZE: "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silence\"]\noutcomes = [\"war\"]"
        => "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\noptions = [\"silence\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]";
    ANSWER_TWICE: "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\nbaseline = \"silence\"\noptions = [\"silence\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]"
        => "[[option]]\nname = \"silence\"\nresponse.all = \"abstain\"\n[[event]]\nmonth = 0\nchallenge = { by = \"RUS\", target = \"EST\", rung = \"incursion\" }\n[answer]\nbaseline = \"none\"\noptions = [\"silence\"]\noutcomes = [\"war\", \"intensity.incursion\", \"credibility.nato.incursion.end\"]";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::diagnostics::{Diagnostic, render_all};
    use crate::scenario::{Problems, Request, Source, load};

    fn findings(text: &str) -> Vec<Diagnostic> {
        let world = if text.contains("extends") { "" } else { WORLD };
        let source = Source::Text {
            name: "example".into(),
            text: format!("{HEAD}{world}{text}\n"),
        };
        match load(&Request::new(source)) {
            Ok(scenario) => scenario.warnings,
            Err(Problems::Invalid(findings)) => findings,
            Err(Problems::Io { .. }) => panic!("a text in memory is read"),
        }
    }

    #[test]
    fn each_wrong_example_gives_its_code_and_each_right_one_gives_nothing() {
        for example in ALL {
            let found = findings(example.wrong);
            let hit = found.iter().find(|d| d.code == example.code);
            let all = render_all(&found, false);
            let hit = hit.unwrap_or_else(|| panic!("{}\n{}\ngives\n{all}", example.code, example.wrong));
            assert!(hit.help.is_some(), "{} has no advice:\n{all}", example.code);
            let found = findings(example.right);
            assert!(found.is_empty(), "{}\n{}", example.right, render_all(&found, false));
        }
    }

    #[test]
    fn every_code_that_a_text_can_cause_has_an_example() {
        // Files that cannot be read, options and overrides named on the command line, the count of findings, cards, and batches.
        let elsewhere = [
            "S0001", "S0002", "S0003", "S0004", "S0007", "S0008", "S0009", "S0020", "S0021", "S0204", "S0507", "S0508",
        ];
        for code in codes::ALL
            .iter()
            .filter(|c| !c.code.starts_with("S04") && !c.code.starts_with("S06"))
        {
            let has = example(code.code).is_some();
            assert_eq!(has, !elsewhere.contains(&code.code), "{}", code.code);
        }
    }
}
