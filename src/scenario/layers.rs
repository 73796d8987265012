//! Layers of a scenario, found and read: extended files, the scenario, assumption sets, an option, overrides.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

use super::archive::{ARCHIVE_FORMAT, Archive, ArchivedFile};
use super::bundled;
use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, Severity, SourceText, nearest, show};
use super::file::{Flat, Parsed, RawOption, Unread, parse, read_text};
use super::leaf::Named;
use super::outside;
use super::{Problems, Request, STDIN, Source};

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
    /// All texts, to read them again.
    pub archive: Archive,
    /// Files extend each other in a circle: what they were to bring is unknown.
    pub is_circular: bool,
}

/// Where a text comes from, to resolve what it extends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    Disk(PathBuf),
    Bundled(String),
    /// A place in the archive that is read.
    Archived(usize),
}

/// Reads everything that a request names. Findings go to the report; only an unreadable scenario stops it.
pub fn read(request: &Request, report: &mut Report) -> Result<Loaded, Problems> {
    let (home, source, name) = open_scenario(request)?;
    let main = parse(&source, report);
    let mut stack = Stack {
        root: match &home {
            Home::Disk(path) => path.parent().map(Path::to_path_buf),
            Home::Bundled(_) => matches!(request.source, Source::Stdin(_)).then(PathBuf::new),
            Home::Archived(_) => None,
        },
        kept: Kept::new(&home, &source),
        archive: match &request.source {
            Source::Archive(archive) => Some(Arc::clone(archive)),
            _ => None,
        },
        bundled_only: request.bundled_only,
        open: vec![home.clone()],
        done: Vec::new(),
        layers: Vec::new(),
        options: Vec::new(),
        is_incomplete: main.is_broken,
        is_circular: false,
    };
    stack.extend(&main, &home, report);
    let mut options = std::mem::take(&mut stack.options);
    options.extend(main.options.iter().cloned());
    stack.layers.push(Layer {
        label: name.as_str().into(),
        role: Role::Scenario,
        flat: main.flat.clone(),
    });
    for (number, assumption) in request.assume.iter().enumerate() {
        stack.assume(assumption, number, report);
    }
    let Stack {
        layers,
        is_incomplete,
        kept,
        is_circular,
        ..
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
        archive: Archive {
            format: ARCHIVE_FORMAT.to_owned(),
            name: name.clone(),
            option: request.option.clone(),
            assume: request.assume.clone(),
            sets: request.sets.clone(),
            assumptions: kept.assumptions,
            files: kept.files,
        },
        name,
        is_incomplete,
        is_circular,
    })
}

