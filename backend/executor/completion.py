"""Completions and inspections from a worker's live names: while it is idle, and in time to be shown."""

from __future__ import annotations

import asyncio
from typing import Any

from backend.executor.link import WorkerLink
from backend.executor.worker import frames
from backend.models import Completions, Inspection, Variable

LIMIT = 0.05  # seconds after which an answer comes too late to be shown


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

    async def complete(self, link: WorkerLink, code: str, cursor: int) -> Completions:
        """Completions of `code` at `cursor`; none when they take too long."""
        frame = await self._ask(link, "complete", code, cursor)
        return Completions(cursor, cursor) if frame is None else _completions(frame, cursor)

    async def inspect(self, link: WorkerLink, code: str, cursor: int) -> Inspection | None:
        """What the name at `cursor` is; None when there is none or it takes too long."""
        frame = await self._ask(link, "inspect", code, cursor)
        return None if frame is None else _inspection(frame.get("found"))

    async def variables(self, link: WorkerLink) -> tuple[Variable, ...] | None:
        """The variables; None when telling them takes too long."""
        frame = await self._ask(link, "variables", "", 0)
        found: Any = None if frame is None else frame.get("found")
        if not isinstance(found, list):
            return None
        return tuple(_variable(each) for each in found if isinstance(each, dict))

    async def _ask(self, link: WorkerLink, operation: str, code: str, cursor: int) -> frames.Frame | None:
        self._count += 1
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            link.send({"op": operation, "id": self._name(), "code": code, "cursor": cursor})
            return await asyncio.wait_for(self._waiting, LIMIT)
        except TimeoutError:
            link.interrupt(self._name())
            return None
        finally:
            self._waiting = None

    def _name(self) -> str:
        return f"question-{self._count}"


def _completions(frame: frames.Frame, cursor: int) -> Completions:
    matches: Any = frame.get("matches")
    start, end = frame.get("start"), frame.get("end")
    if not (isinstance(matches, list) and isinstance(start, int) and isinstance(end, int)):
        return Completions(cursor, cursor)
    return Completions(start, end, tuple(str(match) for match in matches))


def _variable(found: dict[str, Any]) -> Variable:
    return Variable(*(str(found.get(field, "")) for field in ("name", "type", "size", "value")))


def _inspection(found: Any) -> Inspection | None:
    if not isinstance(found, dict) or not found.get("name"):
        return None
    fields = ("name", "type", "signature", "documentation", "value")
    return Inspection(*(str(found.get(field, "")) for field in fields))
