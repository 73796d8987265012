//! Every key that a scenario may hold, built from the tables of the model: there is no second list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::words::Word;
use crate::model::figures::{Field, Status};
use crate::model::inputs::{
    Answer, ArrangementFigures, ChallengerFigures, Condition, DecisionRule, Hedge, Kind as ArrangementKind, MAX_MONTHS,
    Nuclear, ProgramFigures, RungFigures, SpendingFigures, StateFigures, TalksFigures, TargetFigures,
};
use crate::model::parameters::GROUPS;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A state, by its code.
    State,
    /// A state or a bloc.
    Group,
    /// A rung of the ladder.
    Rung,
    /// An arrangement.
    Arrangement,
    /// Nothing of the world: files, persons, blocs.
    Nothing,
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A number or a distribution, with unit and range.
    Figure(Field),
    /// A number that is never a distribution, with unit and range.
    Number(Field),
    /// A whole number between two bounds.
    Count(u64, u64),
    /// Any text.
    Text,
    /// A text that names something of the world.
    Name(Of),
    /// True or false.
    Flag,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A list of some words.
    Choices(&'static [&'static str]),
    /// A list of names; a single text stands for a list of one.
    Names(Of),
    /// A calendar month, `YYYY-MM`.
    Month,
    /// A list of `[months, brigades]`, months ascending.
    Pairs,
}

impl Kind {
    /// What is expected, for messages.
    pub fn wanted(&self) -> String {
        match self {
            Kind::Figure(_) => "a number or a distribution such as { uniform = [low, high] }".into(),
            Kind::Number(_) => "a number".into(),
            Kind::Count(low, high) => format!("a whole number from {low} to {high}"),
            Kind::Text => "a text in quotes".into(),
            Kind::Name(of) => of.wanted().into(),
            Kind::Flag => "true or false".into(),
            Kind::Choice(words) => super::diagnostics::list(words),
            Kind::Choices(words) => format!("a list of {}", super::diagnostics::list(words)),
            Kind::Names(Of::State) => "a list of states such as [\"EST\", \"LVA\"]".into(),
            Kind::Names(Of::Rung) => "a list of rungs such as [\"incursion\", \"strike\"]".into(),
            Kind::Names(_) => "a list of texts such as [\"one\", \"another\"]".into(),
            Kind::Month => "a month in quotes such as \"2025-01\"".into(),
            Kind::Pairs => "a list of [months, brigades] such as [[0, 7], [24, 35]]".into(),
        }
    }
}

impl Of {
    /// What is expected, for messages.
    pub fn wanted(self) -> &'static str {
        match self {
            Of::State => "the code of a state such as \"POL\"",
            Of::Group => "the code of a state or a bloc in quotes",
            Of::Rung => "a rung in quotes such as \"incursion\"",
            Of::Arrangement => "an arrangement in quotes such as \"nato\"",
            Of::Nothing => "a text in quotes",
        }
    }
}

/// A key, or a family of keys with names of the world in angle brackets.
#[derive(Debug, Clone)]
pub struct Known {
    /// For example `states.<STATE>.resolve`.
    pub path: String,
    pub kind: Kind,
    /// What it means.
    pub doc: &'static str,
    /// Where it may stand.
    pub scope: Scope,
}

/// Where a key may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// At the head of a file; never inherited.
    Card,
    /// In every layer.
    Layer,
}

/// Longest horizon, in months.
pub const LONGEST: u64 = MAX_MONTHS as u64;

/// The figure at `arrangements.<ARRANGEMENT>.depth_by.<STATE>`.
pub const DEPTH_BY: Field = Field {
    name: "depth_by",
    unit: "1",
    default: 1.0,
    low: 0.0,
    high: 10.0,
    status: Status::Assumed,
    source: "world file",
    doc: "Factor on the depth of this guarantor's commitment.",
};

/// The figure at `forward.<HOST>.<SENDER>`.
pub const FORWARD: Field = Field {
    name: "forward",
    unit: "BE",
    default: 0.0,
    low: 0.0,
    high: 1000.0,
    status: Status::Data,
    source: "world file",
    doc: "Brigades of the sender on the soil of the host.",
};

