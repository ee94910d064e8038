"""An app whose copies leave it: by the terminal, by a tool of the system, or into a file that it names."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.command import CommandPalette

from workbench.sanitize import sanitize_line
from workbench.telling import TellingApp


class CopyingApp(TellingApp, inherit_bindings=False):
    """Copies go out by OSC 52, which also works over ssh, and to the system's clipboard where a tool can.

    Text that is too long for the one and finds no other is written to a file in `kept`.
    """

    kept: Path | None = None
    _copied = ""

    async def on_event(self, event: events.Event) -> None:
        """Make a paste one line of text where Textual's own palette would draw it as it came (8.2)."""
        if isinstance(event, events.Paste) and isinstance(self.screen, CommandPalette):
            event = events.Paste(sanitize_line(event.text))
        await super().on_event(event)

    @property
    def clipboard(self) -> str:
        """What was copied last, however long; one line of clean text for Textual's own palette."""
        return sanitize_line(self._copied) if isinstance(self.screen, CommandPalette) else self._copied

    def copy_to_clipboard(self, text: str) -> None:
        """Copy text to every clipboard that can be reached. Never raises."""
        from workbench.clipboard import OSC_52_BYTES  # with the first copy

        clean = text.encode("utf-8", "replace").decode()
        short = len(clean.encode()) <= OSC_52_BYTES
        if short:
            super().copy_to_clipboard(clean)
        self._copied = text
        self.run_worker(self._copy_out(clean, short), group="clipboard", exclusive=True)

    async def _copy_out(self, text: str, short: bool) -> None:
        from workbench.clipboard import copy, find_tools

        if await copy(text, find_tools()) or short or self.kept is None:
            return
        file = self.kept / "clipboard.txt"
        try:
            file.touch(mode=0o600)
            file.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            said = (
                f"This is too long for the terminal, and {file} cannot be written: {error.strerror}. "
                "Copy less of it, or save it to a file."
            )
        else:
            said = f"This is too long for the terminal's clipboard; it is in {file}."
        self.notify(said, title="Copy", severity="warning")
