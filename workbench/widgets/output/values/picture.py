"""A picture as large as its room."""

from __future__ import annotations

import asyncio

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from workbench.imaging.cache import shared
from workbench.imaging.errors import PictureError
from workbench.imaging.picture import Picture
from workbench.sanitize import sanitize_line


class PictureView(Widget, can_focus=True):
    """Shows a picture in half blocks; it is made again when the room changes."""

    DEFAULT_CSS = "PictureView { height: 1fr; }"

    def __init__(self, data: bytes, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._data = data
        self._picture: Picture | None = None
        self._said = "loading…"

    def on_resize(self) -> None:
        """Make it as large as there is room."""
        self.run_worker(self._make(), exclusive=True)

    async def _make(self) -> None:
        width, height = self.size
        if not width or height < 2:
            return
        try:
            self._picture = await asyncio.to_thread(shared().get, self._data, width, height - 1)
            self._said = self._picture.words
        except PictureError as error:
            self._said = sanitize_line(str(error))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A row of the picture; below it what it is."""
        picture, base = self._picture, self.rich_style
        rows = 0 if picture is None else picture.rows
        if picture is not None and y < rows:
            ground = (0, 0, 0) if base.bgcolor is None else base.bgcolor.get_truecolor()
            strip = Strip(picture.row(y, (ground[0], ground[1], ground[2])))
        else:
            strip = Strip([Segment(self._said if y == rows else "", base)])
        return strip.crop_extend(0, self.size.width, base)
