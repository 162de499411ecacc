//! Passwords that stand in the message itself: candidates for its encrypted files.

use std::sync::LazyLock;

use regex::Regex;

use crate::secret::Secret;
use crate::text::{Place, Text};

/// Candidates that are kept.
const MOST: usize = 32;
/// Bytes of a candidate.
const LONGEST: usize = 64;
/// Bytes of a text that are looked at: a password stands in a letter, not in a list.
const LOOKED_AT: usize = 256 << 10;

/// A word for a password, and what may stand between it and the password.
static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let word = r"(?:pass(?:[ -]?(?:word|wort|phrase|code|key))?|passwd|pwd?|p/w|kennwort|losung|code|key|schl\u{fc}ssel|pin|contrase\u{f1}a|contrasena|clave|mot de passe|mdp|wachtwoord|parola|senha)";
    let whose = r"(?:[ \t]+(?:for|to|of|f\u{fc}r|zu[mr]?|de|del|pour|per)\b[^\n:=]{0,60}?)?";
    let between = r"(?:[ \t]*(?::|=|\bis\b|\bist\b|\blautet\b|\bes\b|\best\b|\bwill be\b|-+>?|\u{2013}|\u{2014}|\u{2192})){1,3}\s*";
    Regex::new(&format!(r"(?i)\b{word}s?\b(?:{whose}{between}|\s+)")).ok()
});

/// The candidates of one message, in the order of their standing.
#[derive(Debug, Default)]
pub(super) struct Passwords(Vec<Secret<String>>);

impl Passwords {
    /// Looks for candidates in a text of the message.
    pub(super) fn collect(&mut self, text: &Text) {
        let content = text.content.expose();
        let looked_at = match text.place {
            Place::Subject | Place::Body | Place::FileName => true,
            Place::Attachment => content.len() <= LOOKED_AT,
            Place::Header | Place::Metadata | Place::Image => false,
        };
        if looked_at && self.0.len() < MOST {
            let end = content.floor_char_boundary(LOOKED_AT);
            self.find(content.get(..end).unwrap_or_default());
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Secret<String>> {
        self.0.clone()
    }

    fn find(&mut self, text: &str) {
        let Some(label) = &*LABEL else { return };
        let mut from = 0;
        while let Some(found) = label.find_at(text, from) {
            self.candidates(text.get(found.end()..).unwrap_or_default());
            if self.0.len() >= MOST {
                return;
            }
            // The words of one label may be the password of another.
            from = found.end();
        }
    }

    /// What stands at the start of `rest`: in quotation marks, as one word, without the marks that
    /// end a sentence, as the whole line.
    fn candidates(&mut self, rest: &str) {
        const MARKS: &[char] = &[
            '"', '\'', '`', '\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{2019}', '\u{AB}',
            '\u{BB}', '<', '>', '[', ']', '(', ')', '*',
        ];
        let line = rest.lines().next().unwrap_or_default().trim();
        let word = line.split_whitespace().next().unwrap_or_default();
        let bare = line.trim_start_matches(MARKS);
        if bare.len() < line.len()
            && let Some((quoted, _)) = bare.split_once(MARKS)
        {
            self.keep(quoted);
        }
        self.keep(word);
        self.keep(word.trim_end_matches(['.', ',', ';', ':', '!', '?']));
        self.keep(word.trim_matches(MARKS));
        let ends = |c: char| ".,;:!?".contains(c) || MARKS.contains(&c);
        self.keep(word.trim_start_matches(MARKS).trim_end_matches(ends));
        self.keep(line);
    }

    fn keep(&mut self, candidate: &str) {
        let fits = !candidate.is_empty() && candidate.len() <= LONGEST && self.0.len() < MOST;
        if fits && !self.0.iter().any(|kept| kept.expose() == candidate) {
            self.0.push(Secret::new(candidate.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PartPath;

    fn candidates(text: &str) -> Vec<String> {
        let mut passwords = Passwords::default();
        passwords.collect(&Text::plain(Place::Body, &PartPath::root(), text.to_owned()));
        passwords.all().into_iter().map(Secret::into_inner).collect()
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
    fn candidates_are_few_and_short() {
        let many: String = (0..100).map(|i| format!("password: w{i}\n")).collect();
        assert_eq!(candidates(&many).len(), MOST);
        assert!(candidates(&format!("password: {}", "x".repeat(LONGEST + 1))).is_empty());
        assert!(candidates("Nothing of the kind").is_empty());
    }
}
