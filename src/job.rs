//! One job: a plan is simulated, and its results and charts become a folder, whole or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::chart::{self, ChartError, Style};
use crate::engine::{Block, Halt, Plan, Sink, simulate};
use crate::model::inputs::EventKind;
use crate::model::record::{RunRecord, SeriesSpec};
use crate::random::SEED_FORMULA;
use crate::report;
use crate::results::format::{
    ArmSeries, EventTag, MANIFEST_FORMAT, Manifest, Outcome, RungTag, SUMMARY_FORMAT, ScenarioTag, ScriptedTag,
    SeriesRow, SeriesTag, Stored, Summary,
};
use crate::results::{
    ARMS, About, Accumulator, CHARTS, COMPARISON, ChallengesWriter, Column, Folder, MemberSums, Placed, REPORT,
    ResultsError, Revision, RunsWriter, SCENARIO, SUMMARY, read_manifest, spare_memory, write_arms,
    write_beside_others, write_json, write_series, write_whole,
};
use crate::scenario::schema;
use crate::study::Comparison;

/// What every summary says of itself.
pub const NOTE: &str = "What follows under the stated assumptions; not a forecast.";

/// How a job is done; nothing here changes a number.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Result folder.
    pub out: PathBuf,
    /// Threads; none for one a core.
    pub jobs: Option<usize>,
    /// Replace a result of another plan.
    pub force: bool,
    /// Draw charts in this style.
    pub charts: Option<Style>,
    /// The command that makes the same result again.
    pub argv: Vec<String>,
}

/// What a job leaves.
#[derive(Debug, Clone)]
pub struct Finished {
    pub folder: PathBuf,
    pub stored: Stored,
    /// False when it was interrupted.
    pub complete: bool,
    /// The same result was there before, and nothing was computed.
    pub was_there: bool,
    /// What a user should know, a sentence each.
    pub notices: Vec<String>,
}

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Results(#[from] ResultsError),
    #[error("cannot draw the charts: {0}")]
    Chart(#[from] ChartError),
    #[error("cannot make the page: {0}")]
    Page(ChartError),
    /// The numbers are safe, the pictures are not there.
    #[error(
        "{cause}\nthe result itself is saved in {}; `deter chart` and `deter report` try again",
        crate::text::path(folder)
    )]
    Undrawn { folder: PathBuf, cause: Box<JobError> },
    #[error("cannot start {jobs} threads: {reason}; try fewer with --jobs")]
    Threads { jobs: usize, reason: String },
    #[error("interrupted before the first block of runs was finished; nothing was written")]
    Nothing,
}

/// Takes blocks of runs into the tables and the estimates.
struct Store {
    accumulator: Accumulator,
    /// Where the scenario has an ensemble.
    members: Option<MemberSums>,
    runs: RunsWriter,
    challenges: ChallengesWriter,
}

impl Store {
    fn create(plan: &Plan, dir: &Path) -> Result<Self, ResultsError> {
        let base = &plan.scenario.base;
        let measures = &plan.model.measures;
        let columns: Vec<Column> = plan
            .scenario
            .uncertain
            .iter()
            .map(|u| {
                let field = schema::figure(&u.path);
                Column {
                    name: u.path.clone(),
                    unit: field.as_ref().map_or("1", |f| f.unit).to_owned(),
                    label: field.as_ref().map_or("", |f| f.doc).trim().to_owned(),
                }
            })
            .collect();
        let states: Vec<String> = base.states.iter().map(|s| s.iso3.clone()).collect();
        let rungs: Vec<String> = base.ladder.iter().map(|r| r.id.clone()).collect();
        let turns = plan.scenario.turns();
        let about = about(plan);
        Ok(Self {
            members: turns.map(|t| MemberSums::new(&measures.outcomes, t)),
            accumulator: Accumulator::new(&measures.outcomes, &measures.series, plan.scenario.run.months),
            runs: RunsWriter::create(dir, &about, &columns, turns, &measures.outcomes)?,
            challenges: ChallengesWriter::create(dir, &about, &states, &rungs)?,
        })
    }
}

impl Sink for Store {
    type Error = ResultsError;

