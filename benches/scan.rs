//! How fast texts are scanned: MB per second of CPU time overall, and with `--rules` what each rule costs.
//!
//! ```text
//! cargo bench --bench scan -- [--rules] [--text FILE] [FOLDER]...
//! ```
//! FOLDER holds rules (default: the shipped ones, else those of the tests); FILE is a text to scan
//! in place of the generated ones.

#![allow(clippy::print_stdout, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use phi_milter::engine::Engine;
use phi_milter::rules::{self, RuleSet};
use phi_milter::text::{PartPath, Place, Reading, Text};

/// Bytes of one text, as of one mail.
const TEXT: usize = 8 << 10;
/// Bytes of all texts of a kind.
const CORPUS: usize = 8 << 20;
/// Time for one figure.
const TIME: Duration = Duration::from_millis(1500);

fn main() -> ExitCode {
    let mut folders = Vec::new();
    let mut by_rule = false;
    let mut file = None;
    let mut only = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rules" => by_rule = true,
            "--text" => file = words.next().map(PathBuf::from),
            "--only" => only = words.next(),
            // Cargo says so to every bench.
            "--bench" => {}
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    if folders.is_empty() {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let shipped = home.join("rules");
        folders.push(if shipped.is_dir() { shipped } else { home.join("tests/fixtures/rules") });
    }

    let start = Instant::now();
    let (set, warnings) = match rules::load(&folders, &[]) {
        Ok(loaded) => loaded,
        Err(faults) => {
            println!("{faults}");
            return ExitCode::FAILURE;
        }
    };
    let loaded = start.elapsed();
    if !warnings.0.is_empty() {
        println!("{warnings}");
    }
    let start = Instant::now();
    let engine = Engine::untested(set.clone());
    let built = start.elapsed();
    let start = Instant::now();
    if let Err(faults) = Engine::new(set.clone()) {
        println!("{faults}");
        return ExitCode::FAILURE;
    }
    let tested = start.elapsed();
    println!(
        "{} rules: loaded in {:.1} ms, built in {:.1} ms, built and tested in {:.1} ms",
        engine.rules().len(),
        millis(loaded),
        millis(built),
        millis(tested)
    );

    let corpora: Vec<(&str, Vec<Reading>)> = match file {
        Some(path) => match std::fs::read(&path) {
            Ok(bytes) => vec![("file", readings(&String::from_utf8_lossy(&bytes)))],
            Err(error) => {
                println!("{}: {error}", path.display());
                return ExitCode::FAILURE;
            }
        },
        None => vec![
            ("mail", readings(&generate(mail))),
            ("records", readings(&generate(record))),
            ("numbers", readings(&generate(numbers))),
        ],
    };
    for (name, readings) in &corpora {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let (speed, findings) = speed(&engine, readings);
        println!("{name:>8}: {speed:7.1} MB/s, {findings} findings");
    }
    if by_rule && let Some((name, readings)) = corpora.first() {
        println!("each rule alone over {name}:");
        let mut each: Vec<(f64, usize, String)> = Vec::new();
        for rule in engine.rules() {
            let others: Vec<String> = engine
                .rules()
                .iter()
                .filter(|other| other.id != rule.id)
                .map(|other| other.id.to_string())
                .collect();
            let alone = rules::load(&folders, &others).map(|(set, _)| set);
            let engine = Engine::untested(alone.unwrap_or_else(|_| RuleSet::default()));
            let (speed, findings) = speed(&engine, readings);
            each.push((speed, findings, rule.id.to_string()));
        }
        each.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (speed, findings, id) in each {
            println!("{speed:9.1} MB/s {:6.2} ns/B {findings:7} findings  {id}", 1000.0 / speed);
        }
    }
    ExitCode::SUCCESS
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// CPU time of this thread: other processes count for little in it.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// MB/s, and the findings of one round.
fn speed(engine: &Engine, readings: &[Reading]) -> (f64, usize) {
    let never = Instant::now() + Duration::from_secs(3600);
    let bytes: usize = readings.iter().map(Reading::text_bytes).sum();
    let mut findings = 0;
    let mut best = f64::MAX;
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 2 || start.elapsed() < TIME {
        let round = cpu_seconds();
        findings = readings.iter().map(|reading| engine.scan(reading, never).findings.len()).sum();
        best = best.min(cpu_seconds() - round);
        rounds += 1;
    }
    (bytes as f64 / 1e6 / best, findings)
}

fn readings(text: &str) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut content = String::new();
    for line in text.split_inclusive('\n') {
        content.push_str(line);
        if content.len() >= TEXT {
            readings.push(reading(std::mem::take(&mut content)));
        }
    }
    readings.push(reading(content));
    readings
}

