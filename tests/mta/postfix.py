"""A private Postfix on loopback: own config, queue, log; no chroot, no DNS, no syslog daemon."""

import json
import re
import subprocess
import time
from pathlib import Path

from places import free_port

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = {name}
myorigin = {name}
mydestination =
mynetworks = 127.0.0.0/8
relay_domains =
local_recipient_maps =
local_transport = error:no local delivery
alias_maps =
alias_database =
relayhost = [127.0.0.1]:{next_hop}
smtp_tls_security_level = none
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_client_connection_count_limit = 0
smtpd_recipient_limit = 2000
in_flow_delay = 0
biff = no
hopcount_limit = 1000
# As soon as any milter is attached, Postfix cuts a field at 60,000 bytes: here it always does.
header_size_limit = 60000
message_size_limit = 67108864
mailbox_size_limit = 0
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
# What a client leaves out stays out, so that messages can be compared byte for byte.
local_header_rewrite_clients =
"""

# The route of packaging/postfix.md, with a next hop on loopback.
ROUTE = """\
/^X-PHI-Detected:.*verdict=(encrypt|quarantine)/ FILTER smtp-encrypt:[127.0.0.1]:{port}
"""
SUBJECT_ROUTE = """\
/^Subject:[[:space:]]*\\[SECURE\\]/ FILTER smtp-encrypt:[127.0.0.1]:{port}
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 5 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
smtp-encrypt unix - - n - - smtp
  -o syslog_name=postfix/smtp-encrypt
  -o smtp_tls_security_level=encrypt
  -o smtp_tls_policy_maps=
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
local     unix - n n - - local
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One instance. `milter` as smtpd_milters names it; `routes` are milter_header_checks."""

    def __init__(self, folder, next_hop, milter=None, routes="", main="", name="pf.test"):
        self.folder = Path(folder)
        self.port = free_port()
        self.etc = self.folder / "etc"
        for inner in ("etc", "spool", "data", "log"):
            path = self.folder / inner
            path.mkdir(parents=True)
            path.chmod(0o755)
        subprocess.run(["chown", "postfix:postfix", self.folder / "data", self.folder / "log"],
                       check=True)
        text = MAIN.format(folder=self.folder, name=name, next_hop=next_hop)
        if milter:
            text += (f"smtpd_milters = {milter}\nnon_smtpd_milters = $smtpd_milters\n"
                     "milter_default_action = tempfail\nmilter_protocol = 6\n")
        if routes:
            (self.etc / "routes").write_text(routes)
            text += f"milter_header_checks = regexp:{self.etc}/routes\n"
        (self.etc / "main.cf").write_text(text + main)
        (self.etc / "master.cf").write_text(MASTER.format(port=self.port))

    def __enter__(self):
        self.run("postfix", "start")
        wait_for_port(self.port, self.log)
        return self

    def __exit__(self, *_):
        # `stop` ends this instance's master by its own pid file, and waits.
        subprocess.run(["postfix", "-c", str(self.etc), "stop"], capture_output=True, timeout=120)

    def run(self, command, *words, check=True, **more):
        return subprocess.run([command, "-c", str(self.etc), *words], check=check,
                              capture_output=True, timeout=120, **more)

    def reload(self):
        self.run("postfix", "reload")
        time.sleep(1)

    def configure(self, *lines):
        """More of main.cf, in force when this returns."""
        with open(self.etc / "main.cf", "a") as main:
            main.write("".join(line + "\n" for line in lines))
        self.reload()

    def add_service(self, program, *options):
        """One more listener in master.cf; its port, once it answers."""
        port = free_port()
        self.extend_master(f"127.0.0.1:{port} inet n - n - - {program}", *options)
        wait_for_port(port, self.log)
        return port

    def add_transport(self, name, *options):
        self.extend_master(f"{name} unix - - n - - smtp", *options)

    def extend_master(self, *lines):
        with open(self.etc / "master.cf", "a") as master:
            master.write("\n  ".join(lines) + "\n")
        self.reload()

    def submit(self, message, sender, *recipients):
        """Local submission, as sendmail(1) does it."""
        return subprocess.run(["/usr/sbin/sendmail", "-C", str(self.etc), "-i", "-f", sender, "--",
                               *recipients], input=message, capture_output=True, timeout=60)

    def queue(self):
        """The messages in the queue, one dictionary each (postqueue -j)."""
        listed = self.run("postqueue", "-j").stdout.decode().splitlines()
        return [json.loads(line) for line in listed]

    def wait_for_queue(self, wanted, patience=20):
        """The queue, once `wanted(queue)` holds."""
        deadline = time.monotonic() + patience
        while not wanted(queue := self.queue()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the queue holds {queue}\n{self.log()[-4000:]}")
            time.sleep(0.1)
        return queue

    def held(self, patience=20):
        """The one message in the hold queue."""
        queue = self.wait_for_queue(
            lambda queue: [m for m in queue if m["queue_name"] == "hold"], patience)
        (message,) = [m for m in queue if m["queue_name"] == "hold"]
        return message

    def empty_queue(self):
        self.run("postsuper", "-d", "ALL")

    def log(self):
        path = self.folder / "log" / "mail"
        return path.read_text(errors="replace") if path.exists() else ""

    def wait_for_log(self, pattern, since=0, patience=20):
        deadline = time.monotonic() + patience
        while not (found := re.search(pattern, self.log()[since:])):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {pattern!r} in the mail log:\n{self.log()[-4000:]}")
            time.sleep(0.05)
        return found


def wait_for_port(port, log, patience=20):
    import socket
    deadline = time.monotonic() + patience
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody listens on {port}:\n{log()}") from None
            time.sleep(0.05)
