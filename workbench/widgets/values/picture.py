"""A picture in half blocks, or in the terminal's own graphics, as large as its place allows."""

from __future__ import annotations

import asyncio

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from workbench.imaging.cache import Pictures, shared
from workbench.imaging.errors import PictureError
from workbench.imaging.picture import Picture


class PictureView(Widget, can_focus=True):
    """Shows one picture, decoded in a thread and again for each size it gets; `Shown` tells how it went."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "PictureView { align: center middle; }"

    class Shown(Message):
        """The picture is there, or `error` says why not."""

        def __init__(self, picture: Picture | None, error: PictureError | None = None) -> None:
            super().__init__()
            self.picture, self.error = picture, error

    def __init__(self, data: bytes = b"", *, pictures: Pictures | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._data = data
        self._pictures = pictures or shared()
        self._picture: Picture | None = None

    def show(self, data: bytes) -> None:
        """Show the picture in these bytes."""
        self._data = data
        self._decode()

    def on_resize(self) -> None:
        """Fit the picture to the new size."""
        self._decode()

    def _decode(self) -> None:
        if self._data and self.size.area:
            self.run_worker(self._decoded(), group="decode", exclusive=True)

    async def _decoded(self) -> None:
        width, height = self.size
        await self.remove_children()
        try:
            self._picture = await asyncio.to_thread(self._pictures.get, self._data, width, height)
        except PictureError as error:
            self._picture = None
            self.post_message(self.Shown(None, error))
        else:
            self.post_message(self.Shown(self._picture))
        self.refresh()
        if self._picture is not None:
            from workbench.widgets.values.sharp import sharpen

            await sharpen(self, self._data)

    def cover(self) -> None:
        """Draw nothing, for something better comes here."""
        self._picture = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the picture, in the middle of its place."""
        picture, width, base = self._picture, self.size.width, self.rich_style
        if picture is None:
            return Strip.blank(width, base)
        row = y - max((self.size.height - picture.rows) // 2, 0)
        if not 0 <= row < picture.rows:
            return Strip.blank(width, base)
        colour = self.background_colors[1]
        edge = max((width - picture.width) // 2, 0)
        segments = [Segment(" " * edge, base), *picture.row(row, (colour.r, colour.g, colour.b))]
        return Strip(segments).adjust_cell_length(width, base)
