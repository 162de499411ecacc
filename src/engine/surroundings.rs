//! What the findings in one text share: its zones, its file name, its labels.

use std::collections::HashMap;
use std::sync::Arc;

use super::evidence::Scene;
use super::zones::Zones;
use crate::finding::{About, Basis, Finding};
use crate::secret::Secret;
use crate::text::{Place, Text, Zone};

/// What the findings in one text share. Found when the first needs it and held once, however many
/// they are and however long its names.
pub(super) struct Surroundings<'a> {
    text: &'a Text,
    zones: Option<Zones>,
    file: Option<Secret<Arc<str>>>,
    /// By their numbers in the text.
    labels: HashMap<u32, Option<Secret<Arc<str>>>>,
}

impl<'a> Surroundings<'a> {
    pub fn of(text: &'a Text) -> Self {
        Self { text, zones: None, file: shared(text.file.as_ref()), labels: HashMap::new() }
    }

    /// Adds zone, file, label and record to a finding.
    pub fn complete(&mut self, finding: &mut Finding, scene: &Scene<'_>) {
        let (text, start) = (self.text, finding.span.start);
        if text.place == Place::Body {
            let zones = self.zones.get_or_insert_with(|| Zones::of(text, &scene.marks()));
            let zone = zones.at(start);
            finding.zone = Some(zone);
            if let Some(about) = whose(zone).filter(|_| finding.basis <= Basis::Record) {
                (finding.about, finding.basis) = (about, Basis::Zone);
            }
        }
        finding.file.clone_from(&self.file);
        let Some(field) = text.field_at(start) else { return };
        finding.record = field.record;
        finding.label = field.label.and_then(|number| {
            self.labels.entry(number).or_insert_with(|| shared(text.label(field))).clone()
        });
    }
}

/// Whom the contact data of a zone are, unless its labels tell otherwise.
const fn whose(zone: Zone) -> Option<About> {
    match zone {
        Zone::Signature => Some(About::Sender),
        Zone::Disclaimer => Some(About::Organization),
        Zone::Fresh | Zone::Quoted => None,
    }
}

/// A name that each of many findings holds.
pub(super) fn shared(name: Option<&Secret<String>>) -> Option<Secret<Arc<str>>> {
    name.map(|name| Secret::new(Arc::from(name.expose().as_str())))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::Engine;
    use super::*;
    use crate::rules;
    use crate::text::{Field, PartPath, Reading};

    #[test]
    fn findings_share_a_file_name_and_a_label_however_long_they_are() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let (set, _) = rules::load(&[folder], &[]).unwrap();
        let engine = Engine::untested(set);
        let content = "SSN 536-22-8471, SSN 536-22-8472".to_owned();
        let span = 0..u32::try_from(content.len()).unwrap();
        let mut text = Text::plain(Place::Header, &PartPath::root(), content);
        text.file = Some(Secret::new("x".repeat(1 << 20)));
        text.labels = vec![Secret::new("y".repeat(1 << 20))];
        text.fields = vec![Field { span, label: Some(0), record: None }];
        let reading = Reading { texts: vec![text], ..Reading::default() };
        let found = engine.scan(&reading, Instant::now() + Duration::from_secs(10)).findings;
        let [first, second] = &found[..] else { panic!("{}", found.len()) };
        let same = |a: &Option<Secret<Arc<str>>>, b: &Option<Secret<Arc<str>>>| {
            Arc::ptr_eq(a.as_ref().unwrap().expose(), b.as_ref().unwrap().expose())
        };
        assert!(same(&first.file, &second.file) && same(&first.label, &second.label));
    }
}
