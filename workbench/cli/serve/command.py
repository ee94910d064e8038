"""`workbench serve`: local sessions over HTTP, in both generations of the API."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from backend.errors import UsageError
from backend.executor.isolation.levels import WARNING
from workbench.cli.options import ISOLATION_HELP
from workbench.cli.serve.wish import Wish, least_level
from workbench.config.schema import Isolation
from workbench.setup import prepare

PORT = 6000
MEGABYTE = 1 << 20


@click.command("serve", epilog=WARNING)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help=("Address to listen on. A loopback address is both 127.0.0.1 and ::1. Any other needs --expose."),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help=(
        "Port to listen on; 0 takes a free one. Browsers refuse to open 6000, which is on their list of "
        "blocked ports (X11), and so does fetch() of JavaScript: give another port for those."
    ),
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help=(
        "Where to write the token, new with each start; in a directory that only you can enter. By default "
        "in the state directory."
    ),
)
@click.option(
    "--tls-cert",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help=("Certificate, to serve HTTPS (PEM, with --tls-key)."),
)
@click.option(
    "--tls-key", type=click.Path(path_type=Path), metavar="PATH", help="Its key, without a password."
)
@click.option(
    "--isolation",
    type=click.Choice(get_args(Isolation)),
    help=(
        f"{ISOLATION_HELP} Default: confined, since this code comes from elsewhere; or sealed, where the "
        "profile says so."
    ),
)
@click.option(
    "--max-sessions",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help=("Sessions at a time; more are refused with 429."),
)
@click.option(
    "--idle-timeout",
    type=click.FloatRange(min=0),
    default=3600,
    show_default=True,
    help=("Seconds after which an unused session ends, with its variables and files. 0: never."),
)
@click.option(
    "--max-upload",
    type=click.IntRange(min=1),
    default=128,
    show_default=True,
    metavar="MB",
    help=("Size of an uploaded file, at most, in MiB."),
)
@click.option(
    "--expose",
    is_flag=True,
    help=("Allow a --host that others can reach. Whoever has the token then runs code here as you."),
)
@click.option(
    "--insecure-no-token",
    is_flag=True,
    help=(
        "Ask nobody for a token: every user and program of this machine can run code here. Loopback only, "
        "and never with --isolation process."
    ),
)
@click.option(
    "--record",
    is_flag=True,
    help="Keep every execution in the history, at the target `serve`: workbench history profile:serve.",
)
@click.option("--verbose", is_flag=True, help="A line for each request.")
@click.option("--profile", metavar="NAME", help="Local target by name, from config.toml.")
@click.option("--python", metavar="PATH", help="Interpreter of the sessions.")
def command(
    profile: str | None, python: str | None, isolation: str | None, max_upload: int, **flags: Any
) -> int:
    """Serve local sessions as the Code Interpreter Dynamic Sessions API, in all its versions.

    Tools and agents that are made for the service run against it unchanged. Sessions are made by their first
    use. They have files of their own, which are deleted when the session ends: by DELETE /session, when it is
    idle for too long, and with this command.

    Programs of yours on this machine need no token (Linux can tell whose they are). All others send the one
    in the token file as `Authorization: Bearer TOKEN`. Pages in a browser are refused. An execution has 220
    seconds unless its request, or the profile, says otherwise. GET /openapi.json describes all calls.

    Ctrl+C, or SIGTERM, stops within five seconds and interrupts what runs; twice, at once.

    Exit codes: 0 stopped, 2 usage, 3 the port is taken, or the isolation or interpreter is not to be had.

    \b
    Examples:
      workbench serve
      workbench serve --port 8080 --python ~/project/.venv --isolation sealed
      workbench serve --tls-cert cert.pem --tls-key key.pem
      curl 'http://localhost:6000/executions?api-version=2025-10-02-preview&identifier=test' \\
        -H 'Content-Type: application/json' -d '{"codeInputType": "Inline", "code": "6 * 7"}'
    """
    from workbench.cli.serve.running import run

    wish = Wish(max_upload=max_upload * MEGABYTE, **flags)
    wish.check(isolation)
    setup = prepare({"profile": profile, "python": python, "isolation": isolation})
    if setup.target.kind != "local":
        raise UsageError(
            f"The profile {setup.target.profile!r} is remote, and only local sessions are served.",
            "Name a local profile with --profile.",
        )
    target = replace(setup.target, isolation=isolation or least_level(setup.target.isolation))
    return asyncio.run(run(setup, target, wish))
