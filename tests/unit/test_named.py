"""Names of files that no file can have cost a sentence, and end nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from backend.errors import FileError, WorkbenchError
from tests.unit.output.hostile import HOSTILE
from workbench.documents import Documents
from workbench.documents.disk import disk_digest, read_any, write_file
from workbench.named import is_file, is_folder, is_there, named
from workbench.screens.files.picking import matching
from workbench.screens.main.buffers import _openable, _writable
from workbench.screens.prompt import completed_path
from workbench.transfers import destination
from workbench.transfers.dropped import dropped, sized

ODD = [*HOSTILE, "x" * 300, "x/" * 3_000, "~nobody-of-that-name/x", "a\0b", "lone \ud800", "~", "."]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("text", ODD, ids=map(str, range(len(ODD))))
async def test_a_name_that_no_file_can_have_ends_nothing(text: str, tmp_path: Path) -> None:
    path = named(text)
    assert not is_file(path)
    assert is_there(path) == is_folder(path) == (text in ("~", "."))
    for asked in (_openable, _writable, completed_path):
        asked(text)
    dropped(text)
    sized([path])
    assert matching(path) == []
    if is_folder(path):
        return
    documents = Documents(tmp_path / "buffers")
    for attempt in (lambda: disk_digest(path), lambda: read_any(path), lambda: documents.load(path)):
        with suppress(WorkbenchError):
            attempt()
    if "\0" in text or "\ud800" in text or len(text) > 250:
        with pytest.raises(FileError):
            write_file(path, b"")
        with pytest.raises(WorkbenchError):
            await destination.write(path, _nothing())


async def _nothing() -> AsyncIterator[bytes]:
    yield b""
