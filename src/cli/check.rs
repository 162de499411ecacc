//! `phi-milter check`: config, rules, policy, this machine, and Postfix when asked.

use std::path::Path;

use super::environment::{self, Spawners};
use super::{Exit, postfix, report};
use crate::config::Mode;
use crate::pipeline::Snapshot;
use crate::text::Sketching;
use crate::worker::{Piece, Staffing, WorkerError, WorkerErrors};

/// Checks everything that `run` needs, and says what is well too.
pub(crate) fn check(config: Option<&Path>, postfix_folder: Option<&Path>) -> Exit {
    crate::panics::install(report::error);
    let spawners = match environment::start_spawners(WorkerErrors::Withheld) {
        Ok(spawners) => spawners,
        Err(exit) => return exit,
    };
    let snapshot = match environment::snapshot(config) {
        Ok(snapshot) => snapshot,
        Err(exit) => return exit,
    };
    let printed =
        report::out(&format!("config, rules and policy are well: {}", summary(&snapshot)));
    let sandbox = match check_workers(spawners, &snapshot) {
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

fn check_workers(spawners: Spawners, snapshot: &Snapshot) -> Result<String, Exit> {
    let runtime = environment::runtime(1)?;
    let probed = runtime.block_on(async {
        let config = &snapshot.config;
        let crew = environment::start_crew(spawners, config, Sketching::Off, Staffing::OneAhead);
        let crew = crew.await?;
        let lacking = crew.readers.probe().await?;
        Ok::<_, WorkerError>((lacking, crew.lookers.is_some()))
    });
    match probed {
        Ok((lacking, look)) => {
            let sandbox = if lacking.is_empty() {
                "workers start, and their sandbox is complete".to_owned()
            } else {
                format!(
                    "workers start, but this system lacks a piece of their sandbox: {}",
                    Piece::list(&lacking)
                )
            };
            let images = if look {
                "images are read"
            } else {
                "images are not read: there are no models; packaging/get-models fetches them"
            };
            Ok(format!("{sandbox}\n{images}"))
        }
        Err(error) => {
            report::error(&error.to_string());
            Err(Exit::System)
        }
    }
}
