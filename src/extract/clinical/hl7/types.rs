//! How values of HL7's data types are written on a chart (HL7 v2.x chapter 2A).

use super::super::chart::Chart;
use super::codes;
use super::fields::Datatype;
use super::segment::{Components, Delimiters, joined};

/// A field to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'f> {
    /// The standard's name of it: `PID-5`.
    pub name: &'f str,
    pub label: &'f str,
    pub datatype: Datatype,
    /// Whether the outline names it.
    pub outlined: bool,
}

impl Field<'_> {
    fn put(&self, chart: &mut Chart, label: &str, value: &str) {
        if self.outlined {
            chart.value(self.name, label, value);
        } else if label == self.name {
            chart.unlabelled(label, value);
        } else {
            chart.other(label, value);
        }
    }

    fn segment(&self) -> &str {
        self.name.get(..3).unwrap_or_default()
    }
}

/// Writes all repetitions of a field.
pub(super) fn write(chart: &mut Chart, field: Field<'_>, raw: &str, delimiters: &Delimiters) {
    for (at, repetition) in raw.split(delimiters.repetition).enumerate() {
        let mut parts = Components::of(repetition, delimiters);
        match field.datatype {
            Datatype::Name => {
                let label =
                    if field.name == "PID-5" && at > 0 { "Patient Alias" } else { field.label };
                field.put(chart, label, &name(&mut parts, 1));
            }
            Datatype::Person => person(chart, field, &mut parts),
            Datatype::Subject => subject(chart, field, &mut parts),
            Datatype::Identifier => identifier(chart, field, &mut parts),
            Datatype::Telephone => telephone(chart, field, &mut parts),
            datatype => field.put(chart, field.label, &value(&mut parts, datatype)),
        }
        chart.other(field.name, &parts.left());
    }
}

/// A value of the data types that are one value.
pub(super) fn value(parts: &mut Components, datatype: Datatype) -> String {
    match datatype {
        Datatype::Name => name(parts, 1),
        Datatype::Address => address(parts),
        Datatype::Coded => coded(parts),
        Datatype::Sex => sex(parts),
        Datatype::Time | Datatype::Birth => time(parts),
        Datatype::Timing => timing(parts),
        Datatype::Organization
        | Datatype::Authority
        | Datatype::Number
        | Datatype::License
        | Datatype::Identifier => parts.take(1),
        Datatype::Telephone => number(parts),
        Datatype::Text | Datatype::Location | Datatype::Person | Datatype::Subject => whole(parts),
    }
}

fn whole(parts: &mut Components) -> String {
    let all = parts.all();
    for number in 1..=parts.len() {
        parts.take_whole(number);
    }
    all
}

/// Given name, middle name, family name, suffix. The family name is component `first`.
pub(super) fn name(parts: &mut Components, first: usize) -> String {
    let [family, given, middle, suffix] = [0, 1, 2, 3].map(|more| parts.take(first + more));
    let family = match family.split_once(',') {
        Some((family, given)) => joined([given.trim(), family.trim()], " "),
        None => family,
    };
    joined([given.as_str(), &middle, &family, &suffix], " ")
}

/// Somebody who gives care: a number, a name, a degree.
fn person(chart: &mut Chart, field: Field<'_>, parts: &mut Components) {
    let number = parts.take(1);
    let name = name(parts, 2);
    parts.take(6);
    let degree = parts.take(7);
    if name.is_empty() && !number.contains(|c: char| c.is_ascii_digit()) {
        return field.put(chart, field.label, &number);
    }
    field.put(chart, field.label, &joined([name.as_str(), &degree], ", "));
    let national = parts.see(9).contains("NPI") || parts.see(13) == "NPI";
    field.put(chart, &format!("{} {}", field.label, if national { "NPI" } else { "ID" }), &number);
}

/// A patient as queries name him.
fn subject(chart: &mut Chart, field: Field<'_>, parts: &mut Components) {
    field.put(chart, "MRN", &parts.take(1));
    field.put(chart, "Patient Name", &name(parts, 2));
}

