"""Finding in what a preview shows: in the whole file where it is text or bytes."""

from __future__ import annotations

from collections.abc import Callable

from workbench.preview.encodings import Encoding, encoding_of
from workbench.preview.search import Match, Search
from workbench.preview.source import Source
from workbench.widgets.paging.hex import HexView
from workbench.widgets.paging.text import PagedText


class Finder:
    """Keeps what is looked for and where it was found last. `tell` is called with how far the search is."""

    def __init__(self, source: Source, head: bytes, tell: Callable[[str], None]) -> None:
        self._source = source
        self._encoding = encoding_of(head) or Encoding("latin-1")
        self._tell = tell
        self._last: Match | None = None
        self.words = ""

    def look_for(self, words: str) -> None:
        """Look for other words, from the place in sight."""
        self.words, self._last = words, None

    async def step(self, view: PagedText | HexView, *, backwards: bool) -> str:
        """Go to the next match, or the one before; what is to be said of it. Raises WorkbenchError."""
        search = Search(self._source.read, self._source.size, self.words, self._encoding, self._share)
        if backwards:
            match = await search.previous(self._last.start if self._last else view.place)
        else:
            match = await search.next(self._last.start + 1 if self._last else view.place)
        if match is None:
            return f"{self.words} is not in this file"
        self._last = match
        await view.show_match(match)
        past = " past the start" if backwards else " past the end"
        return f"found at byte {match.start:,}" + (past if match.wrapped else "")

    def _share(self, share: float) -> None:
        self._tell(f"looking, {share:.0%}…")
