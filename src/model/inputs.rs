//! What a scenario hands to the model: one plain value with indices instead of names.
//!
//! Every number that a scenario file can set has a [`Slot`], so that a drawn value, an event that
//! changes the world at a date, and a command-line override all write through the same door.

use super::figures::figures;
use super::parameters::Parameters;
pub use super::slots::Slot;
use super::triggers::Trigger;

/// Largest number of states in a world.
pub const MAX_STATES: usize = 64;
/// Largest number of arrangements.
pub const MAX_ARRANGEMENTS: usize = 200;
/// Largest number of events.
pub const MAX_EVENTS: usize = 5_000;
/// Longest horizon, months.
pub const MAX_MONTHS: u32 = 600;
/// Largest number of rungs on a ladder.
pub const MAX_RUNGS: usize = 8;

figures! {
    /// The numbers of a state. Forces are in brigade equivalents (BE) of 4,000 to 5,000.
    StateFigures {
        /// Gross domestic product, nominal.
        gdp: ["bn USD", 0.0, 0.0, 1e6, Data, "world file"],
        /// Real growth a year.
        growth: ["1/year", 0.015, -0.5, 0.5, Assumed, "judgement"],
        /// Defence spending as a share of GDP at the start.
        defence_share: ["share of GDP", 0.02, 0.0, 1.0, Data, "world file"],
        /// Ready brigades at home.
        brigades: ["BE", 0.0, 0.0, 1000.0, Assumed, "world file: judgement"],
        /// Brigades the state can send abroad in a war.
        deployable: ["BE", 0.0, 0.0, 1000.0, Assumed, "world file: judgement"],
        /// Brigades its promises are of, whatever it can send now; below 0 for those that the world file calls deployable.
        pledge: ["BE", -1.0, -1.0, 1000.0, Assumed, "world file: deployable, not moved by options, overrides or events"],
        /// Part of these that is tied to home or to another theatre, whoever calls.
        pinned: ["BE", 0.0, 0.0, 1000.0, Assumed, "off unless a scenario says so"],
        /// Part of the ready brigades that stands because of a war and goes home once no war against the state runs.
        mobilised: ["BE", 0.0, 0.0, 1000.0, Assumed, "world file: judgement"],
        /// Brigades a day it can move to a theatre after the delay.
        mobility: ["BE/day", 0.05, 0.0, 100.0, Assumed, "judgement"],
        /// Days before the first of them arrives in its own theatre.
        delay: ["days", 3.0, 0.0, 365.0, Assumed, "judgement"],
        /// Share of cyberattacks and sabotage that fail.
        resilience: ["1", 0.5, 0.0, 1.0, Assumed, "judgement"],
        /// Factor by which the ground favours the defender.
        terrain: ["1", 1.5, 0.1, 20.0, Assumed, "trial"],
        /// True resolve type, in standard deviations from a typical guarantor.
        resolve: ["sd", 0.0, -6.0, 6.0, Assumed, "drawn in each run when it is a distribution"],
        /// What others believe of it at the start, apart from the truth.
        perceived: ["sd", 0.0, -6.0, 6.0, Assumed, "world file"],
        /// Fear f of escalation: self-deterrence.
        escalation_fear: ["stake", 1.0, 0.0, 10.0, Assumed, "trial: United States 0.6, others 1.0"],
        /// Factor on the cost of fighting.
        war_cost: ["1", 1.0, 0.0, 10.0, Assumed, "judgement"],
        /// Factor on the cost of default: how publicly leaders are bound.
        audience: ["1", 1.0, 0.0, 10.0, Assumed, "trial: lead 1.2"],
        /// Usual public support for using force for an ally.
        public_support: ["1", 0.4, 0.0, 1.0, Data, "Pew 2019 median 0.38"],
        /// Months from the start to the next vote that can change the leader; beyond the horizon means none.
        election: ["month", 1200.0, 0.0, 12000.0, Data, "world file"],
        /// Months between such votes.
        term: ["months", 48.0, 1.0, 1200.0, Data, "world file"],
        /// Months from its application to join an arrangement until it is a member.
        ratification: ["months", 12.0, 0.0, 600.0, Data, "Finland 10.5 months, Sweden 21.5 months from application to accession (2022 to 2024)"],
        /// Latitude of the capital.
        latitude: ["degrees", 0.0, -90.0, 90.0, Data, "world file"],
        /// Longitude of the capital.
        longitude: ["degrees", 0.0, -180.0, 180.0, Data, "world file"],
    }
}

