//! Layers of a scenario, later wins: extended files, the scenario, assumption sets, an option, overrides.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

use super::bundled;
use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, Severity, SourceText, nearest, show};
use super::ensemble::{InForce, Statement};
use super::event::{RawEvent, RawWar};
use super::file::{Flat, Parsed, RawOption, Unread, parse, read_text};
use super::leaf::{Leaf, Named};
use super::schema::Known;
use super::{Problems, Request, Source};

/// Longest chain of files that extend each other.
const DEEPEST: usize = 32;

/// What a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Extended,
    Scenario,
    Assumption,
    Option,
    Set,
}

/// One layer.
#[derive(Debug, Clone)]
pub struct Layer {
    /// As written into results, for example `worlds/europe-2025` or `option silence`.
    pub label: Arc<str>,
    pub role: Role,
    pub flat: Flat,
}

/// Everything a request names, read and parsed.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Extended files, the scenario and the assumption sets, in this order.
    pub layers: Vec<Layer>,
    pub options: Vec<RawOption>,
    pub sets: Vec<Layer>,
    /// The scenario file itself.
    pub main: Parsed,
    /// File stem of the scenario.
    pub name: String,
    /// A file that should be among the layers is not: names it declares would seem unknown.
    pub is_incomplete: bool,
}

/// A value after all layers.
#[derive(Debug, Clone)]
pub struct Set {
    pub leaf: Leaf,
    pub known: &'static Known,
    pub key: Place,
    pub value: Place,
    /// Label of the layer that set it.
    pub layer: Arc<str>,
    pub role: Role,
    /// Rank among all values by the layer and line that first named the path.
    pub first: usize,
    /// Rank by the layer and line that set it last.
    pub last: usize,
}

/// All layers in one.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    pub values: BTreeMap<String, Set>,
    pub events: Vec<(RawEvent, Arc<str>)>,
    pub wars: Vec<(RawWar, Arc<str>)>,
    /// Joint draws, as far as no later layer replaces them. They stand above `values` at their paths.
    pub ensemble: Option<InForce>,
}

impl Merged {
    /// Puts layers on top of each other.
    pub fn new<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> Self {
        let mut merged = Self::default();
        let mut rank = 0;
        for layer in layers {
            match &layer.flat.ensemble {
                None => {}
                Some(Statement::Dropped) => merged.ensemble = None,
                Some(Statement::Table(table)) => merged.ensemble = Some(InForce::new(table, &layer.label)),
            }
            if layer.flat.drop_events {
                merged.events.clear();
            }
            for entry in &layer.flat.entries {
                rank += 1;
                if let Some(ensemble) = &mut merged.ensemble {
                    ensemble.replace(&entry.path);
                }
                let set = Set {
                    leaf: entry.leaf.clone(),
                    known: entry.known,
                    key: entry.key.clone(),
                    value: entry.value.clone(),
                    layer: layer.label.clone(),
                    role: layer.role,
                    first: merged.values.get(&entry.path).map_or(rank, |before| before.first),
                    last: rank,
                };
                merged.values.insert(entry.path.clone(), set);
            }
            let label = || layer.label.clone();
            merged
                .events
                .extend(layer.flat.events.iter().map(|e| (e.clone(), label())));
            merged.wars.extend(layer.flat.wars.iter().map(|w| (w.clone(), label())));
        }
        merged
    }

    /// The value at a path.
    pub fn get(&self, path: &str) -> Option<&Set> {
        self.values.get(path)
    }

