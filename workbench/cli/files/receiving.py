"""`workbench files get`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from backend.errors import FileError, UsageError
from workbench.cli.files import bar
from workbench.cli.files.session import Files, asked, each
from workbench.cli.streams import write_all
from workbench.transfers import destination
from workbench.transfers.meter import Meter


async def run(files: Files, names: Sequence[str], output: str, *, force: bool) -> int:
    """Fetch the files, one after another."""
    place = Path(output)
    if output != "-" and len(names) > 1 and not await asyncio.to_thread(place.is_dir):
        raise UsageError(f"There is no directory {output}.", "Make it first: several files go into one.")

    async def one(name: str) -> None:
        if output == "-":
            await _to_stdout(files, name)
        else:
            await _to_file(files, name, place, force=force)

    return await each(names, one)


async def _to_file(files: Files, name: str, place: Path, *, force: bool) -> None:
    path, there = await asyncio.to_thread(_target, place, name)
    if there and not force:
        if not asked(f"{path} is there already. Replace it?"):
            raise UsageError(f"{path} is there already, and is left as it is.", "Replace it with --force.")
        force = True
    meter = Meter(await _size(files, name))
    with bar.shown(name, meter):
        async with aclosing(meter.watch(files.backend.download(files.session, name))) as pieces:
            await destination.write(path, pieces, overwrite=force)


async def _to_stdout(files: Files, name: str) -> None:
    async for piece in files.backend.download(files.session, name):
        await write_all(sys.stdout.fileno(), piece)


async def _size(files: Files, name: str) -> int:
    info = await files.backend.file_info(files.session, name)
    if info.kind == "directory":
        raise FileError(f"{name} is a folder.", f"Name files in it: workbench files ls {name}")
    return info.size


def _target(place: Path, name: str) -> tuple[Path, bool]:
    """Where the file goes, and whether there is something already."""
    path = place / _last(name) if place.is_dir() else place
    return path, os.path.lexists(path)


def _last(name: str) -> str:
    last = name.rstrip("/").rpartition("/")[2]
    if last in ("", ".", ".."):
        raise UsageError(f"{name!r} is not the path of a session file.", "See workbench files ls.")
    return last
