"""Identifiers of sessions: made at random, recognised as such, and masked.

Whoever has an identifier has the session.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from urllib.parse import quote

LENGTH = 32
SHOWN = 4
_ALPHABET = string.ascii_lowercase + string.digits
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9-]{16,}")
_DOT = "•"


def new_identifier() -> str:
    """32 random letters and digits."""
    import secrets  # this and `html`: 4 ms of the first frame, for one that is random

    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def looks_random(identifier: str) -> bool:
    """Whether nobody would have chosen this for a name."""
    return _RANDOM.fullmatch(identifier) is not None


def brief(identifier: str) -> str:
    """An identifier as it is shown in passing: one that looks random by its beginning only."""
    return f"{identifier[:SHOWN]}…" if looks_random(identifier) else identifier


def masked(text: str, identifiers: Iterable[str]) -> str:
    """`text` with the identifiers in it, as they are or percent-encoded, reduced to their beginning.

    Each keeps its length, so that columns stay where they are.
    """
    for identifier in sorted(identifiers, key=len, reverse=True):
        for spelling in _spellings(identifier):
            text = text.replace(spelling, _hidden(spelling))
    return text


def masked_svg(text: str, identifiers: Iterable[str]) -> str:
    """`masked` for a picture that rich has drawn."""
    for identifier in sorted(identifiers, key=len, reverse=True):
        for spelling in _spellings(identifier):
            text = text.replace(_drawn(spelling), _drawn(_hidden(spelling)))
    return text


def _spellings(identifier: str) -> list[str]:
    return [one for one in dict.fromkeys((identifier, quote(identifier, safe=""))) if one]


def _hidden(spelling: str) -> str:
    return spelling[:SHOWN] + _DOT * (len(spelling) - SHOWN)


def _drawn(text: str) -> str:
    from html import escape

    return escape(text).replace(" ", "&#160;")
