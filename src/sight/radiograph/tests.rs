//! Images made here by formula; `models/radiograph/judging.py` makes the same ones.

use std::collections::HashMap;

use image::{Rgb, RgbImage};

use super::*;

const SAMPLES: &str = include_str!("../../../models/radiograph/samples.json");

fn grey(width: u32, height: u32, level: impl Fn(u32, u32) -> u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([byte(level(x, y)); 3]))
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap()
}

fn samples() -> HashMap<&'static str, RgbImage> {
    let from_centre = |x: u32, y: u32| x.abs_diff(130).pow(2) + y.abs_diff(150).pow(2);
    let disc = move |x: u32, y: u32| {
        if from_centre(x, y) < 10_000 { 200 - x.abs_diff(130).pow(2) / 100 } else { 4 }
    };
    let weave = |x: u32, y: u32| [x * y, x + 2 * y, 3 * x + y].map(|value| byte(value % 256));
    HashMap::from([
        ("ramp", grey(260, 300, |x, _| x * 255 / 259)),
        ("disc", grey(260, 300, disc)),
        ("weave", RgbImage::from_fn(260, 300, |x, y| Rgb(weave(x, y)))),
        ("tall", grey(260, 1100, |x, y| (x % 200 + y / 5) % 256)),
        ("small", grey(100, 70, |x, y| (x * 5 + y * 3) % 256)),
    ])
}

#[test]
fn scores_are_those_that_training_computed() {
    let recogniser = Recogniser::new().unwrap();
    let wanted: HashMap<String, Vec<f32>> = serde_json::from_str(SAMPLES).unwrap();
    let images = samples();
    assert_eq!(wanted.len(), images.len());
    for (name, image) in images {
        let scores = recogniser.scores(&[&view::whole(&image), &view::centre(&image)]).unwrap();
        for (score, wanted) in scores.iter().zip(&wanted[name]) {
            assert!((score - wanted).abs() < 0.01, "{name}: {score} {wanted}");
        }
    }
}

#[test]
fn icons_and_plain_images_are_not_judged() {
    let recogniser = Recogniser::new().unwrap();
    for (width, height) in [(1, 1), (64, 64), (400, 20), (300, 300)] {
        assert_eq!(recogniser.judge(&grey(width, height, |_, _| 90)), None);
    }
}

#[test]
fn logos_screens_and_documents_are_none() {
    let recogniser = Recogniser::new().unwrap();
    let page = grey(620, 800, |x, y| {
        let line = (40..760).contains(&y) && y % 20 < 9 && (60..560).contains(&x);
        if line && (x * 7 + y * 3 + x / 9 * 5) % 11 < 5 { 20 } else { 250 - (x + y) % 4 }
    });
    let logo = RgbImage::from_fn(300, 200, |x, y| {
        let inside = x.abs_diff(150).pow(2) + y.abs_diff(100).pow(2) < 4900;
        Rgb(if inside { [200, byte(y), 40] } else { [255, 255, byte(255 - x / 4)] })
    });
    let screen = RgbImage::from_fn(640, 400, |x, y| {
        Rgb(match (x, y) {
            (_, ..24) => [40, 60, byte(150 + x % 3)],
            (..140, _) => [byte(230 - y / 40), 230, 235],
            _ if y % 18 < 8 && (x * 5 + y) % 7 < 3 => [30, 30, byte(30 + x % 5)],
            _ => [250, byte(250 - y / 100), 250],
        })
    });
    for (name, image) in [("page", page), ("logo", logo), ("screen", screen)] {
        assert_eq!(recogniser.judge(&image), None, "{name}");
    }
}
