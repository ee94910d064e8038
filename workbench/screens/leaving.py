"""A screen that is left once, however fast somebody types."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ScreenResultType

from workbench.screens.steady import Steady


class Leaving(Steady[ScreenResultType]):
    """Takes itself away, and no other screen.

    Two keys that come together both reach the screen; the second would take away the one beneath, and end the
    app where that is the last (Textual 8.2).
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave with a result. Screens over this one go first; one that has gone already stays gone."""
        if self not in self.app.screen_stack:
            return AwaitComplete()
        while self.app.screen is not self:
            self.app.screen.dismiss(None)
        return super().dismiss(result)
