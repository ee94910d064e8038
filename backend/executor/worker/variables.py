"""The variables of a session: name, type, size, short value. Nothing that code defines is run for it.

Values of built-in types are written out, those of well-known array types tell their shape, all others their
type only: a `__repr__`, `__len__` or property of the session's own could hang, print or change something.
"""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Tuple

from .jsonable import clean

MOST = 1_000  # variables
VALUE = 100  # characters of a value
NAME = 200
_ITEMS = 8
_DEPTH = 3
_BITS = 2_000  # of a whole number that is written out: CPython refuses to write 14,000, and slowly
_name = type.__dict__["__name__"].__get__
_SHAPED = (
    ("numpy", "ndarray"),
    ("pandas", "DataFrame"),
    ("pandas", "Series"),
    ("polars", "DataFrame"),
    ("torch", "Tensor"),
)
# by identity: to compare or hash a class may run code of its metaclass
_BRACKETS = {
    id(kind): brackets
    for kind, brackets in (
        (list, ("[", "]")),
        (tuple, ("(", ")")),
        (set, ("{", "}")),
        (frozenset, ("{", "}")),
        (dict, ("{", "}")),
    )
}
_SIZED = {*_BRACKETS, id(str), id(bytes), id(bytearray)}
_PLAIN = {id(bool), id(float), id(complex)}
_FUNCTION = type(clean)
_MODULE = type(sys)


def describe(names: Dict[str, Any], own: Dict[str, Any]) -> List[Dict[str, str]]:
    """Each variable as {name, type, size, value}, by name; `own` are those that the shell had put there."""
    found = []
    for name, value in sorted(_chosen(names, own), key=_first)[:MOST]:
        kind = type(value)
        try:
            size, text = _size(value, kind), _value(value, kind, 0)
        except (RuntimeError, RecursionError, ValueError):  # another thread changes it meanwhile
            size, text = "", ""
        called = clean(_name(kind)[:NAME])
        found.append({"name": clean(name[:NAME]), "type": called, "size": size, "value": text[:VALUE]})
    return found


def _first(pair: Tuple[str, Any]) -> str:
    return pair[0]


def _chosen(names: Dict[str, Any], own: Dict[str, Any]) -> List[Tuple[str, Any]]:
    """Those that code made: no underscore before them, no modules, and not what the shell has there."""
    missing = object()
    return [
        (name, value)
        for name, value in list(dict.items(names))
        if type(name) is str
        and not name.startswith("_")
        and type(value) is not _MODULE
        and own.get(name, missing) is not value
    ]


def _size(value: Any, kind: type) -> str:
    if id(kind) in _SIZED:
        return "%d" % len(value)
    for module, name in _SHAPED:
        loaded = sys.modules.get(module)
        if type(loaded) is _MODULE and kind is loaded.__dict__.get(name):
            return " × ".join("%d" % part for part in tuple(value.shape))
    return ""


def _value(value: Any, kind: type, depth: int) -> str:
    if value is None or id(kind) in _PLAIN:
        return repr(value)
    if kind is int:
        bits = value.bit_length()
        return repr(value) if bits <= _BITS else "<%d bits>" % bits
    if kind is str or kind is bytes:
        text = clean(repr(value[:VALUE]))
        return text if len(value) <= VALUE else text + "…"
    if id(kind) in _BRACKETS:
        return _items(value, kind, depth)
    if kind is _FUNCTION or issubclass(kind, type):
        return ""
    return "<%s>" % clean(_name(kind)[:NAME]) if depth else ""


def _items(value: Any, kind: type, depth: int) -> str:
    opening, closing = _BRACKETS[id(kind)]
    if depth >= _DEPTH:
        return opening + "…" + closing
    parts: List[str] = []
    # a dict is walked, never looked into: that compares keys, which is code of the session
    for item in dict.items(value) if kind is dict else value:
        if len(parts) == _ITEMS:
            parts.append("…")
            break
        each = item if kind is dict else (item,)
        parts.append(": ".join(_value(one, type(one), depth + 1) for one in each))
    if not parts and (kind is set or kind is frozenset):
        return "set()"
    return opening + ", ".join(parts) + ("," if kind is tuple and len(parts) == 1 else "") + closing
