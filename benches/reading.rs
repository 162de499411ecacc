//! What reading a message costs: `cargo bench --bench reading`. Text mail of 5 and 100 KB, plain
//! and HTML, with an attachment; the best and the median of many runs, each on a fresh message.
//!
//! `cargo bench --bench reading -- FILE...` reads these documents instead, each by itself, and says
//! what all of them take: CPU time of this thread, to stand beside that of other programs.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::time::Instant;

use phi_milter::extract::{self, Input};
use phi_milter::limits::{Budget, Limits};
use phi_milter::text::Reading;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if files.is_empty() { messages_made() } else { documents(&files) }
}

/// What it takes to read documents, the best of three rounds.
fn documents(files: &[String]) {
    let files: Vec<(&String, Vec<u8>)> =
        files.iter().filter_map(|file| Some((file, std::fs::read(file).ok()?))).collect();
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let rounds = (0..3).map(|_| {
        let started = cpu_seconds();
        let text: usize = files.iter().map(|(name, bytes)| document(name, bytes)).sum();
        (cpu_seconds() - started, text)
    });
    let (seconds, text) = rounds.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
    let count = files.len();
    println!("{count} documents, {bytes} bytes: {text} bytes of text in {:.0} ms", seconds * 1e3);
    println!("memory at most: {} MB", peak());
}

fn document(name: &str, bytes: &[u8]) -> usize {
    let mut reading = Reading::default();
    let mut budget = Budget::new(&Limits::default());
    let name = Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned());
    let input = Input::Document { name: name.map(Into::into) };
    extract::read(&input, bytes, &mut budget, &mut reading);
    reading.text_bytes()
}

fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// MB that this process has held at most.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}

fn messages_made() {
    println!("{:32} {:>9} {:>10} {:>10} {:>8}", "message", "bytes", "best", "median", "MB/s");
    for (name, message) in messages() {
        let mut times: Vec<f64> = (0..400).map(|_| microseconds(&message)).collect();
        times.sort_by(f64::total_cmp);
        let (best, median) = (times[0], times[times.len() / 2]);
        let rate = message.len() as f64 / median;
        println!("{name:32} {:>9} {best:>7.1} us {median:>7.1} us {rate:>8.0}", message.len());
    }
}

fn microseconds(message: &[u8]) -> f64 {
    let mut reading = Reading::default();
    let mut budget = Budget::new(&Limits::default());
    let started = Instant::now();
    extract::read(&Input::Message, message, &mut budget, &mut reading);
    let spent = started.elapsed();
    assert!(reading.text_bytes() > 0);
    spent.as_secs_f64() * 1e6
}

const LINE: &str = "The patient was seen on the ward in the morning and is well again.\r\n";

fn messages() -> Vec<(&'static str, Vec<u8>)> {
    let plain = |size: usize| message("text/plain; charset=utf-8", &LINE.repeat(size / LINE.len()));
    let accented = LINE.replace("well", "w\u{f6}hl");
    let row =
        format!("<tr><td style=\"padding:0\"><p class=\"a\">{}</p></td></tr>\r\n", LINE.trim());
    let quoted = LINE.replace("the", "=74he").replace("well", "we=\r\nll");
    let attachment =
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\r\n".repeat(900);
    vec![
        ("plain, 5 KB", plain(5_000)),
        ("plain, 100 KB", plain(100_000)),
        ("plain, UTF-8, 100 KB", message("text/plain; charset=utf-8", &accented.repeat(1400))),
        ("html, 5 KB", message("text/html; charset=utf-8", &row.repeat(40))),
        ("html, 100 KB", message("text/html; charset=utf-8", &row.repeat(800))),
        (
            "quoted-printable, 100 KB",
            message(
                "text/plain\r\nContent-Transfer-Encoding: quoted-printable",
                &quoted.repeat(1300),
            ),
        ),
        (
            "base64 text, 65 KB",
            message("text/plain\r\nContent-Transfer-Encoding: base64", &attachment),
        ),
    ]
}

fn message(content_type: &str, body: &str) -> Vec<u8> {
    let trace =
        "Received: from a.example by b.example with ESMTP id 1; Mon, 2 Mar 2026\r\n".repeat(4);
    format!(
        "{trace}From: Jane Roe <jane@clinic.example>\r\nTo: Bob <bob@payer.example>\r\n\
         Subject: A message\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Message-ID: <1@clinic.example>\r\nContent-Type: {content_type}\r\n\r\n{body}"
    )
    .into_bytes()
}
