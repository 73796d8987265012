//! The codes of findings and what they mean, for messages and for `deter explain S0101`.

/// A code with its meaning.
#[derive(Debug, Clone, Copy)]
pub struct Explanation {
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Why it matters and what to do.
    pub text: &'static str,
}

/// Declares the codes once, as constants and as a table.
macro_rules! codes {
    ($($name:ident $code:literal $title:literal $text:literal;)+) => {
        $(#[doc = $title] pub const $name: &str = $code;)+
        /// All codes, ascending.
        pub const ALL: &[Explanation] = &[$(Explanation { code: $code, title: $title, text: $text }),+];
    };
}

codes! {
    UNREADABLE "S0001" "file cannot be read"
        "A file that another one extends, or an assumption set, exists but could not be read. Check its permissions.";
    TOO_LARGE "S0002" "file too large"
        "Scenario files are written by hand and stay small. Files over 16 MB are refused before they are read.";
    NOT_UTF8 "S0003" "file is not UTF-8"
        "TOML is UTF-8 text. Save the file in that encoding; the message gives the first byte that is not.";
    EMPTY "S0004" "file is empty"
        "The file holds no key. A scenario needs at least a title and a question.";
    SYNTAX "S0005" "TOML syntax"
        "The text is not valid TOML at the marked place, or a key is given twice.";
    NOT_FOUND "S0006" "no such scenario, world or assumption set"
        "The name is neither a file nor a bundled one. `deter list` prints the bundled names.";
    CYCLE "S0007" "cycle in extends"
        "A file extends itself, directly or through others. One of the files must stop extending.";
    BAD_SET "S0008" "--set is not path=value"
        "An override is a path, an equals sign and a value, for example `--set beliefs.reputation=0`.";
    TOO_MANY "S0009" "too many problems"
        "So much is wrong that the rest is not listed. Mend the first ones and check again.";
    NEWER_SYNTAX "S0010" "syntax of TOML 1.1"
        "TOML 1.1 of December 2025 allows line breaks and a last comma in inline tables, the escapes \\e and \\x, and times without seconds. This program reads them; most editors, linters and other programs refuse the file until they know the new version.";
    NOT_BUNDLED "S0020" "only bundled files are read"
        "A server checks the texts of others with `--bundled-only`: no file is opened and none is looked for, whether named on the command line, by `extends` or by `--assume`. Only bundled names count, and the scenario itself comes on standard input, as `-`.";
    FOREIGN "S0021" "not the text of a scenario"
        "A file that another one extends, or an assumption set, is valid TOML but holds keys that no scenario has, or none of the model. It may be something private that was named by mistake or in bad faith, so the place is given and nothing of its content.";
    UNKNOWN_KEY "S0101" "unknown key"
        "No figure or text has this name. Keys are checked because a misspelt one would silently leave the default in force.";
    WRONG_TYPE "S0102" "wrong type"
        "The key expects another kind of value: a number, a text, a list, true or false.";
    NOT_FINITE "S0103" "not a finite number"
        "NaN and infinity cannot be used in any figure.";
    OUT_OF_RANGE "S0104" "out of range"
        "Each figure has a range in which the model is meaningful; `deter explain PATH` prints it.";
    NOT_A_CHOICE "S0105" "not one of the choices"
        "The key accepts only the words that are listed.";
    MISSING "S0106" "missing key"
        "A key without a sensible default was left out.";
    BAD_DISTRIBUTION "S0107" "distribution is malformed"
        "A distribution is a table with exactly one of normal, truncated_normal, lognormal, uniform, triangular, pert, beta, choice and its numbers.";
    NO_SPREAD "S0108" "distribution without spread"
        "A distribution that always gives the same value is a number. Write the number.";
    LEAVES_RANGE "S0109" "distribution leaves the range of its figure"
        "Bounded distributions must lie in the range of the figure. Unbounded ones may have thin tails beyond it; such draws are set to the bound.";
    NOT_A_PROBABILITY "S0110" "not a probability"
        "Probabilities and monthly hazards lie between 0 and 1.";
    BAD_ENSEMBLE "S0111" "ensemble is malformed"
        "An ensemble has `paths` and at least two `members`, each a row with one number for each path.";
    NOT_A_CODE "S0112" "not the code of a state"
        "States are named by three capital letters, as in ISO 3166-1 alpha-3: `POL`, not `pol` or `Poland`. In other letters it would be another state, without forces, and the one that was meant would keep its values.";
    UNKNOWN_STATE "S0201" "unknown state"
        "States are named by ISO 3166-1 alpha-3 codes and exist if some layer gives them a name.";
    UNKNOWN_RUNG "S0202" "unknown rung"
        "The ladder has no rung of this name. `ladder.order` lists the rungs.";
    UNKNOWN_ARRANGEMENT "S0203" "unknown arrangement"
        "No layer declares an arrangement of this name.";
    UNKNOWN_OPTION "S0204" "unknown option"
        "The scenario has no option of this name.";
    NO_GUARANTORS "S0205" "arrangement without guarantors"
        "An arrangement needs somebody who promises: `guarantors` or `members`.";
    SELF_GUARANTEE "S0206" "guarantee to oneself"
        "A protégé has no guarantor but itself. A state's own defence belongs to its forces; an arrangement of kind territorial is exempt.";
    VETO_OUTSIDER "S0207" "veto holder is no member"
        "Only guarantors take part in the decision, so only they can stop it.";
    OWN_TARGET "S0208" "state acts against itself"
        "A challenger cannot be its own target or partner, nor a host its own sender.";
    AFTER_HORIZON "S0209" "event after the horizon"
        "Months count from 0; an event at or after `run.months` never happens.";
    IDLE_OPTION "S0210" "option changes nothing"
        "With this option the model receives exactly the same inputs, so the comparison shows zero by construction.";
    DUPLICATE_OPTION "S0211" "two options of one name"
        "Option names pick results folders and must differ.";
    TOO_BIG "S0212" "world too large"
        "A world has at most 64 states, 200 arrangements and 500 programmes, a ladder at most 8 rungs, a scenario at most 100 options and 5,000 events; files extend each other at most 32 deep.";
    EVENT_KIND "S0213" "event without a clear kind"
        "Each event has exactly one of challenge, change, signal, leave, join, ceasefire, settle, leader, and each condition exactly one of act, war, ceasefire, leader.";
    UNKNOWN_FIGURE "S0214" "no such figure"
        "The path names no number of this world; a typo in it would change nothing.";
    UNKNOWN_CHALLENGER "S0215" "not a challenger"
        "Only states declared under `challengers` act against others.";
    DUPLICATE "S0216" "named twice"
        "A list names the same thing twice.";
    IDLE "S0217" "has no effect"
        "The key is valid, but nothing in this world uses it.";
    NOT_GUARANTOR "S0218" "not a guarantor"
        "The state promises nothing in this arrangement.";
    NOT_A_TARGET "S0219" "not a target"
        "A challenger acts only against states declared among its targets, because the model needs to know what they are worth to it.";
    IDLE_COLUMN "S0220" "ensemble speaks of what the world lacks"
        "One set of joint draws is laid over several worlds. A figure that a world does not have is left out there; a misspelt name would be left out as well.";
    TWIN "S0221" "two names that differ in capitals or hyphens only"
        "The name is that of another arrangement, programme or rung in other letters. It would be a new thing beside the one that was meant.";
    FEW_RUNS "S0222" "fewer than two runs for each member of the ensemble"
        "Each run uses one member. With fewer than two runs a member nothing tells what members differ in from chance, so results give no interval over parameters; with fewer runs than members some are not used at all.";
    NO_CARD "S0301" "no such source card"
        "`sources` names cards of articles. The bundled ones are listed by `deter list seeds`; a card of your own is a file of its name beside the scenario or in a folder `seeds`; a citation with blanks stands for itself.";
    LONG_BRIEF "S0302" "brief of more than ten lines"
        "A brief is read before the first month, often aloud. Move details into the notes of events and options.";
    CALENDAR "S0303" "calendar of another start"
        "Months count from `run.start`. A scenario that begins at another date than the world it extends inherits elections that are counted from the world's start. Restate those that matter.";
    INSIDER "S0304" "challenger guarantees its own target"
        "A state cannot be asked to defend another against itself. Take the challenger from the guarantors; a promise not to attack is an arrangement of kind `assurance`.";
    TERM "S0305" "commitment outside its time"
        "A commitment is announced, then comes into force, then ends. One that begins after it ends or after the horizon is never in force within the runs. To switch one off, let an option do so, or date it 12000.";
    EMPTY_HANDS "S0306" "guarantors without force"
        "Nobody who promises has a brigade to send, none on the spot and none on order, so the promise can be kept only in words.";
    DECISION "S0307" "decision rule that does not fit"
        "Holders of a veto matter only under the rule `veto`, and a common decision needs more than one guarantor.";
    IDLE_FOCAL "S0308" "focal arrangement that cannot be tested"
        "Outcomes speak of protégés of the focal arrangement. Without a rung that it covers and a protégé that some challenger's force can reach, its credibility is not reported.";
    CUT "S0309" "spending goal below present spending"
        "A goal is a share of GDP, 0.035 for 3.5 percent, and below what is spent it is a cut. If a cut is meant, put it into an option that says so.";
    OVERSENT "S0310" "more forces abroad than at home"
        "A forward force larger than all that its sender has at home and can send is probably given in soldiers or battalions. The unit is a brigade of 4,000 to 5,000.";
    BLANK_STATE "S0311" "state without place or economy"
        "Without coordinates a state lies where the equator meets the prime meridian, and distances to its allies are wrong. Without GDP it cannot spend.";
    NO_FIGHT "S0312" "fighting fixed where nobody can fight"
        "On rungs on which fighting is no answer, `fight` counts as `support`. No event starts a crisis at a rung above them.";
    UNREACHABLE "S0313" "target out of reach"
        "The target has no `width`: no force of the challenger can reach it, so an act of force against it cannot succeed.";
    MUTE "S0314" "answer of a state that is never asked"
        "The challenger, its partners and the target itself do not answer as guarantors, so a fixed answer of theirs has no effect.";
    NO_MOVE "S0315" "event that changes nothing"
        "The figure already has this value, the state is already a member, or the signal has strength 0.";
    RANDOM_OVER "S0316" "random event spread over months"
        "A random event has no date from which steps could be counted, so it changes its figures at once and `over` is ignored.";
    TWO_CHANCES "S0317" "hazard and probability together"
        "`hazard` makes an event random with a chance in each month; `probability` is the chance of a dated one. Only the hazard is used.";
    HASTY "S0318" "chance a month that was probably meant a year"
        "`hazard` is a chance a month: 0.3 a month is 98.6 percent a year. For a share p a year write 1 - (1 - p)^(1/12), 0.0293 for 30 percent. Random events are told from even odds within a year on, talks from nine in ten on.";
    UNFINISHED "S0319" "change that outlasts the horizon"
        "The change is spread over months that end after the horizon, so its value is never reached.";
    NO_WAR "S0320" "cease-fire without a war"
        "A cease-fire ends the wars that run in its month. None runs at the start against this state, and no event begins one.";
    TWICE "S0321" "same event twice"
        "Events of all layers add up. Two equal ones are usually a slip of the pen, or an option that repeats what its scenario already has.";
    CLASH "S0322" "two values for one figure in one month"
        "Two certain events of the same month and layer set one figure to different values. The later one in the file wins.";
    NEAR_NAME "S0323" "new name close to another"
        "The name makes a new thing and is a letter away from that of another one, or a state has the name of another state, or a bloc or theatre is written in two ways. A misspelt name would leave the one that was meant as it was.";
    BAD_CARD "S0401" "card is malformed"
        "A table of a source card lacks a key, has one too many, or holds a value of the wrong type. The message names the key.";
    OTHER_CARD "S0402" "not in its own card"
        "A card is called like its file, and the claims of a card begin with the number of one article.";
    NO_TEST "S0403" "claim without a test"
        "A claim is tested by comparisons and names the parameter that would make it false; an input names the assumption it becomes.";
    NO_SUCH_CLAIM "S0404" "no such claim"
        "The claim is in none of the cards. `deter list claims` prints all of them.";
    ONE_SIDED "S0405" "conflict is one-sided"
        "If one claim cannot hold together with another, neither can the other with it: name the conflict in both.";
    NO_CONTRAST "S0406" "nothing to compare"
        "Two arms, or the two ends of a switch, are the same, so that nothing could come out.";
    UNTIED "S0407" "comparison cannot be run"
        "The scenario, the option, an override, the outcome or the parameter of a claim does not exist.";
    ANSWER_BASELINE "S0501" "answer starts from no option"
        "`baseline` of [answer] is an option of the scenario, or \"none\" for the scenario itself.";
    ANSWER_OPTION "S0502" "answer compares no option"
        "`options` of [answer] and of `deter compare` are options of the scenario, or \"none\" for the scenario itself.";
    ANSWER_OUTCOME "S0503" "no such outcome"
        "No outcome has this name in any world. docs/results.md lists all of them; `deter run SCENARIO --runs 2 --json` those of a scenario.";
    ANSWER_LACKS "S0504" "outcome that a world lacks"
        "Every arm of a comparison must report the outcome: the state is among those that forces can reach, the rung is on the ladder, the promise exists in all of them.";
    ANSWER_SIZE "S0505" "answer too short or too long"
        "An answer reads three to six outcomes and compares at most twelve options, so that it can be read at a glance.";
    ANSWER_TWICE "S0506" "compared with itself"
        "An option that is compared with itself differs in nothing. Name two different ones.";
    NO_SHARED_LUCK "S0507" "no shared luck"
        "Runs are pairs only if the same seed, the same months and the same states were played by the same seed formula. Other results cannot be compared run by run.";
    BAD_RESULT "S0508" "result that cannot be compared"
        "The folder is no result, was changed after it was written, or lacks what the comparison asks for.";
    BATCH_EMPTY "S0601" "nothing to play"
        "A batch names scenarios: files, folders that hold some, bundled names, or `all`.";
    BATCH_TWICE "S0602" "two cells are the same"
        "Every cell of a batch has a folder of its own, named for scenario, option and assumption sets. Two scenario files or two sets of one name would share it.";
    BATCH_SIZE "S0603" "too many cells"
        "Cells are the product of scenarios, options and assumption sets. The message says how many runs and how much disk they would take.";
    BATCH_OTHER "S0604" "the folder holds another batch"
        "An index names the cells of one batch. A batch with more scenarios, options or sets goes on in the same folder; one that lacks some of those there needs a folder of its own.";
}

/// All codes as a page of Markdown; `docs/codes.md` is this text, and a test compares them.
pub fn table() -> String {
    let mut page = String::from(HEAD);
    let mut chapter = "";
    for e in ALL {
        let (start, title) = match e.code.as_bytes().get(2) {
            Some(b'0') => ("S00", "Files"),
            Some(b'1') => ("S01", "Keys and values"),
            Some(b'2') => ("S02", "Meaning"),
            Some(b'3') => ("S03", "Valid, but hardly meant"),
            Some(b'4') => ("S04", "Source cards"),
            _ => ("S05", "Answers and comparisons"),
        };
        if chapter != start {
            chapter = start;
            page.push_str(&format!("\n## {title}\n"));
        }
        page.push_str(&format!("\n### {}: {}\n\n{}\n", e.code, e.title, e.text));
        if let Some(example) = super::examples::example(e.code) {
            page.push_str(&format!(
                "\n```toml\n# wrong\n{}\n\n# right\n{}\n```\n",
                example.wrong, example.right
            ));
        }
    }
    page
}

const HEAD: &str = "\
# Codes of findings

Generated from the code; do not edit. `DETER_UPDATE_GOLDEN=1 cargo test --test docs` writes it anew.

`deter explain CODE` prints the same. A finding is an error (exit code 3) or a warning (the scenario runs, but probably
not as meant), as the message says. The examples stand on top of `extends = \"worlds/europe-2025\"`, with a title and a
question; a test runs all of them.
";

/// What a code means.
pub fn explain(code: &str) -> Option<&'static Explanation> {
    ALL.iter().find(|e| e.code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_once() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code);
        }
        assert_eq!(explain("s0101").map(|e| e.title), Some("unknown key"));
        assert!(explain("S9999").is_none());
    }

    #[test]
    fn the_limits_that_are_told_are_those_that_hold() {
        use crate::model::inputs::{MAX_ARRANGEMENTS, MAX_EVENTS, MAX_RUNGS, MAX_STATES};
        let text = explain(TOO_BIG).map_or("", |e| e.text);
        for limit in [
            format!("{MAX_STATES} states"),
            format!("{MAX_ARRANGEMENTS} arrangements"),
            format!("{MAX_RUNGS} rungs"),
            format!("{},{:03} events", MAX_EVENTS / 1000, MAX_EVENTS % 1000),
        ] {
            assert!(text.contains(&limit), "{limit}");
        }
    }
}
