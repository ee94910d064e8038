"""Executions written to a file as its ending says: the command line and the app do it alike."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO

from backend.models import FileInfo
from workbench.format import count, size
from workbench.history.entry import Entry, KeptFile
from workbench.replay.inputs import PlannedFile
from workbench.replay.origin import Origin

ENDINGS = (".ipynb", ".py", ".zip")
"""Notebook, script, bundle."""

_PIECE = 1 << 20


def wrong_ending(path: Path) -> str:
    """A sentence on a path whose ending is none of ENDINGS, else empty."""
    if path.suffix.lower() in ENDINGS:
        return ""
    return f"{path} ends in none of {', '.join(ENDINGS)}: the ending says what is written."


async def write(path: Path, entries: Sequence[Entry], origin: Origin, *, overwrite: bool = False) -> str:
    """Write executions of one session; says in a few words what was written.

    A bundle has the files of `origin` too, those that it has and those that are kept of it. The file is there
    whole, or not at all. Raises NameTakenError where there is something already and `overwrite` is off;
    WorkbenchError.
    """
    from workbench.transfers import destination

    ending = path.suffix.lower()
    if ending == ".zip":
        return await _bundle(path, entries, origin, overwrite=overwrite)
    made = await asyncio.to_thread(_notebook if ending == ".ipynb" else _script, entries)
    await destination.write(path, _once(made), overwrite=overwrite)
    return count(len(entries), "execution")


def _notebook(entries: Sequence[Entry]) -> bytes:
    from workbench.export.notebook import notebook

    return notebook(entries)


def _script(entries: Sequence[Entry]) -> bytes:
    from workbench.export.script import script

    return script(entries).encode("utf-8", "replace")


async def _bundle(path: Path, entries: Sequence[Entry], origin: Origin, *, overwrite: bool) -> str:
    from workbench.export import bundle
    from workbench.transfers import destination

    live = await origin.files()
    there = {file.path for file in live}
    kept = await origin.kept()
    past = {file.path: file for file in kept.newest if file.path not in there}
    files = [*live, *(FileInfo(file.path, "file", file.size, file.kept_at) for file in past.values())]

    def content(file: FileInfo) -> AsyncIterator[bytes]:
        digest = past[file.path].digest if file.path in past else ""
        return origin.content(PlannedFile(file.path, file.size, digest))

    def held(file: KeptFile) -> AsyncIterator[bytes]:
        return origin.content(PlannedFile(file.path, file.size, file.digest))

    contents = [file for each in kept.contents.values() for file in each if file.digest]
    with tempfile.TemporaryFile() as beside:
        packed = await bundle.pack(beside, entries, files, content, await origin.pool(), (contents, held))
        beside.seek(0)
        await destination.write(path, _pieces(beside), overwrite=overwrite)
    return f"{count(packed.entries, 'execution')}, {count(packed.files, 'file')} ({size(packed.bytes)})"


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _pieces(source: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(source.read, _PIECE):
        yield piece
