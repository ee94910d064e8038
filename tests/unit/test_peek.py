"""Bytes as something to look at, and text as clean lines with roles."""

from __future__ import annotations

from workbench.screens.peek import HEX_WINDOW, decoded, hex_dump, peek
from workbench.widgets.code_view import LONGEST_LINE, displayable
from workbench.widgets.lexing import runs_by_line


def test_what_counts_as_text() -> None:
    assert decoded("grün".encode()) == "grün"
    assert decoded("grün €".encode()[:-1]) == "grün "
    assert decoded("\ufeffx".encode()) == "x"
    assert decoded("x".encode("utf-16")) == "x"
    assert decoded(b"a\0b") is None
    assert decoded(b"\x80" * 30 + b"abc") is None
    assert decoded(b"mostly text with one \xff byte in it") == "mostly text with one \ufffd byte in it"


def test_hex_dump_and_notes() -> None:
    assert hex_dump(b"ABC") == "00000000  41 42 43" + " " * 15 + "  " + " " * 23 + "  ABC"
    assert peek(b"\0" * 10, 10).note == "binary"
    assert peek(b"\0" * 10_000, 10_000).text.count("\n") == HEX_WINDOW // 16 - 1
    assert peek(b"abc", 3).note == ""


def test_displayable_text_is_clean_and_its_lines_are_bounded() -> None:
    shown = displayable("a\tb\r\n" + "x" * (LONGEST_LINE + 5) + "\n\x1b")
    first, second, third = shown.split("\n")
    assert (first, third) == ("a   b", "␛")
    assert second.endswith("x … 5 characters more")


def test_lines_stay_lines_in_every_language() -> None:
    text = 'def f():\n    """a\n    b"""\n\n    return 1'
    for name in ("a.py", "a.json", "a.md", "a.csv", "none", "a.diff"):
        joined = "\n".join("".join(part for _, part in line) for line in runs_by_line(text, name))
        assert joined == text
    roles = {part: role for line in runs_by_line(text, "a.py") for role, part in line}
    assert (roles["def"], roles["f"], roles["1"]) == ("keyword", "name", "number")
