//! What every command needs before it can begin: config, snapshot, workers, runtime.

use std::path::Path;
use std::sync::Arc;

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::runtime::Runtime;

use super::{Exit, report};
use crate::audit::{self, Destination};
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::pipeline::Snapshot;
use crate::sight::Models;
use crate::text::Sketching;
use crate::worker::{self, Crew, Lookers, Pool, Spawner, Staffing, WorkerError, WorkerErrors};

/// A snapshot and the workers to read with.
pub(crate) struct Environment {
    /// Config, rules and policy.
    pub snapshot: Arc<Snapshot>,
    /// The workers.
    pub crew: Crew,
}

/// Runs a command that scans at once and ends. Panics, and whatever else is logged, go to standard
/// error.
pub(crate) fn with_workers(
    config: Option<&Path>,
    sketching: Sketching,
    work: impl AsyncFnOnce(Environment) -> Exit,
) -> Exit {
    crate::panics::install(report::error);
    let prepared = start_spawners(WorkerErrors::Shown).and_then(|spawners| {
        let snapshot = Arc::new(snapshot(config)?);
        Ok((spawners, snapshot, runtime(worker::cores())?))
    });
    let (spawners, snapshot, runtime) = match prepared {
        Ok(prepared) => prepared,
        Err(exit) => return exit,
    };
    // Nothing was installed before: this runs once.
    let _ = audit::install(&snapshot.config.log, Destination::Stderr);
    runtime.block_on(async {
        let staffing = Staffing::WhenNeeded;
        match start_crew(spawners, &snapshot.config, sketching, staffing).await {
            Ok(crew) => work(Environment { snapshot, crew }).await,
            Err(error) => {
                report::error(&error.to_string());
                Exit::System
            }
        }
    })
}

/// The processes that start workers.
pub(crate) struct Spawners {
    /// Of workers that read messages.
    pub readers: Spawner,
    /// Of workers that read pixels.
    pub lookers: Spawner,
}

/// Starts the processes that start workers. To be called before anything large is loaded. From here
/// on no process leaves a core file: it would hold mail, and outlive it.
pub(crate) fn start_spawners(errors: WorkerErrors) -> Result<Spawners, Exit> {
    // The system refuses to raise a limit, never to lower it.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let start = || {
        Spawner::start(None, errors).map_err(|error| {
            report::error(&error.to_string());
            Exit::System
        })
    };
    Ok(Spawners { readers: start()?, lookers: start()? })
}

/// Starts workers of both kinds and waits until the first of each is ready; of those that read pixels
/// only where they are not to be started when they are needed. These need models: without them there
/// are none, which is no fault.
///
/// # Errors
/// When one cannot be started, or lacks a piece of the sandbox that the config requires.
pub(crate) async fn start_crew(
    spawners: Spawners,
    config: &Config,
    sketching: Sketching,
    staffing: Staffing,
) -> Result<Crew, WorkerError> {
    let Config { workers, images, limits, .. } = config;
    let Spawners { readers, lookers } = spawners;
    let readers = Pool::new(readers, workers, limits);
    let models = images.folder().filter(|folder| Models::are_in(folder));
    let lookers = models.map(|models| {
        let pool = Pool::of_lookers(lookers, models, workers, images, limits, sketching, staffing);
        Arc::new(Lookers::new(pool))
    });
    readers.probe().await?;
    if staffing == Staffing::OneAhead
        && let Some(lookers) = &lookers
    {
        lookers.pool.probe().await?;
    }
    Ok(Crew { readers, lookers })
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
