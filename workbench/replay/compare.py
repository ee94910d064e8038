"""Compares what came of an execution before and after: equal, differs or failed, and in what.

What a target does not tell (the files that an execution changed, what it displayed on the way) is not
compared; a stream that one side has only a part of is compared as far as that goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum

from backend.models import MimeBundle, Status, Stream
from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.replay import images
from workbench.replay.lines import Text, difference
from workbench.replay.rules import Rules

PLAIN = "text/plain"


class Verdict(StrEnum):
    """What came of an execution that was to be run again. `skipped`: it was not run."""

    EQUAL = "equal"
    DIFFERS = "differs"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect in which two outcomes differ: each side in short, and for texts the lines that differ.

    `aspect` is status, value, stdout, stderr, displays, error, images or files.
    """

    aspect: str
    before: str
    after: str
    diff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """An execution before and after. `reason` is a sentence for `failed` and `skipped`.

    `rules` are those without which it would differ, or differ in more; `untold` names what one of the
    targets does not tell and was not compared.
    """

    before: Entry
    after: Entry | None
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    rules: frozenset[str] = field(default_factory=frozenset)
    untold: tuple[str, ...] = ()
    reason: str = ""


FAILED = (Status.LOST, Status.REJECTED, Status.WORKER_DIED)
"""Ends that are the target's doing, unless the execution ended so before."""


def compare(before: Entry, after: Entry, rules: Rules) -> Comparison:
    """The comparison of an execution with its repetition."""
    if after.status in FAILED and after.status is not before.status:
        reason = after.message or f"It ended as {after.status.value.replace('_', ' ')} at the target."
        return Comparison(before, after, Verdict.FAILED, reason=reason)
    if before.status is Status.LOST and after.status is Status.SUCCEEDED:
        return Comparison(before, after, Verdict.EQUAL, untold=("what came of it before",))
    pair = _Pair(before, after, rules)
    differences = tuple(pair.differences())
    verdict = Verdict.DIFFERS if differences else Verdict.EQUAL
    return Comparison(before, after, verdict, differences, frozenset(pair.used), tuple(pair.untold))


def again(comparison: Comparison, rules: Rules) -> Comparison:
    """The same two outcomes under other rules; nothing is run."""
    if comparison.after is None or comparison.verdict in (Verdict.FAILED, Verdict.SKIPPED):
        return comparison
    return compare(comparison.before, comparison.after, rules)


class _Pair:
    """Two entries on their way to a comparison."""

    def __init__(self, before: Entry, after: Entry, rules: Rules) -> None:
        self.used: set[str] = set()
        self.untold: list[str] = []
        self._before = before
        self._after = after
        self._rules = rules

    def differences(self) -> Iterator[Difference]:
        """What differs, in the order in which one reads it."""
        before, after = self._before, self._after
        if before.status is not after.status:
            yield Difference("status", before.status.value, after.status.value)
        yield from self._value()
        yield from self._stream(Stream.STDOUT)
        yield from self._stream(Stream.STDERR)
        yield from self._displays()
        yield from self._error()
        yield from self._images()
        yield from self._files()

    def _value(self) -> Iterator[Difference]:
        one, two = self._before.value, self._after.value
        if _pictured(one) or _pictured(two):
            return  # its label is the target's own; the picture is compared
        yield from self._text("value", _plain(one), _plain(two), same=_same_value)

    def _stream(self, stream: Stream) -> Iterator[Difference]:
        one = getattr(self._before, stream.value)
        two = getattr(self._after, stream.value)
        cut = [
            len(text)
            for text, entry in ((one, self._before), (two, self._after))
            if stream in entry.truncated
        ]
        if cut:
            kept = min(*cut, len(one), len(two))
            if kept < max(len(one), len(two)):
                self.untold.append(f"{stream.value} after {kept:,} characters")
            one, two = one[:kept], two[:kept]
        yield from self._text(stream.value, one, two)

    def _displays(self) -> Iterator[Difference]:
        if _remote(self._before) or _remote(self._after):
            if any(_displayed(entry) for entry in (self._before, self._after)):
                self.untold.append("displays")
            return
        one, two = ("\n".join(map(_plain, _displayed(each))) for each in (self._before, self._after))
        yield from self._text("displays", one, two)

    def _error(self) -> Iterator[Difference]:
        """Name and message; tracebacks tell of the interpreter, and are shown where they are looked for."""
        one, two = (
            f"{entry.error.name}: {entry.error.message}".rstrip(": ") if entry.error else ""
            for entry in (self._before, self._after)
        )
        yield from self._text("error", one, two)

    def _images(self) -> Iterator[Difference]:
        one, two = _images(self._before), _images(self._after)
        if _remote(self._before) != _remote(self._after):
            # a remote target tells one image at most: that of the value, else the last one displayed
            one, two = one[-1:], two[-1:]
            if not one or not two:
                self.untold += ["images"] if one or two else []
                return
        if one != two:
            yield Difference("images", _listed(one), _listed(two))

    def _files(self) -> Iterator[Difference]:
        one, two = self._before.files_changed, self._after.files_changed
        if one is None or two is None:
            self.untold += ["files"] if one or two else []
            return
        left, right = ({(file.path, file.change.value): file.size for file in each} for each in (one, two))
        if left == right:
            return
        lines = difference(Text(_file_lines(left)), Text(_file_lines(right)), Rules(()), ()).lines
        if lines:
            yield Difference("files", _counted(left), _counted(right), lines)

    def _text(self, aspect: str, one: str, two: str, *, same: object = None) -> Iterator[Difference]:
        if one == two or (callable(same) and same(one, two)):
            return
        moments = (self._before.started_at, self._after.started_at)
        found = difference(Text(one), Text(two), self._rules, moments)
        self.used |= found.rules
        if found.lines:
            yield Difference(aspect, _brief(one), _brief(two), found.lines)


def _remote(entry: Entry) -> bool:
    return not entry.isolation  # a level is what only local sessions have


def _plain(bundle: MimeBundle | None) -> str:
    text = (bundle or {}).get(PLAIN)
    return text if isinstance(text, str) else ""


def _pictured(bundle: MimeBundle | None) -> bool:
    return bool(images.digests(bundle))


def _displayed(entry: Entry) -> list[MimeBundle]:
    return [segment.bundle for segment in entry.segments if segment.bundle is not None]


def _images(entry: Entry) -> tuple[str, ...]:
    return tuple(each for bundle in (*_displayed(entry), entry.value) for each in images.digests(bundle))


def _same_value(one: str, two: str) -> bool:
    """Whether one is the other with quotes: pools tell a text as it is, sessions as Python writes it."""
    return any(_unquoted(quoted) == bare for quoted, bare in ((one, two), (two, one)))


def _unquoted(text: str) -> str | None:
    if text[:1] not in ("'", '"') or len(text) > 1_000_000:
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _file_lines(files: dict[tuple[str, str], int]) -> str:
    return "\n".join(f"{change} {path} ({size} bytes)" for (path, change), size in sorted(files.items()))


def _counted(files: dict[tuple[str, str], int]) -> str:
    return ", ".join(f"{path} {change}" for path, change in sorted(files)[:5]) or "none"


def _listed(found: tuple[str, ...]) -> str:
    return " ".join(found) or "none"


def _brief(text: str) -> str:
    """One line of a text for a table; what is more is in the diff."""
    lines = text.strip().splitlines()
    if not lines:
        return ""
    return lines[0][:120] + (" …" if len(lines) > 1 or len(lines[0]) > 120 else "")
