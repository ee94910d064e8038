"""What a session lost with its variables."""

from __future__ import annotations

from typing import Any

import pytest

from backend.models import Status
from tests.unit.replay.making import entry
from workbench.history.entry import Entry
from workbench.replay.rebuild import lost


def one(code: str, **more: Any) -> Entry:
    return entry(code, **more)


def dies(code: str) -> Entry:
    return entry(code, status=Status.WORKER_DIED, state_lost=True)


A = one("a", fresh=True)
B = one("b", status=Status.FAILED)
DIED = dies("d")
NEW = one("n", fresh=True)
STOPPED = one("s", status=Status.INTERRUPTED)
GONE = one("g", status=Status.REJECTED, state_lost=True)


@pytest.mark.parametrize(
    ("entries", "running", "codes"),
    [
        ([], False, ""),
        ([A, B], False, "ab"),  # the workbench was started anew
        ([A, B], True, ""),  # nothing is lost
        ([A, B, DIED], True, "ab"),  # its worker died just now: not what killed it
        ([A, B, DIED], False, "ab"),
        ([A, B, DIED, NEW], True, "abn"),  # the next one missed them
        ([A, B, DIED, NEW], False, "n"),
        ([A, B, NEW], True, "abn"),  # the target made the session anew
        ([A, B, NEW, one("x"), one("y", fresh=True), one("z")], True, "nxyz"),
        ([A, STOPPED, B], False, "ab"),
        ([A, B, GONE], True, "ab"),  # the target says that the session is gone
        ([one("u"), one("v")], False, "uv"),  # written before history knew
    ],
    ids=range(12),
)
def test_what_runs_again(entries: list[Entry], running: bool, codes: str) -> None:
    assert "".join(each.code for each in lost(entries, running=running)) == codes
