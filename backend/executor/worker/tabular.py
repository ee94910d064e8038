"""The cells of a large data frame: what pandas shows of it as HTML leaves most of them out."""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Optional, Sequence

MIME = "application/vnd.dataresource+json"
CELLS = 20_000
"""Cells that are sent, which takes 50 ms; rows are as many as that allows for the columns."""

COLUMNS = 490  # readers take 500, the labels of rows among them
CELL = 500  # characters of a cell
_WHOLE = (60, 20)  # rows and columns of which pandas' HTML leaves none out
_PLAIN = (int, str, bool, type(None))


def resource(value: Any) -> Optional[Dict[str, Any]]:
    """A large data frame of pandas as a Frictionless Data resource, with all its columns and its first rows.

    `total` and `columns` tell how many rows and columns the frame has. None for everything else.
    Raises what the frame raises.
    """
    pandas = sys.modules.get("pandas")
    kind = getattr(pandas, "DataFrame", None)
    if not isinstance(kind, type) or not isinstance(value, kind):
        return None
    frame: Any = value
    rows, columns = frame.shape
    if rows <= _WHOLE[0] and columns <= _WHOLE[1]:
        return None
    part = frame.iloc[: max(CELLS // max(min(columns, COLUMNS), 1), 1), :COLUMNS]
    labels = [_label(name, "index") for name in part.index.names]
    names = _unique([*labels, *(_label(name, "") for name in part.columns)])
    records = [
        dict(zip(names, map(_cell, [*_parts(row[0], len(labels)), *row[1:]])))
        for row in part.itertuples(index=True, name=None)
    ]
    return {
        "schema": {"fields": [{"name": name} for name in names], "primaryKey": names[: len(labels)]},
        "data": records,
        "total": rows,
        "columns": columns,
    }


def _parts(label: Any, count: int) -> Sequence[Any]:
    return label if count > 1 else (label,)


def _label(name: Any, otherwise: str) -> str:
    if name is None:
        return otherwise
    return " ".join(map(str, name))[:CELL] if isinstance(name, tuple) else str(name)[:CELL]


def _unique(names: Sequence[str]) -> List[str]:
    """Names of which no two are the same, as records need them."""
    found: Dict[str, None] = {}
    for name in names:
        given, count = name, 1
        while given in found:
            count += 1
            given = "%s (%d)" % (name, count)
        found[given] = None
    return list(found)


def _cell(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return value[:CELL]
    if kind in _PLAIN:
        return value if kind is not int or -(2**53) < value < 2**53 else str(value)[:CELL]
    if kind is float:
        return value if value - value == 0 else str(value)  # JSON has no infinity
    return str(value)[:CELL]
