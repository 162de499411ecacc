//! The tests that stand in a rule's file.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Compiler;
use crate::rules::file::{RuleFile, TestEntry};
use crate::rules::rule::RuleTest;
use crate::text::Place;

impl Compiler<'_> {
    pub(super) fn tests(&mut self, file: &RuleFile) -> Vec<RuleTest> {
        let mut seen = BTreeSet::new();
        let mut tests = Vec::new();
        for entry in &file.tests {
            let header = self.header(entry.span());
            let entry = entry.get_ref();
            self.filled("test name", &entry.name);
            if !seen.insert(entry.name.get_ref().as_str()) {
                self.fault("R010", entry.name.span(), "another test has this name");
            }
            tests.push(self.test(entry, header));
        }
        tests
    }

    fn test(&mut self, entry: &TestEntry, header: Range<usize>) -> RuleTest {
        if entry.text.is_none() && entry.facts.is_empty() {
            self.fault("R038", header.clone(), "a test with neither `text` nor `facts`");
        }
        let place = entry.place.as_ref().map_or(Place::Body, |place| *place.get_ref());
        if let Some(zone) = &entry.zone
            && place != Place::Body
        {
            self.fault("R038", zone.span(), "only a body has zones");
        }
        RuleTest {
            name: entry.name.get_ref().clone(),
            text: entry.text.clone().unwrap_or_default(),
            label: entry.label.clone(),
            place,
            zone: entry.zone.as_ref().map(|zone| *zone.get_ref()),
            facts: self.facts(&entry.facts),
            finds: entry.finds.clone(),
            span: header,
        }
    }
}
