//! `phi-milter run`: the daemon, from its start to its last message.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::environment::{self, Spawners};
use super::{Exit, report};
use crate::audit::{self, Destination};
use crate::config;
use crate::milter::{self, Listener, Scanner, notify};
use crate::pipeline::Snapshot;
use crate::text::Sketching;
use crate::worker::{Staffing, WorkerErrors};

/// Threads for conversations. Each lasts microseconds, and a second thread costs a message more in
/// wake-ups (a third to a half of its CPU) than it gives; long scans have threads of their own.
const THREADS: usize = 1;

/// Runs until a signal ends it.
pub(crate) fn run(path: Option<&Path>) -> Exit {
    crate::panics::install(|place| log::error!("{place}"));
    // Armed by the environment variable FAILPOINTS, until this value is dropped.
    #[cfg(feature = "failpoints")]
    let _faults = fail::FailScenario::setup();
    // First of all: forking is cheap only while this process is small.
    let spawners = match environment::start_spawners(WorkerErrors::Withheld) {
        Ok(spawners) => spawners,
        Err(exit) => return exit,
    };
    let snapshot = match environment::snapshot(path) {
        Ok(snapshot) => snapshot,
        Err(exit) => return exit,
    };
    if let Err(error) = audit::install(&snapshot.config.log, Destination::Configured) {
        report::error(&error.to_string());
        return Exit::System;
    }
    let runtime = match environment::runtime(THREADS) {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let exit = runtime.block_on(serve(path, snapshot, spawners));
    // A scan that goes on is for a message that was answered already.
    runtime.shutdown_background();
    exit
}

async fn serve(path: Option<&Path>, snapshot: Snapshot, spawners: Spawners) -> Exit {
    let config = &snapshot.config;
    let crew = environment::start_crew(spawners, config, Sketching::Off, Staffing::OneAhead);
    let crew = match crew.await {
        Ok(crew) => crew,
        Err(error) => return fail(&error.to_string()),
    };
    if crew.lookers.is_none() {
        log::warn!("images are not read: there are no models; packaging/get-models fetches them");
    }
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    );
    let (Ok(terminate), Ok(interrupt), Ok(hangup)) = signals else {
        return fail("cannot catch signals");
    };
    let listener = match Listener::open(&snapshot.config.milter) {
        Ok(listener) => listener,
        Err(error) => return fail(&error.to_string()),
    };
    log::info!(
        "phi-milter {} listens on {}: {} rules, mode {}",
        env!("CARGO_PKG_VERSION"),
        listener.place(),
        snapshot.engine.rules().len(),
        match snapshot.config.mode {
            config::Mode::Monitor => "monitor",
            config::Mode::Enforce => "enforce",
        },
    );
    let shared = Arc::new(ArcSwap::from_pointee(snapshot));
    let reloading =
        tokio::spawn(reload_on_hangup(hangup, path.map(Path::to_owned), Arc::clone(&shared)));
    let scanner = Arc::new(Scanner::new(shared, crew));
    notify::ready();
    let ended = milter::run(listener, scanner, ended_by(terminate, interrupt)).await;
    reloading.abort();
    match ended {
        Ok(()) => Exit::Clean,
        Err(error) => fail(&format!("the milter ended: {error}")),
    }
}

fn fail(words: &str) -> Exit {
    log::error!("{words}");
    // Whoever started this by hand looks here; under systemd it is the journal.
    report::error(words);
    Exit::System
}

async fn ended_by(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    log::info!("stopping: messages in flight are finished first");
    notify::stopping();
}

/// Loads a new snapshot on each SIGHUP. Messages that begin later are judged by it; when it does
/// not pass, the old one stays in force.
async fn reload_on_hangup(
    mut hangup: Signal,
    path: Option<std::path::PathBuf>,
    shared: Arc<ArcSwap<Snapshot>>,
) {
    while hangup.recv().await.is_some() {
        notify::reloading();
        let path = path.clone();
        let loaded = tokio::task::spawn_blocking(move || Snapshot::load(path.as_deref())).await;
        match loaded {
            Ok(Ok((new, warnings))) => {
                warnings.0.iter().for_each(|warning| log::warn!("{warning}"));
                for key in config::fixed_until_restart(&shared.load().config, &new.config) {
                    log::warn!("{key} cannot change on reload: restart to apply it");
                }
                log::info!("reloaded: {} rules", new.engine.rules().len());
                audit::apply(&new.config.log);
                shared.store(Arc::new(new));
            }
            Ok(Err(faults)) => {
                faults.0.iter().for_each(|fault| log::error!("{fault}"));
                log::error!("reload refused: config, rules and policy stay as they were");
            }
            Err(_) => log::error!("reload failed: config, rules and policy stay as they were"),
        }
        notify::ready();
    }
}
