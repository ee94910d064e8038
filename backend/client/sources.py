"""Where bearer tokens come from: the environment or a command, and what a profile says of it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
import time
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Protocol

from backend.client.claims import AUDIENCE, read_claims
from backend.errors import NotAllowed, UsageError
from backend.records import dataclass

SCOPE = f"{AUDIENCE}/.default"
COMMAND_LIMIT = 60.0  # seconds: `az` needs several when it has to renew a login
_TOKEN = re.compile(r"[\x21-\x7e]{1,65536}")  # what a header can carry
_PREFIX = re.compile(r"bearer\s+", re.I)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token; `expires_at` is in seconds since the epoch, None where nothing tells."""

    text: str = field(repr=False)
    expires_at: float | None = None


class Source(Protocol):
    """Gives a token, a new one at each call where it can. Raises NotAllowed."""

    async def fetch(self) -> Token:
        """A token."""
        ...


def source_of(auth: str) -> Source | None:
    """The source that a profile's `auth` names; None for `none`. Raises UsageError."""
    word, _, rest = auth.strip().partition(":")
    if word in ("", "none") and not rest:
        return None
    if word == "azure" and not rest:
        from backend.client.azure import Azure  # it needs what is here

        return Azure()
    if word == "env" and _VARIABLE.fullmatch(rest.strip()):
        return Variable(rest.strip(), os.environ)
    if word == "command":
        return Command(_arguments(rest))
    raise UsageError(
        "auth is neither none, azure, env:VARIABLE nor command:PROGRAM ARG…", "Correct it in the profile."
    )


def _arguments(line: str) -> tuple[str, ...]:
    try:
        arguments = tuple(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"The command of auth cannot be split into words: {error}.") from None
    if not arguments:
        raise UsageError("auth names no command after command:", "Write command:PROGRAM ARG…")
    return arguments


@dataclass(frozen=True, slots=True)
class Variable:
    """A token in an environment variable, read anew each time."""

    name: str
    environment: Mapping[str, str] = field(repr=False)

    async def fetch(self) -> Token:
        """The token."""
        text = self.environment.get(self.name, "")
        if not text.strip():
            raise NotAllowed(
                f"The environment variable {self.name} holds no token.",
                f"Set it: export {self.name}=$({GET_TOKEN})",
            )
        return _token(text, f"the environment variable {self.name}")


@dataclass(frozen=True, slots=True)
class Command:
    """A token printed by a program, bare or as the JSON of `az account get-access-token`; no shell."""

    arguments: tuple[str, ...]
    limit: float = COMMAND_LIMIT

    async def fetch(self) -> Token:
        """The token."""
        name = self.arguments[0]
        try:
            process = await asyncio.create_subprocess_exec(
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise NotAllowed(f"{name} cannot be run for a token: {error.strerror}.") from error
        try:
            async with asyncio.timeout(self.limit):
                output, complaint = await process.communicate()
        except TimeoutError:
            raise NotAllowed(f"{name} gave no token within {self.limit:g} s.", _SIGN_IN) from None
        finally:
            await _end(process)
        if process.returncode:
            said = _last_line(complaint)
            raise NotAllowed(
                f"{name} ended with code {process.returncode} instead of a token{': ' if said else ''}{said}",
                _SIGN_IN,
            )
        return _token(output.decode("utf-8", "replace"), name)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it with what it started: they are a group of their own."""
    if process.returncode is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # Windows
            process.kill()
        await process.wait()


def _last_line(complaint: bytes) -> str:
    """What a program said last, as far as it is no token."""
    lines = complaint[-4096:].decode("utf-8", "replace").split("\n")
    line = next((line for line in reversed(lines) if line.strip()), "")
    words = (word for word in line.split() if len(word) <= 60)
    return "".join(letter for letter in " ".join(words) if letter.isprintable())[:200]


def _token(text: str, origin: str) -> Token:
    """The token in what a source gave: bare, after `Bearer`, or in JSON. Raises NotAllowed."""
    text, expires = _unwrapped(text.strip())
    text = _PREFIX.sub("", text.strip(), count=1)
    if not _TOKEN.fullmatch(text):
        raise NotAllowed(f"What {origin} gave is no bearer token.", f"One is printed by: {GET_TOKEN}")
    claims = read_claims(text)
    return Token(text, claims.expires_at if claims and claims.expires_at is not None else expires)


def _unwrapped(text: str) -> tuple[str, float | None]:
    if not text.startswith(("{", '"')):
        return text, None
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return "", None
    if isinstance(tree, str):
        return tree, None
    if not isinstance(tree, dict):
        return "", None
    found = next((tree[key] for key in ("accessToken", "access_token", "token") if tree.get(key)), "")
    return (found if isinstance(found, str) else ""), _expiry(tree)


def _expiry(tree: dict[str, Any]) -> float | None:
    """When `az` says it ends: newer ones in seconds since the epoch, older ones in local time."""
    number = tree.get("expires_on")
    if isinstance(number, int | float) and not isinstance(number, bool):
        return float(number)
    try:
        return datetime.fromisoformat(str(tree.get("expiresOn"))).timestamp()
    except (ValueError, OverflowError):
        return None


GET_TOKEN = f"az account get-access-token --resource {AUDIENCE} --query accessToken --output tsv"
_SIGN_IN = "Sign in again, for example with: az login"


def seconds_left(token: Token) -> float | None:
    """How long a token is good for from now; None where nothing tells."""
    return None if token.expires_at is None else token.expires_at - time.time()
