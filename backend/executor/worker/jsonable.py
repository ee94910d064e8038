"""Values of any kind as JSON holds them, within bounds."""

from __future__ import annotations

import base64
import json.encoder
import math
from typing import Any, Tuple

DEPTH = 60  # of nested lists and objects; readers of JSON stop at 64 (.NET's) and the answer takes some
DIGITS = 10_000  # bits of a whole number: CPython reads and writes 4300 digits, 14,000 bits
HOLDER = 20  # bytes counted for a list or object: lists in lists, each twice in the next, end sooner (1 s)
KEY = 1000  # characters of a key that was no text
_KEYS = {None: "null", True: "true", False: "false"}
# bound now: code may patch the modules
spell = json.encoder.encode_basestring_ascii
_b64encode, _isfinite = base64.b64encode, math.isfinite


class TooLargeError(Exception):
    """It does not fit; the message is why."""


def clean(text: str) -> str:
    """A plain str that UTF-8 can hold: a lone surrogate becomes U+FFFD, a pair of them its character."""
    text = str.__str__(text)  # a str even of a subclass
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def tree(value: Any, room: int) -> Tuple[Any, int]:
    """`value` as null, booleans, numbers, texts, lists and objects; and bytes that its JSON does not exceed.

    A number that is not finite becomes its text, as the service sends it; bytes become base64; keys become
    texts; numpy's values and dates are asked for theirs; anything else is named by its type.
    Raises TooLargeError beyond `room` bytes or DEPTH.
    """
    walk = _Walk(room)
    found = walk.take(value, 0)
    return found, room - walk.room


class _Walk:
    """Copies a value and counts."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.limit = room

    def spend(self, size: int) -> None:
        """Count bytes."""
        self.room -= size
        if self.room < 0:
            raise TooLargeError("too large, more than %d bytes" % self.limit)

    def take(self, value: Any, depth: int) -> Any:
        """The copy of one value."""
        if value is None or value is True or value is False:
            self.spend(6)
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int):
            return self.whole(int.__pos__(value))
        if isinstance(value, float):
            self.spend(26)
            value = float.__pos__(value)
            return value if _isfinite(value) else repr(value)
        if isinstance(value, (bytes, bytearray)):
            self.spend(len(value))  # before the copy
            return self.text(_b64encode(value).decode("ascii"))
        return self.many(value, depth)

    def text(self, value: str) -> str:
        """A text."""
        if len(value) > self.room:  # before the copies
            self.spend(len(value))
        copy = clean(value)
        self.spend(len(spell(copy)) + 1)
        return copy

    def whole(self, value: int) -> Any:
        """A whole number, or its size when it is too long for readers of JSON."""
        bits = value.bit_length()
        if bits > DIGITS:
            return self.text("<int of %d bits>" % bits)
        self.spend(bits // 3 + 3)
        return value

    def many(self, value: Any, depth: int) -> Any:
        """A value that holds others, or one of a foreign kind."""
        if depth >= DEPTH:
            raise TooLargeError("nested more than %d deep" % DEPTH)
        self.spend(HOLDER)
        if isinstance(value, dict):
            return {self.key(key): self.take(content, depth + 1) for key, content in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.take(item, depth + 1) for item in value]
        for name in ("tolist", "isoformat"):
            method = getattr(type(value), name, None)
            if method is not None:
                size = getattr(value, "size", 0)
                self.spend(size if type(size) is int else 0)  # before the copy
                return self.take(method(value), depth + 1)
        return self.text("<%s>" % type(value).__name__)

    def key(self, key: Any) -> str:
        """A key as text: JSON's spelling of simple ones, the repr of others."""
        if not isinstance(key, str):
            key = _KEYS[key] if key is None or type(key) is bool else repr(key)[:KEY]
        return self.text(key)
