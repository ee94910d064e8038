"""What came of a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from backend.records import dataclass
from workbench.replay.compare import Comparison, Verdict, again
from workbench.replay.rules import Rules


@dataclass(frozen=True, slots=True)
class Side:
    """Where executions ran: profile, API version (empty where there is none), session."""

    profile: str
    api_version: str
    session: str


@dataclass(frozen=True, slots=True)
class Replay:
    """The comparisons of a replay in order, and the rules they were made under.

    `stopped` tells that a person stopped it; `failure` is a sentence where the target could not be used.
    """

    source: Side
    destination: Side
    comparisons: tuple[Comparison, ...]
    rules: Rules
    stopped: bool = False
    failure: str = ""

    def count(self, verdict: Verdict) -> int:
        """How many executions came out so."""
        return sum(each.verdict is verdict for each in self.comparisons)

    @property
    def failed(self) -> bool:
        """Whether the target failed, at all or half-way."""
        return bool(self.failure) or self.count(Verdict.FAILED) > 0

    @property
    def same(self) -> bool:
        """Whether everything ran and was equal."""
        return not self.failed and self.count(Verdict.EQUAL) == len(self.comparisons)

    def under(self, rules: Rules) -> Replay:
        """The same outcomes compared under other rules; nothing is run."""
        return replace(self, comparisons=tuple(again(each, rules) for each in self.comparisons), rules=rules)


def summary(replays: Sequence[Replay]) -> str:
    """`12 equal, 1 differs, 3 not run`; `nothing to run` for none."""
    comparisons = (comparison for replay in replays for comparison in replay.comparisons)
    return counted(comparison.verdict for comparison in comparisons) or "nothing to run"


def counted(verdicts: Iterable[Verdict]) -> str:
    """`12 equal, 2 differ, 3 not run`; empty for none."""
    counts = Counter(verdicts)
    words = {
        Verdict.EQUAL: "equal",
        Verdict.DIFFERS: "differs" if counts[Verdict.DIFFERS] == 1 else "differ",
        Verdict.FAILED: "failed",
        Verdict.SKIPPED: "not run",
    }
    return ", ".join(f"{counts[verdict]:,} {word}" for verdict, word in words.items() if counts[verdict])
