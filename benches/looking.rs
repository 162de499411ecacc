//! What looking at images costs: `RTEN_NUM_THREADS=1 cargo bench --bench looking -- FILE...`. CPU
//! time of each, their median and the 95th of a hundred, and the memory that all of it took. Wants
//! the models (packaging/get-models).

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;

use phi_milter::limits::{Budget, Limits};
use phi_milter::sight::{Models, Sight};
use phi_milter::text::{PartPath, Reading, Sketching, Source, View};

fn main() {
    let files = std::env::args().skip(1).filter(|word| word != "--bench");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ocr");
    let began = cpu_milliseconds();
    let sight = match Models::open(&folder).and_then(Sight::new) {
        Ok(sight) => sight,
        Err(fault) => return println!("{fault}"),
    };
    println!("{:8.0} ms to be ready", cpu_milliseconds() - began);
    let mut costs: Vec<f64> = Vec::new();
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let (cost, text) = look(&sight, &bytes);
        println!("{cost:8.0} ms {text:7} bytes of text  {file}");
        costs.push(cost);
    }
    costs.sort_by(f64::total_cmp);
    let at = |share: usize| costs.get(costs.len() * share / 100).copied().unwrap_or_default();
    println!("median {:.0} ms, 95 % within {:.0} ms, memory {} MB", at(50), at(95), peak());
}

fn look(sight: &Sight, bytes: &[u8]) -> (f64, usize) {
    let part = PartPath::root();
    let group = part.clone();
    let view = View { part, group, file: None, source: Source::Image, page: None };
    let mut reading = Reading::default();
    let began = cpu_milliseconds();
    sight.look(&view, Sketching::Off, bytes, &mut Budget::new(&Limits::default()), &mut reading);
    (cpu_milliseconds() - began, reading.text_bytes())
}

/// Of all threads: networks have one of their own.
fn cpu_milliseconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// MB that this process has held at most.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