    /// The text at a path.
    pub fn text(&self, path: &str) -> Option<&Named> {
        match &self.get(path)?.leaf {
            Leaf::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The names at a path; empty where it is missing.
    pub fn names(&self, path: &str) -> &[Named] {
        match self.get(path).map(|set| &set.leaf) {
            Some(Leaf::Names(names)) => names,
            _ => &[],
        }
    }

    /// The flag at a path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        match self.get(path)?.leaf {
            Leaf::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The whole number at a path.
    pub fn count(&self, path: &str) -> Option<u64> {
        match self.get(path)?.leaf {
            Leaf::Count(count) => Some(count),
            _ => None,
        }
    }

    /// Names right below a table, in the order in which layers first mention them, with the first mention.
    pub fn ids(&self, table: &str) -> Vec<(String, Place)> {
        let prefix = format!("{table}.");
        let mut first: BTreeMap<&str, (usize, &Place)> = BTreeMap::new();
        let below = self.values.range(prefix.clone()..);
        for (path, set) in below.take_while(|(path, _)| path.starts_with(&prefix)) {
            let id = path[prefix.len()..].split('.').next().unwrap_or_default();
            let mention = first.entry(id).or_insert((set.first, &set.key));
            if set.first < mention.0 {
                *mention = (set.first, &set.key);
            }
        }
        let mut ids: Vec<_> = first.into_iter().collect();
        ids.sort_by_key(|(_, (rank, _))| *rank);
        ids.into_iter()
            .map(|(id, (_, place))| (id.to_owned(), place.clone()))
            .collect()
    }
}

/// Where a text comes from, to resolve what it extends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    Disk(PathBuf),
    Bundled(String),
}

/// Reads everything that a request names. Findings go to the report; only an unreadable scenario stops it.
pub fn read(request: &Request, report: &mut Report) -> Result<Loaded, Problems> {
    let (home, source, name) = open_scenario(&request.source)?;
    let main = parse(&source, report);
    let mut stack = Stack {
        root: match &home {
            Home::Disk(path) => path.parent().map(Path::to_path_buf),
            Home::Bundled(_) => None,
        },
        open: vec![home.clone()],
        done: Vec::new(),
        layers: Vec::new(),
        options: Vec::new(),
        is_incomplete: main.is_broken,
    };
    stack.extend(&main, &home, report);
    let mut options = std::mem::take(&mut stack.options);
    options.extend(main.options.iter().cloned());
    stack.layers.push(Layer {
        label: name.as_str().into(),
        role: Role::Scenario,
        flat: main.flat.clone(),
    });
    for assumption in &request.assume {
        stack.assume(assumption, report);
    }
    let Stack {
        layers, is_incomplete, ..
    } = stack;
    let sets = request
        .sets
        .iter()
        .filter_map(|set| override_layer(set, report))
        .collect();
    Ok(Loaded {
        layers,
        options,
        sets,
        main,
        name,
        is_incomplete,
    })
}

/// Opens the scenario itself.
fn open_scenario(source: &Source) -> Result<(Home, Arc<SourceText>, String), Problems> {
    match source {
        Source::Text { name, text } => {
            let source = SourceText {
                name: name.clone(),
                text: text.clone(),
            };
            Ok((Home::Bundled(name.clone()), Arc::new(source), name.clone()))
        }
        Source::Path(path) => {
            let text = read_text(path).map_err(|unread| match unread {
                Unread::Io(source) => Problems::Io {
                    path: path.clone(),
                    source,
                },
                Unread::Invalid(finding) => Problems::Invalid(vec![*finding]),
            })?;
            let stem = path
                .file_stem()
                .map_or_else(|| "scenario".into(), |s| s.to_string_lossy().into_owned());
            // One file under two names is still one file: cycles are found by the real path.
            Ok((
                Home::Disk(path.canonicalize().unwrap_or_else(|_| path.clone())),
                text,
                stem,
            ))
        }
        Source::Bundled(name) => match bundled::text(name) {
            Some((path, text)) => {
                let stem = path
                    .trim_end_matches(".toml")
                    .rsplit('/')
                    .next()
                    .unwrap_or(name)
                    .to_owned();
                Ok((Home::Bundled(path.clone()), bundled_source(&path, text), stem))
            }
            None => {
                let message = format!("no file and no bundled scenario is called `{}`", show(name));
                let known = bundled::scenarios();
                let mut finding = Diagnostic::bare(codes::NOT_FOUND, Severity::Error, message)
                    .nearest(name, known.iter().map(|b| b.name.as_str()));
                if finding.help.is_none() {
                    finding = finding.help("`deter list` prints the bundled scenarios");
                }
                Err(Problems::Invalid(vec![finding]))
            }
        },
    }
}

/// A bundled text under the name by which messages call it.
fn bundled_source(path: &str, text: &str) -> Arc<SourceText> {
    Arc::new(SourceText {
        name: format!("scenarios/{path}"),
        text: text.to_owned(),
    })
}

/// The files read so far.
struct Stack {
    /// Folder of the scenario, if it is on disk.
    root: Option<PathBuf>,
    /// Files whose extended files are being read.
    open: Vec<Home>,
    /// Files already among the layers: read once, even if two files extend them.
    done: Vec<Home>,
    layers: Vec<Layer>,
    options: Vec<RawOption>,
    is_incomplete: bool,
}

impl Stack {
    /// Adds the files that `parsed` extends, deepest first.
    fn extend(&mut self, parsed: &Parsed, home: &Home, report: &mut Report) {
        for base in parsed.head_names("extends") {
            if report.is_full() {
                return;
            }
            if self.open.len() > DEEPEST {
                let message = format!("files extend each other more than {DEEPEST} deep");
                report.push(Diagnostic::error(codes::TOO_BIG, &base.place, message));
                self.is_incomplete = true;
                return;
            }
            let Some((found, source)) = self.find(&base, home, report) else {
                self.is_incomplete = true;
                continue;
            };
            if self.open.contains(&found) {
                let message = format!("`{}` extends itself through this line", show(&base.name));
                let finding = Diagnostic::error(codes::CYCLE, &base.place, message);
                report.push(finding.help("one of the files must stop extending the other"));
                continue;
            }
            if self.done.contains(&found) {
                continue;
            }
            let inner = parse(&source, report);
            self.is_incomplete |= inner.is_broken;
            self.open.push(found.clone());
            self.extend(&inner, &found, report);
            self.open.pop();
            self.done.push(found);
            self.options.extend(inner.options);
            self.layers.push(Layer {
                label: base.name.trim_end_matches(".toml").into(),
                role: Role::Extended,
                flat: inner.flat,
            });
        }
    }