fn reading(content: String) -> Reading {
    let part = PartPath::root().child(1);
    Reading { texts: vec![Text::plain(Place::Body, &part, content)], ..Reading::default() }
}

/// xorshift64*: the same texts every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let sides = from.len();
        from.get(self.roll(sides)).copied().unwrap_or_default()
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.roll(10) as u8)).collect()
    }
}

fn generate(line: fn(&mut Dice) -> String) -> String {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut text = String::with_capacity(CORPUS + 1024);
    while text.len() < CORPUS {
        text.push_str(&line(&mut dice));
        text.push('\n');
    }
    text
}

const COMMON: &str = "the of and to in a is that for it was on are as with they at be this from \
    have or by one had not but what all were when we there can an your which their said if do will \
    each about how up out them then she many some so these would other into has more her two like \
    him see time could no make than first been its who now people my made over did down only way \
    find use may water long little very after words called just where most know get through back \
    much before go good new write our used me man too any day same right look think also around \
    another came come work three word must because does part even place well such here take why \
    things help put years different away again off went old number great tell men say small every \
    found still between name should home big give air line set own under read last never us left \
    end along while might next sound below saw something thought both few those always looked show \
    large often together asked house world going want school important until form food keep \
    children feet land side without boy once animals life enough took sometimes four head above \
    kind began almost live page got earth need far hand high year mother light parts country father \
    let night following picture being study second eyes soon times story boys since white days ever \
    paper hard near sentence better best across during today others however sure means knew try \
    told young miles sun ways thing whole hear example heard several change answer room sea against \
    top turned learn point city play toward five using himself usually money seen car morning \
    meeting project report schedule attached please thanks regards update review draft budget";

fn sentence(dice: &mut Dice, words: usize) -> String {
    static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| COMMON.split_whitespace().collect());
    let common = &*WORDS;
    let mut line = String::new();
    for i in 0..words {
        if i > 0 {
            line.push(' ');
        }
        // The square of a die favours the frequent words, as language does.
        let at = dice.roll(common.len()) * dice.roll(common.len()) / common.len();
        line.push_str(common.get(at).copied().unwrap_or_default());
        if dice.roll(12) == 0 {
            line.push(',');
        }
    }
    line.push('.');
    line
}

fn mail(dice: &mut Dice) -> String {
    match dice.roll(24) {
        0 => String::new(),
        1 => format!("> {}", sentence(dice, 9)),
        2 => format!(
            "On {} {}, 20{}, at {}:{}, Pat Example <pat{}@mail.example> wrote:",
            dice.pick(&["Jan", "May", "Oct"]),
            1 + dice.roll(28),
            10 + dice.roll(17),
            1 + dice.roll(12),
            10 + dice.roll(50),
            dice.roll(99)
        ),
        3 => format!(
            "http://www.site{}.example/a/{}?id={}",
            dice.roll(9),
            dice.digits(4),
            dice.digits(8)
        ),
        4 => format!("Call me at ({}) 555-01{} or mail me.", 200 + dice.roll(700), dice.digits(2)),
        5 => format!(
            "Invoice {} of {}/{}/20{}: ${}.{}",
            dice.digits(7),
            1 + dice.roll(12),
            1 + dice.roll(28),
            dice.digits(2),
            dice.digits(3),
            dice.digits(2)
        ),
        _ => sentence(dice, 12),
    }
}

fn record(dice: &mut Dice) -> String {
    format!(
        "Patient: {} {}  DOB: {:02}/{:02}/19{}  MRN: {}  SSN: {}-{}-{}  Dx: {}",
        dice.pick(&["Ana", "Bo", "Cy"]),
        dice.pick(&["Sample", "Test", "Example"]),
        1 + dice.roll(12),
        1 + dice.roll(28),
        10 + dice.roll(89),
        dice.digits(7),
        100 + dice.roll(500),
        10 + dice.roll(89),
        1000 + dice.roll(8999),
        dice.pick(&["asthma", "type 2 diabetes mellitus", "lung cancer", "fracture of the wrist"])
    )
}

fn numbers(dice: &mut Dice) -> String {
    let fields: Vec<String> = (0..8).map(|i| dice.digits(3 + i)).collect();
    fields.join(",")
}
