//! Passwords that stand in the message itself: candidates for its encrypted files.

use crate::secret::Secret;
use crate::text::{Place, Text};

/// Candidates that are kept.
const MOST: usize = 32;
/// Bytes of a candidate.
const LONGEST: usize = 64;
/// Bytes of a text that are looked at: a password stands in a letter, not in a list.
const LOOKED_AT: usize = 256 << 10;

/// Words for a password, the longer of two that begin alike first.
const LABELS: &[&str] = &[
    "password",
    "passwort",
    "passphrase",
    "pass phrase",
    "pass-phrase",
    "passcode",
    "pass code",
    "passkey",
    "passwd",
    "pass word",
    "pwd",
    "pw",
    "p/w",
    "kennwort",
    "schl\u{FC}ssel",
    "contrase\u{F1}a",
    "contrasena",
    "mot de passe",
    "mdp",
    "wachtwoord",
    "senha",
];

/// Words that mean other things more often: what follows them is tried last.
const WEAK_LABELS: &[&str] = &["pass", "code", "key", "pin", "losung", "clave", "parola"];

/// Words that lead from what a password is for to the password.
const LINKS: &[&str] =
    &["for", "to", "of", "f\u{FC}r", "zu", "zur", "zum", "de", "del", "pour", "per"];

/// Words that stand between the two.
const VERBS: &[&str] = &["is", "ist", "lautet", "es", "est", "be"];

/// Signs that do.
const SIGNS: &[char] = &[':', '=', '-', '>', '\u{2013}', '\u{2014}', '\u{2192}'];

/// Bytes behind the start of a label in which its password stands.
const NEAR: usize = 256;

/// Words between a label and its password that are looked at.
const MOST_WORDS: usize = 12;

/// Bytes of texts that are kept unsearched.
const KEPT: usize = 2 << 20;

/// What stands between two texts that are kept: a label in one has no password in the other.
const BETWEEN: char = '\0';

/// A password that may open an encrypted part.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) password: Secret<String>,
    pub(super) origin: Origin,
}

/// Where a password comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It stands in the message that it opens a part of.
    Message,
    /// The administrator knows it.
    List,
}

/// The candidates of one message, in the order of their standing. Texts are kept until somebody
/// asks: most messages have no encrypted part and are never searched.
#[derive(Debug, Default)]
pub(super) struct Passwords {
    kept: String,
    listed: Vec<Candidate>,
    likely: Vec<Secret<String>>,
    unlikely: Vec<Secret<String>>,
}

impl Passwords {
    /// Those that the administrator knows are candidates for every message.
    pub(super) fn with_listed(listed: &[Secret<String>]) -> Self {
        let listed = listed
            .iter()
            .map(|password| Candidate { password: password.clone(), origin: Origin::List });
        Self { listed: listed.collect(), ..Self::default() }
    }

    /// Keeps a text of the message, in which a password may stand.
    pub(super) fn keep(&mut self, text: &Text) {
        let content = text.content.expose();
        let looked_at = match text.place {
            Place::Subject | Place::Body | Place::FileName => true,
            Place::Attachment | Place::Metadata => content.len() <= LOOKED_AT,
            Place::Header | Place::Image => false,
        };
        if !looked_at {
            return;
        }
        let end = content.floor_char_boundary(LOOKED_AT);
        self.kept.push_str(content.get(..end).unwrap_or_default());
        self.kept.push(BETWEEN);
        if self.kept.len() > KEPT {
            self.search();
        }
    }

    /// All of them: the likely, those of the administrator, the unlikely.
    pub(super) fn all(&mut self) -> Vec<Candidate> {
        self.search();
        let found = |password: &Secret<String>| Candidate {
            password: password.clone(),
            origin: Origin::Message,
        };
        let listed = |password: &Secret<String>| {
            self.listed.iter().any(|listed| listed.password == *password)
        };
        let unlikely = self.unlikely.iter().filter(|password| !listed(password));
        let unlikely = unlikely.take(MOST.saturating_sub(self.likely.len()));
        let likely = self.likely.iter().filter(|password| !listed(password));
        // What is both likely and listed comes as the latter, once.
        likely.map(found).chain(self.listed.iter().cloned()).chain(unlikely.map(found)).collect()
    }

