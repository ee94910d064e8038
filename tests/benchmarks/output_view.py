"""Output: lines per second and milliseconds per repaint, against Textual's RichLog and Log in the same run.

Run by hand: `python -m tests.benchmarks.output_view`. Times drift with the machine; the ratios count.
"""

from __future__ import annotations

import asyncio
import statistics
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import Log, RichLog

from workbench.widgets.output.find.query import Query, finder
from workbench.widgets.output.find.search import Search
from workbench.widgets.output.lines.ansi import AnsiPalette
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.view import OutputView

Write = Callable[[str], None]

LINES = 500
"""Lines in a batch, each of about 94 characters."""

PLAIN = "".join(f"line {number:04} {'x' * 84}\n" for number in range(LINES))
COLOURED = "".join(
    f"\x1b[32mline {number:04}\x1b[0m {'x' * 70} \x1b[1;31mred\x1b[0m\n" for number in range(LINES)
)


PATTERNS = (r"x \d{3}7|9{5}", r"\S+foo", "foo|bar|baz", r"[a-z]+\d", r"\bline\b", "x$", r"(\d)\1\1")
"""No word in all matches, nothing that matches, alternatives, quadratic time, all lines, a backreference."""


class Bench(App[None]):
    """The three widgets, one below the other."""

    CSS = "RichLog, Log, OutputView { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """All three are on the screen in every measurement."""
        yield OutputView(LineBuffer())
        yield RichLog(max_lines=50_000)
        yield Log(max_lines=50_000)


class Million(App[None]):
    """A view of lines that are there already."""

    CSS = "OutputView { height: 1fr; }"

    def __init__(self, buffer: LineBuffer) -> None:
        super().__init__()
        self._buffer = buffer

    def compose(self) -> ComposeResult:
        """The view alone."""
        yield OutputView(self._buffer)


async def rate(app: Bench, write: Write, text: str, batches: int) -> float:
    """Lines per second, with the repaints that follow from writing."""
    start = time.perf_counter()
    for _ in range(batches):
        write(text)
        await asyncio.sleep(0)
    return batches * LINES / (time.perf_counter() - start)


def repaint(view: OutputView) -> tuple[float, float]:
    """Median milliseconds to paint one screen: never seen before, and from kept strips."""
    rows = range(view.size.height)

    def paint() -> float:
        start = time.perf_counter()
        for row in rows:
            view.render_line(row)
        return (time.perf_counter() - start) * 1000

    cold, warm = [], []
    for _ in range(15):
        view.flush()
        view.set_palette(AnsiPalette())  # forgets every strip
        cold.append(paint())
        warm.append(paint())
    return statistics.median(cold), statistics.median(warm)


def kept() -> tuple[LineBuffer, float]:
    """A million lines of 57 characters under the default cap, and the MB of memory that they take."""
    before = _resident()
    buffer = LineBuffer()
    for start in range(0, 1_000_000, LINES):
        buffer.feed(Kind.STDOUT, "".join(f"line {n} {'x' * 44}\n" for n in range(start, start + LINES)))
    return buffer, _resident() - before


def _resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("no VmRSS")


async def find(buffer: LineBuffer, query: Query) -> float:
    """Milliseconds to look at all lines, the best of three."""
    times = []
    for _ in range(3):
        search = Search(buffer, finder(query))
        start = time.perf_counter()
        async for _ in search.run():
            pass
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def page(view: OutputView, buffer: LineBuffer) -> float:
    """Median milliseconds to scroll to a page never seen before, and to paint it."""
    times = []
    for step in range(1, 30):
        start = time.perf_counter()
        view.move_cursor(buffer.end - step * 30_000)
        for row in range(view.size.height):
            view.render_line(row)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


async def million() -> None:
    """Print what a million lines cost: memory, a page, finding."""
    buffer, size = kept()
    print(f"1,000,000 lines kept: {len(buffer):,}, {size:.1f} MB")
    words = [Query(text) for text in ("999999", "missing", "line")]
    for query in (*words, *(Query(pattern, regex=True) for pattern in PATTERNS)):
        print(f"find {query.text!r}: {await find(buffer, query):.0f} ms")
    app = Million(buffer)
    async with app.run_test(size=(120, 50)):
        print(f"a page: {page(app.query_one(OutputView), buffer):.1f} ms")


def memory() -> float:
    """MB that a million lines leave behind under the default cap."""
    buffer = LineBuffer()
    tracemalloc.start()
    for _ in range(1_000_000 // LINES):
        buffer.feed(Kind.STDOUT, COLOURED)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / 1e6


async def main() -> None:
    """Print one table."""
    app = Bench()
    async with app.run_test(size=(120, 120)) as pilot:
        view, rich_log, log = app.query_one(OutputView), app.query_one(RichLog), app.query_one(Log)

        def ours(text: str) -> None:
            view.buffer.feed(Kind.STDOUT, text)
            view.flush()

        def rich_plain(text: str) -> None:
            rich_log.write(text)

        def rich_coloured(text: str) -> None:
            rich_log.write(Text.from_ansi(text))

        def log_plain(text: str) -> None:
            log.write(text)

        runs: list[tuple[str, Write, Write | None, int]] = [
            ("OutputView", ours, ours, 200),
            ("RichLog", rich_plain, rich_coloured, 20),
            ("Log.write", log_plain, None, 40),
        ]
        print(f"{'lines/s':24}{'plain':>12}{'coloured':>12}")
        rates: dict[str, tuple[float, float]] = {}
        for name, write, coloured, batches in runs:
            plain = await rate(app, write, PLAIN, batches)
            other = await rate(app, coloured, COLOURED, batches) if coloured is not None else 0.0
            rates[name] = (plain, other)
            print(f"{name:24}{plain:12,.0f}{other:12,.0f}")
            await pilot.pause()
        own = rates["OutputView"]
        print(f"{'× RichLog':24}{own[0] / rates['RichLog'][0]:12.1f}{own[1] / rates['RichLog'][1]:12.1f}")
        print(f"{'× Log.write':24}{own[0] / rates['Log.write'][0]:12.1f}")
        cold, warm = repaint(view)
        print(f"repaint of {view.size.height} coloured rows: {cold:.2f} ms new, {warm:.2f} ms kept")
    await million()
    print(f"1,000,000 coloured lines, cap {LineBuffer().cap:,}: {memory():.1f} MB")


if __name__ == "__main__":
    asyncio.run(main())
