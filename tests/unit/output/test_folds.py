"""Folding hides lines and maps the others to rows."""

from __future__ import annotations

import random

from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.folds import Fold
from workbench.widgets.output.lines.kinds import Kind


def blocks(*sizes: int, cap: int = 1_000) -> LineBuffer:
    """A buffer with blocks of a header and so many lines."""
    buffer = LineBuffer(cap)
    for key, size in enumerate(sizes):
        buffer.begin(str(key), ((f"[{key}]", "number"),))
        buffer.feed(Kind.STDOUT, "".join(f"{key}.{index}\n" for index in range(size)))
    return buffer


def shown(buffer: LineBuffer) -> list[str]:
    """The lines that are not hidden, by their rows; and each is found in its row."""
    folds = buffer.folds
    numbers = [folds.number_at(row) for row in range(folds.count(buffer.end))]
    assert [folds.row_of(number) for number in numbers] == list(range(len(numbers)))
    return [buffer.text(number) for number in numbers]


def test_a_closed_block_is_its_header() -> None:
    buffer = blocks(2, 1, 0, 1)
    folds = buffer.folds
    assert folds.set_closed(0, True)
    assert not folds.set_closed(0, True)
    assert shown(buffer) == ["[0]", "[1]", "1.0", "[2]", "[3]", "3.0"]
    assert folds.row_of(2) == 0
    assert folds.hidden_below(0, buffer.end) == 2
    folds.close_all()
    assert shown(buffer) == ["[0]", "[1]", "[2]", "[3]"]
    folds.close_all(False)
    assert len(shown(buffer)) == 8


def test_what_comes_in_a_closed_block_stays_hidden_and_a_new_one_is_open() -> None:
    buffer = blocks(2)
    buffer.folds.close_all()
    buffer.feed(Kind.STDOUT, "more\nand more\n")
    assert shown(buffer) == ["[0]"]
    buffer.begin("1", (("[1]", "number"),))
    buffer.feed(Kind.STDOUT, "new\n")
    assert shown(buffer) == ["[0]", "[1]", "new"]


def test_folds_within_folds() -> None:
    buffer = blocks(9)
    folds = buffer.folds
    folds.add(Fold(2, 8, closed=True))
    folds.add(Fold(4, 6, closed=True))
    assert shown(buffer) == ["[0]", "0.0", "0.1", "0.7", "0.8"]
    assert folds.row_of(5) == 2
    assert folds.head_of(5) == 4
    assert folds.head_of(6) == 2
    assert folds.head_of(9) == 0
    folds.set_closed(2, False)
    assert shown(buffer) == ["[0]", "0.0", "0.1", "0.2", "0.3", "0.5", "0.6", "0.7", "0.8"]
    folds.set_closed(2, True)
    folds.set_closed(0, True)
    assert folds.reveal(5)
    assert len(shown(buffer)) == 10
    assert not folds.reveal(5)


def test_dropping_lines_keeps_the_rest_folded() -> None:
    buffer = blocks(30, 30, cap=80)
    folds = buffer.folds
    folds.add(Fold(3, 9, closed=True))
    folds.add(Fold(40, 50, closed=True))
    folds.set_closed(0, True)
    buffer.begin("2", (("[2]", "number"),))
    buffer.feed(Kind.STDOUT, "x\n" * 20)
    assert buffer.dropped > 0
    lines = shown(buffer)
    assert lines[:2] == ["[0]", "[1]"]
    assert folds.fold_at(3) is None
    assert folds.is_closed(40)
    assert len(lines) == 1 + 1 + 30 - 9 + 1 + 20


def test_any_folding_maps_rows_and_lines() -> None:
    generator = random.Random(7)
    buffer = blocks(*generator.choices(range(12), k=60), cap=400)
    starts = [block.start for block in buffer.blocks]
    for _ in range(200):
        buffer.folds.set_closed(generator.choice(starts), generator.random() < 0.6)
        buffer.folds.add(Fold(head := generator.randrange(buffer.end), head + 3, generator.random() < 0.5))
        shown(buffer)
