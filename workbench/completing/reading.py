"""Names and documentation from reading code, where no session tells them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from backend.models import Completions, Inspection
from workbench.completing.question import Question
from workbench.completing.reader import CodeReader
from workbench.completing.words import words

SOON = 0.04
"""Seconds until the names of the buffer are shown without those of jedi; 100 ms is the limit."""


WORTH = 20_000
"""Characters around the cursor up to which jedi reads them unasked: 50,000 keep a core busy for a second."""


class ReadNames:
    """Completes and explains by the code that is written, not run. `folder` keeps what jedi read."""

    def __init__(self, folder: Path) -> None:
        self._reader = CodeReader(folder)

    async def complete(self, question: Question) -> AsyncIterator[Completions]:
        """The words of the buffer when jedi takes its time, then all names; places in `code`."""
        left = question.cursor - question.place
        if not question.patient and len(question.around) > WORTH:
            found = words(question.around, question.place)
            yield Completions(found.start + left, found.end + left, found.matches)
            return
        asked = asyncio.ensure_future(self._reader.ask("complete", question.around, question.place))
        found = words(question.around, question.place)
        await asyncio.wait((asked,), timeout=SOON)
        if not asked.done() and found.matches:
            yield Completions(found.start + left, found.end + left, found.matches)
        fuller = _with(found, await asked)
        yield Completions(fuller.start + left, fuller.end + left, fuller.matches)

    async def inspect(self, code: str, cursor: int) -> Inspection | None:
        """What the name at `cursor` of `code` is, as far as reading tells."""
        answer = await self._reader.ask("inspect", code, cursor)
        found: Any = None if answer is None else answer.get("found")
        if not isinstance(found, dict) or not found.get("name"):
            return None
        fields = ("name", "type", "signature", "documentation", "value")
        return Inspection(*(str(found.get(field, "")) for field in fields))

    async def close(self) -> None:
        """End what was started."""
        await self._reader.close()


def _with(found: Completions, answer: dict[str, Any] | None) -> Completions:
    """The words with the names that jedi knows before them."""
    names: Any = None if answer is None else answer.get("names")
    typed = 0 if answer is None else answer.get("typed", 0)
    if not isinstance(names, list) or typed != found.end - found.start:
        return found
    known = dict.fromkeys(str(name) for name in names)
    return Completions(found.start, found.end, tuple(dict.fromkeys((*known, *found.matches))))
