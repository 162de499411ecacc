//! Domain names as they are compared: in lower case, non-ASCII labels in their ASCII form.

/// A domain name in the form that names are compared in: lower case, with each label that is not
/// ASCII encoded as RFC 5891 section 4.4 says (`xn--` and Punycode, RFC 3492). Characters are
/// lower-cased, not otherwise normalized: a name written with combining characters is not the
/// same as one without. `None` for what cannot be a domain name.
#[must_use]
pub fn canonical_domain(written: &str) -> Option<String> {
    let mut canonical = String::with_capacity(written.len());
    for (i, label) in written.split('.').enumerate() {
        if i > 0 {
            canonical.push('.');
        }
        canonical.push_str(&canonical_label(label)?);
    }
    // RFC 1035 section 2.3.4.
    (canonical.len() <= 253).then_some(canonical)
}

fn canonical_label(label: &str) -> Option<String> {
    let label = if label.is_ascii() {
        label.to_ascii_lowercase()
    } else {
        if label.chars().any(|c| !c.is_ascii() && !may_stand_in_label(c)) {
            return None;
        }
        format!("xn--{}", punycode(&label.to_lowercase())?)
    };
    let wellformed = (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !label.starts_with('-')
        && !label.ends_with('-');
    wellformed.then_some(label)
}

fn may_stand_in_label(c: char) -> bool {
    !c.is_control() && !c.is_whitespace() && c != char::REPLACEMENT_CHARACTER
}

// RFC 3492 section 5, parameters for Bootstring as Punycode.
const BASE: u32 = 36;
const SMALLEST_THRESHOLD: u32 = 1;
const LARGEST_THRESHOLD: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 128;

/// RFC 3492 section 6.3. `None` on overflow.
fn punycode(label: &str) -> Option<String> {
    let mut encoded: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(encoded.len()).ok()?;
    let length = u32::try_from(label.chars().count()).ok()?;
    if basic > 0 {
        encoded.push('-');
    }
    let (mut code, mut delta, mut bias, mut handled) = (FIRST_CODE, 0u32, FIRST_BIAS, basic);
    while handled < length {
        let next = label.chars().map(u32::from).filter(|c| *c >= code).min()?;
        delta = delta.checked_add((next - code).checked_mul(handled + 1)?)?;
        code = next;
        for c in label.chars().map(u32::from) {
            if c < code {
                delta = delta.checked_add(1)?;
            }
            if c == code {
                push_number(&mut encoded, delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(encoded)
}

fn push_number(encoded: &mut String, mut number: u32, bias: u32) {
    let mut step = BASE;
    loop {
        let threshold = step.saturating_sub(bias).clamp(SMALLEST_THRESHOLD, LARGEST_THRESHOLD);
        if number < threshold {
            encoded.push(digit(number));
            return;
        }
        encoded.push(digit(threshold + (number - threshold) % (BASE - threshold)));
        number = (number - threshold) / (BASE - threshold);
        step += BASE;
    }
}

fn digit(value: u32) -> char {
    char::from_digit(value.wrapping_sub(26), 10)
        .or_else(|| char::from_u32(u32::from('a') + value))
        .unwrap_or('a')
}

fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / length;
    let mut bias = 0;
    while delta > ((BASE - SMALLEST_THRESHOLD) * LARGEST_THRESHOLD) / 2 {
        delta /= BASE - SMALLEST_THRESHOLD;
        bias += BASE;
    }
    bias + (BASE - SMALLEST_THRESHOLD + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_ascii_form_are_one() {
        for (written, ascii) in [
            ("Hospital.Example", "hospital.example"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("münchen-ost.example", "xn--mnchen-ost-9db.example"),
            // RFC 3492 section 7.1 (B), Chinese (simplified).
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            // RFC 3492 section 7.1 (L).
            ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"),
        ] {
            assert_eq!(canonical_domain(written).as_deref(), Some(ascii), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_a_domain_is_none() {
        let long = "a".repeat(64);
        for wrong in ["", ".", "a..b", "a.", "[192.0.2.1]", "a b", "a@b", "-a.b", "é\u{0}", &long]
        {
            assert_eq!(canonical_domain(wrong), None, "{wrong}");
        }
    }
}
