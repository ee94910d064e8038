"""What is pasted comes as one piece of text, whatever is in it: nothing of it is a key.

Textual's parser (8.2) reads escape sequences inside a paste too, and gives unknown ones as keys:
a copied ESC before a line, and its end runs the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import TYPE_CHECKING

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.driver import Driver

if TYPE_CHECKING:
    from textual.message import Message


class PasteParser(XTermParser):
    """Reads keys as Textual does; between the marks of a paste it looks for nothing but the end mark."""

    def __init__(self, debug: bool = False) -> None:
        self._paste: list[str] | None = None
        self._tail = ""  # the last characters before these, in which a mark may have begun
        super().__init__(debug)

    def feed(self, data: str) -> Iterator[Message]:
        """The keys, pastes and reports in what the terminal sent; empty text is its end."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._paste is None:
                keys, data, found = self._until(BRACKETED_PASTE_START, data)
                yield from super().feed(keys)
                self._paste = [] if found else None
                continue
            piece, data, found = self._until(BRACKETED_PASTE_END, data)
            self._paste.append(piece)
            if found:
                yield from self._end()

    def _until(self, mark: str, data: str) -> tuple[str, str, bool]:
        """`data` up to the end of the mark, what follows, and whether the mark is there."""
        seen = self._tail + data
        place = seen.find(mark)
        if place < 0:
            self._tail = seen[1 - len(mark) :]
            return data, "", False
        cut = place + len(mark) - len(self._tail)
        self._tail = ""
        return data[:cut], data[cut:], True

    def _end(self) -> Iterator[Message]:
        text = "".join(self._paste or ())[: -len(BRACKETED_PASTE_END)]
        self._paste = None
        for _ in super().feed(BRACKETED_PASTE_END):
            pass  # an empty paste: Textual's parser has seen nothing but the marks
        yield events.Paste(text)


def pasting_driver(base: type[Driver]) -> type[Driver]:
    """The driver with this parser in place of Textual's; one that reads no keyboard stays as it is."""
    reading = getattr(base, "run_input_thread", None)
    if not isinstance(reading, FunctionType) or "XTermParser" not in reading.__globals__:
        return base
    # the parser is made inside the method, by the name that its module has for it
    names = {**reading.__globals__, "XTermParser": PasteParser}
    own = FunctionType(reading.__code__, names, reading.__name__, reading.__defaults__, reading.__closure__)
    return type("PastingDriver", (base,), {"run_input_thread": own, "__doc__": "A paste is text."})
