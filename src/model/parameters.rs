//! The parameters of the model, by mechanism. Payoffs are in stake units: 1 is what a state loses
//! when it loses its independence. Defaults are those of the hand-tuned trial set unless a source
//! is named; ranges are the span that the literature or judgement allows.

use super::figures::figures;

figures! {
    /// How noisily every agent chooses.
    Choice {
        /// Precision λ of challengers and guarantors: log-odds per stake unit.
        precision: ["1/stake", 15.0, 0.0, 200.0, Calibrated, "trial; kernel: McKelvey and Palfrey 1998, Signorino 1999"],
        /// Precision of the target's choice to resist or concede.
        target_precision: ["1/stake", 8.0, 0.0, 200.0, Assumed, "trial"],
        /// Severity at which noise is not scaled.
        stake_reference: ["stake", 0.15, 0.001, 1.0, Assumed, "trial"],
        /// Exponent with which precision grows as the stake falls below the reference.
        heterogeneity: ["1", 0.5, 0.0, 1.0, Assumed, "trial; low rungs would otherwise ignore cost and attribution"],
    }
}

figures! {
    /// What moves a guarantor.
    Guarantor {
        /// Cost β of defaulting on a full-depth commitment, before the state's own audience factor.
        default_cost: ["stake", 0.31, 0.0, 2.0, Calibrated, "trial; Fearon 1997 (tied hands), Smith 1995"],
        /// Interest in an adjacent ally of the same arrangement.
        interest: ["stake", 0.12, 0.0, 2.0, Assumed, "trial"],
        /// Distance at which interest has fallen to 1/e of its distance-dependent part.
        interest_range: ["km", 2000.0, 100.0, 20000.0, Assumed, "judgement"],
        /// Weight of forward troops at risk in the wish to answer, for a brigade or more.
        tripwire: ["stake", 0.02, 0.0, 0.5, Literature, "weak: Reiter and Poast 2021, Musgrave and Ward 2018"],
        /// Cost κ of fighting a full war.
        fighting_cost: ["stake", 0.30, 0.0, 2.0, Calibrated, "trial"],
        /// Share φ of the cost of fighting that is paid even if the challenger backs down.
        sunk_share: ["1", 0.5, 0.0, 1.0, Assumed, "trial; otherwise joining is a free bluff"],
        /// Surcharge η on fighting when something must be retaken.
        restoration: ["1", 0.6, 0.0, 2.0, Assumed, "trial; Huth 1988 on denying a quick victory"],
        /// Excuse e_x: share of the default cost that the lead's default takes away. The literature disagrees; the assumption sets differ here.
        excuse: ["1", 0.5, 0.0, 1.0, Assumed, "contested: decides Europe without America"],
        /// Lost backstop b_k: growth of escalation fear when the lead defaults.
        lost_backstop: ["1", 1.0, 0.0, 3.0, Assumed, "contested: decides Europe without America"],
        /// Weight of fighting for a state to which no obligation exists.
        bystander: ["1", 0.03, 0.0, 1.0, Assumed, "trial: no plan, no mandate"],
        /// Standard deviation of the private resolve type.
        type_spread: ["stake", 0.30, 0.01, 1.0, Calibrated, "trial"],
        /// Share of forces that take part when a collective decision is blocked and members act alone.
        alone_share: ["1", 0.7, 0.0, 1.0, Assumed, "judgement"],
        /// Share of the members who would abstain that also object to a common decision.
        obstruction: ["1", 0.02, 0.0, 1.0, Assumed, "judgement; silence procedure"],
        /// Weight of public support, relative to that of the start, in the wish to answer.
        support_weight: ["stake", 0.10, 0.0, 1.0, Assumed, "judgement; Tomz and Weeks 2021 on publics"],
    }
}

