"""Senders that try again, as mail clients and MTAs do, and what became of their messages."""

import threading
import time
from smtplib import SMTPException

from client import Client, fresh, message


class Load:
    """`senders` threads, each with `count` messages; each message orders a verdict by its word."""

    def __init__(self, port, senders=4, count=100, patience=180):
        self.port, self.count, self.patience = port, count, patience
        self.accepted, self.refusals, self.given_up = {}, [], []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.send_all, args=(n,), daemon=True)
                        for n in range(senders)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.wait()

    def wait(self):
        for thread in self.threads:
            thread.join()

    def running(self):
        return any(thread.is_alive() for thread in self.threads)

    def send_all(self, number):
        for index in range(self.count):
            to = fresh(f"load{number}")
            word = ("zqtag", "zqencrypt")[index % 2]
            self.send_one(to, word, message(f"{to} {word}\r\n" + "filler words\r\n" * 50))

    def send_one(self, to, word, raw):
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            try:
                with Client(self.port) as client:
                    answer = client.transmit(raw, to)
                    if answer.code == 250:
                        with self.lock:
                            self.accepted[to] = word
                        return
                    self.refusals.append(answer)
                    assert 400 <= answer.code < 500, answer
            except (SMTPException, OSError) as fault:
                self.refusals.append(fault)
            time.sleep(0.1)
        self.given_up.append(to)

    def assert_nothing_is_lost_doubled_or_unscanned(self, next_hop):
        assert self.given_up == []
        assert len(self.accepted) == len(self.threads) * self.count
        next_hop.wait(len(self.accepted), patience=60)
        time.sleep(0.5)
        arrived = [d.recipients[0] for d in next_hop.deliveries]
        assert len(arrived) == len(set(arrived)), "a message arrived twice"
        assert set(arrived) == set(self.accepted)
        for delivery in next_hop.deliveries:
            marks = delivery.fields("X-PHI-Detected")
            assert len(marks) == 1, f"{delivery.recipients} passed unscanned and in silence"
