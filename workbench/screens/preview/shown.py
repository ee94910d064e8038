"""The widget for each way to look at a file, filled from its source."""

from __future__ import annotations

import asyncio

from textual.containers import VerticalScroll
from textual.widget import Widget

from backend.records import dataclass
from workbench import format
from workbench.preview import tables, trees
from workbench.preview.encodings import UTF8, Encoding, encoding_of
from workbench.preview.kinds import LINES, View
from workbench.preview.source import Source
from workbench.sanitize import sanitize
from workbench.widgets.paging.hex import HexView
from workbench.widgets.paging.text import PagedText
from workbench.widgets.values.json_tree import JsonTree
from workbench.widgets.values.picture import PictureView
from workbench.widgets.values.table import TableView

PART = 1 << 20
"""Bytes of a table or of JSON Lines that are read: 100,000 short rows."""

PROSE = 64 << 10
"""Bytes of Markdown that are rendered; each paragraph is a widget."""

FORCED = Encoding("latin-1", words="binary, read as Latin-1")
"""How a binary file is text, for who wants to see it so."""


@dataclass(slots=True)
class Shown:
    """A widget that shows a file, the one in it that takes the focus, and what is to be said of it."""

    widget: Widget
    focus: Widget
    notes: tuple[str, ...] = ()


async def shown(view: View, source: Source, head: bytes) -> Shown:
    """The file in one way; `head` is its first window. Raises WorkbenchError, also where it is not so."""
    match view:
        case View.TABLE:
            return await _table(source, head)
        case View.TREE:
            return await _tree(source, head)
        case View.MARKDOWN:
            return _markdown(source, head)
        case View.PICTURE:
            picture = PictureView(await source.whole(source.info.size))
            return Shown(picture, picture)
        case View.HEX:
            bytes_view = HexView(source)
            return Shown(bytes_view, bytes_view)
        case View.TEXT:
            return _text(source, head)


def _text(source: Source, head: bytes) -> Shown:
    encoding = encoding_of(head) or FORCED
    # the name alone tells the language; the folder could only mislead
    text = PagedText(source, encoding, "" if encoding is FORCED else source.info.name)
    text.call_after_refresh(text.show_head, head)
    return Shown(text, text, (encoding.words,))


async def _table(source: Source, head: bytes) -> Shown:
    data, cut = await _part(source, head, PART)
    encoding = encoding_of(data) or UTF8
    text = encoding.decode(data[encoding.mark :])
    found = await asyncio.to_thread(tables.table_of, text, source.info.name, cut=cut)
    view = TableView()
    view.show(found.columns, found.rows)
    rows = format.count(len(found.rows), "row")
    return Shown(view, view, (rows, *found.notes, _told(cut, data, source), encoding.words))


async def _tree(source: Source, head: bytes) -> Shown:
    lines = source.info.name.lower().endswith(LINES)
    data, cut = await _part(source, head, PART if lines else trees.MOST_BYTES)
    encoding = encoding_of(data) or UTF8
    text = encoding.decode(data[encoding.mark :])
    if lines:
        value = await asyncio.to_thread(trees.lines_of, text, cut=cut)
    else:
        value = await asyncio.to_thread(trees.tree_of, text)
    view = JsonTree()
    view.call_after_refresh(view.show, value, source.info.name)
    return Shown(view, view, (_told(cut, data, source), encoding.words))


def _markdown(source: Source, head: bytes) -> Shown:
    from textual.widgets import Markdown  # 39 ms: with the first of it

    data = head[:PROSE]
    encoding = encoding_of(data) or UTF8
    text = sanitize(encoding.decode(data[encoding.mark :]).replace("\r\n", "\n"))
    box = VerticalScroll(Markdown(text, open_links=False))
    return Shown(box, box, (_told(len(data) < source.info.size, data, source), encoding.words))


async def _part(source: Source, head: bytes, most: int) -> tuple[bytes, bool]:
    """The first `most` bytes, and whether there are more."""
    size = source.info.size
    if len(head) < min(size, most):
        head = await source.read(0, most)
    return head[:most], size > most


def _told(cut: bool, data: bytes, source: Source) -> str:
    return f"first {format.size(len(data))} of {format.size(source.info.size)}" if cut else ""