    fn take(&mut self, block: Block) -> Result<(), ResultsError> {
        let mut drawn = Vec::with_capacity(block.runs.len());
        let mut records: Vec<RunRecord> = Vec::with_capacity(block.runs.len());
        for run in block.runs {
            drawn.push(run.drawn);
            records.push(run.record);
        }
        self.runs.write(block.first, &drawn, &records)?;
        self.challenges.write(block.first, &records)?;
        self.accumulator.add_block(&records);
        if let Some(members) = &mut self.members {
            members.add_block(block.first, &records);
        }
        Ok(())
    }
}

/// Runs a plan and writes its result folder. A finished result of the same plan is not computed again.
///
/// # Errors
/// [`JobError::Results`] if the folder is taken or cannot be written, [`JobError::Nothing`] if it was interrupted at
/// once: whatever was in the folder before is then still there. [`JobError::Undrawn`] if a chart cannot be drawn.
pub fn run(plan: &Plan, settings: &Settings, halt: &Halt) -> Result<Finished, JobError> {
    let play = |store: &mut dyn Sink<Error = ResultsError>| Ok((simulate(plan, halt, store)?, ()));
    run_with(plan, None, settings, play, |(), _| None)
}

/// Whether the result of a plan could go to the folder `out`, without computing or writing anything.
///
/// # Errors
/// [`ResultsError`] where the folder holds something else, and `force` does not say to replace it.
pub fn admits(plan: &Plan, out: &Path, force: bool) -> Result<(), ResultsError> {
    if std::fs::symlink_metadata(out).is_err() {
        return Ok(());
    }
    let settings = Settings {
        out: out.to_path_buf(),
        jobs: None,
        force,
        charts: None,
        argv: Vec::new(),
    };
    Folder::admits(
        out,
        &manifest(plan, &settings, plan.scenario.run.runs, "complete"),
        force,
    )
}

/// Runs whatever `play` plays and writes the result folder of `plan`, whose runs `play` hands to the sink. It returns their
/// number and what else came of it, which `compare` turns, with the months of `plan`, into a comparison with other plans;
/// `study` is then the hash of all that determines it.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_with<T: Send>(
    plan: &Plan,
    study: Option<String>,
    settings: &Settings,
    play: impl FnOnce(&mut dyn Sink<Error = ResultsError>) -> Played<T> + Send,
    compare: impl FnOnce(T, &[SeriesRow]) -> Option<Compared>,
) -> Result<Finished, JobError> {
    let describe = |done: u64, state: &str| Manifest {
        study: study.clone(),
        ..manifest(plan, settings, done, state)
    };
    let planned = describe(plan.scenario.run.runs, "complete");
    if let Some(stored) = standing(plan, &planned, &settings.out) {
        return stand(stored, settings);
    }
    let jobs = settings.jobs.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|e| JobError::Threads {
            jobs,
            reason: e.to_string(),
        })?;
    let folder = Folder::create(&settings.out, &planned, settings.force)?;
    spare_memory(folder.target(), 0)?;
    let gathered = gather(plan, describe, &pool, &folder, play, compare);
    let (stored, complete) = gathered.map_err(|error| match error {
        JobError::Results(error) => JobError::Results(error.instead(folder.path(), folder.target())),
        other => other,
    })?;
    settle(folder, stored, settings, complete)
}

/// A comparison, and months of its arms.
pub(crate) type Compared = (Comparison, Vec<ArmSeries>);

/// What is played and what comes of it, see [`run_with`].
type Played<T> = Result<(u64, T), ResultsError>;

