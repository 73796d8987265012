//! Embedded folders are read at compile time; a new file in them must cause a new build.

fn main() {
    println!("cargo::rerun-if-changed=scenarios");
    println!("cargo::rerun-if-changed=seeds");
}
