"""The colours that are on at the start of each line, two bytes a line."""

from __future__ import annotations

from array import array

from .ansi import PLAIN, Style

_MOST = 1 << 16


class States:
    """A style for each line, by index. Beyond 65,535 different ones a line starts without colour."""

    def __init__(self) -> None:
        self._numbers = array("H")
        self._styles = [PLAIN]
        self._number_of = {PLAIN: 0}

    def get(self, index: int) -> Style:
        """The style at the start of a line; PLAIN beyond those that were set."""
        return self._styles[self._numbers[index]] if index < len(self._numbers) else PLAIN

    def set(self, index: int, style: Style) -> None:
        """Say what is on at the start of a line."""
        number = self._number_of.get(style)
        if number is None:
            number = len(self._styles) if len(self._styles) < _MOST else 0
            if number:
                self._styles.append(style)
                self._number_of[style] = number
        self.grow(index + 1)
        self._numbers[index] = number

    def grow(self, count: int) -> None:
        """There are so many lines now."""
        if (missing := count - len(self._numbers)) > 0:
            self._numbers.frombytes(bytes(2 * missing))

    def drop(self, count: int) -> None:
        """Drop so many lines from the front."""
        del self._numbers[:count]
