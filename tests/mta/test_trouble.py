"""When things break: nothing is lost, nothing arrives twice, nothing passes unscanned in silence."""

import resource
import select
import socket
import time

import pytest

from client import fresh, message, send
from daemon import kill
from load import Load
from wire import Refused, Wire


@pytest.fixture
def site(stage):
    stage.next_hop = stage.sink()
    stage.milter = stage.daemon()
    stage.mta = stage.postfix(stage.next_hop, stage.milter)
    return stage


def test_workers_killed_under_load(site):
    killed = 0
    with Load(site.mta.port) as load:
        while load.running():
            for worker in site.milter.workers():
                kill(worker)
                killed += 1
            time.sleep(0.05)
    assert killed >= 30, "too few workers were found to prove anything"
    load.assert_nothing_is_lost_doubled_or_unscanned(site.next_hop)
    assert site.milter.process.poll() is None
    # And it has recovered.
    to = fresh("after")
    assert send(site.mta.port, message("zqencrypt"), to).code == 250
    assert b"policy=order-encrypt" in site.next_hop.to(to).fields("X-PHI-Detected")[0]


def test_the_daemon_restarted_under_load(site):
    with Load(site.mta.port) as load:
        for _ in range(3):
            time.sleep(0.7)
            assert site.milter.stop() == 0
            site.milter.start()
    load.assert_nothing_is_lost_doubled_or_unscanned(site.next_hop)


def test_the_daemon_killed_under_load(site):
    with Load(site.mta.port) as load:
        for _ in range(2):
            time.sleep(0.7)
            left = site.milter.descendants()
            site.milter.process.kill()
            site.milter.process.wait()
            # Its workers do not outlive it.
            deadline = time.monotonic() + 10
            while site.milter.alive(left):
                assert time.monotonic() < deadline, "workers outlive the daemon"
                time.sleep(0.05)
            site.milter.start()
    load.assert_nothing_is_lost_doubled_or_unscanned(site.next_hop)


def test_a_restart_with_the_socket_kept_by_systemd_refuses_nothing(stage):
    milter = stage.daemon(start=False)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(milter.socket))
    milter.socket.chmod(0o666)
    listener.listen(256)
    milter.inherited = listener
    milter.start()
    next_hop = stage.sink()
    mta = stage.postfix(next_hop, milter)
    with Load(mta.port) as load:
        for _ in range(3):
            time.sleep(0.7)
            assert milter.stop() == 0
            milter.start()
    load.assert_nothing_is_lost_doubled_or_unscanned(next_hop)
    # Only sessions that were open between two commands can be cut off: at most one a sender.
    assert len(load.refusals) <= 3 * len(load.threads), load.refusals
    listener.close()


def test_sigterm_lets_a_message_in_flight_end_with_its_verdict(stage):
    milter = stage.daemon()
    with Wire(milter.connect()) as wire:
        wire.begin()
        wire.header((b"From", b"alice@pf.test"), (b"Subject", b"hello"))
        wire.body(b"zqtag and some words\r\n")
        milter.process.terminate()
        time.sleep(1)
        wire.body(b"more words\r\n")
        actions, (answer, _) = wire.end()
        assert answer in (b"c", b"a")
        assert any(b"verdict=tag" in data for action, data in actions if action in b"hi")
    assert milter.process.wait(30) == 0


def test_sigterm_does_not_wait_for_ever(stage):
    milter = stage.daemon(milter='drain = "2s"')
    with Wire(milter.connect()) as wire:
        wire.begin()
        wire.header((b"Subject", b"never finished"))
        began = time.monotonic()
        milter.process.terminate()
        assert milter.process.wait(30) == 0
        assert time.monotonic() - began < 15


def test_a_bad_reload_keeps_what_was_in_force(site):
    good = site.milter.config.read_text()
    for broken in ["mode = 7\n", "no toml at all", good.replace("rules = ", "rulez = "),
                   good.replace("site/rules", "site/no-such-folder"),
                   good.replace("[log]", "[lag]")]:
        if broken == good:
            continue
        since = len(site.milter.log())
        site.milter.config.write_text(broken)
        site.milter.reload()
        site.milter.wait_for_log(r"(?i)error|fault|reload", since)
        to = fresh("kept")
        assert send(site.mta.port, message("zqtag"), to).code == 250
        assert b"policy=order-tag" in site.next_hop.to(to).fields("X-PHI-Detected")[0]
    assert site.milter.process.poll() is None


def test_a_good_reload_is_taken_at_the_next_message(site):
    policy = site.folder() / "policy.toml"
    policy.write_text('[[policy]]\nid = "changed"\nthen = "tag"\n')
    site.milter.write_config(policy=policy)
    site.milter.reload()
    deadline = time.monotonic() + 20
    while True:
        to = fresh("changed")
        assert send(site.mta.port, message("plain words"), to).code == 250
        if any(b"policy=changed" in mark for mark in site.next_hop.to(to).fields("X-PHI-Detected")):
            break
        assert time.monotonic() < deadline, site.milter.log()
        time.sleep(0.2)


