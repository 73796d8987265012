//! The findings as a text of some 80 columns, for the terminal and for the head of the assumption set.

use super::evidence::Use;
use super::findings::{Axis, Check, Findings, Learned};

/// Axes that are listed: those that are pinned, and as many of the others.
const FREE_AXES: usize = 3;
/// Figures that are named on an axis.
const NAMED: usize = 3;

/// The whole text.
pub fn page(f: &Findings) -> String {
    let mut text = fit(f);
    text.push('\n');
    text.push_str(&identification(f));
    text
}

/// How the ensemble stands towards the targets.
pub fn fit(f: &Findings) -> String {
    let mut text = format!(
        "{:<6}{:<37}{:>7} {:>14} {:>14}\n",
        "", "target", "data", "prior 95%", "ensemble 95%"
    );
    for role in [Use::Fit, Use::Derived, Use::HeldOut] {
        let (met, all) = f.met(role);
        text.push_str(&format!("{} ({met} of {all} met)\n", heading(role)));
        f.checks
            .iter()
            .filter(|c| c.target.role == role)
            .for_each(|c| text.push_str(&row(c)));
    }
    text.push_str(
        "Met: among observations that the ensemble would produce, the real one is not in the\n\
         outer 2.5 percent on either side. The ensemble is judged in worlds that were not fitted.\n",
    );
    text
}

fn heading(role: Use) -> &'static str {
    match role {
        Use::Fit => "fitted",
        Use::Derived => "derived from fitted ones",
        Use::HeldOut => "held out, never used",
    }
}

fn row(c: &Check) -> String {
    let span = |s: Option<[f64; 3]>| match s {
        Some([_, low, high]) => format!("{}–{}", brief(low), brief(high)),
        None => "no case".to_owned(),
    };
    format!(
        "{} {:<4}{:<37.37}{:>7} {:>14} {:>14}\n",
        if c.met { ' ' } else { '!' },
        c.target.id,
        c.target.what,
        brief(c.observed),
        span(c.prior),
        span(c.model)
    )
}

/// What the data say of each figure, and of figures together.
pub fn identification(f: &Findings) -> String {
    let mut text = format!(
        "{:<34}{:>14} {:>16} {:>12}\n",
        "figure", "prior", "ensemble", "contraction"
    );
    for figure in by_contraction(&f.figures) {
        let of = |m: f64, sd: f64| format!("{} ±{}", brief(m), brief(sd));
        text.push_str(&format!(
            "{:<34}{:>14} {:>16} {:>12.2}\n",
            figure.path,
            of(figure.prior_mean, figure.prior_sd),
            of(figure.mean, figure.sd),
            figure.contraction.max(0.0)
        ));
    }
    text.push_str(
        "Contraction: 1 minus the standard deviation of the ensemble over that of the prior. Near 0\n\
         the data say nothing of the figure by itself, and its spread is what was put in.\n",
    );
    let (pinned, all) = (f.pinned(), f.axes.len());
    text.push_str(&format!(
        "\nThe data pin {pinned} of {all} directions; the other {} keep the spread of the prior.\n",
        all - pinned
    ));
    for axis in f.axes.iter().take(pinned) {
        text.push_str(&direction(axis));
    }
    if all > pinned {
        text.push_str("Least known:\n");
        let rest = f.axes[pinned..].iter().rev().take(FREE_AXES);
        rest.for_each(|axis| text.push_str(&direction(axis)));
    }
    text.push_str(&format!(
        "\n{} stages, {} of {} particles differ, log evidence {:.1}. The choice of the {} worlds that were\n\
         played moves the log-likelihood by {:.2} (standard deviation).\n",
        f.stages.len(),
        f.distinct,
        f.settings.particles,
        f.log_evidence,
        f.replications,
        f.noise
    ));
    text
}

fn by_contraction(figures: &[Learned]) -> Vec<&Learned> {
    let mut sorted: Vec<&Learned> = figures.iter().collect();
    sorted.sort_by(|a, b| b.contraction.total_cmp(&a.contraction));
    sorted
}

fn direction(axis: &Axis) -> String {
    let sum: Vec<String> = axis
        .loadings
        .iter()
        .take(NAMED)
        .map(|(path, x)| format!("{x:+.2} {path}"))
        .collect();
    format!("  sd {:.2}: {}\n", axis.variance.max(0.0).sqrt(), sum.join(" "))
}

/// Two or three significant digits.
fn brief(x: f64) -> String {
    match x.abs() {
        0.0 => "0".to_owned(),
        a if a >= 10.0 => format!("{x:.0}"),
        a if a >= 1.0 => format!("{x:.1}"),
        a if a >= 0.1 => format!("{x:.2}"),
        a if a >= 0.01 => format!("{x:.3}"),
        a if a >= 0.000_05 => format!("{x:.4}"),
        _ => "<0.0001".to_owned(),
    }
}
