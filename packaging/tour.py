"""The tour that packaging/quickstart gives: a private Postfix with the milter, a sink, and samples.

All names, numbers and addresses are invented. Everything is started in temporary folders on
loopback, and ended by its own process ids.
"""

import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests" / "mta"))

from client import send  # noqa: E402
from daemon import Daemon, kill  # noqa: E402
from places import folder  # noqa: E402
from postfix import ROUTE, Postfix  # noqa: E402
from sink import Sink, make_certificate  # noqa: E402

NOTE = ("Patient: John Sample, MRN: 00482913, DOB 03/14/1961, SSN 219-09-4321.\r\n"
        "Diagnosis: type 2 diabetes mellitus (ICD-10 E11.9), taking metformin 500 mg.\r\n")
CLEAN = "Shall we have lunch on Friday, at noon?\r\n"


def patient_list():
    """Thirty patients: more than the tour's policy lets out at all."""
    rows = ["Patients with type 2 diabetes mellitus (E11.9), for your review:"]
    for n in range(30):
        rows.append(f"{n + 1}. Jane Sample{n}, MRN {48291300 + 17 * n}, "
                    f"DOB {1 + n % 12:02}/{1 + n % 28:02}/{1950 + n}, "
                    f"SSN {219 + n}-{11 + n}-{4321 + 7 * n}")
    return "\r\n".join(rows) + "\r\n"


def nested():
    """A message that is forwarded as an attachment."""
    return ("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=part\r\n",
            "--part\r\nContent-Type: text/plain\r\n\r\nAs we said on the phone.\r\n"
            "--part\r\nContent-Type: message/rfc822\r\n\r\n"
            "From: lab@hospital.test\r\nSubject: results\r\n\r\n" + NOTE + "--part--\r\n")


def samples():
    """Title, Subject, further header lines, body."""
    structure, forwarded = nested()
    return [
        ("a clean message", "Lunch on Friday", "", CLEAN),
        ("PHI in the body", "Your referral", "", NOTE),
        ("PHI in the Subject", "John Sample, MRN 00482913, DOB 03/14/1961, diabetes mellitus E11.9",
         "", "See above.\r\n"),
        ("PHI in a nested message", "Fwd: as discussed", structure, forwarded),
        ("thirty patients, over the reject rule", "The list", "", patient_list()),
        ("PHI while every worker is killed", "Another referral", "", NOTE + "More notes.\r\n" * 2000),
    ]


def policy():
    """The shipped policy, but that the list of many patients is rejected."""
    text = (PROJECT / "rules" / "policy.toml").read_text()
    before, bulk, after = text.partition('id       = "phi-many-outside"')
    assert bulk, "the shipped policy has no phi-many-outside"
    return before + bulk + after.replace('then     = "encrypt"', 'then     = "reject"', 1)


def compose(subject, extra, body):
    return (f"From: Alice <alice@hospital.test>\r\nTo: Bob <bob@elsewhere.test>\r\n"
            f"Subject: {subject}\r\n{extra}\r\n{body}").encode()


def cut(text, width=70):
    return text if len(text) <= width else text[:width - 3] + "..."


def killing(milter, ended):
    """Kills every worker, again and again, until told to stop."""
    count = 0
    while not ended.is_set():
        for worker in milter.workers():
            kill(worker)
            count += 1
        time.sleep(0.01)
    ended.killed = count


def main():
    with ExitStack() as stack:
        sink = stack.enter_context(Sink(make_certificate(stack.enter_context(folder()))))
        site = stack.enter_context(folder())
        (site / "policy.toml").write_text(policy())
        milter = Daemon(site, rules=PROJECT / "rules", policy=site / "policy.toml",
                        inside=["hospital.test"])
        stack.callback(milter.stop)
        print("== starting the milter, and a private Postfix on loopback with it attached")
        milter.start()
        mta = stack.enter_context(Postfix(stack.enter_context(folder()), sink.port, milter.address,
                                          routes=ROUTE.format(port=sink.port), name="hospital.test"))
        print(f"   config {milter.config}\n"
              f"   Postfix on 127.0.0.1:{mta.port}, next hop 127.0.0.1:{sink.port}: TLS only by the "
              "route on X-PHI-Detected")
        for number, (title, subject, extra, body) in enumerate(samples(), 1):
            show(number, title, subject, compose(subject, extra, body), milter, mta, sink)
        print("\n== everything is stopped; nothing is left behind")


def show(number, title, subject, raw, milter, mta, sink):
    """Sends one sample and prints what became of it."""
    to, since = f"bob{number}@elsewhere.test", len(milter.log())
    ended = threading.Event()
    killer = threading.Thread(target=killing, args=(milter, ended))
    if "killed" in title:
        killer.start()
    answer = send(mta.port, raw, to, sender="alice@hospital.test")
    ended.set()
    if killer.ident:
        killer.join()
    print(f"\n== {number}. {title}")
    print(f"   in    Subject: {cut(subject)}")
    if answer.code != 250:
        print(f"   out   nothing: the sender was answered {answer.code} {cut(answer.text, 200)}")
    else:
        arrived = sink.to(to)
        way = f"over {arrived.tls}" if arrived.tls else "in plaintext"
        print(f"   out   left {way}, Subject: {arrived.fields('Subject')[0].decode()}")
        mark = arrived.fields("X-PHI-Detected")
        print(f"         X-PHI-Detected: {mark[0].decode()}" if mark else "         no X-PHI-Detected")
    if killer.ident:
        print(f"         ({ended.killed} workers were killed meanwhile)")
    milter.wait_for_log(r": verdict=", since)
    lines = [line for line in milter.log()[since:].splitlines() if " verdict=" in line]
    for line in lines:
        print(f"   log   {line}")


if __name__ == "__main__":
    main()
