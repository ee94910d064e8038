"""JSON and JSON Lines as values to fold; pure."""

from __future__ import annotations

import json
from typing import Any

from backend.errors import WorkbenchError
from backend.records import dataclass

MOST_BYTES = 8 << 20
"""Bytes of a JSON file that is read whole: 8 MB take a quarter of a second and 60 MB of memory."""


class NotJsonError(WorkbenchError):
    """Text that is no JSON."""

    title = "JSON"


class Number(str):
    """A number as it is written: `1.10` stays `1.10`, and a thousand digits stay a thousand."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A line of JSON Lines that cannot be read."""

    line: str
    problem: str


def tree_of(text: str) -> Any:
    """The value of a JSON document: dicts, lists, str, Number, bool, None. Raises NotJsonError."""
    try:
        return json.loads(text, parse_int=Number, parse_float=Number)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"This is no JSON: line {error.lineno}: {error.msg}.") from None
    except RecursionError:
        raise NotJsonError("This JSON is nested too deeply to be folded.") from None


def lines_of(text: str, *, cut: bool = False) -> list[Any]:
    """The values of JSON Lines, one a line. `cut`: there is more, so the last line may be half: left out."""
    lines = text.split("\n")
    if cut and len(lines) > 1:
        lines.pop()
    return [_line(line) for line in lines if line.strip()]


def json_text(value: Any) -> str:
    """A value as JSON to paste elsewhere; a text as it is."""
    if isinstance(value, Broken):
        return value.line
    if isinstance(value, str):
        return str(value)
    return json.dumps(_plain(value), indent=2, default=str, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    if isinstance(value, Number):
        return json.loads(value) if len(value) < 4_000 else str(value)
    return value.line if isinstance(value, Broken) else value


def _line(line: str) -> Any:
    try:
        return tree_of(line)
    except NotJsonError as error:
        return Broken(line, error.message.rpartition(": ")[2].rstrip("."))
