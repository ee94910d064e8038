"""`workbench export`: a session as a notebook, a script, or a bundle."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click

from backend.errors import UsageError, WorkbenchError
from backend.port import Backend
from workbench.cli import codes
from workbench.cli.files.asking import asked
from workbench.cli.options import target_options
from workbench.export import writing
from workbench.replay.origin import Origin
from workbench.replay.select import select
from workbench.sanitize import sanitize_line
from workbench.setup import Setup, prepare


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
    if path.suffix.lower() not in writing.ENDINGS:
        raise UsageError(
            f"{output} ends in none of {', '.join(writing.ENDINGS)}.", "The ending says what is written."
        )
    if os.path.lexists(path) and not force:
        if not asked(f"{path} is there already. Replace it?"):
            raise UsageError(f"{path} is there already, and is left as it is.", "Replace it with --force.")
        force = True
    return asyncio.run(_export(prepare(flags), what, path, flags.get("profile"), force=force))


async def _export(setup: Setup, what: str, path: Path, profile: str | None, *, force: bool) -> int:
    async with setup.history() as history:
        (selection,) = await select(history, [what], setup.settings.session, profile=profile)
        place = selection.profile, selection.session
        backend, remark = _backend(setup, selection.profile) if path.suffix.lower() == ".zip" else (None, "")
        origin = Origin(backend, history, place, remark)
        try:
            said = await writing.write(path, selection.entries, origin, overwrite=force)
        finally:
            if backend is not None:
                await backend.close()
    if origin.remark:
        click.echo(sanitize_line(f"workbench: {origin.remark}"), err=True)
    click.echo(f"{sanitize_line(str(path))}: {said}", err=True)
    return codes.SUCCESS


def _backend(setup: Setup, profile: str) -> tuple[Backend | None, str]:
    """The target that the session is at, or why it cannot be had."""
    from backend.connect import connect

    if profile == setup.target.profile:
        return setup.backend(warm=False), ""
    try:
        return connect(setup.settings.target(profile), setup.paths.data, warm=False), ""
    except (KeyError, WorkbenchError):
        why = (
            f"There is no profile {profile} any more: the bundle has the files that are kept of the session."
        )
        return None, why
