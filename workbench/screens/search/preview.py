"""Code and output of a hit as lines to show, with what was searched for marked; pure, but for the colours."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from backend.records import dataclass
from workbench.history.codec import indexed_output
from workbench.history.entry import Entry
from workbench.history.query import FIELDS
from workbench.widgets.code_view import displayable
from workbench.widgets.lexing import Run, runs_by_line

HIT, RULE = "hit", "rule"
"""The roles of what was searched for, and of the line between code and output."""

# lexing is 300 kB/s, and nobody reads so much of a preview
_MOST_CODE = 60_000
# lines of a long output shown before the first hit, and after it
_BEFORE, _AFTER = 10, 300
_NAME = 10  # columns of a field's name


@dataclass(frozen=True, slots=True)
class Preview:
    """Lines of runs, and which of them has the first hit in the code, else in the output."""

    lines: list[list[Run]]
    first: int


def preview(entry: Entry, words: Sequence[str]) -> Preview:
    """The lines of an entry: code in colours, error in a line, output from a little before the first hit.

    A failure comes before the output, which may be long: why it failed is what is looked for.
    """
    pattern = _any_of(words)
    code = runs_by_line(displayable(entry.code[:_MOST_CODE]), "code.py")
    lines = [_marked(line, pattern) for line in code]
    if entry.error is not None:
        said = displayable(f"{entry.error.name}: {entry.error.message}").split("\n", 1)[0]
        lines += [[], _marked([(RULE, f"── {said}")], pattern)]
    output = displayable(indexed_output(entry)).split("\n")
    if output != [""]:
        hits = [number for number, line in enumerate(output) if pattern and pattern.search(line)]
        begin = max(hits[0] - _BEFORE, 0) if hits and len(output) > _BEFORE + _AFTER else 0
        shown = output[begin : begin + _AFTER]
        lines.append([])
        lines.append([(RULE, f"── output{_part(begin, len(shown), len(output))}")])
        lines += [_marked([("", line)], pattern) for line in shown]
    first = next((number for number, line in enumerate(lines) if any(role == HIT for role, _ in line)), 0)
    return Preview(lines, first)


def fields(width: int) -> list[list[Run]]:
    """The help of the query language, as lines of runs of so many cells at most."""
    told: list[list[Run]] = [
        [("heading", "What can be typed")],
        [],
        [("", "Words that all occur in code or output, in any case: "), (HIT, "groupby mean")],
        [("", "Words in quotes are one text: "), (HIT, '"of shape"')],
        [("", "With - before it must not occur: "), (HIT, "-numpy"), ("", "  "), (HIT, "-status:ok")],
        [("", "When little is found, names that are nearly the word are shown too, marked ≈.")],
        [],
    ]
    lines = [line for runs in told for line in _wrapped(runs, width)]
    for name, help in FIELDS.items():
        first, *more = textwrap.wrap(help, max(width - _NAME, 10))
        lines.append([("name", f"{name + ':':<{_NAME}}"), ("", first)])
        lines += [[("", " " * _NAME + line)] for line in more]
    return lines


def _wrapped(runs: Sequence[Run], width: int) -> list[list[Run]]:
    """Runs broken at spaces."""
    lines: list[list[Run]] = [[]]
    column = 0
    for role, text in runs:
        for word in re.findall(r"\s*\S+|\s+$", text):
            if column and column + len(word) > width:
                lines.append([])
                column, word = 0, word.lstrip()
            lines[-1].append((role, word))
            column += len(word)
    return lines


def _part(begin: int, shown: int, count: int) -> str:
    return "" if shown == count else f", lines {begin + 1:,} to {begin + shown:,} of {count:,}"


def _any_of(words: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.I) if words else None


def _marked(line: Sequence[Run], pattern: re.Pattern[str] | None) -> list[Run]:
    """The line with what matches in the role HIT, also where a match goes over several runs."""
    if pattern is None:
        return list(line)
    spans = [match.span() for match in pattern.finditer("".join(text for _, text in line)) if match[0]]
    if not spans:
        return list(line)
    marked: list[Run] = []
    start = 0
    for role, text in line:
        at = 0
        for begin, end in spans:
            first, last = max(begin - start, at), min(end - start, len(text))
            if first >= last:
                continue
            marked += [(role, text[at:first]), (HIT, text[first:last])]
            at = last
        marked.append((role, text[at:]))
        start += len(text)
    return [run for run in marked if run[1]]
