"""What an editor asks when it wants names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from backend.models import Completions
from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A place in code, twice: a session needs only the cell, who reads code what is around."""

    code: str
    """The cell of the cursor."""
    cursor: int
    """The cursor in `code`, in characters."""
    around: str
    """The code around the cursor, other cells with it, as far as it is worth reading."""
    place: int
    """The cursor in `around`, in characters."""
    patient: bool = True
    """Whether somebody asked; else it was a pause in typing, and what comes late is of no use."""


Completer = Callable[[Question], AsyncIterator[Completions]]
"""Answers to a question, each fuller than the one before; `start` and `end` are places in `code`."""
