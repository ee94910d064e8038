"""Events become lines in their order; who brings too much waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from backend.models import (
    Change,
    Chunk,
    Display,
    ErrorInfo,
    FileChange,
    Stage,
    Staged,
    Status,
    Stream,
)
from workbench.history.entry import Entry, Segment
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.lines.links import ChangedFile
from workbench.widgets.output.written.heads import header
from workbench.widgets.output.written.inbox import Inbox, Text
from workbench.widgets.output.written.transcript import PATIENCE, Transcript


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A transcript with its buffer and clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.buffer = LineBuffer()
        self.transcript = Transcript(self.buffer, self.clock)

    async def out(self, number: int, text: str, stream: Stream = Stream.STDOUT) -> None:
        await self.transcript.feed(Chunk(str(number), stream, text))

    def lines(self) -> list[str]:
        self.transcript.drain(10)
        return list(self.buffer.texts(self.buffer.dropped, self.buffer.end))


def entry(number: int, **more: object) -> Entry:
    return replace(Entry(id=str(number), code=f"code {number}", session="s", number=number), **more)  # type: ignore[arg-type]  # keywords of Entry


def ended(number: int, **more: object) -> Entry:
    return entry(number, **{"status": Status.SUCCEEDED, "duration_ms": 12.0, **more})


async def test_one_execution() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    await desk.out(1, "hello\n")
    await desk.out(1, "oops\n", Stream.STDERR)
    desk.clock.now += 2
    desk.transcript.tick()
    assert desk.lines() == ["[1] ▶ running · 2.0 s  code 1", "hello", "oops"]
    desk.transcript.finish(ended(1, value={"text/plain": "21\n22"}))
    assert desk.lines() == ["[1] ✓ succeeded · 12 ms  code 1", "hello", "oops", "21", "22"]
    kinds = [desk.buffer.kind(number) for number in range(5)]
    assert kinds == [Kind.HEADER, Kind.STDOUT, Kind.STDERR, Kind.VALUE, Kind.VALUE_MORE]
    assert not desk.transcript.running


async def test_everything_an_end_can_say() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    error = ErrorInfo(
        "ZeroDivisionError", "division by zero", "Traceback:\n  1/0\nZeroDivisionError: division by zero\n"
    )
    files = tuple(FileChange(f"f{change}\n", change, 34_000) for change in Change)
    desk.transcript.finish(
        ended(
            1,
            status=Status.FAILED,
            error=error,
            message="It\x1bfailed.",
            files_changed=files,
            dropped=(3_200_000, 0),
        )
    )
    assert desk.lines()[1:] == [
        "Traceback:",
        "  1/0",
        "ZeroDivisionError: division by zero",
        "3.2 MB of stdout were left out: there was more than is kept",
        "It␛failed.",
        "+ fcreated␊ 34 kB",
        "~ fchanged␊ 34 kB",
        "- fdeleted␊",
    ]
    assert desk.buffer.kind(3) is Kind.ERROR_NAME


@pytest.mark.parametrize("status", [status for status in Status if status.final])
async def test_every_status_has_a_symbol_and_words(status: Status) -> None:
    words = "".join(text for text, _ in header(ended(1, status=status)))
    assert status.value.replace("_", " ") in words
    assert len({header(ended(1, status=other))[1][0][0] for other in Status}) == len(Status)


async def test_an_error_without_traceback_and_a_value_without_text() -> None:
    desk = Desk()
    desk.transcript.finish(
        ended(1, error=ErrorInfo("Name", "said", ""), value={"image/png": "A" * 48_000, "a\nb": "c"})
    )
    assert desk.lines()[1:] == ["image/png 36 kB · a␊b 0 B", "Name: said"]


async def test_a_display_comes_in_its_place() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    await desk.out(1, "before")
    await desk.transcript.feed(Display("1", {"text/plain": "<Figure>", "image/png": "AAAA"}))
    await desk.out(1, "after\n")
    assert desk.lines()[1:] == ["before", "<Figure>", "image/png 3 B", "after"]


async def test_stages() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    await desk.transcript.feed(Staged("1", Stage.QUEUED, 1))
    assert desk.lines() == ["[1] ◦ queued (2nd)  code 1"]
    desk.clock.now += 5
    await desk.out(1, "x\n")
    assert desk.lines()[0] == "[1] ▶ running · 0.0 s  code 1"
    await desk.transcript.feed(Staged("1", Stage.INTERRUPTING))
    await desk.out(1, "still printing\n")
    assert desk.lines()[0] == "[1] ▶ interrupting · 0.0 s  code 1"
    await desk.transcript.feed(Staged("1", Stage.KILLING))
    assert desk.lines()[0] == "[1] ▶ killing · 0.0 s  code 1"


async def test_the_second_waits_for_the_end_of_the_first() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    desk.transcript.begin(entry(2))
    await desk.out(1, "one\n")
    await desk.out(2, "two\n")
    assert desk.lines()[1:] == ["one"]
    assert [spans[0][0] for spans in desk.transcript.waiting()] == ["[2] "]
    desk.transcript.finish(ended(1, value={"text/plain": "value"}))
    assert desk.lines() == [
        "[1] ✓ succeeded · 12 ms  code 1",
        "one",
        "value",
        "[2] ▶ running · 0.0 s  code 2",
        "two",
    ]
    assert desk.transcript.waiting() == ()


async def test_an_end_that_never_comes_hides_nothing() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    desk.transcript.begin(entry(2))
    await desk.out(2, "two\n")
    assert "two" not in desk.lines()
    desk.clock.now += PATIENCE + 0.1
    assert desk.lines()[1:] == ["[2] ▶ running · 1.1 s  code 2", "two"]
    desk.transcript.finish(ended(1, value={"text/plain": "late value"}))
    assert desk.lines()[3:] == ["[1] goes on", "late value"]


async def test_an_end_without_output_does_not_wait_for_an_end_that_never_comes() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    done = desk.transcript.finish(ended(2))
    desk.transcript.drain(1)
    assert not done.is_set()
    desk.clock.now += PATIENCE + 0.1
    desk.transcript.drain(1)
    assert done.is_set()


async def test_late_output_is_marked() -> None:
    desk = Desk()
    desk.transcript.finish(ended(1))
    desk.transcript.drain(1)
    desk.transcript.begin(entry(2))
    await desk.out(2, "a\n")
    desk.transcript.drain(1)
    await desk.transcript.late(Chunk("1", Stream.STDOUT, "from a thread\n", late=True))
    await desk.transcript.late(Chunk("1", Stream.STDOUT, "again\n", late=True))
    desk.transcript.drain(1)
    await desk.out(2, "b\n")
    await desk.transcript.late(Chunk("unknown", Stream.STDOUT, "whose?\n", late=True))
    assert desk.lines()[2:] == [
        "a",
        "late output of [1]",
        "from a thread",
        "again",
        "late output of an earlier execution",
        "whose?",
        "[2] goes on",
        "b",
    ]


async def test_clearing_keeps_what_runs() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    await desk.out(1, "gone\n")
    desk.transcript.clear()
    await desk.out(1, "stays\n")
    assert desk.lines() == ["[1] ▶ running · 0.0 s  code 1", "stays"]


async def test_loading_whole_executions() -> None:
    desk = Desk()
    segments = (
        Segment(Stream.STDOUT, "a\n"),
        Segment(None, bundle={"text/plain": "b"}),
        Segment(Stream.STDERR, "c"),
    )
    desk.transcript.load(ended(1, segments=segments))
    desk.transcript.load(ended(2, segments=segments))
    assert desk.lines() == [
        "[1] ✓ succeeded · 12 ms  code 1",
        "a",
        "b",
        "c",
        "[2] ✓ succeeded · 12 ms  code 2",
        "a",
        "b",
        "c",
    ]


async def test_who_brings_too_much_waits_and_nothing_is_lost() -> None:
    inbox = Inbox(limit=1_000)
    taken: list[str] = []

    async def bring(name: str) -> None:
        for number in range(50):
            await inbox.put(Text(name, Kind.STDOUT, f"{number} " + "x" * 90))

    tasks = [asyncio.ensure_future(bring(name)) for name in ("a", "b")]
    for _ in range(10):
        await asyncio.sleep(0)
    assert 1_000 <= inbox.size < 1_300
    assert not any(task.done() for task in tasks)
    while len(taken) < 2 * 50 or inbox:
        item = inbox.take()
        if isinstance(item, Text):
            taken += [f"{item.source}{part.strip()}" for part in item.text.split("x" * 90) if part]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    for name in ("a", "b"):
        assert [word[1:] for word in taken if word[0] == name] == [str(number) for number in range(50)]
    assert inbox.size == 0


async def test_what_waits_is_written_in_pieces_of_time() -> None:
    desk = Desk()
    desk.transcript.begin(entry(1))
    for _ in range(10):
        await desk.out(1, "x\n" * 50_000)
    assert desk.transcript.drain(0)
    assert desk.transcript.pending
    assert 0 < len(desk.buffer) < 100_000


async def test_a_long_text_is_taken_in_slices() -> None:
    inbox = Inbox()
    await inbox.put(Text("a", Kind.STDOUT, "x" * 1_000_000))
    sizes = []
    while isinstance(item := inbox.take(), Text):
        sizes.append(len(item.text))
    assert sum(sizes) == 1_000_000
    assert max(sizes) == 65_536


async def test_a_closed_inbox_lets_everybody_go() -> None:
    inbox = Inbox(limit=10)
    await inbox.put(Text("a", Kind.STDOUT, "x" * 100))
    waiting = asyncio.ensure_future(inbox.put(Text("a", Kind.STDOUT, "y")))
    await asyncio.sleep(0)
    assert not waiting.done()
    inbox.close()
    await asyncio.wait_for(waiting, 1)
    assert inbox.take() is None


async def test_very_many_tiny_chunks_fill_an_inbox_too() -> None:
    inbox = Inbox(limit=10_000)
    for count in range(1_000):
        if inbox.size >= inbox.limit:
            break
        await inbox.put(Text("a", Kind.STDOUT, str(count % 10)))
    assert count < 200


async def test_lines_lead_to_the_changed_files_they_tell() -> None:
    desk = Desk()
    made, gone = FileChange("made", Change.CREATED, 3), FileChange("gone", Change.DELETED)
    desk.transcript.begin(entry(1))
    desk.transcript.begin(entry(2))
    await desk.out(2, "two\n")
    desk.clock.now += PATIENCE + 0.1
    desk.transcript.drain(1)
    desk.transcript.finish(ended(1, files_changed=(made, gone)))
    lines = desk.lines()
    assert lines[3:] == ["[1] goes on", "+ made 3 B", "- gone"]  # among the lines of the second
    files = [desk.buffer.links.get(number) for number in range(len(lines))]
    assert files == [None, None, None, None, ChangedFile("1", made), ChangedFile("1", gone)]


async def test_lines_that_were_dropped_lead_nowhere() -> None:
    desk = Desk()
    desk.buffer = LineBuffer(cap=20)
    desk.transcript = Transcript(desk.buffer, desk.clock)
    files = tuple(FileChange(f"f{index:02}", Change.CREATED, 1) for index in range(40))
    desk.transcript.finish(ended(1, files_changed=files))
    desk.transcript.drain(1)
    first = desk.buffer.dropped
    assert [desk.buffer.links.get(number) for number in range(first, first + 2)] == [None, None]
    for number in range(first + 2, desk.buffer.end):
        found = desk.buffer.links.get(number)
        assert isinstance(found, ChangedFile)
        assert found.change is not None
        assert desk.buffer.text(number) == f"+ {found.change.path} 1 B"
