"""The checks see what they are there for: a cell, a backend or a leftover that is not as told fails them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Chunk, Event, Finished, Started, Status, Submission
from tests.processes import descendants
from tests.torture import leftovers
from tests.torture.books import Books
from tests.torture.cell import Cell, Loss, dying, dying_later, fine, stopped
from tests.torture.torture import Torture

OURS = Choice(sys.executable, "test")
NOTHING = fine(1, "nothing", "pass")
AS_TOLD = (
    NOTHING,
    dying(4, "dies", "import os; os._exit(1)"),
    dying_later(6, "dies later", "import os, threading; threading.Timer(0.05, os._exit, [1]).start()"),
    stopped(8, "loops", "while True: pass"),
    fine(1, "spoils", "import os; os.read = None", spoils=True),
    fine(1, "ruins", "get_ipython().display_formatter.formatters.clear()", ruins=True),
)
OTHERWISE = {
    replace(NOTHING, ends=(Status.FAILED,)): "succeeded",
    replace(NOTHING, says="nothing of the kind"): "is missing",
    replace(NOTHING, loss=Loss.LOST): "state_lost=False",
    replace(NOTHING, loss=Loss.LATER): "TimeoutError",
    fine(1, "dies", "import os; os._exit(1)"): "worker_died",
    fine(1, "takes the variable", "kept = 'taken'"): "the plain cell gave",
    fine(1, "forgets the variable", "del kept"): "the plain cell gave",
    fine(1, "prints more", "import builtins; was = print\nbuiltins.print = lambda x: (was(x), was(x))"): (
        "the plain cell printed"
    ),
    fine(
        1, "kills by a repr", "class Trap:\n    def __repr__(self): __import__('os')._exit(1)\nkept = Trap()"
    ): ("the plain cell failed"),
    fine(1, "never ends", "import time\ntime.sleep(1000)", within=0.5): "it did not end",
}


async def _problems(backend: LocalBackend, *cells: Cell) -> list[str]:
    """What a run of these cells in one session finds."""
    torture = Torture(backend)
    await torture.run([cells])
    for info in await backend.sessions():
        await backend.end_session(info.identifier)
    if not torture.problems:
        torture.books.balance()
    return torture.problems


async def test_cells_that_are_as_told_are_no_problem(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path, OURS)
    try:
        assert await _problems(backend, *AS_TOLD) == []
    finally:
        await backend.close()


async def test_a_cell_that_is_otherwise_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.torture.books.LOST_WITHIN", 0.5)
    backend = LocalBackend(tmp_path, OURS)
    try:
        found = {cell: await _problems(backend, cell) for cell in OTHERWISE}
    finally:
        await backend.close()
    assert {cell.name: told for cell, told in found.items() if OTHERWISE[cell] not in str(told)} == {}


# -- conservation


class Unfaithful(LocalBackend):
    """Passes events on in a manner of its own."""

    manner: Callable[[Event], list[Event]]

    async def execute(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        async for event in super().execute(session, submission):
            for each in self.manner(event):
                yield each


def _running(event: Event) -> list[Event]:
    if isinstance(event, Finished):
        return [replace(event, outcome=replace(event.outcome, status=Status.RUNNING))]
    return [event]


MANNERS: dict[str, Callable[[Event], list[Event]]] = {
    "Finished after the end": lambda event: [event] * (2 if isinstance(event, Finished) else 1),
    "it never ended": lambda event: [] if isinstance(event, Finished) else [event],
    "it started twice": lambda event: [event] * (2 if isinstance(event, Started) else 1),
    "an event of another": lambda event: [replace(event, execution_id="another")],
    "told are 2": lambda event: [] if isinstance(event, Chunk) else [event],
    "RUNNING": _running,
}


@pytest.mark.parametrize("words", MANNERS)
async def test_an_execution_that_does_not_end_once_is_found_out(tmp_path: Path, words: str) -> None:
    backend = Unfaithful(tmp_path, OURS)
    backend.manner = MANNERS[words]
    books = Books(backend)
    try:
        with pytest.raises(AssertionError, match=words):
            await books.run("one", "print('x')")
        with pytest.raises(AssertionError):
            books.balance()
    finally:
        await backend.close()


# -- what is left

HIDDEN = ["setsid", "--fork", "env", "-i", "sleep", "1001"]


def _process(data: Path, temporary: Path) -> Callable[[], object]:
    subprocess.run(HIDDEN, check=True)
    (pid,) = (pid for pid in descendants() if b"\x001001\0" in Path(f"/proc/{pid}/cmdline").read_bytes())

    def end() -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    return end


def _descriptor(data: Path, temporary: Path) -> Callable[[], object]:
    fd = os.open("/dev/null", os.O_RDONLY)
    return lambda: os.close(fd)


def _temporary(data: Path, temporary: Path) -> Callable[[], object]:
    (temporary / "left").touch()
    return (temporary / "left").unlink


def _beside(data: Path, temporary: Path) -> Callable[[], object]:
    data.with_name("left").touch()
    return data.with_name("left").unlink


@pytest.mark.parametrize("leave", [_process, _descriptor, _temporary, _beside])
async def test_what_is_left_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leave: Callable[[Path, Path], Callable[[], object]]
) -> None:
    monkeypatch.setattr(leftovers, "PATIENCE", 0.2)
    root, temporary = tmp_path / "sessions", tmp_path / "temporary"
    temporary.mkdir()
    await asyncio.to_thread(int)
    with leftovers.watched("a test of this", root, temporary) as left:
        backend = LocalBackend(root, OURS)
        data = backend.data_directory("one")
        await backend.close()
        left.check()
        undo = leave(data, temporary)
        try:
            with pytest.raises(AssertionError, match=r"were (left|open)"):
                left.check()
        finally:
            undo()
        left.check()
