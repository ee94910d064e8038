"""`workbench files`: the files of a session without the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import click

from backend.executor.isolation.levels import WARNING
from workbench.cli.files import deleting, listing, receiving, sending
from workbench.cli.files.asking import relative
from workbench.cli.options import target_options
from workbench.setup import Setup, prepare
from workbench.transfers.session import SessionFiles

FORCE = "Replace what is there already, without asking."


@click.group("files", epilog=WARNING)
def command() -> None:
    """List, fetch, send and delete the files of a session.

    Paths are those of the session, relative to its data directory. `-` is standard input or output.

    \b
    Examples:
      workbench files ls -l
      workbench files get plot.png data.csv -o results
      workbench files put *.csv --to inputs
      tar c src | workbench files put - --to src.tar
      workbench files get report.md -o - | less
      workbench files rm plot.png --session other --url http://localhost:6000

    Exit codes: 0 all is done, 1 something is wrong with a file, 2 usage, 3 the target, 130 interrupted. What
    went wrong with one file does not keep the others from being done.
    """


@command.command("ls")
@click.argument("path", default="")
@click.option("-l", "--long", is_flag=True, help="With kind, size and age.")
@click.option("-R", "--recursive", is_flag=True, help="With all that is in folders, and in those in them.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array; sizes in bytes, times in seconds.")
@target_options
def list_files(path: str, long: bool, recursive: bool, as_json: bool, **flags: str | None) -> int:
    """List the files of a session, or of the folder PATH in it."""
    show = listing.as_json if as_json else listing.long if long else listing.short

    async def work(files: SessionFiles) -> int:
        return await listing.run(files, relative(path), show, recursive=recursive)

    return _with(prepare(flags), work)


@command.command("get")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="PLACE", default=".", help="Directory, new name of one file, or -.")
@click.option("-f", "--force", is_flag=True, help=FORCE)
@target_options
def get(names: Sequence[str], output: str, force: bool, **flags: str | None) -> int:
    """Fetch files of the session into this directory, or another one.

    A file appears under its name when all of it is there.
    """

    async def work(files: SessionFiles) -> int:
        return await receiving.run(files, [relative(name) for name in names], output, force=force)

    return _with(prepare(flags), work)


@command.command("put")
@click.argument("sources", metavar="FILE...", nargs=-1, required=True)
@click.option("--to", metavar="PATH", default="", help="Folder in the session, or new name of one file.")
@click.option("-f", "--force", is_flag=True, help=FORCE)
@target_options
def put(sources: Sequence[str], to: str, force: bool, **flags: str | None) -> int:
    """Send files to the session.

    With several files, and with a PATH that ends with / or is a folder, PATH is the folder they go to.
    """

    setup = prepare(flags)

    async def work(files: SessionFiles) -> int:
        async with sending.kept(setup, files) as sent:
            return await sending.run(files, [Path(one) for one in sources], relative(to), sent, force=force)

    return _with(setup, work)


@command.command("rm")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("-f", "--force", is_flag=True, help="Do not ask, as at a terminal is done otherwise.")
@target_options
def remove(names: Sequence[str], force: bool, **flags: str | None) -> int:
    """Delete files of the session. There is no way back."""

    async def work(files: SessionFiles) -> int:
        return await deleting.run(files, [relative(name) for name in names], force=force)

    return _with(prepare(flags), work)


def _with(setup: Setup, work: Callable[[SessionFiles], Awaitable[int]]) -> int:
    async def run() -> int:
        files = SessionFiles(setup.backend(warm=False), setup.session)
        try:
            return await work(files)
        finally:
            await files.backend.close()

    return asyncio.run(run())
