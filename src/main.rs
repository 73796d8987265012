//! The program `deter`.

fn main() -> std::process::ExitCode {
    deterrence::cli::main()
}
