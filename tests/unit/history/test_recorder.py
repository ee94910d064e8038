"""The recorder: what it keeps, what it drops, and that it counts what it dropped to the byte."""

from __future__ import annotations

import random

import pytest

from backend.models import Chunk, Display, Outcome, Status, Stream
from workbench.history.entry import Entry, Segment, joined
from workbench.history.recorder import Recorder, completed, with_late

OUT, ERR = Stream.STDOUT, Stream.STDERR
ALPHABETS = ("abc\n", "aé\n", "日本x", "😀a\n", "a\udcff")


def chunk(text: str, stream: Stream = OUT, *, late: bool = False) -> Chunk:
    return Chunk("id", stream, text, late)


def display(text: str) -> Display:
    return Display("id", {"text/plain": text, "application/json": {"not": "counted"}})


def recorded(*events: Chunk | Display, head: int = 100, tail: int = 100) -> Recorder:
    recorder = Recorder(head, tail)
    for event in events:
        recorder.add(event)
    return recorder


def test_neighbours_of_one_stream_are_one_segment() -> None:
    recorder = recorded(chunk("a"), chunk("b"), chunk("c", ERR), chunk("d"), chunk("", ERR), chunk("e"))
    assert recorder.segments() == (Segment(OUT, "ab"), Segment(ERR, "c"), Segment(OUT, "de"))


def test_late_output_stays_apart() -> None:
    recorder = recorded(chunk("a"), chunk("b", late=True), chunk("c", late=True))
    assert recorder.segments() == (Segment(OUT, "a"), Segment(OUT, "bc", late=True))


def test_a_display_keeps_its_place_between_text() -> None:
    shown = display("[plot]")
    recorder = recorded(chunk("a"), shown, shown, chunk("b"))
    assert recorder.segments() == (
        Segment(OUT, "a"),
        Segment(None, bundle=shown.bundle),
        Segment(None, bundle=shown.bundle),
        Segment(OUT, "b"),
    )


def test_nothing_is_dropped_up_to_the_bounds() -> None:
    recorder = recorded(chunk("x" * 10), chunk("y" * 10), head=10, tail=10)
    assert recorder.segments() == (Segment(OUT, "x" * 10 + "y" * 10),)
    assert recorder.dropped == (0, 0)


@pytest.mark.parametrize(
    ("text", "dropped"), [("abcdefghi", 3), ("abcdéfghi", 4), ("aaa" + "é😀\udcff" + "xyz", 2 + 4 + 3)]
)
def test_the_middle_is_dropped_and_counted_in_bytes(text: str, dropped: int) -> None:
    recorder = recorded(chunk(text), head=3, tail=3)
    first, note, last = recorder.segments()
    assert (first.text, last.text) == (text[:3], text[-3:])
    assert note == Segment(ERR, f"\n… {dropped:,} bytes left out here …\n")
    assert recorder.dropped == (dropped, 0)


def test_each_stream_has_its_own_count() -> None:
    recorder = recorded(chunk("aa"), chunk("bbb", ERR), chunk("cccc"), chunk("ee", ERR), head=2, tail=3)
    assert recorder.dropped == (3, 3)
    assert joined(recorder.segments(), OUT) == "aac"


def test_the_oldest_displays_go_with_the_text_around_them() -> None:
    recorder = recorded(chunk("h"), display("x" * 8), chunk("t" * 5), head=1, tail=6)
    _, note, last = recorder.segments()
    assert note == Segment(ERR, "\n… 1 display left out here …\n")
    assert last == Segment(OUT, "t" * 5)
    recorder.add(display("y"))
    recorder.add(display("z" * 6))
    recorder.add(chunk("uuuuuu"))
    assert "5 bytes and 3 displays left out" in recorder.segments()[1].text


def test_a_display_larger_than_the_tail_takes_nothing_with_it_for_ever() -> None:
    recorder = recorded(chunk("h"), display("x" * 50), chunk("after"), head=1, tail=6)
    assert joined(recorder.segments(), OUT) == "hafter"


def test_changed_tells_of_output_since_the_last_look() -> None:
    recorder = Recorder()
    seen = [recorder.changed]
    recorder.add(chunk("a"))
    seen.append(recorder.changed)
    recorder.segments()
    assert [*seen, recorder.changed] == [False, True, False]


def test_a_million_chunks_are_held_in_bounds() -> None:
    recorder = Recorder(1000, 1000)
    for _ in range(200_000):
        recorder.add(chunk("x"))
    kept = recorder.segments()
    assert recorder.dropped == (198_000, 0)
    assert len(kept) == 3
    assert sum(len(segment.text) for segment in kept if segment.stream is OUT) == 2000