fn identifier(chart: &mut Chart, field: Field<'_>, parts: &mut Components) {
    let kind = parts.take(5).to_ascii_uppercase();
    let issuer = parts.see(4);
    let social = matches!(kind.as_str(), "SS" | "SSN")
        || kind.is_empty() && (issuer.contains("SSN") || issuer.contains("SSA"));
    let number = parts.take(1);
    let label = match (field.segment(), field.name) {
        ("PID", "PID-2" | "PID-3" | "PID-4") if social => "Social Security Number",
        ("PID", "PID-3") if kind.is_empty() => field.label,
        ("PID", "PID-2" | "PID-3" | "PID-4") => codes::identifier(&kind).unwrap_or("Patient ID"),
        ("NK1", _) if social => "Next of Kin Social Security Number",
        ("GT1", _) if social => "Guarantor Social Security Number",
        ("IN1" | "IN2", _) if social => "Insured Social Security Number",
        _ => field.label,
    };
    field.put(chart, label, &number);
}

fn address(parts: &mut Components) -> String {
    let street = parts.take_whole(1);
    let [other, city, state, code, country] = [2, 3, 4, 5, 6].map(|number| parts.take(number));
    let place = joined([state.as_str(), &code], " ");
    joined([street.as_str(), &other, &city, &place, &country], ", ")
}

fn telephone(chart: &mut Chart, field: Field<'_>, parts: &mut Components) {
    let stem = field.label.strip_suffix("Phone").unwrap_or(field.label);
    let patient = field.segment() == "PID";
    let label = match parts.take(3).as_str() {
        "FX" => format!("{}Fax", if patient { "Patient " } else { stem }),
        "CP" if patient => "Patient Cell Phone".to_owned(),
        _ => field.label.to_owned(),
    };
    parts.take(2);
    let mail = parts.take(4);
    let number = number(parts);
    let (number, mail) =
        if mail.is_empty() && number.contains('@') { (mail, number) } else { (number, mail) };
    field.put(chart, &label, &number);
    field.put(chart, &format!("{}Email", if patient { "Patient " } else { stem }), &mail);
}

/// A telephone number as it is written in one, or as its figures are in several components.
fn number(parts: &mut Components) -> String {
    let written = parts.take(1);
    let [country, area, local, extension, plain] =
        [5, 6, 7, 8, 12].map(|number| parts.take(number));
    let figures = |words: &str| words.chars().filter(char::is_ascii_digit).collect::<String>();
    let apart = format!("{}{}", figures(&area), figures(&local));
    let dashed = match (area.is_empty(), local.len()) {
        (false, 7) => telephone_of(&apart),
        _ => joined([country.as_str(), &area, &local], "-"),
    };
    let written = if written.len() == 10 { telephone_of(&written) } else { written };
    let number = match (written.is_empty(), apart.is_empty()) {
        (true, true) => plain,
        (true, false) => dashed,
        (false, false) if !figures(&written).contains(&apart) => {
            joined([written.as_str(), &dashed], " or ")
        }
        (false, _) => written,
    };
    if extension.is_empty() { number } else { format!("{number} x{extension}") }
}

/// Ten figures in their groups.
fn telephone_of(figures: &str) -> String {
    if figures.len() != 10 || !figures.bytes().all(|byte| byte.is_ascii_digit()) {
        return figures.to_owned();
    }
    let group = |range| figures.get(range).unwrap_or_default();
    format!("{}-{}-{}", group(0..3), group(3..6), group(6..10))
}

/// Code and words, of each coding.
fn coded(parts: &mut Components) -> String {
    let [code, words, other, meaning, text] = [1, 2, 4, 5, 9].map(|number| parts.take(number));
    for system in [3, 6] {
        if parts.see(system).len() <= 8 {
            parts.take(system);
        }
    }
    let one = joined(
        [code.as_str(), words.as_str()].into_iter().take(if code == words { 1 } else { 2 }),
        " ",
    );
    let other = if other == code { String::new() } else { other };
    let meaning = if meaning == words { String::new() } else { meaning };
    let text = if text == words { String::new() } else { text };
    joined([one.as_str(), &joined([other.as_str(), &meaning], " "), &text], "; ")
}

