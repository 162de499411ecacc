//! Frames of files that are made here, of every way of writing that needs no encoder.

use dicom_dictionary_std::tags;

use super::*;
use crate::extract::dicom::elements::Encoding;
use crate::extract::dicom::made::Made;

const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const RUNS: &str = "1.2.840.10008.1.2.5";

fn made(photometric: &str, samples: u16, bits: u16, rows: u16, columns: u16) -> Made {
    Made::new(Encoding::Explicit)
        .number(tags::SAMPLES_PER_PIXEL, samples)
        .text(tags::PHOTOMETRIC_INTERPRETATION, "CS", photometric)
        .number(tags::ROWS, rows)
        .number(tags::COLUMNS, columns)
        .number(tags::BITS_ALLOCATED, bits)
        .number(tags::BITS_STORED, bits)
}

fn native(made: Made, pixels: &[u8]) -> Vec<u8> {
    made.bytes(tags::PIXEL_DATA, "OW", pixels, 0).file(EXPLICIT)
}

fn greys(file: &[u8], number: u32) -> Vec<u8> {
    frame(file, number).unwrap().pixels().map(|pixel| pixel.0[0]).collect()
}

#[test]
fn grey_values_go_from_the_least_to_the_greatest() {
    let file = native(made("MONOCHROME2", 1, 8, 1, 3), &[10, 20, 30]);
    assert_eq!(greys(&file, 1), [0, 127, 255]);
    let file = native(made("MONOCHROME1", 1, 8, 1, 3), &[10, 20, 30]);
    assert_eq!(greys(&file, 1), [255, 128, 0]);
}

#[test]
fn a_window_and_signs_are_minded() {
    let values: Vec<u8> =
        [-1000_i16, 0, 100, 3000].into_iter().flat_map(i16::to_le_bytes).collect();
    let made = made("MONOCHROME2", 1, 16, 1, 4)
        .number(tags::PIXEL_REPRESENTATION, 1)
        .text(tags::WINDOW_CENTER, "DS", "50\\900")
        .text(tags::WINDOW_WIDTH, "DS", "100\\2000");
    assert_eq!(greys(&native(made, &values), 1), [0, 0, 255, 255]);
}

#[test]
fn a_window_that_shows_nothing_is_none() {
    let values: Vec<u8> = (0..64_u8).map(|at| at % 3).collect();
    let made = made("MONOCHROME2", 1, 8, 8, 8).text(tags::WINDOW_CENTER, "DS", "5000").text(
        tags::WINDOW_WIDTH,
        "DS",
        "100",
    );
    assert_eq!(greys(&native(made, &values), 1)[..3], [0, 127, 255]);
}

#[test]
fn the_frame_that_is_asked_for_is_decoded() {
    let made = made("MONOCHROME2", 1, 8, 1, 2).text(tags::NUMBER_OF_FRAMES, "IS", "2");
    let file = native(made, &[0, 9, 9, 0]);
    assert_eq!((greys(&file, 1), greys(&file, 2)), (vec![0, 255], vec![255, 0]));
    assert_eq!(frame(&file, 3).unwrap_err(), Cause::Malformed);
}

#[test]
fn colours_are_red_green_and_blue() {
    let file = native(made("RGB", 3, 8, 1, 2), &[255, 0, 0, 1, 2, 3]);
    assert_eq!(frame(&file, 1).unwrap().as_raw()[..], [255, 0, 0, 1, 2, 3]);
    let planes = made("RGB", 3, 8, 1, 2).number(tags::PLANAR_CONFIGURATION, 1);
    let file = native(planes, &[255, 1, 0, 2, 0, 3]);
    assert_eq!(frame(&file, 1).unwrap().as_raw()[..], [255, 0, 0, 1, 2, 3]);
    let file = native(made("YBR_FULL", 3, 8, 1, 2), &[255, 128, 128, 76, 85, 255]);
    let raw = frame(&file, 1).unwrap().into_raw();
    assert_eq!(raw[..3], [255; 3]);
    assert!(raw[3] > 250 && raw[4] < 5 && raw[5] < 5);
    let file = native(made("YBR_FULL_422", 3, 8, 1, 2), &[255, 0, 128, 128]);
    assert_eq!(frame(&file, 1).unwrap().as_raw()[..], [255, 255, 255, 0, 0, 0]);
}

