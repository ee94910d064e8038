"""Lines: what text becomes, however it is cut into pieces."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from workbench.widgets.output.lines.ansi import PLAIN, Style
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.lines.overwrite import overwrite

OUT, ERR = Kind.STDOUT, Kind.STDERR


def shown(buffer: LineBuffer) -> list[str]:
    return list(buffer.texts(buffer.dropped, buffer.end))


def fed(*texts: str, cap: int = 1000, longest: int = 1000) -> LineBuffer:
    buffer = LineBuffer(cap, longest)
    for text in texts:
        buffer.feed(OUT, text)
    return buffer


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("\n", [""]),
        ("a\n\nb", ["a", "", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("10%\r20%\r100%\n", ["100%"]),
        ("abc\rX\n", ["Xbc"]),
        ("abc\b\bX\n", ["aXc"]),
        ("50%\r", ["50%"]),
        ("\x1b[31m50%\x1b[0m\r\x1b[31m9%\x1b[0m\n", ["9%"]),
    ],
)
def test_lines_of_a_text(text: str, lines: list[str]) -> None:
    assert shown(fed(text)) == lines


def test_any_cutting_gives_the_same_lines() -> None:
    text = "one\ntw\to\r\n\n10%\r20%\n\x1b[31mred\nstill\x1b[0m\nspin|\b/\b-\nlast\ragain"
    whole = fed(text)
    generator = random.Random(3)
    for _ in range(300):
        cuts = sorted(generator.choices(range(len(text) + 1), k=generator.randrange(8)))
        pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        buffer = fed(*pieces)
        assert shown(buffer) == shown(whole), pieces
        assert [buffer.line(n).state for n in range(len(buffer))] == [
            whole.line(n).state for n in range(len(whole))
        ]


def test_streams_keep_their_own_unfinished_lines() -> None:
    buffer = LineBuffer()
    for kind, text in ((OUT, "out "), (ERR, "10%"), (OUT, "more\n"), (ERR, "\r20%"), (OUT, "next\n")):
        buffer.feed(kind, text)
    assert shown(buffer) == ["out more", "20%", "next"]
    assert [buffer.kind(n) for n in range(3)] == [OUT, ERR, OUT]


def test_a_stream_does_not_write_far_above_the_end() -> None:
    buffer = LineBuffer()
    buffer.feed(ERR, "far above")
    buffer.feed(OUT, "x\n" * 200)
    buffer.feed(ERR, " and on\n")
    assert shown(buffer)[0] == "far above"
    assert shown(buffer)[-1] == " and on"


def test_colour_goes_on_over_lines_and_ends_with_the_block() -> None:
    red = Style(foreground=1)
    buffer = fed("\x1b[31ma\nb\n", "c", "d\n")
    assert [buffer.line(n).state for n in range(3)] == [PLAIN, red, red]
    buffer.begin("2", (("[2]", "number"),))
    buffer.feed(OUT, "e\n")
    assert buffer.line(4).state == PLAIN


def test_dropping_keeps_numbers_and_the_header() -> None:
    buffer = LineBuffer(cap=100)
    buffer.begin("1", (("[1] running", "number"),))
    for number in range(250):
        buffer.feed(OUT, f"line {number}\n")
    assert len(buffer) <= 100
    assert buffer.end == 251
    assert buffer.text(buffer.end - 1) == "line 249"
    assert buffer.text(200) == "line 199"
    assert buffer.text(buffer.dropped) == "[1] running"
    lost = buffer.dropped + 1
    assert buffer.text(buffer.dropped + 1) == f"{lost} lines above this one are no longer on the screen"
    assert buffer.text(buffer.dropped + 2) == f"line {lost}"
    assert buffer.set_header("1", (("[1] done", "number"),))
    assert buffer.text(buffer.dropped) == "[1] done"


def test_dropping_whole_blocks_forgets_them() -> None:
    buffer = LineBuffer(cap=100)
    for block in range(60):
        buffer.begin(str(block), ((f"[{block}]", "number"),))
        buffer.feed(OUT, "a\nb\n")
    assert not buffer.set_header("0", ())
    assert buffer.blocks.at(buffer.end - 1, buffer.end) == (buffer.end - 3, buffer.end)
    assert buffer.blocks.previous_start(buffer.end - 3) == buffer.end - 6
    assert buffer.blocks.next_start(buffer.end - 4) == buffer.end - 3
    first = buffer.blocks.next_start(buffer.dropped - 1)
    assert first is not None
    assert buffer.kind(first) is Kind.HEADER


def test_sparse_notes_go_with_their_lines() -> None:
    buffer = LineBuffer(cap=100, longest=10)
    buffer.feed(OUT, "\x1b[31m")
    for _ in range(1000):
        buffer.feed(OUT, "0123456789abc\nshort\n")
    assert len(buffer._states._numbers) - len(buffer) + len(buffer._cuts) + len(buffer._spans) <= 300


def test_an_unfinished_line_may_be_dropped() -> None:
    buffer = LineBuffer(cap=20)
    buffer.feed(ERR, "bar")
    buffer.feed(OUT, "x\n" * 30)
    buffer.feed(ERR, "\rnew bar")
    assert shown(buffer)[-1] == "new bar"


def test_a_long_line_is_cut_and_says_so() -> None:
    whole = fed("x" * 5000 + "\n", longest=100)
    pieces = fed(*["x" * 500] * 10, "\nnext\n", longest=100)
    for buffer in (whole, pieces):
        assert buffer.line(0).cut == 4900
        assert shown(buffer)[0] == "x" * 100 + " … 4,900 more characters"
    assert shown(pieces)[1] == "next"


def test_a_cut_line_leaves_no_half_sequence_and_no_colour() -> None:
    buffer = fed("x" * 97 + "\x1b[31m" + "y" * 50 + "\x1b[0m\nnext\n", longest=100)
    assert "\x1b" not in buffer.raw(0)
    assert buffer.line(1).state == PLAIN


def test_what_was_cut_may_have_ended_the_colour() -> None:
    buffer = fed("\x1b[31mred\n" + "y" * 150 + "\x1b[0m\nnext\n", longest=100)
    assert buffer.line(1).state == Style(foreground=1)
    assert buffer.line(2).state == PLAIN


def test_a_growing_line_is_cut_between_sequences() -> None:
    buffer = fed("x" * 90, "x" * 7 + "\x1b[31m" + "y" * 50, longest=100)
    assert buffer.raw(0) == "x" * 97


@pytest.mark.parametrize("above", range(8))
def test_an_unfinished_line_never_writes_over_a_kept_header(above: int) -> None:
    buffer = LineBuffer(cap=20)
    buffer.begin("1", (("[1]", "number"),))
    buffer.feed(OUT, "x\n" * above)
    buffer.feed(ERR, "bar")
    while not buffer.dropped:
        buffer.feed(OUT, "x\n")
    buffer.feed(ERR, "\rnew bar")
    assert buffer.text(buffer.dropped) == "[1]"
    assert "above this one" in buffer.text(buffer.dropped + 1)


def test_a_cut_line_can_be_overwritten() -> None:
    assert shown(fed("x" * 500, "\r\x1b[2Kshort\n", longest=100)) == ["short"]


def test_a_million_steps_of_a_progress_bar_are_its_last_state() -> None:
    buffer = LineBuffer()
    for start in range(0, 1_000_000, 1_000):
        buffer.feed(OUT, "".join(f"\r{step:>7} of 1000000" for step in range(start, start + 1_000)))
    assert shown(buffer) == [" 999999 of 1000000"]
    assert buffer.line(0).cut == 0
    buffer.feed(OUT, "\ndone\n")
    assert shown(buffer) == [" 999999 of 1000000", "done"]


def test_a_million_characters_without_newline_stay_small() -> None:
    buffer = LineBuffer()
    tracemalloc.start()
    for _ in range(100):
        buffer.feed(OUT, "x" * 10_000)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 200_000
    assert buffer.line(0).cut == 1_000_000 - buffer.longest


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc\nabcd\n", 4),
        ("一二三\n", 6),
        ("\x1b[31mred\x1b[0m\n", 3),
        ("a\tb\n", 9),
        ("x" * 300 + "\n", 300),
    ],
)
def test_width(text: str, width: int) -> None:
    assert fed(text).width == width


def test_clearing_keeps_numbers_apart() -> None:
    buffer = fed("a\nb\n")
    buffer.clear()
    buffer.feed(OUT, "c\n")
    assert (buffer.dropped, buffer.end) == (2, 3)
    with pytest.raises(IndexError):
        buffer.line(1)


def test_whole_lines_end_the_unfinished_ones() -> None:
    buffer = fed("no newline")
    buffer.add(Kind.VALUE, "1\n2", Kind.VALUE_MORE)
    buffer.feed(OUT, "after\n")
    assert shown(buffer) == ["no newline", "1", "2", "after"]
    assert [buffer.kind(n) for n in (1, 2)] == [Kind.VALUE, Kind.VALUE_MORE]


def test_overwriting_goes_on_where_it_was() -> None:
    assert overwrite("abc\b\b") == ("abc", "abc\ra")
    assert overwrite("abc\b\b" + "X")[0] == overwrite(overwrite("abc\b\b")[1] + "X")[0] == "aXc"
