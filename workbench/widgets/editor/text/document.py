"""Documents for the text area: lines split at `\\n` only, with the costs per edit kept small.

Textual's documents split at form feeds and other rare separators too, which changes such files on save; they
join the whole text for each visible line and measure every line for each edit.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from textual._cells import cell_len
from textual._tree_sitter import get_language
from textual.document._document import Document, EditResult, Location
from textual.document._syntax_aware_document import SyntaxAwareDocument
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths
from textual.geometry import Size

from workbench.cells import is_marker
from workbench.sanitize import sanitize
from workbench.widgets.editor.text.pairs import Kind, kind_at_end

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query


LONG, SLOW = 50_000, 0.01
"""Characters, and seconds that parsing a change takes, from which on both parsing waits for a pause."""

FLAT = 3_000
"""Outermost statements from which on parsing a change is slow at once: it was 80 ms of the first key."""


def encoded(text: str) -> bytes:
    """UTF-8 for the parser; lone surrogates are let through."""
    return text.encode("utf-8", "surrogatepass")


class PlainDocument(Document):
    """Text without a syntax tree."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._begin(text)

    def _begin(self, text: str) -> None:
        self._lines = text.split("\n")
        self._joined: str | None = text
        self._markers: list[int] | None = None
        self._widths: list[int] = []
        self._tab_width = 0

    @property
    def text(self) -> str:
        """The whole text, joined once per edit."""
        if self._joined is None:
            self._joined = "\n".join(self._lines)
        return self._joined

    @property
    def marker_rows(self) -> list[int]:
        """The rows that look like cell borders, found once per edit (0.5 ms in 10,000 lines)."""
        if self._markers is None:
            self._markers = [row for row, line in enumerate(self._lines) if is_marker(line)]
        return self._markers

    def offset(self, location: Location) -> int:
        """How many characters of the text come before a location."""
        row, column = location
        return sum(map(len, self._lines[:row])) + row + column

    def location(self, offset: int) -> Location:
        """The place that so many characters come before."""
        text = self.text
        row = text.count("\n", 0, offset)
        return row, offset - (text.rfind("\n", 0, offset) + 1)

    def is_code(self, row: int) -> bool:
        """Whether a row begins outside any string; without a syntax tree nobody knows, so yes."""
        return True

    def kind_at(self, location: Location) -> Kind:
        """What a place belongs to, as far as its line tells."""
        row, column = location
        return kind_at_end(self._lines[row][:column])

    def statement_rows(self, row: int) -> tuple[int, int]:
        """The first row of the statement at a row, and the row after its last; without a tree, the row."""
        return row, row + 1

    def get_size(self, tab_width: int) -> Size:
        """Width of the widest line in cells, and the number of lines. Measures only lines that changed."""
        if tab_width != self._tab_width or not self._widths:
            self._tab_width = tab_width
            self._widths = [_width(line, tab_width) for line in self._lines]
        return Size(max(self._widths), len(self._lines))

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace the text between two locations."""
        (top, left), (bottom, right) = sorted((start, end))
        lines = self._lines
        replaced = self.get_text_range((top, left), (bottom, right))
        before = lines[top][:left] if top < len(lines) else ""
        after = lines[bottom][right:] if bottom < len(lines) else ""
        new = text.split("\n")
        new[0] = before + new[0]
        column = len(new[-1])
        new[-1] += after
        lines[top : bottom + 1] = new
        if self._widths:
            self._widths[top : bottom + 1] = [_width(line, self._tab_width) for line in new]
        self._joined = self._markers = None
        return EditResult((top + len(new) - 1, column), replaced)


class SyntaxDocument(PlainDocument, SyntaxAwareDocument):
    """Text with a tree-sitter tree, kept up to date edit by edit.

    The parser reads one byte string (0.3 ms to make from 10,000 lines) instead of calling back for each line.
    Where even parsing what changed is slow (50 ms a key in 10,000 lines without a function), the tree is only
    moved along, and `settle` parses: until then new text is coloured as what it was put into.
    """

    def __init__(self, text: str, language: Language) -> None:
        SyntaxAwareDocument.__init__(self, "", language)
        self._begin(text)
        self._syntax_tree = self._parser.parse(encoded(text))
        flat = self._syntax_tree.root_node.child_count > FLAT
        self._cost = SLOW if flat else 0.0  # seconds that the last parse of a change took
        self.stale = False
        """Whether parsing was left for later."""

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace the text between two locations and parse what changed."""
        top, bottom = sorted((start, end))
        start_byte, old_end_byte = self._location_to_byte_offset(top), self._location_to_byte_offset(bottom)
        start_point, old_end_point = self._location_to_point(top), self._location_to_point(bottom)
        result = PlainDocument.replace_range(self, top, bottom, text)
        self._syntax_tree.edit(
            start_byte=start_byte,
            old_end_byte=old_end_byte,
            new_end_byte=start_byte + len(encoded(text)),
            start_point=start_point,
            old_end_point=old_end_point,
            new_end_point=self._location_to_point(result.end_location),
        )
        self.stale = True
        if len(self.text) < LONG or self._cost < SLOW:
            self.settle()
        return result

    def settle(self) -> bool:
        """Parse what was left for later; whether anything was."""
        if not self.stale:
            return False
        began = time.perf_counter()
        self._syntax_tree = self._parser.parse(encoded(self.text), self._syntax_tree)
        self._cost = time.perf_counter() - began
        self.stale = False
        return True

    @property
    def root(self) -> Node:
        """The root of the syntax tree, as far as it is known now."""
        return self._syntax_tree.root_node

    def is_code(self, row: int) -> bool:
        """Whether a row begins outside any string."""
        node = self.root.descendant_for_point_range((row, 0), (row, 1))
        return node is None or not node.type.startswith("string")

    def kind_at(self, location: Location) -> Kind:
        """What a place belongs to; the tree knows of strings that began on lines above."""
        row, column = location
        if self.is_code(row):
            return super().kind_at(location)
        point = (row, len(encoded(self._lines[row][:column])))
        node = self.root.descendant_for_point_range(point, point)
        while node is not None:
            if node.type == "string":
                return Kind.STRING if node.start_point < point < node.end_point else Kind.CODE
            node = node.parent
        return Kind.CODE

    def statement_rows(self, row: int) -> tuple[int, int]:
        """The first row of the outermost statement at a row, and the row after its last."""
        self.settle()
        found = [node for node in self.root.children if node.start_point[0] <= row <= node.end_point[0]]
        found = [node for node in found if node.type != "comment"]
        if not found:
            return row, row + 1
        return found[0].start_point[0], found[-1].end_point[0] + 1

    def _location_to_byte_offset(self, location: Location) -> int:
        row, column = location
        lines = self._lines
        if row >= len(lines):
            return len(encoded(self.text))
        return len(encoded("\n".join([*lines[:row], lines[row][:column]])))

    def _location_to_point(self, location: Location) -> tuple[int, int]:
        row, column = location
        return row, len(encoded(self._lines[row][:column])) if row < len(self._lines) else 0


