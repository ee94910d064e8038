"""Words that are nearly what was typed: `grpby` and `gruopby` are near `groupby`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = re.compile(r"[^\W\d]\w{2,40}")
_MOST = 6
# an abbreviation stands for a name at most this many times as long
_STRETCH = 3


def names(code: str) -> set[str]:
    """The names of three characters and more in a piece of code, in small letters."""
    return {name.lower() for name in _NAME.findall(code)}


def near(word: str, known: Iterable[str]) -> list[str]:
    """The known names that a word is nearly, the nearest first: a mistyping, or an abbreviation of them.

    A word of four letters may have one mistake (a letter too many, too few, wrong, or two swapped), one of
    eight two.
    """
    typed = word.lower()
    if len(typed) < 3 or not typed.isidentifier():
        return []
    allowed = 0 if len(typed) < 4 else 1 if len(typed) < 8 else 2
    beginning = typed[:2]
    found: list[tuple[float, str]] = []
    for name in known:
        if name[0] not in beginning or typed in name:
            continue  # few mistype the first letter; the search for the word itself finds what has it
        if name[0] == typed[0] and len(name) <= _STRETCH * len(typed) and _abbreviates(typed, name):
            found.append((1 + len(name) / len(typed) / 10, name))
        elif abs(len(name) - len(typed)) <= allowed and (errors := mistakes(typed, name, allowed)) <= allowed:
            found.append((errors, name))
    return [name for _, name in sorted(found)[:_MOST]]


def mistakes(one: str, other: str, limit: int) -> int:
    """How many letters are wrong, missing, too many or swapped with their neighbour; `limit` + 1 for more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _abbreviates(word: str, name: str) -> bool:
    """Whether the letters of a word come in a name in this order."""
    rest = iter(name)
    return all(letter in rest for letter in word)
