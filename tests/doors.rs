//! Text that others wrote does no harm at any door: terminal, page, picture, table, name of a folder.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a hostile author would put into every text, as a TOML string: sequences that clear the screen, set the title of the
/// window and ring, the one-byte forms of the same, marks that turn the order of reading, characters without width, markup
/// and a line that looks like one of ours.
const ATTACK: &str = concat!(
    r#"=1+1 \u001b[31mRED\u001b]0;pwned\u0007\u001b[2J\u009b2J\u009d0;x\u009c\u007f\b\u0000 <script>alert(1)</script>"#,
    r#"<img src=x onerror=alert(2)>&amp;\"'> \u202Eevil\u2066\u200B\u2069\u200F\u061C\uFEFF\u00AD\U000E0041 ]]> --> "#,
    r#"\nerror: FORGED\r\nerror: FORGED\u2028error: FORGED\u0085"#
);

/// The same for the command line, where no argument holds a zero byte.
const WORD: &str = "x\u{1b}[2J\u{1b}]0;pwned\u{7}\u{9b}31m\u{202e}\u{2066}\u{200b}\u{7f}\nerror: FORGED\n";

fn hostile() -> String {
    format!(
        r#"extends = "worlds/europe-2025"
title = "T {ATTACK}"
question = "Q {ATTACK}"
brief = "B {ATTACK}"
label = "L {ATTACK}"
sources = ["a citation {ATTACK}"]
[run]
months = 6
runs = 20
[states.POL]
name = "P {ATTACK}"
[states.RUS]
name = "{ATTACK}"
[arrangements.nato]
name = "{ATTACK}"
[ladder.land_grab]
label = "{ATTACK}"
[ladder.incursion]
label = "-2+3 {ATTACK}"
[[event]]
month = 0
challenge = {{ by = "RUS", target = "POL", rung = "incursion" }}
note = "N {ATTACK}"
[[event]]
month = 2
leader = {{ state = "USA" }}
note = "M {ATTACK}"
[[option]]
name = "okay"
label = "O {ATTACK}"
note = "N {ATTACK}"
[option.response]
all = "abstain"
"#
    )
}

fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n')
        || "\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{feff}\u{e0041}".contains(c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

/// Nothing that a terminal obeys, and no line that passes for one of the program's.
fn is_clean(what: &str, text: &str) {
    if let Some(c) = text.chars().find(|c| is_harmful(*c)) {
        let at = text.find(c).unwrap_or(0);
        let from = (0..=at.saturating_sub(80))
            .rev()
            .find(|i| text.is_char_boundary(*i))
            .unwrap_or(0);
        panic!("{what} prints {c:?} in {:?}", &text[from..at + c.len_utf8()]);
    }
    assert!(
        !text.lines().any(|line| line == "error: FORGED"),
        "{what} prints a forged line:\n{text}"
    );
}

fn command(dir: &Path, words: &[&OsStr]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deter"));
    command.args(words).current_dir(dir).env("NO_COLOR", "1");
    command
}

/// Runs the program with an input; what it prints is clean, and it does not panic.
fn tried(dir: &Path, words: &[&str], input: &[u8]) -> Output {
    let words: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
    let mut child = command(dir, &words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses before it reads closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the program ends");
    let what = format!("deter {words:?}");
    for stream in [&output.stdout, &output.stderr] {
        is_clean(&what, std::str::from_utf8(stream).expect("text"));
    }
    assert_ne!(output.status.code(), Some(101), "{what} panicked: {}", shown(&output));
    output
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![root.to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn no_command_prints_what_a_terminal_obeys() {
    let dir = folder();
    let dir = dir.path();
    fs::write(dir.join("s.toml"), hostile()).expect("a file");
    let set =
        format!("title = \"{ATTACK}\"\nholders = [\"{ATTACK}\"]\nwhy = \"{ATTACK}\"\n[beliefs]\nreputation = 0.1\n");
    fs::write(dir.join("set.toml"), set).expect("a file");
    for words in [
        &["check", "s.toml"][..],
        &["check", "s.toml", "--json"],
        &["check", "set.toml"],
        &["check", "."],
        &["run", "s.toml", "--dry-run", "--assume", "set.toml"],
        &[
            "run", "s.toml", "--out", "r", "--assume", "set.toml", "--option", "okay",
        ],
        &["run", "s.toml", "--out", "j", "--json", "--no-charts"],
        &["explain", "s.toml"],
        &["explain", "s.toml", "--option", "okay", "--values"],
        &["explain", "s.toml", "--json", "--values"],
        &["play", "s.toml", "--as", "POL"],
        &["play", "s.toml", "--as", "USA", "--option", "okay"],
        &["chart", "r", "--theme", "dark"],
        &["report", "r"],
    ] {
        let output = tried(dir, words, b"\x1b[2J\xff\n1\n\x9b\n0\n");
        assert_eq!(code(&output), Some(0), "{words:?}: {}", shown(&output));
        if words.contains(&"--json") {
            let read: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
            assert!(
                words[0] == "check" || read.to_string().contains("pwned"),
                "texts are kept in JSON"
            );
        }
    }
}

#[test]
fn pages_pictures_and_tables_hold_nothing_that_acts() {
    let dir = folder();
    fs::write(dir.path().join("s.toml"), hostile()).expect("a file");
    assert_eq!(code(&tried(dir.path(), &["run", "s.toml", "--out", "r"], b"")), Some(0));
    assert_eq!(code(&tried(dir.path(), &["report", "r"], b"")), Some(0));
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for path in files(&dir.path().join("r")) {
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_owned();
        if !["html", "svg", "csv"].contains(&ending.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        is_clean(&path.display().to_string(), &text);
        let is_markup = ending != "csv";
        assert!(
            !is_markup || !text.contains("<script") && !text.contains("<img"),
            "{}",
            path.display()
        );
        if ending == "csv" {
            for line in text.lines() {
                let cells = line.split(',').map(|cell| cell.trim_start_matches(['"', ' ']));
                for cell in cells {
                    let is_number = cell.trim_end_matches('"').parse::<f64>().is_ok();
                    assert!(
                        is_number || !cell.starts_with(['=', '+', '-', '@']),
                        "{}: {line}",
                        path.display()
                    );
                }
            }
        }
        *seen.entry(ending).or_default() += 1;
    }
    for ending in ["html", "svg", "csv"] {
        assert!(seen.contains_key(ending), "{seen:?}");
    }
}

#[test]
fn a_folder_is_named_after_a_scenario_only_where_every_system_can_keep_the_name() {
    let dir = folder();
    let dir = dir.path();
    for file in [
        "...toml",
        "CON.toml",
        "nul.x.toml",
        "-rf.toml",
        ".hidden.toml",
        "end..toml",
        "a:b|c?.toml",
        "a\u{1b}[2J.toml",
        &format!("{}.toml", "é".repeat(100)),
    ] {
        fs::write(dir.join(file), hostile()).expect("a file");
        let text = shown(&tried(dir, &["run", &format!("./{file}"), "--dry-run"], b""));
        let line = text.lines().find(|line| line.starts_with("  would write"));
        let path = line
            .and_then(|line| line.strip_prefix("  would write"))
            .unwrap_or_default();
        let name = path.trim_start().strip_prefix("output/").unwrap_or_default();
        assert!(!name.is_empty() && name.len() <= 200, "{file}: {text}");
        assert!(
            !name.contains(['/', '\\', ':', '|', '?', '*', '<', '>', '"']),
            "{file}: {name}"
        );
        assert!(
            !name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']),
            "{file}: {name}"
        );
        let stem = name.split('.').next().unwrap_or_default().to_lowercase();
        assert!(!["con", "nul", "aux", "prn"].contains(&stem.as_str()), "{file}: {name}");
    }
}

#[test]
fn messages_that_quote_the_command_line_are_clean() {
    let dir = folder();
    let dir = dir.path();
    fs::write(dir.join("s.toml"), hostile()).expect("a file");
    for words in [
        &["run", WORD][..],
        &["run", "s.toml", "--option", WORD],
        &["run", "s.toml", "--assume", WORD],
        &["run", "s.toml", "--set", WORD],
        &["run", "s.toml", "--set", &format!("{WORD}=1")],
        &["run", "s.toml", "--set", &format!("states.POL.gdp={WORD}")],
        &["run", "s.toml", "--runs", WORD],
        &["run", "s.toml", WORD],
        &["run", "s.toml", &format!("--{WORD}")],
        &[WORD],
        &["check", WORD],
        &["check", WORD, "--json"],
        &["check", "--bundled-only", WORD],
        &["explain", WORD],
        &["play", "s.toml", "--as", WORD],
        &["list", WORD],
        &["list", "claims", WORD],
        &["list", "seeds", WORD],
        &["new", WORD, "--from", "crisis"],
        &["new", "fine", "--from", WORD],
        &["report", WORD],
        &["chart", WORD],
        &["chart", "x", "--size", WORD],
        &["calibrate", "--design", WORD],
        &["validate", "--only", WORD],
    ] {
        let output = tried(dir, words, b"");
        assert_ne!(code(&output), Some(0), "{words:?}");
    }
}

#[cfg(unix)]
#[test]
fn names_of_files_and_folders_are_printed_clean() {
    let dir = folder();
    let dir = dir.path();
    let file = format!("{WORD}.toml");
    fs::write(dir.join(&file), hostile()).expect("a file");
    fs::write(dir.join(format!("broken{WORD}.toml")), "title = \u{1b}[2J\n").expect("a file");
    for words in [
        &["check", file.as_str()][..],
        &["check", "."],
        &["check", ".", "--json"],
        &["run", &file, "--dry-run"],
        &["run", &file, "--out", WORD],
        &["run", "status-quo", "--dry-run", "--assume", &file],
        &["explain", &file],
        &["chart", WORD],
        &["report", WORD],
        &["new", "fine", "--from", "crisis", "--out", &format!("new{WORD}")],
        &["new", "fine", "--from", "crisis", "--out", &format!("new{WORD}")],
        &["run", &file, "--out", &file],
    ] {
        tried(dir, words, b"");
    }
    assert!(
        dir.join(WORD).join("report.html").is_file(),
        "a name is shown otherwise, and used as it is"
    );
}

#[test]
fn findings_about_hostile_lines_are_clean() {
    let dir = folder();
    let dir = dir.path();
    let key = ATTACK.replace("\\u0000", "");
    for (i, line) in [
        format!("\"{key}\" = 1"),
        format!("[states.\"{key}\"]\nname = \"x\""),
        format!("[arrangements.nato]\nmembers = [\"{key}\"]"),
        format!("[beliefs]\nreputation = \"{key}\""),
        format!("[[option]]\nname = \"{key}\""),
        format!("[ladder]\norder = [\"{key}\"]"),
        format!("[[event]]\nmonth = 0\nchange = {{ \"{key}\" = 1 }}"),
        "x = \u{1b}[2J \u{202e}\u{9b}31m".to_owned(),
        "\u{1b}]0;pwned\u{7} = \u{200b}".to_owned(),
        "# \u{202e}comment\nbeliefs.reputation = 7 # \u{2066}\u{ad}".to_owned(),
        format!("extends = \"{key}\""),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("f{i}.toml");
        fs::write(dir.join(&name), format!("title = \"t\"\nquestion = \"q\"\n{line}\n")).expect("a file");
        for words in [
            &["check", name.as_str()][..],
            &["check", &name, "--json"],
            &["run", &name],
            &["explain", &name],
        ] {
            assert_eq!(code(&tried(dir, words, b"")), Some(3), "{line}");
        }
    }
}

/// Files that hold secrets, with words that must never be printed: values, and keys that no scenario has.
const FOREIGN: &[(&str, &str)] = &[
    (
        "passwd",
        "root:x:0:0:root:/root:/bin/bash\nhunter2:x:1:1::/:/bin/false\n",
    ),
    ("shadow", "# hunter2\nroot:$6$hunter2$abc:19000:0:99999:7:::\n"),
    ("environ", "PATH=/bin\0TOKEN=hunter2\0"),
    (".env", "TOKEN=hunter2\nDATABASE_URL=postgres://hunter2@db\n"),
    ("quoted.env", "TOKEN=\"hunter2\"\nhunter2_key=\"x\"\n"),
    (
        "ssh_config",
        "Host hunter2\n  User hunter2\n  IdentityFile ~/.ssh/hunter2\n",
    ),
    ("secrets.json", "{\"token\": \"hunter2\"}\n"),
    ("secrets.yaml", "token: hunter2\nhunter2: [1, 2]\n"),
    (
        "credentials.toml",
        "[registry]\ntoken = \"hunter2\"\n[registries.hunter2]\ntoken = \"x\"\n",
    ),
    (
        "title.toml",
        "title = \"hunter2\"\nquestion = \"hunter2\"\n[owner]\nkey = \"hunter2\"\n",
    ),
    ("headless.toml", "title = \"hunter2\"\nlabel = \"hunter2\"\n"),
    ("named.toml", "name = \"hunter2\"\n"),
    ("run.toml", "[run]\nseed = 3\ntoken = \"hunter2\"\n"),
    (
        "inline.toml",
        "run = { seed = 3, password = \"hunter2\", months = \"hunter2\" }\n",
    ),
    ("state.toml", "[states.POL]\ngdp = 3\npassword = \"hunter2\"\n"),
    ("event.toml", "[[event]]\nurl = \"hunter2\"\nnote = \"hunter2\"\n"),
    (
        "option.toml",
        "[beliefs]\nreputation = 0.1\n[[option]]\nname = \"a\"\nsecret = \"hunter2\"\n",
    ),
    ("words.toml", "beliefs = \"hunter2\"\n"),
    ("dotted.toml", "a.hunter2 = 1\n"),
    ("comment.toml", "# hunter2\n"),
    ("broken.toml", "[states.POL]\ngdp = 3\nname = \"hunter2\nkey = 1\n"),
    ("latin", "\u{0}hunter2"),
];

#[test]
fn nothing_of_a_foreign_file_is_printed() {
    let dir = folder();
    let dir = dir.path();
    for (name, text) in FOREIGN {
        fs::write(dir.join(name), text).expect("a file");
        let scenario = format!("title = 't'\nquestion = 'q'\nextends = ['worlds/europe-2025', '{name}']\n");
        fs::write(dir.join("s.toml"), scenario).expect("a file");
        for words in [
            &["check", "s.toml"][..],
            &["check", "s.toml", "--json"],
            &["run", "s.toml"],
            &["explain", "s.toml"],
            &["check", "status-quo", "--assume", name],
            &["run", "status-quo", "--dry-run", "--assume", name],
        ] {
            let output = tried(dir, words, b"");
            let text = shown(&output);
            assert!(!text.contains("hunter2"), "{name}, {words:?}: {text}");
            assert!(text.contains(name), "the file is named: {text}");
            assert_eq!(code(&output), Some(3), "{name}, {words:?}: {text}");
        }
    }
}

#[test]
fn slips_in_a_world_of_ones_own_are_shown_with_their_line() {
    let dir = folder();
    let dir = dir.path();
    let scenario = "title = 't'\nquestion = 'q'\nextends = ['worlds/europe-2025', 'mine']\n";
    fs::write(dir.join("s.toml"), scenario).expect("a file");
    for (world, line) in [
        ("[states.POL]\ngpd = 3.5\ngdp = 900\n", "gpd = 3.5"),
        ("[belief]\nreputation = 0.25\n[states.POL]\ngdp = 900\n", "[belief]"),
        ("[beliefs]\nreputation = 25.5\n", "reputation = 25.5"),
        ("[[event]]\nmonht = 4\nleader = { state = 'USA' }\n", "monht = 4"),
        ("reputation = 0.25\n[states.POL]\ngdp = 900\n", "reputation = 0.25"),
    ] {
        fs::write(dir.join("mine.toml"), world).expect("a file");
        let text = shown(&tried(dir, &["check", "s.toml"], b""));
        assert!(text.contains(line) && text.contains("mine.toml:"), "{world}: {text}");
    }
    // Of what is no TOML the place is told, and what the reader says of it.
    fs::write(dir.join("mine.toml"), "[states.POL]\nname = \"Poland\n").expect("a file");
    let text = shown(&tried(dir, &["check", "s.toml"], b""));
    assert!(
        text.contains("mine.toml:2:") && text.contains("not valid TOML") && !text.contains("Poland"),
        "{text}"
    );
}

#[test]
fn a_server_can_check_texts_without_any_file_being_read() {
    let dir = folder();
    let dir = dir.path();
    fs::write(dir.join("there.toml"), "[beliefs]\nreputation = 0.1\n").expect("a file");
    let text =
        |extends: &str| format!("title = 't'\nquestion = 'q'\nextends = {extends}\n[run]\nmonths = 3\nruns = 5\n");
    let own = text("'worlds/europe-2025'");
    for words in [
        &["check", "-", "--bundled-only"][..],
        &["check", "-", "--bundled-only", "--assume", "spiral-model"],
        &["run", "-", "--bundled-only", "--out", "r", "--no-charts"],
        &["explain", "-", "--bundled-only"],
        &["check", "status-quo", "--bundled-only"],
        &["explain", "status-quo", "--bundled-only"],
    ] {
        let output = tried(dir, words, own.as_bytes());
        assert_eq!(code(&output), Some(0), "{words:?}: {}", shown(&output));
    }
    // A file that is there and one that is not are answered alike, so that nothing is learned of the disk.
    let absolute = dir.join("there.toml").display().to_string();
    for (there, missing) in [
        ("there.toml", "other.toml"),
        ("./there", "./other"),
        (&absolute, "/no/such/file.toml"),
    ] {
        let answer = |name: &str| {
            let by_extends = tried(
                dir,
                &["check", "-", "--bundled-only"],
                text(&format!("'{name}'")).as_bytes(),
            );
            let by_assume = tried(dir, &["check", "-", "--bundled-only", "--assume", name], own.as_bytes());
            let by_name = tried(dir, &["check", "--bundled-only", name], b"");
            let by_run = tried(dir, &["run", "--bundled-only", name], b"");
            [by_extends, by_assume, by_name, by_run].map(|output| {
                let text = shown(&output);
                assert_eq!(code(&output), Some(3), "{text}");
                assert!(text.contains("S0020") && text.contains("no file is read"), "{text}");
                // Frames are as long as the name that they mark.
                text.replace(name, "NAME").replace('^', "")
            })
        };
        assert_eq!(answer(there), answer(missing));
    }
}

#[test]
fn the_library_reads_bundled_files_only_where_it_is_told_to() {
    use deterrence::scenario::{Problems, Request, Source, load};
    let dir = folder();
    let path = dir.path().join("mine.toml");
    fs::write(&path, "title = 't'\nquestion = 'q'\nextends = 'worlds/europe-2025'\n").expect("a file");
    let mut request = Request::new(Source::Path(path.clone()));
    assert!(load(&request).is_ok());
    request.bundled_only = true;
    let refused = |request: &Request| match load(request) {
        Err(Problems::Invalid(findings)) => findings.iter().map(|f| f.code).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&request), ["S0020"]);
    let mut text = Request::new(Source::Text {
        name: "sent".into(),
        text: "title = 't'\nquestion = 'q'\nextends = 'worlds/europe-2025'\n".into(),
    });
    text.bundled_only = true;
    assert!(load(&text).is_ok());
    text.assume = vec![path.display().to_string()];
    assert_eq!(refused(&text), ["S0020"]);
}

#[test]
fn a_dash_reads_standard_input() {
    let dir = folder();
    let dir = dir.path();
    fs::write(dir.join("mine.toml"), "[beliefs]\nreputation = 0.1\n").expect("a file");
    let text = b"title = 'T'\nquestion = 'Q'\nextends = ['worlds/europe-2025', 'mine']\n[run]\nmonths = 3\nruns = 5\n";
    for words in [
        &["check", "-"][..],
        &["explain", "-"],
        &["run", "-", "--dry-run"],
        &["run", "-", "--no-charts"],
    ] {
        let output = tried(dir, words, text);
        assert_eq!(code(&output), Some(0), "{words:?}: {}", shown(&output));
    }
    assert!(
        dir.join("output/stdin/summary.json").is_file(),
        "the result is called stdin"
    );
    let broken = tried(dir, &["check", "-"], b"title = 'T'\nquestion = 'Q'\nfoo = 1\n");
    assert!(shown(&broken).contains("stdin:3:1"), "{}", shown(&broken));
    for (input, expected) in [
        (&b"\xff"[..], "S0003"),
        (b"", "S0004"),
        (&vec![b'#'; 17 << 20], "S0002"),
    ] {
        let output = tried(dir, &["run", "-"], input);
        assert!(
            shown(&output).contains(expected) && code(&output) == Some(3),
            "{}",
            shown(&output)
        );
    }
    let twice = tried(dir, &["check", "-", "-"], text);
    assert_eq!(code(&twice), Some(0), "{}", shown(&twice));
    assert_eq!(
        code(&tried(dir, &["play", "-", "--as", "POL"], text)),
        Some(2),
        "there the player answers"
    );
}

#[cfg(unix)]
#[test]
fn pipes_devices_folders_and_sockets_are_named_and_never_opened() {
    let dir = folder();
    let dir = dir.path();
    let made = Command::new("mkfifo")
        .arg(dir.join("fifo"))
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(dir.join("socket")).expect("a socket");
    fs::create_dir(dir.join("folder")).expect("a folder");
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, dir.join(name)).expect("a link");
    link("fifo", "to-fifo.toml");
    link("/dev/zero", "to-device.toml");
    link("nowhere", "dangling.toml");
    link("loop.toml", "loop.toml");
    for (name, words) in [
        ("fifo", "a pipe"),
        ("to-fifo.toml", "a pipe"),
        ("/dev/zero", "a device"),
        ("to-device.toml", "a device"),
        ("socket", "a socket"),
        ("folder", "a folder"),
        ("dangling.toml", "a link to a file that is not there"),
        ("loop.toml", "ymbolic link"),
        #[cfg(target_os = "linux")]
        ("/proc/self/environ", "a view of the running system"),
    ] {
        let scenario = format!("title = 't'\nquestion = 'q'\nextends = '{name}'\n");
        fs::write(dir.join("s.toml"), scenario).expect("a file");
        for command in [
            &["check", "s.toml"][..],
            &["run", "s.toml"],
            &["run", "status-quo", "--dry-run", "--assume", name],
            &["check", "-"],
        ] {
            let output = tried(
                dir,
                command,
                format!("title = 't'\nquestion = 'q'\nextends = '{name}'\n").as_bytes(),
            );
            assert!(
                shown(&output).contains(words),
                "{name}, {command:?}: {}",
                shown(&output)
            );
            assert_eq!(code(&output), Some(3), "{name}, {command:?}");
        }
        for command in [&["check", name][..], &["run", name], &["explain", name]] {
            let is_search = command[0] == "check" && name == "folder" || command[0] == "explain";
            let output = tried(dir, command, b"");
            assert_ne!(code(&output), Some(0), "{name}, {command:?}");
            assert!(
                is_search || shown(&output).contains(words),
                "{name}, {command:?}: {}",
                shown(&output)
            );
        }
    }
    let output = tried(dir, &["calibrate", "--design", "fifo"], b"");
    assert!(shown(&output).contains("a pipe"), "{}", shown(&output));
}
