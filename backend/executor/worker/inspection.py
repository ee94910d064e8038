"""What a live name is: its type, signature, documentation and short value."""

from __future__ import annotations

import builtins
import inspect
import reprlib
from typing import Any, Dict, Optional

DOCUMENTATION = 20_000  # characters
VALUE = 400
_MISSING = object()


def describe(names: Dict[str, Any], code: str, cursor: int) -> Optional[Dict[str, str]]:
    """The name at `cursor` as {name, type, signature, documentation, value}; None when there is none.

    In the brackets of a call the cursor is at no name, and the called one is meant. Properties are not
    computed. What code defines may run (`__repr__`), so the caller guards the time.
    """
    name = name_at(code, cursor) or called_at(code, cursor)
    found = _find(names, name) if name else _MISSING
    if found is _MISSING:
        return None
    return {
        "name": name,
        "type": _safely(lambda: type(found).__name__),
        "signature": _safely(lambda: _signature(name, found)),
        "documentation": _safely(lambda: inspect.getdoc(found) or "")[:DOCUMENTATION],
        "value": "" if _explains_itself(found) else _safely(lambda: _short(found)),
    }


def name_at(code: str, cursor: int) -> str:
    """The dotted name that `cursor` is in or behind, up to the end of the part it is in."""
    start = end = max(0, min(cursor, len(code)))
    while start > 0 and (_inside(code[start - 1]) or code[start - 1] == "."):
        start -= 1
    while end < len(code) and _inside(code[end]):
        end += 1
    name = code[start:end].strip(".")
    return name if name and all(part.isidentifier() for part in name.split(".")) else ""


def called_at(code: str, cursor: int) -> str:
    """The name of the call in whose brackets `cursor` is; empty outside of any."""
    depth = 0
    for place in range(min(cursor, len(code)) - 1, -1, -1):
        if code[place] in ")]}":
            depth += 1
        elif code[place] in "([{":
            depth -= 1
            if depth < 0:
                return name_at(code, place) if code[place] == "(" else ""
    return ""


def _inside(character: str) -> bool:
    return character.isalnum() or character == "_"


def _find(names: Dict[str, Any], name: str) -> Any:
    first, *rest = name.split(".")
    found = names.get(first, getattr(builtins, first, _MISSING))
    for part in rest:
        if found is _MISSING:
            break
        static = inspect.getattr_static(found, part, _MISSING)
        found = static if isinstance(static, property) else getattr(found, part, _MISSING)
    return found


def _signature(name: str, found: Any) -> str:
    return name.rpartition(".")[2] + str(inspect.signature(found)) if callable(found) else ""


def _explains_itself(found: Any) -> bool:
    return inspect.ismodule(found) or inspect.isroutine(found) or inspect.isclass(found)


def _short(found: Any) -> str:
    shortener = reprlib.Repr()
    shortener.maxstring = shortener.maxother = VALUE
    return shortener.repr(found)[:VALUE]


def _safely(give: Any) -> str:
    try:
        return "".join((give(), ""))  # a plain str even of a subclass
    except KeyboardInterrupt:
        raise
    except BaseException:
        return ""
