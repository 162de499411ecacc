//! Images as attachments, through real workers in their sandbox: what they show counts as if it
//! stood in the message. Without models the tests that need them pass, and say so.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking")]

mod common;
mod document;
mod drawing;
mod reading;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
#[cfg(feature = "failpoints")]
use std::time::Duration;

use common::Daemon;
use document::{message, zip};
use image::{ImageFormat, Rgb, imageops};
use indymilter_test::{Status, TestConnection};
use phi_milter::sight::Models;
use serde_json::Value;

/// An invented patient.
const CHART: [&str; 4] = [
    "Patient: Marlene Testperson",
    "Date of birth: 04/25/1970",
    "MRN: 4471736",
    "Diagnosis: type 2 diabetes mellitus",
];

/// The same without anything that tells who, or that anybody is ill.
const MENU: [&str; 3] = ["Soup of the day", "Roast and potatoes", "Pudding"];

/// The models of this checkout, where somebody has fetched them.
fn models() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ocr");
    let are_here = Models::are_in(&folder);
    if !are_here {
        eprintln!("models are not here: left out");
    }
    are_here.then_some(folder)
}

/// What `scan` is to run with.
struct Scan {
    config: String,
    /// What stands under `[limits]`.
    limits: &'static str,
    failpoints: &'static str,
}

impl Scan {
    /// With these models.
    fn with(models: &Path) -> Self {
        let config = format!("[images]\nmodels = '{}'\n", models.display());
        // A machine may have much else to do while this runs.
        Self { config, limits: "picture-time = '60s'\ntime = '120s'", failpoints: "" }
    }

    #[cfg(feature = "failpoints")]
    fn limited(mut self, limits: &'static str) -> Self {
        self.limits = limits;
        self
    }

    #[cfg(feature = "failpoints")]
    fn broken(mut self, failpoints: &'static str) -> Self {
        self.failpoints = failpoints;
        self
    }

    /// What it says of a message with these attachments.
    fn says(&self, attachments: &[(&str, Vec<u8>)]) -> Value {
        let folder = tempfile::tempdir().unwrap();
        let (config, mail) = (folder.path().join("config.toml"), folder.path().join("mail.eml"));
        let text = format!("{}[limits]\n{}\n", self.config, self.limits);
        std::fs::write(&config, text).unwrap();
        std::fs::write(&mail, message("Please see the attachment.", attachments)).unwrap();
        // A pipe for standard error, as under systemd.
        let output = Command::new(common::PROGRAM)
            .args(["scan", "--json", "--reveal", "--config"])
            .args([&config, &mail])
            .env("FAILPOINTS", self.failpoints)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(said.trim()).unwrap_or_else(|_| {
            panic!("no answer: {}", String::from_utf8_lossy(&output.stderr));
        })
    }
}

/// The causes of what is unread, in order.
fn causes(answer: &Value) -> Vec<&str> {
    let unread = answer["unread"].as_array().unwrap();
    unread.iter().map(|unread| unread["cause"].as_str().unwrap()).collect()
}

/// How many texts come from images.
fn texts_of_images(answer: &Value) -> usize {
    let texts = answer["texts"].as_array().unwrap().iter();
    texts.filter(|text| text["place"] == "image").count()
}

fn png(lines: &[&str]) -> Vec<u8> {
    drawing::file(&drawing::page(lines), ImageFormat::Png)
}

#[test]
fn phi_in_an_image_is_found_whatever_its_format() {
    let Some(models) = models() else { return };
    let page = drawing::page(&CHART);
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
        ImageFormat::Tiff,
        ImageFormat::Bmp,
    ] {
        let answer = Scan::with(&models).says(&[("chart", drawing::file(&page, format))]);
        assert_eq!(answer["phi"], true, "{format:?}: {}", answer["texts"]);
        assert_eq!(answer["unread"], Value::Array(vec![]), "{format:?}");
    }
}

#[test]
fn phi_in_a_photo_of_a_phone_is_found() {
    let Some(models) = models() else { return };
    let page = drawing::page(&CHART);
    let options = heifer::EncodeOptions::default();
    let photo = heifer::encode_rgb8(page.width(), page.height(), page.as_raw(), &options).unwrap();
    let answer = Scan::with(&models).says(&[("IMG_0042.HEIC", photo)]);
    assert_eq!((&answer["phi"], causes(&answer).len()), (&Value::Bool(true), 0), "{answer}");
}

