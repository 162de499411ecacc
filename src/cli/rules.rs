//! `phi-milter rules`: the rules in force, one of them, and their tests.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::environment::{self, Environment};
use super::{Exit, baseline, report, source};
use crate::config;
use crate::diagnostic::Diagnostics;
use crate::engine::Engine;
use crate::engine::selftest::{self, TestOutcome};
use crate::rules::{self, Rule, RuleSet, Sample};
use crate::text::{Reading, Sketching};

/// `--version`: the program's version, and the rule set in force. Says so when there is none.
pub(crate) fn version(config: Option<&Path>) -> Exit {
    let program = concat!("phi-milter ", env!("CARGO_PKG_VERSION"));
    let set = config::load(config).and_then(|(config, _)| {
        let folders = config.rules.folders()?;
        let (set, _) = rules::load(&folders, &config.rules.disable)?;
        let places: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
        Ok(format!("{} rules from {}", set.rules().len(), places.join(", ")))
    });
    let set = set.unwrap_or_else(|_| "none that loads; `phi-milter check` says why".to_owned());
    report::out(&format!("{program}\nrule set: {set}"))
}

/// `rules list`: a line a rule.
pub(crate) fn list(config: Option<&Path>) -> Exit {
    match load(config, &[]) {
        Err(exit) => exit,
        Ok(set) => {
            let mut lines = String::new();
            for rule in set.rules() {
                let kind = format!("{:?}", rule.kind).to_lowercase();
                let status = format!("{:?}", rule.status).to_lowercase();
                let _ = writeln!(lines, "{:<24} {kind:<11} {status:<13} {}", rule.id, rule.title);
            }
            report::out(&lines)
        }
    }
}

/// `rules show ID`: what a rule finds, where that comes from, its file, and what it finds in a
/// folder of messages.
pub(crate) fn show(config: Option<&Path>, id: &str, folder: Option<&Path>) -> Exit {
    let set = match load(config, &[]) {
        Ok(set) => set,
        Err(exit) => return exit,
    };
    let Some(rule) = set.rules().iter().find(|rule| &*rule.id == id) else {
        report::error(&format!("no rule has the id {id:?}; 'phi-milter rules list' names them"));
        return Exit::Usage;
    };
    let shown = report::out(&format!("# {}\n{}", rule.path().display(), rule.text()));
    match folder {
        None => shown,
        Some(folder) => {
            shown.and(environment::with_workers(config, Sketching::Off, async |environment| {
                baseline::history(&environment, folder, id).await
            }))
        }
    }
}

/// `rules test`: the tests inside the rules, and what the rules find in mail that holds no PHI.
pub(crate) fn test(config: Option<&Path>, paths: &[PathBuf], folder: Option<&Path>) -> Exit {
    let set = match load(config, paths) {
        Ok(set) => set,
        Err(exit) => return exit,
    };
    let wanted = match wanted(&set, paths) {
        Ok(wanted) => wanted,
        Err(exit) => return exit,
    };
    let engine = Engine::untested(set);
    let mut outcomes = selftest::run(&engine);
    outcomes.retain(|outcome| wanted.iter().any(|id| **id == *outcome.rule));
    let samples = match samples(&engine, &wanted) {
        Ok(samples) => samples,
        Err(exit) => return exit,
    };
    if samples.is_empty() && folder.is_none() {
        return tell(&wanted, &outcomes);
    }
    // Samples and baseline are messages and documents: they are read in workers.
    environment::with_workers(config, Sketching::Off, async |environment| {
        for (rule, sample) in &samples {
            match read_sample(&environment, sample).await {
                Ok(reading) => outcomes.push(selftest::sample(&engine, rule, sample, &reading)),
                Err(words) => {
                    report::error(&words);
                    return Exit::System;
                }
            }
        }
        let told = tell(&wanted, &outcomes);
        match folder {
            Some(folder) => told.and(baseline::measure(&environment, folder).await),
            None => told,
        }
    })
}

/// The rules of the config, and of the rule folders in which `paths` stand.
fn load(config: Option<&Path>, paths: &[PathBuf]) -> Result<RuleSet, Exit> {
    let loaded = load_folders(config, paths);
    match loaded {
        Ok((set, warnings)) => {
            environment::say(&warnings);
            Ok(set)
        }
        Err(faults) => {
            environment::say(&faults);
            Err(Exit::Config)
        }
    }
}

