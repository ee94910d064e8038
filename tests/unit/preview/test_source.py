"""Files read by windows: searched to both ends, fetched from the start where a target sends no parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.errors import FileError, Unsupported
from backend.models import FileInfo
from tests.directory import Files
from workbench.preview import search, source
from workbench.preview.encodings import UTF8, Encoding
from workbench.preview.search import Match, Search
from workbench.preview.source import Source, current


def opened(files: Any, name: str, size: int) -> Source:
    return Source(files, "s", FileInfo(name, "file", size, 0.0))


async def found(data: bytes, words: str, start: int, *, backwards: bool, encoding: Encoding = UTF8) -> Any:
    async def read(offset: int, limit: int) -> bytes:
        return data[offset : offset + limit]

    looking = Search(read, len(data), words, encoding, lambda share: None)
    return await (looking.previous(start) if backwards else looking.next(start))


async def test_words_are_found_across_the_borders_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "STEP", 8)
    data = b"....needle.......Needle..."
    assert await found(data, "needle", 0, backwards=False) == Match(4, 6)
    assert await found(data, "needle", 5, backwards=False) == Match(17, 6)
    assert await found(data, "needle", 18, backwards=False) == Match(4, 6, wrapped=True)
    assert await found(data, "needle", 17, backwards=True) == Match(4, 6)
    assert await found(data, "needle", 4, backwards=True) == Match(17, 6, wrapped=True)
    assert await found(data, "Needle", 0, backwards=False) == Match(17, 6)
    for backwards in (True, False):
        assert await found(data, "none", 9, backwards=backwards) is None


async def test_words_are_found_in_their_encoding_only_where_characters_begin() -> None:
    wide = Encoding("utf-16-le", 2)
    assert await found("xüay".encode("utf-16-le"), "ü", 0, backwards=False, encoding=wide) == Match(2, 2)
    assert await found(b"\x61\x00\x62\x62", chr(0x6200), 0, backwards=False, encoding=wide) is None
    assert await found(b"abc", "€", 0, backwards=False, encoding=Encoding("latin-1")) is None


async def test_a_target_that_sends_no_parts_is_read_once_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytes(range(256)) * 40
    (tmp_path / "a.bin").write_bytes(data)
    monkeypatch.setattr(source, "_FIRST", 4_096)
    files = Files(tmp_path, parts=False)
    one = opened(files, "a.bin", len(data))
    assert await one.read(0, 100) == data[:100]
    assert one.note == ""
    assert await one.read(3_000, 100) == data[3_000:3_100]
    sent = files.sent
    assert await one.read(2_000, 500) == data[2_000:2_500]
    assert files.sent == sent, "what was fetched is kept"
    assert await one.read(9_000, 500) == data[9_000:9_500]
    assert one.note == "this target sends no parts of files"


async def test_of_a_large_file_of_such_a_target_only_the_start_can_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MOST_FETCHED", 1_000)
    (tmp_path / "a.bin").write_bytes(bytes(5_000))
    one = opened(Files(tmp_path, parts=False), "a.bin", 5_000)
    assert len(await one.read(900, 500)) == 100
    assert one.size == 1_000
    assert one.note == "this target sends no parts of files: the first 1.0 kB can be seen"


async def test_a_file_is_known_by_listing_where_none_is_described(tmp_path: Path) -> None:
    class Undescribed(Files):
        async def file_info(self, session: str, path: str) -> FileInfo:
            raise Unsupported("No such call.")

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("abc")
    files: Any = Undescribed(tmp_path)
    assert (await current(files, "s", "in/a.txt")).size == 3
    with pytest.raises(FileError, match=r"no in/b.txt in the session any more"):
        await current(files, "s", "in/b.txt")
    grown = opened(files, "in/a.txt", 1)
    assert (await grown.refresh()) == replace(grown.info, size=3)