figures! {
    /// The numbers of a rung.
    RungFigures {
        /// Severity s: share of the target's stake at risk.
        severity: ["stake", 0.1, 0.0001, 1.0, Assumed, "trial"],
        /// Clarity q: how plainly the act triggers a commitment.
        clarity: ["1", 0.5, 0.0, 1.0, Assumed, "trial"],
        /// Chance α that the act can be pinned on the challenger within the month.
        attribution: ["1", 1.0, 0.0, 1.0, Assumed, "trial"],
        /// Window τ in which the act is decided.
        window: ["days", 5.0, 0.1, 3650.0, Literature, "RAND RR1253 for a land grab"],
        /// Direct cost c to the challenger.
        cost: ["stake", 0.01, 0.0, 5.0, Assumed, "trial; fixed, collinear with opportunities"],
        /// War share w: how much of a full war a military answer means.
        war_share: ["1", 0.0, 0.0, 1.0, Assumed, "trial"],
        /// Nuclear risk n of a military answer.
        nuclear_risk: ["1", 0.0, 0.0, 1.0, Assumed, "trial"],
        /// Holding cost h of keeping what was taken.
        holding: ["stake", 0.0, 0.0, 5.0, Assumed, "trial"],
        /// Opportunities ν a month and dyad: the ceiling of the intensity.
        opportunities: ["1/month", 0.1, 0.0, 100.0, Calibrated, "trial"],
        /// Response weight ω of support.
        support_weight: ["1", 1.0, 0.0, 100.0, Assumed, "trial"],
        /// Response weight ω of fighting; 0 means that fighting is not an option at this rung.
        fight_weight: ["1", 1.0, 0.0, 100.0, Calibrated, "trial"],
        /// Chance that an act that is resisted and pressed becomes a war.
        war_chance: ["1", 0.0, 0.0, 1.0, Calibrated, "trial"],
        /// Factor on the width of the theatre that bounds the attacker.
        width_factor: ["1", 1.0, 0.0, 10.0, Assumed, "trial: 2 for a major attack"],
    }
}

figures! {
    /// The numbers of an arrangement.
    ArrangementFigures {
        /// Depth: how costly default is.
        depth: ["1", 1.0, 0.0, 2.0, Assumed, "judgement"],
        /// 0 is an explicit promise, 1 a fully ambiguous one.
        ambiguity: ["1", 0.0, 0.0, 1.0, Assumed, "world file"],
        /// Days that the decision rule costs before forces move.
        decision_days: ["days", 1.0, 0.0, 3650.0, Assumed, "judgement"],
        /// Brigades that outside assistance raises or sustains in a year for each protégé.
        assistance: ["BE/year", 0.0, 0.0, 1000.0, Assumed, "world file"],
        /// Holding cost added by territorial defence.
        territorial: ["stake", 0.0, 0.0, 5.0, Assumed, "world file"],
        /// Brigades of neutral peacekeepers on the line: they see, report and stand in the way.
        peacekeepers: ["BE", 0.0, 0.0, 100.0, Assumed, "world file"],
        /// Month in which the commitment was announced.
        announced: ["month", 0.0, 0.0, 12000.0, Assumed, "scenario"],
        /// Month in which it comes into force.
        in_force: ["month", 0.0, 0.0, 12000.0, Assumed, "scenario"],
        /// Month in which it ends.
        until: ["month", 12000.0, 0.0, 12000.0, Assumed, "scenario"],
        /// Sanctions held ready: what an attributed act of full clarity on a covered rung costs the challenger, if the
        /// decision rule lets them come.
        penalty: ["stake", 0.0, 0.0, 2.0, Assumed, "off unless a scenario says so; contested: Drezner 2003 on threats of sanctions"],
        /// Share of GDP that a protégé has to spend on defence to be owed the whole promise; 0 asks for nothing.
        pay_share: ["share of GDP", 0.0, 0.0, 1.0, Assumed, "off unless a scenario says so"],
        /// Share of the promise that is withheld from protégés that spend less.
        pay_penalty: ["1", 0.0, 0.0, 1.0, Assumed, "off unless a scenario says so; contested"],
        /// Weighted share of the members that has to agree under `majority`; more than this share carries the decision.
        majority_share: ["1", 0.5, 0.0, 1.0, Assumed, "simple majority; a treaty says more"],
        /// How publicly the promise was given: factor on the audience before which a default would be felt.
        publicity: ["1", 1.0, 0.0, 1.0, Assumed, "1: given in public; Fearon 1997, Tomz 2007 on audiences"],
        /// Share of the leader part of resolve that ratification takes out of play when leaders change.
        ratified: ["1", 0.0, 0.0, 1.0, Assumed, "off unless a scenario says so; Martin 2000, Leeds and others 2009 on leaders and treaties"],
        /// Share of its depth that the arrangement in `chain_to` is bound by once guarantors of this one fight.
        chain: ["1", 0.0, 0.0, 1.0, Assumed, "off unless a scenario says so; contested: Snyder 1984 on entrapment"],
    }
}

