"""An MTA's side of the milter protocol, byte by byte, for what no MTA does on demand."""

import struct

VERSION, ACTIONS = 6, 0x1FF
# Every option but the one that asks for rejected recipients (0x800).
OPTIONS = 0x1FFFFF & ~0x800

# Stage: its command, the option by which the milter does not want it, and the one by which it
# does not answer it.
STAGES = {
    "connect": (b"C", 0x1, 0x1000), "helo": (b"H", 0x2, 0x2000), "mail": (b"M", 0x4, 0x4000),
    "rcpt": (b"R", 0x8, 0x8000), "data": (b"T", 0x200, 0x10000), "header": (b"L", 0x20, 0x80),
    "eoh": (b"N", 0x40, 0x40000), "body": (b"B", 0x10, 0x80000),
}
CHUNK = 65535


class Refused(Exception):
    """The milter ended the message: `code` is 4, 5 or the reply it set."""


class Wire:
    """One milter connection over a connected socket."""

    def __init__(self, connection, timeout=60):
        self.connection = connection
        self.connection.settimeout(timeout)
        self.kept = b""
        self.write(b"O", struct.pack(">III", VERSION, ACTIONS, OPTIONS))
        answer, data = self.read()
        assert answer == b"O", answer
        _, self.actions, self.options = struct.unpack(">III", data[:12])

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def write(self, command, data=b""):
        self.connection.sendall(struct.pack(">I", len(data) + 1) + command + data)

    def read(self):
        length = struct.unpack(">I", self.exactly(4))[0]
        packet = self.exactly(length)
        return packet[:1], packet[1:]

    def exactly(self, count):
        while len(self.kept) < count:
            more = self.connection.recv(65536)
            if not more:
                raise EOFError("the milter closed the connection")
            self.kept += more
        taken, self.kept = self.kept[:count], self.kept[count:]
        return taken

    def macros(self, stage, **values):
        pairs = b"".join(name.encode() + b"\0" + value.encode() + b"\0"
                         for name, value in values.items())
        self.write(b"D", STAGES[stage][0] + pairs)

    def stage(self, name, data=b""):
        """One stage, unless it is not wanted; Refused when it ends the message."""
        command, unwanted, unanswered = STAGES[name]
        if self.options & unwanted:
            return
        self.write(command, data)
        if not self.options & unanswered:
            answer, data = self.read()
            if answer in (b"c", b"s"):
                return
            raise Refused(answer, data)

    def begin(self, queue_id="WIRE1", sender=b"<alice@pf.test>", recipient=b"<bob@out.test>",
              size=None):
        """Connection and envelope."""
        self.stage("connect", b"client.test\0" + b"4" + struct.pack(">H", 25) + b"127.0.0.1\0")
        self.stage("helo", b"client.test\0")
        self.envelope(queue_id, sender, recipient, size)

    def envelope(self, queue_id="WIRE1", sender=b"<alice@pf.test>", recipient=b"<bob@out.test>",
                 size=None):
        self.macros("mail", i=queue_id)
        self.stage("mail", sender + b"\0" + (b"SIZE=%d\0" % size if size else b""))
        self.stage("rcpt", recipient + b"\0")
        self.stage("data")

    def header(self, *fields):
        for name, value in fields:
            # With the leading space, as the milter asked for it.
            space = b" " if self.options & 0x100000 else b""
            self.stage("header", name + b"\0" + space + value + b"\0")
        self.stage("eoh")

    def body(self, data):
        for start in range(0, len(data), CHUNK):
            self.stage("body", data[start:start + CHUNK])

    def end(self):
        """What the milter does at the end: its actions in order, and its final answer."""
        self.write(b"E")
        actions = []
        while True:
            answer, data = self.read()
            if answer in b"acrtdy":
                return actions, (answer, data)
            if answer != b"p":
                actions.append((answer, data))
