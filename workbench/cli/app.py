"""`workbench [FILE…]`: the app."""

from __future__ import annotations

from collections.abc import Sequence

import click

from workbench.cli.opening import open_app
from workbench.cli.options import target_options


@click.command("app")
@click.argument("files", nargs=-1)
@click.option("--theme", metavar="NAME", help="Theme of this start.")
@target_options
def command(files: Sequence[str], **flags: str | None) -> int:
    """Open the app, with FILES in buffers."""
    return open_app(files, flags)
