"""The built binary, run in the foreground with a generated config."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from wire import Wire

SITE = Path(__file__).parent / "site"
PROJECT = Path(__file__).parents[2]


def binary():
    """The program under test: PHI_MILTER, or what cargo built last."""
    named = os.environ.get("PHI_MILTER")
    built = [Path(named)] if named else [
        PROJECT / "target" / profile / "phi-milter" for profile in ("release", "debug")]
    found = [path for path in built if path.exists()]
    if not found:
        raise FileNotFoundError("build it first (cargo build --release) or set PHI_MILTER")
    return max(found, key=lambda path: path.stat().st_mtime).resolve()


class Daemon:
    """One daemon: its config, its process, its log (standard error, in a file)."""

    CONFIG = """\
mode = "{mode}"
on-failure = "defer"
[milter]
socket = "{socket}"
socket-mode = "0666"
socket-group = ""
{milter}
[rules]
paths = ["{rules}"]
policy = "{policy}"
[network]
inside = {inside}
[workers]
count = 2
{workers}
[log]
target = "stderr"
level = "debug"
[limits]
{limits}
"""

    def __init__(self, folder, mode="enforce", milter="", workers="", limits="",
                 inside=("pf.test", "sm.test"), rules=SITE / "rules", policy=SITE / "policy.toml", descriptors=None,
                 inherited=None, environment=None, port=None, socket=None):
        self.folder = Path(folder)
        self.port = port
        self.socket = Path(socket or self.folder / "milter.sock")
        listen = f"inet:127.0.0.1:{port}" if port else f"unix:{self.socket}"
        self.log_file = self.folder / "daemon.log"
        self.config = self.folder / "phi-milter.toml"
        self.settings = dict(mode=mode, milter=milter, workers=workers, limits=limits, rules=rules,
                             policy=policy, socket=listen, inside=list(inside))
        self.descriptors = descriptors
        self.inherited = inherited
        self.environment = environment or {}
        self.process = None
        self.write_config()

    def write_config(self, **changed):
        self.settings.update(changed)
        self.config.write_text(self.CONFIG.format(**dict(self.settings, inside=json.dumps(self.settings["inside"]))))

    @property
    def address(self):
        """The socket as smtpd_milters names it."""
        return f"inet:127.0.0.1:{self.port}" if self.port else f"unix:{self.socket}"

    @property
    def sendmail_address(self):
        """The socket as Sendmail's S= names it."""
        return f"inet:{self.port}@127.0.0.1" if self.port else f"local:{self.socket}"

    def connect(self):
        """A connection as an MTA makes it."""
        if self.port:
            return socket.create_connection(("127.0.0.1", self.port))
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.socket))
        return connection

    def start(self):
        command = [str(binary()), "run", "--config", str(self.config)]
        environment = dict(os.environ, **self.environment)
        descriptors = ()
        if self.inherited is not None:
            # As systemd does (sd_listen_fds(3)): descriptor 3, and our own process id.
            descriptors = (self.inherited.fileno(),)
            command = ["/bin/bash", "-c",
                       f"exec 3<&{descriptors[0]} {descriptors[0]}<&-; "
                       'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"', "daemon", *command]
        elif self.descriptors is not None:
            command = ["/bin/bash", "-c", f'ulimit -n {self.descriptors}; exec "$@"', "daemon",
                       *command]
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                env=environment, pass_fds=descriptors, start_new_session=True)
        self.wait_until_it_answers()
        return self

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 60
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the daemon ended with {self.process.returncode}:\n{self.log()}")
            try:
                # A listening socket that systemd keeps takes connections with nobody there: only
                # an answer shows that the daemon is up.
                Wire(self.connect(), timeout=max(1, deadline - time.monotonic())).close()
                return
            except (OSError, EOFError):
                pass
            if time.monotonic() > deadline:
                raise TimeoutError(f"the daemon does not answer:\n{self.log()}")
            time.sleep(0.05)

    def stop(self, patience=60):
        """SIGTERM, and its exit status; what has not ended by then is killed, and that is a fault."""
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        children = self.descendants()
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            for child in children:
                kill(child)
            raise TimeoutError(f"SIGTERM did not end the daemon in {patience} s:\n{self.log()}")

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def wait_for_log(self, pattern, since=0, patience=20):
        deadline = time.monotonic() + patience
        while not (found := re.search(pattern, self.log()[since:])):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {pattern!r} in the log:\n{self.log()[since:]}")
            time.sleep(0.05)
        return found

    def descendants(self):
        """Process ids of the daemon's children, and of theirs."""
        children = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, IndexError):
                    continue
                children.setdefault(parent, []).append(int(entry.name))
        found, open_ = [], [self.process.pid]
        while open_:
            below = children.get(open_.pop(), [])
            found += below
            open_ += below
        return found

    def workers(self):
        """Process ids of the workers that read messages (not of the spawner between)."""
        return [pid for pid in self.descendants() if b"\0worker\0" in command_line(pid) + b"\0"
                and b"spawn" not in command_line(pid)]

    def alive(self, pids):
        """Those of `pids` that run this program still."""
        return [pid for pid in pids if command_line(pid).startswith(str(binary()).encode())]


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
