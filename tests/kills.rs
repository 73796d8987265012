//! A command may be killed at any system call that changes a file: what was there stays whole, or what is new is.
//!
//! The calls of an undisturbed command are counted by `strace`; then the command is started again and again, and killed
//! at the first of them, the second, and so on. A call of the one thread that computes runs counts like one of the main
//! thread with the same number, since `strace` counts by thread; the computing thread only makes two empty files in the
//! staging folder.

#![cfg(target_os = "linux")]

use deterrence::results::{Inspection, inspect};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// System calls that change files or their names.
const CHANGING: [&str; 27] = [
    "open",
    "openat",
    "creat",
    "write",
    "writev",
    "pwrite64",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "fsync",
    "fdatasync",
    "ftruncate",
    "truncate",
    "chmod",
    "fchmod",
    "fchmodat",
    "utimensat",
    "copy_file_range",
];
/// Signal of a kill.
const KILL: i32 = 9;
/// After so many kills the same command is run to its end; it costs far more than a look.
const RERUN_EVERY: usize = 9;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deter"));
    command.env("NO_COLOR", "1");
    command
}

/// The smallest run there is: two months, one thread.
fn run_words(more: &[&'static str]) -> Vec<&'static str> {
    let small = ["run", "status-quo", "--runs", "1", "--months", "13", "--jobs", "1"];
    small.into_iter().chain(more.iter().copied()).collect()
}

fn succeed(dir: &Path, words: &[&str]) -> Output {
    let output = program()
        .args(words)
        .current_dir(dir)
        .output()
        .expect("the program starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {told}");
    output
}

fn strace() -> Command {
    let command = Command::new("strace");
    assert!(
        Command::new("strace")
            .arg("-V")
            .output()
            .is_ok_and(|output| output.status.success()),
        "this test needs strace: install it with the package manager, for example `apt-get install strace`, or run .ci/setup"
    );
    command
}

/// Files and links below a folder with what they hold.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(folder).expect("below").to_path_buf();
            let kind = fs::symlink_metadata(&path).expect("there").file_type();
            if kind.is_symlink() {
                let to = fs::read_link(&path).expect("a link");
                found.insert(name, to.to_string_lossy().into_owned().into_bytes());
            } else if kind.is_dir() {
                open.push(path);
            } else {
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp")
        .arg("-a")
        .arg(from)
        .arg(to)
        .status()
        .expect("cp starts");
    assert!(copied.success());
}

/// Which calls to kill at: name and number within its thread.
fn calls(log: &str) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for line in log.lines() {
        let Some((thread, call)) = line.split_once(' ') else {
            continue;
        };
        let Some((name, arguments)) = call.trim_start().split_once('(') else {
            continue;
        };
        if !CHANGING.contains(&name) {
            continue;
        }
        let count = counts.entry((thread, name)).or_default();
        *count += 1;
        let is_change = match name {
            "open" | "openat" => arguments.contains("O_CREAT") || arguments.contains("O_TRUNC"),
            // Talk to the terminal changes no file.
            "write" | "writev" => !arguments.starts_with("1,") && !arguments.starts_with("2,"),
            _ => true,
        };
        if is_change {
            found.insert((name.to_owned(), *count));
        }
    }
    found.into_iter().collect()
}

/// A command to be killed.
struct Case {
    /// Before it, in a folder of its own.
    prepare: fn(&Path),
    words: Vec<&'static str>,
    /// Where it works, below that folder.
    from: &'static str,
    /// Nothing is there before, or the folder cannot change places: then it is whole after the next command.
    whole_at_once: bool,
    fewest_calls: usize,
}

fn is_whole(inspection: &Inspection) -> bool {
    // A picture that somebody edited is the one thing that may differ.
    inspection
        .faults
        .iter()
        .all(|fault| fault.file == "charts/ladder.csv" && fault.fault == "changed")
}

fn holds(case: &Case) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let base = home.path().join("base");
    fs::create_dir(&base).expect("a folder");
    (case.prepare)(&base);
    let theirs = user_files(&base);

    let counted = home.path().join("counted");
    copy(&base, &counted);
    let log = home.path().join("log");
    let traced = strace()
        .args(["-f", "-qq", "-e", "trace=file,desc", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_deter"))
        .args(&case.words)
        .current_dir(counted.join(case.from))
        .output()
        .expect("strace starts");
    let told = String::from_utf8_lossy(&traced.stderr);
    assert!(
        traced.status.success(),
        "strace must be allowed to watch a program: {told}"
    );
    let calls = calls(&fs::read_to_string(&log).expect("a log"));
    assert!(
        calls.len() >= case.fewest_calls,
        "only {} calls: {calls:?}",
        calls.len()
    );

    let (next, kills) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some((name, count)) = calls.get(number) else { return };
                    let place = home.path().join(number.to_string());
                    copy(&base, &place);
                    if killed(case, &place, name, *count) {
                        kills.fetch_add(1, Ordering::Relaxed);
                    }
                    check(
                        case,
                        &place,
                        &theirs,
                        &format!("{} {count}", name),
                        number % RERUN_EVERY == 0,
                    );
                    fs::remove_dir_all(&place).expect("removed");
                }
            });
        }
    });
    let kills = kills.into_inner();
    assert!(kills * 10 >= calls.len() * 9, "{kills} kills at {} calls", calls.len());
}

