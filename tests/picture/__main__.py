"""`python -m tests.picture`: draw tests/picture/workbench.svg anew."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

PICTURE = Path(__file__).with_name("workbench.svg")
SIZE = (124, 34)
CODE = """\
# %% weather
import csv, statistics

rows = [("Mon", 11.2), ("Tue", 13.5), ("Wed", 9.8)]
with open("weather.csv", "w", newline="") as file:
    csv.writer(file).writerows(rows)

# %% how warm was it?
for day, degrees in rows:
    print(f"{day}  {'▇' * int(degrees)} {degrees}°")
statistics.mean(degrees for _, degrees in rows)
"""


async def draw() -> str:
    """Run the cells in the app and give the screen as SVG."""
    from workbench.app import WorkbenchApp
    from workbench.cells import code_to_run, split_cells
    from workbench.setup import prepare
    from workbench.theming.load import load_themes

    setup = prepare({"session": "weather"})
    app = WorkbenchApp(setup, setup.backend(), setup.history(), load_themes())
    async with app.run_test(size=SIZE) as pilot:
        await _until(lambda: app.main.controller.state.value == "idle", pilot)
        app.main.editor.put_code(CODE)
        first, second = (code_to_run(CODE, cursor_line=cell.body).code for cell in split_cells(CODE))
        for code in (first, "statistics.mean(degrees)", second):
            await app.main.controller.run(code)
        app.main.output.view.follow()
        await pilot.pause(0.5)
        picture = app.export_screenshot(title="session-workbench")
        await app.main.close_down()
    return picture


async def _until(condition, pilot) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        await pilot.pause(0.05)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["WORKBENCH_HOME"] = home
        PICTURE.write_text(asyncio.run(draw()), encoding="utf-8")
