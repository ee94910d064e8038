"""What typing a bracket or a quote does: it comes with its partner, goes round a selection, or steps over."""

from __future__ import annotations

import re
from enum import Enum

BRACKETS = {"(": ")", "[": "]", "{": "}"}
QUOTES = "\"'"
_CLOSING = frozenset(BRACKETS.values())
_OPENING = {closing: opening for opening, closing in BRACKETS.items()}
_PREFIX = r"(?i)(?:^|\W)(?:[rbuft]|rb|br|fr|rf|tr|rt)$"  # compiled, as those below, when first used
# a comment, or a string that is closed, or one that goes on to the end
_PIECE = (
    r"#.*"
    r'|"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"""(?P<a>.*)|\'\'\'(?P<b>.*)'
    r'|"(?:\\.|[^"\\])*(?P<c>"|$)'
    r"|'(?:\\.|[^'\\])*(?P<d>'|$)"
)
_HANGS = r"\s*(else|elif|except|finally)\b[^#]*$"
_MAY_HANG = {
    "else": ("if", "elif", "for", "while", "try", "except"),
    "elif": ("if", "elif"),
    "except": ("try", "except"),
    "finally": ("try", "except", "else"),
}


class Kind(Enum):
    """What a place in code belongs to."""

    CODE = "code"
    STRING = "string"
    COMMENT = "comment"


def kind_at_end(before: str) -> Kind:
    """What the end of a piece of one line belongs to, where the line begins in code."""
    for piece in re.finditer(_PIECE, before):
        if piece.end() < len(before):
            continue
        if piece.group().startswith("#"):
            return Kind.COMMENT
        if piece["a"] is not None or piece["b"] is not None or piece["c"] == "" or piece["d"] == "":
            return Kind.STRING
    return Kind.CODE


def closing_of(char: str) -> str:
    """The partner of an opening bracket or a quote; empty for other characters."""
    return BRACKETS.get(char) or (char if char and char in QUOTES else "")


def inserted(char: str, before: str, after: str, kind: Kind) -> str:
    """What comes into the text behind a typed character: its partner, or nothing."""
    free = not after or after[0].isspace() or after[0] in ")]},:;"
    if kind is not Kind.CODE or not free:
        return ""
    if char in BRACKETS:
        return BRACKETS[char]
    if char not in QUOTES:
        return ""
    if before.endswith(char * 2) and not before.endswith(char * 3):
        return char * 3  # the third of three opens a string of several lines
    last = before[-1:]
    if last and (last.isalnum() or last in "_" + QUOTES) and not re.search(_PREFIX, before):
        return ""
    return char


def steps_over(char: str, before: str, after: str, kind: Kind) -> bool:
    """Whether a typed character is the one that stands there already."""
    if not after.startswith(char):
        return False
    if char in _CLOSING:
        opening = _OPENING[char]
        return kind is Kind.CODE and before.count(opening) > before.count(char)
    if char in QUOTES:
        return kind is Kind.STRING
    return False


def empty_pair(before: str, after: str) -> bool:
    """Whether the cursor is between a pair with nothing in it."""
    return bool(before and after) and closing_of(before[-1]) == after[0]


def hanging_indent(line: str, above: list[str]) -> str | None:
    """The indentation for `else:` and its like, once the colon is typed; None where it is right already.

    `line` is the line up to the cursor, `above` the lines over it, nearest first.
    """
    if (match := re.match(_HANGS, line)) is None:
        return None
    wanted = _MAY_HANG[match[1]]
    indent = len(line) - len(line.lstrip())
    for other in above:
        code = other.lstrip()
        if not code or code.startswith("#"):
            continue
        depth = len(other) - len(code)
        word = re.split(r"\W", code.removeprefix("async "), maxsplit=1)[0]
        if depth <= indent and word in wanted:
            return other[:depth] if depth < indent else None
        if depth < indent:
            return None
    return None
