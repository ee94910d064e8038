"""Packed lines are a list of lines, whatever is done to them."""

from __future__ import annotations

import random

import pytest

from workbench.widgets.output.lines.ansi import PLAIN, Style
from workbench.widgets.output.lines.packed import PACK, PackedLines
from workbench.widgets.output.lines.states import States


def test_any_use_is_that_of_a_list() -> None:
    generator = random.Random(5)
    packed, plain = PackedLines(), list[str]()
    for step in range(400):
        match generator.randrange(5):
            case 0 | 1:
                lines = [f"{step} {index} é" for index in range(generator.randrange(300))]
                packed.extend(lines)
                plain += lines
            case 2:
                packed.append(f"one {step}")
                plain.append(f"one {step}")
            case 3 if plain:
                index = generator.randrange(len(plain))
                packed[index] = plain[index] = f"set {step} \ud800"
            case _:
                count = generator.randrange(len(plain) // 3 + 1)
                packed.drop(count)
                del plain[:count]
        assert len(packed) == len(plain)
        for index in generator.sample(range(len(plain)), min(len(plain), 5)):
            assert packed[index] == plain[index]
    assert [packed[index] for index in range(len(plain))] == plain
    for start in (0, 1, PACK, len(plain) - 1):
        lines, first = [], None
        for index, text in packed.stretches(start):
            first = index if first is None else first
            assert index == first + len(lines)
            lines += text.split("\n")
        assert first is not None
        assert first <= start
        assert lines == plain[first:]


def test_the_size_is_that_of_the_packed_bytes() -> None:
    packed = PackedLines()
    packed.extend(["x" * 9] * 10_000)
    assert 90_000 <= packed.size + 10 * 768 <= 110_000
    packed.drop(9_000)
    assert packed.size < 11_000
    with pytest.raises(IndexError):
        packed[-1]
    with pytest.raises(IndexError):
        packed[1_000]


def test_more_styles_than_there_are_numbers_for_are_no_colour() -> None:
    states = States()
    for index in range(70_000):
        states.set(index, Style(foreground=index))
    assert states.get(65_534) == Style(foreground=65_534)
    assert states.get(69_999) == PLAIN
    states.drop(65_000)
    assert states.get(534) == Style(foreground=65_534)
    assert states.get(1_000_000) == PLAIN
