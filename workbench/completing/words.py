"""Names that fit at a place in code, from the words of that code alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from backend.models import Completions

_WORD = re.compile(r"[^\W\d]\w*")
_TYPED = re.compile(r"\w*\Z")
_OWNER = re.compile(r"([^\W\d]\w*)\.\Z")
_MODULE = re.compile(r"[ \t]*(?:from[ \t]+|import[ \t]+(?:[\w.]+[ \t]*(?:as[ \t]+\w+[ \t]*)?,[ \t]*)*)\Z")
_NAME = re.compile(r"(?<!\w)[^\W\d]\w*\Z")
_DOTTED = re.compile(r"(?:(?<!\w)[^\W\d]\w*|[)\]}\"'])\.\Z")
_MADE = re.compile(r"(?<!\w)(?:as|def|class)[ \t]+\w*\Z")  # a name of one's own follows
_TAIL = re.compile(r"\A\w+")  # the rest of the word with the cursor is no word of its own
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+([^\W\d]\w*)", re.M)


def start_of(text: str, place: int) -> int:
    """Where the word that ends at a place begins."""
    found = _TYPED.search(text, max(0, place - 500), place)
    return place if found is None else found.start()


def is_begun(line: str, least: int) -> bool:
    """Whether a piece of a line ends in `least` characters of a name to look up, or in a dot behind one."""
    if _MADE.search(line):
        return False
    name = _NAME.search(line)
    return _DOTTED.search(line) is not None if name is None else len(name[0]) >= least


def words(text: str, place: int) -> Completions:
    """Words of the text that go on from the one that ends at `place`; behind a dot, those seen behind it.

    In an import statement they are modules. In alphabetical order, those with an underscore last.
    """
    start = start_of(text, place)
    typed = text[start:place]
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if _MODULE.match(line):
        found: Iterable[str] = {*_IMPORTED.findall(text), *sys.stdlib_module_names}
    elif line.endswith("."):
        owner = _OWNER.search(line)
        if owner is None:
            return Completions(start, place)
        found = re.findall(rf"(?<!\w){owner[1]}\.([^\W\d]\w*)", text[:start] + "\n" + text[place:])
    else:
        found = _WORD.findall(text[:start] + "\n" + _TAIL.sub("", text[place:], count=1))
    return Completions(start, place, ordered(name for name in set(found) if fits(name, typed)))


def fits(name: str, typed: str) -> bool:
    """Whether a name goes on from what was typed, whatever the case."""
    return name != typed and name.lower().startswith(typed.lower())


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """In alphabetical order, those with an underscore last, as jedi has them."""
    return tuple(sorted(names, key=lambda name: (name.startswith("_"), name.lower(), name)))
