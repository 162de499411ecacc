"""The next hop: an SMTP server on loopback that keeps what it is given, byte for byte."""

import socketserver
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Delivery:
    """One message as it arrived: its bytes (CRLF kept, dots unstuffed), envelope, TLS version."""

    raw: bytes
    sender: str
    recipients: list
    tls: str | None

    def header(self):
        return self.raw.partition(b"\r\n\r\n")[0] + b"\r\n"

    def body(self):
        return self.raw.partition(b"\r\n\r\n")[2]

    def fields(self, name):
        """Raw values of the fields of that name, folds kept, in order."""
        wanted, values = name.lower().encode() + b":", []
        for line in self.header().split(b"\r\n"):
            if line[:1] in (b" ", b"\t") and values and values[-1] is not None:
                values[-1] += b"\r\n" + line
            elif line.lower().startswith(wanted):
                values.append(line[len(wanted):])
            else:
                values.append(None)
        return [value.strip() for value in values if value is not None]


@dataclass
class Sink:
    """Listens on `port`; offers STARTTLS when given a certificate."""

    certificate: tuple | None = None
    deliveries: list = field(default_factory=list)
    conversations: list = field(default_factory=list)

    def __enter__(self):
        sink = self
        context = None
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    sink.converse(self, context)
                except (OSError, ValueError):
                    pass

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Conversation)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def converse(self, connection, context):
        reader, connected, tls = connection.rfile, connection.connection, None
        say = lambda line: connected.sendall(line.encode() + b"\r\n")
        sender, recipients = None, []
        say("220 sink.test ESMTP")
        while line := reader.readline():
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            self.conversations.append((tls, command))
            verb = command[:4].upper()
            if verb == "EHLO":
                offers = ["sink.test", "PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 200000000"]
                if context and not tls:
                    offers.append("STARTTLS")
                for offer in offers[:-1]:
                    say("250-" + offer)
                say("250 " + offers[-1])
            elif verb == "STAR" and context:
                say("220 go ahead")
                connected = context.wrap_socket(connected, server_side=True)
                reader, tls = connected.makefile("rb"), connected.version()
            elif verb == "MAIL":
                sender, recipients = command[len("MAIL FROM:"):], []
                say("250 ok")
            elif verb == "RCPT":
                recipients.append(command[len("RCPT TO:"):].split(">")[0].lstrip("<"))
                say("250 ok")
            elif verb == "DATA":
                say("354 go ahead")
                data = bytearray()
                while (line := reader.readline()) not in (b".\r\n", b""):
                    data += line[1:] if line.startswith(b".") else line
                if line:
                    self.deliveries.append(Delivery(bytes(data), sender, recipients, tls))
                    say("250 kept")
            elif verb == "QUIT":
                return say("221 bye")
            else:
                say("250 ok")

    def wait(self, count, patience=30):
        """The deliveries, once there are `count` of them."""
        deadline = time.monotonic() + patience
        while len(self.deliveries) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.deliveries)} of {count} messages arrived")
            time.sleep(0.02)
        return list(self.deliveries)

    def to(self, recipient, patience=30):
        """The one delivery to `recipient`."""
        deadline = time.monotonic() + patience
        while not (found := [d for d in self.deliveries if recipient in d.recipients]):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing for {recipient} arrived")
            time.sleep(0.02)
        assert len(found) == 1, f"{len(found)} copies for {recipient}"
        return found[0]


def make_certificate(folder):
    """A self-signed certificate for sink.test and its key, made now."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=sink.test",
                    "-days", "2", "-keyout", str(key), "-out", str(certificate)],
                   check=True, capture_output=True)
    return str(certificate), str(key)
