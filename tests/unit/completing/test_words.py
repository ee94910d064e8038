"""Names from the words of a piece of code."""

from __future__ import annotations

import pytest

from workbench.completing.words import is_begun, start_of, words

CODE = """import numpy as np
from pandas import DataFrame

frame = DataFrame()
frame.shape, frame.sort_values, np.sin
_hidden, Frames = 1, 2
"""


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("fra", ("frame", "Frames")),
        ("frame.s", ("shape", "sort_values")),
        ("np.", ("sin",)),
        ("import num", ("numbers", "numpy")),
        ("from pand", ("pandas",)),
        ("import os, pand", ("pandas",)),
        ("_hid", ("_hidden",)),
        ("frame", ("Frames",)),
        ("f().s", ()),
        ("42.s", ()),
        ("", ()),
    ],
)
def test_words_go_on_from_what_is_typed(typed: str, names: tuple[str, ...]) -> None:
    text = CODE + typed
    found = words(text, len(text))
    if typed:
        assert found.matches == names
    assert (found.start, found.end) == (start_of(text, len(text)), len(text))


def test_the_word_with_the_cursor_is_no_name_by_itself() -> None:
    text = "alpha = alpine = 1\nalphabet"
    assert words(text, text.rindex("ha")).matches == ("alpha", "alpine")


def test_a_megabyte_takes_no_time_that_is_felt() -> None:
    text = "name_a = name_b\n" * 60_000 + "nam"
    assert words(text, len(text)).matches == ("name_a", "name_b")


@pytest.mark.parametrize("line", ["pri", "x = obj.", "f(a).", "'text'.", "a[0].na"])
def test_names_are_offered_unasked_where_one_has_begun(line: str) -> None:
    assert is_begun(line, 2)


@pytest.mark.parametrize(
    "line",
    ["", "p", "1.", "12", "0x1f", "x = ", "...", "a..", "a .", "import a as bc", "def bc", "class  Bc"],
)
def test_and_nowhere_else(line: str) -> None:
    assert not is_begun(line, 2)