#[test]
fn a_palette_gives_its_colours() {
    let table = |made: Made, descriptor, data, words: [u16; 2]| {
        let numbers =
            |words: &[u16]| words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<_>>();
        made.bytes(descriptor, "US", &numbers(&[2, 5, 16]), 0).bytes(
            data,
            "OW",
            &numbers(&words),
            0,
        )
    };
    let mut palette = made("PALETTE COLOR", 1, 8, 1, 2);
    for (descriptor, data, words) in [
        (
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            [0xFF00, 0],
        ),
        (
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            [0, 0x8000],
        ),
        (
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            [0, 0],
        ),
    ] {
        palette = table(palette, descriptor, data, words);
    }
    let file = native(palette, &[5, 6]);
    assert_eq!(frame(&file, 1).unwrap().as_raw()[..], [255, 0, 0, 0, 128, 0]);
}

/// A fragment of runs: a header of offsets, and segments.
fn runs(segments: &[&[u8]]) -> Vec<u8> {
    let mut numbers = vec![u32::try_from(segments.len()).unwrap()];
    let mut offset = 64;
    for segment in segments {
        numbers.push(offset);
        offset += u32::try_from(segment.len()).unwrap();
    }
    numbers.resize(16, 0);
    let mut bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    bytes.extend(segments.concat());
    bytes
}

#[test]
fn runs_of_bytes_are_unpacked() {
    // Three times 7, then 1 and 2.
    let fragment = runs(&[&[0xFE, 7, 1, 1, 2]]);
    let file = made("MONOCHROME2", 1, 8, 1, 5).encapsulated(&[&fragment]).file(RUNS);
    assert_eq!(greys(&file, 1), [255, 255, 255, 0, 42]);
    // High bytes first.
    let fragment = runs(&[&[1, 1, 0], &[1, 0, 0]]);
    let file = made("MONOCHROME2", 1, 16, 1, 2).encapsulated(&[&fragment]).file(RUNS);
    assert_eq!(greys(&file, 1), [255, 0]);
}

#[test]
fn a_jpeg_is_decoded_frame_by_frame() {
    let jpeg = |grey: u8| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_pixel(32, 32, image::Luma([grey]));
        picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    };
    let (dark, light) = (jpeg(10), jpeg(250));
    // The first frame in two pieces.
    let (start, end) = dark.split_at(100);
    let file = made("MONOCHROME2", 1, 8, 32, 32)
        .text(tags::NUMBER_OF_FRAMES, "IS", "2")
        .encapsulated(&[start, end, &light])
        .file("1.2.840.10008.1.2.4.50");
    assert!(greys(&file, 1)[0] < 20 && greys(&file, 2)[0] > 240);
}

#[test]
fn too_many_pixels_are_refused_and_missing_ones_cost_nothing() {
    let file = native(made("MONOCHROME2", 1, 8, 60_000, 60_000), &[1, 2]);
    assert_eq!(frame(&file, 1).unwrap_err(), Cause::TooLarge);
    let file = native(made("MONOCHROME2", 1, 8, 6_000, 2), &[1, 2, 3, 4]);
    assert_eq!(frame(&file, 1).unwrap().dimensions(), (2, 2));
}

#[test]
fn no_cut_and_no_wrong_byte_panics() {
    let fragment = runs(&[&[0xFE, 7, 1, 1, 2]]);
    let packed = made("MONOCHROME2", 1, 8, 1, 5).encapsulated(&[&fragment]).file(RUNS);
    for whole in [packed, native(made("RGB", 3, 8, 2, 2), &[9; 12])] {
        for at in 128..whole.len() {
            let _ = frame(&whole[..at], 1);
            for byte in [0, 0xFF, 3] {
                let mut broken = whole.clone();
                broken[at] = byte;
                let _ = frame(&broken, 2);
            }
        }
    }
    for syntax in ["1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"] {
        let noise = b"\xFF\xD8\xFF\xC3\0\x0B\x10\xFF\xFF\xFF\xFF\x01\x01\x11\0\xFF\x4F";
        let file = made("MONOCHROME2", 1, 16, 9, 9).encapsulated(&[noise]).file(syntax);
        assert!(frame(&file, 1).is_err());
    }
}