fn sex(parts: &mut Components) -> String {
    match parts.see(1) {
        "M" => parts.take(1).replace('M', "Male"),
        "F" => parts.take(1).replace('F', "Female"),
        "U" => parts.take(1).replace('U', "Unknown"),
        _ => coded(parts),
    }
}

fn time(parts: &mut Components) -> String {
    let from = day(&parts.take(1));
    let until = parts.see(2).to_owned();
    if until.len() >= 8 && until.bytes().take(8).all(|byte| byte.is_ascii_digit()) {
        parts.take(2);
        return joined([from.as_str(), &day(&until)], " to ");
    }
    from
}

fn timing(parts: &mut Components) -> String {
    let all: Vec<String> = (1..=parts.len()).map(|number| day(&parts.take_whole(number))).collect();
    joined(all.iter().map(String::as_str), " ")
}

/// A date, and the time of day where there is one, as ISO 8601 has them; what is no date as it is.
pub(super) fn day(written: &str) -> String {
    let length = written.bytes().take_while(u8::is_ascii_digit).count();
    let behind = written.get(length..).unwrap_or_default();
    let number = |range: std::ops::Range<usize>| written.get(range).unwrap_or_default();
    let month = matches!(
        number(4..6),
        "01" | "02" | "03" | "04" | "05" | "06" | "07" | "08" | "09" | "10" | "11" | "12"
    );
    let date = number(6..8).parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
    let zone = behind.is_empty() || behind.starts_with(['.', '+', '-']);
    if !(8..=14).contains(&length) || !month || !date || !zone {
        return written.to_owned();
    }
    let mut out = format!("{}-{}-{}", number(0..4), number(4..6), number(6..8));
    if length >= 12 && number(8..12) != "0000" {
        out.push_str(&format!(" {}:{}", number(8..10), number(10..12)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(datatype: Datatype, words: &str) -> String {
        value(&mut Components::of(words, &Delimiters::USUAL), datatype)
    }

    #[test]
    fn names_are_turned_round() {
        assert_eq!(plain(Datatype::Name, "ROE^JANE^Q^III^DR^^L"), "JANE Q ROE III");
        assert_eq!(plain(Datatype::Name, "ROE&VAN&ROE^JANE"), "JANE ROE");
        assert_eq!(plain(Datatype::Name, "Roe, Jane"), "Jane Roe");
    }

    #[test]
    fn dates_are_written_as_iso_8601_has_them() {
        for (written, wanted) in [
            ("19680719", "1968-07-19"),
            ("202603140915", "2026-03-14 09:15"),
            ("20260314091500.000-0500", "2026-03-14 09:15"),
            ("196807", "196807"),
            ("19681340", "19681340"),
            ("7/19/1968", "7/19/1968"),
        ] {
            assert_eq!(day(written), wanted);
        }
    }

    #[test]
    fn addresses_telephones_and_codes_are_written_as_on_a_letter() {
        let address = "12 Elm Street^Apt 2^Springfield^IL^62701^USA^H";
        assert_eq!(
            plain(Datatype::Address, address),
            "12 Elm Street, Apt 2, Springfield, IL 62701, USA"
        );
        assert_eq!(plain(Datatype::Telephone, "^PRN^PH^^1^217^5550142"), "217-555-0142");
        assert_eq!(
            plain(Datatype::Telephone, "(217)555-0142^PRN^PH^^1^217^5550142"),
            "(217)555-0142"
        );
        assert_eq!(plain(Datatype::Coded, "E11.9^Type 2 diabetes^I10"), "E11.9 Type 2 diabetes");
        assert_eq!(plain(Datatype::Sex, "F"), "Female");
    }
}
