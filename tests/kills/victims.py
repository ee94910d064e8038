"""What is killed: programs that write to one history and acknowledge what it has acknowledged to them.

Each runs in a child made by fork, so that a thousand of them need not import anything. An acknowledgement is
a line `WORD ID` in a pipe, written once the program itself would say so.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from backend.models import Status, Stream
from workbench.history.entry import Entry, Segment
from workbench.history.store import History

CODE = "print('x' * 300); 6 * 7"


def store(home: Path, acknowledge: Callable[[str, str], None]) -> None:
    """History alone, as fast as it goes: begun, so far, finished, pinned; some deleted."""

    async def write() -> None:
        async with History(home / "data" / "history.db") as history:
            assert history.notice == "", history.notice
            for index in itertools.count():
                name = uuid.uuid4().hex
                entry = Entry(name, f"print({index}) # needle", f"s{index % 3}", status=Status.RUNNING)
                entry = await history.begin(entry)
                acknowledge("begun", name)
                segments = (Segment(Stream.STDOUT, f"{index}\n" * (50 if index % 10 else 20_000)),)
                await history.progress(name, segments)
                await history.finish(replace(entry, status=Status.SUCCEEDED, segments=segments))
                acknowledge("finished", name)
                if index % 5 == 0:
                    await history.pin(name, True)
                    acknowledge("pinned", name)
                if index % 7 == 0:
                    await history.delete(name)
                    acknowledge("deleted", name)

    asyncio.run(write())


def command_line(home: Path, acknowledge: Callable[[str, str], None]) -> None:
    """`workbench run` again and again; what it prints is what it acknowledges."""
    import json

    from workbench.cli.main import run

    os.environ["WORKBENCH_HOME"] = str(home)
    reading, writing = os.pipe()
    os.dup2(writing, 1)
    os.set_blocking(reading, False)
    session = uuid.uuid4().hex
    for _ in itertools.count():
        run(["run", "--session", session, "--json", "-c", CODE])
        printed = os.read(reading, 1 << 16).decode()
        acknowledge("finished", json.loads(printed)["id"])


def app(home: Path, acknowledge: Callable[[str, str], None]) -> None:
    """The app itself without a terminal: F5 again and again; what its history pane shows as succeeded."""
    from workbench.app import WorkbenchApp
    from workbench.setup import prepare
    from workbench.theming.load import load_themes

    os.environ["WORKBENCH_HOME"] = str(home)

    async def use() -> None:
        setup = prepare({"session": uuid.uuid4().hex})
        themes = load_themes(setup.paths.themes)
        program = WorkbenchApp(setup, setup.backend(), setup.history(), themes)
        async with program.run_test(size=(100, 30)) as pilot:
            await program.main.editor.ready.wait()
            program.main.editor.put_code(CODE, origin="")
            shown: set[str] = set()
            while True:
                await pilot.press("f5")
                await pilot.pause(0.02)
                for row in program.main.history.query("HistoryList").first().rows:  # type: ignore[attr-defined]
                    if row.status is Status.SUCCEEDED and row.id not in shown:
                        shown.add(row.id)
                        acknowledge("finished", row.id)

    asyncio.run(use())


VICTIMS: dict[str, tuple[Callable[[Path, Callable[[str, str], None]], None], float, int]] = {
    "store": (store, 1.0, 10),
    "command line": (command_line, 8.0, 1),
    "app": (app, 14.0, 1),
}
"""By name: the program, within how many seconds it is killed, and how many of twelve it is."""
