"""Occurrences of words, and places that people type."""

from __future__ import annotations

import pytest

from workbench.widgets.editor.text.words import line_and_column, next_occurrence


def test_the_next_occurrence_goes_round() -> None:
    text = "ab abc ab"
    assert next_occurrence(text, "ab", 2, whole=True) == 7
    assert next_occurrence(text, "ab", 2, whole=False) == 3
    assert next_occurrence(text, "ab", 9, whole=True) == 0
    assert next_occurrence(text, "x.", 0, whole=False) == -1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", (0, 0)), ("12:5", (11, 4)), (":7", (6, 0)), ("-1", (19, 0)), ("999", (19, 0)),
        ("0", (0, 0)), ("3,4", (2, 3)), ("x", None), ("", None), ("1:2:3", None),
    ],
)  # fmt: skip
def test_places(text: str, place: tuple[int, int] | None) -> None:
    assert line_and_column(text, 20) == place
