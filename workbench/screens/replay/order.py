"""What the replay screen is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field

from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.replay.job import Job
from workbench.replay.rules import Rules

Make = Callable[[str, Sequence[Entry]], Job]
"""From the name of a target and executions to the job that runs them there. Raises WorkbenchError."""


@dataclass(frozen=True, slots=True)
class Order:
    """Executions of one session, oldest first, those checked at first, and where they may run.

    `targets` are names, the first one chosen at first; with one only there is nothing to choose. `goal` is a
    word for what is done: Replay, Push, Rebuild. `note` is a sentence on what follows from it. With `going`
    one may go to the session that it ran in.
    """

    goal: str
    note: str
    entries: tuple[Entry, ...]
    targets: tuple[str, ...]
    make: Make
    checked: frozenset[str] = field(default_factory=frozenset)
    rules: Rules = field(default_factory=Rules)
    going: bool = False