figures! {
    /// What decides a crisis once it has begun.
    Crisis {
        /// Share a_f of forward forces that fights at once.
        forward_share: ["1", 0.8, 0.0, 1.0, Assumed, "trial"],
        /// Decisiveness m of the contest function.
        decisiveness: ["1", 1.5, 0.2, 10.0, Literature, "Hirshleifer 1989"],
        /// Loss L of the challenger when it presses on and fails.
        press_loss: ["stake", 0.3, 0.0, 5.0, Assumed, "trial"],
        /// Loss L0 of a fait accompli that fails at the line.
        failed_grab: ["stake", 0.5, 0.0, 5.0, Assumed, "trial"],
        /// Cost W of a full war to the challenger against overwhelming strength.
        war_cost: ["stake", 0.6, 0.0, 5.0, Calibrated, "trial"],
        /// Cost N of nuclear escalation to the challenger.
        nuclear_cost: ["stake", 1.5, 0.0, 20.0, Assumed, "trial"],
        /// Weight of the target's own arsenal in the challenger's choice to press on against resistance, relative to that
        /// of a nuclear guarantor that fights.
        own_arsenal: ["1", 1.0, 0.0, 5.0, Assumed, "judgement: one's own survival is at least as good a reason as an ally's; no target in reach of the bundled world has an arsenal"],
        /// Cost b of backing down from an act of full clarity. It widens the gap between members and others, and makes pressing on likelier.
        back_down: ["stake", 0.25, 0.0, 2.0, Calibrated, "trial"],
        /// Price of answers short of war, for an act of full clarity answered by all.
        sanctions: ["stake", 0.25, 0.0, 2.0, Calibrated, "trial"],
        /// Value of harassment below the strike rung, per unit of severity.
        harassment: ["1", 0.5, 0.0, 5.0, Assumed, "trial"],
        /// Value of breaking the reputation of the focal alliance, before the challenger's own factor.
        split: ["stake", 0.40, 0.0, 5.0, Assumed, "trial"],
        /// Share of pledged strength below which an answer is a visible failure.
        failure_threshold: ["1", 0.4, 0.01, 1.0, Assumed, "trial"],
        /// Chance that a fait accompli fails at the line, without help from outside, from which a state counts as able to
        /// deny it.
        denial: ["1", 0.37, 0.0, 1.0, Literature, "RAND RR1253: seven brigades; so many against 15 BE on favourable ground. A measure only, nobody decides by it"],
        /// Cost of resisting a full war to the target.
        resist_cost: ["stake", 0.30, 0.0, 5.0, Assumed, "trial"],
        /// Cost of conceding without a fight, beyond what is lost.
        honour: ["stake", 0.15, 0.0, 5.0, Assumed, "trial"],
        /// Share of incursions that turn into a strike by error.
        accident: ["1", 0.002, 0.0, 0.2, Assumed, "judgement; Sagan 1993 on accidents"],
    }
}

figures! {
    /// Motives of challengers that no state carries alone.
    Motives {
        /// Weight χ of a closing window: bargaining power lost by waiting for announced strength.
        window: ["1", 0.3, 0.0, 2.0, Assumed, "trial; Fearon 1995, Powell 2006"],
        /// Weight ζ of a protégé's provocation.
        provocation: ["stake", 0.10, 0.0, 0.5, Assumed, "trial"],
        /// Standard deviation of the monthly domestic pressure on a challenger.
        pressure_spread: ["stake", 0.015, 0.0, 0.5, Assumed, "trial"],
        /// Monthly persistence of domestic pressure.
        pressure_memory: ["1", 0.9, 0.0, 0.999, Assumed, "trial"],
    }
}

