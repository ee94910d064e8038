"""What a worker has of the processes that it comes from: nothing that could reach into what its code does."""

from __future__ import annotations

import signal

import pytest

from tests.ordinary.needs import needs_bubblewrap, needs_namespaces, needs_ordinary_user
from tests.unit.executor.hatch import hatch

LOOK = """
import json, os, signal
print(json.dumps({
    "wakeup": signal.set_wakeup_fd(-1),
    "child": str(signal.getsignal(signal.SIGCHLD)),
    "open": sorted(fd for fd in map(int, os.listdir("/proc/self/fd")) if 2 < fd < 200),
}))
"""


@pytest.mark.parametrize("level", ["process", "confined", "sealed"])
def test_no_signal_writes_into_what_code_opens(level: str) -> None:
    """A worker of a sandbox is forked by a keeper that has its wake-up descriptor already."""
    needs_namespaces()
    if level == "sealed":
        needs_bubblewrap()
    with hatch(needs_ordinary_user(), level=level) as nursery:
        seen = nursery.fork().run(LOOK)
    assert (seen["wakeup"], seen["child"]) == (-1, str(signal.SIG_DFL)), seen
    assert len(seen["open"]) == 1  # of the listing itself
