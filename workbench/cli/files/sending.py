"""`workbench files put`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from backend.errors import UsageError
from workbench.cli.files import bar
from workbench.cli.files.asking import asked, each
from workbench.setup import Setup
from workbench.transfers import source
from workbench.transfers.meter import Meter
from workbench.transfers.session import SessionFiles

_STDIN = Path("-")


Sent = Callable[[Path, str], None]
"""Told of a file of this machine that has arrived, and of its path in the session."""

_KEEPING_LIMIT = 30.0  # seconds that keeping what was sent may take


@asynccontextmanager
async def kept(setup: Setup, files: SessionFiles) -> AsyncIterator[Sent]:
    """Whom to tell what was sent, so that its content is kept by hash."""
    from workbench.controller.keeping import Keeping

    if not setup.keep_bytes:
        yield lambda path, name: None
        return
    async with setup.history() as history:
        keeping = Keeping(history, lambda target: nullcontext(files.backend), setup.keep_bytes)
        try:
            yield lambda path, name: keeping.sent(setup.target, files.session, name, path)
        finally:
            await keeping.close(_KEEPING_LIMIT)


async def run(files: SessionFiles, sources: Sequence[Path], to: str, sent: Sent, *, force: bool) -> int:
    """Send the files, one after another; `sent` is told of each."""
    folder = to.endswith("/") or len(sources) > 1
    to = to.strip("/")
    if folder and to:
        await files.needs_folder(to)
    elif to:
        if parent := to.rpartition("/")[0]:
            files.backend.check_upload(f"{parent}/x")  # before it is taken for a folder that can be made
            await files.needs_folder(parent)
        found = await files.find(to)
        folder = found is not None and found.kind == "directory"
    if _STDIN in sources and (folder or not to):
        raise UsageError("Standard input has no name.", "Give it one: workbench files put - --to NAME")

    async def one(path: Path) -> None:
        name = "/".join(filter(None, (to, path.name))) if folder or not to else to
        await _send(files, path, name, force=force)
        if path != _STDIN:
            sent(path, name)

    return await each(sources, one)


async def _send(files: SessionFiles, path: Path, name: str, *, force: bool) -> None:
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
            await files.send(sent, name, meter, overwrite=True)  # what is there has been asked for above
