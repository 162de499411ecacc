"""Fixtures: daemons, MTAs and next hops, each with its own folder, ports and end."""

import os
import sys
from contextlib import ExitStack
from copy import copy
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from daemon import Daemon  # noqa: E402
from places import folder, free_port  # noqa: E402
from postfix import ROUTE, Postfix  # noqa: E402
from sendmail import Sendmail, unpack  # noqa: E402
from sink import Sink, make_certificate  # noqa: E402


@pytest.fixture(scope="session")
def certificate():
    with folder() as path:
        yield make_certificate(path)


@pytest.fixture(scope="session")
def sendmail_prefix():
    kept = os.environ.get("PHI_SENDMAIL")
    if kept:
        yield unpack(kept)
    else:
        with folder() as path:
            yield unpack(path)


class Stage:
    """What a test sets up: everything ends with it, in reverse order."""

    def __init__(self, stack, certificate, prefix):
        self.stack, self.certificate, self.prefix = stack, certificate, prefix

    def folder(self, below=None):
        return self.stack.enter_context(folder(below))

    def sink(self, tls=True):
        return self.stack.enter_context(Sink(self.certificate if tls else None))

    def daemon(self, start=True, below=None, **settings):
        daemon = Daemon(self.folder(below), **settings)
        self.stack.callback(daemon.stop)
        return daemon.start() if start else daemon

    def postfix(self, sink, daemon=None, **settings):
        return self.stack.enter_context(
            Postfix(self.folder(), sink.port, daemon and daemon.address, **settings))

    def sendmail(self, sink, daemon=None):
        return self.stack.enter_context(
            Sendmail(self.prefix(), self.folder(), sink.port, daemon and daemon.sendmail_address))


@pytest.fixture
def stage(certificate, request):
    with ExitStack() as stack:
        yield Stage(stack, certificate, lambda: request.getfixturevalue("sendmail_prefix"))


@pytest.fixture(scope="module")
def module_stage(certificate, request):
    with ExitStack() as stack:
        yield Stage(stack, certificate, lambda: request.getfixturevalue("sendmail_prefix"))


@pytest.fixture(scope="module")
def gateway(module_stage):
    """A daemon, a Postfix with the route on our header, and a next hop that offers TLS."""
    built = copy(module_stage)
    built.next_hop = built.sink()
    built.milter = built.daemon()
    built.mta = built.postfix(built.next_hop, built.milter,
                              routes=ROUTE.format(port=built.next_hop.port))
    return built


@pytest.fixture(scope="module")
def sendmail_gateway(module_stage):
    """A daemon, a Sendmail, and a next hop."""
    built = copy(module_stage)
    built.next_hop = built.sink()
    # By TCP: Sendmail takes no unix socket below a folder as open as /tmp.
    built.milter = built.daemon(port=free_port())
    built.mta = built.sendmail(built.next_hop, built.milter)
    return built
