"""`workbench files put`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import aclosing, nullcontext
from pathlib import Path

from backend.errors import FileError, UsageError
from workbench.cli.files import bar
from workbench.cli.files.session import Files, asked, each
from workbench.transfers import source
from workbench.transfers.meter import Meter

_STDIN = Path("-")


async def run(files: Files, sources: Sequence[Path], to: str, *, force: bool) -> int:
    """Send the files, one after another."""
    folder = to.endswith("/") or len(sources) > 1
    to = to.strip("/")
    if folder and to:
        await _needs(files, to)
    elif to:
        found = await files.find(to)
        folder = found is not None and found.kind == "directory"
    if _STDIN in sources and (folder or not to):
        raise UsageError("Standard input has no name.", "Give it one: workbench files put - --to NAME")

    async def one(path: Path) -> None:
        name = "/".join(filter(None, (to, path.name))) if folder or not to else to
        await _send(files, path, name, force=force)

    return await each(sources, one)


async def _needs(files: Files, folder: str) -> None:
    """Raises UsageError when the session has no such folder."""
    try:
        await files.backend.list_files(files.session, folder)
    except FileError:
        remedy = f"Make it first: workbench run -c 'import os; os.makedirs({folder!r})'"
        raise UsageError(f"There is no folder {folder} in the session.", remedy) from None


async def _send(files: Files, path: Path, name: str, *, force: bool) -> None:
    standard = source.Source("-", None, source.read(sys.stdin.fileno(), "Standard input"))
    async with nullcontext(standard) if path == _STDIN else source.opened(path) as sent:
        if not force and await files.find(name) is not None:
            question = f"{name} is in the session already. Replace it?"
            if path == _STDIN or not asked(question):
                raise UsageError(
                    f"{name} is in the session already, and is left as it is.", "Replace it with --force."
                )
        meter = Meter(sent.size)
        with bar.shown(name, meter):
            async with aclosing(meter.watch(sent.pieces)) as pieces:
                await files.backend.write_file(files.session, name, pieces, sent.size)