    /// Finds the file that `extends` names: beside the file, beside the scenario, or bundled.
    fn find(&self, base: &Named, home: &Home, report: &mut Report) -> Option<(Home, Arc<SourceText>)> {
        let folder = match home {
            Home::Disk(path) => path.parent().map(Path::to_path_buf),
            Home::Bundled(_) => None,
        };
        // A world names other worlds as scenarios do, `worlds/NAME`: that is below the folder above.
        let above = folder
            .as_deref()
            .filter(|f| f.ends_with("worlds"))
            .and_then(Path::parent)
            .map(Path::to_path_buf);
        let mut folders: Vec<PathBuf> = folder.into_iter().chain(above).chain(self.root.clone()).collect();
        folders.dedup();
        let mut names = Vec::new();
        if let Home::Bundled(path) = home
            && let Some((folder, _)) = path.rsplit_once('/')
        {
            names.push(format!("{folder}/{}", base.name));
        }
        names.push(base.name.clone());
        let found = look(&folders, &names, &base.name, |message| {
            report.push(Diagnostic::error(codes::UNREADABLE, &base.place, message));
        })?;
        if found.is_none() {
            let message = format!("there is no file and no bundled world `{}`", show(&base.name));
            let known: Vec<String> = bundled::worlds().iter().map(|w| format!("worlds/{}", w.name)).collect();
            let finding = Diagnostic::error(codes::NOT_FOUND, &base.place, message);
            report.push(finding.nearest(&base.name, known.iter().map(String::as_str)));
        }
        found
    }