figures! {
    /// What observers believe, and how they learn.
    Beliefs {
        /// Reputation weight r: how far an answer moves beliefs. At 0 history does not matter, exactly.
        reputation: ["1", 0.5, 0.0, 1.0, Assumed, "contested: Weisiger and Yarhi-Milo 2015 for; Press 2005, Mercer 1996 against"],
        /// Interdependence ρ: share of a lesson that carries to the same guarantor's other arrangements.
        interdependence: ["1", 0.25, 0.0, 1.0, Assumed, "contested; Henry 2020"],
        /// Drift of types per quarter: share of the leader part that is redrawn.
        drift: ["1/quarter", 0.05, 0.0, 1.0, Assumed, "trial; collinear with reputation, so fixed"],
        /// Share of the type variance that belongs to the leader and goes with him or her.
        leader_share: ["1", 0.4, 0.0, 1.0, Assumed, "trial"],
        /// Precision of the monthly noise through which types leak, in units of 1/σ².
        signal_precision: ["1/month", 0.01, 0.0, 10.0, Assumed, "trial"],
        /// Prior mass of a guarantor that never fights.
        hollow_mass: ["1", 0.03, 0.0, 0.5, Assumed, "trial; decides how much one failure matters"],
        /// Position of that type, in standard deviations below the typical guarantor.
        hollow_depth: ["sd", 3.5, 1.0, 6.0, Assumed, "trial"],
        /// Severity from which an answer teaches with full weight.
        full_lesson: ["stake", 0.4, 0.01, 1.0, Assumed, "trial; otherwise answers to sabotage settle what is believed of Article 5"],
        /// How far a costly signal of strength 1 moves the belief mean.
        signal_step: ["sd", 0.3, 0.0, 3.0, Assumed, "judgement; Fearon 1997: sunk costs move more than words"],
        /// Share of that which words alone achieve.
        cheap_talk: ["1", 0.2, 0.0, 1.0, Assumed, "judgement; Sartori 2005"],
    }
}

figures! {
    /// Leaders and publics.
    Politics {
        /// Monthly return of public support to its usual level.
        support_return: ["1/month", 0.08, 0.0, 1.0, Assumed, "judgement"],
        /// Rise of support when one's own territory or troops are hit, per unit of severity.
        rally: ["1", 0.5, 0.0, 2.0, Assumed, "judgement; Mueller 1970 on rallies"],
        /// Monthly loss of support while fighting a war.
        fatigue: ["1/month", 0.01, 0.0, 0.2, Literature, "sign: Mueller 1973"],
    }
}

figures! {
    /// How protected states behave.
    MoralHazard {
        /// Provocation without any guarantee.
        base: ["1", 0.05, 0.0, 1.0, Assumed, "trial"],
        /// Provocation added by a fully credible, unconditional guarantee.
        strength: ["1", 0.3, 0.0, 1.0, Literature, "Benson 2012; contested by Narang and Mehta 2019"],
        /// Share of that which remains when the guarantee covers unprovoked attacks only.
        conditional_share: ["1", 0.25, 0.0, 1.0, Assumed, "trial"],
        /// How far provocation weakens a guarantee that covers unprovoked attacks only.
        forfeit: ["1", 0.5, 0.0, 1.0, Assumed, "trial"],
    }
}

figures! {
    /// Budgets and brigades.
    Forces {
        /// Brigade equivalents bought by a year of spending above maintenance.
        brigades_per_billion: ["BE/(bn USD)", 0.035, 0.0, 1.0, Assumed, "trial"],
        /// Mean delay from money to force.
        lag: ["months", 36.0, 1.0, 240.0, Literature, "Kiel Report June 2025: 36 months or more"],
        /// Share of what spending below the opening share saves on brigades that brigades are lost for; 0: cuts cost nothing.
        cuts: ["1", 1.0, 0.0, 1.0, Assumed, "judgement: what money buys, less money loses, with the same delay"],
        /// How transport grows with the brigades that a state can send: exponent on what it can send over what it could at the
        /// start. 0: mobility stays as it is.
        lift: ["1", 1.0, 0.0, 2.0, Assumed, "judgement: each brigade brings its share of ships, trains and crews"],
        /// Life of what outside assistance gives: months in which 63 percent of it is used up or worn out.
        aid_memory: ["months", 60.0, 1.0, 1200.0, Assumed, "judgement"],
        /// Months in which 63 percent of the brigades that stand because of a war have gone home after it, on either side.
        demobilisation: ["months", 24.0, 1.0, 600.0, Assumed, "judgement"],
        /// Share of a state's deployable force that a war elsewhere, or at home, ties up.
        tied: ["1", 0.0, 0.0, 1.0, Assumed, "off unless a scenario says so: one pool for all theatres"],
        /// Monthly loss of force when spending is at maintenance level of a force that is not replaced.
        decay: ["1/month", 0.0, 0.0, 0.1, Assumed, "held at zero: spending at the opening share maintains the opening force"],
    }
}

