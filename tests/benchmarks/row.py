"""One line of the benchmark table: what was measured, ours beside a peer's, and the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of a sample with its lower and upper quartile."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, sample: Sequence[float]) -> Spread:
        """Of at least one figure."""
        if len(sample) == 1:
            return cls(sample[0], sample[0], sample[0])
        low, _, high = quantiles(sample, n=4, method="inclusive")
        return cls(median(sample), low, high)

    def __str__(self) -> str:
        return f"{self.median:.4g} ({self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is ours divided by the peer's medians, `budget` what it must not pass, `verdict` ok or over.

    Without a peer `ratio` is None, and the budget is in `unit`.
    """

    what: str
    ours: Spread
    peer: Spread | None
    unit: str
    ratio: float | None
    budget: str
    verdict: str

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        peer = "" if self.peer is None else str(self.peer)
        ours = f"{self.ours} {self.unit}"
        return f"{self.what:44} {ours:32} {peer:28} {ratio:>8} {self.budget:>9}  {self.verdict}"


def at_most(what: str, ours: Sequence[float], peer: Sequence[float], unit: str, budget: float) -> Row:
    """A row whose ratio must not be above `budget`."""
    mine, theirs = Spread.of(ours), Spread.of(peer)
    ratio = mine.median / theirs.median
    return Row(what, mine, theirs, unit, ratio, f"≤ {budget:g}", "ok" if ratio <= budget else "over")


def at_least(what: str, ours: Sequence[float], peer: Sequence[float], unit: str, budget: float) -> Row:
    """A row whose ratio must not be below `budget`."""
    mine, theirs = Spread.of(ours), Spread.of(peer)
    ratio = mine.median / theirs.median
    return Row(what, mine, theirs, unit, ratio, f"≥ {budget:g}", "ok" if ratio >= budget else "under")


def within(what: str, ours: Sequence[float], unit: str, budget: float) -> Row:
    """A row without a peer, whose median must not be above `budget` in `unit`."""
    mine = Spread.of(ours)
    return Row(what, mine, None, unit, None, f"≤ {budget:g}", "ok" if mine.median <= budget else "over")
