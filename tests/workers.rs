//! Workers as they run: the built binary, real processes, and what befalls them.

// The lint excuses tests themselves, not what they share.
#![allow(clippy::unwrap_used)]

#[path = "support/lines.rs"]
mod lines;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use phi_milter::config;
use phi_milter::extract::Input;
use phi_milter::limits::{Bytes, Cause, Limits, Span};
use phi_milter::text::{Place, Reading};
use phi_milter::worker::{Fault, Pool, Sealed, Spawner, Spool, WorkerError, WorkerErrors};
use rustix::process::{Pid, Signal, kill_process};

const PROGRAM: &str = env!("CARGO_BIN_EXE_phi-milter");

/// Far enough off never to matter.
const PATIENCE: Duration = Duration::from_secs(50);

/// A pool and the process id of its spawner.
struct Workers {
    pool: Arc<Pool>,
    spawner: u32,
}

impl Workers {
    fn start(count: u32, recycle_after: u32, limits: Limits) -> Self {
        let workers = config::Workers { count, recycle_after, ..config::Workers::default() };
        Self::of(Path::new(PROGRAM), &workers, &limits)
    }

    fn of(program: &Path, workers: &config::Workers, limits: &Limits) -> Self {
        let spawner = Spawner::start(Some(program.to_owned()), WorkerErrors::Withheld).unwrap();
        let id = spawner.id();
        Self { pool: Arc::new(Pool::new(spawner, workers, limits)), spawner: id }
    }

    async fn read(&self, text: &str) -> Reading {
        read(&self.pool, text).await.unwrap()
    }

    /// Waits until so many workers run, and gives their process ids.
    async fn ids(&self, count: usize) -> Vec<u32> {
        let begun = Instant::now();
        loop {
            let ids = children(self.spawner);
            let ready = self.pool.counts().started as usize >= count;
            if ids.len() == count && ready {
                return ids;
            }
            assert!(begun.elapsed() < PATIENCE, "{} workers instead of {count}", ids.len());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn one(count: u32) -> (Self, Vec<u32>) {
        let workers = Self::start(count, 1000, Limits::default());
        let ids = workers.ids(count as usize).await;
        (workers, ids)
    }
}

fn message(text: &str) -> Sealed {
    let mut spool = Spool::new();
    spool
        .push(format!("From: a@clinic.example\r\nSubject: s\r\n\r\n{text}\r\n").as_bytes())
        .unwrap();
    spool.seal().unwrap()
}

async fn read(pool: &Pool, text: &str) -> Result<Reading, Fault> {
    read_up_to(Limits::default().message, pool, text).await
}

async fn read_up_to(most: Bytes, pool: &Pool, text: &str) -> Result<Reading, Fault> {
    pool.read(&message(text), &Input::Message, &[], most, Instant::now() + PATIENCE).await
}

/// The body of a message that was read, all of it.
#[track_caller]
fn body(reading: &Reading) -> &str {
    assert_eq!(reading.unread, [], "all of it is read");
    body_so_far(reading)
}

/// The body, as far as it was read; an empty one is no text.
fn body_so_far(reading: &Reading) -> &str {
    let body = reading.texts.iter().find(|text| text.place == Place::Body);
    body.map_or("", |text| text.content.expose().trim())
}

fn causes(reading: &Reading) -> Vec<Cause> {
    reading.unread.iter().map(|unread| unread.cause).collect()
}

/// The processes that a process started.
fn children(parent: u32) -> Vec<u32> {
    let of_parent = |entry: fs::DirEntry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(')')?;
        let mut fields = after_name.split_ascii_whitespace();
        let living = fields.next()? != "Z";
        (living && fields.next()?.parse() == Ok(parent)).then_some(id)
    };
    fs::read_dir("/proc").unwrap().flatten().filter_map(of_parent).collect()
}

fn signal(id: u32, signal: Signal) {
    kill_process(Pid::from_raw(id as i32).unwrap(), signal).unwrap();
}

/// Waits until something holds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what} never came");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Every log line of this test process.
fn log_lines() -> &'static Mutex<Vec<String>> {
    lines::logged(log::LevelFilter::Trace)
}