    /// Looks through the texts that were kept.
    fn search(&mut self) {
        let kept = std::mem::take(&mut self.kept);
        for text in kept.split(BETWEEN) {
            if self.likely.len() < MOST {
                self.find(text);
            }
            for listed in &mut self.listed {
                if listed.origin == Origin::List && stands_in(text, listed.password.expose()) {
                    listed.origin = Origin::Message;
                }
            }
        }
    }

    fn find(&mut self, text: &str) {
        let beginnings = Beginnings::of_labels();
        let bytes = text.as_bytes();
        let mut starts_word = true;
        for (at, &three) in bytes.array_windows::<3>().enumerate() {
            let [byte, ..] = three;
            let in_word = byte.is_ascii_alphanumeric() || byte >= 0x80;
            // The words of one label may be the password of another.
            if starts_word && beginnings.have(three) {
                if self.likely.len() >= MOST {
                    return;
                }
                let end = text.floor_char_boundary(at + NEAR);
                let Some(here) = text.get(at..end) else { continue };
                if let Some(rest) = behind_label(here, LABELS) {
                    self.candidates(behind_link(rest));
                } else if let Some(rest) = behind_label(here, WEAK_LABELS) {
                    let word = behind_link(rest).split_whitespace().next().unwrap_or_default();
                    let ends = |c: char| ".,;:!?".contains(c) || MARKS.contains(&c);
                    keep(&mut self.unlikely, word.trim_matches(ends));
                }
            }
            starts_word = !in_word;
        }
    }

    /// What stands at the start of `rest`: in quotation marks, as one word, without the marks that
    /// end a sentence, as the whole line.
    fn candidates(&mut self, rest: &str) {
        let line = rest.lines().next().unwrap_or_default().trim();
        let word = line.split_whitespace().next().unwrap_or_default();
        let bare = line.trim_start_matches(MARKS);
        if bare.len() < line.len()
            && let Some((quoted, _)) = bare.split_once(MARKS)
        {
            keep(&mut self.likely, quoted);
        }
        keep(&mut self.likely, word);
        keep(&mut self.likely, word.trim_end_matches(['.', ',', ';', ':', '!', '?']));
        keep(&mut self.likely, word.trim_matches(MARKS));
        let ends = |c: char| ".,;:!?".contains(c) || MARKS.contains(&c);
        keep(&mut self.likely, word.trim_start_matches(MARKS).trim_end_matches(ends));
        keep(&mut self.likely, line);
    }
}

fn keep(candidates: &mut Vec<Secret<String>>, candidate: &str) {
    let fits = !candidate.is_empty() && candidate.len() <= LONGEST && candidates.len() < MOST;
    if fits && !candidates.iter().any(|kept| kept.expose() == candidate) {
        candidates.push(Secret::new(candidate.to_owned()));
    }
}

/// Marks that stand around a password and are none of it.
const MARKS: &[char] = &[
    '"', '\'', '`', '\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{2019}', '\u{AB}', '\u{BB}',
    '<', '>', '[', ']', '(', ')', '*',
];

/// The first three bytes of the labels, by their last five bits, which no letter case changes: most
/// words of a text begin like none.
struct Beginnings([[u32; 32]; 32]);

impl Beginnings {
    fn of_labels() -> Self {
        let mut known = [[0; 32]; 32];
        for label in LABELS.iter().chain(WEAK_LABELS) {
            let thirds = label.as_bytes().get(2).map_or(u32::MAX, |third| 1 << (third & 31));
            if let [one, two, ..] = *label.as_bytes() {
                known[usize::from(one & 31)][usize::from(two & 31)] |= thirds;
            }
        }
        Self(known)
    }

    fn have(&self, [one, two, three]: [u8; 3]) -> bool {
        self.0[usize::from(one & 31)][usize::from(two & 31)] >> (three & 31) & 1 == 1
    }
}

/// Whether a password stands in a text as a word or as words.
fn stands_in(text: &str, password: &str) -> bool {
    text.match_indices(password).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + password.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
    })
}

/// What follows the label at the start of a text.
fn behind_label<'t>(text: &'t str, labels: &[&str]) -> Option<&'t str> {
    let bytes = text.as_bytes();
    labels.iter().find_map(|label| {
        let start = bytes.get(..label.len())?;
        if !start.eq_ignore_ascii_case(label.as_bytes()) {
            return None;
        }
        let rest = text.get(label.len()..)?;
        let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
        (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
    })
}

