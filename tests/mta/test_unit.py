"""The daemon as the systemd unit runs it: no rights, few system calls, a socket handed over."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from client import fresh, message, send
from daemon import PROJECT, Daemon, binary

UNIT = PROJECT / "systemd" / "phi-milter.service"


@pytest.fixture
def unit(stage):
    """A daemon that can read no more than an unprivileged user can, and logs to a socket."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here, which knows what the unit's groups of calls hold")
    folder = stage.folder()
    program = shutil.copy(binary(), folder / "phi-milter")
    for kind in ("rules", "policy.toml"):
        source = PROJECT / "tests" / "mta" / "site" / kind
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / kind)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)

    milter = Daemon(folder, rules=folder / "rules", policy=folder / "policy.toml")
    log, notify = datagrams(folder / "log"), datagrams(folder / "notify")
    text = milter.config.read_text().replace('target = "stderr"', f'socket = "{folder}/log"')
    milter.config.write_text(text)

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(milter.socket))
    listener.listen(256)
    # `Postfix may connect` is said by the socket unit's group; here by its mode.
    milter.socket.chmod(0o666)
    with open(milter.log_file, "wb") as out:
        milter.process = subprocess.Popen(
            ["/bin/bash", "-c", f'exec 3<&{listener.fileno()} {listener.fileno()}<&-; exec "$@"',
             "unit", sys.executable, str(Path(__file__).parent / "confined.py"), str(UNIT),
             program, "run", "--config", str(milter.config)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/",
            pass_fds=[listener.fileno()], start_new_session=True,
            env={"LISTEN_FDS": "1", "NOTIFY_SOCKET": str(folder / "notify"),
                 "PATH": os.environ["PATH"]})
    stage.stack.callback(listener.close)
    stage.stack.callback(milter.stop)
    milter.wait_until_it_answers()
    stage.milter, stage.syslog, stage.notify = milter, log, notify
    return stage


def datagrams(path):
    taken = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    taken.bind(str(path))
    path.chmod(0o666)
    taken.settimeout(20)
    return taken


def test_it_says_ready_scans_logs_reloads_and_stops(unit):
    assert b"READY=1" in unit.notify.recv(4096)
    next_hop = unit.sink()
    mta = unit.postfix(next_hop, unit.milter)
    send(mta.port, message("zqencrypt"), to := fresh("confined"))
    assert b"policy=order-encrypt" in next_hop.to(to).fields("X-PHI-Detected")[0]
    lines = unit.syslog.recv(4096)
    while b"verdict=" not in lines:
        lines = unit.syslog.recv(4096)
    assert b"phi-milter[" in lines and b"verdict=encrypt" in lines
    unit.milter.reload()
    assert b"RELOADING=1" in unit.notify.recv(4096)
    assert b"READY=1" in unit.notify.recv(4096)
    send(mta.port, message("zqtag"), to := fresh("confined"))
    assert b"policy=order-tag" in next_hop.to(to).fields("X-PHI-Detected")[0]
    assert unit.milter.stop() == 0
    assert b"STOPPING=1" in unit.notify.recv(4096)


def test_the_check_before_its_start_passes_under_the_same_rules(unit):
    program = unit.milter.folder / "phi-milter"
    ran = subprocess.run([sys.executable, Path(__file__).parent / "confined.py", UNIT, program,
                          "check", "--config", unit.milter.config],
                         capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0 and "sandbox is complete" in ran.stdout, ran.stdout + ran.stderr


def test_what_confines_it_is_in_force(unit):
    status = Path(f"/proc/{unit.milter.process.pid}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert fields["Seccomp"] == "2" and fields["NoNewPrivs"] == "1"
    assert int(fields["CapEff"], 16) == 0 and fields["Uid"].split()[0] != "0"
    # Its workers have a filter of their own above the unit's.
    worker = Path(f"/proc/{unit.milter.workers()[0]}/status").read_text()
    filters = [line.split()[1] for line in (status + worker).splitlines()
               if line.startswith("Seccomp_filters")]
    assert int(filters[1]) > int(filters[0])
