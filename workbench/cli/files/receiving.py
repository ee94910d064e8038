"""`workbench files get`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.errors import UsageError
from workbench.cli.files import bar
from workbench.cli.files.asking import asked, each
from workbench.cli.streams import write_all
from workbench.transfers.meter import Meter
from workbench.transfers.names import last
from workbench.transfers.session import SessionFiles


async def run(files: SessionFiles, names: Sequence[str], output: str, *, force: bool) -> int:
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


async def _to_file(files: SessionFiles, name: str, place: Path, *, force: bool) -> None:
    path, there = await asyncio.to_thread(_target, place, name)
    if there and not force:
        if not asked(f"{path} is there already. Replace it?"):
            raise UsageError(f"{path} is there already, and is left as it is.", "Replace it with --force.")
        force = True
    meter = Meter()
    with bar.shown(name, meter):
        await files.fetch(name, path, meter, overwrite=force)


async def _to_stdout(files: SessionFiles, name: str) -> None:
    async for piece in files.backend.download(files.session, name):
        await write_all(sys.stdout.fileno(), piece)


def _target(place: Path, name: str) -> tuple[Path, bool]:
    """Where the file goes, and whether there is something already."""
    path = place / last(name) if place.is_dir() else place
    return path, os.path.lexists(path)
