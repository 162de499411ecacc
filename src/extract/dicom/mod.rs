//! DICOM files and directories (PS3.10): every attribute that has words as a named value, in one
//! record a patient, whether somebody real is in it, and its pixels handed on.
//!
//! ```text
//!  file ── elements ──▶ attributes ──▶ Text (one record a patient)
//!   │                       └── patient ──▶ the facts `dicom` and `dicom-patient`
//!   └── image ──▶ Picture, for another worker
//! ```

mod attributes;
mod characters;
pub(crate) mod elements;
pub(crate) mod file;
pub(crate) mod image;
mod labels;
#[cfg(test)]
pub(crate) mod made;
mod patient;
#[cfg(test)]
mod tests;
mod values;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use flate2::read::DeflateDecoder;

use super::labelled::Labelled;
use super::leaf::Leaf;
use super::normal::normal;
use super::output::Flow;
use super::unpack::unpack;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::secret::Secret;
use crate::text::{Fact, Picture, Place, Source, View};
use attributes::{Attributes, End};
use elements::Elements;
use file::{File, Whole};

/// Whether the bytes are a DICOM file.
pub(super) fn knows(leaf: &Leaf<'_>) -> bool {
    file::open(leaf.bytes).is_some()
}

/// Whether another format has its beginning in the preamble.
pub(super) fn has_preamble(bytes: &[u8]) -> bool {
    let preamble = bytes.get(..file::PREAMBLE).unwrap_or_default();
    file::is_prefixed(bytes) && preamble.iter().any(|byte| *byte != 0)
}

/// Reads a file: words, facts, the files in it, and what its pixels are.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let Some(file) = file::open(leaf.bytes) else { return Ok(()) };
    walk.out.fact(Fact::Dicom, leaf.path);
    if file.syntax.whole == Whole::Plain {
        return read_data_set(walk, leaf, &file, file.data);
    }
    let inflated = unpack(&mut walk.out, leaf.path, DeflateDecoder::new(file.data))?;
    inflated.tell(&mut walk.out, leaf.path, leaf.file());
    read_data_set(walk, leaf, &file, &inflated.bytes)
}

fn read_data_set(walk: &mut Walk<'_>, leaf: &Leaf<'_>, file: &File<'_>, data: &[u8]) -> Flow {
    let mut attributes = Attributes::new();
    let most = walk.out.text_left();
    let mut fault = None;
    for (bytes, encoding) in
        [(file.meta, elements::Encoding::Explicit), (data, file.syntax.encoding)]
    {
        let mut elements = Elements::new(bytes, encoding);
        let time = || walk.out.has_time();
        match attributes::read_into(&mut attributes, &mut elements, most, time) {
            End::Whole => fault = fault.or(elements.fault()),
            // The text says so itself.
            End::TooLong => {}
            End::Late => walk.out.time(leaf.path)?,
        }
    }
    tell(walk, leaf, &attributes);
    if let Some(cause) = fault {
        walk.out.unread(leaf.path, leaf.file(), cause);
    }
    let mut children = Children::of(leaf.path);
    for attributes::Enclosed(bytes) in &attributes.enclosed {
        walk.member(&mut children, None, without_padding(bytes))?;
    }
    hand_on_pixels(walk, leaf, file, data);
    walk.out.time(leaf.path)
}

/// The words of all attributes, and the fact that somebody is in them.
fn tell(walk: &mut Walk<'_>, leaf: &Leaf<'_>, attributes: &Attributes<'_>) {
    let removal = attributes.removal;
    let real: Vec<bool> =
        attributes.patients.iter().map(|patient| patient.is_real(removal)).collect();
    let mut text = Labelled::default();
    for attribute in &attributes.all {
        let patient = real.get(attribute.patient).copied().unwrap_or(true);
        if !patient && names_the_patient(attribute.tag) && patient::is_sign(&attribute.value) {
            continue;
        }
        let record = u32::try_from(attribute.patient + 1).ok();
        text.named(&attribute.label, &normal(&attribute.value), record);
    }
    if text.len() > 0 {
        walk.out.text(text.text(leaf, Place::Attachment));
    }
    if real.contains(&true) {
        walk.out.fact(Fact::DicomPatient, leaf.path);
    }
}

/// Attributes whose values are signs in the place of a person where the person is gone.
fn names_the_patient(tag: Tag) -> bool {
    matches!(
        tag,
        tags::PATIENT_NAME
            | tags::PATIENT_ID
            | tags::OTHER_PATIENT_NAMES
            | tags::CLINICAL_TRIAL_SUBJECT_ID
            | tags::STUDY_ID
            | Tag(0x0010, 0x1000)
    )
}

/// A value of an odd length has a NUL behind it.
fn without_padding(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\0").unwrap_or(bytes)
}

/// Text can be burned into the pixels: another worker looks at some of the frames.
fn hand_on_pixels(walk: &mut Walk<'_>, leaf: &Leaf<'_>, file: &File<'_>, data: &[u8]) {
    let Some(image) = image::Image::of(data, file.syntax) else { return };
    if image.is_icon() {
        return;
    }
    if image.is_unsupported() {
        return walk.out.unread(leaf.path, leaf.file(), Cause::Unsupported);
    }
    walk.out.picture(Picture {
        view: View {
            part: leaf.path.clone(),
            group: leaf.group.clone(),
            file: leaf.file().map(|name| Secret::new(name.to_owned())),
            source: Source::Dicom,
            page: None,
        },
        pages: image.frames_to_look_at(),
        bytes: Secret::new(serde_bytes::ByteBuf::from(leaf.bytes)),
    });
}
