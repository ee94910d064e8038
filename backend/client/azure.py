"""Tokens of `DefaultAzureCredential`: environment, managed identity, `az login` and the like."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import re
import threading
from typing import Any

from backend.client.sources import SCOPE, Token
from backend.errors import NotAllowed

LIMIT = 60.0  # seconds: it starts az, azd and PowerShell one after another, each with 10 s
_ATTEMPT = re.compile(r"\s+(\w+)Credential: (.+)")
_ABSENT = re.compile(
    r"unavailable|not found|could not be found|not installed|required?s? |no accounts were found", re.I
)
_NOBODY = "nobody is signed in, as far as the environment, a managed identity, az, azd and PowerShell tell."


class Azure:
    """Asks a credential made anew each time: one that is kept gives a refused token again.

    The libraries block, for minutes where an endpoint hangs, and know no cancelling. So they run in a thread
    that nobody waits for longer than `limit` seconds, and that does not hold up the end of the process.
    """

    def __init__(self, limit: float = LIMIT) -> None:
        self.limit = limit

    async def fetch(self) -> Token:
        """The token."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Token] = loop.create_future()

        def settle(token: Token | None, error: Exception | None) -> None:
            if answer.done():
                return
            if token is not None:
                answer.set_result(token)
            elif error is not None:
                answer.set_exception(error)

        def ask() -> None:
            token, error = None, None
            try:
                token = _get()
            except Exception as caught:  # noqa: BLE001 - the libraries raise their own of many kinds
                error = caught
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, token, error)

        threading.Thread(target=ask, name="azure-identity", daemon=True).start()
        try:
            async with asyncio.timeout(self.limit):
                return await answer
        except TimeoutError:
            raise NotAllowed(f"Azure gave no token within {self.limit:g} s.", _SIGN_IN) from None


def _get() -> Token:
    """A token, at the libraries' leisure. Raises NotAllowed."""
    for name in ("azure", "msal"):  # without a handler their warnings, of a page each, go to the terminal
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    try:
        identity = importlib.import_module("azure.identity")
    except ImportError:
        raise NotAllowed(
            "auth is azure, and the libraries for it are not installed.",
            "Install them: pip install 'session-workbench[azure]'",
        ) from None
    credential: Any = None
    try:
        credential = identity.DefaultAzureCredential()
        found = credential.get_token(SCOPE)
        return Token(found.token, float(found.expires_on))
    except Exception as error:  # noqa: BLE001 - the libraries raise their own of many kinds
        raise NotAllowed(f"Azure gives no token: {_reason(str(error))}", _SIGN_IN) from None
    finally:
        if credential is not None:
            credential.close()


def _reason(told: str) -> str:
    """Why, in one sentence: what the sign-ins that are there say, of a page about all that are not."""
    lines = [line for line in told.splitlines() if line.strip()]
    attempts = [found for line in lines if (found := _ATTEMPT.match(line))]
    said = [f"{one[1]}: {one[2]}" for one in attempts if not _ABSENT.search(one[2])]
    if attempts and not said:
        return _NOBODY
    first = said[0] if said else lines[0] if lines else "no reason is told."
    words = (word for word in first.split() if len(word) <= 60)
    return "".join(letter for letter in " ".join(words) if letter.isprintable())[:200]


_SIGN_IN = "Sign in, for example with: az login"
