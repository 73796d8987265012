fn main() {
    let args: Vec<String> = std::env::args().collect();
    let runs: u64 = args[1].parse().expect("runs");
    let which: Vec<u8> = args[2..].iter().map(|a| a.parse().expect("law")).collect();
    for law in deterrence::evidence::LAWS {
        if !which.is_empty() && !which.contains(&law.number) {
            continue;
        }
        let t = std::time::Instant::now();
        match deterrence::evidence::run(law.number, runs) {
            Ok(v) => print!("{}", deterrence::evidence::table(&[v])),
            Err(e) => println!("{e} {e:?}"),
        }
        println!("{:?}", t.elapsed());
    }
}
