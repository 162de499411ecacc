//! What a part says of itself: type, transfer encoding, disposition, file names.

use super::header::Header;
use super::parameters::Parameters;
use super::transfer::Encoding;

/// One reading of a part's MIME fields. All of it is a hint: bytes decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// `type/subtype` in lower case.
    pub media_type: String,
    /// Parameters of Content-Type.
    pub parameters: Parameters,
    /// The transfer encoding.
    pub encoding: Encoding,
    /// What Content-Disposition says.
    pub disposition: Disposition,
    /// Every different file name, as people read it.
    pub file_names: Vec<String>,
}

/// How a part is to be shown (RFC 2183).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Not said.
    Unsaid,
    /// With the message.
    Inline,
    /// On demand. Unknown words mean this too.
    Attachment,
}

/// What a part is that has no Content-Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultType {
    /// text/plain (RFC 2045 section 5.2).
    Plain,
    /// message/rfc822, in a multipart/digest (RFC 2046 section 5.1.5).
    Message,
}

/// The readings that a part's fields allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// Those to follow, the one of most mail programs first.
    pub followed: Vec<Content>,
    /// Whether there are more.
    pub others: bool,
}

/// Different readings of one part that are followed; more are hostile.
const MOST_READINGS: usize = 4;

/// Fields of one name that are looked at.
const MOST_FIELDS: usize = 64;

impl Content {
    /// All the readings that a header allows: one, unless its type or encoding is given more than
    /// once with different values.
    #[must_use]
    pub fn readings(header: &Header<'_>, default: DefaultType) -> Readings {
        let types = distinct(header, "content-type");
        let encodings = distinct(header, "content-transfer-encoding");
        let (disposition, mut file_names) = disposition(header);
        let mut others = types.len() > MOST_FIELDS || encodings.len() > MOST_FIELDS;
        let mut readings = Vec::with_capacity(1);
        for value in or_missing(&types) {
            let parameters = value.map(Parameters::parse).unwrap_or_default();
            for name in parameters.values("name") {
                if !file_names.contains(&name) {
                    file_names.push(name);
                }
            }
            let media_type = match (value, disposition) {
                // A file of which no type is said is not text for that.
                (None, Disposition::Attachment) if default == DefaultType::Plain => {
                    "application/octet-stream".to_owned()
                }
                _ => media_type(&parameters.token, default),
            };
            for value in or_missing(&encodings) {
                let encoding = value.map_or(Encoding::Identity, Encoding::from_field);
                let reading = Self {
                    media_type: media_type.clone(),
                    parameters: parameters.clone(),
                    encoding,
                    disposition,
                    file_names: Vec::new(),
                };
                if readings.contains(&reading) {
                    continue;
                }
                if readings.len() < MOST_READINGS {
                    readings.push(reading);
                } else {
                    others = true;
                }
            }
        }
        for reading in &mut readings {
            reading.file_names.clone_from(&file_names);
        }
        Readings { followed: readings, others }
    }

    /// What a bare document is: nothing is declared but perhaps a name.
    #[must_use]
    pub fn document(name: Option<&str>) -> Self {
        Self {
            media_type: "application/octet-stream".to_owned(),
            parameters: Parameters::default(),
            encoding: Encoding::Identity,
            disposition: Disposition::Attachment,
            file_names: name.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Whether the declared type is a multipart.
    #[must_use]
    pub fn is_multipart(&self) -> bool {
        self.media_type.starts_with("multipart/")
    }

    /// Whether the declared type is text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.media_type.starts_with("text/")
    }

    /// Whether the declared type is a whole message (RFC 2046 section 5.2.1, RFC 6532 section
    /// 3.7).
    #[must_use]
    pub fn is_message(&self) -> bool {
        matches!(self.media_type.as_str(), "message/rfc822" | "message/global" | "message/news")
    }

    /// The declared character set.
    #[must_use]
    pub fn charset(&self) -> Option<String> {
        self.parameters.first("charset")
    }
}

fn media_type(token: &str, default: DefaultType) -> String {
    let token = token.trim_matches(|c: char| c.is_whitespace() || c == '"');
    match token.split_once('/') {
        Some((main, sub)) if !main.trim().is_empty() => {
            format!("{}/{}", main.trim(), sub.trim())
        }
        _ => match (token, default) {
            ("multipart", _) => "multipart/mixed".to_owned(),
            ("html", _) => "text/html".to_owned(),
            ("", DefaultType::Message) => "message/rfc822".to_owned(),
            _ => "text/plain".to_owned(),
        },
    }
}

fn distinct<'a>(header: &Header<'a>, name: &str) -> Vec<&'a [u8]> {
    let mut values: Vec<&[u8]> = Vec::new();
    for field in header.all(name) {
        let value = field.value.trim_ascii();
        let known = values.iter().any(|other| other.eq_ignore_ascii_case(value));
        if !value.is_empty() && !known && values.len() <= MOST_FIELDS {
            values.push(value);
        }
    }
    values
}

fn or_missing<'a>(values: &[&'a [u8]]) -> Vec<Option<&'a [u8]>> {
    if values.is_empty() { vec![None] } else { values.iter().copied().map(Some).collect() }
}

fn disposition(header: &Header<'_>) -> (Disposition, Vec<String>) {
    let mut disposition = Disposition::Unsaid;
    let mut file_names = Vec::new();
    for field in header.all("content-disposition").take(MOST_READINGS) {
        let parsed = Parameters::parse(field.value);
        if disposition == Disposition::Unsaid {
            disposition = match parsed.token.as_str() {
                "" => Disposition::Unsaid,
                "inline" => Disposition::Inline,
                _ => Disposition::Attachment,
            };
        }
        for name in parsed.values("filename").into_iter().chain(parsed.values("name")) {
            if !file_names.contains(&name) {
                file_names.push(name);
            }
        }
    }
    (disposition, file_names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(header: &str) -> Vec<Content> {
        let (header, _) = Header::split(header.as_bytes());
        Content::readings(&header, DefaultType::Plain).followed
    }

    #[test]
    fn names_of_both_fields_are_kept_when_they_differ() {
        let found = readings(
            "Content-Type: image/png; name=\"a.png\"\nContent-Disposition: inline; filename=b.png\n\n",
        );
        assert_eq!(found[0].file_names, ["b.png", "a.png"]);
        assert_eq!((found.len(), found[0].disposition), (1, Disposition::Inline));
    }

    #[test]
    fn fields_given_twice_have_more_than_one_reading() {
        let twice = readings(
            "Content-Type: text/plain\nContent-Type: text/html\n\
             Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n",
        );
        assert_eq!(twice.len(), 4);
        let same = readings("Content-Type: text/plain\nContent-type: TEXT/plain\n\n");
        assert_eq!(same.len(), 1);
    }

    #[test]
    fn a_missing_or_broken_type_is_plain_text() {
        for header in ["\n", "Content-Type: \n\n", "Content-Type: text\n\n", "Content-Type: ;\n\n"]
        {
            assert_eq!(readings(header)[0].media_type, "text/plain", "{header:?}");
        }
        let (header, _) = Header::split(b"\n");
        assert!(Content::readings(&header, DefaultType::Message).followed[0].is_message());
    }
}
