//! What the attributes of an image say of its pixels (PS3.3 section C.7.6.3), and where those are.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::elements::{Elements, Event};
use super::file::{Pixels, Syntax};

/// The side of an icon: no text fits in less.
const ICON: u16 = 20;
/// Pieces of encapsulated pixel data that are counted.
const MOST_FRAGMENTS: usize = 1 << 16;

/// How the samples of a pixel make a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Photometric {
    /// Grey, the least is white.
    Inverted,
    /// Grey, the least is black.
    Grey,
    /// A number in a table of colours.
    Palette,
    /// Red, green, blue.
    Rgb,
    /// Luminance and two colours.
    Ybr,
    /// The same, with the colours of two pixels shared.
    YbrShared,
}

/// An image, before its pixels are decoded.
#[derive(Debug, Clone)]
pub(crate) struct Image<'a> {
    pub(crate) syntax: Syntax,
    pub(crate) rows: u16,
    pub(crate) columns: u16,
    pub(crate) samples: u16,
    pub(crate) photometric: Option<Photometric>,
    /// Bits of a sample, as they are kept and as they count.
    pub(crate) allocated: u16,
    pub(crate) stored: u16,
    /// Whether samples have a sign.
    pub(crate) signed: bool,
    /// Whether each colour is a plane of its own.
    pub(crate) planar: bool,
    pub(crate) frames: u32,
    /// Slope and intercept of what values mean.
    pub(crate) rescale: (f64, f64),
    /// Centre and width of the window that is to be seen.
    pub(crate) window: Option<(f64, f64)>,
    /// The tables of a palette: descriptor and data of each colour.
    pub(crate) palette: [(&'a [u8], &'a [u8]); 3],
    /// Pixel data that is one piece.
    pub(crate) native: &'a [u8],
    /// Encapsulated pixel data, the table of offsets before it.
    pub(crate) fragments: Vec<&'a [u8]>,
}

impl<'a> Image<'a> {
    /// The image of a data set, when it has one.
    pub(crate) fn of(data: &'a [u8], syntax: Syntax) -> Option<Self> {
        let mut image = Self {
            syntax,
            rows: 0,
            columns: 0,
            samples: 1,
            photometric: None,
            allocated: 8,
            stored: 0,
            signed: false,
            planar: false,
            frames: 1,
            rescale: (1.0, 0.0),
            window: None,
            palette: [(&[], &[]); 3],
            native: &[],
            fragments: Vec::new(),
        };
        let mut elements = Elements::new(data, syntax.encoding);
        let mut pixels = false;
        let (mut centre, mut width) = (None, None);
        while let Some(event) = elements.next() {
            match event {
                Event::Sequence(tag) => pixels = tag == tags::PIXEL_DATA && elements.depth() == 1,
                Event::Fragment(piece) if pixels && image.fragments.len() < MOST_FRAGMENTS => {
                    image.fragments.push(piece);
                }
                Event::Element { tag, value, .. } => {
                    match tag {
                        // Windows and slopes of frames stand in sequences of theirs.
                        tags::WINDOW_CENTER => centre = centre.or(decimal(value)),
                        tags::WINDOW_WIDTH => width = width.or(decimal(value)),
                        tags::RESCALE_SLOPE if elements.depth() > 0 => {
                            image.rescale.0 = decimal(value).unwrap_or(1.0);
                        }
                        tags::RESCALE_INTERCEPT if elements.depth() > 0 => {
                            image.rescale.1 = decimal(value).unwrap_or(0.0);
                        }
                        _ if elements.depth() == 0 => image.take(tag, value),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        image.frames = image.frames.min(image.frames_there());
        image.window = centre.zip(width).filter(|(_, width)| *width >= 1.0);
        let there = image.rows > 0
            && image.columns > 0
            && (!image.native.is_empty() || image.fragments.len() > 1);
        there.then_some(image)
    }

    /// Frames that there can be: some say more than there are.
    fn frames_there(&self) -> u32 {
        let bits = u64::from(self.rows)
            * u64::from(self.columns)
            * u64::from(self.samples)
            * u64::from(self.allocated);
        let native = (self.native.len() as u64 * 8).div_ceil(bits.max(1));
        let there = native.max(self.fragments.len().saturating_sub(1) as u64);
        u32::try_from(there).unwrap_or(u32::MAX).max(1)
    }

    fn take(&mut self, tag: Tag, value: &'a [u8]) {
        let number = value.first_chunk().map(|bytes| self.syntax.encoding.u16(*bytes));
        let number = number.unwrap_or_default();
        match tag {
            tags::ROWS => self.rows = number,
            tags::COLUMNS => self.columns = number,
            tags::SAMPLES_PER_PIXEL => self.samples = number,
            tags::BITS_ALLOCATED => self.allocated = number,
            tags::BITS_STORED => self.stored = number,
            tags::PIXEL_REPRESENTATION => self.signed = number == 1,
            tags::PLANAR_CONFIGURATION => self.planar = number == 1,
            tags::NUMBER_OF_FRAMES => {
                self.frames = words(value).parse().ok().filter(|n| *n > 0).unwrap_or(1);
            }
            tags::PHOTOMETRIC_INTERPRETATION => self.photometric = photometric(words(value)),
            tags::RESCALE_SLOPE => self.rescale.0 = decimal(value).unwrap_or(1.0),
            tags::RESCALE_INTERCEPT => self.rescale.1 = decimal(value).unwrap_or(0.0),
            tags::PIXEL_DATA => self.native = value,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR => self.palette[0].0 = value,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR => self.palette[1].0 = value,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR => self.palette[2].0 = value,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA => self.palette[0].1 = value,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA => self.palette[1].1 = value,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA => self.palette[2].1 = value,
            _ => {}
        }
    }

    /// Whether no text fits in it.
    pub(crate) fn is_icon(&self) -> bool {
        self.rows.min(self.columns) < ICON
    }

    /// Whether nobody here decodes its pixels.
    pub(crate) fn is_unsupported(&self) -> bool {
        self.syntax.pixels == Pixels::Other
            || self.photometric.is_none()
            || !matches!((self.samples, self.allocated), (1, 1 | 8 | 16 | 32) | (3, 8 | 16))
    }

    /// The first frame, the one in the middle and the last, counted from 1: what is burned in
    /// stands in all of them, as a rule.
    pub(crate) fn frames_to_look_at(&self) -> Vec<u32> {
        let mut frames = vec![1, self.frames / 2 + 1, self.frames];
        frames.dedup();
        frames.truncate(if self.frames == 1 { 1 } else { 3 });
        frames
    }
}

fn photometric(name: &str) -> Option<Photometric> {
    match name {
        "MONOCHROME1" => Some(Photometric::Inverted),
        "MONOCHROME2" => Some(Photometric::Grey),
        "PALETTE COLOR" => Some(Photometric::Palette),
        "RGB" => Some(Photometric::Rgb),
        "YBR_FULL" | "YBR_RCT" | "YBR_ICT" => Some(Photometric::Ybr),
        "YBR_FULL_422" => Some(Photometric::YbrShared),
        _ => None,
    }
}

fn words(value: &[u8]) -> &str {
    let value = std::str::from_utf8(value).unwrap_or_default();
    value.trim_matches(|c: char| c == '\0' || c == ' ')
}

/// The first of a list of decimal numbers.
fn decimal(value: &[u8]) -> Option<f64> {
    let first = words(value).split('\\').next().unwrap_or_default();
    first.trim().parse().ok().filter(|number: &f64| number.is_finite())
}
