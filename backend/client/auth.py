"""The one token of a backend: fetched when needed, renewed before it ends and once when it is refused."""

from __future__ import annotations

import asyncio
import time

from backend.client.claims import Claims, read_claims
from backend.client.endpoint import Endpoint
from backend.client.sources import Source, Token, seconds_left
from backend.errors import UsageError
from backend.wire.masking import Masker

EARLY = 300.0  # seconds before its end at which a token is renewed
AT_LEAST = 30.0  # seconds that a token is kept which ends sooner than that
SHORTEST = 8  # characters of a token that is taken out of answers: a shorter one would hit by chance


class Credential:
    """Gives the bearer token of an endpoint; without a source there is none.

    Raises UsageError for a token that would go over plain http to another machine.
    """

    def __init__(self, source: Source | None, endpoint: Endpoint) -> None:
        if source is not None and not endpoint.secure:
            raise UsageError(
                f"A token is never sent over http to another machine ({endpoint.host}).",
                "Use https:// in the URL, or auth = 'none'.",
            )
        self._source = source
        self._token: Token | None = None
        self._renew_at = float("inf")
        self._lock = asyncio.Lock()
        self._known: list[str] = []
        self.masker: Masker | None = None  # takes tokens out of answers that repeat them

    @property
    def secrets(self) -> tuple[str, ...]:
        """Tokens that must not be seen anywhere: the one in use and those just before it."""
        return tuple(self._known)

    @property
    def claims(self) -> Claims | None:
        """What the token in use says of itself."""
        return read_claims(self._token.text) if self._token else None

    async def token(self) -> str | None:
        """The token to send; None where none is asked for. Raises NotAllowed."""
        if self._source is None:
            return None
        if self._token is None or time.monotonic() >= self._renew_at:
            async with self._lock:
                if self._token is None or time.monotonic() >= self._renew_at:
                    await self._fetch(self._source)
        return self._token.text if self._token else None

    async def renewed(self, refused: str | None) -> bool:
        """Whether there is another token than the one that was refused. Raises NotAllowed."""
        if self._source is None or refused is None:
            return False
        async with self._lock:
            if self._token is None or self._token.text == refused:
                await self._fetch(self._source)
        return self._token is not None and self._token.text != refused

    async def _fetch(self, source: Source) -> None:
        token = await source.fetch()
        left = seconds_left(token)
        self._renew_at = float("inf") if left is None else time.monotonic() + max(left - EARLY, AT_LEAST)
        self._token = token
        if token.text not in self._known:
            self._known = [*self._known[-2:], token.text]
            self.masker = Masker(secret for secret in self._known if len(secret) >= SHORTEST)
