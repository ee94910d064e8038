"""Entries and stores for the tests of this folder."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from backend.models import Status
from workbench.history.entry import Entry
from workbench.history.store import History

MakeEntry = Callable[..., Entry]


@pytest.fixture
def make_entry() -> MakeEntry:
    """Entries with ids of their own: `make_entry("code", session="s")`."""
    counter = itertools.count()

    def make(code: str = "1 + 1", **fields: Any) -> Entry:
        return Entry(
            **{"id": f"id-{next(counter)}", "session": "default", "status": Status.RUNNING} | fields,
            code=code,
        )

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of a test lives."""
    return tmp_path / "data" / "history.db"


@pytest.fixture
async def history(path: Path) -> AsyncIterator[History]:
    """An open store that gives up waiting for locks soon."""
    async with History(path, patience=0.1) as store:
        yield store
