//! `phi-milter scan`: what enforcing would do to messages and documents.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;

use super::arguments::{Format, ScanArguments};
use super::environment::{self, Environment};
use super::page::Page;
use super::source::{self, Item};
use super::{Exit, explain, json, plain, report};
use crate::pipeline::{self, Examination, Known, Parties, Sought};
use crate::text::Sketching;
use crate::worker::{self, Fault};

/// Scans what the arguments name, printing results in the order of the paths.
pub(crate) fn scan(arguments: &ScanArguments) -> Exit {
    let sketching = if arguments.html.is_some() { Sketching::On } else { Sketching::Off };
    environment::with_workers(arguments.config.as_deref(), sketching, async |environment| {
        scan_all(arguments, &Arc::new(environment)).await
    })
}

async fn scan_all(arguments: &ScanArguments, environment: &Arc<Environment>) -> Exit {
    let (files, errors) = source::files(&arguments.paths);
    let mut printer = Printer::new(arguments, environment, files.len());
    errors.iter().for_each(|error| printer.complain(&error.to_string()));
    for file in &files {
        printer.file_begins();
        match source::open(file) {
            Err(error) => printer.complain(&error.to_string()),
            Ok(items) => {
                for item in items {
                    match item {
                        Ok(item) => printer.start(item).await,
                        Err(error) => printer.complain(&error.to_string()),
                    }
                }
            }
        }
    }
    printer.finish().await
}

/// What came of one item, and how long it took.
type Scanned = (Result<Examination, Fault>, Duration);

/// Keeps a few messages in work and prints each when its turn comes.
struct Printer<'a> {
    arguments: &'a ScanArguments,
    environment: &'a Arc<Environment>,
    in_work: VecDeque<(Item, JoinHandle<Scanned>)>,
    bar: ProgressBar,
    page: Option<Page>,
    exit: Exit,
}

impl<'a> Printer<'a> {
    fn new(arguments: &'a ScanArguments, environment: &'a Arc<Environment>, files: usize) -> Self {
        // Hidden by itself where standard error is no terminal.
        let bar = if files > 1 { ProgressBar::new(files as u64) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {eta} left") {
            bar.set_style(style);
        }
        let page = arguments.html.as_ref().map(|_| Page::new());
        Self { arguments, environment, in_work: VecDeque::new(), bar, page, exit: Exit::Clean }
    }

    fn file_begins(&self) {
        self.bar.inc(1);
    }

    fn complain(&mut self, words: &str) {
        self.bar.suspend(|| report::error(words));
        self.exit = self.exit.and(Exit::Usage);
    }

    async fn start(&mut self, item: Item) {
        let environment = Arc::clone(self.environment);
        let (input, bytes) = (item.input.clone(), item.bytes.clone());
        let parties =
            Parties::Header { from: self.arguments.from.clone(), to: self.arguments.to.clone() };
        let work = tokio::spawn(async move {
            let started = std::time::Instant::now();
            let examined = pipeline::examine(
                &environment.snapshot,
                &environment.crew,
                &input,
                &bytes,
                Known::whole(&bytes, parties),
                Sought::All,
            );
            (examined.await, started.elapsed())
        });
        self.in_work.push_back((item, work));
        while self.in_work.len() > 2 * worker::cores() {
            self.print_next().await;
        }
    }

    async fn print_next(&mut self) {
        let Some((item, work)) = self.in_work.pop_front() else { return };
        match work.await {
            Ok((Ok(examination), took)) => {
                let printed = self.print(&item, &examination, took);
                if let Some(page) = &mut self.page {
                    page.add(&item, &examination);
                }
                self.exit = self.exit.and(printed).and(self.exit_of(&examination));
            }
            Ok((Err(fault), _)) => {
                self.bar.suspend(|| report::error(&format!("{}: {fault}", item.path.display())));
                self.exit = self.exit.and(Exit::System);
            }
            Err(_) => {
                self.bar.suspend(|| {
                    report::error(&format!("{}: the scan failed", item.path.display()));
                });
                self.exit = self.exit.and(Exit::System);
            }
        }
    }

    fn print(&self, item: &Item, examination: &Examination, took: Duration) -> Exit {
        let reveal = self.arguments.reveal;
        let text = match self.arguments.format {
            Format::Json => json::object(item, examination, took, reveal),
            Format::Plain => plain::lines(item, examination, reveal),
            Format::Explain => {
                let snapshot = &self.environment.snapshot;
                let why = explain::lines(snapshot, examination, item.bytes.len());
                format!("{}{why}", plain::lines(item, examination, reveal))
            }
        };
        self.bar.suspend(|| report::out(&text))
    }

    /// 1 when a policy matched by what was found, or something could not be read.
    fn exit_of(&self, examination: &Examination) -> Exit {
        let policy = &examination.judgement.decision.policy;
        let by_evidence = self.environment.snapshot.policy.asks_for_evidence(policy);
        if by_evidence || !examination.unread.is_empty() { Exit::Found } else { Exit::Clean }
    }

    async fn finish(mut self) -> Exit {
        while !self.in_work.is_empty() {
            self.print_next().await;
        }
        self.bar.finish_and_clear();
        if let (Some(page), Some(path)) = (self.page, &self.arguments.html)
            && let Err(error) = std::fs::write(path, page.finish())
        {
            report::error(&format!("cannot write {}: {error}", path.display()));
            return self.exit.and(Exit::System);
        }
        self.exit
    }
}
