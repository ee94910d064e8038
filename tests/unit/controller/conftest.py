"""A controller over real workers and a real history, with a listener that keeps what it hears."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Chunk, Display, InputRequested, SessionState, Staged, Target
from tests.contract.driver import eventually
from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.history.store import History


@dataclass
class Recording:
    """A listener that keeps what it hears; `slow` seconds for each call, `failing` names one that raises.

    `answers` tells whether code may ask; `questions` are those it asked.
    """

    heard: list[tuple[str, str]] = field(default_factory=list)
    states: list[tuple[SessionState, str]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    text: str = ""
    slow: float = 0.0
    failing: str = ""
    answers: bool = False
    questions: list[InputRequested] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    _current: dict[tuple[str, str], str] = field(default_factory=dict)

    def entry_changed(self, entry: Entry) -> None:
        self.heard.append((entry.id, entry.status.value))
        self._fail("entry_changed")

    async def begun(self, entry: Entry) -> None:
        self._current[entry.profile, entry.session] = entry.id
        await self._hear(entry.id, "begun")

    async def output(self, event: Chunk | Display | Staged) -> None:
        assert event.execution_id in self._current.values()
        if isinstance(event, Chunk):
            self.text += event.text
        await self._hear(event.execution_id, "output")

    async def asked(self, entry: Entry, question: InputRequested) -> None:
        assert entry.id == question.execution_id
        self.questions.append(question)
        await self._hear(entry.id, "asked")

    async def answered(self, typed: Chunk) -> None:
        self.text += typed.text
        await self._hear(typed.execution_id, "answered")

    async def until_asked(self, count: int = 1) -> InputRequested:
        """The newest question, once there have been so many."""
        await eventually(lambda: len(self.questions) >= count, 15)
        return self.questions[-1]

    async def finished(self, entry: Entry) -> None:
        assert entry.id == self._current[entry.profile, entry.session]
        await self._hear(entry.id, "finished")

    async def late_output(self, chunk: Chunk) -> None:
        self.late.append(chunk.text)

    def state_changed(self, state: SessionState, message: str) -> None:
        self.states.append((state, message))

    async def _hear(self, id: str, call: str) -> None:
        await asyncio.sleep(self.slow)
        self.heard.append((id, call))
        self._fail(call)

    def _fail(self, call: str) -> None:
        if call == self.failing:
            raise ValueError(f"{call} failed")

    @property
    def state(self) -> str:
        return self.states[-1][0].value

    def calls(self, entry: Entry) -> list[str]:
        """What was heard of an entry, repeated output once."""
        calls = [call for id, call in self.heard if id == entry.id]
        return [call for at, call in enumerate(calls) if at == 0 or call != calls[at - 1]]

    async def until_printed(self, text: str) -> None:
        await eventually(lambda: text in self.text, 15)


@dataclass
class Bench:
    """A started controller, its listener, and the place of its files."""

    controller: Controller
    listener: Recording
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "history.db"

    def written(self) -> bytes:
        """What is on the disk: the file and the log of what was written last."""
        return b"".join(path.read_bytes() for path in self.folder.glob("history.db*"))

    def rows(self) -> dict[str, str]:
        """Status by code, as another process reads it from the file."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return dict(connection.execute("SELECT code, status FROM entries JOIN texts USING (seq)"))

    async def stored(self, code: str) -> Entry:
        """What history has of the last execution of this code."""
        async with History(self.database) as history:
            row = next(row for row in await history.recent() if row.code == code)
            found = await history.get(row.id)
        assert found is not None
        return found


Make = Callable[..., Bench]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes benches over the same files; each is closed at the end."""
    made: list[Bench] = []

    def bench(python: str = sys.executable, session: str = "default") -> Bench:
        backend = LocalBackend(tmp_path / "sessions", Choice(python, "test"))
        listener = Recording()
        history = History(tmp_path / "history.db")
        one = Bench(Controller(backend, history, Target(), session, listener), listener, tmp_path)
        made.append(one)
        return one

    yield bench
    for one in made:
        await one.controller.close()


@pytest.fixture
async def bench(make: Make) -> Bench:
    """A bench whose session is ready."""
    one = make()
    await one.controller.history.open()
    await one.controller.start()
    return one
