//! `to` and `from` of a policy: inside, outside, a domain, an address, a list or a file of them.

use super::reader::{Reader, Span, Value};
use crate::policy::condition::Addresses;
use crate::policy::envelope::Mailbox;

pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Addresses {
    let mut addresses = Addresses::default();
    for item in reader.one_or_more(value) {
        if item.get_ref().is_table() {
            file(reader, item, &mut addresses);
        } else if let Some(written) = reader.string(item) {
            named(reader, written, item.span(), &mut addresses);
        }
    }
    addresses
}

fn named(reader: &mut Reader<'_>, written: &str, span: Span, addresses: &mut Addresses) {
    match written {
        "inside" => addresses.inside = true,
        "outside" => addresses.outside = true,
        "partner" => {
            reader.error("P015", span, "\"partner\" comes with a later version");
            reader.help("this version cannot judge it, so it is refused");
        }
        _ if add(written, addresses).is_none() => {
            reader.error("P016", span, format!("\"{written}\" is neither a domain nor an address"));
            reader.help(FORMS);
        }
        _ => {}
    }
}

const FORMS: &str = "\"inside\", \"outside\", \"clinic.example\", \".clinic.example\" for all \
                     below it, \"local@clinic.example\", \"<>\" for the null sender";

fn add(written: &str, addresses: &mut Addresses) -> Option<()> {
    if written == "<>" {
        addresses.null = true;
        Some(())
    } else if written.contains('@') {
        addresses.mailboxes.insert(Mailbox::parse(written)?);
        Some(())
    } else if written.contains('.') {
        addresses.domains.add(written)
    } else {
        // A word without a dot is "inside" misspelt, not a domain.
        None
    }
}

/// One domain or address a line; empty lines and lines that begin with `#` are skipped.
fn file(reader: &mut Reader<'_>, value: &Value<'_>, addresses: &mut Addresses) {
    let Some(table) = reader.table(value, "a file of addresses") else { return };
    reader.known_keys(table, &["file"], "a file of addresses");
    let Some(named) = table.get("file") else {
        reader.error("P005", value.span(), "which file? There is no `file`");
        return;
    };
    let Some(name) = reader.string(named) else { return };
    let path = reader.beside(name);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            reader.error("P017", named.span(), format!("\"{name}\" cannot be read: {error}"));
            reader.help("a relative path counts from the folder of the policy file");
            return;
        }
    };
    let mut entries = 0;
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        entries += 1;
        if add(line, addresses).is_none() {
            let message = format!(
                "\"{name}\", line {}: \"{line}\" is neither a domain nor an address",
                i + 1
            );
            reader.error("P017", named.span(), message);
        }
    }
    if entries == 0 {
        reader.error("P013", named.span(), format!("\"{name}\" lists nobody"));
    }
}
