"""`workbench export`: a session as a notebook, a script, or a bundle."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO

import click

from backend.errors import UsageError, WorkbenchError
from backend.models import FileInfo, PoolInfo
from backend.port import Backend
from workbench.cli import codes
from workbench.cli.files.asking import asked
from workbench.cli.options import target_options
from workbench.export import bundle, notebook, script
from workbench.format import count, size
from workbench.history.entry import Entry
from workbench.replay.select import select
from workbench.sanitize import sanitize_line
from workbench.setup import Setup, prepare
from workbench.transfers import destination

ENDINGS = (".ipynb", ".py", ".zip")
_PIECE = 1 << 20


@click.command("export")
@click.argument("what", metavar="SESSION")
@click.option("-o", "--output", metavar="FILE", required=True, help="Where to: .ipynb, .py, or .zip.")
@click.option("-f", "--force", is_flag=True, help="Replace what is there already, without asking.")
@target_options
def command(what: str, output: str, force: bool, **flags: str | None) -> int:
    """Write a session's executions, or some of them (`analysis:3-7`), to a file.

    \b
    .ipynb  a Jupyter notebook with outputs and images
    .py     a script with # %% cells
    .zip    a bundle: executions, outputs, the files of the session and what it ran in, to import elsewhere

    The flags for a target say which session is meant where several profiles have one of that name.

    \b
    Examples:
      workbench export analysis -o analysis.ipynb
      workbench export analysis:3-7 -o part.py
      workbench export analysis -o analysis.zip
    """
    path = Path(output)
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"{output} ends in none of {', '.join(ENDINGS)}.", "The ending says what is written."
        )
    if os.path.lexists(path) and not force:
        if not asked(f"{path} is there already. Replace it?"):
            raise UsageError(f"{path} is there already, and is left as it is.", "Replace it with --force.")
        force = True
    return asyncio.run(_export(prepare(flags), what, path, flags.get("profile"), force=force))


async def _export(setup: Setup, what: str, path: Path, profile: str | None, *, force: bool) -> int:
    async with setup.history() as history:
        found = await select(history, [what], setup.settings.session, profile=profile)
    (selection,) = found
    entries = selection.entries
    if path.suffix.lower() == ".zip":
        said = await _bundle(setup, selection.profile, selection.session, entries, path, force=force)
    else:
        made = (
            notebook.notebook(entries) if path.suffix.lower() == ".ipynb" else script.script(entries).encode()
        )
        await destination.write(path, _once(made), overwrite=force)
        said = count(len(entries), "execution")
    click.echo(f"{sanitize_line(str(path))}: {said}", err=True)
    return codes.SUCCESS


async def _bundle(
    setup: Setup, profile: str, session: str, entries: Sequence[Entry], path: Path, *, force: bool
) -> str:
    backend = _backend(setup, profile)
    try:
        files, pool = await _files(backend, session), await _pool(backend)

        def content(file: FileInfo) -> AsyncIterator[bytes]:
            assert backend is not None
            return backend.download(session, file.path)

        with tempfile.TemporaryFile() as beside:
            packed = await bundle.pack(beside, entries, files, content, pool)
            beside.seek(0)
            await destination.write(path, _pieces(beside), overwrite=force)
    finally:
        if backend is not None:
            await backend.close()
    return f"{count(packed.entries, 'execution')}, {count(packed.files, 'file')} ({size(packed.bytes)})"


def _backend(setup: Setup, profile: str) -> Backend | None:
    from backend.connect import connect

    if profile == setup.target.profile:
        return setup.backend(warm=False)
    try:
        return connect(setup.settings.target(profile), setup.paths.data, warm=False)
    except (KeyError, WorkbenchError):
        _lacking(f"There is no profile {profile} any more")
        return None


async def _files(backend: Backend | None, session: str) -> list[FileInfo]:
    if backend is None:
        return []
    try:
        return [file for file in await backend.list_files(session, recursive=True) if file.kind == "file"]
    except WorkbenchError as error:
        _lacking(error.message.rstrip("."))
        return []


async def _pool(backend: Backend | None) -> PoolInfo:
    try:
        return PoolInfo() if backend is None else await backend.pool()
    except WorkbenchError:
        return PoolInfo()


def _lacking(why: str) -> None:
    click.echo(sanitize_line(f"workbench: {why}: the bundle has no files of the session."), err=True)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _pieces(source: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(source.read, _PIECE):
        yield piece
