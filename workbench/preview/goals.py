"""Where in a file somebody wants to go, in the words they type; pure."""

from __future__ import annotations

import re

from backend.records import dataclass

HELP = "a line, 50%, 1.5 MB or 0x1f00"

_UNITS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_PLACE = re.compile(r"([\d_,]*\.?\d+)\s*([kmgt]?)b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Goal:
    """A line, counted from one, or an offset in bytes; the other is None."""

    line: int | None = None
    offset: int | None = None


def goal(words: str, size: int) -> Goal | None:
    """Where in a file of `size` bytes the words lead; None where they make no sense."""
    said = words.strip().replace(",", "").replace("_", "")
    try:
        if said.endswith("%"):
            return Goal(offset=round(size * min(max(float(said[:-1]), 0), 100) / 100))
        if said.lower().startswith("0x"):
            return Goal(offset=min(int(said, 16), size))
        if found := _PLACE.fullmatch(said):
            return Goal(offset=min(round(float(found[1]) * _UNITS[found[2].lower()]), size))
        return Goal(line=int(said)) if int(said) > 0 else None
    except (ValueError, OverflowError):
        return None