fn load_folders(
    config: Option<&Path>,
    paths: &[PathBuf],
) -> Result<(RuleSet, Diagnostics), Diagnostics> {
    let (config, mut warnings) = config::load(config)?;
    let mut folders = config.rules.folders()?;
    for path in paths {
        let root = rule_folder(path);
        if !folders.iter().any(|folder| same(folder, &root)) {
            folders.push(root);
        }
    }
    let (set, found) = rules::load(&folders, &config.rules.disable)?;
    warnings.extend(found);
    Ok((set, warnings))
}

/// The rule folder that a path stands for: a rule file's grandparent, a kind folder's parent, or
/// itself.
fn rule_folder(path: &Path) -> PathBuf {
    let is_kind = |folder: &Path| {
        let name = folder.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| ["identifiers", "clinical", "documents"].contains(&name))
    };
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let root = if is_kind(folder) { folder.parent().unwrap_or(folder) } else { folder };
    if root.as_os_str().is_empty() { PathBuf::from(".") } else { root.to_owned() }
}

fn same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// The ids of the rules that `paths` name; all of them when there are none.
fn wanted(set: &RuleSet, paths: &[PathBuf]) -> Result<Vec<String>, Exit> {
    let named = |rule: &Rule| {
        paths.is_empty()
            || paths.iter().any(|path| match (rule.path().canonicalize(), path.canonicalize()) {
                (Ok(rule), Ok(path)) => rule.starts_with(path),
                _ => false,
            })
    };
    let ids: Vec<_> =
        set.rules().iter().filter(|rule| named(rule)).map(|rule| rule.id.to_string()).collect();
    if ids.is_empty() {
        report::error("no rule stands in the paths given");
        return Err(Exit::Usage);
    }
    Ok(ids)
}

/// The samples beside the wanted rules, each with its rule's id.
fn samples(engine: &Engine, wanted: &[String]) -> Result<Vec<(String, Sample)>, Exit> {
    let mut found = Vec::new();
    for rule in engine.rules().iter().filter(|rule| wanted.iter().any(|id| **id == *rule.id)) {
        match rules::samples(rule) {
            Ok(samples) => {
                found.extend(samples.into_iter().map(|sample| (rule.id.to_string(), sample)));
            }
            Err(faults) => {
                environment::say(&faults);
                return Err(Exit::Config);
            }
        }
    }
    Ok(found)
}

async fn read_sample(environment: &Environment, sample: &Sample) -> Result<Reading, String> {
    let item = source::open(&sample.path).map_err(|error| error.to_string())?.next();
    let item = match item {
        Some(item) => item.map_err(|error| error.to_string())?,
        None => return Err(format!("{} is empty", sample.path.display())),
    };
    let snapshot = &environment.snapshot;
    let limits = &snapshot.config.limits;
    let deadline = Instant::now() + limits.time.0;
    let passwords = &snapshot.passwords;
    let readers = &environment.crew.readers;
    let read = readers.read(&item.bytes, &item.input, passwords, limits.message, deadline).await;
    read.map_err(|fault| format!("{}: {fault}", sample.path.display()))
}

fn tell(wanted: &[String], outcomes: &[TestOutcome]) -> Exit {
    let failures: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.failure.as_ref()).collect();
    failures.iter().for_each(|failure| report::note(&failure.to_string()));
    let (failed, passed) = (failures.len(), outcomes.len() - failures.len());
    let printed = report::out(&format!("{} rules: {passed} passed, {failed} failed", wanted.len()));
    if failed > 0 { printed.and(Exit::Found) } else { printed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_file_stands_in_the_folder_above_its_kind() {
        let root = tempfile::tempdir().unwrap();
        let kind = root.path().join("clinical");
        std::fs::create_dir(&kind).unwrap();
        assert_eq!(rule_folder(&kind.join("x.toml")), root.path());
        assert_eq!(rule_folder(&kind), root.path());
        assert_eq!(rule_folder(root.path()), root.path());
    }
}
