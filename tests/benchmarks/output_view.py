"""Output: lines per second and milliseconds per repaint, against Textual's RichLog and Log in the same run.

Run by hand: `python -m tests.benchmarks.output_view`. Times drift with the machine; the ratios count.
"""

from __future__ import annotations

import asyncio
import statistics
import time
import tracemalloc
from collections.abc import Callable

from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import Log, RichLog

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


class Bench(App[None]):
    """The three widgets, one below the other."""

    CSS = "RichLog, Log, OutputView { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """All three are on the screen in every measurement."""
        yield OutputView(LineBuffer())
        yield RichLog(max_lines=50_000)
        yield Log(max_lines=50_000)


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
    print(f"1,000,000 coloured lines, cap {LineBuffer().cap:,}: {memory():.1f} MB")


if __name__ == "__main__":
    asyncio.run(main())
