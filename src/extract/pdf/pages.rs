//! What a page shows, and what it only would show: layers that are off, hidden annotations.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::read::ZlibDecoder;
use hayro_interpret::hayro_syntax::Filter;
use hayro_interpret::hayro_syntax::content::TypedIter;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Object, Rect, Stream};
use hayro_interpret::hayro_syntax::page::{Page, Resources};
use hayro_interpret::hayro_syntax::xref::XRef;
use hayro_interpret::kurbo::{self, Affine, Shape};
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, InterpreterWarning, TransformExt, interpret,
};

use memchr::memmem;

use super::device::Canvas;
use super::glyphs::Drawing;
use super::unicode::Fonts;
use crate::extract::output::{Output, Stop};
use crate::limits::Cause;
use crate::text::PartPath;

/// Bytes of one page's content.
const MOST_CONTENT: usize = 64 << 20;
/// What one page may draw beyond what its own operators can: with forms.
const CALLS_OF_PAGE: usize = 1 << 12;
/// What all pages of a file may draw beyond that. Forms that draw each other have no end, and each
/// takes its time.
const CALLS_OF_FILE: usize = 1 << 17;
/// Annotations of one page.
const MOST_ANNOTATIONS: usize = 1 << 14;
/// Room for all that is drawn, off the page included.
const EVERYWHERE: kurbo::Rect = kurbo::Rect::new(-1e6, -1e6, 1e6, 1e6);

/// The operators of a page, unpacked.
pub(super) struct Content<'a> {
    page: &'a Page<'a>,
    operators: Vec<u8>,
    appearances: Vec<Appearance<'a>>,
    /// What is wrong with the rest.
    pub(super) missing: Option<Cause>,
}

/// What an annotation looks like (ISO 32000-2, 12.5.5).
struct Appearance<'a> {
    operators: Vec<u8>,
    resources: Option<Resources<'a>>,
    transform: Affine,
}

/// What all pages share.
pub(super) struct Press<'a> {
    cache: InterpreterCache<'a>,
    settings: InterpreterSettings,
    unknown_font: Arc<AtomicBool>,
    pub(super) fonts: Fonts<'a>,
    /// What may still be drawn.
    calls: Cell<usize>,
}

/// What came of drawing a page.
pub(super) struct Drawn {
    pub(super) drawing: Drawing,
    /// What kept it from being read whole.
    pub(super) missing: Vec<Cause>,
}

impl Hash for Content<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.operators.hash(state);
        for appearance in &self.appearances {
            appearance.operators.hash(state);
        }
    }
}

