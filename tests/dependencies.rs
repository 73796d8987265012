//! What the program is built from.

use std::process::Command;

use serde_json::Value;

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo prints JSON")
}

fn packages(metadata: &Value) -> Vec<(String, String)> {
    let list = metadata["packages"].as_array().expect("packages");
    let text = |p: &Value, key: &str| p[key].as_str().unwrap_or_default().to_owned();
    list.iter().map(|p| (text(p, "name"), text(p, "license"))).collect()
}

/// A system font library would make builds depend on what a machine happens to have.
#[test]
fn no_system_library_for_fonts_is_in_the_tree() {
    for (name, _) in packages(&metadata()) {
        for banned in ["fontconfig", "freetype-sys", "servo-fontconfig", "openssl-sys"] {
            assert!(!name.contains(banned), "{name}");
        }
    }
}

#[test]
fn every_licence_allows_use_under_ours() {
    const ALLOWED: [&str; 13] = [
        "MIT",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "0BSD",
        "CC0-1.0",
        "Unlicense",
        "Unicode-3.0",
        "BSL-1.0",
        "MIT-0",
    ];
    let list = packages(&metadata());
    assert!(list.len() > 50);
    for (name, licence) in list {
        // Every part of a conjunction must be allowed, and one of each choice.
        let fine = licence.replace('/', " OR ").split(" AND ").all(|part| {
            part.trim_matches(['(', ')', ' '])
                .split(" OR ")
                .any(|one| ALLOWED.contains(&one.trim_matches(['(', ')', ' '])))
        });
        assert!(fine, "{name}: {licence}");
    }
}
