"""`workbench serve`: local sessions over HTTP, in both generations of the API."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from backend.errors import UsageError
from backend.executor.isolation.levels import AUTO, WARNING, Level
from backend.models import Target
from workbench import __version__
from workbench.cli import codes
from workbench.cli.options import ISOLATION_HELP
from workbench.config.paths import private_directory
from workbench.config.schema import Isolation
from workbench.sanitize import sanitize
from workbench.setup import Setup, prepare

if TYPE_CHECKING:
    from backend.executor.interpreter import Choice
    from backend.executor.local import LocalBackend
    from backend.server.run import Certificate

PORT = 6000
FILES = 8192  # open files: a session has some ten, a connection one or two
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What the flags ask for."""

    host: str
    port: int
    token_file: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    max_sessions: int
    idle_timeout: float
    max_upload: int
    expose: bool
    insecure_no_token: bool
    verbose: bool


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
    wish = Wish(max_upload=max_upload * MEGABYTE, **flags)
    _check(wish, isolation)
    setup = prepare({"profile": profile, "python": python, "isolation": isolation})
    if setup.target.kind != "local":
        raise UsageError(
            f"The profile {setup.target.profile!r} is remote, and only local sessions are served.",
            "Name a local profile with --profile.",
        )
    target = replace(setup.target, isolation=_level(isolation, setup.target.isolation))
    return asyncio.run(_serve(setup, target, wish))


def _check(wish: Wish, isolation: str | None) -> None:
    """Raises UsageError for flags that do not go together."""
    from backend.server.run import is_loopback

    if (wish.tls_cert is None) != (wish.tls_key is None):
        missing = "--tls-key" if wish.tls_key is None else "--tls-cert"
        raise UsageError(f"HTTPS needs a certificate and its key, and {missing} is missing.", "Give both.")
    if not is_loopback(wish.host):
        if not wish.expose:
            raise UsageError(
                f"Others could reach {wish.host}, and run code here as you with the token.",
                "Leave --host out, or say that you want that with --expose.",
            )
        if wish.insecure_no_token:
            raise UsageError(
                "Without a token nothing is exposed.", "Leave out --insecure-no-token or --expose."
            )
    if wish.insecure_no_token and isolation == Level.PROCESS:
        raise UsageError(
            "Without a token code runs confined at least, and --isolation asks for process.",
            "Leave out one of the two.",
        )


def _level(asked: str | None, profile: str) -> str:
    """The level for code that arrives over HTTP: confined, unless a flag says else or the profile more."""
    return asked or (profile if profile == Level.SEALED else Level.CONFINED)


async def _serve(setup: Setup, target: Target, wish: Wish) -> int:
    from backend.executor.interpreter import choose
    from backend.server.run import Certificate, bind
    from workbench.cli.served import served_folder

    choice = choose(target.python, os.environ, Path.cwd())
    tls = None
    if wish.tls_cert is not None and wish.tls_key is not None:
        tls = Certificate(wish.tls_cert, wish.tls_key)
        tls.context()
    sockets = bind(wish.host, wish.port)
    try:
        level = await _settled(setup, choice, target.isolation, wish)
        _allow_files()
        with served_folder(setup.paths.data) as folder:
            backend = _backend(folder.path, choice, replace(target, isolation=level))
            try:
                await _run(setup, backend, folder.erase, sockets, wish, tls)
            finally:
                await backend.close()
    finally:
        for one in sockets:
            one.close()
    return codes.SUCCESS


async def _settled(setup: Setup, choice: Choice, wanted: str, wish: Wish) -> str:
    """The level in force. Raises Unsupported, which names the flag."""
    from backend.executor.isolation.verdicts import NEVER_WEAKER, Verdicts

    level = await Verdicts(setup.paths.data, choice).settle(wanted)
    if wish.insecure_no_token and wanted == AUTO and level is Level.PROCESS:
        from backend.errors import Unsupported

        raise Unsupported(
            "Without a token code runs confined at least, and that cannot be had here.", NEVER_WEAKER
        )
    return level


def _backend(root: Path, choice: Choice, target: Target) -> LocalBackend:
    from backend.connect import plan_of
    from backend.executor.local import LocalBackend

    backend = LocalBackend(root, choice, plan_of(target, target.isolation))
    backend.launch()
    return backend


async def _run(
    setup: Setup,
    backend: LocalBackend,
    erase: Any,
    sockets: list[socket.socket],
    wish: Wish,
    tls: Certificate | None,
) -> None:
    from backend.server.app import Application
    from backend.server.log import Log
    from backend.server.run import serve
    from backend.server.settings import Settings
    from backend.server.tokens import new_token, remove_token, write_token

    token = new_token()
    port = sockets[0].getsockname()[1]
    path = (wish.token_file or setup.paths.state / "serve" / f"token-{port}").absolute()
    if wish.token_file is None:
        private_directory(path.parent)
    write_token(path, token)
    settings = Settings(
        token,
        open_door=wish.insecure_no_token,
        isolation=backend.plan.isolation,
        version=__version__,
        max_sessions=wish.max_sessions,
        idle_timeout=wish.idle_timeout,
        max_upload=wish.max_upload,
    )
    if setup.target.timeout is not None:
        settings = replace(settings, timeout=setup.target.timeout)
    log = Log(wish.verbose)
    names = frozenset() if _local(wish.host) else frozenset({socket.gethostname().lower()})
    application = Application(backend, settings, log, erase)
    try:
        _banner(backend, sockets, wish, path, tls)
        await serve(
            application,
            sockets,
            close=backend.close,
            log=log,
            tls=tls.context() if tls else None,
            names=names,
        )
    finally:
        remove_token(path, token)


def _local(host: str) -> bool:
    from backend.server.run import is_loopback

    return is_loopback(host)


def _banner(
    backend: LocalBackend, sockets: list[socket.socket], wish: Wish, token: Path, tls: Certificate | None
) -> None:
    scheme = "https" if tls else "http"
    for one in sockets:
        host, port = one.getsockname()[:2]
        _say("Listening", f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}")
    _say("Isolation", f"{backend.plan.isolation}: {Level(backend.plan.isolation).promise}")
    _say("Interpreter", f"{backend.choice.path} ({backend.choice.origin})")
    if wish.insecure_no_token:
        _warn("Nobody needs a token: every user and program of this machine can run code here.")
    else:
        _say("Sign in", f"programs of yours on this machine need nothing; others send the token in {token}")
    if not _local(wish.host):
        _warn("Others can reach this address: whoever has the token runs code here as you.")
        if not tls:
            _warn("The token crosses the network unencrypted; --tls-cert and --tls-key prevent that.")
    _say("Stop", "Ctrl+C; twice, at once")


def _say(what: str, text: str) -> None:
    click.echo(sanitize(f"{what:<12}{text}"))


def _warn(text: str) -> None:
    click.secho(sanitize(f"{'Warning':<12}{text}"), fg="red", bold=True)


def _allow_files() -> None:
    """As many open files as the system lets us have: the usual 1,024 are gone with a hundred sessions."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
