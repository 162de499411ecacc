//! The MTA's side of the milter protocol, version 6.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::mail::Mail;

const NO_CONNECT: u32 = 0x1;
const NO_HELO: u32 = 0x2;
const NO_MAIL: u32 = 0x4;
const NO_RCPT: u32 = 0x8;
const NO_BODY: u32 = 0x10;
const NO_HEADER: u32 = 0x20;
const NO_EOH: u32 = 0x40;
const NOREPLY_HEADER: u32 = 0x80;
const NO_DATA: u32 = 0x200;
const NOREPLY_CONNECT: u32 = 0x1000;
const NOREPLY_HELO: u32 = 0x2000;
const NOREPLY_MAIL: u32 = 0x4000;
const NOREPLY_RCPT: u32 = 0x8000;
const NOREPLY_DATA: u32 = 0x10000;
const NOREPLY_EOH: u32 = 0x40000;
const NOREPLY_BODY: u32 = 0x80000;
const LEADING_SPACE: u32 = 0x10_0000;

const ALL_ACTIONS: u32 = 0x1ff;
const ALL_OPTIONS: u32 = 0x1f_ffff;

/// What Postfix and Sendmail hand over at once.
const CHUNK: usize = 65_535;

/// A connection to a milter.
pub struct Mta {
    reader: BufReader<UnixStream>,
    writer: BufWriter<UnixStream>,
    options: u32,
    macros: bool,
}

/// What came of a message.
pub struct Answered {
    /// The milter's last word: `c` continue, `a` accept, `y` a reply of its own, `t` or `r`.
    pub verdict: u8,
    /// From the first command of the message to that word.
    pub whole: Duration,
    /// From the end of the message to that word.
    pub end: Duration,
}

impl Mta {
    /// Connects, negotiates and says who the client is.
    pub fn connect(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        let mut mta = Self {
            reader: BufReader::new(stream.try_clone()?),
            writer: BufWriter::with_capacity(16 * 1024, stream),
            options: 0,
            macros: true,
        };
        let offer = [6_u32, ALL_ACTIONS, ALL_OPTIONS].map(u32::to_be_bytes).concat();
        mta.command(b'O', &offer)?;
        let (kind, taken) = mta.reply()?;
        let word = |at: usize| taken.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        let Some(options) = word(8).filter(|_| kind == b'O') else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        mta.options = options;
        if !mta.is(NO_CONNECT) {
            mta.define(b'C', &["j", "mx.inside.test", "{daemon_name}", "mx.inside.test"])?;
            let client = [b"client.example\0".as_slice(), b"4\x19\x00", b"192.0.2.1\0"].concat();
            mta.command(b'C', &client)?;
            mta.go_on(NOREPLY_CONNECT)?;
        }
        if !mta.is(NO_HELO) {
            mta.command(b'H', b"client.example\0")?;
            mta.go_on(NOREPLY_HELO)?;
        }
        Ok(mta)
    }

    /// Sends one message.
    pub fn send(&mut self, mail: &Mail, number: u64) -> io::Result<Answered> {
        let start = Instant::now();
        let id = format!("{number:012X}");
        if !self.is(NO_MAIL) {
            self.define(
                b'M',
                &["i", &id, "{client_addr}", "192.0.2.1", "{auth_authen}", "sender"],
            )?;
            self.command(b'M', b"<sender@inside.test>\0")?;
            if let Some(verdict) = self.go_on(NOREPLY_MAIL)? {
                let whole = start.elapsed();
                return Ok(Answered { verdict, whole, end: Duration::ZERO });
            }
        }
        if !self.is(NO_RCPT) {
            self.define(b'R', &["i", &id])?;
            self.command(b'R', b"<someone@partner.test>\0")?;
            self.go_on(NOREPLY_RCPT)?;
        }
        if !self.is(NO_DATA) {
            self.define(b'T', &["i", &id])?;
            self.command(b'T', b"")?;
            self.go_on(NOREPLY_DATA)?;
        }
        if !self.is(NO_HEADER) {
            for (name, value) in &mail.header {
                let value = if self.is(LEADING_SPACE) { value } else { value.trim_start() };
                self.command(b'L', format!("{name}\0{value}\0").as_bytes())?;
                self.go_on(NOREPLY_HEADER)?;
            }
        }
        if !self.is(NO_EOH) {
            self.define(b'N', &["i", &id])?;
            self.command(b'N', b"")?;
            self.go_on(NOREPLY_EOH)?;
        }
        if !self.is(NO_BODY) {
            for chunk in mail.body.chunks(CHUNK) {
                self.command(b'B', chunk)?;
                match self.go_on(NOREPLY_BODY)? {
                    None => {}
                    Some(b's') => break,
                    Some(verdict) => {
                        let whole = start.elapsed();
                        return Ok(Answered { verdict, whole, end: Duration::ZERO });
                    }
                }
            }
        }
        let end = Instant::now();
        self.define(b'E', &["i", &id])?;
        self.command(b'E', b"")?;
        loop {
            let (kind, _) = self.reply()?;
            if b"acdrty".contains(&kind) {
                return Ok(Answered { verdict: kind, whole: start.elapsed(), end: end.elapsed() });
            }
        }
    }

    /// Says good-bye.
    pub fn close(mut self) -> io::Result<()> {
        self.command(b'Q', b"")?;
        self.writer.flush()
    }

    fn is(&self, option: u32) -> bool {
        self.options & option != 0
    }

    fn define(&mut self, stage: u8, macros: &[&str]) -> io::Result<()> {
        if !self.macros {
            return Ok(());
        }
        let mut payload = vec![stage];
        for text in macros {
            payload.extend_from_slice(text.as_bytes());
            payload.push(0);
        }
        self.command(b'D', &payload)
    }

    fn command(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        self.writer.write_all(&(payload.len() as u32 + 1).to_be_bytes())?;
        self.writer.write_all(&[kind])?;
        self.writer.write_all(payload)
    }

    /// Waits for an answer where the milter gives one; any but "go on" is given.
    fn go_on(&mut self, unanswered: u32) -> io::Result<Option<u8>> {
        if self.is(unanswered) {
            return Ok(None);
        }
        let (kind, _) = self.reply()?;
        Ok((kind != b'c').then_some(kind))
    }

    fn reply(&mut self) -> io::Result<(u8, Vec<u8>)> {
        self.writer.flush()?;
        let mut start = [0; 5];
        self.reader.read_exact(&mut start)?;
        let [a, b, c, d, kind] = start;
        let length = u32::from_be_bytes([a, b, c, d]).saturating_sub(1);
        let mut payload = vec![0; length as usize];
        self.reader.read_exact(&mut payload)?;
        Ok((kind, payload))
    }
}
