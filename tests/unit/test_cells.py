"""Cells: where they begin, what a run takes."""

from __future__ import annotations

import pytest

from workbench.cells import Cell, Runnable, cell_at, code_to_run, is_marker, marker_lines, split_cells

THREE = "import os\n\n# %% first\na = 1\nb = 2\n\n#%%\n%%time\nc = 3\n"


@pytest.mark.parametrize("line", ["# %%", "#%%", "# %% a title", "# %% [markdown]", "#\t%%", "# %%%"])
def test_markers(line: str) -> None:
    assert is_marker(line)


@pytest.mark.parametrize("line", ["", "%%time", " # %%", "# %%time", "# 5 %% 2", "x  # %%", "## %%"])
def test_not_markers(line: str) -> None:
    assert not is_marker(line)


def test_split_covers_every_line_once() -> None:
    cells = split_cells(THREE)
    assert cells == [Cell(0, 2), Cell(2, 6, "first", True), Cell(6, 10, "", True)]


def test_blank_lines_above_the_first_marker_are_no_cell() -> None:
    cells = split_cells("\n\n# %%\nx\n")
    assert cells == [Cell(2, 5, "", True)]
    assert cell_at(cells, 0) == cells[0]


def test_a_buffer_without_markers_is_one_cell() -> None:
    assert split_cells("a\nb") == [Cell(0, 2)]
    assert split_cells("") == [Cell(0, 1)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (0, Runnable("import os", 0)),
        (2, Runnable("a = 1\nb = 2", 3)),
        (5, Runnable("a = 1\nb = 2", 3)),
        (6, Runnable("%%time\nc = 3", 7)),
        (99, Runnable("%%time\nc = 3", 7)),
    ],
)
def test_the_cell_of_the_cursor_runs(line: int, expected: Runnable) -> None:
    assert code_to_run(THREE, None, line) == expected


def test_without_cells_the_buffer_runs() -> None:
    assert code_to_run("x = 1\nx\n", None, 1) == Runnable("x = 1\nx", 0)


def test_the_selection_runs_whichever_way_it_was_made() -> None:
    expected = Runnable("a = 1\nb", 3)
    assert code_to_run(THREE, ((3, 0), (4, 1)), 0) == expected
    assert code_to_run(THREE, ((4, 1), (3, 0)), 0) == expected
    assert code_to_run(THREE, ((3, 1), (3, 1)), 3).code == "a = 1\nb = 2"


def test_a_selected_block_loses_its_indentation() -> None:
    text = "def f():\n    a = 1\n    return a\n"
    assert code_to_run(text, ((1, 4), (2, 12)), 1) == Runnable("a = 1\nreturn a", 1)
    assert code_to_run(text, ((1, 8), (1, 9)), 1) == Runnable("1", 1)


def test_a_marker_in_a_string_is_text() -> None:
    text = "s = \"\"\"\n# %% not a cell\n\"\"\"\n# %% a cell\nx = '''a\n# %%\n'''\n"
    assert marker_lines(text) == [3]


def test_quotes_in_comments_and_strings_open_nothing() -> None:
    text = '# it\'s """ here\n# %%\na = \'"""\'\n# %%\n!echo it\'s\n# %%\nb = "\'\'\'"\n'
    assert marker_lines(text) == [1, 3, 5]


def test_an_unclosed_string_hides_no_cells() -> None:
    text = 'x = """oops\n# %%\ny = 1\n# %%\nz = """fine"""\n'
    assert 3 in marker_lines('x = """oops\n# %%\ny = 1\n# %%\nz = 2\n')
    assert code_to_run(text.replace('"""fine"""', "2"), None, 2) == Runnable("y = 1", 2)