    /// Adds an assumption set by path or name.
    fn assume(&mut self, name: &str, report: &mut Report) {
        let argument = argument(format!("--assume {name}"), name.len());
        let folders = [PathBuf::new(), PathBuf::from("scenarios/assumptions")];
        let names = [format!("assumptions/{name}"), name.to_owned()];
        let found = look(&folders, &names, name, |message| {
            report.push(Diagnostic::error(codes::UNREADABLE, &argument, message));
        });
        let Some(found) = found else { return };
        let Some((home, source)) = found else {
            let message = format!("there is no file and no bundled assumption set `{}`", show(name));
            let known = bundled::assumptions();
            let finding = Diagnostic::error(codes::NOT_FOUND, &argument, message);
            report.push(finding.nearest(name, known.iter().map(|b| b.name.as_str())));
            return;
        };
        let parsed = parse(&source, report);
        if let Some(option) = parsed.options.first() {
            let message = String::from("an assumption set has no options; they belong to scenarios");
            report.push(Diagnostic::error(codes::UNKNOWN_KEY, &option.name.place, message));
        }
        super::answer::refuse(&parsed, report);
        let kept = self.options.len();
        self.open = vec![home.clone()];
        self.extend(&parsed, &home, report);
        self.options.truncate(kept);
        let short = Path::new(name)
            .file_stem()
            .map_or_else(|| name.to_owned(), |s| s.to_string_lossy().into_owned());
        self.layers.push(Layer {
            label: format!("assume {short}").into(),
            role: Role::Assumption,
            flat: parsed.flat,
        });
    }
}

/// Looks for a file in folders, then for bundled names. `None` after an unreadable file was told to `unreadable`.
#[allow(clippy::type_complexity)] // the outer option tells "told already" from "not there"
fn look(
    folders: &[PathBuf],
    names: &[String],
    wanted: &str,
    unreadable: impl FnOnce(String),
) -> Option<Option<(Home, Arc<SourceText>)>> {
    for folder in folders {
        for candidate in [folder.join(wanted), folder.join(format!("{wanted}.toml"))] {
            if !candidate.is_file() {
                continue;
            }
            return match read_text(&candidate) {
                // One file under two names is still one file.
                Ok(source) => {
                    let home = candidate.canonicalize().unwrap_or(candidate);
                    Some(Some((Home::Disk(home), source)))
                }
                Err(Unread::Io(error)) => {
                    unreadable(format!(
                        "cannot read {}: {error}",
                        show(&candidate.display().to_string())
                    ));
                    None
                }
                Err(Unread::Invalid(finding)) => {
                    unreadable(finding.message);
                    None
                }
            };
        }
    }
    let bundled = names.iter().find_map(|name| bundled::text(name));
    Some(bundled.map(|(path, text)| (Home::Bundled(path.clone()), bundled_source(&path, text))))
}

/// A command-line argument as a text, with the place of its last `length` bytes.
fn argument(text: String, length: usize) -> Place {
    let end = text.len();
    let source = SourceText {
        name: text.clone(),
        text,
    };
    Place {
        source: Arc::new(source),
        span: end.saturating_sub(length)..end,
    }
}

/// Reads `path=value`.
fn override_layer(set: &str, report: &mut Report) -> Option<Layer> {
    let source = |text: String| {
        Arc::new(SourceText {
            name: format!("--set {}", show(set)),
            text,
        })
    };
    let whole = Place {
        source: source(set.to_owned()),
        span: 0..set.len(),
    };
    let Some((path, value)) = set.split_once('=').filter(|(path, _)| !path.trim().is_empty()) else {
        let finding = Diagnostic::error(codes::BAD_SET, &whole, "an override is written path=value");
        report.push(finding.help("for example --set beliefs.reputation=0"));
        return None;
    };
    // Words and months need no quotes here: the shell has eaten them anyway.
    let word = value.trim();
    let starts_word = word.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let is_word = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-/".contains(&b));
    let is_month = word.len() == 7 && word.as_bytes()[4] == b'-';
    let number = ["true", "false", "nan", "inf"].contains(&word);
    let text = if is_word && !number && (starts_word || is_month) && DeTable::parse(set).is_err() {
        format!("{path}=\"{word}\"")
    } else {
        set.to_owned()
    };
    let parsed = parse(&source(text), report);
    let inherited = parsed
        .card
        .first()
        .map(|entry| &entry.key)
        .or(parsed.options.first().map(|o| &o.name.place));
    if let Some(place) = inherited {
        let message = "only figures and other keys of the model can be overridden";
        report.push(Diagnostic::error(codes::BAD_SET, place, message));
        return None;
    }
    Some(Layer {
        label: "--set".into(),
        role: Role::Set,
        flat: parsed.flat,
    })
}

/// The option of this name, or a finding.
pub fn option<'a>(loaded: &'a Loaded, name: &str, report: &mut Report) -> Option<&'a RawOption> {
    let found = loaded.options.iter().find(|o| o.name.name == name);
    if found.is_none() {
        let place = argument(format!("--option {name}"), name.len());
        let message = format!("the scenario has no option `{}`", show(name));
        let known: Vec<&str> = loaded.options.iter().map(|o| o.name.name.as_str()).collect();
        let mut finding = Diagnostic::error(codes::UNKNOWN_OPTION, &place, message);
        finding = match nearest(name, known.iter().copied()) {
            None if known.is_empty() => finding.help("the scenario has no options at all"),
            _ => finding.nearest(name, known),
        };
        report.push(finding);
    }
    found
}

/// An option as a layer.
pub fn option_layer(option: &RawOption) -> Layer {
    Layer {
        label: format!("option {}", option.name.name).into(),
        role: Role::Option,
        flat: option.flat.clone(),
    }
}
