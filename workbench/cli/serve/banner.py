"""What a server says when it begins."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backend.executor.isolation.levels import Level
from workbench.cli.serve.wish import Wish
from workbench.sanitize import sanitize

if TYPE_CHECKING:
    from backend.executor.local import LocalBackend
    from backend.server.run import Certificate


def show_banner(
    backend: LocalBackend, sockets: list[socket.socket], wish: Wish, token: Path, tls: Certificate | None
) -> None:
    """Say where the server listens, how code runs, and who may come in."""
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
    if not wish.local:
        _warn("Others can reach this address: whoever has the token runs code here as you.")
        if not tls:
            _warn("The token crosses the network unencrypted; --tls-cert and --tls-key prevent that.")
    if wish.record:
        _say("Recorded", "code and output of all executions: workbench history profile:serve")
    _say("Stop", "Ctrl+C; twice, at once")


def _say(what: str, text: str) -> None:
    click.echo(sanitize(f"{what:<12}{text}"))


def _warn(text: str) -> None:
    click.secho(sanitize(f"{'Warning':<12}{text}"), fg="red", bold=True)
