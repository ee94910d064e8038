"""Who is told what happens to executions, and the turn of each execution at telling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ParamSpec, Protocol

from backend.models import Chunk, Display, InputRequested, SessionState, Staged
from workbench.history.entry import Entry

P = ParamSpec("P")


class Listener(Protocol):
    """Who is told what happens.

    Calls of one execution come in order, and never between those of another of its session. One comes beside
    them: `answered`, from within Controller.answer.
    """

    @property
    def answers(self) -> bool:
        """Whether somebody answers what code asks; without, input() raises at once."""

    def entry_changed(self, entry: Entry) -> None:
        """An entry was queued, started, or finished."""

    async def begun(self, entry: Entry) -> None:
        """Its output comes now."""

    async def output(self, event: Chunk | Display | Staged) -> None:
        """Output came; returning late slows the code."""

    async def asked(self, entry: Entry, question: InputRequested) -> None:
        """The code waits for a line: Controller.answer gives it. A question before this one is void.

        The prompt has come as output before. This must not wait for the answer.
        """

    async def answered(self, typed: Chunk) -> None:
        """A person answered: what a terminal shows of that behind the prompt; history keeps it too."""

    async def finished(self, entry: Entry) -> None:
        """All output has come; the entry is complete. What it asked is void."""

    async def late_output(self, chunk: Chunk) -> None:
        """Output came after its execution had finished."""

    def state_changed(self, state: SessionState, message: str) -> None:
        """The session is in another state."""


class Turn:
    """One execution's turn at the listener: `begin`, `output`…, `end`.

    A listener that raises hears no more of this execution, which goes on; `release` raises its error again.
    """

    def __init__(self, listener: Listener, lock: asyncio.Lock) -> None:
        self.begun = False
        self._listener = listener
        self._lock = lock
        self._error: Exception | None = None

    async def announce(self, entry: Entry) -> None:
        """The entry is queued; this needs no turn."""
        await self._tell(self._change, entry)

    async def begin(self, entry: Entry) -> None:
        """The entry is running, waits for room, or was refused; its output comes now.

        This waits for the turns before. Called again it tells only that the entry has changed.
        """
        again, self.begun = self.begun, True
        if not again:
            await self._acquire()
        await self._tell(self._change, entry)
        if not again:
            await self._tell(self._listener.begun, entry)

    async def _acquire(self) -> None:
        try:
            await self._lock.acquire()
        except BaseException:
            self.begun = False  # nothing to release
            raise

    async def output(self, event: Chunk | Display | Staged) -> None:
        """Pass output on; what comes before the turn concerns nobody."""
        if self.begun:
            await self._tell(self._listener.output, event)

    async def ask(self, entry: Entry, question: InputRequested) -> bool:
        """Pass a question on; whether anybody heard it."""
        if self.begun:
            await self._tell(self._listener.asked, entry, question)
        return self.begun and self._error is None

    async def answered(self, typed: Chunk) -> None:
        """Pass on what a person typed."""
        if self.begun:
            await self._tell(self._listener.answered, typed)

    async def end(self, entry: Entry) -> None:
        """The entry is final."""
        if not self.begun:
            await self.begin(entry)
        else:
            await self._tell(self._change, entry)
        await self._tell(self._listener.finished, entry)

    def release(self) -> None:
        """Let the next one have its turn. Raises what the listener raised."""
        if self.begun:
            self.begun = False
            self._lock.release()
        if self._error is not None:
            raise self._error

    async def _change(self, entry: Entry) -> None:
        self._listener.entry_changed(entry)

    async def _tell(self, call: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        if self._error is not None:
            return
        try:
            await call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - kept, and raised by `release`
            self._error = error
