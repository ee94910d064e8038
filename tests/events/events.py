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
from contextlib import chdir
from pathlib import Path

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import _character_to_key, key_to_character
from textual.message_pump import MessagePump

from tests.app import whole as whole_app
from tests.app.whole import Whole, whole
from tests.unit.output.hostile import HOSTILE, controls
from workbench.app import WorkbenchApp
from workbench.commands.table import COMMANDS

EVENTS = 100_000
LOT = 2_500  # events that one app gets
CHECKED = 5  # bursts between two looks at the screen
STUCK = 120.0  # seconds in which an app handles a burst, or hangs
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
POINTERS = (
    (events.MouseScrollDown,),
    (events.MouseScrollUp,),
    CLICK := (events.MouseDown, events.MouseUp),
    CLICK,
    CLICK * 2,
    (events.MouseDown, events.MouseMove, events.MouseUp),
)
"""A turn of the wheel, a click, two, something dragged."""
SIZES = ((120, 40), (80, 24), (60, 15), (30, 8), (200, 60), (1, 1))


async def _settled(app: WorkbenchApp, pump: MessagePump) -> None:
    """Wait until one has handled what it was sent, or is gone. Raises what ended the app."""
    done = asyncio.Event()
    deadline = time.monotonic() + STUCK
    there = pump.call_later(done.set)
    while there and not done.is_set() and pump.is_running and not pump._closing:
        await asyncio.sleep(0.001)
        if app._exception is not None:
            raise app._exception
        assert time.monotonic() < deadline, f"{pump} hangs"


class Storm:
    """Random events on one running app. `told` are the last of them, for the report of a failure.

    They come in bursts, as fast as the app takes them; between two bursts everything is handled.
    """

    def __init__(self, app: Whole, chance: random.Random) -> None:
        self._app, self._chance = app, chance
        self.told: list[str] = []

    async def burst(self) -> int:
        """Some events at once; how many."""
        count = self._chance.choice((1, 2, 4, 8, 16))
        for _ in range(count):
            self._one()
        app = self._app.app
        for _ in range(2):  # what the app has handled is handled by a widget then
            for pump in (app, app.screen, app.focused or app.screen):
                await _settled(app, pump)
        return count

    def _one(self) -> None:
        roll = self._chance.random()
        if roll < 0.45:
            self._press(self._chance.choice((*KEYS, *PLAIN)))
        elif roll < 0.75:
            self._press(self._chance.choice(LETTERS))
        elif roll < 0.93:
            self._mouse()
        elif roll < 0.97:
            text = self._chance.choice((*HOSTILE, "x" * 10_000, "a\n" * 500))
            self._send(events.Paste(text), f"paste {text[:30]!r}")
        else:
            size = Size(*self._chance.choice(SIZES))
            self._driver._size = size
            self._send(events.Resize(size, size), f"resize {size}")

    @property
    def _driver(self) -> HeadlessDriver:
        driver = self._app.app._driver
        assert isinstance(driver, HeadlessDriver)
        return driver

    def _send(self, event: events.Event, told: str) -> None:
        self.told = [*self.told[-40:], told]
        self._driver.process_message(event)

    def _press(self, key: str) -> None:
        name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
        single = key if len(key) == 1 else key_to_character(key)
        self._send(events.Key(name, single), f"press {key!r}")

    def _mouse(self) -> None:
        width, height = self._app.app.size
        x, y = self._chance.randrange(max(width, 1)), self._chance.randrange(max(height, 1))
        shift = self._chance.random() < 0.2
        kinds: tuple[type[events.MouseEvent], ...] = self._chance.choice(POINTERS)
        for number, kind in enumerate(kinds):
            if kind is events.MouseMove:
                x, y = (x + 7) % max(width, 1), (y + 3) % max(height, 1)
            button = 0 if kind in (events.MouseScrollUp, events.MouseScrollDown) else 1
            event = kind(None, x, y, 0, 0, button, shift, False, False, screen_x=x, screen_y=y)
            self._send(event, f"{kind.__name__} {number} at {x}, {y}")

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
        began = time.monotonic()
        one = Storm(app, chance)
        try:
            while done < count:
                for _ in range(CHECKED):
                    done += await one.burst()
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


async def _lots(count: int, seed: int) -> list[int]:
    """Storms in processes of their own, one a processor; the seeds of those that ended badly."""
    room = asyncio.Semaphore(os.cpu_count() or 1)

    async def lot(number: int) -> int | None:
        async with room:
            command = (
                sys.executable,
                "-m",
                "tests.events",
                str(min(LOT, count - number * LOT)),
                str(seed + number),
            )
            child = await asyncio.create_subprocess_exec(*command)
            return seed + number if await child.wait() else None

    ended = await asyncio.gather(*(lot(number) for number in range(-(-count // LOT))))
    return [bad for bad in ended if bad is not None]


def _alone(count: int, seed: int) -> None:
    """One storm, in a home of its own; says how it went."""
    with tempfile.TemporaryDirectory() as home, chdir(home):
        os.environ.update(WORKBENCH_HOME=str(Path(home) / "home"), HOME=home)
        for name in ("VISUAL", "EDITOR", "PAGER", "DISPLAY", "WAYLAND_DISPLAY"):
            os.environ.pop(name, None)
        os.environ["PAGER"] = "true"
        whole_app.LIMIT = STUCK  # several run at once
        done, took = asyncio.run(storm(count, seed))
    sys.stdout.write(f"{done:,} events in {took:.0f} s, seed {seed}: the app is whole\n")


def main(arguments: Sequence[str] = tuple(sys.argv[1:])) -> int:
    """So many events, from a seed on; 1 when an app did not stay whole."""
    count = int(arguments[0].replace("_", "")) if arguments else EVENTS
    seed = int(arguments[1]) if len(arguments) > 1 else secrets.randbelow(10**9)
    if count <= LOT:
        _alone(count, seed)
        return 0
    bad = asyncio.run(_lots(count, seed))
    sys.stdout.write(f"{count:,} events from seed {seed} on; the seeds that ended badly: {bad or 'none'}\n")
    return 1 if bad else 0
