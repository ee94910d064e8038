"""JSON, and lists and dicts of Python, as lines that fold: each list and object can be closed."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from backend.records import dataclass
from workbench.format import count
from workbench.sanitize import sanitize_line
from workbench.widgets.output.lines.blocks import Span

LINES = 2_000
"""Lines of a tree; the rest is told."""

_INLINE = 60  # characters of a list or object that needs no lines of its own
_LONGEST = 500  # characters of a text
_DEEP = 2  # levels that are open at first
_MANY = 30  # things in a list or object that is open at first, below the first level
_DEEPEST = 60
_NO_KEY = object()

LITERAL = 50_000
"""Characters of Python text that is read as a list or dict: it takes 40 ms, and no key is heard meanwhile."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line. A `head` hides the rows up to the one at `end` when it is closed; `said` stands behind it."""

    spans: tuple[Span, ...]
    end: int = 0
    closed: bool = False
    said: str = ""


def rows(value: Any, written: Callable[[Any], str] | None = None) -> list[Row]:
    """The lines of a value, at most LINES and one that tells how much is not there.

    `written` gives a key or a thing as text; without it they are JSON.
    """
    walk = _Walk(written or _json)
    walk.write(_NO_KEY, value, "", 0)
    if walk.left:
        walk.rows.append(Row(((f"… {count(walk.left, 'thing')} more; copy the value to have all", "note"),)))
    return walk.rows


def literal(text: str) -> list[Row]:
    """The lines of a list or dict as Python writes it; none of other text, or of what is in one line."""
    if len(text) > LITERAL or "\n" not in text or text[:1] + text[-1:] not in ("{}", "[]"):
        return []
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return rows(value, _python) if isinstance(value, (Mapping, list)) else []


class _Walk:
    def __init__(self, written: Callable[[Any], str]) -> None:
        self._written = written
        self.rows: list[Row] = []
        self.left = 0

    def write(self, key: Any, value: Any, comma: str, depth: int) -> None:
        """Write a value with what stands before and behind it."""
        if len(self.rows) >= LINES:
            self.left += 1
            return
        before: list[Span] = [("  " * depth, "source")] if depth else []
        if key is not _NO_KEY:
            before += [(f"{_cut(self._written(key))}: ", "source-name")]
        short = self._inline(value)
        if short is not None or depth >= _DEEPEST:
            shown = ("…", "note") if short is None else (_cut(short), _role(value))
            self.rows.append(Row((*before, shown, *_comma(comma))))
            return
        self._container(before, value, comma, depth)

    def _container(self, before: list[Span], value: Any, comma: str, depth: int) -> None:
        opening, closing = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
        head = len(self.rows)
        self.rows.append(Row(()))
        last = len(value) - 1
        for index, (key, item) in enumerate(_items(value)):
            self.write(key, item, "," if index < last else "", depth + 1)
        self.rows.append(Row((("  " * depth, "source"), (f"{closing}{comma}", "source-operator"))))
        closed = depth >= _DEEP or (depth > 0 and len(value) > _MANY)
        said = f" … {count(len(value), 'item')} {closing}{comma}"
        self.rows[head] = Row((*before, (opening, "source-operator")), len(self.rows), closed, said)

    def _inline(self, value: Any) -> str | None:
        """A value in one line, None when it needs more."""
        if isinstance(value, (Mapping, list)):
            if len(value) > _INLINE // 2:
                return None
            if any(isinstance(item, (Mapping, list)) and item for _, item in _items(value)):
                return None
            if sum(len(item) for _, item in _items(value) if isinstance(item, str)) > _INLINE:
                return None
            text = self._written(value)
            return text if len(text) <= _INLINE else None
        return self._written(value)


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    else:
        yield from ((_NO_KEY, item) for item in value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _python(value: Any) -> str:
    return "..." if value is ... else repr(value)  # IPython's sign for things that it leaves out


def _role(value: Any) -> str:
    if isinstance(value, str):
        return "source-string"
    return "source" if isinstance(value, (Mapping, list)) else "source-number"


def _comma(comma: str) -> tuple[Span, ...]:
    return ((comma, "source-operator"),) if comma else ()


def _cut(text: str) -> str:
    more = len(text) - _LONGEST
    return (
        sanitize_line(text) if more <= 0 else f"{sanitize_line(text[:_LONGEST])} … {more:,} more characters"
    )
