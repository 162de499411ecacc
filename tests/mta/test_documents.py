"""The lines of packaging/postfix.md, taken from that file and run, chrooted as on Debian."""

import re
import subprocess

import pytest

from client import fresh, message, send
from daemon import PROJECT, Daemon, binary
from postfix import Postfix
from test_local_delivery import delivered, local_delivery, mail_folder

DOCUMENT = (PROJECT / "packaging" / "postfix.md").read_text()


def blocks(title):
    """The fenced blocks whose first line is `# title`, without that line."""
    found = re.findall(rf"(?m)^```\n# {re.escape(title)}\n((?:.*\n)*?)```$", DOCUMENT)
    assert found, f"packaging/postfix.md has no block for {title}"
    return found


class Documented:
    """A Postfix with the document's lines, every service chrooted."""

    def __init__(self, stage, next_hop, chroot="y", **settings):
        self.stage, self.chroot = stage, chroot
        self.mta = Postfix(stage.folder(), next_hop.port, **settings)
        master = self.mta.etc / "master.cf"
        # The column that Debian sets for what takes and sends mail.
        master.write_text(re.sub(r"(?m)^((?:127\S+|pickup|cleanup|smtp|smtp-encrypt)\s+\w+\s+\S\s+\S\s+)n",
                                 rf"\g<1>{chroot}", master.read_text()))

    def set(self, text):
        with open(self.mta.etc / "main.cf", "a") as main:
            main.write(text.replace("/etc/postfix-out", str(self.mta.etc))
                       .replace("/etc/postfix", str(self.mta.etc)))

    def route(self, port, title="/etc/postfix/phi-milter-route"):
        (line,) = blocks(title)
        (self.mta.etc / "phi-milter-route").write_text(
            line.replace("[NEXT.HOP]:25", f"[127.0.0.1]:{port}"))
        master = self.mta.etc / "master.cf"
        kept, transport, rest = master.read_text().partition("smtp-encrypt")
        rest = re.sub(r"\A.*\n(  .*\n)*", "", rest)
        (documented,) = blocks("/etc/postfix/master.cf")
        master.write_text(kept + documented.replace(" y ", f" {self.chroot} ") + rest)

    def attach(self):
        """The daemon on a socket below this instance's queue directory."""
        folder = self.mta.folder / "spool" / "phi-milter"
        folder.mkdir(mode=0o755)
        milter = Daemon(self.stage.folder(), socket=folder / "milter.sock")
        self.stage.stack.callback(milter.stop)
        return milter.start()

    def start(self):
        return self.stage.stack.enter_context(self.mta)


def checked(milter, *instances):
    """What `check --postfix` says, and its exit status, over all instances."""
    said, worst = "", 0
    for instance in instances:
        ran = subprocess.run([binary(), "check", "--config", milter.config, "--postfix",
                              instance.etc], capture_output=True, text=True, timeout=60)
        said += ran.stdout + ran.stderr
        worst = max(worst, ran.returncode)
    return worst, re.findall(r"\[(M\d+)\]", said), said


@pytest.mark.parametrize("chroot", ["y", "n"])
def test_the_documented_lines_attach_and_route(stage, chroot):
    next_hop = stage.sink()
    host = Documented(stage, next_hop, chroot)
    for text in blocks("/etc/postfix/main.cf"):
        host.set(text)
    host.set("smtpd_tls_security_level = may\n")
    host.route(next_hop.port)
    milter = host.attach()
    mta = host.start()
    send(mta.port, message("zqencrypt"), secret := fresh("secret"))
    send(mta.port, message("plain words"), plain := fresh("plain"))
    mta.submit(message("zqencrypt").replace(b"\r", b""), "alice@pf.test", local := fresh("local"))
    assert next_hop.to(secret).tls == "TLSv1.3"
    assert next_hop.to(local).tls == "TLSv1.3"
    assert next_hop.to(plain).tls is None
    status, codes, said = checked(milter, mta)
    assert (status, codes) == (0, []), said


def test_the_absolute_name_is_right_in_a_chroot_alone(stage):
    next_hop = stage.sink()
    for chroot, code in [("y", 250), ("n", 451)]:
        host = Documented(stage, next_hop, chroot)
        for text in blocks("/etc/postfix/main.cf"):
            host.set(text.replace("unix:phi-milter/", "unix:/phi-milter/"))
        host.route(next_hop.port)
        milter = host.attach()
        mta = host.start()
        assert send(mta.port, message("zqtag"), fresh("absolute")).code == code
        assert ("M003" in checked(milter, mta)[1]) == (chroot == "n")


def test_the_route_by_the_subject_takes_what_the_daemon_writes(stage):
    next_hop = stage.sink()
    host = Documented(stage, next_hop)
    for text in blocks("/etc/postfix/main.cf"):
        host.set(text)
    host.route(next_hop.port)
    (by_subject,) = blocks("the same by the Subject, in /etc/postfix/phi-milter-route")
    (host.mta.etc / "phi-milter-route").write_text(
        by_subject.replace("[NEXT.HOP]:25", f"[127.0.0.1]:{next_hop.port}"))
    milter = host.attach()
    mta = host.start()
    send(mta.port, message("zqencrypt"), to := fresh("subject"))
    assert next_hop.to(to).tls == "TLSv1.3"
    assert "M014" in checked(milter, mta)[1]


def test_the_two_documented_instances_part_inside_from_outside(stage):
    outside, mail = stage.sink(), mail_folder(stage)
    second = Documented(stage, outside)
    (text,) = blocks("second instance: /etc/postfix-out/main.cf")
    second.set(text + "default_transport = smtp\n")
    second.route(outside.port)
    relay = second.start()
    first = Documented(stage, relay, name="inside.test", main=local_delivery(mail))
    attachment = blocks("/etc/postfix/main.cf")[0]
    (hand_over,) = blocks("first instance: /etc/postfix/main.cf")
    first.set(attachment + hand_over.replace("10026", str(relay.port)))
    first.set("smtpd_tls_security_level = may\n")
    milter = first.attach()
    mta = first.start()
    send(mta.port, message("zqencrypt"), "nurse@inside.test", to := fresh("both"))
    leaving = outside.to(to)
    assert leaving.tls == "TLSv1.3" and leaving.recipients == [to]
    (inside,) = delivered(mail, 1)
    assert b"verdict=encrypt" in inside
    status, codes, said = checked(milter, mta, relay)
    # M012 says that the next instance must have the route, and it has.
    assert (status, codes) == (0, ["M012"]), said


def test_a_filter_beside_local_delivery_is_warned_of(stage):
    next_hop, mail = stage.sink(), mail_folder(stage)
    host = Documented(stage, next_hop, main=local_delivery(mail))
    for text in blocks("/etc/postfix/main.cf"):
        host.set(text)
    host.route(next_hop.port)
    assert "M019" in checked(host.attach(), host.mta)[1]