figures! {
    /// The numbers of a challenger.
    ChallengerFigures {
        /// Share ι of insecurity in its motives.
        insecure: ["1", 0.3, 0.0, 1.0, Assumed, "contested: greedy against insecure"],
        /// Preventive weight ψ.
        preventive: ["1", 0.3, 0.0, 10.0, Assumed, "contested"],
        /// Factor on the value of splitting the alliance.
        split_value: ["1", 1.0, 0.0, 10.0, Assumed, "trial"],
        /// Mean of domestic pressure.
        pressure: ["stake", 0.0, -1.0, 1.0, Assumed, "trial"],
        /// Factor H on opportunities below the strike rung: the era.
        hostility: ["1", 1.0, 0.0, 100.0, Calibrated, "trial"],
        /// Force with which a war is fought.
        war_force: ["BE", 40.0, 0.1, 1000.0, Assumed, "world file: judgement"],
        /// Drones and aircraft, as brigades that press as hard: what it can send on rungs below the use of force where fewer
        /// ground brigades are free.
        air: ["BE", 0.0, 0.0, 1000.0, Assumed, "off unless a world says so; contested: incursions of 2022-2025 came by air while the army was tied"],
        /// How far a new war is fought with what is free: exponent on the free share of the force that it will have once it
        /// is restored. 0: a war ties nothing that a new one needs.
        stretch: ["1", 0.0, 0.0, 2.0, Assumed, "off unless a world says so; DDIS 2025: a local, a regional, a large-scale war after 6, 24, 60 months"],
        /// Speed factor of reconstitution after a war.
        reconstitution: ["1", 1.0, 0.05, 10.0, Literature, "DDIS 2025: 6, 24, 60 months"],
        /// Factor on the stakes at which it is willing to act.
        value_scale: ["1", 1.0, 0.0, 10.0, Assumed, "judgement"],
    }
}

figures! {
    /// The numbers of a challenger towards one target.
    TargetFigures {
        /// Value V of the target.
        value: ["stake", 0.05, 0.0, 5.0, Assumed, "trial"],
        /// What an act against it is worth besides: supply routes, bases and depots of somebody else's war.
        route_value: ["stake", 0.0, 0.0, 5.0, Assumed, "off unless a scenario says so"],
        /// Months that the two fought before the start, in the war that runs or in the last one; 0 where a war runs: as
        /// long as it has run.
        fought: ["months", 0.0, 0.0, 1200.0, Data, "world file"],
        /// Months, at the start, since that fighting stopped where its line was.
        quiet: ["months", 0.0, 0.0, 12000.0, Data, "world file"],
        /// Brigades that stand opposite this target when fighting between the two has just stopped, and can be used
        /// against it alone; they go home by `forces.demobilisation`.
        line: ["BE", 0.0, 0.0, 1000.0, Assumed, "world file: judgement"],
        /// Width of the theatre: the largest force that can attack.
        width: ["BE", 0.0, 0.0, 1000.0, Assumed, "trial; 0 means that no force can reach it"],
        /// Red line: how far a guarantee for the target counts as a threat.
        red_line: ["1", 0.0, 0.0, 1.0, Assumed, "judgement"],
        /// Factor on opportunities below the strike rung.
        exposure: ["1", 1.0, 0.0, 10.0, Assumed, "judgement"],
    }
}

figures! {
    /// The numbers of a build-up programme.
    ProgramFigures {
        /// Size of the force ordered; negative for a withdrawal.
        brigades: ["BE", 1.0, -500.0, 500.0, Assumed, "scenario"],
        /// Month of the decision.
        month: ["month", 0.0, 0.0, 12000.0, Assumed, "scenario"],
        /// Mean delay from decision to force.
        lag: ["months", 36.0, 0.0, 600.0, Literature, "Kiel Report June 2025; German brigade in Lithuania 54 months"],
        /// 1 if announced, 0 if secret.
        announced: ["1", 1.0, 0.0, 1.0, Assumed, "scenario"],
    }
}

