//! Numbers for the records that blocks of labelled lines make.

use std::collections::HashMap;

use crate::text::Reading;

/// Numbers records that the structure does not tell, behind those that it tells.
pub(in crate::engine) struct Records<'a> {
    reading: &'a Reading,
    next: Option<u32>,
    /// By text, byte of the text where its slice begins, and number in the slice.
    known: HashMap<(usize, usize, usize), u32>,
}

impl<'a> Records<'a> {
    /// Nothing is numbered yet.
    pub fn behind(reading: &'a Reading) -> Self {
        Self { reading, next: None, known: HashMap::new() }
    }

    /// The number of a block in the slice of a text that begins at a byte of it.
    pub fn number(&mut self, text: usize, slice: usize, block: usize) -> u32 {
        let place = (text, slice, block);
        if let Some(&number) = self.known.get(&place) {
            return number;
        }
        let number = self.next();
        self.known.insert(place, number);
        number
    }

    /// The number of a record that is not looked for again.
    pub fn next(&mut self) -> u32 {
        let number = *self.next.get_or_insert_with(|| first_free(self.reading));
        self.next = Some(number.saturating_add(1));
        number
    }
}

fn first_free(reading: &Reading) -> u32 {
    let told = reading.texts.iter().flat_map(|text| &text.fields).filter_map(|field| field.record);
    told.max().map_or(1, |last| last.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Field, PartPath, Place, Text};

    #[test]
    fn blocks_are_numbered_behind_the_records_that_the_structure_tells() {
        let mut text = Text::plain(Place::Body, &PartPath::root(), "Jane".into());
        text.fields = vec![Field { span: 0..4, label: None, record: Some(7) }];
        let reading = Reading { texts: vec![text], ..Reading::default() };
        let mut records = Records::behind(&reading);
        assert_eq!((records.number(0, 0, 0), records.number(0, 0, 3)), (8, 9));
        assert_eq!((records.number(0, 0, 0), records.number(1, 0, 0)), (8, 10));
    }
}
