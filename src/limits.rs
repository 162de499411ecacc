//! Budgets: what a message may cost, and how much of it is spent.

use std::fmt;
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize};

/// A number of bytes, written `64 MiB`, `512 KiB`, `2 GiB` or as a bare number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Bytes(pub u64);

/// A span of time, written `60s`, `500ms`, `2m` or `1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span(pub Duration);

impl Bytes {
    /// Mebibytes.
    #[must_use]
    pub const fn mib(n: u64) -> Self {
        Self(n << 20)
    }

    /// As a size in memory; saturates where `usize` is smaller.
    #[must_use]
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    fn parse(written: &str) -> Option<Self> {
        let (number, unit) = split_unit(written);
        let shift = match unit {
            "" | "B" => 0,
            "KiB" => 10,
            "MiB" => 20,
            "GiB" => 30,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(1 << shift).map(Self)
    }
}

impl Span {
    /// Seconds.
    #[must_use]
    pub const fn seconds(n: u64) -> Self {
        Self(Duration::from_secs(n))
    }

    fn parse(written: &str) -> Option<Self> {
        let (number, unit) = split_unit(written);
        let number = number.parse::<u64>().ok()?;
        let millis = match unit {
            "ms" => number,
            "s" => number.checked_mul(1_000)?,
            "m" => number.checked_mul(60_000)?,
            "h" => number.checked_mul(3_600_000)?,
            _ => return None,
        };
        Some(Self(Duration::from_millis(millis)))
    }
}

fn split_unit(written: &str) -> (&str, &str) {
    let written = written.trim();
    let end = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (number, unit) = written.split_at(end);
    (number, unit.trim())
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Between daemon and worker sizes and times go as they are kept, not as they are written.
        if !deserializer.is_human_readable() {
            return u64::deserialize(deserializer).map(Self);
        }
        let wanted = "a size such as \"64 MiB\" (units B, KiB, MiB, GiB)";
        deserializer.deserialize_any(Written {
            wanted,
            parse: Self::parse,
            number: |n| Some(Self(n)),
        })
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Duration::deserialize(deserializer).map(Self);
        }
        let wanted = "a time such as \"60s\" (units ms, s, m, h)";
        deserializer.deserialize_any(Written { wanted, parse: Self::parse, number: |_| None })
    }
}

struct Written<T> {
    wanted: &'static str,
    parse: fn(&str) -> Option<T>,
    number: fn(u64) -> Option<T>,
}

impl<T> serde::de::Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: serde::de::Error>(self, written: &str) -> Result<T, E> {
        (self.parse)(written)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(written), &self))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<T, E> {
        u64::try_from(number)
            .ok()
            .and_then(self.number)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Signed(number), &self))
    }
}

/// Why a part could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It is encrypted and no key is at hand.
    Encrypted,
    /// It is damaged.
    Malformed,
    /// A size or number in it passes its limit.
    TooLarge,
    /// It is nested deeper than the limit.
    TooDeep,
    /// The time for it ran out.
    TimedOut,
    /// No reader knows its format.
    Unsupported,
    /// Its reader died of it.
    Crashed,
}

impl Cause {
    /// All causes, for `check` and for help texts.
    pub const ALL: &'static [Cause] = &[
        Cause::Encrypted,
        Cause::Malformed,
        Cause::TooLarge,
        Cause::TooDeep,
        Cause::TimedOut,
        Cause::Unsupported,
        Cause::Crashed,
    ];

    /// The name used in policies and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::TimedOut => "timed-out",
            Self::Unsupported => "unsupported",
            Self::Crashed => "crashed",
        }
    }
}

/// What one message may cost a worker. All of it is charged over the whole message, however deep
/// its parts are nested.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of a message. Default: `64 MiB`.
    pub message: Bytes,
    /// Levels of nesting. Default: 16.
    pub depth: u32,
    /// Parts. Default: 10000.
    pub parts: u32,
    /// Bytes of text taken from a message. Default: `16 MiB`.
    pub text: Bytes,
    /// Bytes that archives and documents of a message may unpack to. Default: `256 MiB`.
    pub unpacked: Bytes,
    /// Bytes of the images and scanned documents of a message whose pixels are read. Default:
    /// `64 MiB`.
    pub pictures: Bytes,
    /// Time for a whole message, waiting included. Default: `60s`.
    pub time: Span,
    /// Time a worker may take for a message. Default: `30s`.
    pub worker_time: Span,
    /// Address space of a worker. Default: `1 GiB`.
    pub worker_memory: Bytes,
    /// Time for the pixels of one image or page. Default: `15s`.
    pub picture_time: Span,
    /// Address space of a worker that reads pixels. Default: `2 GiB`.
    pub picture_memory: Bytes,
    /// Bytes of messages in flight over all connections, beyond which a new message is answered
    /// 451. Default: `512 MiB`.
    pub in_flight: Bytes,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: Bytes::mib(64),
            depth: 16,
            parts: 10_000,
            text: Bytes::mib(16),
            unpacked: Bytes::mib(256),
            pictures: Bytes::mib(64),
            time: Span::seconds(60),
            worker_time: Span::seconds(30),
            worker_memory: Bytes::mib(1024),
            picture_time: Span::seconds(15),
            picture_memory: Bytes::mib(2048),
            in_flight: Bytes::mib(512),
        }
    }
}