fn was_logged(words: &str) -> bool {
    log_lines().lock().unwrap().iter().any(|line| line.contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_read() {
    let (workers, _) = Workers::one(1).await;
    assert_eq!(workers.pool.probe().await.unwrap(), [], "the sandbox is complete here");
    assert_eq!(body(&workers.read("hello").await), "hello");
    assert_eq!(workers.pool.counts().started, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_every_size_are_read_by_the_same_worker() {
    let (workers, ids) = Workers::one(1).await;
    for length in [0, 100, 20_000, 120_000, 128 * 1024, 200_000, 3 << 20, 0] {
        let text = "x".repeat(length);
        assert!(body(&workers.read(&text).await) == text, "{length}");
    }
    assert_eq!(children(workers.spawner), ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_of_a_very_large_message_gives_its_memory_back_by_ending() {
    let (workers, ids) = Workers::one(1).await;
    let text = "x".repeat(12 << 20);
    assert!(body(&workers.read(&text).await) == text);
    assert_eq!(body(&workers.read("next").await), "next");
    assert_ne!(workers.ids(1).await, ids);
    assert_eq!(workers.pool.counts().recycled, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_over_the_limit_is_unread_and_not_clean() {
    let workers = Workers::start(1, 1000, Limits::default());
    let reading = read_up_to(Bytes(10_000), &workers.pool, &"x".repeat(10_000)).await;
    assert_eq!(causes(&reading.unwrap()), [Cause::TooLarge]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_messages_at_a_time_each_get_their_own_answer() {
    let (workers, _) = Workers::one(3).await;
    let reads = (0..200).map(|number| {
        let pool = Arc::clone(&workers.pool);
        tokio::spawn(async move {
            let text = format!("message {number} ").repeat(1 + number * 20);
            (body(&read(&pool, &text).await.unwrap()).to_owned(), text.trim().to_owned())
        })
    });
    for read in reads.collect::<Vec<_>>() {
        let (got, sent) = read.await.unwrap();
        assert_eq!(got, sent);
    }
    assert_eq!(workers.pool.counts().died, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kernel_holds_a_worker_to_its_sandbox() {
    let limits = Limits { worker_memory: Bytes::mib(700), ..Limits::default() };
    let workers = Workers::start(1, 1000, limits);
    let id = workers.ids(1).await[0];
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "Threads:\t1"] {
        assert!(status.lines().any(|l| l == line), "{line} in\n{status}");
    }
    let held = fs::read_to_string(format!("/proc/{id}/limits")).unwrap();
    let most = |name: &str| {
        let line = held.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_ascii_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(most("Max address space"), ["734003200", "734003200"]);
    assert_eq!(most("Max file size"), ["0", "0"]);
    assert_eq!(most("Max core file size"), ["0", "0"]);
    assert_eq!(most("Max processes"), ["0", "0"]);
    assert_eq!(most("Max open files"), ["8", "8"]);
    assert_ne!(most("Max cpu time")[0], "unlimited");
    let environment = fs::read_to_string(format!("/proc/{id}/environ")).unwrap();
    let foreign = |entry: &&str| {
        // What we set, and the pieces into which the C library cuts it.
        let ours = ["GLIBC_TUNABLES=", "glibc.malloc."];
        !entry.is_empty() && !ours.iter().any(|own| entry.starts_with(own))
    };
    assert_eq!(environment.split('\0').find(foreign), None, "nothing of the daemon's environment");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_descriptor_of_the_daemon_reaches_a_worker() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::io::fcntl_setfd(&listener, rustix::io::FdFlags::empty()).unwrap();
    let (workers, ids) = Workers::one(1).await;
    for id in [workers.spawner, ids[0]] {
        for entry in fs::read_dir(format!("/proc/{id}/fd")).unwrap().flatten() {
            let target = fs::read_link(entry.path()).unwrap_or_default();
            let number: u32 = entry.file_name().to_str().unwrap().parse().unwrap();
            let own = target.to_string_lossy();
            let known = own.starts_with("socket:") || own.contains("pidfd");
            assert!(number <= 2 || known, "{number} is {own}");
        }
    }
    let sockets = fs::read_dir(format!("/proc/{}/fd", ids[0])).unwrap().count();
    assert_eq!(sockets, 4, "socket, null twice, and the socket once more");
    let errors = fs::read_link(format!("/proc/{}/fd/2", ids[0])).unwrap();
    assert_eq!(errors, Path::new("/dev/null"), "no way from a worker into the daemon's log");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_killed_while_idle_cost_no_message_anything() {
    log_lines();
    let (workers, ids) = Workers::one(2).await;
    for id in &ids {
        signal(*id, Signal::KILL);
    }
    for number in 0..20 {
        assert_eq!(body(&workers.read(&number.to_string()).await), number.to_string());
    }
    until("the dead are counted", || workers.pool.counts().died == 2).await;
    until("the log line", || {
        was_logged(&format!("worker {} died: signal 9", ids[0]))
            || was_logged(&format!("worker {} died: signal 9", ids[1]))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_worker_is_killed_is_read_by_another() {
    let (workers, ids) = Workers::one(1).await;
    signal(ids[0], Signal::STOP);
    let pool = Arc::clone(&workers.pool);
    let reading = tokio::spawn(async move { read(&pool, "survives").await.unwrap() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!reading.is_finished());
    signal(ids[0], Signal::KILL);
    assert_eq!(body(&reading.await.unwrap()), "survives");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_die_before_they_have_read_a_message_are_not_its_fault() {
    let (workers, ids) = Workers::one(4).await;
    for id in &ids {
        signal(*id, Signal::STOP);
    }
    let pool = Arc::clone(&workers.pool);
    let reading = tokio::spawn(async move { read(&pool, "innocent").await.unwrap() });
    for (dead, id) in ids.iter().rev().enumerate() {
        tokio::time::sleep(Duration::from_millis(30)).await;
        signal(*id, Signal::KILL);
        until("its end", || workers.pool.counts().died > dead as u64).await;
    }
    assert_eq!(body(&reading.await.unwrap()), "innocent");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_is_lost_while_workers_are_killed_under_load() {
    let (workers, _) = Workers::one(2).await;
    let reads = (0..400).map(|number| {
        let pool = Arc::clone(&workers.pool);
        tokio::spawn(async move {
            let text = format!("message {number} ").repeat(1 + number * 20);
            (read(&pool, &text).await.unwrap(), text)
        })
    });
    let reads: Vec<_> = reads.collect();
    let mut kills = 0;
    while kills < 40 && !reads.iter().all(tokio::task::JoinHandle::is_finished) {
        for id in children(workers.spawner) {
            // It may have ended by itself since.
            kills +=
                u32::from(kill_process(Pid::from_raw(id as i32).unwrap(), Signal::KILL).is_ok());
        }
        // Long enough for a worker to start even on a busy machine.
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(kills > 0);
    for read in reads {
        let (reading, sent) = read.await.unwrap();
        if reading.unread.is_empty() {
            assert_eq!(body(&reading), sent.trim());
        } else {
            assert_eq!(causes(&reading), [Cause::Crashed]);
        }
    }
    assert_eq!(body(&workers.read("after the storm").await), "after the storm");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_hangs_is_killed_at_the_deadline_and_the_next_message_is_read() {
    let limits = Limits { worker_time: Span(Duration::from_millis(300)), ..Limits::default() };
    let workers = Workers::start(1, 1000, limits);
    let ids = workers.ids(1).await;
    signal(ids[0], Signal::STOP);
    let begun = Instant::now();
    assert_eq!(causes(&workers.read("waits").await), [Cause::TimedOut]);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(body(&workers.read("next").await), "next");
    assert_eq!(workers.pool.counts().timed_out, 1);
    assert_ne!(workers.ids(1).await, ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_no_free_worker_in_its_time_is_our_own_fault() {
    let (workers, ids) = Workers::one(1).await;
    signal(ids[0], Signal::STOP);
    let pool = Arc::clone(&workers.pool);
    let first = tokio::spawn(async move { read(&pool, "waits").await.unwrap() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let most = Limits::default().message;
    let soon = Instant::now() + Duration::from_millis(100);
    let second = workers.pool.read(&message("second"), &Input::Message, &[], most, soon).await;
    assert_eq!(second, Err(Fault::Busy));
    signal(ids[0], Signal::CONT);
    assert_eq!(body(&first.await.unwrap()), "waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_stops_waiting_leaves_no_half_reply_behind() {
    let (workers, ids) = Workers::one(1).await;
    signal(ids[0], Signal::STOP);
    let abandoned = tokio::time::timeout(Duration::from_millis(50), workers.read("abandoned"));
    assert!(abandoned.await.is_err());
    assert_eq!(body(&workers.read("next").await), "next");
    assert_ne!(workers.ids(1).await, ids);
    assert_eq!(workers.pool.counts().died, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemons_signals_do_not_touch_spawner_and_workers() {
    let (workers, ids) = Workers::one(1).await;
    for sent in [Signal::TERM, Signal::HUP, Signal::INT] {
        signal(workers.spawner, sent);
        signal(ids[0], sent);
    }
    assert_eq!(body(&workers.read("still here").await), "still here");
    assert_eq!(children(workers.spawner), ids);
    assert_ne!(session(ids[0]), session(std::process::id()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_spawner_is_replaced_and_the_service_goes_on() {
    log_lines();
    let (workers, ids) = Workers::one(2).await;
    signal(workers.spawner, Signal::KILL);
    for number in 0..20 {
        assert_eq!(body(&workers.read(&number.to_string()).await), number.to_string());
    }
    until("the end of its workers", || ids.iter().all(|id| !is_alive(*id))).await;
    assert!(was_logged("ERROR the spawner of workers died"));
}

fn is_alive(id: u32) -> bool {
    stat(id).is_some_and(|fields| !fields.starts_with('Z'))
}

/// From `/proc`: `getsid` of rustix panics where the session's leader stands outside of the PID
/// namespace (a container entered from without), since the kernel then answers 0.
fn session(id: u32) -> String {
    stat(id).unwrap().split(' ').nth(3).unwrap().to_owned()
}

/// What follows a process's name in `/proc/ID/stat` (proc_pid_stat(5)): its state, parent, group,
/// session and the rest.
fn stat(id: u32) -> Option<String> {
    let line = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    line.rsplit_once(')').map(|(_, rest)| rest.trim_start().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_process_outlives_the_pool() {
    let (workers, ids) = Workers::one(2).await;
    let spawner = workers.spawner;
    drop(workers);
    until("the end of all", || !is_alive(spawner) && ids.iter().all(|id| !is_alive(*id))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_replaced_after_its_share_of_messages() {
    let workers = Workers::start(1, 3, Limits::default());
    for number in 0..10 {
        assert_eq!(body(&workers.read(&number.to_string()).await), number.to_string());
    }
    assert_eq!(workers.pool.counts().recycled, 3);
    let single = Workers::start(2, 1, Limits::default());
    for number in 0..10 {
        assert_eq!(body(&single.read(&number.to_string()).await), number.to_string());
    }
    assert_eq!(single.pool.counts().recycled, 10);
    single.ids(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_worker_can_be_started_messages_are_told_soon() {
    let workers = config::Workers { count: 1, ..config::Workers::default() };
    let workers = Workers::of(Path::new("/bin/true"), &workers, &Limits::default());
    let begun = Instant::now();
    assert_eq!(read(&workers.pool, "x").await, Err(Fault::NoWorker));
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(matches!(workers.pool.probe().await, Err(WorkerError::SpawnerGone)));
    let nowhere = Some(PathBuf::from("/nonexistent/phi-milter"));
    let nothing = Spawner::start(nowhere, WorkerErrors::Withheld).unwrap_err();
    assert!(nothing.to_string().contains("/nonexistent/phi-milter"), "{nothing}");
}

/// What only a build with the feature `failpoints` can show: a worker that is broken on purpose.
#[cfg(feature = "failpoints")]
mod broken {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use phi_milter::config::Sandbox;
    use phi_milter::text::PartPath;
    use phi_milter::worker::Piece;

    /// Workers whose failpoints are armed, and the file that takes their standard error.
    fn armed(points: &str, count: u32, sandbox: Sandbox, limits: &Limits) -> (Workers, Armed) {
        let folder = tempfile::tempdir().unwrap();
        let (program, errors) = (folder.path().join("phi-milter"), folder.path().join("errors"));
        // Through a pipe: a worker may write no file, be it only standard error.
        let pipe = folder.path().join("pipe");
        let script = format!(
            "#!/bin/sh\nmkfifo {pipe} && cat {pipe} >{errors} &\n\
             while ! test -p {pipe}; do :; done\n\
             FAILPOINTS='{points}' exec {PROGRAM} \"$@\" 2>{pipe}\n",
            pipe = pipe.display(),
            errors = errors.display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let workers = config::Workers { count, sandbox, ..config::Workers::default() };
        (Workers::of(&program, &workers, limits), Armed { _folder: folder, errors })
    }

    struct Armed {
        _folder: tempfile::TempDir,
        errors: PathBuf,
    }

    fn poisoned(point: &str) -> (Workers, Armed) {
        log_lines();
        armed(&format!("{point}=return(POISON)"), 2, Sandbox::Required, &Limits::default())
    }

    /// A poison message is unread in the part that did it, with what was read before; it is tried
    /// twice and never again, and the next message is read.
    async fn costs_one_part(workers: &Workers) {
        let reading = workers.read("MARKER and POISON").await;
        assert_eq!(causes(&reading), [Cause::Crashed]);
        assert_eq!(reading.unread[0].part, PartPath::root().child(9), "the part in work");
        assert_eq!(body_so_far(&reading), "MARKER and POISON");
        assert_eq!(workers.pool.counts().died, 2);
        for number in 0..5 {
            assert_eq!(body(&workers.read(&number.to_string()).await), number.to_string());
        }
        assert_eq!(workers.pool.counts().died, 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_costs_one_part_and_tells_nothing_of_the_message() {
        let (workers, armed) = poisoned("worker-read-panic");
        costs_one_part(&workers).await;
        until("the log line", || was_logged("exit code 70: a panic")).await;
        assert_eq!(fs::read_to_string(&armed.errors).unwrap(), "", "not even the place");
        let log = log_lines().lock().unwrap().concat();
        assert!(!log.contains("MARKER") && !log.contains("POISON"), "{log}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_worker_writes_to_its_standard_error_reaches_nobody() {
        let (workers, armed) = poisoned("worker-read-tell");
        let reading = workers.read("MARKER and POISON").await;
        assert_eq!(body_so_far(&reading), "MARKER and POISON");
        // Whatever it wrote is there by now: the pipe's other end is read until both have ended.
        let spawner = workers.spawner;
        drop(workers);
        until("the end of all", || !is_alive(spawner)).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let errors = fs::read_to_string(&armed.errors).unwrap();
        assert!(!errors.contains("MARKER"), "{errors}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_worker_that_ends_before_it_greets_is_told_of_with_the_way_it_ended() {
        log_lines();
        let (workers, _armed) =
            armed("worker-start-exit=return", 1, Sandbox::Required, &Limits::default());
        let refusal = workers.pool.probe().await.unwrap_err();
        assert!(matches!(refusal, WorkerError::NoGreeting), "{refusal}");
        assert!(was_logged("ERROR a worker ended or stayed silent while it started"));
        until("the way it ended", || was_logged("died: exit code 3")).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_abort_costs_one_part() {
        let (workers, _armed) = poisoned("worker-read-abort");
        costs_one_part(&workers).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nonsense_costs_one_part() {
        let (workers, _armed) = poisoned("worker-nonsense");
        let reading = workers.read("POISON").await;
        assert_eq!(causes(&reading), [Cause::Crashed]);
        assert_eq!(workers.pool.counts().died, 2);
        assert_eq!(body(&workers.read("next").await), "next");
        assert!(was_logged("was killed: its reply is longer than the limits allow"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn memory_ends_at_the_limit() {
        let (workers, _armed) = poisoned("worker-read-allocate");
        costs_one_part(&workers).await;
        until("the log line", || was_logged("signal 6: out of memory")).await;
        let limits = Limits { worker_memory: Bytes::mib(4096), ..Limits::default() };
        let (roomy, _armed) = armed("worker-read-allocate=return", 1, Sandbox::Required, &limits);
        assert_eq!(body(&roomy.read("fits").await), "fits");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_sockets_and_programs_are_out_of_reach() {
        for point in ["worker-read-open", "worker-read-socket", "worker-read-exec"] {
            let (workers, _armed) = poisoned(point);
            costs_one_part(&workers).await;
            let ends = "signal 31: a system call that the sandbox forbids";
            until("the log line", || was_logged(ends)).await;
            log_lines().lock().unwrap().clear();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn landlock_alone_denies_files() {
        let points = "worker-without-seccomp=return;worker-read-open=return";
        let (workers, _armed) = armed(points, 1, Sandbox::BestEffort, &Limits::default());
        log_lines();
        assert_eq!(workers.pool.probe().await.unwrap(), [Piece::Seccomp]);
        assert_eq!(causes(&workers.read("x").await), [Cause::Malformed], "denied");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_incomplete_sandbox_is_refused_unless_the_config_allows_it() {
        log_lines();
        let points = "worker-without-seccomp=return";
        let (strict, _armed) = armed(points, 1, Sandbox::Required, &Limits::default());
        let refusal = strict.pool.probe().await.unwrap_err().to_string();
        assert!(
            refusal.contains("seccomp") && refusal.contains("workers.sandbox = \"best-effort\"")
        );
        assert_eq!(read(&strict.pool, "x").await, Err(Fault::NoWorker));
        let (lax, _armed) = armed(points, 1, Sandbox::BestEffort, &Limits::default());
        assert_eq!(body(&lax.read("x").await), "x");
        assert!(was_logged("WARN workers run with an incomplete sandbox: seccomp lacking"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_hang_is_cut_off_with_what_was_read_before_and_not_tried_again() {
        let limits = Limits { worker_time: Span(Duration::from_millis(300)), ..Limits::default() };
        let (workers, _armed) =
            armed("worker-read-hang=return(POISON)", 1, Sandbox::Required, &limits);
        let begun = Instant::now();
        let reading = workers.read("POISON").await;
        assert!(begun.elapsed() < Duration::from_secs(3));
        assert_eq!(causes(&reading), [Cause::TimedOut]);
        assert_eq!(reading.unread[0].part, PartPath::root().child(9));
        assert_eq!(body_so_far(&reading), "POISON");
        assert_eq!(workers.pool.counts().timed_out, 1);
        assert_eq!(body(&workers.read("next").await), "next");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_flood_of_poison_holds_up_other_mail_only_shortly() {
        let (workers, _armed) = poisoned("worker-read-abort");
        let flood = (0..20).map(|_| {
            let pool = Arc::clone(&workers.pool);
            tokio::spawn(async move { causes(&read(&pool, "POISON").await.unwrap()) })
        });
        let flood: Vec<_> = flood.collect();
        let begun = Instant::now();
        assert_eq!(body(&workers.read("good").await), "good");
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        for poison in flood {
            assert_eq!(poison.await.unwrap(), [Cause::Crashed]);
        }
    }
}