/// All known keys.
pub fn known() -> &'static [Known] {
    static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(build);
    &KNOWN
}

/// Builds the table.
fn build() -> Vec<Known> {
    let mut keys = Vec::new();
    let mut add = |scope: Scope, path: &str, kind: Kind, doc: &'static str| {
        keys.push(Known {
            path: path.to_owned(),
            kind,
            doc,
            scope,
        });
    };
    add(Scope::Card, "title", Kind::Text, "A headline of a few words.");
    add(
        Scope::Card,
        "question",
        Kind::Text,
        "The question that the scenario answers.",
    );
    add(Scope::Card, "label", Kind::Text, "A short name for charts.");
    add(
        Scope::Card,
        "brief",
        Kind::Text,
        "What a reader should know before the first month.",
    );
    add(
        Scope::Card,
        "sources",
        Kind::Names(Of::Nothing),
        "Cards of the articles on which it rests.",
    );
    add(
        Scope::Card,
        "extends",
        Kind::Names(Of::Nothing),
        "Files that this one builds on, in order.",
    );
    add(
        Scope::Card,
        "holders",
        Kind::Names(Of::Nothing),
        "Who holds the view of an assumption set.",
    );
    add(Scope::Card, "why", Kind::Text, "Why somebody would hold it.");
    use Scope::Layer;
    add(Layer, "run.months", Kind::Count(1, LONGEST), "Horizon in months.");
    add(Layer, "run.runs", Kind::Count(1, 1_000_000_000), "Number of runs.");
    add(
        Layer,
        "run.seed",
        Kind::Count(0, i64::MAX as u64),
        "Root of all random numbers.",
    );
    add(Layer, "run.start", Kind::Month, "Calendar month of month 0.");
    add(
        Layer,
        "run.focal",
        Kind::Name(Of::Arrangement),
        "The arrangement whose fate the scenario is about.",
    );
    add(Layer, "states.<STATE>.name", Kind::Text, "English short name.");
    add(
        Layer,
        "states.<STATE>.blocs",
        Kind::Names(Of::Nothing),
        "Groups over which results are summed.",
    );
    add(
        Layer,
        "states.<STATE>.theatre",
        Kind::Text,
        "States of one theatre reach each other without the long delay.",
    );
    add(
        Layer,
        "states.<STATE>.nuclear",
        Kind::Choice(Nuclear::WORDS),
        "Nuclear standing.",
    );
    add(
        Layer,
        "states.<STATE>.hedges",
        Kind::Choices(Hedge::WORDS),
        "What it may do besides spending when insecure.",
    );
    add(
        Layer,
        "states.<STATE>.applies_to",
        Kind::Name(Of::Arrangement),
        "The arrangement that it would apply to join.",
    );
    add(
        Layer,
        "ladder.order",
        Kind::Names(Of::Rung),
        "Rungs from the lowest to the highest.",
    );
    add(Layer, "ladder.<RUNG>.label", Kind::Text, "Name in charts.");
    add(
        Layer,
        "ladder.<RUNG>.force",
        Kind::Flag,
        "Use of force: competing risks, and the target may concede.",
    );
    add(
        Layer,
        "ladder.<RUNG>.territorial",
        Kind::Flag,
        "Success changes who holds territory.",
    );
    let arrangement = |key: &str| format!("arrangements.<ARRANGEMENT>.{key}");
    add(Layer, &arrangement("name"), Kind::Text, "Name in charts and texts.");
    add(
        Layer,
        &arrangement("kind"),
        Kind::Choice(ArrangementKind::WORDS),
        "Kind; it sets words, never the equations.",
    );
    add(
        Layer,
        &arrangement("guarantors"),
        Kind::Names(Of::State),
        "States that promise.",
    );
    add(
        Layer,
        &arrangement("proteges"),
        Kind::Names(Of::State),
        "States that are promised to.",
    );
    add(
        Layer,
        &arrangement("members"),
        Kind::Names(Of::State),
        "States that promise each other.",
    );
    add(
        Layer,
        &arrangement("coverage"),
        Kind::Name(Of::Rung),
        "Lowest rung that is covered; \"none\" excludes every rung.",
    );
    add(
        Layer,
        &arrangement("condition"),
        Kind::Choice(Condition::WORDS),
        "Which attacks are covered.",
    );
    add(
        Layer,
        &arrangement("chain_to"),
        Kind::Name(Of::Arrangement),
        "The arrangement that is drawn in when guarantors of this one fight.",
    );
    add(
        Layer,
        &arrangement("decision_rule"),
        Kind::Choice(DecisionRule::WORDS),
        "How a common response comes about.",
    );
    add(
        Layer,
        &arrangement("veto"),
        Kind::Names(Of::State),
        "Guarantors that can stop it.",
    );
    add(
        Layer,
        &arrangement("nuclear"),
        Kind::Flag,
        "Nuclear powers among the guarantors extend their deterrent.",
    );
    add(
        Layer,
        &arrangement("integrated"),
        Kind::Flag,
        "Integrated command: no national delay.",
    );
    add(
        Layer,
        "challengers.<STATE>.partners",
        Kind::Names(Of::State),
        "States that help it or look away.",
    );
    add(
        Layer,
        "challengers.<STATE>.regeneration",
        Kind::Pairs,
        "Free force by months after a war; first entry while at war.",
    );
    add(Layer, "programs.<PROGRAM>.state", Kind::Name(Of::State), "Who orders.");
    add(
        Layer,
        "programs.<PROGRAM>.host",
        Kind::Name(Of::State),
        "Where the force will stand; its own soil if not given.",
    );
    add(
        Layer,
        "talks.<STATE>.guarantee",
        Kind::Name(Of::Arrangement),
        "The arrangement that comes into force with the settlement.",
    );
    add(
        Layer,
        "response.all",
        Kind::Choice(Answer::WORDS),
        "Answer of everybody for whom none is given.",
    );
    add(
        Layer,
        "response.<STATE>",
        Kind::Choice(Answer::WORDS),
        "Answer fixed in crises that events start.",
    );
    add(
        Layer,
        &arrangement("depth_by.<STATE>"),
        Kind::Figure(DEPTH_BY),
        DEPTH_BY.doc,
    );
    add(Layer, "forward.<STATE>.<STATE>", Kind::Figure(FORWARD), FORWARD.doc);
    let families: &[(&str, &[Field])] = &[
        ("states.<STATE>", StateFigures::FIELDS),
        ("ladder.<RUNG>", RungFigures::FIELDS),
        ("arrangements.<ARRANGEMENT>", ArrangementFigures::FIELDS),
        ("challengers.<STATE>", ChallengerFigures::FIELDS),
        ("challengers.<STATE>.targets.<STATE>", TargetFigures::FIELDS),
        ("programs.<PROGRAM>", ProgramFigures::FIELDS),
        ("spending.<STATE>", SpendingFigures::FIELDS),
        ("talks.<STATE>", TalksFigures::FIELDS),
    ];
    for (family, fields) in families.iter().chain(GROUPS) {
        for field in *fields {
            add(
                Layer,
                &format!("{family}.{}", field.name),
                Kind::Figure(*field),
                field.doc.trim(),
            );
        }
    }
    keys
}

