"""Completions from a worker's live names: while it is idle, and in time to be shown."""

from __future__ import annotations

import asyncio
from typing import Any

from backend.executor.link import WorkerLink
from backend.executor.worker import frames
from backend.models import Completions

LIMIT = 0.25  # seconds after which completions come too late to be shown


class Completer:
    """Asks one question at a time; an answer that comes late is dropped, and its search interrupted."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[frames.Frame] | None = None
        self._count = 0

    @property
    def busy(self) -> bool:
        """Whether a question is open."""
        return self._waiting is not None

    def answer(self, frame: frames.Frame) -> None:
        """The worker answered."""
        if self._waiting is not None and not self._waiting.done() and frame.get("id") == self._name():
            self._waiting.set_result(frame)

    async def ask(self, link: WorkerLink, code: str, cursor: int) -> Completions:
        """Completions of `code` at `cursor`; none when they take too long."""
        self._count += 1
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            link.send({"op": "complete", "id": self._name(), "code": code, "cursor": cursor})
            return _completions(await asyncio.wait_for(self._waiting, LIMIT), cursor)
        except TimeoutError:
            link.interrupt(self._name())
            return Completions(cursor, cursor)
        finally:
            self._waiting = None

    def _name(self) -> str:
        return f"completion-{self._count}"


def _completions(frame: frames.Frame, cursor: int) -> Completions:
    matches: Any = frame.get("matches")
    start, end = frame.get("start"), frame.get("end")
    if not (isinstance(matches, list) and isinstance(start, int) and isinstance(end, int)):
        return Completions(cursor, cursor)
    return Completions(start, end, tuple(str(match) for match in matches))