/// What is left for one message. Spend before allocating.
#[derive(Debug, Clone)]
pub struct Budget {
    depth: u32,
    parts: u32,
    text: u64,
    unpacked: u64,
    pictures: u64,
    deadline: Instant,
}

impl Budget {
    /// A full budget, whose time begins now.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            depth: limits.depth,
            parts: limits.parts,
            text: limits.text.0,
            unpacked: limits.unpacked.0,
            pictures: limits.pictures.0,
            deadline: Instant::now() + limits.worker_time.0,
        }
    }

    /// Charges for one more part.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] when there are too many parts, [`Cause::TimedOut`] when time is up.
    pub fn part(&mut self) -> Result<(), Cause> {
        self.time()?;
        self.parts = self.parts.checked_sub(1).ok_or(Cause::TooLarge)?;
        Ok(())
    }

    /// Charges for `bytes` of text about to be kept.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] when the message has given too much text already.
    pub fn text(&mut self, bytes: usize) -> Result<(), Cause> {
        self.text = self.text.checked_sub(bytes as u64).ok_or(Cause::TooLarge)?;
        Ok(())
    }

    /// Charges for bytes that came out of an archive or a document, when they have.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] when the message has unpacked to too much, [`Cause::TimedOut`] when time
    /// is up.
    pub fn unpacked(&mut self, bytes: usize) -> Result<(), Cause> {
        self.time()?;
        self.unpacked = self.unpacked.checked_sub(bytes as u64).ok_or(Cause::TooLarge)?;
        Ok(())
    }

    /// Charges for the bytes of a picture about to be handed on.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] when the message has given too many already.
    pub fn picture(&mut self, bytes: usize) -> Result<(), Cause> {
        self.pictures = self.pictures.checked_sub(bytes as u64).ok_or(Cause::TooLarge)?;
        Ok(())
    }

    /// Bytes of text that may still be kept.
    #[must_use]
    pub fn text_left(&self) -> usize {
        usize::try_from(self.text).unwrap_or(usize::MAX)
    }

    /// Checks a level of nesting, the message itself being level 0.
    ///
    /// # Errors
    /// [`Cause::TooDeep`] below the deepest level.
    pub fn depth(&self, level: usize) -> Result<(), Cause> {
        if level > self.depth as usize { Err(Cause::TooDeep) } else { Ok(()) }
    }

    /// Checks the time.
    ///
    /// # Errors
    /// [`Cause::TimedOut`] when it is up.
    pub fn time(&self) -> Result<(), Cause> {
        if Instant::now() >= self.deadline { Err(Cause::TimedOut) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read_as_people_write_them() {
        assert_eq!(Bytes::parse("64 MiB"), Some(Bytes::mib(64)));
        assert_eq!(Bytes::parse("10"), Some(Bytes(10)));
        assert_eq!(Span::parse("2m"), Some(Span::seconds(120)));
        for wrong in ["", "MiB", "1 MB", "-1", "99999999999 GiB"] {
            assert_eq!(Bytes::parse(wrong), None, "{wrong}");
        }
        for wrong in ["", "60", "1 day", "s"] {
            assert_eq!(Span::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn limits_cross_the_socket_unchanged() {
        let limits = Limits { depth: 3, worker_time: Span::seconds(7), ..Limits::default() };
        let bytes = postcard::to_stdvec(&limits).unwrap();
        assert_eq!(postcard::from_bytes::<Limits>(&bytes).unwrap(), limits);
    }

    #[test]
    fn a_spent_budget_says_what_ran_out() {
        let limits = Limits { parts: 1, text: Bytes(4), depth: 2, ..Limits::default() };
        let mut budget = Budget::new(&limits);
        assert_eq!(budget.part(), Ok(()));
        assert_eq!(budget.part(), Err(Cause::TooLarge));
        assert_eq!((budget.text(5), budget.text(4)), (Err(Cause::TooLarge), Ok(())));
        assert_eq!((budget.depth(2), budget.depth(3)), (Ok(()), Err(Cause::TooDeep)));
        let mut budget = Budget::new(&Limits { unpacked: Bytes(4), ..Limits::default() });
        assert_eq!((budget.unpacked(5), budget.unpacked(4)), (Err(Cause::TooLarge), Ok(())));
        let spent = Limits { worker_time: Span::seconds(0), ..limits };
        assert_eq!(Budget::new(&spent).time(), Err(Cause::TimedOut));
    }
}