/// What follows the words and signs that lead from a label to its password: `for the file is:`.
fn behind_link(rest: &str) -> &str {
    let unsigned = |text: &str| text.trim_start().starts_with(SIGNS);
    let skipped = |text| -> &str {
        let skips = |c: char| c.is_whitespace() || SIGNS.contains(&c);
        str::trim_start_matches(text, skips)
    };
    if unsigned(rest) {
        return skipped(rest);
    }
    let plain = rest.trim_start();
    let (mut at, mut linked) = (0, false);
    for (index, word) in plain.split_inclusive(char::is_whitespace).take(MOST_WORDS).enumerate() {
        at += word.len();
        let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word.trim()));
        let ends = word.trim_end().ends_with([':', '=']);
        let rest = plain.get(at..).unwrap_or_default();
        if is(VERBS) && (index == 0 || linked) || linked && (ends || unsigned(rest)) {
            return skipped(rest);
        }
        linked |= index == 0 && (is(LINKS) || is(&["will"]));
        if !linked || word.ends_with('\n') {
            break;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PartPath;

    fn body(text: &str) -> Text {
        Text::plain(Place::Body, &PartPath::root(), text.to_owned())
    }

    fn candidates(text: &str) -> Vec<String> {
        let mut passwords = Passwords::default();
        passwords.keep(&body(text));
        passwords.all().into_iter().map(|found| found.password.into_inner()).collect()
    }

    #[test]
    fn a_password_is_found_behind_the_words_for_it() {
        for text in [
            "The password is Blue-7!x",
            "Password: Blue-7!x",
            "pw=Blue-7!x",
            "Passwort f\u{fc}r das Archiv lautet: Blue-7!x",
            "The password for the attached file is \"Blue-7!x\".",
            "password:\n\n  Blue-7!x\nKind regards",
            "Use passcode Blue-7!x, please",
            "PASS Blue-7!x",
            "(pwd: Blue-7!x)",
            "Password\tBlue-7!x",
        ] {
            assert!(candidates(text).iter().any(|found| found == "Blue-7!x"), "{text}");
        }
    }

    #[test]
    fn a_password_of_several_words_is_the_rest_of_its_line() {
        assert!(candidates("Password: correct horse 9\nbye").contains(&"correct horse 9".into()));
        assert!(candidates("the passphrase is 'two words'").contains(&"two words".into()));
    }

    #[test]
    fn a_likely_password_comes_before_every_code() {
        let codes: String = (0..100).map(|i| format!("code W{i} ")).collect();
        let found = candidates(&format!("{codes}\nThe password is Blue-7!x"));
        assert_eq!((found[0].as_str(), found.len()), ("Blue-7!x", MOST));
        assert_eq!(candidates("the code is 4711."), ["4711"]);
    }

    #[test]
    fn candidates_are_few_and_short() {
        let many: String = (0..100).map(|i| format!("password: w{i}\n")).collect();
        assert_eq!(candidates(&many).len(), MOST);
        assert!(candidates(&format!("password: {}", "x".repeat(LONGEST + 1))).is_empty());
        assert!(candidates("Nothing of the kind").is_empty());
        let labels = "pw ".repeat(LOOKED_AT / 3);
        assert!(candidates(&labels).len() < MOST);
    }

    #[test]
    fn a_listed_password_is_of_the_message_where_it_stands_there_as_a_word() {
        let origins = |text: &str| -> Vec<_> {
            let listed = Secret::new(String::from("blue 7"));
            let mut passwords = Passwords::with_listed(&[listed]);
            passwords.keep(&body(text));
            passwords.all().into_iter().map(|found| found.origin).collect()
        };
        assert_eq!(origins("Hello"), [Origin::List]);
        assert_eq!(origins("It is blue 7."), [Origin::Message]);
        assert_eq!(origins("It is blue 77."), [Origin::List]);
        assert_eq!(origins("Password: blue 7"), [Origin::Message; 2]);
    }

    #[test]
    fn a_label_in_one_text_has_no_password_in_the_next() {
        let mut passwords = Passwords::default();
        passwords.keep(&body("password:"));
        passwords.keep(&body("Hello"));
        assert!(passwords.all().is_empty());
    }

    #[test]
    fn texts_are_not_kept_without_end() {
        let mut passwords = Passwords::default();
        passwords.keep(&body("the password is Blue-7!x"));
        for _ in 0..20 {
            passwords.keep(&body(&"word ".repeat(LOOKED_AT)));
            assert!(passwords.kept.len() <= KEPT);
        }
        assert_eq!(passwords.all()[0].password.expose(), "Blue-7!x");
    }
}
