"""Folders and ports of a test's own."""

import shutil
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder(below=None):
    """A temporary folder that the MTAs' unprivileged processes can search."""
    path = Path(tempfile.mkdtemp(prefix="phi-mta-", dir=below))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
