"""Code that wants more memory than its session may have fails, and its variables stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from tests.contract.driver import run, value

LIMIT = 512 << 20  # bytes
HUNGRY = {
    "at once": "bytearray(8 << 30)",
    "growing": "taken = []\nwhile True: taken.append('x' * 10**6 + str(len(taken)))",
    "in one list": "taken = [0]\nwhile True: taken += taken",
    "in a thread": (
        "import threading\nseen = []\n"
        "def take():\n    try: bytearray(8 << 30)\n    except MemoryError as error: seen.append(error)\n"
        "t = threading.Thread(target=take); t.start(); t.join()\nraise seen[0]"
    ),
}


@pytest_asyncio.fixture(loop_scope="session")
async def small(python: str, tmp_path: Path) -> AsyncIterator[LocalBackend]:
    """A backend whose sessions have little memory."""
    made = LocalBackend(tmp_path / "sessions", Choice(python, "test"), Plan(memory_limit=LIMIT))
    yield made
    await made.close()


async def test_memory_over_the_limit_is_a_memory_error_and_variables_stay(small: LocalBackend) -> None:
    await run(small, "kept = 41")
    for how, code in HUNGRY.items():
        ran = await run(small, code)
        assert (ran.error, ran.outcome.state_lost) == ("MemoryError", False), how
        assert await value(small, "taken = None\nkept + 1") == "42", how


async def test_what_fits_is_given(small: LocalBackend) -> None:
    assert await value(small, "len(bytearray(300 << 20))") == str(300 << 20)


async def test_what_does_not_fit_is_not_given(small: LocalBackend) -> None:
    ran = await run(small, "kept = 41\nbytearray(600 << 20)")
    assert ran.error == "MemoryError"
    assert await value(small, "kept + 1") == "42"


async def test_the_limit_without_any_is_less_than_the_machine_has(python: str, tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path / "sessions", Choice(python, "test"))
    try:
        code = "import os, resource\nhas = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')\n"
        assert await value(backend, code + "0 < resource.getrlimit(resource.RLIMIT_DATA)[0] < has") == "True"
    finally:
        await backend.close()


@pytest.mark.parametrize("limit", [0, 1 << 40])
async def test_without_a_limit_most_of_the_machine_is_one(python: str, tmp_path: Path, limit: int) -> None:
    backend = LocalBackend(tmp_path / "sessions", Choice(python, "test"), Plan(memory_limit=limit))
    try:
        ran = await run(backend, "kept = 41\nbytearray(1 << 50)")
        assert ran.error == "MemoryError"
        assert await value(backend, "kept + 1") == "42"
    finally:
        await backend.close()
