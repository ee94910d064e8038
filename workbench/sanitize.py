"""The one choke point for text from outside: output, names, server answers, files.

No Textual widget removes escape sequences (measured on 8.2.8), so every foreign string passes here
before it reaches one. Control characters become visible symbols; nothing is dropped silently.
"""

from __future__ import annotations

import re
from functools import cached_property

# bidirectional overrides and isolates can make text read as something else (Trojan Source, CVE-2021-42574)
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# text can be hidden in characters without width or form, and terminals disagree on their width. Joiners and
# the zero-width space stay in text, where scripts and emoji need them; names show the space too
_INVISIBLE = (
    *range(0x2060, 0x2065),
    *range(0x206A, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE0080),
    0x00AD,
    0x180E,
    0xFEFF,
)
# after ASCII a joiner joins nothing, and rich counts the next character as part of the one before
_STRAY_JOINER = re.compile("(?<![^\x00-\x7f])\u200d")
_REPLACEMENT = "\ufffd"


def _table(keep: str, extra: str = "") -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20)}
    table[0x7F] = "\u2421"
    table |= dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)
    table |= {ord(char): _REPLACEMENT for char in _BIDI}
    table |= dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT)
    table |= dict.fromkeys(_INVISIBLE, _REPLACEMENT)
    table |= {0x2028: "\u2424", 0x2029: "\u2424"}
    table |= {ord(char): _REPLACEMENT for char in extra}
    for char in keep:
        del table[ord(char)]
    return table


class _Cleaner:
    """Maps the characters of one table. ASCII goes through str.translate (1.3 ms per MB); for other text a
    regular expression finds what to map, since translate costs 78 ms per MB there."""

    def __init__(self, keep: str, extra: str = "") -> None:
        self.table = _table(keep, extra)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What is mapped; compiled for the first text that is not ASCII (1 ms)."""
        singles = "".join(re.escape(chr(code)) for code in self.table if not 0xD800 <= code < 0xE000)
        return re.compile(f"[{singles}\ud800-\udfff]")

    def __call__(self, text: str) -> str:
        if text.isascii():
            return text.translate(self.table)
        if "\u200d" in text:
            text = _STRAY_JOINER.sub(_REPLACEMENT, text)
        return self.pattern.sub(self._symbol, text)

    def _symbol(self, match: re.Match[str]) -> str:
        return self.table[ord(match.group())]


_text = _Cleaner(keep="\n\t")
_line = _Cleaner(keep="", extra="\u200b")
_ansi = _Cleaner(keep="\n\t\r\x1b")


def sanitize(text: str) -> str:
    """`text` safe for any widget: controls but newline and tab become visible symbols.

    C0 becomes its Unicode picture; C1, bidi overrides, invisible characters and lone surrogates become
    U+FFFD. Every character becomes exactly one.
    """
    return _text(text)


def sanitize_line(text: str) -> str:
    """`text` as one line for names and titles: newline and tab become visible symbols too."""
    return _line(text)


def sanitize_ansi(text: str) -> str:
    """`text` with ESC, CR, newline and tab left of the controls, for a decoder that knows SGR and CR."""
    return _ansi(text)
