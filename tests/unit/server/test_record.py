"""`workbench serve --record`: what is run over HTTP is in the history."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from backend.models import Status
from tests.unit.server.command import serving
from tests.unit.server.test_serve import PROCESS, execute
from workbench.history.entry import Entry
from workbench.history.store import History


def kept(home: Path, query: str = "profile:serve") -> list[Entry]:
    async def read() -> list[Entry]:
        async with History(home / "data" / "history.db") as history:
            rows = await history.search(query)
            return [entry for row in rows if (entry := await history.get(row.id)) is not None]

    return asyncio.run(read())


def test_served_executions_are_kept_and_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, *PROCESS, "--record") as server:
        assert "workbench history profile:serve" in server.banner
        execute(server.port, "print('over', 'http'); 6 * 7")
        execute(server.port, "1 / 0")
        first, second = reversed(kept(home))  # while it serves
        assert (first.status, first.stdout, first.number) == (Status.SUCCEEDED, "over http\n", 1)
        assert first.value is not None
        assert first.value["text/plain"] == "42"
        assert (second.status, second.error and second.error.name) == (Status.FAILED, "ZeroDivisionError")
        assert first.isolation == "process"
        server.stop(signal.SIGKILL)
    assert len(kept(home)) == 2


def test_without_the_flag_nothing_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, *PROCESS) as server:
        execute(server.port, "1")
    assert not (home / "data" / "history.db").exists()
