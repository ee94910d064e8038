"""Finding in many lines at once with RE2, whose time is linear in the text whatever the pattern.

A million lines of 57 characters take 0.1 to 0.6 s; matched one by one they take up to half a minute.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.S)
_OTHERWISE = re.compile(r"\(\?i|\\B")  # there flags hold from their place on, and no text has \B
_ESCAPE = re.compile(r"\\.", re.S)
_DIGIT, _WORD, _SPACE = r"\d", r"\w", r"[^\S\n]"  # the last is what becomes of \s within a line
# what classes are in RE2, whose \s has no vertical tab: in ASCII, and in the letters of _KNOWN
_NARROW = {_DIGIT: r"\d", _WORD: r"\w", _SPACE: r"\t\x0b-\r ", r"\S": r"\x00-\x08\x0e-\x1f!-\x7f"}
_WIDE = {
    _DIGIT: r"\p{Nd}",
    _WORD: r"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200c}\x{200d}\x{24b6}-\x{24e9}",
    _SPACE: r"\t\x0b-\r \x{85}\p{Z}",
}
_NOT_WIDE = re.compile(r"\\b|\[[^]]*\\S(?!\\n\])")  # \b knows ASCII only, and \S has no name within a class
# what RE2 and `regex` have in the same classes, with the same capital letters: Europe's letters but I with
# and without dot, signs, east Asia, emoji. In the rest their versions of Unicode differ in 22,000 places
_ASCII = "\0-\x7f"
_KNOWN = (
    f"{_ASCII}\x80-\u012f\u0132-\u052f\u2000-\u206f\u20a0-\u2bff\u3000-\u9fff\uac00-\ud7a3\uff01-\uffee"
    "\U0001f300-\U0001faff"
)


class Linear:
    """Finds the lines of text that have a pattern, and where in a line.

    `within` is a pattern that never matches the end of a line. Raises ValueError when RE2 cannot read it as
    `regex` does, and ImportError where there is no RE2.
    """

    def __init__(self, within: str, *, case: bool) -> None:
        if _OTHERWISE.search(within) or re.search(f"[^{_KNOWN}]", within):
            raise ValueError(within)
        self._within, self._case = within, case
        self._wide_enough = not _NOT_WIDE.search(within)
        self._narrow = self._engine(_NARROW)

    @cached_property
    def strange(self) -> re.Pattern[str]:
        """Finds what may mean something else to RE2, and the rest of its line."""
        return re.compile(f"[^{_KNOWN if self._wide_enough else _ASCII}][^\n]*")

    def reads(self, text: str) -> bool:
        """Whether there is nothing strange in a text."""
        return text.isascii() or not self.strange.search(text)

    def lines(self, text: str, first: int) -> list[int]:
        """Which of the lines of `text` match; the first one has the number `first`."""
        engine = self._narrow if text.isascii() else self._wide
        return engine.lines(text.encode() + b"\n", first)

    def spans(self, line: str) -> list[tuple[int, int]]:
        """Start and end of each match in a line; none without a width."""
        data = line.encode()
        if line.isascii():
            return self._narrow.spans(data)
        return [(_characters(data, start), _characters(data, end)) for start, end in self._wide.spans(data)]

    @cached_property
    def _wide(self) -> _Engine:
        return self._engine(_WIDE)

    def _engine(self, classes: dict[str, str]) -> _Engine:
        return _Engine(_PIECE.sub(lambda piece: _as_read(piece[0], classes), self._within), self._case)


class _Engine:
    """One pattern of RE2 over UTF-8. Raises ValueError when RE2 cannot read it."""

    def __init__(self, pattern: str, case: bool) -> None:
        import re2  # type: ignore[import-not-found,import-untyped,unused-ignore]

        options = re2.Options()
        options.case_sensitive, options.never_capture, options.log_errors = case, True, False
        pattern = f"(?:{pattern})"
        # one match for lines that follow each other: a call for each takes 1.5 µs, by search() 3
        runs = f"(?m){pattern}.*\n(?:.*{pattern}.*\n)*"
        try:
            self._runs = re2.compile(runs.encode(), options)._regexp.Match
            self._one = re2.compile(f"(?m){pattern}".encode(), options)
        except re2.error as error:
            raise ValueError(pattern) from error
        self._anywhere = re2._Anchor.UNANCHORED

    def lines(self, data: bytes, first: int) -> list[int]:
        """Which lines match; the first one has the number `first`, and the last one ends as others do."""
        found: list[int] = []
        at, number, end = 0, first, len(data)
        while at < end:
            match: Any = self._runs(self._anywhere, data, at, end)
            if not match or match[0][0] < 0:
                break
            start, after = match[0]
            number += data.count(b"\n", at, start)
            count = data.count(b"\n", start, after)
            found += range(number, number + count)
            at, number = after, number + count
        return found

    def spans(self, line: bytes) -> list[tuple[int, int]]:
        """Start and end of each match in bytes; none without a width."""
        found = (match.span() for match in self._one.finditer(line))
        return [(start, end) for start, end in found if end > start]


def _as_read(piece: str, classes: dict[str, str]) -> str:
    r"""A backslash or a class as RE2 has to be told it."""
    if piece == _SPACE:
        return f"[{classes[_SPACE]}]"
    if piece.startswith("["):
        inside = classes | {r"\s": classes[_SPACE]}  # [^\s], which has the end of a line beside it
        return _ESCAPE.sub(lambda each: inside.get(each[0], each[0]), piece)
    return {
        r"\d": f"[{classes[_DIGIT]}]",
        r"\w": f"[{classes[_WORD]}]",
        r"\S": f"[^\\n{classes[_SPACE]}]",
    }.get(piece, piece)


def _characters(data: bytes, at: int) -> int:
    """How many characters end before a byte."""
    return len(data[:at].decode())
