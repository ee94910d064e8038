"""Pictures as half blocks: sizes, colours, transparency, and files that are broken or meant to hurt."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from typing import Any

import pytest
from PIL import Image
from rich.segment import Segment

from workbench.imaging.cache import Pictures
from workbench.imaging.decode import MOST_BYTES, MOST_PIXELS, picture
from workbench.imaging.errors import PictureError
from workbench.imaging.kinds import picture_kind

KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (255, 0, 0)


def encoded(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 90).convert("RGB")


def problem(data: bytes) -> str:
    try:
        picture(data, 10, 5)
    except PictureError as error:
        return error.message
    return ""


def colours(segment: Segment) -> tuple[Any, Any]:
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.bgcolor is not None
    return tuple(segment.style.color.triplet or ()), tuple(segment.style.bgcolor.triplet or ())


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_is_known_and_shown(kind: str) -> None:
    data = encoded(Image.new("RGB", (40, 20), RED), kind, lossless=True)
    assert picture_kind(data[:18]) == kind
    shown = picture(data, 20, 20)
    assert (shown.width, shown.height, shown.rows) == (20, 10, 5)
    assert shown.words == f"{kind}, 40 × 20 pixels"
    for y in range(shown.rows):
        row = shown.row(y, BLACK)
        assert [segment.text for segment in row] == [" " * 20]
        red, green, blue = colours(row[0])[1]
        assert (red > 250, green < 5, blue < 5) == (True, True, True)


def test_two_pixels_share_a_cell_and_equal_neighbours_a_segment() -> None:
    image = Image.new("RGB", (3, 2), BLACK)
    image.putpixel((0, 0), RED)
    image.putpixel((1, 0), RED)
    row = picture(encoded(image), 80, 40).row(0, WHITE)
    assert [segment.text for segment in row] == ["▀▀", " "]
    assert colours(row[0]) == (RED, BLACK)


def test_an_odd_last_row_stands_on_the_background() -> None:
    shown = picture(encoded(Image.new("RGB", (2, 3), RED)), 80, 40)
    assert shown.rows == 2
    assert colours(shown.row(1, (1, 2, 3))[0]) == (RED, (1, 2, 3))


def test_transparency_shows_the_background() -> None:
    image = Image.new("RGBA", (2, 2), (255, 255, 255, 0))
    image.putpixel((1, 0), (200, 100, 0, 128))
    row = picture(encoded(image), 80, 40).row(0, (10, 20, 30))
    assert colours(row[0]) == ((10, 20, 30), (10, 20, 30))
    assert colours(row[1])[0] == (105, 60, 15)


def test_what_is_invisible_does_not_bleed_into_what_is_scaled() -> None:
    image = Image.new("RGBA", (100, 100), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 51, 100))
    for pixel in picture(encoded(image), 10, 5).row(2, WHITE):
        red, green, blue = colours(pixel)[0]
        assert green <= red
        assert green == blue


@pytest.mark.parametrize(
    ("size", "room", "fits"),
    [
        ((400, 100), (40, 40), (40, 10)),
        ((100, 400), (40, 10), (5, 20)),
        ((4, 4), (80, 40), (4, 4)),
        ((10_000, 1), (40, 10), (40, 1)),
        ((1, 10_000), (40, 10), (1, 20)),
    ],
)
def test_proportions_are_kept_and_nothing_is_made_larger(
    size: tuple[int, int], room: tuple[int, int], fits: tuple[int, int]
) -> None:
    shown = picture(encoded(Image.new("L", size)), *room)
    assert (shown.width, shown.height) == fits


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_kind_of_pixel_is_shown(mode: str) -> None:
    image = noise(8, 8).convert("L")
    if mode == "I;16":
        image = Image.frombytes("I;16", (8, 8), struct.pack("<64H", *range(0, 64_000, 1_000)))
    else:
        image = image.convert(mode)
    shown = picture(encoded(image), 8, 4)
    assert len(set(shown.rgba[0::4])) > 1


def test_a_moving_picture_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in (RED, WHITE, BLACK)]
    for kind in ("GIF", "WEBP"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
        shown = picture(data, 4, 4)
        assert shown.moving
        assert shown.words.endswith("first frame")
        assert colours(shown.row(0, BLACK)[0])[1] == RED


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_stands_as_the_camera_was_held(turn: int) -> None:
    from PIL import ImageOps

    image = noise(30, 20)
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encoded(image, "PNG", exif=exif)
    right = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGBA")
    shown = picture(data, 80, 40)
    assert (shown.source, shown.rgba) == (right.size, right.tobytes())


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_anywhere_is_one_sentence_or_a_picture(kind: str) -> None:
    whole = encoded(noise(60, 60), kind)
    said = [problem(whole[: max(20, len(whole) * tenth // 10)]) for tenth in range(1, 10)]
    assert any(said)
    assert all(not words or words.startswith(f"The {kind} is ") for words in said)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_any_byte_wrong_raises_nothing_else(kind: str) -> None:
    whole = encoded(noise(24, 24), kind)
    for place in range(2, min(len(whole), 400), 3):
        hurt = bytearray(whole)
        hurt[place] ^= 0xFF
        problem(bytes(hurt))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IEND", b"")


def test_a_picture_of_a_size_to_fill_the_memory_is_refused_before_it_is_decoded() -> None:
    packed = chunk(b"IDAT", zlib.compress(bytes(10_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(PictureError, match="50,000 × 50,000 pixels, more than the 40 million"):
            picture(png(50_000, 50_000, packed), 20, 10)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_webp_of_a_size_to_fill_the_memory_is_refused_before_it_is_decoded() -> None:
    data = bytearray(encoded(Image.new("RGBA", (8, 8)), "WEBP", lossless=True, exif=b"Exif\0\0II*\0\0\0\0\0"))
    assert data[12:16] == b"VP8X"
    data[24:30] = (16_382).to_bytes(3, "little") * 2
    with pytest.raises(PictureError):
        picture(bytes(data), 20, 10)


def test_packed_text_beside_a_picture_is_not_unpacked_without_end() -> None:
    bomb = zlib.compress(bytes(20 << 20), 1)
    data = png(1, 1, chunk(b"zTXt", b"Comment\0\0" + bomb), chunk(b"IDAT", zlib.compress(b"\0abc")))
    with pytest.raises(PictureError, match="is broken"):
        picture(data, 20, 10)


def test_a_large_photo_is_decoded_at_a_fraction_of_its_size() -> None:
    side = int(MOST_PIXELS**0.5) + 1_000
    data = encoded(Image.new("RGB", (side, side), RED), "JPEG")
    assert picture(data, 20, 10).source == (side, side)


def test_a_file_too_large_and_one_that_is_no_picture_say_so() -> None:
    with pytest.raises(PictureError, match="64 MB are shown"):
        picture(b"\x89PNG\r\n\x1a\n" + bytes(MOST_BYTES), 20, 10)
    for data in (b"", b"BM plain text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"RIFF1234WAVE"):
        with pytest.raises(PictureError, match="no PNG, JPEG, GIF, WebP or BMP"):
            picture(data, 20, 10)


def test_pictures_are_kept_by_content_and_size_up_to_a_limit() -> None:
    kept = Pictures(limit=20 * 10 * 4 * 2)
    first, second, third = (encoded(Image.new("RGB", (20, 10), (n, 0, 0))) for n in range(3))
    shown = kept.get(first, 20, 5)
    assert kept.get(bytes(first), 20, 5) is shown
    assert kept.get(first, 10, 5) is not shown
    kept.get(second, 20, 5)
    kept.get(third, 20, 5)
    assert kept.size <= 20 * 10 * 4 * 2
    assert kept.get(first, 20, 5) is not shown
