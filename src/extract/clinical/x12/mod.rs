//! ASC X12 transactions of health care (45 CFR 162 subparts K to S): claims, remittances, eligibility,
//! enrollment, authorizations, as files, in mail, and as excerpts.
//!
//! ```text
//!  text --find--> stretch --segments--> reader --> record (one patient) --> chart
//! ```

mod claims;
mod find;
mod people;
mod reader;
mod record;
mod role;
mod segments;
mod separators;
mod tables;
mod values;

#[cfg(test)]
mod tests;

use super::chart::Chart;
use crate::text::Standard;
pub(super) use find::find;
use reader::Reader;
use record::People;

/// Reads a stretch. One is read again where somebody is a patient in one record and a subscriber or
/// relative in another.
pub(super) fn read(text: &str, chart: &mut Chart) {
    let mut draft = Chart::new(Standard::X12);
    let people = Reader::over(text, &mut draft, People::default());
    if people.overlap() {
        Reader::over(text, chart, people.known());
    } else {
        *chart = draft;
    }
}