def test_descriptors_exhausted(stage):
    allow_descriptors(4096)
    milter = stage.daemon(descriptors=48)
    next_hop = stage.sink()
    mta = stage.postfix(next_hop, milter, main="milter_connect_timeout = 3s\n"
                        "milter_command_timeout = 3s\n")
    held = [milter.connect() for _ in range(80)]
    time.sleep(1)
    starved = [(to := fresh("starved"), send(mta.port, message("zqtag"), to)) for _ in range(3)]
    assert milter.process.poll() is None, milter.log()
    for connection in held:
        connection.close()
    deadline = time.monotonic() + 30
    while (answer := send(mta.port, message("zqtag"), to := fresh("fed"))).code != 250:
        assert 400 <= answer.code < 500 and time.monotonic() < deadline, (answer, milter.log())
        time.sleep(0.5)
    assert next_hop.to(to).fields("X-PHI-Detected")
    for address, answer in starved:
        assert answer.code == 250 or 400 <= answer.code < 500, answer
        if answer.code == 250:
            assert next_hop.to(address).fields("X-PHI-Detected")
    for delivery in next_hop.deliveries:
        assert delivery.fields("X-PHI-Detected"), "a message passed unscanned"


def test_without_the_daemon_mail_waits_at_the_client(site):
    site.milter.stop()
    to = fresh("waiting")
    assert send(site.mta.port, message("zqtag"), to).code == 451
    site.mta.submit(message("zqencrypt").replace(b"\r", b""), "alice@pf.test",
                    submitted := fresh("maildrop"))
    time.sleep(1)
    assert site.next_hop.deliveries == []
    site.milter.start()
    # pickup(8) tries again by itself.
    assert site.next_hop.to(submitted, patience=90).fields("X-PHI-Detected")


def test_a_thousand_large_messages_at_once_stay_within_their_memory(stage):
    allow_descriptors(8192)
    milter = stage.daemon(descriptors=8192)
    before = shared_memory()
    open_, refused, most = [], 0, 0
    for number in range(1000):
        wire = Wire(milter.connect())
        try:
            wire.begin(queue_id=f"BIG{number}")
            wire.header((b"Subject", b"large"))
            open_.append(wire)
        except Refused as fault:
            assert_deferred(fault)
            refused += 1
            wire.close()
    block = (b"0123456789abcdef" * 4 + b"\r\n")[:66] * 992
    sent = {wire: 0 for wire in open_}
    while open_ and min(sent[wire] for wire in open_) < 60 << 20:
        for wire in list(open_):
            try:
                wire.body(block)
                sent[wire] += len(block)
                if wire.options & 0x80000 and readable(wire):
                    raise Refused(*wire.read())
            except (Refused, EOFError, OSError) as fault:
                assert_deferred(fault)
                refused += 1
                open_.remove(wire)
                wire.close()
        most = max(most, resident(milter) + shared_memory() - before)
    print(f"at most {most >> 20} MiB; {refused} of 1000 were told to come again")
    assert most < 1 << 30
    # What was taken fits into `in-flight`, 512 MiB; the rest was told to come again.
    assert refused >= 1000 - (512 // 60 + 1) and milter.process.poll() is None
    survivors = len(open_)
    assert survivors >= 1, "nobody got through"
    _, (answer, _) = open_[0].end()
    assert answer in b"acyt"
    for wire in open_:
        wire.close()
    # All of it is given back.
    deadline = time.monotonic() + 30
    while shared_memory() - before > 64 << 20:
        assert time.monotonic() < deadline, f"{(shared_memory() - before) >> 20} MiB are not returned"
        time.sleep(0.2)
    with Wire(milter.connect()) as wire:
        wire.begin()
        wire.header((b"Subject", b"small"))
        wire.body(b"zqtag\r\n")
        actions, _ = wire.end()
        assert any(b"verdict=tag" in data for _, data in actions)


def allow_descriptors(count):
    """At least so many for this process, and for those it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(hard, count)))


def assert_deferred(fault):
    """451, or tempfail."""
    assert isinstance(fault, Refused), fault
    answer, data = fault.args
    assert answer == b"t" or (answer == b"y" and data.startswith(b"451")), fault


def readable(wire):
    return bool(wire.kept) or bool(select.select([wire.connection], [], [], 0)[0])


def shared_memory():
    """Bytes of memory files in the whole system."""
    with open("/proc/meminfo") as lines:
        (kibibytes,) = [int(line.split()[1]) for line in lines if line.startswith("Shmem:")]
    return kibibytes << 10


def resident(milter):
    """Bytes that the daemon itself keeps, memory files aside."""
    with open(f"/proc/{milter.process.pid}/status") as lines:
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:"))