/// What stands at a path.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// A key.
    Leaf(&'static Known),
    /// A table that holds keys, the first of which is this.
    Branch(&'static Known),
    /// Nothing.
    Nothing,
}

/// True for text that can name something of the world: 1 to 40 letters, digits, `_` or `-`.
pub fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// The segment of a pattern that stands for the codes of states.
pub const STATE: &str = "<STATE>";

/// True for the form of a code of a state: three capital letters, as in ISO 3166-1 alpha-3.
pub fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// True if the parts begin (or are) a path of this pattern.
fn begins(pattern: &str, parts: &[&str]) -> bool {
    let mut segments = pattern.split('.');
    parts.iter().all(|part| {
        segments
            .next()
            .is_some_and(|s| s == *part || (s.starts_with('<') && is_name(part)))
    })
}

/// The keys whose path starts with this name: big files are looked up key by key.
fn starting_with(name: &str) -> &'static [&'static Known] {
    static INDEX: LazyLock<BTreeMap<&'static str, Vec<&'static Known>>> = LazyLock::new(|| {
        let mut index: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
        for key in known() {
            let first = key.path.split('.').next().unwrap_or_default();
            index.entry(first).or_default().push(key);
        }
        index
    });
    INDEX.get(name).map_or(&[], Vec::as_slice)
}

