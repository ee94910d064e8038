"""The life of a server: level, sockets, folder and sessions, each needing the one before it."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backend.executor.isolation.levels import AUTO, Level
from backend.models import Target
from workbench import __version__
from workbench.cli import codes
from workbench.cli.serve.banner import show_banner
from workbench.cli.serve.wish import Wish
from workbench.config.paths import private_directory
from workbench.sanitize import sanitize
from workbench.setup import Setup

if TYPE_CHECKING:
    from backend.executor.interpreter import Choice
    from backend.executor.local import LocalBackend
    from backend.port import Backend
    from backend.server.app import Told
    from backend.server.run import Certificate

RECORDED = "serve"
"""The target under which history keeps what was served."""
FILES = 8192  # open files: a session has some ten, a connection one or two


async def run(setup: Setup, target: Target, wish: Wish) -> int:
    """Serve until stopped; the exit code. Raises WorkbenchError when it cannot begin."""
    from backend.executor.interpreter import choose
    from backend.server.run import Certificate, bind
    from workbench.cli.serve.folder import served_folder

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
                async with _record(setup, backend, wish) as (offered, told):
                    await _serve(setup, backend, offered, told, folder.erase, sockets, wish, tls)
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


@asynccontextmanager
async def _record(
    setup: Setup, backend: LocalBackend, wish: Wish
) -> AsyncIterator[tuple[Backend, Told | None]]:
    """The backend to offer: as it is, or one that history follows; and who is told of exchanges."""
    if not wish.record:
        yield backend, None
        return
    from workbench.history.recording import Recorded

    opened = setup.history()
    opened.tell = lambda notice: click.secho(sanitize(f"{'Warning':<12}{notice}"), fg="red", err=True)
    async with opened as history:
        followed = Recorded(backend, history, profile=RECORDED, isolation=backend.plan.isolation)
        yield followed.backend, followed.exchanged
        await backend.close()  # what runs ends before the history is closed
        await followed.settled()


async def _serve(
    setup: Setup,
    backend: LocalBackend,
    offered: Backend,
    told: Told | None,
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
    names = frozenset() if wish.local else frozenset({socket.gethostname().lower()})
    application = Application(offered, settings, log, erase, told)
    try:
        show_banner(backend, sockets, wish, path, tls)
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


def _allow_files() -> None:
    """As many open files as the system lets us have: the usual 1,024 are gone with a hundred sessions."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
