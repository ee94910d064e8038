"""`workbench web`: the app is used in a real browser, and ends with its tab and with its server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.models import Status
from tests.browser.chromium import Page, browser, eventually
from workbench.history.entry import Entry
from workbench.history.store import History

COMMAND = Path(sys.executable).parent / "workbench"
DRAWN = "document.body.classList.contains('-first-byte') && !!document.activeElement.closest('#terminal')"
KEPT = ("PATH", "LANG")


class Served:
    """A running `workbench web`."""

    def __init__(self, process: asyncio.subprocess.Process, link: str, home: Path) -> None:
        self.process = process
        self.link = link
        self._home = home

    async def entries(self) -> list[Entry]:
        """What was run, as history has it."""
        async with History(self._home / "data" / "history.db") as history:
            return await history.entries("default")

    def apps(self) -> list[int]:
        """The processes of the apps."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(one) for one in children.read_text().split()]

    async def closed(self) -> bool:
        """Whether no app runs."""
        return not self.apps()

    async def stop(self) -> int:
        """Press Ctrl+C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return await self.process.wait()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"WORKBENCH_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        COMMAND, "web", stdout=asyncio.subprocess.PIPE, env=environment, cwd=tmp_path
    )
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode()
    yield Served(process, first.split()[-1], tmp_path / "home")
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def opened(page: Page, served: Served) -> None:
    await page.go(served.link)
    await page.until(DRAWN)


async def test_code_runs_in_the_browser_and_the_app_ends_with_its_tab(served: Served) -> None:
    async with browser() as page:
        await opened(page, served)
        assert await page.ask("location.search") == ""
        await page.type("print(6 * 7)")
        await page.press("f5")

        async def ran() -> bool:
            return [one.status for one in await served.entries()] == [Status.SUCCEEDED]

        await eventually(ran, "the execution succeeds")
        assert [one.stdout for one in await served.entries()] == ["42\n"]
        assert len(served.apps()) == 1
        assert not [line for line in page.refused if "Content Security Policy" in line]
        await page.go("about:blank")
        await eventually(served.closed, "the app ends")
        await page.go(served.link)
        await page.until(DRAWN)
    assert await served.stop() == 0


async def test_ctrl_c_ends_the_apps_in_order(served: Served) -> None:
    async with browser() as page:
        await opened(page, served)
        await page.type("while True: pass")
        await page.press("f5")

        async def runs() -> bool:
            return [one.status for one in await served.entries()] == [Status.RUNNING]

        await eventually(runs, "the execution runs")
        assert await served.stop() == 0
    assert [one.status for one in await served.entries()] == [Status.INTERRUPTED]
