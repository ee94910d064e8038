"""A search over all lines, a slice at a time."""

from __future__ import annotations

import asyncio
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator

from workbench.widgets.output.lines.ansi import plain
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind

from .query import Plain, Regex

_SLICE = 1_000_000
"""Characters that are matched at a time, in 2 to 20 ms."""

_SGR = re.compile("\x1b\\[[0-9;:]*m")


class Search:
    """Finds the lines of a buffer that match; lines that come later are found by the next `work`.

    The last line may still grow, so it is looked at again.
    """

    def __init__(self, buffer: LineBuffer, finder: Plain | Regex) -> None:
        self.finder = finder
        self._buffer = buffer
        self._found = array("q")
        self._next = buffer.dropped
        self._stopped = False

    def stop(self) -> None:
        """Look no further: the thread that matches ends after a few hundred lines."""
        self._stopped = True

    @property
    def share(self) -> float:
        """Which part of the lines was looked at, from 0 to 1."""
        first, end = self._buffer.dropped, self._buffer.end
        return 1.0 if end <= first else max(self._next - first, 0) / (end - first)

    @property
    def done(self) -> bool:
        """Whether every line was looked at."""
        return self._next >= self._buffer.end

    @property
    def count(self) -> int:
        """How many lines match, as far as is known."""
        self._forget()
        return len(self._found)

    async def run(self) -> AsyncIterator[None]:
        """Look at all lines that were not looked at; others may come meanwhile. Raises QueryError.

        The matching is done in a thread, a slice at a time, so that keys are heard meanwhile; gives back
        after each slice.
        """
        while not self.done:
            self._take(await asyncio.to_thread(self._match, self._slice()))
            yield

    def _slice(self) -> list[tuple[int, str]]:
        """The next lines: the number of a first one and the text from there on, some times."""
        found, size = [], 0
        for index, text in self._buffer.stretches(max(self._next, self._buffer.dropped)):
            found.append((self._buffer.dropped + index, text))
            size += len(text)
            if size > _SLICE:
                break
        return found

    def _match(self, texts: list[tuple[int, str]]) -> tuple[int, list[int]]:
        """One past the last of these lines, and those that match."""
        numbers, end = [], 0
        for first, text in texts:
            if self._stopped:
                break
            numbers += self.finder.lines(_visible(text), first)
            end = first + text.count("\n") + 1
        return end, numbers

    def again(self) -> None:
        """Look at the newest lines again, of which some may have changed."""
        self._next = min(self._next, max(self._buffer.dropped, self._buffer.end - 200))
        del self._found[bisect_left(self._found, self._next) :]

    def place(self, number: int) -> int:
        """Which of the matches a line is, from 1; 0 when it is none."""
        index = bisect_left(self._found, number)
        return index + 1 if index < len(self._found) and self._found[index] == number else 0

    def below(self, number: int) -> int | None:
        """The first match below a line, None without one."""
        self._forget()
        index = bisect_right(self._found, number)
        return self._found[index] if index < len(self._found) else None

    def after(self, number: int) -> int | None:
        """The first match below a line, else the first of all."""
        found = self.below(number)
        return self._found[0] if found is None and self._found else found

    def before(self, number: int) -> int | None:
        """The last match above a line, else the last of all."""
        self._forget()
        index = bisect_left(self._found, number) - 1
        return self._found[index] if self._found else None

    def _take(self, found: tuple[int, list[int]]) -> None:
        end, numbers = found
        first = max(self._next, self._buffer.dropped)
        if numbers and numbers[0] < first:
            numbers = numbers[bisect_left(numbers, first) :]
        self._found.fromlist(self._buffer.without(Kind.IMAGE, numbers))
        self._next = max(first, end)

    def _forget(self) -> None:
        """Lines that were dropped match no more."""
        if self._found and self._found[0] < self._buffer.dropped:
            del self._found[: bisect_left(self._found, self._buffer.dropped)]


def _visible(text: str) -> str:
    """Lines as they are read on the screen, without escape sequences."""
    if "\x1b" not in text:
        return text
    text = _SGR.sub("", text)
    return "\n".join(map(plain, text.split("\n"))) if "\x1b" in text else text
