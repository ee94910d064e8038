"""Code takes all there is of something: it fails, others answer, and its session's end leaves nothing.

Root is exempt from limits on processes (getrlimit(2)), so these run as an ordinary user.
"""

from __future__ import annotations

import pytest

from tests.ordinary.bombs import BOMBS
from tests.ordinary.needs import needs_bubblewrap, needs_namespaces
from tests.ordinary.stage import PROCESSES, Stage

LIMIT = 3  # seconds for the execution
ALLOWED = PROCESSES + 8  # the limit, and those that start and keep a session
STOPPED = "forks of a shell"  # waits for its limit, the others fail by themselves
STARVED = 2.0  # seconds that an answer of another session may take while two cores have hundreds of processes


COUNT_THREADS = """
import threading, time
started = 0
while started < 1000:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    started += 1
"""


def test_threads_are_bounded(stage: Stage) -> None:
    needs_namespaces()
    failed, after = stage.play("cells", cells=[COUNT_THREADS, "started"])
    assert failed["error"] == "RuntimeError"
    assert PROCESSES / 2 < int(after["value"]) < PROCESSES


def test_a_bomb_is_bounded_without_a_user_namespace_too(stage: Stage) -> None:
    """There all processes of the user count, also those of others who play here."""
    seen = stage.play("bomb", bomb="forks", limit=LIMIT, mnt_data=False)
    assert seen["ran"]["status"] in ("timed_out", "failed"), seen
    assert (seen["answers"], seen["kept"]) == (["42"], "41"), seen
    assert seen["most"] < ALLOWED
    assert seen["left"] == 0, seen


@pytest.mark.parametrize("isolation", ["process", "confined", "sealed"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_fails_and_others_answer(stage: Stage, bomb: str, isolation: str) -> None:
    needs_namespaces()
    if isolation == "sealed":
        needs_bubblewrap()
    seen = stage.play("bomb", bomb=bomb, limit=LIMIT, isolation=isolation)
    assert seen["ran"]["status"] in ("timed_out", "worker_died" if bomb == STOPPED else "failed"), seen
    if bomb == STOPPED:
        assert "fork" in seen["ran"]["stderr"], seen
    assert (seen["answers"], seen["kept"]) == (["42"], "41"), seen
    assert seen["asked"] >= 1
    assert seen["slowest"] < STARVED, seen
    assert seen["most"] < ALLOWED
    assert seen["after"][-1]["value"] == "2", seen
    assert seen["left"] == 0, seen
    assert seen["ended"] < STARVED, seen