impl<'a> Content<'a> {
    /// Unpacks what a page and its annotations draw.
    ///
    /// # Errors
    /// The budget of the message is spent.
    pub(super) fn of(
        page: &'a Page<'a>,
        out: &mut Output<'_>,
        part: &PartPath,
    ) -> Result<Self, Stop> {
        let mut content =
            Self { page, operators: Vec::new(), appearances: Vec::new(), missing: None };
        match page.raw().get::<Object<'_>>(b"Contents") {
            Some(Object::Stream(stream)) => content.add(&stream, out, part)?,
            Some(Object::Array(streams)) => {
                let mut count = 0;
                for stream in streams.iter::<Stream<'_>>() {
                    count += 1;
                    content.add(&stream, out, part)?;
                }
                if count < streams.raw_iter().count() {
                    content.missing = Some(Cause::Malformed);
                }
            }
            None if !page.raw().contains_key(b"Contents") => {}
            _ => content.missing = Some(Cause::Malformed),
        }
        if let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") {
            for (index, annotation) in annotations.iter::<Dict<'_>>().enumerate() {
                if index >= MOST_ANNOTATIONS {
                    content.missing = Some(Cause::TooLarge);
                    break;
                }
                for stream in looks(&annotation) {
                    content.add_appearance(&annotation, &stream, out, part)?;
                }
            }
        }
        Ok(content)
    }

    /// Bytes of operators, those of annotations included.
    fn length(&self) -> usize {
        self.appearances.iter().map(|appearance| appearance.operators.len()).sum::<usize>()
            + self.operators.len()
    }

    /// Whether there are operators that draw, or what are none (ISO 32000-2, annex A).
    fn means_to_draw(&self) -> bool {
        let operators = &self.operators;
        let draws = |operator: &[u8]| memmem::find(operators, operator).is_some();
        let foreign = operators.iter().filter(|byte| !byte.is_ascii()).count();
        foreign * 16 > operators.len() || [&b"Tj"[..], b"TJ", b" Do"].into_iter().any(draws)
    }

    fn add(
        &mut self,
        stream: &Stream<'a>,
        out: &mut Output<'_>,
        part: &PartPath,
    ) -> Result<(), Stop> {
        let operators = self.unpack(stream, out, part)?;
        if self.operators.len() + operators.len() > MOST_CONTENT {
            self.missing = Some(Cause::TooLarge);
            return Ok(());
        }
        self.operators.extend_from_slice(&operators);
        // A stream ends a word.
        self.operators.push(b'\n');
        Ok(())
    }

    /// The operators of a stream, charged; damage is noted.
    fn unpack(
        &mut self,
        stream: &Stream<'a>,
        out: &mut Output<'_>,
        part: &PartPath,
    ) -> Result<Vec<u8>, Stop> {
        let (operators, state) = unpacked(stream);
        if state == State::Damaged {
            self.missing = Some(Cause::Malformed);
        }
        out.unpacked(operators.len(), part)?;
        Ok(operators)
    }

    fn add_appearance(
        &mut self,
        annotation: &Dict<'a>,
        stream: &Stream<'a>,
        out: &mut Output<'_>,
        part: &PartPath,
    ) -> Result<(), Stop> {
        let operators = self.unpack(stream, out, part)?;
        self.appearances.push(Appearance {
            operators,
            resources: stream.dict().get::<Dict<'_>>(b"Resources").map(Resources::new),
            transform: fitted(annotation, stream.dict()),
        });
        Ok(())
    }
}

/// Whether a stream could be unpacked to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    Damaged,
}

/// Unpacks operators. The parser's own way takes what it gets of a damaged stream and does not say
/// so; it is gone where the plain way does not do.
fn unpacked(stream: &Stream<'_>) -> (Vec<u8>, State) {
    let dictionary = stream.dict();
    // How much a picture unpacks to was not asked.
    if dictionary.get::<Name<'_>>(b"Subtype").is_some_and(|subtype| &*subtype == b"Image") {
        return (Vec::new(), State::Damaged);
    }
    let plain = stream.filters().as_slice() == [Filter::FlateDecode]
        && !dictionary.contains_key(b"DecodeParms")
        && !dictionary.contains_key(b"DP");
    if plain {
        let packed = stream.raw_data();
        let mut operators = Vec::new();
        let most = MOST_CONTENT as u64 + 1;
        if ZlibDecoder::new(&*packed).take(most).read_to_end(&mut operators).is_ok() {
            return (operators, State::Sound);
        }
    }
    match stream.decoded_data() {
        Ok(operators) if !plain => (operators.into_owned(), State::Sound),
        Ok(operators) => (operators.into_owned(), State::Damaged),
        Err(_) => (Vec::new(), State::Damaged),
    }
}

/// Operators that damage has cut off: from their page, or from what a form draws of them.
#[derive(Default)]
pub(super) struct Lost {
    pub(super) found: bool,
    /// Bytes that were unpacked.
    pub(super) unpacked: usize,
}

impl Lost {
    /// Looks whether a form can be unpacked whole, which the interpreter does not say; and of a file
    /// of which nothing was drawn, whether a stream would show words.
    pub(super) fn look_at(&mut self, stream: &Stream<'_>, drawn: bool) {
        let dictionary = stream.dict();
        let is_form = dictionary.get::<Name<'_>>(b"Subtype").is_some_and(|of| &*of == b"Form");
        let says = dictionary.contains_key(b"Type") || dictionary.contains_key(b"Subtype");
        if self.found || self.unpacked > MOST_CONTENT || !is_form && (says || drawn) {
            return;
        }
        let (operators, state) = unpacked(stream);
        self.unpacked += operators.len();
        let has = |operator: &[u8]| memmem::find(&operators, operator).is_some();
        let writes = || has(b"BT") && has(b"ET") && (has(b"Tj") || has(b"TJ"));
        self.found = is_form && state == State::Damaged || !drawn && writes();
    }
}

