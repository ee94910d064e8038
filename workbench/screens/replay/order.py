"""What the replay screen is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field

from backend.models import Target
from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.replay.job import Job
from workbench.replay.rules import Rules

Make = Callable[["Where", Sequence[Entry]], Job]
"""From a place and executions to the job that runs them there. Raises WorkbenchError."""


@dataclass(frozen=True, slots=True)
class Where:
    """A target and one of its sessions, empty for one that is made."""

    target: Target
    session: str = ""

    @property
    def words(self) -> str:
        """`pool (2024-08-02-preview)`, `analysis at local, ~/new/.venv`."""
        target = self.target
        place = f"{brief(self.session)} at {target.profile}" if self.session else target.profile
        if target.kind == "remote":
            return f"{place} ({target.api_version})"
        return f"{place}, {target.python}" if target.python else place


@dataclass(frozen=True, slots=True)
class Order:
    """Executions of one session, oldest first, those checked at first, and where they may run.

    Of `targets` the first one is chosen at first; with `fixed` there is nothing to choose. `goal` is a word
    for what is done: Replay, Push, Rebuild. `note` is a sentence on what follows from it. With `going` one
    may go to the session that it ran in.
    """

    goal: str
    note: str
    entries: tuple[Entry, ...]
    targets: tuple[Target, ...]
    make: Make
    checked: frozenset[str] = field(default_factory=frozenset)
    rules: Rules = field(default_factory=Rules)
    going: bool = False
    fixed: bool = False