/// Looks a path up. Literal names win over names of the world.
pub fn lookup(parts: &[&str]) -> Found {
    let mut found = Found::Nothing;
    let keys = parts.first().map_or(&[][..], |first| starting_with(first));
    for key in keys.iter().filter(|k| begins(&k.path, parts)) {
        if key.path.split('.').count() > parts.len() {
            if matches!(found, Found::Nothing) {
                found = Found::Branch(key);
            }
        } else if !matches!(found, Found::Leaf(_)) || !key.path.ends_with('>') {
            found = Found::Leaf(key);
        }
    }
    found
}

/// The known key at a dotted path.
pub fn leaf(path: &str) -> Option<&'static Known> {
    match lookup(&path.split('.').collect::<Vec<_>>()) {
        Found::Leaf(known) => Some(known),
        Found::Branch(_) | Found::Nothing => None,
    }
}

/// The figure at a dotted path.
pub fn figure(path: &str) -> Option<Field> {
    match leaf(path)?.kind {
        Kind::Figure(field) => Some(field),
        _ => None,
    }
}

/// The literal names that may follow a path, each once.
pub fn children(parts: &[&str]) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for key in known().iter().filter(|k| begins(&k.path, parts)) {
        if let Some(name) = key.path.split('.').nth(parts.len())
            && !name.starts_with('<')
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// Known paths that end in this name: where a misplaced key belongs.
pub fn homes(name: &str) -> Vec<&'static str> {
    let paths = known().iter().map(|k| k.path.as_str());
    paths
        .filter(|p| p.rsplit('.').next() == Some(name) && p.contains('.'))
        .collect()
}

/// The path with names of the bundled worlds in the place of its brackets; none where it has no brackets.
pub fn example(path: &str) -> Option<String> {
    let name = |segment: &str| {
        Some(
            match segment {
                STATE => "USA",
                "<ARRANGEMENT>" => "nato",
                "<RUNG>" => "incursion",
                other if other.starts_with('<') => return None,
                other => return Some(other.to_owned()),
            }
            .to_owned(),
        )
    };
    let filled: Option<Vec<String>> = path.split('.').map(name).collect();
    path.contains('<').then_some(filled?.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_of_the_model_is_a_known_key() {
        for (group, fields) in GROUPS {
            for field in *fields {
                assert!(
                    figure(&format!("{group}.{}", field.name)).is_some(),
                    "{group}.{}",
                    field.name
                );
            }
        }
        for field in StateFigures::FIELDS {
            assert!(figure(&format!("states.USA.{}", field.name)).is_some());
        }
        for field in TargetFigures::FIELDS {
            assert!(figure(&format!("challengers.RUS.targets.EST.{}", field.name)).is_some());
        }
    }

    #[test]
    fn no_key_is_listed_twice() {
        let mut paths: Vec<&str> = known().iter().map(|k| k.path.as_str()).collect();
        let all = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), all);
    }

    #[test]
    fn literal_names_win_over_names_of_the_world() {
        assert!(matches!(lookup(&["ladder", "order"]), Found::Leaf(k) if k.path == "ladder.order"));
        assert!(matches!(lookup(&["response", "all"]), Found::Leaf(k) if k.path == "response.all"));
        assert!(matches!(lookup(&["challengers", "RUS", "targets"]), Found::Branch(_)));
        assert!(matches!(lookup(&["states", "USA", "resolv"]), Found::Nothing));
        assert!(matches!(lookup(&["states", "U.A"]), Found::Nothing));
    }

    #[test]
    fn a_misplaced_key_finds_its_home() {
        assert_eq!(homes("reputation"), ["beliefs.reputation"]);
        assert!(children(&["states", "USA"]).contains(&"resolve"));
    }

    #[test]
    fn every_key_has_words() {
        assert!(known().iter().all(|k| !k.doc.is_empty() && !k.kind.wanted().is_empty()));
    }
}