/// Opens the scenario itself.
fn open_scenario(request: &Request) -> Result<(Home, Arc<SourceText>, String), Problems> {
    let refused = |shown: &str| {
        let message = format!("no bundled scenario is called `{shown}`, and no file is read");
        let finding = Diagnostic::bare(codes::NOT_BUNDLED, Severity::Error, message);
        Problems::Invalid(vec![finding.help("a text of your own comes on standard input, as `-`")])
    };
    match &request.source {
        Source::Path(path) if request.bundled_only => Err(refused(&show(&path.to_string_lossy()))),
        Source::Archive(archive) if request.bundled_only => Err(refused(&show(&archive.name))),
        Source::Stdin(text) => {
            let source = SourceText {
                name: STDIN.to_owned(),
                text: text.clone(),
            };
            Ok((Home::Bundled(STDIN.to_owned()), Arc::new(source), STDIN.to_owned()))
        }
        Source::Text { name, text } => {
            let source = SourceText {
                name: name.clone(),
                text: text.clone(),
            };
            Ok((Home::Bundled(name.clone()), Arc::new(source), name.clone()))
        }
        Source::Archive(archive) => match archived(archive, 0) {
            Some(source) => Ok((Home::Archived(0), source, archive.name.clone())),
            None => {
                let message = "the stored scenario has no text".to_owned();
                let finding = Diagnostic::bare(codes::NOT_FOUND, Severity::Error, message);
                Err(Problems::Invalid(vec![finding]))
            }
        },
        Source::Path(path) => {
            let text = read_text(path).map_err(|unread| match unread {
                Unread::Io(source) => Problems::Io {
                    path: path.clone(),
                    source: match outside::is_stream(path) {
                        true => io::Error::new(source.kind(), format!("{source}; `-` reads standard input")),
                        false => source,
                    },
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
            None if request.bundled_only => Err(refused(&show(name))),
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

/// A text of an archive.
fn archived(archive: &Archive, index: usize) -> Option<Arc<SourceText>> {
    archive.files.get(index).map(|file| {
        Arc::new(SourceText {
            name: file.name.clone(),
            text: file.text.clone(),
        })
    })
}

/// The texts that are read, to be kept.
struct Kept {
    homes: Vec<Home>,
    files: Vec<ArchivedFile>,
    assumptions: Vec<usize>,
}

impl Kept {
    fn new(home: &Home, source: &SourceText) -> Self {
        let mut kept = Self {
            homes: Vec::new(),
            files: Vec::new(),
            assumptions: Vec::new(),
        };
        kept.add(home, source);
        kept
    }

    /// The place of a text, which is kept once.
    fn add(&mut self, home: &Home, source: &SourceText) -> usize {
        if let Some(place) = self.homes.iter().position(|kept| kept == home) {
            return place;
        }
        let is_bundled = !matches!(home, Home::Disk(_));
        self.homes.push(home.clone());
        self.files
            .push(ArchivedFile::new(&source.name, is_bundled, &source.text));
        self.files.len() - 1
    }

    /// The file `home` extends another by the name `name`.
    fn link(&mut self, home: &Home, name: &str, found: &Home, source: &SourceText) {
        let place = self.add(found, source);
        if let Some(from) = self.homes.iter().position(|kept| kept == home) {
            self.files[from].extends.insert(name.to_owned(), place);
        }
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
    /// No folder is looked into.
    bundled_only: bool,
    kept: Kept,
    /// Where the texts come from, if they were kept before.
    archive: Option<Arc<Archive>>,
    /// Files whose extended files are being read.
    open: Vec<Home>,
    /// Files already among the layers: read once, even if two files extend them.
    done: Vec<Home>,
    layers: Vec<Layer>,
    options: Vec<RawOption>,
    is_incomplete: bool,
    is_circular: bool,
}

impl Stack {
    /// Adds the files that `parsed` extends, deepest first.
    fn extend(&mut self, parsed: &Parsed, home: &Home, report: &mut Report) {
        self.is_incomplete |= parsed.wrong_heads.iter().any(|key| key == "extends");
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
            self.kept.link(home, &base.name, &found, &source);
            if self.open.contains(&found) {
                let message = format!("`{}` extends itself through this line", show(&base.name));
                let finding = Diagnostic::error(codes::CYCLE, &base.place, message);
                report.push(finding.help("one of the files must stop extending the other"));
                self.is_circular = true;
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

    /// Finds the file that `extends` names: beside the file, beside the scenario, or bundled. None after a finding.
    fn find(&self, base: &Named, home: &Home, report: &mut Report) -> Option<(Home, Arc<SourceText>)> {
        let folder = match home {
            Home::Disk(path) => path.parent().map(Path::to_path_buf),
            Home::Bundled(_) | Home::Archived(_) => None,
        };
        if let (Home::Archived(place), Some(archive)) = (home, &self.archive) {
            let found = archive.files.get(*place).and_then(|file| file.extends.get(&base.name));
            let found = found.and_then(|&index| Some((Home::Archived(index), archived(archive, index)?)));
            if found.is_none() {
                let message = format!("the stored scenario has no text of `{}`", show(&base.name));
                report.push(Diagnostic::error(codes::NOT_FOUND, &base.place, message));
            }
            return found;
        }
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
        let known = || bundled::worlds().iter().map(|w| format!("worlds/{}", w.name)).collect();
        self.sought(&folders, &names, base, "world", known, report)
    }

    /// Looks for a file, and tells what stands in the way.
    fn sought(
        &self,
        folders: &[PathBuf],
        names: &[String],
        wanted: &Named,
        what: &str,
        known: impl FnOnce() -> Vec<String>,
        report: &mut Report,
    ) -> Option<(Home, Arc<SourceText>)> {
        let folders = if self.bundled_only { &[] } else { folders };
        let finding = match look(folders, names, &wanted.name) {
            Sought::Found(home, source) => {
                // What the program carries is nobody's secret, nor is the scenario itself, where a circle leads back to it.
                let foreign = match &home {
                    Home::Disk(_) if !self.open.contains(&home) => outside::foreign(&source),
                    _ => None,
                };
                match foreign {
                    None => return Some((home, source)),
                    Some(finding) => finding,
                }
            }
            Sought::Unusable(message) => Diagnostic::error(codes::UNREADABLE, &wanted.place, message),
            Sought::Nothing if self.bundled_only => {
                let message = format!(
                    "no bundled {what} is called `{}`, and no file is read",
                    show(&wanted.name)
                );
                let finding = Diagnostic::error(codes::NOT_BUNDLED, &wanted.place, message);
                finding.nearest(&wanted.name, known().iter().map(String::as_str))
            }
            Sought::Nothing => {
                let message = format!("there is no file and no bundled {what} `{}`", show(&wanted.name));
                let finding = Diagnostic::error(codes::NOT_FOUND, &wanted.place, message);
                finding.nearest(&wanted.name, known().iter().map(String::as_str))
            }
        };
        report.push(finding);
        None
    }

    /// Adds an assumption set by path or name, `number` of those that are asked for.
    fn assume(&mut self, name: &str, number: usize, report: &mut Report) {
        let wanted = Named {
            name: name.to_owned(),
            place: argument(format!("--assume {name}"), name.len()),
        };
        let folders = [PathBuf::new(), PathBuf::from("scenarios/assumptions")];
        let names = [format!("assumptions/{name}"), name.to_owned()];
        let known = || bundled::assumptions().into_iter().map(|b| b.name).collect();
        let stored = self.archive.as_ref().and_then(|archive| {
            let place = *archive.assumptions.get(number)?;
            Some((Home::Archived(place), archived(archive, place)?))
        });
        let found = stored.or_else(|| self.sought(&folders, &names, &wanted, "assumption set", known, report));
        let Some((home, source)) = found else {
            return;
        };
        let place = self.kept.add(&home, &source);
        self.kept.assumptions.push(place);
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

/// What a search for a file came to.
enum Sought {
    Found(Home, Arc<SourceText>),
    /// It is there but cannot be read: why.
    Unusable(String),
    Nothing,
}

/// Looks for a file in folders, then for bundled names.
fn look(folders: &[PathBuf], names: &[String], wanted: &str) -> Sought {
    // A folder may well be called like a bundled world; only if there is no such world was the folder meant.
    let mut in_the_way = None;
    // An empty name would mean the folder itself.
    for folder in folders.iter().filter(|_| !wanted.is_empty()) {
        for candidate in [folder.join(wanted), folder.join(format!("{wanted}.toml"))] {
            let shown = || show(&candidate.display().to_string());
            match outside::look(&candidate) {
                Ok(_) => {}
                Err(error) if outside::is_nothing(&error, &candidate) => continue,
                Err(error) => {
                    in_the_way.get_or_insert_with(|| format!("cannot read {}: {error}", shown()));
                    continue;
                }
            }
            return match read_text(&candidate) {
                // One file under two names is still one file.
                Ok(source) => Sought::Found(Home::Disk(candidate.canonicalize().unwrap_or(candidate)), source),
                Err(Unread::Io(error)) => Sought::Unusable(format!("cannot read {}: {error}", shown())),
                Err(Unread::Invalid(finding)) => Sought::Unusable(finding.message),
            };
        }
    }
    let bundled = names.iter().find_map(|name| bundled::text(name));
    match (bundled, in_the_way) {
        (Some((path, text)), _) => Sought::Found(Home::Bundled(path.clone()), bundled_source(&path, text)),
        (None, Some(message)) => Sought::Unusable(message),
        (None, None) => Sought::Nothing,
    }
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
        let several = name
            .split(',')
            .map(str::trim)
            .filter(|n| !n.is_empty())
            .collect::<Vec<_>>();
        finding = match nearest(name, known.iter().copied()) {
            _ if several.len() > 1 || name == "all" => finding.help(format!(
                "one option is run at a time; to compare several: deter compare SCENARIO --options {}",
                show(&several.join(","))
            )),
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