@pytest.mark.parametrize("seed", range(40))
def test_any_output_agrees_with_the_plain_rule(seed: int) -> None:
    """The plain rule: of all characters in order, the first `head` and the last `tail` are kept."""
    chance = random.Random(seed)
    head, tail = chance.randrange(1, 30), chance.randrange(1, 30)
    recorder = Recorder(head, tail)
    plain: list[tuple[Stream, str]] = []
    for _ in range(chance.randrange(60)):
        stream = chance.choice((OUT, ERR))
        text = "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randrange(12)))
        recorder.add(chunk(text, stream))
        plain += [(stream, character) for character in text]
        if chance.random() < 0.2:
            recorder.segments()  # looking changes nothing
    cut = max(head, len(plain) - tail)
    gone = plain[head:cut]
    note = [(ERR, f"\n… {_bytes(gone):,} bytes left out here …\n")] if gone else []
    assert _glued(plain[:head] + note + plain[cut:]) == [
        (part.stream, part.text) for part in recorder.segments()
    ]
    assert recorder.dropped == tuple(
        _bytes([part for part in gone if part[0] is stream]) for stream in Stream
    )


@pytest.mark.parametrize("seed", range(40))
def test_true_sizes_make_the_count_exact(seed: int) -> None:
    """The plain rule: what is dropped are the bytes that the characters left out were read from."""
    chance = random.Random(seed)
    head, tail = chance.randrange(1, 30), chance.randrange(1, 30)
    recorder = Recorder(head, tail)
    plain: list[tuple[Stream, str, int]] = []
    sizes = dict.fromkeys(Stream, 0)
    for _ in range(chance.randrange(60)):
        stream = chance.choice((OUT, ERR))
        data = b"".join(chance.choices((b"a", "é".encode(), "😀".encode(), b"\xff"), k=chance.randrange(12)))
        sizes[stream] += len(data)
        text = data.decode("utf-8", "replace")
        recorder.add(chunk(text, stream))
        plain += [(stream, each, 1 if each == "\ufffd" else len(each.encode())) for each in text]
    recorder.settle(sizes)
    cut = max(head, len(plain) - tail)
    gone = plain[head:cut]
    assert recorder.dropped == tuple(sum(size for of, _, size in gone if of is stream) for stream in Stream)
    note = f"{sum(size for _, _, size in gone):,} bytes left out"
    assert not gone or any(note in part.text for part in recorder.segments())


def test_text_that_never_came_counts_as_left_out() -> None:
    recorder = recorded(chunk("abc"))
    recorder.settle({OUT: 10})
    assert recorder.dropped == (7, 0)


def test_a_typed_line_is_no_output_of_the_code() -> None:
    recorder = recorded(chunk("a" * 300), chunk("typed\n"))
    recorder.settle({OUT: 300})
    assert recorder.dropped == (106, 0)
    untouched = recorded(chunk("a"), chunk("typed\n"))
    untouched.settle({OUT: 1})
    assert untouched.dropped == (0, 0)


def test_an_entry_is_completed_with_all_that_the_outcome_tells() -> None:
    outcome = Outcome(
        Status.SUCCEEDED,
        message="said",
        sizes={OUT: 1000, ERR: 1},
        spool={OUT: "/spool/x"},
        left_running=("sleep (1)",),
    )
    entry = completed(Entry("x", "code", "s"), outcome, recorded(chunk("a" * 1000), chunk("e", ERR)))
    assert (entry.sizes, entry.dropped, entry.spool) == ((1000, 1), (801, 0), ("/spool/x", ""))
    assert entry.left_running == ("sleep (1)",)
    told = entry.as_json()
    assert told["dropped"] == {"stdout": 801, "stderr": 0}
    assert told["spool"] == {"stdout": "/spool/x"}
    assert told["left_running"] == ["sleep (1)"]


def test_an_entry_counts_what_was_no_text_as_the_bytes_it_was() -> None:
    outcome = Outcome(Status.SUCCEEDED, sizes={OUT: 300})
    entry = completed(Entry("x", "code", "s"), outcome, recorded(chunk("\ufffd" * 300)))
    assert entry.dropped == (100, 0)


def test_late_segments_replace_late_ones() -> None:
    own, old, new = Segment(OUT, "own"), Segment(OUT, "old", late=True), Segment(ERR, "new", late=True)
    assert with_late((own, old), (new,)) == (own, new)


def test_what_is_left_out_of_late_output_is_told_in_late_output() -> None:
    recorder = Recorder(3, 3, late=True)
    recorder.add(chunk("a" * 10, late=True))
    assert all(segment.late for segment in recorder.segments())


def _bytes(characters: list[tuple[Stream, str]]) -> int:
    return sum(len(character.encode("utf-8", "surrogatepass")) for _, character in characters)


def _glued(characters: list[tuple[Stream, str]]) -> list[tuple[Stream, str]]:
    glued: list[tuple[Stream, str]] = []
    for stream, text in characters:
        if glued and glued[-1][0] is stream:
            glued[-1] = (stream, glued[-1][1] + text)
        else:
            glued.append((stream, text))
    return glued