/// Plays and writes tables and documents into the folder in the making. The answer is true where all runs were done.
fn gather<T: Send>(
    plan: &Plan,
    describe: impl Fn(u64, &str) -> Manifest,
    pool: &rayon::ThreadPool,
    folder: &Folder,
    play: impl FnOnce(&mut dyn Sink<Error = ResultsError>) -> Played<T> + Send,
    compare: impl FnOnce(T, &[SeriesRow]) -> Option<Compared>,
) -> Result<(Stored, bool), JobError> {
    let (store, (done, more)) = pool.install(|| -> Result<(Store, (u64, T)), ResultsError> {
        let mut store = Store::create(plan, folder.path())?;
        let played = play(&mut store)?;
        Ok((store, played))
    })?;
    if done == 0 {
        return Err(JobError::Nothing);
    }
    let complete = done == plan.scenario.run.runs;
    let Store {
        accumulator,
        members,
        runs,
        challenges,
    } = store;
    runs.finish()?;
    challenges.finish()?;
    let series = accumulator.series_rows();
    write_series(folder.path(), &about(plan), &series_tags(plan), &series)?;
    let state = if complete { "complete" } else { "partial" };
    let summary = summary(plan, &accumulator, members.as_ref(), done, state);
    write_json(&folder.path().join(SUMMARY), &summary)?;
    write_json(&folder.path().join(SCENARIO), &*plan.scenario.archive)?;
    let compared = compare(more, &series);
    if let Some((comparison, arms)) = &compared {
        write_json(&folder.path().join(COMPARISON), comparison)?;
        write_arms(folder.path(), &about(plan), &series_tags(plan), arms)?;
    }
    let (comparison, arms) = compared.map_or((None, Vec::new()), |(comparison, arms)| (Some(comparison), arms));
    let stored = Stored {
        manifest: describe(done, state),
        summary,
        series,
        comparison,
        arms,
    };
    Ok((stored, complete))
}

/// Draws what belongs to a new result and puts it all in place.
fn settle(folder: Folder, mut stored: Stored, settings: &Settings, complete: bool) -> Result<Finished, JobError> {
    // Pictures and a page of the result that is replaced are made anew, asked for or not: a user would miss them.
    let style = match settings.charts {
        None if folder.renews(CHARTS)? => Some(Style::default()),
        charts => charts,
    };
    let mut undrawn = None;
    if let Some(style) = &style {
        stored.manifest.style = style_name(style);
        if let Err(error) = draw(&stored, style, &folder.path().join(CHARTS)) {
            undrawn = Some(JobError::from(error));
            stored.manifest.style = String::new();
            let charts = folder.path().join(CHARTS);
            if charts.exists() {
                std::fs::remove_dir_all(&charts).map_err(ResultsError::io("remove", &charts))?;
            }
        }
    }
    if folder.renews(REPORT)?
        && let Err(error) = page(&stored, &folder.path().join(REPORT))
    {
        undrawn = Some(error);
    }
    let placed = folder.finish(stored.manifest.clone())?;
    if let Some(cause) = undrawn {
        return Err(JobError::Undrawn {
            folder: placed.folder,
            cause: Box::new(cause),
        });
    }
    if placed.kept_old {
        stored = Stored::read(&placed.folder)?;
    } else {
        stored.manifest = read_manifest(&placed.folder)?;
    }
    Ok(Finished {
        folder: placed.folder,
        stored,
        complete,
        was_there: false,
        notices: placed.notices,
    })
}

/// The result in `out`, if it is the one that is planned: finished, as it was written, and with the same texts.
fn standing(plan: &Plan, planned: &Manifest, out: &Path) -> Option<Stored> {
    let found = read_manifest(out).ok()?;
    if found.identity() != planned.identity() || found.state != "complete" {
        return None;
    }
    // Programs before the months of arms were kept have left none for the pictures.
    if found.study.is_some() && !found.checksums.contains_key(ARMS) {
        return None;
    }
    // What is no part of what was found out: where, by which command and with which pictures.
    let alike = Manifest {
        target: planned.target.clone(),
        argv: planned.argv.clone(),
        ..found
    };
    let planned = Manifest {
        checksums: alike.checksums.clone(),
        pictures: alike.pictures.clone(),
        style: alike.style.clone(),
        own_checksum: alike.own_checksum.clone(),
        ..planned.clone()
    };
    let stored = Stored::read(out).ok().filter(|_| alike == planned)?;
    let outcomes = &plan.model.measures.outcomes;
    let same_words = stored.summary.note == NOTE
        && stored.summary.outcomes.len() == outcomes.len()
        && stored
            .summary
            .outcomes
            .iter()
            .zip(outcomes)
            .all(|(s, o)| (&s.id, &s.label, s.unit.as_str()) == (&o.id, &o.label, o.unit));
    same_words.then_some(stored)
}

