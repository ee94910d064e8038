"""Pictures in the terminal's own graphics (sixel, kitty), where it has them and `textual-image` is installed.

The library asks the terminal when it is imported, and reads the answer from the keyboard, which Textual reads
as well: it is imported while the terminal is lent, with the first picture that is opened. That takes 20 ms
where the terminal answers, and half a second once where it does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import select
import sys
import termios
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from textual.app import App, SuspendNotSupported
from textual.widget import Widget

from workbench.imaging.errors import PictureError

if TYPE_CHECKING:
    from workbench.imaging.picture import Picture
    from workbench.widgets.values.picture import PictureView

LATE = 0.3
"""Seconds in which an answer may still come over a slow line; the library waits a tenth of one."""

_asked: list[Any] = []  # the answer, once there is one


def graphics(app: App[Any]) -> Any:
    """The widget that draws with the terminal's graphics, None where there are none; asks once."""
    if not _asked:
        wanted = getattr(app, "graphics", True) and not app.is_headless
        _asked.append(_found(app) if wanted and find_spec("textual_image") else None)
    return _asked[0]


def _found(app: App[Any]) -> Any:
    logging.getLogger("textual_image").addHandler(logging.NullHandler())  # it warns on the screen
    try:
        with app.suspend():  # an exception inside would leave the terminal to nobody (Textual 8.2)
            found = _imported()
            _drop_answers(0.0 if found else LATE)
    except SuspendNotSupported:
        return None
    return found


def _drop_answers(seconds: float) -> None:
    """Forget what the terminal still says: it would count as keys."""
    with contextlib.suppress(OSError, ValueError, termios.error):
        keyboard = sys.__stdin__.fileno() if sys.__stdin__ else 0
        select.select([keyboard], [], [], seconds)
        termios.tcflush(keyboard, termios.TCIFLUSH)


def _imported() -> Any:
    try:
        from textual_image import renderable, widget  # type: ignore[import-not-found,unused-ignore]
    except Exception:  # noqa: BLE001 - whatever is wrong with it, half blocks are there
        return None
    widgets = {renderable.SixelImage: widget.SixelImage, renderable.TGPImage: widget.TGPImage}
    return widgets.get(renderable.Image)


async def sharpen(view: PictureView, data: bytes) -> Widget | None:
    """Put the picture in `data` over its half blocks, in the terminal's graphics; None where it has none."""
    kind = graphics(view.app)
    columns, rows = view.size
    if kind is None or not view.size.area:
        return None
    from textual_image._terminal import get_cell_size  # type: ignore[import-not-found,unused-ignore]

    from workbench.imaging.decode import picture

    across, down = get_cell_size()
    try:
        found = await asyncio.to_thread(picture, data, columns * across, rows * down // 2)
    except PictureError:
        return None  # the half blocks say why
    if not view.is_attached or view.size != (columns, rows):
        return None
    sharp: Widget = kind(_image(found))
    sharp.styles.width = math.ceil(found.width / across)
    sharp.styles.height = math.ceil(found.height / down)
    view.cover()
    await view.mount(sharp)
    return sharp


def _image(found: Picture) -> Any:
    from PIL import Image

    return Image.frombytes("RGBA", (found.width, found.height), found.rgba)
