#![allow(clippy::disallowed_methods, reason = "it measures time")]
use deterrence::engine::*;
use deterrence::scenario::*;
struct S(deterrence::results::Accumulator, u64);
impl Sink for S {
    type Error = ();
    fn take(&mut self, b: Block) -> Result<(), ()> {
        self.1 += b.runs.iter().map(|r| r.record.challenges.len() as u64).sum::<u64>();
        let v: Vec<_> = b.runs.into_iter().map(|r| r.record).collect();
        self.0.add_block(&v);
        Ok(())
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut r = Request::new(Source::resolve(&a[1]));
    r.sets = a[2..].iter().filter(|s| s.contains('=')).cloned().collect();
    r.option = a[2..].iter().find(|s| s.starts_with('@')).map(|s| s[1..].into());
    let s = match load(&r) {
        Ok(s) => s,
        Err(Problems::Invalid(d)) => {
            println!("{}", diagnostics::render_all(&d, false));
            return;
        }
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    let p = Plan::new(s);
    println!(
        "dyads {} outcomes {} series {} uncertain {}",
        p.model.ground.dyads.len(),
        p.model.measures.outcomes.len(),
        p.model.measures.series.len(),
        p.scenario.uncertain.len()
    );
    let mut k = S(
        deterrence::results::Accumulator::new(
            &p.model.measures.outcomes,
            &p.model.measures.series,
            p.scenario.run.months,
        ),
        0,
    );
    let t = std::time::Instant::now();
    simulate(&p, &Halt::default(), &mut k).unwrap();
    println!("{} runs in {:?}, {} crises", p.scenario.run.runs, t.elapsed(), k.1);
    for o in k.0.outcomes() {
        if a.iter().any(|x| x == "-v") || !o.id.matches('.').count() > 1 {
            println!("{:40} {:?} {:?}", o.id, o.estimate, o.interval)
        }
    }
}
