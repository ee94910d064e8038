"""`workbench import`: a notebook, a script or a bundle as a session of this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from workbench.cli import codes
from workbench.export.reading import Incoming, incoming, take_in
from workbench.sanitize import sanitize_line
from workbench.setup import Setup, prepare


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--session", metavar="ID", help="The session to make; by default called as the file says.")
@click.option("--without-scripts", is_flag=True, help="Leave out outputs that would run in a browser.")
def command(file: Path, session: str | None, without_scripts: bool) -> int:
    """Make a local session's history out of a notebook (.ipynb), a script (.py) or a bundle (.zip).

    Nothing is run. A bundle brings the files of its session too. The session is a new one: `workbench replay`
    runs it again, there or anywhere. To open a notebook or script as a buffer instead: workbench FILE.

    What is damaged, too large or hostile is refused with the reason, and nothing of it is imported.

    \b
    Examples:
      workbench import analysis.ipynb
      workbench import analysis.zip --session again
    """
    setup = prepare({})
    return asyncio.run(_import(setup, incoming(file, without_scripts=without_scripts), session))


async def _import(setup: Setup, what: Incoming, wanted: str | None) -> int:
    async with setup.history() as history:
        session = await take_in(setup, history, what, wanted)
    click.echo(f"session {sanitize_line(session)}: {what.words}")
    for sentence in what.left_out:
        click.echo(f"workbench: {sanitize_line(sentence)}.", err=True)
    click.echo(f"Run it again with: workbench replay {sanitize_line(session)}", err=True)
    return codes.SUCCESS
