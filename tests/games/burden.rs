//! Who pays for a pure public good: an alliance's defence after Olson and Zeckhauser (1966), with Cobb-Douglas tastes.
//!
//! Member i has income `Y`, spends `g` of it on a good that everybody enjoys in full, `G = Σ g`, and keeps `x = Y − g`:
//! `u = (1 − α)·ln x + α·ln G`. The best response to what the others spend together is
//! `g = max(0, α·Y − (1 − α)·G₋ᵢ)`, and there is one Nash equilibrium: whoever is rich or keen enough contributes down to
//! a level of G above which it would not, and everybody else rides free.

/// One member of the alliance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Income, above 0, in any unit of money.
    pub income: f64,
    /// α, the taste for the public good, in [0, 1].
    pub taste: f64,
}

/// Why there is no alliance to solve.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BurdenError {
    #[error("member {member} has income {value}; incomes are finite and above 0")]
    Income { member: usize, value: f64 },
    #[error("member {member} has taste {value}; tastes are in [0, 1]")]
    Taste { member: usize, value: f64 },
}

/// The Nash equilibrium of contributions.
#[derive(Debug, Clone, PartialEq)]
pub struct Burden {
    /// What all spend together.
    pub total: f64,
    /// What each spends.
    pub contributions: Vec<f64>,
    /// Utility of each; minus infinity where nothing is left that a taste asks for.
    pub utilities: Vec<f64>,
}

impl Burden {
    /// The members that spend anything, in order.
    pub fn contributors(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.contributions.len()).filter(|&i| self.contributions[i] > 0.0)
    }
}

impl Member {
    /// What the member spends if the others together spend `others`, 0 or more.
    pub fn best_response(&self, others: f64) -> f64 {
        (self.taste * self.income - (1.0 - self.taste) * others).max(0.0)
    }

    /// Utility of spending `own` when all together, this member included, spend `total`.
    pub fn utility(&self, own: f64, total: f64) -> f64 {
        weighted_log(1.0 - self.taste, self.income - own) + weighted_log(self.taste, total)
    }

    /// Share of its own consumption that the member gives up for a unit of G at the margin: `(1 − α)/α`.
    fn reluctance(&self) -> f64 {
        (1.0 - self.taste) / self.taste
    }

    /// The total from which on the member spends nothing.
    fn ceiling(&self) -> f64 {
        self.income / self.reluctance()
    }
}

/// The Nash equilibrium of the contributions, in closed form.
///
/// A contributor spends `g = Y − G·(1 − α)/α`, so that `G = Σ Y / (1 + Σ (1 − α)/α)` over the contributors; they are those
/// whose ceiling `Y·α/(1 − α)` lies above G, found by taking members in from the highest ceiling down.
///
/// # Errors
/// [`BurdenError`] for an income or a taste out of range.
pub fn nash(members: &[Member]) -> Result<Burden, BurdenError> {
    for (member, m) in members.iter().enumerate() {
        if !(m.income.is_finite() && m.income > 0.0) {
            return Err(BurdenError::Income {
                member,
                value: m.income,
            });
        }
        if !(0.0..=1.0).contains(&m.taste) {
            return Err(BurdenError::Taste { member, value: m.taste });
        }
    }
    let mut keen: Vec<&Member> = members.iter().filter(|m| m.taste > 0.0).collect();
    keen.sort_by(|a, b| b.ceiling().total_cmp(&a.ceiling()));
    let (mut income, mut reluctance, mut total) = (0.0, 1.0, 0.0);
    for member in keen {
        if member.ceiling() <= total {
            break;
        }
        income += member.income;
        reluctance += member.reluctance();
        total = income / reluctance;
    }
    let spends = |m: &Member| match m.taste > 0.0 {
        true => (m.income - m.reluctance() * total).max(0.0),
        false => 0.0,
    };
    let contributions: Vec<f64> = members.iter().map(spends).collect();
    let utilities = members
        .iter()
        .zip(&contributions)
        .map(|(m, &own)| m.utility(own, total))
        .collect();
    Ok(Burden {
        total,
        contributions,
        utilities,
    })
}

/// The largest amount by which a contribution differs from the best response to the others': zero in equilibrium.
pub fn regret(members: &[Member], contributions: &[f64]) -> f64 {
    let total: f64 = contributions.iter().sum();
    members
        .iter()
        .zip(contributions)
        .map(|(m, own)| (m.best_response(total - own) - own).abs())
        .fold(0.0, f64::max)
}

/// `weight · ln(amount)`, where no weight asks for no amount.
fn weighted_log(weight: f64, amount: f64) -> f64 {
    if weight == 0.0 { 0.0 } else { weight * amount.ln() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alliance(of: &[(f64, f64)]) -> Vec<Member> {
        of.iter().map(|&(income, taste)| Member { income, taste }).collect()
    }

    #[test]
    fn the_great_pay_for_the_small() {
        let burden = nash(&alliance(&[(25.0, 0.05), (5.0, 0.05), (4.0, 0.05)])).unwrap();
        assert_eq!(burden.contributors().collect::<Vec<_>>(), [0]);
        assert!((burden.total - 1.25).abs() < 1e-12);
    }

    #[test]
    fn nobody_gains_by_paying_otherwise() {
        let members = alliance(&[(10.0, 0.3), (7.0, 0.25), (9.0, 0.1), (1.0, 0.6), (3.0, 0.0)]);
        let burden = nash(&members).unwrap();
        assert!(regret(&members, &burden.contributions) < 1e-12);
        for (i, member) in members.iter().enumerate() {
            let others = burden.total - burden.contributions[i];
            for other in (0..100).map(|k| member.income * f64::from(k) / 100.0) {
                assert!(member.utility(other, others + other) <= burden.utilities[i] + 1e-12);
            }
        }
    }

    #[test]
    fn a_fanatic_pays_all_and_the_indifferent_nothing() {
        let burden = nash(&alliance(&[(2.0, 1.0), (5.0, 0.0)])).unwrap();
        assert_eq!(burden.contributions, [2.0, 0.0]);
        assert_eq!(burden.utilities, [2.0_f64.ln(), 5.0_f64.ln()]);
        assert_eq!(nash(&alliance(&[(5.0, 0.0)])).unwrap().total, 0.0);
        assert_eq!(nash(&[]).unwrap().total, 0.0);
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(
            nash(&alliance(&[(0.0, 0.5)])),
            Err(BurdenError::Income { member: 0, value: 0.0 })
        );
        assert_eq!(
            nash(&alliance(&[(1.0, 1.5)])),
            Err(BurdenError::Taste { member: 0, value: 1.5 })
        );
    }
}
