//! The texts of the bench and the patterns of the rules as files that other programs read.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use phi_milter::rules::Rule;

use crate::corpora::{self, Corpus};

/// Writes `NAME.txt` and the messages `NAME/NUMBER.eml` for each text, and `patterns.tsv`: rule,
/// name and pattern, a line each, in the syntax that PCRE has too.
pub fn write(folder: &Path, corpora: &[Corpus], rules: &[Rule]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for corpus in corpora {
        fs::write(folder.join(corpus.name).with_extension("txt"), &corpus.text)?;
        let messages = folder.join(corpus.name);
        fs::create_dir_all(&messages)?;
        for (number, reading) in corpora::readings(&corpus.text).iter().enumerate() {
            let body = reading.texts.first().map_or("", |text| text.content.expose());
            let message = format!(
                "From: a@sender.example\nTo: b@recipient.example\nSubject: Message {number}\n\
                 MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"
            );
            fs::write(messages.join(format!("{number}.eml")), message)?;
        }
    }
    let mut lines = String::new();
    for rule in rules {
        let table: toml::Table = rule.text().parse().unwrap_or_default();
        let patterns = table.get("patterns").and_then(toml::Value::as_table);
        for (name, pattern) in patterns.into_iter().flatten() {
            let written = plain(pattern.as_str().unwrap_or_default());
            let _ = writeln!(lines, "{}\t{name}\t{written}", rule.id);
        }
    }
    fs::write(folder.join("patterns.tsv"), lines)
}

/// A pattern on one line: one that spreads over several (`(?x)`) without its blanks, and the value's
/// group without its name.
fn plain(written: &str) -> String {
    let one_line = match written.strip_prefix("(?x)") {
        None => written.to_owned(),
        Some(spread) => {
            let mut kept = String::new();
            let mut escaped = false;
            for c in spread.chars() {
                if escaped || !c.is_whitespace() {
                    kept.push(c);
                }
                escaped = c == '\\' && !escaped;
            }
            kept
        }
    };
    one_line.replace("(?<value>", "(?:")
}
