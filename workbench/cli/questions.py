"""What running code asks, answered from standard input."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

from backend.models import InputRequested
from workbench.cli.lines import LONGEST, Lines, TooLongError


class Answer(Protocol):
    """Controller.answer."""

    async def __call__(self, question: InputRequested, text: str | None, *, typed: bool = True) -> bool:
        """Answer a question; False when it is void."""


class Questions:
    """Answers one question at a time from `lines`.

    `show` writes to the terminal at which a person types, `tell` a sentence on stderr. `answer` has to be
    set before the first question.
    """

    def __init__(
        self, lines: Lines, show: Callable[[str], Awaitable[None]], tell: Callable[[str], Awaitable[None]]
    ) -> None:
        self.answer: Answer | None = None
        self._lines = lines
        self._show = show
        self._tell = tell
        self._task: asyncio.Task[None] | None = None

    @property
    def typed(self) -> bool:
        """Whether a person answers at a terminal."""
        return self._lines.typed

    async def ask(self, question: InputRequested) -> None:
        """Answer this as soon as there is a line; a question before it is void."""
        await self.void()
        self._task = asyncio.create_task(self._answer(question))

    async def void(self) -> None:
        """Nobody waits for an answer any more. The terminal is as it was before."""
        task, self._task = self._task, None
        if task is None or task.done():
            return
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await self._end_line()  # of the prompt, behind which nobody pressed Enter

    async def _answer(self, question: InputRequested) -> None:
        assert self.answer is not None
        text = await self._line(question.secret)
        if text is None or question.secret:
            await self._end_line()
        await self.answer(question, text, typed=self.typed)

    async def _line(self, secret: bool) -> str | None:
        try:
            return await self._lines.line(secret=secret)
        except OSError:  # the terminal is gone
            return None
        except TooLongError:
            await self._tell(f"A line of standard input has more than {LONGEST:,} characters: it ends there.")
            return None

    async def _end_line(self) -> None:
        if self.typed:
            await self._show("\n")