/// A result that is there; pictures that are missing or look otherwise are drawn.
fn stand(mut stored: Stored, settings: &Settings) -> Result<Finished, JobError> {
    let out = &settings.out;
    let is_picture = |name: &&String| Path::new(name).starts_with(CHARTS);
    let pictures: Vec<&String> = stored.manifest.pictures.keys().filter(is_picture).collect();
    let mut notices = Vec::new();
    if let Some(style) = &settings.charts {
        let are_there = !pictures.is_empty() && pictures.iter().all(|name| out.join(name).exists());
        if !are_there || stored.manifest.style != style_name(style) {
            notices = redraw(out, &stored, style)?.notices;
            stored.manifest = read_manifest(out)?;
        }
    }
    Ok(Finished {
        folder: out.clone(),
        stored,
        complete: true,
        was_there: true,
        notices,
    })
}

/// How pictures look, as the manifest says it.
fn style_name(style: &Style) -> String {
    let (size, theme, letters) = (style.size.name(), style.theme.name(), style.letters.name());
    format!("{size} {theme} {} {letters}", style.scale)
}

/// Draws all charts of stored results into a folder of our own, where nothing else has their names; [`draw_into`] is for
/// folders of others. Returns the PNG files.
///
/// # Errors
/// [`ChartError`] if a chart cannot be drawn or written; those before it are then complete.
pub fn draw(stored: &Stored, style: &Style, dir: &Path) -> Result<Vec<PathBuf>, ChartError> {
    let mut written = Vec::new();
    for picture in chart::draw_all(stored, style)? {
        picture.write(dir)?;
        written.push(dir.join(format!("{}.png", picture.name)));
    }
    Ok(written)
}

/// Draws all charts of stored results into any folder, in which files of others stay. Returns the files written and a
/// sentence for each that could not have its name.
///
/// # Errors
/// As [`redraw`].
pub fn draw_into(stored: &Stored, style: &Style, dir: &Path) -> Result<(Vec<PathBuf>, Vec<String>), JobError> {
    let pictures = chart::draw_all(stored, style)?;
    let files = pictures.iter().flat_map(|picture| picture.files());
    let files: Vec<(String, Vec<u8>)> = files.map(|(name, bytes)| (name, bytes.to_vec())).collect();
    Ok(write_beside_others(dir, &files)?)
}

/// Draws the charts of a result folder anew. Pictures that somebody edited stay.
///
/// # Errors
/// [`JobError::Chart`] if a chart cannot be drawn, [`JobError::Results`] if the folder cannot be written; the old pictures
/// are then still there.
pub fn redraw(folder: &Path, stored: &Stored, style: &Style) -> Result<Placed, JobError> {
    let revision = Revision::begin(folder)?;
    draw(stored, style, &revision.path().join(CHARTS))?;
    Ok(revision.finish(CHARTS, Some(style_name(style)))?)
}

/// Writes the page of a result folder. One that somebody edited stays.
///
/// # Errors
/// As [`redraw`].
pub fn renew_page(folder: &Path, stored: &Stored) -> Result<Placed, JobError> {
    let revision = Revision::begin(folder)?;
    page(stored, &revision.path().join(REPORT))?;
    Ok(revision.finish(REPORT, None)?)
}

fn page(stored: &Stored, path: &Path) -> Result<(), JobError> {
    let html = report::html(stored).map_err(JobError::Page)?;
    write_whole(path, html.as_bytes()).map_err(ResultsError::io("write", path))?;
    Ok(())
}

fn tag(plan: &Plan) -> ScenarioTag {
    let s = &plan.scenario;
    ScenarioTag {
        name: s.name.clone(),
        title: s.title.clone(),
        question: s.question.clone(),
        hash: s.hash.clone(),
    }
}

/// Calendar month of month 0.
fn start(plan: &Plan) -> String {
    let (year, month) = plan.scenario.run.start;
    format!("{year:04}-{month:02}")
}

fn about(plan: &Plan) -> About {
    let s = &plan.scenario;
    About {
        scenario: s.name.clone(),
        scenario_hash: s.hash.clone(),
        option: s.option.clone(),
        assumptions: s.assumptions.clone(),
        start: start(plan),
        seed: s.run.seed,
        plan_hash: plan.hash(),
    }
}

fn series_tags(plan: &Plan) -> Vec<SeriesTag> {
    let tag = |x: &SeriesSpec| SeriesTag {
        id: x.id.clone(),
        label: x.label.clone(),
        unit: x.unit.to_owned(),
    };
    plan.model.measures.series.iter().map(tag).collect()
}

