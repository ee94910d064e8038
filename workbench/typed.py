"""What is typed goes where it was meant to: early keys, keys without a focus, keys behind one that opens."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from functools import partial
from typing import Any

from textual import events
from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from workbench.copying import CopyingApp

DRAWN_WITHIN = 0.03  # seconds in which a key is mostly drawn, where nothing else is done meanwhile

PATIENCE = 1.0
"""Seconds after which keys no longer wait for the one before them; a widget that was removed never tells."""

TRIPS = 3
"""How often `Passed` is sent: behind the first is what the key led to, behind the second what that led to."""


class Passed(Message):
    """Follows a key from its `target` through the same queues: at the app the key has done its work."""

    def __init__(self, target: Widget, turn: int, trip: int = 1) -> None:
        super().__init__()
        self.target = target
        self.turn = turn
        self.trip = trip


class TypedApp(CopyingApp, inherit_bindings=False):
    """Keeps keys and pastes until there is something to type into, and lets none go astray.

    A browser tab tells that it lost the focus while the app starts; then nothing gets it (Textual 8.2). And
    Textual hands on each key at once: what is typed behind one that opens a dialog, over a slow line or while
    the app is busy, would land in the pane below. So a key that is no text of the widget with the focus holds
    up the next ones until it has done its work, and what it opened has the focus.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._typed: deque[events.Event] = deque()
        self._early = True
        self._turn = 0  # counts the keys that held up others
        self._holding: Timer | None = None
        self._typed_on: Screen[Any] | None = None
        self._typed_at = float("-inf")

    @property
    def just_typed(self) -> bool:
        """Whether a key came so lately that it may not have been drawn."""
        return time.monotonic() - self._typed_at < DRAWN_WITHIN

    def settle_focus(self) -> None:
        """Give something the focus where nothing has it and somebody may type."""
        raise NotImplementedError

    async def on_event(self, event: events.Event) -> None:
        """Keep what is typed too early. Ctrl+Q leaves at any time."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._type(event)
            return
        await super().on_event(event)
        if isinstance(event, events.AppFocus) and not self._early:
            self.settle_focus()

    async def type_early(self) -> None:
        """Type what was kept: from now on there is something to type into."""
        self._early = False
        self.settle_focus()
        await self._type_kept()

    async def _type(self, event: events.Event) -> None:
        if not self.app_focus:
            self.app_focus = True  # somebody types: the terminal has the focus, whatever it told last
        if isinstance(event, events.Key):
            self._typed_at = time.monotonic()
            if event.key == "ctrl+q":
                await super().on_event(event)
                return
            if event.key.startswith("alt+"):
                event.character = None  # a terminal's alt+s brings an s, which lines of input typed (8.2)
        self._typed.append(event)
        if not (self._early or self._holding):
            await self._type_kept()

    async def _type_kept(self) -> None:
        while self._typed and self._holding is None:
            event = self._typed.popleft()
            self.settle_focus()
            target = self.focused or self.screen
            if isinstance(event, events.Key) and not _is_text(event, target):
                self._turn += 1
                self._holding = self.set_timer(PATIENCE, partial(self._let_go, self._turn))
                self._typed_on = self.screen
                await super().on_event(event)
                self._send(Passed(target, self._turn))
            else:
                await super().on_event(event)

    def _send(self, passed: Passed) -> None:
        if not passed.target.post_message(passed):
            self.call_later(self._let_go, passed.turn)  # it is gone

    async def on_passed(self, message: Passed) -> None:
        """A key has done its work: go on once what it opened is there."""
        message.stop()
        if message.turn != self._turn or self._holding is None or not self.screen_stack:
            return
        await asyncio.sleep(0)  # a worker that the key began gets its first step
        if (uppermost := self.screen_stack[-1]) is not self._typed_on:
            uppermost.call_after_refresh(self._let_go, message.turn)
        elif message.trip < TRIPS:
            self._send(Passed(message.target, message.turn, message.trip + 1))
        else:
            self.call_later(self._let_go, message.turn)  # behind a focus that was asked for

    def pop_screen(self) -> AwaitComplete:
        """Take away the uppermost screen, with the key that may still have been in it."""
        popped = super().pop_screen()
        if self._holding is not None:
            self.call_later(self._let_go, self._turn)
        return popped

    async def _let_go(self, turn: int) -> None:
        """Go on behind the key of that turn; several ways may lead here, and only the first one counts."""
        if self._holding is not None and turn == self._turn:
            self._holding.stop()
            self._holding = None
            if not self._early:
                await self._type_kept()


def _is_text(key: events.Key, widget: Widget) -> bool:
    text = widget.check_consume_key(key.key, key.character)
    return text and not getattr(widget, "letters_command", False)
