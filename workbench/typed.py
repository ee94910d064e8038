"""What is typed while the app starts, or while nothing has the focus, goes where it was meant to."""

from __future__ import annotations

from typing import Any

from textual import events

from workbench.copying import CopyingApp


class TypedApp(CopyingApp, inherit_bindings=False):
    """Keeps keys and pastes until there is something to type into, and lets none go astray.

    A browser tab tells that it lost the focus while the app starts; then nothing gets it (Textual 8.2).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._early: list[events.Event] | None = []

    def settle_focus(self) -> None:
        """Give something the focus where nothing has it and somebody may type."""
        raise NotImplementedError

    async def on_event(self, event: events.Event) -> None:
        """Keep what is typed early; nothing had the focus yet. Ctrl+Q leaves at any time."""
        typed = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if isinstance(event, events.Key) and event.key.startswith("alt+"):
            event.character = (
                None  # a terminal's alt+s comes with an s, which lines of input would type (8.2)
            )
        if typed and not self.app_focus:
            self.app_focus = True  # somebody types: the terminal has the focus, whatever it told last
        if self._early is not None:
            if typed and not (isinstance(event, events.Key) and event.key == "ctrl+q"):
                self._early.append(event)
                return
        elif typed:
            self.settle_focus()
        await super().on_event(event)
        if isinstance(event, events.AppFocus) and self._early is None:
            self.settle_focus()

    async def type_early(self) -> None:
        """Type what was kept: from now on there is something to type into."""
        early, self._early = self._early or [], None  # no other event is handled meanwhile
        self.settle_focus()
        for event in early:
            await super().on_event(event)
