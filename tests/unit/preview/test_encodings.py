"""Bytes as text, and pieces of it that begin and end with whole lines, wherever they are cut."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from workbench.preview import chunks
from workbench.preview.encodings import UTF8, Encoding, encoding_of

UTF16 = codecs.BOM_UTF16_LE + "a\nb\n".encode("utf-16-le")


@pytest.mark.parametrize(
    ("head", "codec", "words"),
    [
        (b"", "utf-8", ""),
        ("grün €".encode(), "utf-8", ""),
        ("grün €".encode()[:-1], "utf-8", ""),
        (b"\xef\xbb\xbfx", "utf-8", ""),
        (UTF16, "utf-16-le", "UTF-16"),
        ("Grüße aus Köln".encode("latin-1"), "latin-1", "not UTF-8: read as Latin-1"),
        ("Grüße aus Köln ".encode() + b"\xff", "utf-8", "UTF-8 with broken characters"),
        (b"\x1b[31mred\x1b[0m\r\n\tx\f", "utf-8", ""),
    ],
)
def test_text_is_known_by_how_it_begins(head: bytes, codec: str, words: str) -> None:
    found = encoding_of(head)
    assert found is not None
    assert (found.codec, found.words) == (codec, words)


@pytest.mark.parametrize("head", [b"a\0b", bytes(range(1, 30)) * 4, b"\x80\x81\x82\x90abc" * 9])
def test_what_no_text_has_is_binary(head: bytes) -> None:
    assert encoding_of(head) is None


ENCODINGS = (UTF8, Encoding("latin-1"), Encoding("utf-16-le", 2), Encoding("utf-16-be", 2))


@settings(max_examples=40)
@given(
    some.text(some.characters(codec="latin-1"), max_size=60).map(lambda text: text.replace("\r", "\n") * 3),
    some.sampled_from(ENCODINGS),
    some.integers(4, 20),
)
def test_windows_one_after_another_are_the_whole_file(text: str, encoding: Encoding, window: int) -> None:
    data = text.encode(encoding.codec)
    start, found = 0, b""
    while start < len(data):
        read = data[start : start + window]
        chunk = chunks.after(read, start, encoding, last=start + len(read) >= len(data))
        assert chunk.end > start, "the next window begins where this one ends"
        assert "\ufffd" not in chunk.text(encoding)
        found, start = found + chunk.data, chunk.end
    assert found == data


@settings(max_examples=40)
@given(
    some.text(some.characters(codec="utf-8"), max_size=60).map(lambda text: (text + "\n") * 3),
    some.sampled_from((UTF8, Encoding("utf-16-le", 2))),
    some.integers(8, 24),
)
def test_windows_one_before_another_are_the_whole_file(text: str, encoding: Encoding, window: int) -> None:
    data = text.encode(encoding.codec)
    end, found = len(data), b""
    while end:
        start = chunks.aligned(max(end - window, 0), encoding)
        chunk = chunks.before(data[start:end], end, encoding)
        assert chunk.start < end
        found, end = chunk.data + found, chunk.start
    assert found == data


def test_a_place_in_the_middle_begins_with_the_next_whole_line() -> None:
    data = b"first\nsecond\nthird\nfou"
    chunk = chunks.around(data[3:], 3, UTF8, last=True)
    assert (chunk.start, chunk.text(UTF8)) == (6, "second\nthird\nfou")
    assert chunks.around(data[:9], 0, UTF8, last=False).text(UTF8) == "first"


def test_marks_and_line_ends_are_no_text() -> None:
    found = encoding_of(UTF16)
    assert found is not None
    assert chunks.after(UTF16, 0, found, last=True).text(found) == "a\nb"
    assert chunks.after(b"a\r\nb\r\n", 0, UTF8, last=True).text(UTF8) == "a\r\nb"
