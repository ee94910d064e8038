"""All that an execution printed and gave, as text for a pager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backend.models import Stream
from workbench.history.entry import Entry, cuts
from workbench.widgets.output.lines.ansi import plain
from workbench.widgets.output.lines.overwrite import moves, overwrite
from workbench.widgets.output.values.file import text_of

LONGEST = 50_000_000
"""Characters of a stream's file that are read; the note under the output names the file."""


def whole_text(entry: Entry) -> str:
    """Output in the order it came, value and error, without colours; long streams whole, from their files.

    Blocks. What is missing is told at the end.
    """
    return "\n".join(part for part in _parts(entry) if part) + "\n"


def _parts(entry: Entry) -> Iterator[str]:
    spooled = {
        stream: text
        for stream, lost, path in zip(Stream, entry.dropped, entry.spool, strict=True)
        if lost and path and (text := _file(path))
    }
    mixed = "".join(
        _bundle(segment.bundle) if segment.bundle is not None else segment.text
        for segment in entry.segments
        if segment.stream not in spooled
    )
    yield _clean(mixed)
    for stream, text in spooled.items():
        yield f"── all of {stream.value} ──"
        yield _clean(text)
    if entry.value is not None:
        yield _clean(text_of(entry.value, None))
    if entry.error is not None:
        yield _clean(entry.error.traceback or f"{entry.error.name}: {entry.error.message}")
    yield from cuts(entry)
    if entry.message:
        yield _clean(entry.message)


def _bundle(bundle: Mapping[str, Any]) -> str:
    return f"{bundle.get('text/plain') or ' · '.join(bundle)}\n"


def _clean(text: str) -> str:
    lines = text.removesuffix("\n").replace("\r\n", "\n").split("\n")
    return "\n".join(plain(overwrite(line)[0] if moves(line) else line) for line in lines)


def _file(path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8", errors="replace", newline="") as file:
            return file.read(LONGEST)
    except (OSError, ValueError):
        return ""
