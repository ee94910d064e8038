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
