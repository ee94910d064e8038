"""A text area whose keys cost the same in long files as in short ones, and which draws nothing unsanitised.

It overrides private parts of Textual 8.2's TextArea; a test holds what it draws equal to the original.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from rich.text import Text
from textual._text_area_theme import TextAreaTheme
from textual.document._document import Location
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

from workbench.sanitize import sanitize
from workbench.widgets.editor.highlighting import Highlight, highlights_between
from workbench.widgets.editor.text.document import (
    FastWrapped,
    PlainDocument,
    SyntaxDocument,
    compiled_query,
    make_document,
)

MARGIN = 12
"""Rows highlighted above and below the visible ones; a query costs 2 ms for 60 rows."""

SETTLE = 0.3
"""Seconds without a key after which a long text is parsed whose parsing is slow."""

BRACKET_SCAN = 20_000
"""Characters searched for a bracket's partner: about 2 ms."""


def _texts(edit: Edit) -> tuple[str, str]:
    """What an edit put in, and what it took out."""
    return edit.text, "" if edit._edit_result is None else edit._edit_result.replaced_text


class FastTextArea(TextArea, inherit_bindings=False):
    """A TextArea with windowed highlighting, Textual's undo crash fixed, and sanitised drawing."""

    document: PlainDocument
    _highlighted: tuple[int, int] = (0, -1)
    _settling: Timer | None = None

    def _set_document(self, text: str, language: str | None) -> None:
        self.document = make_document(text, language)
        self._highlight_query = None
        if language and isinstance(self.document, SyntaxDocument):
            self._highlight_query = compiled_query(language, self._get_builtin_highlight_query(language))
        self.wrapped_document = FastWrapped(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _watch_language(self, language: str | None) -> None:
        selection, (x, y) = self.selection, self.scroll_offset
        self._set_document(self.document.text, language)
        self.selection = selection
        if self.is_mounted:
            self.scroll_to(x, y, animate=False, immediate=True)

    def _build_highlight_map(self) -> None:
        """Forget the highlights; the rows that are drawn next are looked up again."""
        self._line_cache.clear()
        self._highlights = defaultdict(list)
        self._highlighted = (0, -1)
        if self.is_mounted and isinstance(self.document, SyntaxDocument) and self.document.stale:
            self._settle_later()

    def _settle_later(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE, self._settle)

    def _settle(self) -> None:
        if isinstance(self.document, SyntaxDocument) and self.document.settle():
            self._build_highlight_map()
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines, once the syntax tree was asked about the rows around them."""
        self._highlight_visible()
        return super().render_lines(crop)

    def _highlight_visible(self) -> None:
        query, document = self._highlight_query, self.document
        if query is None or not isinstance(document, SyntaxDocument):
            return
        info = self.wrapped_document._offset_to_line_info
        top = self.scroll_offset.y
        first = info[min(top, len(info) - 1)][0]
        last = info[min(top + self.size.height, len(info) - 1)][0]
        known_first, known_last = self._highlighted
        if known_first <= first and last <= known_last:
            return
        margin = MARGIN if known_last >= known_first else 0  # scrolling goes on; after a key nothing may
        first, last = max(0, first - margin), min(last + margin, document.line_count - 1)
        self._highlights = self._decorated(highlights_between(document, query, first, last))
        self._highlighted = (first, last)

    def _decorated(self, highlights: defaultdict[int, list[Highlight]]) -> defaultdict[int, list[Highlight]]:
        """A hook for highlights that are not the grammar's."""
        return highlights

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn: control characters as symbols, one for one, so that columns agree."""
        return Text(sanitize(self.document.get_line(line_index)), end="", no_wrap=True)

    def _recompute_cursor_offset(self) -> None:
        """After an undo the cursor may be beyond the end for a moment, which Textual 8.2 does not survive."""
        location = self.clamp_visitable(self.cursor_location)
        self._cursor_offset = self.wrapped_document.location_to_offset(location)

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        self._batch(edits, super()._undo_batch)

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        self._batch(edits, super()._redo_batch)

    def _batch(self, edits: Sequence[Edit], do: Callable[[Sequence[Edit]], None]) -> None:
        """Several edits of several lines in one step: Textual 8.2 wraps the wrong lines anew, so all are."""
        if len(edits) > 1 and any("\n" in text for edit in edits for text in _texts(edit)):
            with self.app.batch_update():
                do(edits)
                self._rewrap_and_refresh_virtual_size()
            self._recompute_cursor_offset()
            return
        do(edits)

    def _yield_character_locations(self, start: Location) -> Iterable[tuple[str, Location]]:
        return islice(super()._yield_character_locations(start), BRACKET_SCAN)

    def _yield_character_locations_reverse(self, start: Location) -> Iterable[tuple[str, Location]]:
        return islice(super()._yield_character_locations_reverse(start), BRACKET_SCAN)

    def use_theme(self, theme: TextAreaTheme) -> None:
        """Draw with this theme from now on."""
        self.register_theme(theme)
        self._line_cache.clear()
        self.theme = theme.name
        self.refresh()
