"""A private Sendmail on loopback, unpacked beside an installed Postfix (the packages conflict)."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from places import free_port
from postfix import wait_for_port

PACKAGES = ["sendmail-bin", "sendmail-base", "sendmail-cf", "libwrap0", "libnsl2", "liblockfile1",
            "libdb5.3"]

# Sendmail sleeps a minute at its start unless the host's name has a dot.
HOST_NAME = """\
#include <string.h>
#include <stddef.h>
int gethostname(char *name, size_t length) { strncpy(name, "sm.test", length); return 0; }
"""

DAEMON = """\
divert(-1)dnl
define(`_CF_DIR_', `{cf}/')dnl
include(`{cf}/m4/cf.m4')dnl
divert(0)dnl
OSTYPE(`linux')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`confPID_FILE', `{folder}/pid')dnl
define(`STATUS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`ALIAS_FILE', `')dnl
define(`confCONTROL_SOCKET_NAME', `')dnl
define(`confHOST_STATUS_DIRECTORY', `')dnl
define(`confCW_FILE', `-o {folder}/etc/local-host-names')dnl
define(`confDOMAIN_NAME', `sm.test')dnl
define(`confTO_IDENT', `0')dnl
define(`confDELIVERY_MODE', `b')dnl
define(`confSERVICE_SWITCH_FILE', `{folder}/etc/service.switch')dnl
define(`confPRIVACY_FLAGS', `')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confDELAY_LA', `1000')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {next_hop}')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {next_hop}')dnl
define(`SMTP_MAILER_ARGS', `TCP $h {next_hop}')dnl
define(`SMART_HOST', `esmtp:[127.0.0.1]')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA, Addr=127.0.0.1, Port={port}')dnl
{filter}
MAILER(`smtp')dnl
"""

# The line of packaging/sendmail.md, with this test's socket.
FILTER = ("INPUT_MAIL_FILTER(`phi-milter', `S={socket}, F=T, "
          "T=C:30s;S:30s;R:30s;E:20m')dnl")

# The mail submission program: what sendmail(1) hands to the daemon by SMTP.
SUBMIT = """\
divert(-1)dnl
define(`_CF_DIR_', `{cf}/')dnl
include(`{cf}/m4/cf.m4')dnl
divert(0)dnl
define(`confCF_VERSION', `Submit')dnl
OSTYPE(`linux')dnl
define(`__OSTYPE__', `')dnl
define(`_USE_DECNET_SYNTAX_', `1')dnl
define(`confTIME_ZONE', `USE_TZ')dnl
define(`confDONT_INIT_GROUPS', `True')dnl
define(`confDOMAIN_NAME', `sm.test')dnl
define(`MSP_QUEUE_DIR', `{folder}/client-queue')dnl
define(`confPID_FILE', `{folder}/client-pid')dnl
define(`STATUS_FILE', `')dnl
define(`confSERVICE_SWITCH_FILE', `{folder}/etc/service.switch')dnl
define(`confRUN_AS_USER', `mail:mail')dnl
define(`confTRUSTED_USER', `mail')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confQUEUE_LA', `1000')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {port}')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {port}')dnl
define(`SMTP_MAILER_ARGS', `TCP $h {port}')dnl
FEATURE(`nocanonify')dnl
FEATURE(`msp', `[127.0.0.1]')dnl
"""


def unpack(prefix):
    """Fetches Debian's packages and unpacks them below `prefix`, unless they are there."""
    prefix = Path(prefix)
    program = prefix / "root/usr/libexec/sendmail/sendmail"
    if not program.exists():
        fetched = prefix / "packages"
        fetched.mkdir(parents=True, exist_ok=True)
        # apt's own unprivileged user must be able to write here, or it says so at length.
        fetched.chmod(0o777)
        subprocess.run(["apt-get", "download", "-q", *PACKAGES], cwd=fetched, check=True,
                       capture_output=True, timeout=300)
        for package in fetched.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, prefix / "root"], check=True)
        # A setgid program's loader takes no LD_LIBRARY_PATH: drop it on the private copy.
        program.chmod(program.stat().st_mode & 0o777)
    shim = prefix / "host-name.so"
    if not shim.exists():
        source = prefix / "host-name.c"
        source.write_text(HOST_NAME)
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, source], check=True)
    return prefix


class Sendmail:
    """One instance in the foreground, its own queue and config."""

    def __init__(self, prefix, folder, next_hop, milter=None):
        self.prefix, self.folder = Path(prefix), Path(folder)
        self.port = free_port()
        self.program = self.prefix / "root/usr/libexec/sendmail/sendmail"
        for inner, mode in (("etc", 0o755), ("queue", 0o700), ("client-queue", 0o700)):
            path = self.folder / inner
            path.mkdir(parents=True)
            path.chmod(mode)
        # The submission program gives root up for this user.
        shutil.chown(self.folder / "client-queue", "mail", "mail")
        (self.folder / "etc/local-host-names").write_text("")
        # No DNS.
        (self.folder / "etc/service.switch").write_text("hosts\tfiles\naliases\tfiles\n")
        settings = dict(cf=self.prefix / "root/usr/share/sendmail/cf", folder=self.folder,
                        port=self.port, next_hop=next_hop,
                        filter=FILTER.format(socket=milter) if milter else "")
        self.expand("sendmail", DAEMON.format(**settings))
        self.expand("submit", SUBMIT.format(**settings))

    def expand(self, name, text):
        macros, config = (self.folder / "etc" / (name + ext) for ext in (".mc", ".cf"))
        macros.write_text(text)
        made = subprocess.run(["m4", macros], capture_output=True, check=True)
        config.write_bytes(made.stdout)

    @property
    def environment(self):
        libraries = [str(self.prefix / "root" / folder / multiarch())
                     for folder in ("usr/lib", "lib")]
        return dict(os.environ, LD_PRELOAD=str(self.prefix / "host-name.so"),
                    LD_LIBRARY_PATH=":".join(libraries))

    def __enter__(self):
        with open(self.folder / "out", "wb") as out:
            self.process = subprocess.Popen(
                [self.program, "-bD", "-C", self.folder / "etc/sendmail.cf",
                 "-X", self.folder / "traffic"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True)
        wait_for_port(self.port, lambda: (self.folder / "out").read_text())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def submit(self, message, sender, *recipients):
        """Local submission by the mail submission program."""
        return subprocess.run([self.program, "-Ac", "-C", self.folder / "etc/submit.cf", "-i",
                               "-f", sender, "--", *recipients], input=message,
                              env=self.environment, capture_output=True, timeout=60)

    def quarantined(self):
        """Ids in quarantine: their queue files begin with hf."""
        return sorted(path.name[2:] for path in (self.folder / "queue").rglob("hf*"))

    def wait_for_quarantine(self, patience=20):
        deadline = time.monotonic() + patience
        while not (ids := self.quarantined()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing in quarantine: {os.listdir(self.folder / 'queue')}")
            time.sleep(0.1)
        return ids

    def release(self, queue_id):
        """Out of quarantine, and on its way."""
        for words in (["-qQ", "-Q", f"-qI{queue_id}"], ["-q"]):
            subprocess.run([self.program, "-C", self.folder / "etc/sendmail.cf", *words],
                           env=self.environment, check=True, capture_output=True, timeout=60)

    def empty_queue(self):
        for path in (self.folder / "queue").rglob("*"):
            if path.is_file():
                path.unlink()


def multiarch():
    """The folder that Debian keeps this machine's libraries in."""
    return subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True,
                          check=True).stdout.strip()
