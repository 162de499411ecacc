//! What every command needs before it can begin: config, snapshot, workers, runtime.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::runtime::Runtime;

use super::{Exit, report};
use crate::audit::{self, Destination};
use crate::diagnostic::Diagnostics;
use crate::pipeline::Snapshot;
use crate::worker::{Pool, Spawner, WorkerErrors};

/// A snapshot and the workers to read with.
pub(crate) struct Environment {
    /// Config, rules and policy.
    pub snapshot: Arc<Snapshot>,
    /// The workers.
    pub pool: Pool,
}

/// Runs a command that scans at once and ends. Panics, and whatever else is logged, go to standard
/// error.
pub(crate) fn with_workers(
    config: Option<&Path>,
    work: impl AsyncFnOnce(Environment) -> Exit,
) -> Exit {
    crate::panics::install(report::error);
    let prepared = start_spawner(WorkerErrors::Shown).and_then(|spawner| {
        let snapshot = Arc::new(snapshot(config)?);
        Ok((spawner, snapshot, runtime(cores())?))
    });
    let (spawner, snapshot, runtime) = match prepared {
        Ok(prepared) => prepared,
        Err(exit) => return exit,
    };
    // Nothing was installed before: this runs once.
    let _ = audit::install(&snapshot.config.log, Destination::Stderr);
    runtime.block_on(async {
        let pool = Pool::new(spawner, &snapshot.config.workers, &snapshot.config.limits);
        match pool.probe().await {
            Ok(_) => work(Environment { snapshot, pool }).await,
            Err(error) => {
                report::error(&error.to_string());
                Exit::System
            }
        }
    })
}

/// Starts the process that starts workers. To be called before anything large is loaded. From here
/// on no process leaves a core file: it would hold mail, and outlive it.
pub(crate) fn start_spawner(errors: WorkerErrors) -> Result<Spawner, Exit> {
    // The system refuses to raise a limit, never to lower it.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    Spawner::start(None, errors).map_err(|error| {
        report::error(&error.to_string());
        Exit::System
    })
}

/// Loads config, rules and policy; says on standard error what is wrong with them.
pub(crate) fn snapshot(config: Option<&Path>) -> Result<Snapshot, Exit> {
    match Snapshot::load(config) {
        Ok((snapshot, warnings)) => {
            say(&warnings);
            Ok(snapshot)
        }
        Err(diagnostics) => {
            say(&diagnostics);
            Err(Exit::Config)
        }
    }
}

/// Prints diagnostics to standard error.
pub(crate) fn say(diagnostics: &Diagnostics) {
    for diagnostic in &diagnostics.0 {
        report::note(&diagnostic.to_string());
    }
}

/// A runtime with so many threads for conversations with MTAs and workers, and for short scans.
pub(crate) fn runtime(threads: usize) -> Result<Runtime, Exit> {
    let built =
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    built.map_err(|error| {
        report::error(&format!("cannot start the runtime: {error}"));
        Exit::System
    })
}

/// How many cores this process may use.
pub(crate) fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}