figures! {
    /// How allies adapt.
    Adaptation {
        /// Defence share of GDP added by a full measure of threat.
        threat: ["share of GDP", 0.004, 0.0, 0.1, Assumed, "Olson and Zeckhauser 1966; trial"],
        /// Defence share of GDP added when the lead is believed never to come.
        distrust: ["share of GDP", 0.03, 0.0, 0.2, Assumed, "trial; NATO 2014-2025: 1.40 to 2.27 percent"],
        /// Defence share of GDP saved when others supply the alliance's whole strength again.
        free_riding: ["share of GDP", 0.002, 0.0, 0.1, Literature, "Olson and Zeckhauser 1966"],
        /// Months in which spending closes 63 percent of its gap to the wish.
        adjustment: ["months", 24.0, 1.0, 240.0, Assumed, "trial"],
        /// Insecurity at which half of the states that may hedge do so within a year.
        hedge_threshold: ["1", 0.5, 0.0, 1.0, Assumed, "judgement; Snyder 1984"],
        /// Steepness of the wish to hedge in insecurity.
        hedge_slope: ["1", 10.0, 0.0, 100.0, Assumed, "judgement"],
    }
}

figures! {
    /// How wars go on and end.
    War {
        /// Share of the weaker side's force lost in a month of full fighting at equal strength.
        attrition: ["1/month", 0.04, 0.0, 0.5, Assumed, "judgement; Lanchester 1916, linear form"],
        /// Monthly hazard of a settlement when neither side is exhausted.
        settlement: ["1/month", 0.01, 0.0, 1.0, Assumed, "judgement; quartiles of war duration 208, 420, 1134 days (COW-MID 5.0)"],
        /// Growth of that hazard with exhaustion.
        exhaustion: ["1/month", 0.08, 0.0, 1.0, Assumed, "judgement"],
        /// Force ratio beyond which the weaker side is defeated.
        defeat_ratio: ["1", 6.0, 1.5, 50.0, Assumed, "judgement"],
        /// Monthly nuclear risk while nuclear powers fight each other.
        nuclear_risk: ["1/month", 0.004, 0.0, 0.5, Assumed, "contested; judgement"],
        /// Monthly chance that a guarantor at war reconsiders.
        reconsider: ["1/month", 0.1, 0.0, 1.0, Assumed, "judgement"],
    }
}

figures! {
    /// How wars are settled at a table, and what the terms teach. All of it is contested.
    Settlement {
        /// Growth of the chance of agreement where none of those who are bound sits at the table.
        haste: ["1", 1.0, 0.0, 10.0, Assumed, "contested: fewer to agree with; Cunningham 2006 on veto players"],
        /// Share of compliance that is lost where none of them sits there.
        exclusion: ["1", 0.5, 0.0, 1.0, Assumed, "contested: nobody keeps what others signed; Nilsson 2012 on who is included"],
        /// Growth of that chance by a guarantee of full depth in the package: the attacked can afford to sign.
        lever: ["1", 0.5, 0.0, 10.0, Assumed, "contested; Walter 2002 on third-party guarantees"],
        /// Share of that chance which such a guarantee takes away: the challenger fights to prevent it.
        obstacle: ["1", 0.5, 0.0, 1.0, Assumed, "contested"],
        /// Growth of all intensities between the two when every month sees violations.
        violation: ["1", 1.0, 0.0, 20.0, Assumed, "judgement; Fortna 2003: broken cease-fires break"],
        /// Monthly persistence of the tension that violations leave.
        memory: ["1", 0.9, 0.0, 0.999, Assumed, "judgement"],
        /// Growth of what the challenger's other targets are worth to it after full recognition: reward teaches.
        reward: ["1", 0.2, 0.0, 5.0, Assumed, "contested; for: Jervis 1976 on the deterrence model"],
        /// Fall of what the settled target is worth to it after full recognition: a quarrel less.
        satiation: ["1", 0.2, 0.0, 1.0, Assumed, "contested; for: Jervis 1976 on the spiral model"],
    }
}

