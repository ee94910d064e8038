"""What does not count in a comparison: rules that name the volatile parts of a line, as data.

Each rule is applied to the lines that differ, one line at a time. What it matches is replaced by `‹name›` on
both sides; where that makes the lines equal they count as equal, and the rule is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from backend.errors import UsageError
from backend.records import dataclass

NEAR = 36 * 3600.0
"""Seconds from an execution within which a moment counts as its own: zones differ by 26 hours at most."""

LONGEST = 10_000
"""Characters of a line that rules look at; a pattern that backtracks must not hang the comparison."""

_DIGITS = re.compile(r"\d+(?:\\?\.\d+)?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A name and a regular expression. With `near`, what it matches has to tell a moment near the execution.

    That way a date that is data, as in a table, still counts.
    """

    name: str
    pattern: str
    near: bool = False


RULES: tuple[Rule, ...] = (
    Rule("uuid", r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    Rule("address", r"(?<=\bat )0x[0-9a-fA-F]{4,16}\b|\b0x(?:7f|5[5-6])[0-9a-fA-F]{8,10}\b"),
    Rule("session folder", r"(?:/[^\s/'\"]+)*/sessions/[0-9a-f]{32}/data(?![\w-])|/mnt/data(?![\w-])"),
    Rule("temporary path", r"(?:/[^\s/'\"]+)*/(?:tmp|T|temp)/[^\s'\",;:)\]>]+|\btmp[a-z0-9_]{8}\b"),
    Rule("run number", r"<run \d+>|\bCell In ?\[\d+\]|\b(?:In|Out|Input|Output) ?\[\d+\]"),
    Rule(
        "code name",
        r"<(?:ipython-input-\d+-[0-9a-f]+|cell-?\s?\d+)(?:-[0-9a-f]+)?>|\bipykernel_\d+/\d+\.py\b",
    ),
    Rule("process", r"(?i)\bpid(?:\s*[=:]\s*|\s+)\d+\b"),
    Rule(
        "time",
        r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?Z\b|\s?UTC\b|[+-]\d\d:?\d\d\b)?"
        r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w ]{3,12} \d\d:\d\d:\d\d(?: \w{2,5})?(?: \d{4})?",
        near=True,
    ),
    Rule("date", r"\b\d{4}-\d\d-\d\d\b", near=True),
    Rule("clock", r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"),
    Rule("epoch", r"\b\d{10}(?:\.\d+)?\b|\b\d{13}\b|\b\d{16}\b|\b\d{19}\b", near=True),
    Rule(
        "duration",
        r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?\s?(?:ns|[µμu]s|ms|s|sec|secs|seconds?|min|minutes?)\b"
        r"|(?<=\d:)\d\d<\d\d:\d\d|(?<![\w.])\d+(?:\.\d+)?\s?it/s",
    ),
)
"""The rules that hold unless they are switched off."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in force, in order."""

    rules: tuple[Rule, ...] = RULES

    def normalised(self, line: str, moments: tuple[float, ...]) -> tuple[str, frozenset[str]]:
        """The line with its volatile parts replaced, and the names of the rules that did it.

        `moments` are seconds since the epoch, for the rules that ask what is near.
        """
        used: set[str] = set()
        line = line[:LONGEST] if len(line) > LONGEST else line
        for rule in self.rules:
            line = _applied(rule, line, moments, used)
        return line, frozenset(used)

    def with_(self, more: Iterable[Rule]) -> Rules:
        """These rules and more."""
        return Rules((*self.rules, *more))

    def without(self, names: Iterable[str]) -> Rules:
        """These rules but those of these names. Raises UsageError for a name that none has."""
        gone = set(names)
        unknown = gone - {rule.name for rule in self.rules}
        if unknown:
            known = ", ".join(rule.name for rule in self.rules)
            raise UsageError(f"There is no rule {sorted(unknown)[0]!r}.", f"Rules are: {known}.")
        return Rules(tuple(rule for rule in self.rules if rule.name not in gone))


def ignoring(pattern: str) -> Rule:
    """A rule of the user's: what the regular expression matches does not count. Raises UsageError."""
    try:
        if re.compile(pattern).match("") is not None:
            raise UsageError(
                f"The expression {pattern!r} matches an empty text, and so everything.",
                "Make it match at least one character.",
            )
    except re.error as error:
        raise UsageError(
            f"{pattern!r} is not a regular expression: {error}.", "Escape what is meant literally with \\."
        ) from None
    return Rule(f"/{pattern}/", pattern)


def marking(line: str) -> Rule:
    """The rule for a line that somebody marked as volatile: lines like it, whatever their numbers are."""
    told = line.strip()
    pattern = _DIGITS.sub(lambda found: r"[\d.]+", re.escape(told))
    return Rule(f"line {told[:40]!r}", rf"^\s*{pattern}\s*$")


def chosen(
    ignore: Sequence[str] = (), without: Sequence[str] = (), *, exact: bool = False, base: Rules | None = None
) -> Rules:
    """The rules of a replay: ours, or none with `exact`, less those named, and the user's expressions."""
    rules = Rules(()) if exact else (base or Rules()).without(without)
    return rules.with_(map(ignoring, ignore))


def _applied(rule: Rule, line: str, moments: tuple[float, ...], used: set[str]) -> str:
    stand_in = f"‹{rule.name}›"

    def replaced(found: re.Match[str]) -> str:
        if not found[0] or (rule.near and not _near(found[0], moments)):
            return found[0]
        used.add(rule.name)
        return stand_in

    return _compiled(rule.pattern).sub(replaced, line)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _near(text: str, moments: tuple[float, ...]) -> bool:
    """Whether a text tells a moment near one of these, in any zone."""
    told = next((found for read in _READERS if (found := read(text)) is not None), None)
    return told is not None and any(abs(told - moment) <= NEAR for moment in moments)


def _epoch(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    whole = len(text.partition(".")[0])
    return number / 10 ** (whole - 10) if whole >= 10 else None


def _iso(text: str) -> float | None:
    try:
        told = datetime.fromisoformat(text.replace(",", ".").replace(" UTC", "Z").replace(" Z", "Z"))
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


def _words(text: str) -> float | None:
    for form in ("%a %b %d %H:%M:%S %Y", "%a %d %b %Y %H:%M:%S", "%a %b %d %H:%M:%S %Z %Y"):
        try:
            return datetime.strptime(text.replace(",", ""), form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None


_READERS: tuple[Callable[[str], float | None], ...] = (_epoch, _iso, _words)
