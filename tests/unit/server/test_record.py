"""`workbench serve --record`: what is run over HTTP is in the history."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import httpx

from backend.models import Status
from tests.unit.server.command import serving
from tests.unit.server.test_serve import PROCESS, execute
from workbench.history.entry import Entry
from workbench.history.store import History

OLD, NEW = "2024-02-02-preview", "2025-10-02-preview"


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


def test_exchanges_and_version_are_kept_without_the_token(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, *PROCESS, "--record") as server:
        (token,) = (home / "state" / "serve").glob("token-*")
        secret = token.read_text().strip()
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        asked = httpx.post(
            f"http://127.0.0.1:{server.port}/code/execute?api-version={OLD}&identifier=test",
            json={"properties": {"codeInputType": "inline", "executionType": "synchronous", "code": "6 * 7"}},
            headers=headers,
        )
        assert asked.status_code == 200, asked.text
        deadline = time.monotonic() + 10
        while not (entries := kept(home))[0].exchanges and time.monotonic() < deadline:
            time.sleep(0.02)  # it is written after the answer
        execute(server.port, "1")
    (entry,) = entries
    (exchange,) = entry.exchanges
    assert (entry.api_version, exchange["api_version"], exchange["status"]) == (OLD, OLD, 200)
    assert "6 * 7" in exchange["request_body"]["text"]
    assert "42" in exchange["response_body"]["text"]
    assert exchange["url"].startswith(f"http://127.0.0.1:{server.port}/code/execute?")
    assert "authorization" in dict(exchange["request_headers"])
    newest = kept(home)[0]
    assert (newest.code, newest.api_version, len(newest.exchanges)) == ("1", NEW, 1)  # also at the end
    for path in (home / "data").glob("history.db*"):
        assert secret.encode() not in path.read_bytes()
    assert secret not in str(entry.exchanges)


def test_without_the_flag_nothing_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, *PROCESS) as server:
        execute(server.port, "1")
    assert not (home / "data" / "history.db").exists()
