"""The lines in which two texts differ once their volatile parts do not count.

Lines that are equal as they are cost nothing; rules look at the others only. The diff is bounded: of long
texts that differ all over, the first lines are told and the rest is counted.
"""

from __future__ import annotations

import difflib
import re

from backend.records import dataclass
from workbench.replay.rules import Rules

CONTEXT = 2
MATCHED = 1_500  # lines of each side that are aligned; 200 x 200 that differ take 4 ms, 1,500 x 1,500 100
SHOWN = 200  # lines of a diff
WIDTH = 2_000  # characters of a line of it

_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a comparison."""

    text: str

    def lines(self) -> list[str]:
        """Its lines as they count: without colours, blanks at the end of lines and empty lines at the end."""
        text = _COLOURS.sub("", self.text) if "\x1b" in self.text else self.text
        lines = [_overwritten(line).rstrip() for line in text.replace("\r\n", "\n").split("\n")]
        while lines and not lines[-1]:
            lines.pop()
        return lines


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a diff (`- before`, `+ after`, `  both`, `@@ …` between), and the rules that mattered."""

    lines: tuple[str, ...] = ()
    rules: frozenset[str] = frozenset()


def difference(one: Text, two: Text, rules: Rules, moments: tuple[float, ...]) -> Found:
    """The diff of two texts; without lines when they are equal under the rules.

    `moments` are when the two ran, in seconds since the epoch. Both count on both sides, so that a line that
    is the same on both stays so.
    """
    left, right = one.lines(), two.lines()
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    inner_left = left[start : len(left) - end]
    inner_right = right[start : len(right) - end]
    used: set[str] = set()
    plain_left, plain_right = _plain(inner_left, inner_right, rules, moments, used)
    if plain_left == plain_right:
        return Found((), frozenset(used))
    around = left[max(0, start - CONTEXT) : start], left[len(left) - end :][:CONTEXT]
    plain_left, plain_right = ([*around[0], *plain, *around[1]] for plain in (plain_left, plain_right))
    lines = _Diff(left, right, start - len(around[0]), plain_left, plain_right).lines()
    return Found(tuple(lines), frozenset(used))


def _common(left: list[str], right: list[str]) -> int:
    """How many lines both begin with."""
    count = 0
    for one, two in zip(left, right, strict=False):
        if one != two:
            break
        count += 1
    return count


def _overwritten(line: str) -> str:
    """What a terminal shows of a line that was written over, as progress bars do."""
    if "\r" not in line:
        return line
    return next((part for part in reversed(line.split("\r")) if part), "")


def _plain(
    left: list[str], right: list[str], rules: Rules, moments: tuple[float, ...], used: set[str]
) -> tuple[list[str], list[str]]:
    """Both sides with the rules applied to lines that differ: line by line, else where they do not align."""

    def applied(lines: list[str]) -> list[str]:
        found = []
        for line in lines:
            plain, names = rules.normalised(line, moments)
            used.update(names)
            found.append(plain)
        return found

    if len(left) == len(right):
        changed = [at for at, (one, two) in enumerate(zip(left, right, strict=True)) if one != two]
        plain_left, plain_right = list(left), list(right)
        for side, plain in ((left, plain_left), (right, plain_right)):
            for at, line in zip(changed, applied([side[at] for at in changed]), strict=True):
                plain[at] = line
        return plain_left, plain_right
    plain_left, plain_right = [], []
    for tag, i1, i2, j1, j2 in _matcher(left, right).get_opcodes():
        equal = tag == "equal"
        plain_left += left[i1:i2] if equal else applied(left[i1:i2])
        plain_right += right[j1:j2] if equal else applied(right[j1:j2])
    return plain_left + left[MATCHED:], plain_right + right[MATCHED:]


def _matcher(left: list[str], right: list[str]) -> difflib.SequenceMatcher[str]:
    one, two = left[:MATCHED], right[:MATCHED]
    return difflib.SequenceMatcher(None, one, two, autojunk=len(one) + len(two) > 800)


class _Diff:
    """Shows the lines as they are, aligned by what they are under the rules."""

    def __init__(
        self, left: list[str], right: list[str], start: int, plain_left: list[str], plain_right: list[str]
    ) -> None:
        self._left = left
        self._right = right
        self._start = start
        self._plain = (plain_left, plain_right)

    def lines(self) -> list[str]:
        """The diff, at most SHOWN lines and one that counts the rest."""
        shown: list[str] = []
        for group in _matcher(*self._plain).get_grouped_opcodes(CONTEXT):
            first, last = group[0], group[-1]
            shown.append(
                f"@@ -{first[1] + self._start + 1},{last[2] - first[1]} "
                f"+{first[3] + self._start + 1},{last[4] - first[3]} @@"
            )
            for tag, i1, i2, j1, j2 in group:
                if tag == "equal":
                    shown += self._side(self._left, "  ", i1, i2)
                    continue
                shown += self._side(self._left, "- ", i1, i2)
                shown += self._side(self._right, "+ ", j1, j2)
            if len(shown) > SHOWN:
                break
        more = sum(max(0, len(side) - MATCHED) for side in self._plain)
        over = len(shown) - SHOWN
        if over > 0 or more:
            shown = [*shown[:SHOWN], f"… {max(over, 0) + more:,} lines more"]
        return shown or ["… they differ further on"]

    def _side(self, lines: list[str], mark: str, start: int, end: int) -> list[str]:
        return [
            mark + (line if len(line) <= WIDTH else f"{line[:WIDTH]}…")
            for line in lines[self._start + start : self._start + end]
        ]
