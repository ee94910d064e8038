"""Random keys, clicks, pastes and sizes for the whole app, over hostile text on every surface.

The app must stay: no exception, nothing on the screen that a terminal would act on, and it still runs code.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import chdir, suppress
from pathlib import Path

from textual import events
from textual.css.query import NoMatches
from textual.pilot import OutOfBounds
from textual.screen import Screen

from tests.app.whole import Whole, whole
from tests.unit.output.hostile import HOSTILE, controls
from workbench.commands.table import COMMANDS

EVENTS = 100_000
CHECKED = 25  # events between two looks at the screen
LETTERS = "abcxyz019 .,:;()[]{}'\"#%=+-_<>|äß漢🙂\u0301\u202e"  # no slash: it may be a file's name
PLAIN = (
    "enter",
    "escape",
    "tab",
    "shift+tab",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pageup",
    "pagedown",
)
LEAVES = frozenset(("app.quit", "target.connect", "run.run", "run.all", "run.go-on", "run.above", "run.line"))
"""Commands that are not tried: what ends the app, what asks the network, what would run what was typed."""

KEYS = tuple(
    key for command in COMMANDS if command.id not in LEAVES for key in (command.key, *command.aliases) if key
)
SIZES = ((120, 40), (80, 24), (60, 15), (30, 8), (200, 60), (1, 1))


class Storm:
    """Random events on one running app. `told` are the last of them, for the report of a failure."""

    def __init__(self, app: Whole, chance: random.Random) -> None:
        self._app, self._chance = app, chance
        self.told: list[str] = []

    async def one(self) -> None:
        """One event."""
        roll = self._chance.random()
        if roll < 0.45:
            await self._press(self._chance.choice((*KEYS, *PLAIN)))
        elif roll < 0.75:
            await self._press(self._chance.choice(LETTERS))
        elif roll < 0.93:
            await self._mouse()
        elif roll < 0.97:
            await self._paste(self._chance.choice((*HOSTILE, "x" * 10_000, "a\n" * 500)))
        else:
            await self._resize(*self._chance.choice(SIZES))

    def _tell(self, said: str) -> None:
        self.told = [*self.told[-30:], said]

    async def _press(self, key: str) -> None:
        self._tell(f"press {key!r}")
        await self._app.pilot.press(key)

    async def _mouse(self) -> None:
        width, height = self._app.app.size
        place = self._chance.randrange(max(width, 1)), self._chance.randrange(max(height, 1))
        self._tell(f"mouse {place}")
        with suppress(OutOfBounds, NoMatches):
            if self._chance.random() < 0.3:
                scroll = self._chance.choice((events.MouseScrollDown, events.MouseScrollUp))
                x, y = place
                self._app.app.screen._forward_event(
                    scroll(None, x, y, 0, 1, 0, False, False, False, screen_x=x, screen_y=y)
                )
            else:
                times, shift = self._chance.choice((1, 1, 2)), self._chance.random() < 0.2
                await self._app.pilot.click(Screen, offset=place, times=times, shift=shift)

    async def _paste(self, text: str) -> None:
        self._tell(f"paste {text[:30]!r}")
        self._app.app.post_message(events.Paste(text))
        await self._app.pilot.pause()

    async def _resize(self, columns: int, rows: int) -> None:
        self._tell(f"resize {columns} × {rows}")
        await self._app.pilot.resize_terminal(columns, rows)

    def look(self) -> None:
        """Nothing on the screen is more than text."""
        found = [line for line in self._app.text.split("\n") if controls(line)]
        assert not found, f"on {self._app.app.screen}: {found}"


async def prepared(app: Whole, errors: int) -> None:
    """Hostile text where texts come from: output, values, files, names, and code and so many errors."""
    folder = "[@click=app.quit]x[/] \x1b]0;t\x07"
    await app.run(
        f"texts = {HOSTILE!r}\n"
        "import os, sys\n"
        "for text in texts: print(text); print(text, file=sys.stderr)\n"
        f"os.makedirs({folder!r}, exist_ok=True)\n"
        f"open({folder + '/a[b].csv'!r}, 'w', errors='replace').write(','.join(texts))\n"
        "open('b.md', 'w', errors='replace').write('# ' + '\\n'.join(texts))\n"
        "texts"
    )
    for text in HOSTILE[:errors]:
        await app.run(f"# {text!r}\nraise ValueError({text!r})")
    await app.run(f"class Odd:\n def _repr_html_(self): return '<table><tr><td>' + {HOSTILE[0]!r}\nOdd()")


async def storm(count: int, seed: int, errors: int = len(HOSTILE)) -> tuple[int, float]:
    """Send so many events; how many they were, and the seconds they took. Raises what goes wrong."""
    chance = random.Random(seed)
    began, done = time.monotonic(), 0
    wrong: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda loop, about: wrong.append(f"{about.get('message')}: {about.get('exception')!r}")
    )
    async with whole(toasts=True) as app:
        app.main.action_quit = lambda: None  # type: ignore[method-assign]  # who leaves sees no more events
        await prepared(app, errors)
        one = Storm(app, chance)
        try:
            while done < count:
                await one.one()
                done += 1
                if done % CHECKED == 0:
                    one.look()
                    assert not wrong, wrong
            took = time.monotonic() - began
            await app.pilot.resize_terminal(120, 40)
            async with asyncio.timeout(30):
                while len(app.app.screen_stack) > 1:
                    app.app.pop_screen()
                    await app.pilot.pause()
                entry = await app.main.controller.run("6 * 7")
            assert entry.value == {"text/plain": "42"}
        except BaseException:
            sys.stderr.write(f"seed {seed}, event {done}; the last ones:\n" + "\n".join(one.told) + "\n")
            raise
    return done, took


def main(arguments: Sequence[str] = tuple(sys.argv[1:])) -> int:
    """Run a storm in a home of its own, and say how it went."""
    count = int(arguments[0].replace("_", "")) if arguments else EVENTS
    seed = int(arguments[1]) if len(arguments) > 1 else secrets.randbelow(10**9)
    with tempfile.TemporaryDirectory() as home, chdir(home):
        os.environ.update(WORKBENCH_HOME=str(Path(home) / "home"), HOME=home)
        for name in ("VISUAL", "EDITOR", "PAGER", "DISPLAY", "WAYLAND_DISPLAY"):
            os.environ.pop(name, None)
        os.environ["PAGER"] = "true"
        done, took = asyncio.run(storm(count, seed))
    sys.stdout.write(f"{done:,} events in {took:.0f} s, seed {seed}: the app is whole\n")
    return 0
