"""A comparison as rows of two columns, for a screen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from backend.records import dataclass
from workbench.format import status_words
from workbench.replay.compare import Comparison, Difference


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `kind` is head (an aspect), same, differs, place (of a diff) or said (a sentence)."""

    kind: str
    left: str
    right: str = ""

    @property
    def marked(self) -> str:
        """The line that somebody means who marks this row as volatile; nothing for one that is no output."""
        return (self.left or self.right) if self.kind == "differs" else ""


def rows(comparison: Comparison) -> list[Row]:
    """What one sees of a comparison, before at the left, after at the right."""
    return list(_rows(comparison))


def _rows(each: Comparison) -> Iterator[Row]:
    before, after = each.before, each.after
    yield Row("head", status_words(before.status), status_words(after.status) if after else "not run")
    if each.reason:
        yield Row("said", each.reason)
    for one in each.differences:
        yield Row("head", f"{one.aspect} before", f"{one.aspect} after")
        yield from _difference(one)
    if not each.differences and after is not None and not each.reason:
        yield Row("said", "Value, output, error, images and files are equal.")
    if each.rules:
        yield Row("said", f"Not counted: {', '.join(sorted(each.rules))}.")
    if each.untold:
        yield Row("said", f"Not compared, since a target does not tell it: {', '.join(each.untold)}.")


def _difference(one: Difference) -> Iterator[Row]:
    if not one.diff:
        yield Row("differs", one.before or "nothing", one.after or "nothing")
        return
    gone: list[str] = []
    come: list[str] = []
    for line in one.diff:
        mark, text = line[:2], line[2:]
        if mark == "- ":
            gone.append(text)
            continue
        if mark == "+ ":
            come.append(text)
            continue
        yield from _paired(gone, come)
        gone, come = [], []
        if mark == "  ":
            yield Row("same", text, text)
        else:
            yield Row("place", line)
    yield from _paired(gone, come)


def _paired(gone: list[str], come: list[str]) -> Iterator[Row]:
    for left, right in zip_longest(gone, come, fillvalue=""):
        yield Row("differs", left, right)