class FastWrapped(WrappedDocument):
    """The wrapped view, whose height is known instead of summed, and quick where nothing wraps."""

    @property
    def height(self) -> int:
        """The number of lines on screen."""
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap all lines; without a width each line is one row (60 times quicker than the general way)."""
        if width:
            super().wrap(width, tab_width)
            return
        self._width = 0
        self._tab_width = tab_width or self._tab_width
        lines = self.document.lines
        self._wrap_offsets = [[] for _ in lines]
        self._offset_to_line_info = [(row, 0) for row in range(len(lines))]
        self._line_index_to_offsets = [[row] for row in range(len(lines))]
        self._tab_width_cache = [
            [cells for _, cells in get_tab_widths(line, self._tab_width)]
            if "\t" in line
            else [0] * bool(line)
            for line in lines
        ]


@cache
def compiled_query(language: str, source: str) -> Query | None:
    """The highlight query of a language, compiled once (15 ms); None where the grammar is not installed."""
    from tree_sitter import Query

    return None if (grammar := get_language(language)) is None else Query(grammar, source)


def make_document(text: str, language: str | None) -> PlainDocument:
    """A document with a syntax tree where the language's grammar is installed, else without."""
    if language and (grammar := get_language(language)) is not None:
        return SyntaxDocument(text, grammar)
    return PlainDocument(text)


def _width(line: str, tab_width: int) -> int:
    # what is drawn is the sanitised line, where each control character takes a cell
    if line.isascii() and line.isprintable():
        return len(line)
    return cell_len(sanitize(line).expandtabs(tab_width))
