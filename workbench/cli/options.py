"""The flags that name a target, the same on every command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, get_args

import click

from workbench.config.schema import ApiVersion, Isolation

F = TypeVar("F", bound=Callable[..., object])

ISOLATION_HELP = (
    "What local code is kept away from. `process`: its own process, not a sandbox. `confined`: no "
    "writing outside its data directory, no reading of your home, no network. `sealed`: it does not see"
    " your files or processes at all. `auto`: the strongest there is. A level that is not available is "
    "refused, never weakened."
)


def _identifier(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("a session has a name of at least one character.", ctx, param)
    return value


def target_options(function: F) -> F:
    """Add --profile, --url, --api-version, --session, --python and --isolation to a command."""
    for option in reversed(
        (
            click.option("--profile", metavar="NAME", help="Target by name, from config.toml."),
            click.option(
                "--url", metavar="URL", help="Target by URL: a pool, a container, or `workbench serve`."
            ),
            click.option(
                "--api-version",
                type=click.Choice(get_args(ApiVersion)),
                help="Dated version of the API that a remote target is spoken to in.",
            ),
            click.option(
                "--session",
                metavar="ID",
                callback=_identifier,
                help="Identifier of the session; whoever knows it has the session.",
            ),
            click.option("--python", metavar="PATH", help="Interpreter of local sessions."),
            click.option("--isolation", type=click.Choice(get_args(Isolation)), help=ISOLATION_HELP),
        )
    ):
        function = option(function)
    return function
