"""Cells: a buffer split at its `# %%` lines, and the part of it that a run takes."""

from __future__ import annotations

import re
import textwrap

from backend.records import dataclass

Position = tuple[int, int]
"""Line and column, both counted from 0, the column in characters."""

# `# %%`, `#%%`, `# %% title`, `# %% [markdown]`; `# %%time` is a magic that somebody switched off
_MARKER = re.compile(r"#[ \t]*%%(?![^\s\[%])[ \t]*(.*)")
# what may hide a marker: a comment ends at its line, a quote may open a string of several lines
_TOKEN = re.compile(
    r"#[^\n]*"
    r'|"""(?:\\.|[^\\])*?"""'
    r"|'''(?:\\.|[^\\])*?'''"
    r"|(?:\"\"\"|''')"
    r'|"(?:\\.|[^"\\\n])*'
    r"|'(?:\\.|[^'\\\n])*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines `start` to `end` of a buffer, `end` left out. `start` is the marker's line where there is one."""

    start: int
    end: int
    title: str = ""
    marked: bool = False

    @property
    def body(self) -> int:
        """The first line after the marker."""
        return self.start + 1 if self.marked else self.start


@dataclass(frozen=True, slots=True)
class Runnable:
    """Code to run, and the line of the buffer (from 0) that its first line is."""

    code: str
    first_line: int = 0


def is_marker(line: str) -> bool:
    """Whether a line looks like a cell's border. Only column 0 counts."""
    return line.startswith("#") and _MARKER.match(line) is not None


def marker_lines(text: str) -> list[int]:
    """The lines (from 0) where cells begin.

    Markers inside triple-quoted strings are text, found with a small scanner that, unlike `tokenize`, goes
    on after magics and mistakes. A triple quote that is never closed hides nothing: one slip in a cell
    should not swallow the cells below.
    """
    if "%%" not in text:
        return []
    lines = text.split("\n")
    found = [row for row, line in enumerate(lines) if is_marker(line)]
    if not found or ('"""' not in text and "'''" not in text):
        return found
    hidden = _string_lines(text)
    return [row for row in found if not any(first < row <= last for first, last in hidden)]


def _string_lines(text: str) -> list[tuple[int, int]]:
    """First and last line of every closed string that spans several lines."""
    spans: list[tuple[int, int]] = []
    line = position = 0
    for token in _TOKEN.finditer(text):
        if "\n" not in (content := token.group()):
            continue
        line += text.count("\n", position, token.start())
        position = token.start()
        spans.append((line, line + content.count("\n")))
    return spans


def split_cells(text: str) -> list[Cell]:
    """All cells of a buffer, in order, covering every line; at least one.

    Lines above the first marker are a cell of their own unless they are blank.
    """
    lines = text.split("\n")
    starts = marker_lines(text)
    if not starts:
        return [Cell(0, len(lines))]
    cells: list[Cell] = []
    if any(line.strip() for line in lines[: starts[0]]):
        cells.append(Cell(0, starts[0]))
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        match = _MARKER.match(lines[start])
        cells.append(Cell(start, end, match.group(1).strip() if match else "", marked=True))
    return cells


def cell_at(cells: list[Cell], line: int) -> Cell:
    """The cell that holds a line; the first one for blank lines above it."""
    return next((cell for cell in reversed(cells) if cell.start <= line), cells[0])


def code_to_run(
    text: str, selection: tuple[Position, Position] | None = None, cursor_line: int = 0
) -> Runnable:
    """What a run takes: the selection if there is one, else the cell of the cursor, else the whole buffer.

    The marker is left out of a cell, so that a cell magic stays the first line. A selected block
    loses its common indentation. Blank lines at the end are dropped.
    """
    if selection is not None and selection[0] != selection[1]:
        return _selected(text, *sorted(selection))
    cell = cell_at(split_cells(text), cursor_line)
    lines = text.split("\n")[cell.body : cell.end]
    return Runnable("\n".join(lines).rstrip(), cell.body)


def _selected(text: str, start: Position, end: Position) -> Runnable:
    lines = text.split("\n")
    (first, left), (last, right) = start, end
    if not lines[first][:left].strip():
        left = 0  # the indentation before the first word belongs to the block
    chosen = lines[first : last + 1]
    chosen[-1] = chosen[-1][:right]
    chosen[0] = chosen[0][left:]
    code = "\n".join(chosen)
    return Runnable((textwrap.dedent(code) if left == 0 else code).rstrip(), first)
