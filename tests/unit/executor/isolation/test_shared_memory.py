"""A confined session has a /dev/shm, since locks of multiprocessing need one, and it is nobody else's."""

from __future__ import annotations

import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from tests.contract.driver import run, value
from tests.ordinary.needs import needs_namespaces

SHARED = Path("/dev/shm")


@pytest.fixture
async def confined(tmp_path: Path) -> AsyncIterator[LocalBackend]:
    """A backend of confined sessions."""
    needs_namespaces()
    made = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"), Plan(isolation="confined"))
    yield made
    await made.close()


async def test_locks_of_multiprocessing_work(confined: LocalBackend) -> None:
    code = (
        "import multiprocessing as m\nqueue = m.Queue(); queue.put(7)\nwith m.Lock(): got = queue.get()\ngot"
    )
    assert await value(confined, code) == "7"
    code = "with m.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, 2]))"
    assert (await run(confined, code)).stdout == "[1, 2]\n"


async def test_nobody_else_sees_it(confined: LocalBackend) -> None:
    name = f"workbench-tests-{secrets.token_hex(8)}"
    ours, theirs = SHARED / name, SHARED / f"{name}-session"
    try:
        ours.write_text("x")
        look = f"import os\nopen({str(theirs)!r}, 'w').close()\nsorted(os.listdir('/dev/shm'))"
        assert await value(confined, look) == f"['{theirs.name}']"
        assert await value(confined, "import os\nos.listdir('/dev/shm')", session="two") == "[]"
        assert not theirs.exists()
    finally:
        ours.unlink(missing_ok=True)
        theirs.unlink(missing_ok=True)
