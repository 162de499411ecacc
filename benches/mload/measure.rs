//! Sends messages, and prints what they cost.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::mail::{self, Mail};
use crate::mta::Mta;
use crate::proc;
use crate::target::Target;

/// What is measured.
pub struct Plan {
    sizes: Vec<usize>,
    connections: Vec<usize>,
    messages: Option<usize>,
    per_connection: usize,
    phi_percent: usize,
    quick: bool,
    /// Workers of phi-milter; 0 is its own choice.
    pub workers: usize,
}

impl Plan {
    pub fn from_words(words: &[&str]) -> Self {
        let mut plan = Self {
            sizes: vec![5_000, 100_000],
            connections: vec![1, 10],
            messages: None,
            per_connection: 1,
            phi_percent: 0,
            quick: false,
            workers: 0,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if *word == "--quick" {
                plan.quick = true;
                continue;
            }
            let value = words.next().unwrap_or_else(|| panic!("{word} wants a value"));
            let numbers = || value.split(',').map(|n| n.parse().unwrap()).collect::<Vec<usize>>();
            match *word {
                "--sizes" => plan.sizes = numbers(),
                "--connections" => plan.connections = numbers(),
                "--messages" => plan.messages = Some(numbers()[0]),
                "--per-connection" => plan.per_connection = numbers()[0].max(1),
                "--phi" => plan.phi_percent = numbers()[0].min(100),
                "--workers" => plan.workers = numbers()[0],
                other => panic!("there is no option {other}"),
            }
        }
        plan
    }

    /// Enough that 10 ms of resolution do not matter.
    fn messages(&self, size: usize) -> usize {
        let usual = if size <= 10_000 { 6_000 } else { 20_000_000 / size.max(1) * 10 };
        let usual = usual.clamp(200, 6_000);
        self.messages.unwrap_or(if self.quick { usual / 6 } else { usual })
    }
}

/// What one measurement gave.
struct Figures {
    cpu: Duration,
    wall: Duration,
    messages: usize,
    whole: Vec<Duration>,
    end: Vec<Duration>,
    verdicts: BTreeMap<u8, usize>,
}

impl Figures {
    fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1000.0 / self.messages as f64
    }
}

/// Measures all milters in turn at each size and prints the table.
pub fn report(plan: &Plan, milters: &[Target]) {
    println!(
        "{:<16} {:>7} {:>5} {:>9} {:>7} {:>8} {:>9} {:>9} {:>9} {:>9}  verdicts",
        "milter",
        "bytes",
        "conns",
        "CPU ms",
        "ratio",
        "msg/s",
        "p50 ms",
        "p99 ms",
        "eom p50",
        "eom p99"
    );
    for milter in milters {
        warm_up(plan, milter);
    }
    let idle: Vec<(u64, u64)> = milters.iter().map(|milter| proc::memory(milter.pid)).collect();
    for &size in &plan.sizes {
        for &connections in &plan.connections {
            let mut base = None;
            for milter in milters {
                let mut figures = load(plan, milter, size, connections, plan.messages(size));
                let each = figures.cpu_each();
                let ratio = each / *base.get_or_insert(each);
                let verdicts: Vec<String> = figures
                    .verdicts
                    .iter()
                    .map(|(kind, count)| format!("{}:{count}", char::from(*kind)))
                    .collect();
                println!(
                    "{:<16} {:>7} {:>5} {:>9.3} {:>7.2} {:>8.0} {:>9.2} {:>9.2} {:>9.2} {:>9.2}  {}",
                    milter.name,
                    size,
                    connections,
                    each,
                    ratio,
                    figures.messages as f64 / figures.wall.as_secs_f64(),
                    percentile(&mut figures.whole, 50),
                    percentile(&mut figures.whole, 99),
                    percentile(&mut figures.end, 50),
                    percentile(&mut figures.end, 99),
                    verdicts.join(" ")
                );
            }
        }
    }
    println!();
    for (milter, (rss, pss)) in milters.iter().zip(idle) {
        let (rss_after, pss_after) = proc::memory(milter.pid);
        println!(
            "{:<16} {} process(es), before the load: RSS {:.1} MB (shared pages once: {:.1}), \
             after it: {:.1} ({:.1})",
            milter.name,
            proc::processes(milter.pid),
            rss as f64 / 1024.0,
            pss as f64 / 1024.0,
            rss_after as f64 / 1024.0,
            pss_after as f64 / 1024.0,
        );
    }
}

/// Fills the caches that fill once.
fn warm_up(plan: &Plan, milter: &Target) {
    for &size in &plan.sizes {
        load(plan, milter, size, 4, plan.messages(size) / 10 + 20);
    }
    std::thread::sleep(Duration::from_millis(200));
}

fn load(plan: &Plan, milter: &Target, size: usize, connections: usize, messages: usize) -> Figures {
    // Numbers go on from run to run, so that no message is sent twice to the same milter.
    static SENT: AtomicU64 = AtomicU64::new(1);
    let first = SENT.fetch_add(messages as u64, Ordering::Relaxed);
    // Made beforehand: what is measured shares two cores with us.
    let mails: Vec<Mail> = (0..messages as u64)
        .map(|n| mail::mail(first + n, size, ((first + n) % 100) < plan.phi_percent as u64))
        .collect();
    let next = AtomicU64::new(0);
    let answers = Mutex::new(Vec::with_capacity(messages));
    let before = proc::cpu(milter.pid);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let mut mine = Vec::new();
                let mut mta = None;
                let mut on_this = 0;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mail) = mails.get(number as usize) else { break };
                    let mut current = match mta.take() {
                        Some(mta) => mta,
                        None => Mta::connect(&milter.socket).unwrap(),
                    };
                    mine.push(current.send(mail, first + number).unwrap());
                    on_this += 1;
                    if on_this < plan.per_connection {
                        mta = Some(current);
                    } else {
                        current.close().unwrap();
                        on_this = 0;
                    }
                }
                answers.lock().unwrap().extend(mine);
            });
        }
    });
    let wall = start.elapsed();
    // What is done after the answer belongs to the message too.
    std::thread::sleep(Duration::from_millis(50));
    let cpu = proc::cpu(milter.pid).saturating_sub(before);
    let answers = answers.into_inner().unwrap();
    let mut verdicts = BTreeMap::new();
    for answer in &answers {
        *verdicts.entry(answer.verdict).or_insert(0) += 1;
    }
    Figures {
        cpu,
        wall,
        messages,
        whole: answers.iter().map(|answer| answer.whole).collect(),
        end: answers.iter().map(|answer| answer.end).collect(),
        verdicts,
    }
}

/// In milliseconds.
fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let index = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(index).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