fn summary(plan: &Plan, accumulator: &Accumulator, members: Option<&MemberSums>, runs: u64, state: &str) -> Summary {
    let s = &plan.scenario;
    let mut outcomes: Vec<Outcome> = accumulator.outcomes();
    if let Some(members) = members {
        for (outcome, parameters) in outcomes.iter_mut().zip(members.parameters()) {
            outcome.parameters = Some(parameters);
        }
    }
    Summary {
        format: SUMMARY_FORMAT.to_owned(),
        scenario: tag(plan),
        assumptions: s.assumptions.clone(),
        option: s.option.clone(),
        seed: s.run.seed,
        runs,
        months: s.run.months,
        state: state.to_owned(),
        note: NOTE.to_owned(),
        outcomes,
    }
}

/// The challenger that can reach a protégé of the focal arrangement; the first in the scenario's order.
pub(crate) fn focal_challenger(plan: &Plan) -> String {
    let base = &plan.scenario.base;
    let Some(focal) = base.arrangements.get(base.focal) else {
        return String::new();
    };
    let dyad = plan
        .model
        .ground
        .dyads
        .iter()
        .find(|d| focal.proteges.contains(&d.target));
    dyad.map_or(String::new(), |d| {
        base.states[base.challengers[d.challenger].state].name.clone()
    })
}

/// Acts that events of the scenario start within its horizon, in the order of their months.
fn scripted(plan: &Plan) -> Vec<ScriptedTag> {
    let s = &plan.scenario;
    let mut acts: Vec<ScriptedTag> = s
        .base
        .events
        .iter()
        .filter(|e| e.month < s.run.months)
        .filter_map(|e| match e.kind {
            EventKind::Challenge { target, rung, .. } => Some(ScriptedTag {
                month: e.month,
                rung: s.base.ladder[rung].id.clone(),
                target: s.base.states[target].name.clone(),
            }),
            _ => None,
        })
        .collect();
    acts.sort_by_key(|a| a.month);
    acts
}

/// Dated events of a plan, for the pictures, in the order of their months.
pub(crate) fn dated_events(plan: &Plan) -> Vec<EventTag> {
    let s = &plan.scenario;
    let mut events: Vec<EventTag> = s
        .base
        .events
        .iter()
        .filter(|e| {
            e.hazard.is_none()
                && e.when.is_none()
                && e.probability > 0.0
                && e.month < s.run.months
                && !e.note.is_empty()
        })
        .filter(|e| !matches!(e.kind, EventKind::LeaderChange { .. }))
        .map(|e| EventTag {
            month: e.month,
            note: e.note.clone(),
        })
        .collect();
    events.sort_by(|a, b| a.month.cmp(&b.month).then_with(|| a.note.cmp(&b.note)));
    events.dedup();
    events
}

fn manifest(plan: &Plan, settings: &Settings, done: u64, state: &str) -> Manifest {
    let s = &plan.scenario;
    Manifest {
        format: MANIFEST_FORMAT.to_owned(),
        state: state.to_owned(),
        scenario: tag(plan),
        assumptions: s.assumptions.clone(),
        option: s.option.clone(),
        start: start(plan),
        months: s.run.months,
        seed: s.run.seed,
        seed_formula: SEED_FORMULA.to_owned(),
        runs_planned: s.run.runs,
        runs_finished: done,
        program: "deter".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
        plan_hash: plan.hash(),
        study: None,
        focal: s
            .base
            .arrangements
            .get(s.base.focal)
            .map_or(String::new(), |a| a.id.clone()),
        challenger: focal_challenger(plan),
        rungs: s
            .base
            .ladder
            .iter()
            .map(|r| RungTag {
                id: r.id.clone(),
                label: r.label.clone(),
            })
            .collect(),
        scripted: scripted(plan),
        focus_rung: s
            .base
            .ladder
            .get(plan.model.ground.focus)
            .map_or(String::new(), |r| r.id.clone()),
        series: series_tags(plan),
        events: dated_events(plan),
        checksums: BTreeMap::new(),
        pictures: BTreeMap::new(),
        style: String::new(),
        effective: s.effective.clone(),
        argv: settings.argv.clone(),
        own_checksum: String::new(),
    }
}
