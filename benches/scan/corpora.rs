//! Texts to scan: the same ones every time, with no one's data in them.

use std::sync::LazyLock;

use phi_milter::rules::Rule;
use phi_milter::text::{PartPath, Place, Reading, Text};

/// Bytes of one text, as of one mail.
const TEXT: usize = 8 << 10;

/// A text by its name.
pub struct Corpus {
    pub name: &'static str,
    pub text: String,
}

/// Mail, records, columns of numbers, and what is made to be slow, each of so many bytes. The
/// fragments are of the rules' own tests.
pub fn all(bytes: usize, rules: &[Rule]) -> Vec<Corpus> {
    let tests: Vec<&str> =
        rules.iter().flat_map(|rule| &rule.tests).map(|test| test.text.as_str()).collect();
    let made =
        |name, line: &dyn Fn(&mut Dice) -> String| Corpus { name, text: generate(bytes, line) };
    let same = |name, line: &'static str| made(name, &move |_| line.to_owned());
    vec![
        made("mail", &mail),
        made("records", &record),
        made("numbers", &numbers),
        made("fragments", &|dice| fragments(dice, &tests)),
        same("names", "Aa Bb Aa Cc O'Dd-Ee Aa B. Cc Aa, Bb Aa Bb Cc Dd Aa-Aa-Aa-Aa Bb Aa Bb Cc"),
        same(
            "labels",
            "patient mrn: ssn# dob: member id: medical record number is patient name: re:",
        ),
        same("digits", "1234567890123456789012345678901234567890123456789012345678901234567890"),
        same("dashes", "12-34-56-78-90-12-34-56 1.2.3.4.5.6.7.8.9 1/2/3/4/5/6/7/8 1 2 3 4 5 6 7 8"),
        same(
            "near",
            "ssn 536-22-8471 mrn 4471736 dob 1/2/1970 ssn 536-22-8472 patient ssn mrn dob",
        ),
        same(
            "accents",
            "\u{e9}\u{e9}ssn \u{201c}536-22-8471\u{201d} Jos\u{e9} Nu\u{f1}ez, mrn\u{a0}4471736 \u{2014} \u{4e2d}\u{6587}",
        ),
    ]
}

/// A text cut into mails.
pub fn readings(text: &str) -> Vec<Reading> {
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

/// So many invented terms, a third of them of two words, as a dictionary of names or drugs has.
pub fn terms(count: usize) -> String {
    const SYLLABLES: [&str; 24] = [
        "ba", "cor", "di", "fen", "gal", "ho", "in", "ka", "lum", "mi", "nor", "o", "pra", "qui",
        "ri", "sta", "tol", "u", "ver", "xan", "ya", "zol", "en", "ar",
    ];
    let mut dice = Dice(0x1357_9BDF_0246_8ACE);
    let mut text = String::new();
    for number in 0..count {
        for _ in 0..2 + dice.roll(3) {
            text.push_str(dice.pick(&SYLLABLES));
        }
        if number % 3 == 0 {
            text.push(' ');
            text.push_str(dice.pick(&SYLLABLES));
            text.push_str(dice.pick(&SYLLABLES));
        }
        // No two terms alike.
        text.push_str(&format!("{}\n", letters(number)));
    }
    text
}

/// A number in letters.
fn letters(number: usize) -> String {
    let mut left = number;
    let mut letters = String::new();
    for _ in 0..4 {
        letters.push(char::from(b'a' + (left % 26) as u8));
        left /= 26;
    }
    letters
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

fn generate(bytes: usize, line: &dyn Fn(&mut Dice) -> String) -> String {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut text = String::with_capacity(bytes + 1024);
    while text.len() < bytes {
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

/// Pieces of the texts of tests, cut anywhere, with noise between.
fn fragments(dice: &mut Dice, tests: &[&str]) -> String {
    let mut line = String::new();
    for _ in 0..4 {
        let text = dice.pick(tests);
        let chars: Vec<char> = text.chars().collect();
        let from = dice.roll(chars.len().max(1));
        line.extend(chars.iter().skip(from).take(8 + dice.roll(60)));
        line.push_str(dice.pick(&[" ", "\n", ", ", "1", "", "--", "\u{a0}", ": ", "a"]));
    }
    line
}
