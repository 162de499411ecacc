"""The sender's side: SMTP that changes nothing, and messages to send."""

import itertools
import smtplib
from dataclasses import dataclass

SENDER = "alice@pf.test"
numbers = itertools.count(1)


def fresh(name):
    """An address that no other message is sent to."""
    return f"{name}-{next(numbers)}@out.test"


@dataclass
class Answer:
    """What the server said to the end of a message."""

    code: int
    text: str


class Client(smtplib.SMTP):
    """One SMTP session on loopback. What is sent goes out byte for byte, dots stuffed."""

    def __init__(self, port):
        super().__init__("127.0.0.1", port, local_hostname="client.test", timeout=120)
        self.ehlo_or_helo_if_needed()

    def transmit(self, message, *recipients, sender=SENDER, options=()):
        """One message; the answer is that of the command that was refused, or of its end."""
        code, text = self.mail(sender, list(options))
        for recipient in recipients:
            if code < 300:
                code, text = self.rcpt(recipient)
        if code < 300:
            code, text = self.data(message)
        if code >= 300:
            self.rset()
        return Answer(code, text.decode("utf-8", "replace"))


def send(port, message, *recipients, **more):
    """One message in a session of its own."""
    with Client(port) as client:
        return client.transmit(message, *recipients, **more)


def message(body="", subject="Lunch on Friday", extra="", to="bob@out.test"):
    """A plain message; `extra` holds header lines, each with its CRLF."""
    lines = ["From: Alice <alice@pf.test>", f"To: <{to}>",
             "Date: Mon, 02 Mar 2026 10:00:00 +0000", "Message-ID: <1@pf.test>"]
    if subject is not None:
        lines.append(f"Subject: {subject}")
    head = "".join(line + "\r\n" for line in lines) + extra
    return (head + "\r\n" + body + "\r\n").encode()
