"""From the bytes of an image file to a picture that fits; the only file that knows Pillow.

Pillow is imported with the first picture (23 ms), and takes up to a second for a large one: call it in a
thread.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from workbench.imaging.errors import PictureError
from workbench.imaging.kinds import picture_kind
from workbench.imaging.picture import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 64 << 20
"""Bytes of a file that is decoded."""

MOST_PIXELS = 40_000_000
"""Pixels that are decoded: 160 MB as RGBA. A JPEG is decoded at a fraction of its size, and counted so."""

ELSEWHERE = "Open it in the system's viewer, or save it smaller."


def picture(data: bytes, width: int, height: int) -> Picture:
    """The picture in `data`, as large as fits into `width` × `height` cells, at most as large as it is.

    Its proportions are kept, a cell counted twice as high as wide. Raises PictureError.
    """
    kind = picture_kind(data)
    if not kind:
        raise PictureError("This is no PNG, JPEG, GIF, WebP or BMP.", "Look at it as text or as bytes.")
    if len(data) > MOST_BYTES:
        raise PictureError(
            f"The picture has {len(data) >> 20:,} MB, and {MOST_BYTES >> 20} MB are shown.", ELSEWHERE
        )
    try:
        return _decoded(data, kind, (max(width, 1), max(height, 1) * 2))
    except PictureError:
        raise
    except MemoryError:
        raise PictureError("There is not enough memory to show the picture.", ELSEWHERE) from None
    except Exception as error:  # noqa: BLE001 - Pillow's readers raise a dozen kinds for broken files
        said = "is cut off" if "truncated" in str(error).lower() else "is broken"
        raise PictureError(
            f"The {kind} {said} and cannot be shown.", "Look at it as bytes, or make it anew."
        ) from None


def _decoded(data: bytes, kind: str, room: tuple[int, int]) -> Picture:
    with _opened(data, kind) as image:
        source = image.size
        if kind == "JPEG":
            # the decoder scales by 2, 4 or 8 on its way; twice the wanted size keeps the result sharp
            image.draft("RGB", (room[0] * 2, room[1] * 2))
        _fits(image.size)
        moving = bool(getattr(image, "is_animated", False))
        image.seek(0)
        turn = _turn(image)
        small = _turned(_scaled(_coloured(image), room, turned=turn >= 5), turn)
        if turn >= 5:
            source = (source[1], source[0])
        return Picture(small.width, small.height, small.tobytes(), source, kind, moving)


def _opened(data: bytes, kind: str) -> Image:
    from PIL import Image, WebPImagePlugin  # noqa: F401 - Pillow would import all its formats to find WebP

    # Pillow warns about large pictures on standard error, which is the screen; `_fits` counts instead
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(io.BytesIO(data), formats=(kind,))


def _fits(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise PictureError(
            f"The picture has {width:,} × {height:,} pixels, more than the "
            f"{MOST_PIXELS // 1_000_000} million that are decoded here.",
            ELSEWHERE,
        )


def _coloured(image: Image) -> Image:
    if image.mode in ("I;16", "I;16B", "I", "F"):  # `convert` would cut what is above 255
        low, high = image.getextrema()
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        span = max(high - low, 1)
        image = image.convert("F").point(lambda value: (value - low) * (255 / span)).convert("L")
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image  # opaque: a quarter less to scale
    return image.convert("RGBA")


def _scaled(image: Image, room: tuple[int, int], *, turned: bool) -> Image:
    from PIL.Image import Resampling

    width, height = image.size
    across, down = room[::-1] if turned else room
    scale = min(across / width, down / height, 1)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    if size != image.size:
        if image.mode == "RGBA":
            image = image.convert("RGBa")  # multiplied: what is invisible must not bleed into the edges
        image = image.resize(size, Resampling.LANCZOS, reducing_gap=2)
    return image.convert("RGBA")


def _turn(image: Image) -> int:
    """How a camera was held, 1 to 8 (EXIF 2.32, tag Orientation); 1 where nothing sensible is said."""
    try:
        said = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 - broken facts beside a picture do not keep it from being shown
        return 1
    return said if said in range(1, 9) else 1


def _turned(image: Image, turn: int) -> Image:
    from PIL.Image import Transpose

    steps = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(steps[turn]) if turn in steps else image
