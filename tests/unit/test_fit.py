"""Text cut and padded to terminal cells."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from workbench.widgets.fit import cut, cut_middle, left, right


@pytest.mark.parametrize(
    "text", ["", "abc", "a long name.csv", "日本語のとても長い名前", "é" * 30, "a日" * 9]
)
@pytest.mark.parametrize("width", [0, 1, 2, 5, 8, 40])
def test_nothing_is_wider_than_asked(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width
    assert cell_len(cut_middle(text, width)) <= width
    assert cell_len(left(text, width)) == width
    assert cell_len(right(text, width)) == width


def test_what_is_cut_shows_it() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
    assert cut_middle("report_2026_final.csv", 11) == "repor…l.csv"
    assert cut_middle("日本語の名前.csv", 9) == "日本….csv"
    assert (left("ab", 4), right("ab", 4)) == ("ab  ", "  ab")
