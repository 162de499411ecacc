//! What a pivot table was made from: copies of rows that may stand in no sheet any more (ECMA-376
//! part 1 section 18.10).

use super::super::labelled::Labelled;
use super::super::normal::normal;
use super::super::office::cells::Records;
use super::super::office::xml::{Token, Tokens};
use super::strings::without_escapes;

/// Writes the values of a cache with the names of their fields; records are lines. False when the
/// part is damaged or too long.
pub(super) fn read(xml: &str, text: &mut Labelled, records: &mut Records, most: usize) -> bool {
    let mut tokens = Tokens::of(xml);
    let mut field = None;
    let mut record = None;
    while let Some(token) = tokens.next() {
        if text.len() > most {
            return false;
        }
        let Token::Start(element) = token else { continue };
        match element.name() {
            "cacheField" => {
                text.end_line();
                let name = element.attribute("name");
                text.line(&normal(name.as_deref().unwrap_or_default()));
                field = name;
            }
            "r" => {
                text.end_line();
                field = None;
                record = Some(records.next());
            }
            "s" | "n" | "d" => {
                let value = element.attribute("v").unwrap_or_default();
                text.value(field.as_deref(), &normal(&without_escapes(&value)), record);
                text.words("\t");
            }
            _ => {}
        }
    }
    text.end_line();
    !tokens.damaged()
}
