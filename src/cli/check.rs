//! `phi-milter check`: config, rules, policy, this machine, and Postfix when asked.

use std::path::Path;

use super::{Exit, environment, postfix, report};
use crate::config::Mode;
use crate::pipeline::Snapshot;
use crate::worker::{Piece, Pool, Spawner, WorkerErrors};

/// Checks everything that `run` needs, and says what is well too.
pub(crate) fn check(config: Option<&Path>, postfix_folder: Option<&Path>) -> Exit {
    crate::panics::install(report::error);
    let spawner = match environment::start_spawner(WorkerErrors::Withheld) {
        Ok(spawner) => spawner,
        Err(exit) => return exit,
    };
    let snapshot = match environment::snapshot(config) {
        Ok(snapshot) => snapshot,
        Err(exit) => return exit,
    };
    let printed =
        report::out(&format!("config, rules and policy are well: {}", summary(&snapshot)));
    let sandbox = match check_sandbox(spawner, &snapshot) {
        Ok(words) => report::out(&words),
        Err(exit) => return exit,
    };
    let Some(folder) = postfix_folder else { return printed.and(sandbox) };
    printed.and(sandbox).and(postfix::check(folder, &snapshot.config))
}

fn summary(snapshot: &Snapshot) -> String {
    let mode = match snapshot.config.mode {
        Mode::Monitor => "monitor",
        Mode::Enforce => "enforce",
    };
    format!(
        "{} rules, {} policies, mode {mode}",
        snapshot.engine.rules().len(),
        snapshot.policy.ids().count()
    )
}

fn check_sandbox(spawner: Spawner, snapshot: &Snapshot) -> Result<String, Exit> {
    let runtime = environment::runtime(1)?;
    let probed = runtime.block_on(async {
        Pool::new(spawner, &snapshot.config.workers, &snapshot.config.limits).probe().await
    });
    match probed {
        Ok(lacking) if lacking.is_empty() => {
            Ok("workers start, and their sandbox is complete".to_owned())
        }
        Ok(lacking) => Ok(format!(
            "workers start, but this system lacks a piece of their sandbox: {}",
            Piece::list(&lacking)
        )),
        Err(error) => {
            report::error(&error.to_string());
            Err(Exit::System)
        }
    }
}
