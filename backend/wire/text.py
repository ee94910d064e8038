"""JSON as it goes out, strict and ASCII, and as it comes in: from anybody to a server, or from a target."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from backend.wire.problems import WireError

DEPTH = 64  # of nested lists and objects, which is where readers of other languages stop
DIGITS = 20  # of an integer in a request: 64 bits have no more
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_EXCERPT = 60


def well_formed(text: str) -> str:
    """The text with U+FFFD for lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def dump(tree: Any) -> bytes:
    """Strict JSON in ASCII: lone surrogates become U+FFFD. Raises ValueError for NaN and infinities."""
    text = json.dumps(tree, allow_nan=False)
    if _SURROGATE.search(text):
        text = json.dumps(json.loads(well_formed(json.dumps(tree, ensure_ascii=False))))
    return text.encode("ascii")


def load(body: bytes) -> Any:
    """What a target answered, in whatever encoding a byte order mark names. Raises WireError."""
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        return _clean(text, json.loads(text))
    except (ValueError, RecursionError) as problem:
        raise WireError(f"The answer is not JSON: {_excerpt(body)}.") from problem


def load_strict(body: bytes) -> Any:
    """What somebody asks a server for. Raises WireError.

    UTF-8 without byte order mark, no key twice, no NaN, no integer past 64 bits, at most DEPTH deep: what two
    readers could read in two ways is refused.
    """
    try:
        text = body.decode("utf-8")
        tree = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except UnicodeDecodeError:
        raise WireError("The body is not UTF-8.") from None
    except RecursionError:
        raise WireError("The body is nested too deeply.") from None
    except ValueError as problem:
        raise WireError(f"The body is not JSON: {problem}.") from None
    if depth(tree, DEPTH) > DEPTH:
        raise WireError("The body is nested too deeply.")
    return _clean(text, tree)


def depth(value: Any, limit: int) -> int:
    """How deep lists and objects are nested, counted no further than one past `limit`."""
    found, level = 0, [value]
    while found <= limit and (level := [one for one in level if isinstance(one, list | dict)]):
        found += 1
        level = [item for one in level for item in (one.values() if isinstance(one, dict) else one)]
    return found


def mapping(tree: Any, field: str = "") -> Mapping[str, Any]:
    """The tree, when it is an object. Raises WireError."""
    if isinstance(tree, dict):
        return tree
    raise WireError(f"{field or 'The body'} is not a JSON object.", field)


def _clean(text: str, tree: Any) -> Any:
    if not _SURROGATE.search(text):
        return tree
    return json.loads(well_formed(json.dumps(tree, ensure_ascii=False)))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise ValueError("an integer is too long")
    return int(digits)


def _excerpt(body: bytes) -> str:
    return repr(body[:_EXCERPT].decode("utf-8", "replace"))
