"""MIME bundles, bounded: what goes to the app is JSON, fits a frame, and says what it lacks."""

from __future__ import annotations

import base64
from typing import Any, Callable, Dict, List, Tuple

from . import jsonable
from .jsonable import TooLargeError, clean, spell

# types without rich forms; subclasses may have them
SIMPLE = frozenset((int, float, complex, bool, str, bytes, list, tuple, dict, set))
TEXT_LIMIT = 1_000_000  # characters of a text that can be cut
WHOLE_LIMIT = 8_000_000  # characters of HTML, SVG, scripts and JSON: cut they would be broken
BINARY_LIMIT = 16_000_000  # characters of base64
TOTAL_LIMIT = 24_000_000  # bytes of all of it as a frame spells it; a frame holds 32 MB
KINDS = 50  # representations of one value
PLAIN = "text/plain"
BLOCK = 1 << 18  # of a long text looked at in one go: in the cache, repr is twice as fast
_CUT = ("text/plain", "text/markdown", "text/latex")
_TEXT = ("text/", "image/svg+xml", "application/javascript")
_b64encode = base64.b64encode  # bound now: code may patch the module
_name = type.__dict__["__name__"].__get__  # also where a metaclass has something else under it


def bounded(data: Dict[Any, Any]) -> Dict[str, Any]:
    """`data` as JSON can hold it: bytes as base64, lone surrogates as U+FFFD, numbers that are none as text.

    A text that is too long is cut and tells its true length. Of other kinds one that is too large is left
    out, and text/plain tells that. A content of a wrong type is left out. Raises TypeError without a dict.
    """
    entries = list(dict.items(data))
    entries.sort(key=lambda entry: entry[0] != PLAIN)  # it has room, whatever the others take
    bundle: Dict[str, Any] = {}
    room = TOTAL_LIMIT
    missing: List[str] = []
    for mime, content in entries[:KINDS]:
        if not isinstance(mime, str):
            continue
        mime = clean(mime[:100])
        try:
            bundle[mime], size = _piece(mime, content, room)
            room -= size
        except TooLargeError as error:
            missing.append("%s is left out: %s" % (mime, error))
        except Exception:  # of a wrong type, or it raises when it is looked at
            pass
    if len(entries) > KINDS:
        missing.append("%d more are left out" % (len(entries) - KINDS))
    if missing or not bundle:
        remark = "(%s)" % ("; ".join(missing) or "nothing to show")
        bundle[PLAIN] = "%s\n%s" % (bundle[PLAIN], remark) if PLAIN in bundle else remark
    return bundle


def _piece(mime: str, content: Any, room: int) -> Tuple[Any, int]:
    """The content as it is sent, and its size. Raises TooLargeError, and TypeError for a wrong type."""
    if mime == "application/json" or mime.endswith("+json"):
        return jsonable.tree(content, min(room, WHOLE_LIMIT))
    textual = mime.startswith(_TEXT)
    if isinstance(content, (bytes, bytearray)):
        if len(content) > BINARY_LIMIT:
            raise TooLargeError("too large, %d bytes" % len(content))
        content = str(content, "utf-8", "replace") if textual else str(_b64encode(content), "ascii")
    if not isinstance(content, str):
        raise TypeError
    text = _fitting(mime, clean(content), WHOLE_LIMIT if textual else BINARY_LIMIT)
    size = len(spell(text))
    if size > room:
        raise TooLargeError("too large with the others, %d bytes" % size)
    return text, size


def _fitting(mime: str, text: str, limit: int) -> str:
    if mime not in _CUT:
        if len(text) > limit:
            raise TooLargeError("too large, %d characters" % len(text))
        return text
    return text if len(text) <= TEXT_LIMIT else shortened(text, len(text))


def shortened(text: str, true_size: int) -> str:
    """The beginning of `text`, with its true size."""
    return "%s… (%d characters in all)" % (text[: TEXT_LIMIT - 100], true_size)


def text_of(value: Any, form: Callable[[Any], Any]) -> Any:
    """What `form` gives for `value`; the repr of a very long str or bytes is counted, never made whole.

    The copies that making it whole takes, five by IPython's printer, may not fit into memory.
    """
    kind = type(value)
    if (kind is str or kind is bytes) and len(value) > TEXT_LIMIT:
        return shortened(repr(value[:TEXT_LIMIT]), _repr_size(value))
    return form(value)


def _repr_size(value: Any) -> int:
    """len(repr(value)) for a str or bytes."""
    single: Any
    single, double = ("'", '"') if isinstance(value, str) else (b"'", b'"')
    quotes = value.count(single)
    escaped = quotes if quotes and double in value else 0
    empty = value[:0]
    frame = len(repr(empty))
    size: int = frame + quotes + escaped
    for start in range(0, len(value), BLOCK):
        size += len(repr(value[start : start + BLOCK].replace(single, empty))) - frame
    return size


def failed_repr(error: BaseException) -> Dict[str, Any]:
    """The bundle of a value whose representation raised."""
    return {PLAIN: "<repr failed: %s>" % _name(type(error))}