#[test]
fn a_page_is_read_whichever_way_up_it_lies_and_whatever_its_colors() {
    let Some(models) = models() else { return };
    let page = drawing::page(&CHART);
    let turned =
        [imageops::rotate90(&page), imageops::rotate180(&page), imageops::rotate270(&page)];
    let dark = drawing::drawn(&CHART, Rgb([225, 225, 225]), Rgb([25, 28, 40]));
    let faint = drawing::drawn(&CHART, Rgb([205, 205, 205]), Rgb([245, 245, 245]));
    for (number, image) in turned.into_iter().chain([dark, faint]).enumerate() {
        let file = drawing::file(&image, ImageFormat::Png);
        let answer = Scan::with(&models).says(&[("chart.png", file)]);
        assert_eq!(answer["phi"], true, "{number}: {}", answer["texts"]);
    }
}

#[test]
fn an_image_in_an_archive_is_read() {
    let Some(models) = models() else { return };
    let archive = zip(&[("scan.png", &png(&CHART))]);
    let answer = Scan::with(&models).says(&[("scan.zip", archive)]);
    assert_eq!(answer["phi"], true, "{}", answer["texts"]);
}

#[test]
fn an_image_without_phi_passes() {
    let Some(models) = models() else { return };
    let answer = Scan::with(&models).says(&[("menu.png", png(&MENU))]);
    assert_eq!(answer["verdict"], "accept", "{}", answer["texts"]);
    assert_eq!(texts_of_images(&answer), 1);
}

#[test]
fn a_logo_says_nothing() {
    let Some(models) = models() else { return };
    let logo = drawing::file(&drawing::logo(), ImageFormat::Png);
    let answer = Scan::with(&models).says(&[("logo.png", logo)]);
    assert_eq!(answer["verdict"], "accept");
    assert_eq!(texts_of_images(&answer), 0, "{}", answer["texts"]);
    assert_eq!(answer["unread"], Value::Array(vec![]));
}

#[test]
fn an_image_that_is_there_twice_is_looked_at_once() {
    let Some(models) = models() else { return };
    let answer = Scan::with(&models).says(&[("a.png", png(&MENU)), ("b.png", png(&MENU))]);
    assert_eq!(texts_of_images(&answer), 1);
}

#[test]
fn an_image_that_is_cut_short_costs_itself_alone() {
    let Some(models) = models() else { return };
    let mut cut = png(&MENU);
    cut.truncate(cut.len() / 2);
    let answer = Scan::with(&models).says(&[("cut.png", cut), ("chart.png", png(&CHART))]);
    assert_eq!(answer["phi"], true, "{}", answer["texts"]);
    assert_eq!(causes(&answer), ["malformed"]);
}

#[cfg(feature = "failpoints")]
#[test]
fn an_image_that_kills_its_worker_costs_itself_alone() {
    let Some(models) = models() else { return };
    // Behind the end of the image; readers see it in base64.
    let deadly = [png(&MENU), b"POISON".to_vec()].concat();
    for point in ["worker-read-abort=return(POISON)", "worker-read-panic=return(POISON)"] {
        let scan = Scan::with(&models).broken(point);
        let answer = scan.says(&[("deadly.png", deadly.clone()), ("chart.png", png(&CHART))]);
        assert_eq!(answer["phi"], true, "{point}: {}", answer["texts"]);
        assert_eq!(causes(&answer), ["crashed"], "{point}");
    }
}

#[cfg(feature = "failpoints")]
#[test]
fn a_message_of_more_images_than_there_is_time_for_is_decided_by_what_was_read() {
    let Some(models) = models() else { return };
    let slow = [png(&MENU), b"POISON".to_vec()].concat();
    let slow = (0..20_u8).map(|number| [slow.clone(), vec![number]].concat());
    let mut all = vec![("chart.png", png(&CHART))];
    all.extend(slow.map(|image| ("photograph.png", image)));
    let begun = std::time::Instant::now();
    let scan =
        Scan::with(&models).limited("time = '20s'").broken("worker-read-hang=return(POISON)");
    let answer = scan.says(&all);
    assert_eq!(answer["phi"], true, "the first was read: {}", answer["texts"]);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(causes(&answer), ["timed-out"; 20]);
}

#[test]
fn without_models_images_are_unread() {
    let folder = tempfile::tempdir().unwrap();
    let answer = Scan::with(folder.path()).says(&[("chart.png", png(&CHART))]);
    assert_eq!(causes(&answer), ["unsupported"]);
    assert_eq!(answer["phi"], false);
}

