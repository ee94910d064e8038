"""`workbench web`: the app in a browser."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import click

from backend.errors import UsageError
from workbench.cli import codes
from workbench.cli.opening import existing
from workbench.cli.options import target_options


@click.command("web")
@click.argument("files", nargs=-1)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port to listen on, for a tunnel; by default a free one is taken.",
)
@click.option("--open", "opens", is_flag=True, help="Open the link in your browser.")
@click.option("--theme", metavar="NAME", help="Theme of this start.")
@target_options
def command(files: Sequence[str], port: int, opens: bool, **flags: str | None) -> int:
    """Open the app in a browser, with FILES in buffers.

    It listens on 127.0.0.1 only, and prints a link that works once: the browser that opens it keeps a cookie,
    and no other gets in. Each tab is an app of its own. Ctrl+C ends it, and the apps with it.

    From another machine: ssh -L 8765:127.0.0.1:8765 HOST workbench web --port 8765
    """
    try:
        from workbench.web.serving import serve
    except ModuleNotFoundError:
        raise UsageError(
            "The app in a browser needs packages that are not installed.",
            "Install session-workbench[web], for example: pip install 'session-workbench[web]'.",
        ) from None

    paths = [str(path.absolute()) for path in existing(files)]
    _check(flags)

    def ready(link: str) -> None:
        click.echo(f"Open        {link}\nStop        Ctrl+C")
        if opens:
            import webbrowser

            webbrowser.open(link)

    asyncio.run(serve(app_command(flags, paths), port, ready))
    return codes.SUCCESS


def app_command(flags: dict[str, str | None], files: Sequence[str]) -> list[str]:
    """The command that starts the app; -P keeps a folder `workbench` of the working directory out of it."""
    options = [f"--{name.replace('_', '-')}={value}" for name, value in flags.items() if value is not None]
    return [sys.executable, "-P", "-m", "workbench", *options, "--", *files]


def _check(flags: dict[str, str | None]) -> None:
    """Say what is wrong with configuration and flags here, and not in every tab."""
    from workbench.setup import prepare

    prepare(flags)
