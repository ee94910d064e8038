"""The editor in the whole app, without a terminal: keys in long buffers, completion, another theme.

A key's time ends when the editor's lines are drawn; layout and the terminal come on top.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from textual.events import Key

from tests.app.whole import Whole, whole
from tests.benchmarks.row import Row, within
from workbench.completing.question import Question
from workbench.completing.reading import ReadNames
from workbench.widgets.editor.completion import LEAD, PAUSE, CompletionMenu

KEYS = 40
LINES = {10_000: 30.0, 100_000: 60.0}
"""Lines of a buffer, and milliseconds that a key may take in it."""

COMPLETION, THEME = 100.0, 200.0

READ = (
    ("import json\nNAME = {}\nNAME.setd", "setdefault"),
    ("NAME = 1\nimport json\njson.dum", "dumps"),
    ("from pathlib import Path\nNAME = Path('a')\nNAME.read_t", "read_text"),
    ("import pandas as pd\nNAME = pd.DataFrame()\nNAME.groupb", "groupby"),
)
"""Code, and a name that goes on from its end and does not stand in it."""


def rows() -> Iterator[Row]:
    """Milliseconds of each, in a home of its own."""
    with tempfile.TemporaryDirectory() as home, chdir(home):
        os.environ.update(WORKBENCH_HOME=str(Path(home) / "home"), HOME=home)
        yield from asyncio.run(_measured(Path(home)))


async def _measured(home: Path) -> list[Row]:
    found = []
    async with whole(size=(120, 40)) as app:
        for lines, budget in LINES.items():
            found.append(within(f"a key in {lines:,} lines", await keys(app, lines), "ms", budget))
        found.append(within("names shown after the pause, live", await completion(app), "ms", COMPLETION))
        found.append(within("another theme", await themes(app), "ms", THEME))
    read = await reading(home)
    found.append(within("names shown after the pause, read", read, "ms", COMPLETION))
    found.append(within("  the slowest, of pandas", [max(read)], "ms", COMPLETION))
    return found


async def keys(app: Whole, lines: int) -> list[float]:
    """Milliseconds from a key to the drawn lines of the editor."""
    await app.write("".join(f"value_{number} = function({number}, 'text')\n" for number in range(lines)))
    editor, times = app.main.editor.editor, []
    editor.move_cursor((lines // 2, 5))
    await app.pilot.pause()
    for number in range(KEYS):
        began = time.perf_counter()
        await editor._on_key(Key("abcxyz"[number % 6], "abcxyz"[number % 6]))
        editor.refresh()
        editor.render_lines(editor.size.region)
        times.append((time.perf_counter() - began) * 1000)
    return times


async def completion(app: Whole) -> list[float]:
    """Milliseconds from the end of the pause to the list, from the live session."""
    menu, times = app.main.editor.query_one(CompletionMenu), []
    await app.run("records, record_count = {}, 0")
    for _ in range(10):
        await app.write("")
        await app.press("r", "e")
        began = time.perf_counter()
        app.app.simulate_key("c")
        await app.until(lambda: menu.is_open)
        times.append((time.perf_counter() - began - PAUSE) * 1000)
        await app.press("escape")
    return times


async def themes(app: Whole) -> list[float]:
    """Milliseconds from a choice of theme to the composed screen."""
    times = []
    for name in ("ember", "harbor") * 5:
        began = time.perf_counter()
        app.app.theme = name if name in app.app.available_themes else "textual-dark"
        await app.pilot.pause()
        _ = app.text
        times.append((time.perf_counter() - began) * 1000)
    return times


async def reading(home: Path) -> list[float]:
    """Milliseconds from the end of the pause to names that only jedi knows, the child being up.

    They are asked for before its end, in other code each time: an answer that is narrowed takes 0.3 ms.
    """
    names, times = ReadNames(home / "completing"), []
    for number in range(3 * len(READ)):
        begun, only = READ[number % len(READ)]
        code = begun.replace("NAME", f"name_{number}")
        began = time.perf_counter()
        question = Question(code, len(code), code, len(code), patient=False)
        told = [found.matches async for found in names.complete(question)]
        assert only in told[-1]
        times.append((time.perf_counter() - began - LEAD) * 1000)
        await asyncio.sleep(0.3)
    await names.close()
    return [max(each, 0.0) for each in times[len(READ) :]]
