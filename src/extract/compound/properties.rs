//! Summary information of a document ([MS-OLEPS] 3.1): who wrote it, about what.

use office_oxide::cfb::SummaryProperties;

use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;

/// The properties as labelled text.
pub(super) fn labelled(properties: Option<&SummaryProperties>) -> Labelled {
    let mut text = Labelled::default();
    let Some(properties) = properties else { return text };
    for (label, value) in [
        ("Title", &properties.title),
        ("Subject", &properties.subject),
        ("Author", &properties.author),
        ("Keywords", &properties.keywords),
        ("Comments", &properties.comments),
        ("Last author", &properties.last_author),
        ("Category", &properties.category),
        ("Manager", &properties.manager),
        ("Company", &properties.company),
    ] {
        let value = value.as_deref().map(normal).unwrap_or_default();
        let value = value.trim_matches(|c: char| c.is_whitespace() || c.is_control());
        if !value.is_empty() {
            text.named(label, value, None);
        }
    }
    text
}
