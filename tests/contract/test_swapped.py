"""Code in a session swaps files and folders for links to outside while its files are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from backend.errors import FileError
from backend.port import Backend
from tests.contract.driver import pieces, run

CANARY = b"bytes that nobody may see"
TRIES = 40  # rounds of seven calls each at least; a call over HTTP takes 3 ms
DELETED = 10  # rounds of four calls and an execution each
SWAPPER = """
import ctypes, os, threading, time
libc, EXCHANGE, HERE = ctypes.CDLL(None, use_errno=True), 2, -100
os.mkdir('folder'); open('folder/file', 'w').write('inside'); open('file', 'w').write('inside')
os.symlink({outside!r}, 'link'); os.symlink({outside!r} + '/file', 'link-to-file')
def swap():
    while True:
        for one, other in ((b'folder', b'link'), (b'file', b'link-to-file')):
            libc.renameat2(HERE, one, HERE, other, EXCHANGE)
        time.sleep(0)
threading.Thread(target=swap, daemon=True).start()
"""

AGAIN = """
import contextlib, os
with contextlib.suppress(OSError):
    os.makedirs('folder/deep')
with contextlib.suppress(OSError):
    os.symlink({outside!r}, 'link')
"""


@pytest_asyncio.fixture(loop_scope="session")
async def outside(tmp_path: Path) -> AsyncIterator[Path]:
    """A folder that looks like one of the session; afterwards it is as it was."""
    folder = tmp_path / "outside"
    (folder / "deep").mkdir(parents=True)
    files = (folder / "file", folder / "deep" / "canary")
    for file in files:
        file.write_bytes(CANARY)
    yield folder
    assert sorted(folder.rglob("*")) == sorted((*files, folder / "deep"))
    assert [file.read_bytes() for file in files] == [CANARY, CANARY]


@pytest.mark.needs("folders")
async def test_nothing_outside_is_read_written_listed_or_deleted(backend: Backend, outside: Path) -> None:
    await run(backend, SWAPPER.format(outside=str(outside)))
    reached = refused = 0
    for number in count():
        if number >= TRIES and reached and refused:  # it was a race indeed
            break
        calls = (
            backend.read_file("one", "folder/file"),
            backend.read_file("one", "file"),
            backend.file_info("one", "folder/file"),
            backend.list_files("one", "folder"),
            backend.write_file("one", "folder/file", pieces(b"inside")),
            backend.delete_file("one", f"folder/file{number - 1}"),
            backend.write_file("one", f"folder/file{number}", pieces(b"inside")),
        )
        for call in calls:
            try:
                found = await call
            except FileError:
                refused += 1
                continue
            reached += 1
            assert found is None or CANARY not in (found if isinstance(found, bytes) else b"")
            if isinstance(found, list):
                assert "folder/deep" not in [file.path for file in found]


@pytest.mark.needs("folders")
async def test_a_folder_that_is_swapped_while_it_is_deleted_takes_nothing_outside_with_it(
    backend: Backend, outside: Path
) -> None:
    await run(backend, SWAPPER.format(outside=str(outside)))
    for _ in range(DELETED):
        for name in ("folder", "link"):  # whichever of them is the folder now
            try:
                await backend.delete_file("one", name)
            except FileError:
                await asyncio.sleep(0)
        for name in ("folder/file", "folder/deep/canary"):
            try:
                assert await backend.read_file("one", name) != CANARY
            except FileError:
                await asyncio.sleep(0)
        await run(backend, AGAIN.format(outside=str(outside)))
