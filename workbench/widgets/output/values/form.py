"""The richest form of a MIME bundle that can be shown as lines, made in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from backend.models import MimeBundle
from backend.records import dataclass
from workbench.imaging.errors import PictureError
from workbench.imaging.picture import Picture
from workbench.widgets.output.lines.blocks import Span

if TYPE_CHECKING:
    from .table import Table
    from .tree import Row

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
ROWS = 24
"""Rows of a picture among the lines; opened it has the whole screen."""

WIDTH = 100
"""Cells of a picture or table among the lines, at most."""

_TABLES = ("application/vnd.dataresource+json", "text/html")


@dataclass(frozen=True, slots=True)
class Form:
    """One of picture, table, tree or text; `mimes` are the forms of the bundle that need not be named."""

    mimes: tuple[str, ...] = ()
    picture: Picture | None = None
    table: Table | None = None
    drawn: tuple[str, ...] = ()
    tree: tuple[Row, ...] = ()
    text: tuple[tuple[Span, ...], ...] = ()
    remark: str = ""


def is_rich(bundle: MimeBundle) -> bool:
    """Whether there may be more to show than plain text."""
    if any(mime.startswith(("image/", "text/html", "text/markdown", "application/")) for mime in bundle):
        return True
    text = _plain(bundle)
    return "\n" in text and text[:1] + text[-1:] in ("{}", "[]")


async def form_of(bundle: MimeBundle | None, width: int) -> Form | None:
    """The form of a bundle in at most `width` cells; None where its plain text is all there is."""
    if bundle is None or not is_rich(bundle):
        return None
    try:
        return await asyncio.to_thread(made, bundle, min(max(width, 20), WIDTH))
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None  # a bundle comes from outside, and its plain text is still there


def made(bundle: MimeBundle, width: int) -> Form | None:
    """As `form_of`; takes up to a second."""
    from . import markdown, table, tree

    for mime in PICTURES:
        if mime in bundle:
            return _pictured(mime, bundle[mime], width)
    found = table.table_of(bundle)
    if found is not None:
        lines, left = table.drawn(found, width, table.SHOWN)
        remark = f"{found.words}{f' · {left}' if left else ''}"
        return Form(_TABLES, table=found, drawn=tuple(lines), remark=remark)
    for mime, content in bundle.items():
        plain_json = mime == "application/json" or mime.endswith("+json")
        if plain_json and isinstance(content, (Mapping, list)) and content:
            return Form((mime,), tree=tuple(tree.rows(content)))
    text = bundle.get("text/markdown")
    if isinstance(text, str):
        return Form(("text/markdown",), text=tuple(markdown.lines(text, width)))
    found_rows = tree.literal(_plain(bundle))
    return Form(("text/plain",), tree=tuple(found_rows)) if found_rows else None


def _plain(bundle: MimeBundle) -> str:
    text = bundle.get("text/plain")
    return text.strip() if isinstance(text, str) else ""


def _pictured(mime: str, content: object, width: int) -> Form:
    import binascii
    from base64 import b64decode

    from workbench.imaging.cache import shared

    try:
        picture = shared().get(b64decode(str(content), validate=False), width, ROWS)
    except binascii.Error:
        return Form(remark="The picture is broken and cannot be shown.")
    except PictureError as error:
        return Form(remark=error.message)
    return Form((mime,), picture=picture, remark=picture.words)