figures! {
    /// The numbers of a spending goal.
    SpendingFigures {
        /// Share of GDP aimed at; 0 leaves the state to its own wish. Below the opening share it lowers spending.
        target: ["share of GDP", 0.0, 0.0, 1.0, Data, "scenario"],
        /// Months in which 63 percent of the gap is closed.
        lag: ["months", 24.0, 1.0, 600.0, Assumed, "scenario"],
        /// Month from which the goal binds.
        from: ["month", 0.0, 0.0, 12000.0, Assumed, "scenario"],
    }
}

figures! {
    /// The terms on which a war against a state may be settled, once talks are open.
    TalksFigures {
        /// Monthly chance that talks succeed with everybody at the table and no guarantee in the package.
        hazard: ["1/month", 0.03, 0.0, 1.0, Assumed, "judgement; quartiles of war duration 208, 420, 1134 days (COW-MID 5.0)"],
        /// Chance that a month of the peace passes without violations, if everybody who is bound sat at the table.
        compliance: ["1", 1.0, 0.0, 1.0, Assumed, "scenario; the Minsk cease-fires of 2014 and 2015 were violated in most months (OSCE)"],
        /// Share of those bound by the terms, the attacked state first, who sit at the table.
        seats: ["1", 1.0, 0.0, 1.0, Assumed, "scenario"],
        /// How far what was taken is recognised: 0 a line, 1 a border.
        recognition: ["1", 0.0, 0.0, 1.0, Assumed, "scenario"],
    }
}

/// Nuclear standing of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nuclear {
    #[default]
    None,
    Hosted,
    Arsenal,
    AssuredSecondStrike,
}

/// True for a state with an arsenal of its own.
pub fn is_nuclear(standing: Nuclear) -> bool {
    matches!(standing, Nuclear::Arsenal | Nuclear::AssuredSecondStrike)
}

/// What an insecure state may do besides spending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hedge {
    /// Raise its own forces beyond its spending rule.
    Rearm,
    /// Seek the umbrella of the strongest willing nuclear power.
    Umbrella,
    /// Make its peace with the challenger.
    Accommodate,
    /// Move towards a weapon of its own.
    Latency,
    /// Apply to join the arrangement that the state looks to.
    Join,
}

/// A state of the world.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub iso3: String,
    pub name: String,
    /// Groups over which spending and forces are summed, for example `europe`.
    pub blocs: Vec<String>,
    /// States of one theatre reach each other without the long delay.
    pub theatre: String,
    pub nuclear: Nuclear,
    pub hedges: Vec<Hedge>,
    /// The arrangement that it would apply to join.
    pub applies_to: Option<usize>,
    pub figures: StateFigures,
}

/// One step of the escalation ladder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rung {
    pub id: String,
    pub label: String,
    /// True from the strike rung upwards: competing risks instead of Poisson counts, and the target may concede.
    pub force: bool,
    /// True where success changes who holds territory.
    pub territorial: bool,
    pub figures: RungFigures,
}

/// Kind of a security order; it sets defaults and words, never the equations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Alliance,
    Bilateral,
    Guarantee,
    Assistance,
    Assurance,
    Peacekeeping,
    Regional,
    NonAligned,
    Territorial,
}

/// Which attacks a commitment covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// Only attacks that the protégé did not provoke.
    #[default]
    Unprovoked,
    /// Any attack.
    Any,
}

/// How an arrangement comes to a common response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecisionRule {
    /// Each member decides for itself.
    #[default]
    Individual,
    /// No member objects.
    Consensus,
    /// Every member agrees.
    Unanimity,
    /// The lead decides.
    Lead,
    /// Any veto holder can stop it.
    Veto,
    /// More than `majority_share` of the members agrees, weighted by deployable force.
    Majority,
}

