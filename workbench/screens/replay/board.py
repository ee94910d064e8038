"""The state of a replay on the screen: what is checked, what ran, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.replay.compare import Comparison, again
from workbench.replay.plan import Plan
from workbench.replay.result import Replay, counted
from workbench.replay.rules import Rule, Rules


@dataclass(slots=True)
class Board:
    """Executions with their checks and their comparisons by entry; the rules, and the marks added to them."""

    entries: tuple[Entry, ...]
    base: Rules
    checked: set[str]
    plan: Plan | None = None
    replay: Replay | None = None
    running: str = ""
    marks: list[Rule] = field(default_factory=list)
    comparisons: dict[str, Comparison] = field(default_factory=dict)

    @property
    def chosen(self) -> list[Entry]:
        """The executions that are checked."""
        return [entry for entry in self.entries if entry.id in self.checked]

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self.base.with_(self.marks)

    def toggle(self, entry: Entry) -> None:
        """Check an execution, or do no longer."""
        self.checked ^= {entry.id}

    def toggle_all(self) -> None:
        """Check all, or none where all are."""
        everything = {entry.id for entry in self.entries}
        self.checked = set() if self.checked >= everything else everything

    def check_from(self, entry: Entry) -> None:
        """Check this one and all after it, and none before it."""
        at = self.entries.index(entry)
        self.checked = {one.id for one in self.entries[at:]}

    def begin(self) -> None:
        """Forget what came of it before."""
        self.comparisons.clear()
        self.replay = None

    def take(self, comparisons: Sequence[Comparison]) -> None:
        """What came of executions, under the rules as they are now."""
        for each in comparisons:
            self.comparisons[each.before.id] = again(each, self.rules)

    def compare_again(self) -> None:
        """Compare all that ran under the rules as they are now; nothing is run."""
        self.take(list(self.comparisons.values()))
        if self.replay is not None:
            self.replay = self.replay.under(self.rules)

    @property
    def words(self) -> str:
        """`3 equal, 1 differs, 2 not run`; empty before anything ran."""
        return counted(comparison.verdict for comparison in self.comparisons.values())