/// What the daemon answers to one message, without its actions.
async fn send(daemon: &Daemon, mail: &[u8]) -> Status {
    let mut mta = TestConnection::configure()
        .exact_leading_space(true)
        .open_unix(daemon.socket())
        .await
        .unwrap();
    mta.mail(["<sender@hospital.test>"]).await.unwrap();
    mta.rcpt(["<someone@outside.test>"]).await.unwrap();
    let mail = String::from_utf8(mail.to_vec()).unwrap();
    let (header, body) = mail.split_once("\r\n\r\n").unwrap();
    for (name, value) in header.split("\r\n").filter_map(|field| field.split_once(':')) {
        mta.header(name, value.to_owned()).await.unwrap();
    }
    mta.eoh().await.unwrap();
    for chunk in body.as_bytes().chunks(60_000) {
        mta.body(chunk.to_vec()).await.unwrap();
    }
    mta.eom().await.unwrap().1
}

#[tokio::test]
async fn a_daemon_without_models_says_so_once() {
    let folder = tempfile::tempdir().unwrap();
    let images = format!("[images]\nmodels = '{}'\n", folder.path().display());
    let daemon = Daemon::start("", &images, "");
    for _ in 0..3 {
        send(&daemon, &message("Hello", &[("menu.png", png(&MENU))])).await;
    }
    daemon.wait_for("unsupported");
    let log = daemon.log();
    assert_eq!(log.matches("there are no models").count(), 1, "{log}");
}

#[test]
fn models_that_are_broken_are_named_and_nothing_starts() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["detector.onnx", "recognizer.onnx", "letters.txt"] {
        std::fs::write(folder.path().join(file), "no network").unwrap();
    }
    let models = folder.path().display().to_string();
    let config = folder.path().join("config.toml");
    let socket = folder.path().join("milter.sock").display().to_string();
    let milter = format!("[milter]\nsocket = 'unix:{socket}'\nsocket-group = ''\n");
    std::fs::write(&config, format!("{milter}[images]\nmodels = '{models}'\n")).unwrap();
    for command in ["check", "run"] {
        let output = Command::new(common::PROGRAM)
            .args([command, "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let line = format!("phi-milter: the models in {models} cannot be used");
        assert_eq!(said.matches(&line).count(), 1, "{command}: {said}");
        assert!(!output.status.success());
    }
}

/// How many workers of a daemon read pixels.
fn lookers(daemon: u32) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let (before, after) = stat.rsplit_once(')')?;
        let (id, name) = before.split_once(" (")?;
        let parent = after.split_ascii_whitespace().nth(1)?;
        Some((id.to_owned(), name.to_owned(), parent.to_owned()))
    });
    let processes: Vec<_> = processes.collect();
    let of_daemon = |spawner: &str| {
        processes.iter().any(|(id, _, parent)| id == spawner && *parent == daemon.to_string())
    };
    let ours =
        processes.iter().filter(|(_, name, parent)| name == "phi-looker" && of_daemon(parent));
    ours.count()
}

#[tokio::test]
async fn one_worker_stands_by_for_images_and_more_come_when_they_are_needed() {
    let Some(models) = models() else { return };
    let images = format!("[images]\nmodels = '{}'\nworkers = 3\n", models.display());
    let daemon = Daemon::start("", &images, "");
    assert_eq!(lookers(daemon.id()), 1);
    let pages = [["Soup of the day"], ["Roast and potatoes"], ["Pudding"]].map(|page| png(&page));
    let [soup, roast, pudding] = pages;
    let menus = [("a.png", soup), ("b.png", roast), ("c.png", pudding)];
    send(&daemon, &message("Hello", &menus)).await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while lookers(daemon.id()) < 3 {
        assert!(std::time::Instant::now() < deadline, "they never come");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[cfg(feature = "failpoints")]
#[tokio::test(flavor = "multi_thread")]
async fn mail_that_is_text_is_judged_while_images_hang() {
    let Some(models) = models() else { return };
    let images = format!("[images]\nmodels = '{}'\n", models.display());
    let daemon = Daemon::start("", &images, "worker-read-hang=return(POISON)");
    let deadly = [png(&MENU), b"POISON".to_vec()].concat();
    let slow: Vec<Vec<u8>> = (0..4_u8)
        .map(|number| message("Hello", &[("menu.png", [deadly.clone(), vec![number]].concat())]))
        .collect();
    tokio::select! {
        _ = send(&daemon, &slow[0]) => panic!("it does not hang"),
        _ = send(&daemon, &slow[1]) => panic!("it does not hang"),
        _ = send(&daemon, &slow[2]) => panic!("it does not hang"),
        _ = send(&daemon, &slow[3]) => panic!("it does not hang"),
        () = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            for _ in 0..20 {
                let begun = std::time::Instant::now();
                send(&daemon, &message("Hello", &[])).await;
                assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            }
        } => {}
    }
}
