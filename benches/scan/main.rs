//! How fast texts are scanned, what start-up takes, and how much memory two threads hold.
//!
//! ```text
//! cargo bench --bench scan -- [--rules] [--only NAME] [--terms N] [--text FILE] [FOLDER]...
//! cargo bench --bench scan -- --write FOLDER
//! ```
//! Each text is scanned twice: until it is known what the shipped policy does to it, as the daemon
//! does by default, and for all findings that can be had. FOLDER holds rules (default: the shipped
//! ones). `--rules` tells what each rule costs alone, over
//! mail and over records; `--only` scans one kind of text, `--text` a file in place of them;
//! `--terms` adds a dictionary of N invented terms; `--write` writes the texts and the rules'
//! patterns for other programs (`benches/peers.py`). MB/s are of CPU time, in which other processes
//! count for little.

#![allow(clippy::print_stdout, missing_docs)]

mod corpora;
mod export;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use phi_milter::config;
use phi_milter::engine::Engine;
use phi_milter::policy::{self, Address, Envelope, Evidence, Network, Policy};
use phi_milter::rules::{self, RuleSet};
use phi_milter::text::Reading;

use corpora::Corpus;

/// Bytes of all texts of a kind.
const CORPUS: usize = 4 << 20;
/// Time for one figure.
const TIME: Duration = Duration::from_millis(1000);

/// What is asked for on the command line.
#[derive(Default)]
struct Asked {
    folders: Vec<PathBuf>,
    by_rule: bool,
    only: Option<String>,
    terms: Option<usize>,
    text: Option<PathBuf>,
    write: Option<PathBuf>,
}

impl Asked {
    fn read() -> Self {
        let mut asked = Self::default();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--rules" => asked.by_rule = true,
                "--only" => asked.only = words.next(),
                "--terms" => asked.terms = words.next().and_then(|count| count.parse().ok()),
                "--text" => asked.text = words.next().map(PathBuf::from),
                "--write" => asked.write = words.next().map(PathBuf::from),
                // Cargo says so to every bench.
                "--bench" => {}
                folder => asked.folders.push(PathBuf::from(folder)),
            }
        }
        if asked.folders.is_empty() {
            asked.folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"));
        }
        asked
    }
}

fn main() -> ExitCode {
    match run(&Asked::read()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            println!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(asked: &Asked) -> Result<(), String> {
    let dictionary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut folders = asked.folders.clone();
    if let Some(count) = asked.terms {
        write_dictionary(dictionary.path(), count).map_err(|error| error.to_string())?;
        folders.push(dictionary.path().to_owned());
    }
    let before = resident();
    let (filter, set) = started(&folders)?;
    let engine = &filter.engine;
    if let Some(folder) = &asked.write {
        let corpora = corpora::all(CORPUS, set.rules());
        return export::write(folder, &corpora, set.rules()).map_err(|error| error.to_string());
    }
    if asked.only.is_none() && asked.text.is_none() {
        two_threads(engine, before);
    }
    let corpora = match &asked.text {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
            vec![Corpus { name: "file", text: String::from_utf8_lossy(&bytes).into_owned() }]
        }
        None => corpora::all(CORPUS, set.rules()),
    };
    let wanted = |corpus: &&Corpus| asked.only.as_deref().is_none_or(|only| only == corpus.name);
    let mut of_mail = None;
    for corpus in corpora.iter().filter(wanted) {
        let readings = corpora::readings(&corpus.text);
        let (deciding, _) = speed(&readings, |reading| filter.decide(reading));
        let (all, findings) = speed(&readings, |reading| all_findings(engine, reading));
        let mail = *of_mail.get_or_insert(deciding);
        println!(
            "{:>10}: {deciding:7.1} MB/s, {:4.2} of the first; all {findings} findings: {all:7.1} MB/s",
            corpus.name,
            deciding / mail,
        );
    }
    if asked.by_rule {
        let with_rules = corpora.iter().filter(wanted).take(2);
        with_rules.for_each(|corpus| rule_by_rule(&folders, &set, corpus));
    }
    Ok(())
}

/// What a message goes through once it is read: to someone outside, by the shipped policy.
struct Filter {
    engine: Engine,
    policy: Policy,
    network: Network,
    envelope: Envelope,
}

impl Filter {
    /// Findings of which it is known what is to be done, by number.
    fn decide(&self, reading: &Reading) -> usize {
        let found = self.engine.scan_leading(reading, never());
        let evidence = Evidence {
            findings: &found.findings,
            facts: &reading.facts,
            texts: &reading.texts,
            size: reading.text_bytes() as u64,
            ..Evidence::default()
        };
        match self.policy.wants_more(&self.network, &self.envelope, &evidence) {
            false => found.findings.len(),
            true => all_findings(&self.engine, reading),
        }
    }
}

fn all_findings(engine: &Engine, reading: &Reading) -> usize {
    engine.scan(reading, never()).findings.len()
}

fn never() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

/// A filter with the rules, and what it took to make it.
fn started(folders: &[PathBuf]) -> Result<(Filter, RuleSet), String> {
    let clock = Instant::now();
    let (set, warnings) = rules::load(folders, &[]).map_err(|faults| faults.to_string())?;
    let loaded = clock.elapsed().as_secs_f64();
    if !warnings.0.is_empty() {
        println!("{warnings}");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/policy.toml");
    let (mut policy, _) = policy::load(&file, &|_| true).map_err(|faults| faults.to_string())?;
    let leading = policy.led_by(set.rules());
    let start = clock.elapsed().as_secs_f64();
    let engine = Engine::led(set.clone(), &leading);
    let built = clock.elapsed().as_secs_f64();
    drop(Engine::new(set.clone(), &leading).map_err(|faults| faults.to_string())?);
    let tested = clock.elapsed().as_secs_f64();
    let (building, both) = (built - start, tested - built);
    println!(
        "{} rules: loaded in {:.0} ms, built in {:.0} ms, tested in {:.0} ms: started in {:.0} ms",
        set.rules().len(),
        1e3 * loaded,
        1e3 * building,
        1e3 * (both - building),
        1e3 * (loaded + both),
    );
    let network = Network::new(&config::Network::default());
    let recipients = vec![Address::from("someone@outside.example")];
    let envelope = Envelope { recipients, ..Envelope::default() };
    Ok((Filter { engine, policy, network, envelope }, set))
}

/// Says how much memory a process holds that has scanned in two threads.
fn two_threads(engine: &Engine, before: u64) {
    let built = resident();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for corpus in corpora::all(1 << 20, engine.rules()) {
                    for reading in corpora::readings(&corpus.text) {
                        drop(engine.scan(&reading, never()));
                    }
                }
            });
        }
    });
    println!(
        "memory: {before} MB before the rules, {built} MB with them, {} MB after two threads have \
         scanned 10 MB each",
        resident()
    );
}

