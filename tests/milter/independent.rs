//! The scripts in tests/miltertest, played by Debian's miltertest: an MTA's side of the protocol
//! by another hand.

use std::path::Path;
use std::process::Command;

use crate::double::Daemon;

#[tokio::test(flavor = "multi_thread")]
async fn miltertest_agrees_about_verdicts() {
    play("verdicts.lua").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn miltertest_agrees_about_sessions() {
    play("sessions.lua").await;
}

async fn play(script: &str) {
    let daemon = Daemon::start();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/miltertest");
    let mut command = Command::new("miltertest");
    command
        .arg("-D")
        .arg(format!("socket=unix:{}", daemon.path.display()))
        .arg("-D")
        .arg(format!("folder={}", folder.display()))
        .arg("-s")
        .arg(folder.join(script));
    let played = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    match played {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{script}: {said}");
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: miltertest is not installed (apt-get install miltertest)");
        }
        Err(error) => panic!("{error}"),
    }
}