/// A security order: treaty, pact, guarantee, mission or network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrangement {
    pub id: String,
    pub name: String,
    pub kind: Kind,
    /// States that promise.
    pub guarantors: Vec<usize>,
    /// States that are promised to.
    pub proteges: Vec<usize>,
    /// Lowest rung that is covered; none means explicit exclusion.
    pub coverage: Option<usize>,
    pub condition: Condition,
    /// Another arrangement that is drawn in when guarantors of this one fight for its protégé: the back door.
    pub chain_to: Option<usize>,
    pub decision_rule: DecisionRule,
    pub veto: Vec<usize>,
    /// Nuclear powers among the guarantors extend their deterrent.
    pub nuclear: bool,
    /// Integrated command: no national delay before forces move.
    pub integrated: bool,
    /// Factor on depth by guarantor (indexed by state), 1 where nothing is said.
    pub depth_by: Vec<f64>,
    pub figures: ArrangementFigures,
}

/// A challenger towards one of its targets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Target {
    pub state: usize,
    pub figures: TargetFigures,
}

/// A state with aims.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Challenger {
    pub state: usize,
    /// States that help it or look away; they never answer its acts.
    pub partners: Vec<usize>,
    pub figures: ChallengerFigures,
    /// Free force while at war (first entry) and by months after it ends: `(months, BE)`, ascending.
    pub regeneration: Vec<(f64, f64)>,
    pub targets: Vec<Target>,
}

/// Forces of one state on the soil of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Forward {
    pub host: usize,
    pub sender: usize,
    pub brigades: f64,
}

/// An order for forces.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    pub id: String,
    pub state: usize,
    /// Where the force will stand; the state's own soil unless another host is named.
    pub host: Option<usize>,
    pub figures: ProgramFigures,
}

/// A war that runs when the scenario starts.
#[derive(Debug, Clone, PartialEq)]
pub struct OpeningWar {
    pub attacker: usize,
    pub target: usize,
    /// Months it has lasted.
    pub age: f64,
}

/// Talks about the end of a war against a state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Talks {
    pub target: usize,
    /// The arrangement that comes into force with the settlement.
    pub guarantee: Option<usize>,
    pub figures: TalksFigures,
}

/// An answer of a guarantor, in the order of its cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Answer {
    Abstain = 0,
    Support = 1,
    Fight = 2,
}

/// How a signal was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalKind {
    /// Cheap talk: moves beliefs a little.
    Words,
    /// Tied hands: raises the cost of default.
    Pledge,
    /// Sunk cost: moves beliefs through what only a resolved type would pay.
    Deployment,
}

/// Something that happens at a date.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// The challenger acts, whatever its own calculus; attributed unless said otherwise.
    Challenge {
        by: usize,
        target: usize,
        rung: usize,
        attributed: bool,
    },
    /// Figures take new values, at once or in equal steps over some months.
    Change { slots: Vec<(Slot, f64)>, over: u32 },
    /// A guarantor signals resolve (`strength` above 0) or doubt (below).
    Signal {
        by: usize,
        arrangement: usize,
        kind: SignalKind,
        strength: f64,
    },
    /// A state leaves an arrangement.
    Leave { state: usize, arrangement: usize },
    /// A state joins an arrangement as guarantor and protégé.
    Join { state: usize, arrangement: usize },
    /// The war against this target ends in a cease-fire.
    Ceasefire { target: usize },
    /// Talks about the end of a war open, on the terms of the scenario or with terms of their own.
    Settle {
        talks: usize,
        terms: Vec<(Slot, f64)>,
        guarantee: Option<usize>,
    },
    /// The leader of a state changes outside the calendar.
    LeaderChange { state: usize },
}

/// A dated, random or conditional event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Month of a dated event; first possible month of a random one, and of what sets a conditional one off.
    pub month: u32,
    /// What a conditional event waits for.
    pub when: Option<Trigger>,
    /// Chance that a dated or conditional event happens.
    pub probability: f64,
    /// Monthly hazard of a random event; none for a dated one.
    pub hazard: Option<f64>,
    /// What a reader should know.
    pub note: String,
    pub kind: EventKind,
}

/// Everything the model needs, with every uncertain number drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inputs {
    pub months: u32,
    /// The arrangement whose fate the scenario is about.
    pub focal: usize,
    pub parameters: Parameters,
    pub ladder: Vec<Rung>,
    pub states: Vec<State>,
    pub arrangements: Vec<Arrangement>,
    pub challengers: Vec<Challenger>,
    pub forward: Vec<Forward>,
    pub programs: Vec<Program>,
    /// Spending goals, one a state.
    pub spending: Vec<SpendingFigures>,
    pub wars: Vec<OpeningWar>,
    pub talks: Vec<Talks>,
    pub events: Vec<Event>,
    /// Answers fixed by the scenario in crises that its events start, by state.
    pub responses: Vec<Option<Answer>>,
}