/// MB of memory that this process holds.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}

fn rule_by_rule(folders: &[PathBuf], set: &RuleSet, corpus: &Corpus) {
    println!("each rule alone over {}:", corpus.name);
    let readings = corpora::readings(&corpus.text);
    let nothing = Engine::untested(RuleSet::default());
    let nothing = speed(&readings, |reading| all_findings(&nothing, reading)).0;
    let mut each: Vec<(f64, usize, &str)> = Vec::new();
    for rule in set.rules() {
        let others = set.rules().iter().filter(|other| other.id != rule.id);
        let others: Vec<String> = others.map(|other| other.id.to_string()).collect();
        let alone = rules::load(folders, &others).map(|(set, _)| set);
        let engine = Engine::untested(alone.unwrap_or_default());
        let (speed, findings) = speed(&readings, |reading| all_findings(&engine, reading));
        each.push((1e3 / speed - 1e3 / nothing, findings, &rule.id));
    }
    each.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (cost, findings, id) in each {
        println!("{cost:6.2} ns/B {findings:7} findings  {id}");
    }
}

/// A rule with that many terms.
fn write_dictionary(folder: &Path, terms: usize) -> std::io::Result<()> {
    let kind = folder.join("clinical");
    std::fs::create_dir(&kind)?;
    std::fs::write(kind.join("terms.txt"), corpora::terms(terms))?;
    std::fs::write(
        kind.join("terms.toml"),
        "id = 'terms'\ntitle = 't'\ndescription = 't'\nstatus = 'test'\nkind = 'clinical'\n\
         [words]\nterms = { file = 'terms.txt' }\n\
         [[match]]\nconfidence = 'low'\nwords = ['terms']\n",
    )
}

/// CPU time of this thread: other processes count for little in it.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// MB/s of the best round, and the findings of one.
fn speed(readings: &[Reading], scan: impl Fn(&Reading) -> usize) -> (f64, usize) {
    let bytes: usize = readings.iter().map(Reading::text_bytes).sum();
    let mut findings = 0;
    let mut best = f64::MAX;
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 3 || start.elapsed() < TIME {
        let round = cpu_seconds();
        findings = readings.iter().map(&scan).sum();
        best = best.min(cpu_seconds() - round);
        rounds += 1;
    }
    (bytes as f64 / 1e6 / best, findings)
}
