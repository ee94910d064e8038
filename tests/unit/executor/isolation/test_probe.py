"""Each level denies what it says, and allows what code needs; a level that leaks is not available."""

from __future__ import annotations

import sys

import pytest

from backend.executor.interpreter import Choice
from backend.executor.isolation.levels import Level
from backend.executor.isolation.probe import ALLOWED, Verdict, judge, must_deny, prove
from tests.ordinary.needs import needs_bubblewrap, needs_namespaces

OURS = Choice(sys.executable, "test")
LEVELS = [level.value for level in Level]


@pytest.fixture(scope="module", params=LEVELS)
async def verdict(request: pytest.FixtureRequest) -> Verdict:
    """The verdict on one level, with the interpreter of these tests."""
    level = Level(request.param)
    if level is not Level.PROCESS:
        needs_namespaces()
    if level is Level.SEALED:
        needs_bubblewrap()
    return await prove(level, OURS)


async def test_the_level_holds(verdict: Verdict) -> None:
    assert (verdict.available, verdict.reason) == (True, "")


async def test_what_is_forbidden_is_denied(verdict: Verdict) -> None:
    """Stricter than the verdict: here the kernel is new, and nothing needs to be forgiven."""
    assert len(verdict.forbidden) >= 40
    allowed = {action for action, found in verdict.forbidden.items() if found == ALLOWED}
    if verdict.level is Level.PROCESS:
        assert "connect by TCP" in allowed  # the attempts do work where nothing stops them
        assert len(allowed) > 20
    elif verdict.level is Level.CONFINED:
        assert allowed <= {"see a file outside", "see the app's process"}
    else:
        assert allowed == set()


async def test_what_code_needs_is_allowed(verdict: Verdict) -> None:
    assert set(verdict.needed.values()) == {ALLOWED}


def test_one_leak_is_enough() -> None:
    found = judge(Level.CONFINED, {"mount": "EPERM", "connect by TCP": ALLOWED}, {"fork": ALLOWED})
    assert not found.available
    assert "connect by TCP" in found.reason
    assert found.remedy


def test_a_level_that_code_cannot_live_in_is_none() -> None:
    found = judge(Level.SEALED, {"mount": "EPERM"}, {"fork": "EPERM"})
    assert not found.available
    assert "fork" in found.reason


@pytest.mark.parametrize(
    ("level", "action", "must"),
    [
        (Level.PROCESS, "mount", False),
        (Level.CONFINED, "mount", True),
        (Level.CONFINED, "see a file outside", False),
        (Level.SEALED, "see a file outside", True),
    ],
)
def test_what_a_level_must_deny(level: Level, action: str, must: bool) -> None:
    assert must_deny(level, action) is must
