"""A line at the foot of the files pane while files are on their way."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from workbench.widgets.fit import cut
from workbench.widgets.told import Told


class MovingLine(Widget):
    """Says how far all transfers are; a click asks for the list of them."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    MovingLine {
        dock: bottom; height: 1; padding: 0 1; background: $panel; color: $text-accent; display: none;
        &.-shown { display: block; }
    }
    """

    class Clicked(Told):
        """Show the list of transfers."""

    words: reactive[str] = reactive("")

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def watch_words(self, words: str) -> None:
        """There is a line only while there is something to say."""
        self.set_class(bool(words), "-shown")

    def render(self) -> Content:
        """How far they are, and the key of the list."""
        room = self.content_size.width
        hint = f"  {self._key} list"
        words = self.words + hint if len(self.words) + len(hint) <= room else self.words
        return Content(cut(words, room))

    def on_click(self, event: events.Click) -> None:
        """Ask for the list."""
        event.stop()
        self.post_message(self.Clicked())