figures! {
    /// What a war leaves between the two who fought: worth that fighting adds and time takes away.
    Quarrel {
        /// Growth of what a target is worth to a challenger after a long war for it; 0 leaves nothing.
        gain: ["1", 1.0, 0.0, 4.0, Assumed, "contested; for: Goddard 2006 on claims that cannot be divided, Goertz and Diehl 1993 on rivalry; against: sunk costs are sunk"],
        /// Months of fighting in which 63 percent of a quarrel has grown.
        build: ["months", 24.0, 1.0, 600.0, Assumed, "judgement"],
        /// Months of peace in which 63 percent of it has faded.
        fade: ["months", 120.0, 1.0, 2400.0, Assumed, "set with truce.excess and truce.fade by what is known of cease-fires; Goertz and Diehl 1993: rivalries last decades where they are fed"],
    }
}

figures! {
    /// How long fighting that stopped where its line was stays stopped.
    Truce {
        /// Growth of acts of force between the two right after it stopped, where nobody keeps the truce; 0 leaves nothing.
        excess: ["1", 2.0, 0.0, 100.0, Assumed, "set so that a quarter of the cease-fires that nobody keeps break within five years: judgement, after Fortna 2004"],
        /// Months in which 63 percent of that growth has worn off.
        fade: ["months", 36.0, 1.0, 2400.0, Assumed, "set so that the hazard falls and about half of them break in twenty years: Fortna 2004, almost half of all"],
        /// Share of that growth which a third party takes away: a full line of peacekeepers, or a promise to fight for the
        /// state that is believed for certain.
        keeping: ["1", 0.5, 0.0, 1.0, Assumed, "judgement; for: Fortna 2003 on peacekeepers and third-party guarantees; against: Werner and Yuen 2005"],
    }
}

figures! {
    /// How the world's records see what happens. These figures act on comparisons with data and on nothing else.
    Observation {
        /// Share of incursions that dispute data record as a militarised dispute; acts of force are all recorded.
        mid_share: ["1", 0.05, 0.005, 0.5, Calibrated, "trial; MID 5.0 records an incursion only where a state contests it"],
        /// Share of these recorded incursions that the data code as a use of force: a seized boat, a shot across the bow.
        force_share: ["1", 0.25, 0.0, 1.0, Assumed, "judgement; the one use of force against a member 1992-2014 is a seized trawler"],
    }
}

/// All parameters, by mechanism. The names of the fields are the keys of the scenario file.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parameters {
    pub choice: Choice,
    pub guarantor: Guarantor,
    pub crisis: Crisis,
    pub motives: Motives,
    pub beliefs: Beliefs,
    pub politics: Politics,
    pub moral_hazard: MoralHazard,
    pub forces: Forces,
    pub adaptation: Adaptation,
    pub war: War,
    pub settlement: Settlement,
    pub quarrel: Quarrel,
    pub truce: Truce,
    pub observation: Observation,
}

/// The groups of [`Parameters`] with their tables, in documentation order.
pub const GROUPS: &[(&str, &[super::figures::Field])] = &[
    ("choice", Choice::FIELDS),
    ("guarantor", Guarantor::FIELDS),
    ("crisis", Crisis::FIELDS),
    ("motives", Motives::FIELDS),
    ("beliefs", Beliefs::FIELDS),
    ("politics", Politics::FIELDS),
    ("moral_hazard", MoralHazard::FIELDS),
    ("forces", Forces::FIELDS),
    ("adaptation", Adaptation::FIELDS),
    ("war", War::FIELDS),
    ("settlement", Settlement::FIELDS),
    ("quarrel", Quarrel::FIELDS),
    ("truce", Truce::FIELDS),
    ("observation", Observation::FIELDS),
];

impl Parameters {
    /// The place of figure `index` of group `group` (both as in [`GROUPS`]).
    pub fn place(&mut self, group: usize, index: usize) -> Option<&mut f64> {
        match group {
            0 => self.choice.place(index),
            1 => self.guarantor.place(index),
            2 => self.crisis.place(index),
            3 => self.motives.place(index),
            4 => self.beliefs.place(index),
            5 => self.politics.place(index),
            6 => self.moral_hazard.place(index),
            7 => self.forces.place(index),
            8 => self.adaptation.place(index),
            9 => self.war.place(index),
            10 => self.settlement.place(index),
            11 => self.quarrel.place(index),
            12 => self.truce.place(index),
            13 => self.observation.place(index),
            _ => None,
        }
    }
}