/// The normal appearances of an annotation: that of its state, or all of them.
fn looks<'a>(annotation: &Dict<'a>) -> Vec<Stream<'a>> {
    let normal = annotation.get::<Dict<'_>>(b"AP").and_then(|looks| looks.get::<Object<'_>>(b"N"));
    match normal {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Dict(states)) => {
            let state = annotation.get::<Name<'_>>(b"AS");
            match state.and_then(|state| states.get::<Stream<'_>>(state)) {
                Some(stream) => vec![stream],
                None => states.keys().filter_map(|key| states.get::<Stream<'_>>(key)).collect(),
            }
        }
        _ => Vec::new(),
    }
}

/// Fits the box of an appearance into the rectangle of its annotation.
fn fitted(annotation: &Dict<'_>, look: &Dict<'_>) -> Affine {
    let matrix = look.get::<[f64; 6]>(b"Matrix").map_or(Affine::IDENTITY, Affine::new);
    let (Some(rect), Some(bounds)) = (annotation.get::<Rect>(b"Rect"), look.get::<Rect>(b"BBox"))
    else {
        return matrix;
    };
    let bounds = kurbo::Rect::new(bounds.x0, bounds.y0, bounds.x1, bounds.y1);
    let bounds = (matrix * bounds.to_path(0.1)).bounding_box();
    let scale = |to: f64, from: f64| if from.abs() > 1e-6 { to / from } else { 1.0 };
    let sx = scale(rect.x1 - rect.x0, bounds.width());
    let sy = scale(rect.y1 - rect.y0, bounds.height());
    Affine::new([sx, 0.0, 0.0, sy, rect.x0 - sx * bounds.x0, rect.y0 - sy * bounds.y0]) * matrix
}

impl<'a> Press<'a> {
    pub(super) fn new(fonts: Fonts<'a>) -> Self {
        let unknown_font = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&unknown_font);
        let settings = InterpreterSettings {
            warning_sink: Arc::new(move |warning| {
                if matches!(warning, InterpreterWarning::UnsupportedFont) {
                    noted.store(true, Ordering::Relaxed);
                }
            }),
            ..InterpreterSettings::default()
        };
        let calls = Cell::new(CALLS_OF_FILE);
        Self { cache: InterpreterCache::new(), settings, unknown_font, fonts, calls }
    }

    /// Draws a page. `layers` is the table of the file whose layers are on and off; of another
    /// file, all are on.
    pub(super) fn draw(
        &self,
        content: &Content<'a>,
        layers: &'a XRef,
        go_on: &dyn Fn() -> bool,
    ) -> Drawn {
        let calls = self.calls.get().saturating_add(CALLS_OF_PAGE + content.length());
        let mut canvas = Canvas::new(&self.fonts, calls, go_on);
        let drawn = catch_unwind(AssertUnwindSafe(|| self.draw_all(content, layers, &mut canvas)));
        canvas.close();
        self.calls.set(canvas.calls);
        let mut missing = Vec::new();
        if drawn.is_err() {
            missing.push(canvas.halted.unwrap_or(Cause::Malformed));
        }
        missing.extend(content.missing);
        if canvas.drawing.is_empty() && content.means_to_draw() {
            missing.push(Cause::Malformed);
        }
        if self.unknown_font.swap(false, Ordering::Relaxed) {
            missing.push(Cause::Unsupported);
        }
        Drawn { drawing: canvas.drawing, missing }
    }

    fn draw_all(&self, content: &Content<'a>, layers: &'a XRef, canvas: &mut Canvas<'_>) {
        let upright = content.page.initial_transform(true).to_kurbo();
        let context = |transform| {
            Context::new(transform, EVERYWHERE, &self.cache, layers, self.settings.clone())
        };
        let resources = content.page.resources();
        let operators = TypedIter::new(&content.operators);
        interpret(operators, resources, &mut context(upright), canvas);
        for appearance in &content.appearances {
            canvas.close();
            let resources = appearance.resources.as_ref().unwrap_or(resources);
            let mut context = context(upright * appearance.transform);
            interpret(TypedIter::new(&appearance.operators), resources, &mut context, canvas);
        }
    }
}