/// Kills the command at a call; true if it was alive until then.
fn killed(case: &Case, place: &Path, name: &str, count: u32) -> bool {
    let output = strace()
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("trace={name}"))
        .arg("-e")
        .arg(format!("inject={name}:signal=KILL:when={count}"))
        .arg(env!("CARGO_BIN_EXE_deter"))
        .args(&case.words)
        .current_dir(place.join(case.from))
        .output()
        .expect("strace starts");
    let status = output.status;
    let killed = status.signal() == Some(KILL) || status.code() == Some(128 + KILL);
    assert!(
        killed || status.success(),
        "{name} {count}: {status}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    killed
}

/// After a kill: whole at once or after the next command, files of others as they were, nothing left behind.
fn check(case: &Case, place: &Path, theirs: &BTreeMap<PathBuf, Vec<u8>>, at: &str, rerun: bool) {
    let out = place.join("out");
    let same_files = |when: &str| assert!(user_files(place) == *theirs, "{at}, {when}: files of others differ");
    same_files("after the kill");
    if case.whole_at_once {
        let found = inspect(&out).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert!(is_whole(&found), "{at}: {:?}", found.faults);
    }
    if out.is_dir() {
        // The code tells of the edited picture; that there is a result is seen below.
        let verified = program()
            .args(["verify", "out"])
            .current_dir(place)
            .output()
            .expect("starts");
        assert!(
            matches!(verified.status.code(), Some(0 | 1)),
            "{at}: {}",
            String::from_utf8_lossy(&verified.stderr)
        );
    }
    if rerun || !out.is_dir() {
        succeed(&place.join(case.from), &case.words);
    }
    let found = inspect(&out).unwrap_or_else(|error| panic!("{at}: {error}"));
    assert!(is_whole(&found), "{at}: {:?}", found.faults);
    same_files("after the next command");
    let left: Vec<PathBuf> = contents(place)
        .into_keys()
        .filter(|path| path.to_string_lossy().contains("deter-"))
        .collect();
    assert!(left.is_empty(), "{at}: {left:?} left behind");
}

/// What the program did not write: everything outside the result, and in it what is not as the manifest says.
fn user_files(place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let names = [
        "out/notes.txt",
        "out/mine/deep/table.csv",
        "out/charts/annotated.png",
        "out/charts/ladder.csv",
        "out/link",
        "beside.txt",
    ];
    let is_theirs = |path: &PathBuf| names.iter().any(|name| path == Path::new(name));
    contents(place)
        .into_iter()
        .filter(|(path, _)| is_theirs(path))
        .collect()
}

/// A result with pictures and a page, and files of a user's everywhere; one picture's data are edited.
fn lived_in(place: &Path) {
    succeed(place, &run_words(&["--out", "out"]));
    succeed(place, &["report", "out"]);
    fs::create_dir_all(place.join("out/mine/deep")).expect("folders");
    fs::create_dir_all(place.join("out/empty")).expect("a folder");
    for name in [
        "out/notes.txt",
        "out/mine/deep/table.csv",
        "out/charts/annotated.png",
        "out/charts/ladder.csv",
        "beside.txt",
    ] {
        fs::write(place.join(name), format!("mine: {name}")).expect("written");
    }
    symlink("notes.txt", place.join("out/link")).expect("a link");
    assert_eq!(user_files(place).len(), 6);
}

#[test]
fn a_replacement_killed_anywhere_leaves_the_old_result_or_the_new_one() {
    holds(&Case {
        prepare: lived_in,
        words: run_words(&["--seed", "2", "--force", "--out", "out"]),
        from: "",
        whole_at_once: true,
        fewest_calls: 60,
    });
}

#[test]
fn a_replacement_from_within_the_folder_is_finished_by_the_next_command() {
    holds(&Case {
        prepare: lived_in,
        words: run_words(&["--seed", "2", "--force", "--no-charts", "--out", "."]),
        from: "out",
        whole_at_once: false,
        fewest_calls: 40,
    });
}

#[test]
fn a_first_run_killed_anywhere_leaves_nothing_or_a_whole_result() {
    holds(&Case {
        prepare: |place| fs::write(place.join("beside.txt"), "mine").expect("written"),
        words: run_words(&["--no-charts", "--out", "out"]),
        from: "",
        whole_at_once: false,
        fewest_calls: 20,
    });
}

#[test]
fn a_page_or_new_pictures_killed_anywhere_leave_the_old_ones_or_the_new_ones() {
    for words in [vec!["report", "out"], vec!["chart", "out", "--theme", "dark"]] {
        holds(&Case {
            prepare: lived_in,
            words,
            from: "",
            whole_at_once: true,
            fewest_calls: 15,
        });
    }
}
