"""One exchange while it goes on: what was sent, what came, how long it took."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeVar

from backend.client.endpoint import Endpoint
from backend.errors import WorkbenchError
from backend.wire.exchange import KEPT, Exchange
from backend.wire.messages import HttpRequest

Tell = Callable[[Mapping[str, Any]], None]
"""Takes an exchange as a JSON object without secrets."""
Failure = TypeVar("Failure", bound=WorkbenchError)


class Recording:
    """Collects what an Exchange tells; a body is kept as far as a record does."""

    def __init__(
        self,
        request: HttpRequest,
        endpoint: Endpoint,
        secrets: tuple[str, ...],
        head: bytes | None = None,
        sent_size: int | None = None,
    ) -> None:
        """`head` is the beginning of a body sent piece by piece, of `sent_size` bytes where that is known."""
        self.request_headers: list[tuple[str, str]] = []
        self.response_headers: list[tuple[str, str]] = []
        self.status: int | None = None
        self.error = ""
        self._request = request
        self._url = request.url(endpoint.base)
        self._secrets = secrets
        self._sent = request.body if head is None else head
        self._sent_size = sent_size
        self._body = b""
        self._size = 0
        self._started_at = time.time()
        self._start = time.monotonic()

    def answer(self, body: bytes, size: int) -> None:
        """The body came, or the beginning of it, of `size` bytes in all."""
        self._body, self._size = body, size

    async def watched(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The pieces of a body, of which the beginning is kept."""
        async for piece in pieces:
            if len(self._body) < KEPT:
                self._body += piece[:KEPT]
            self._size += len(piece)
            yield piece

    def failed(self, error: Failure) -> Failure:
        """No whole answer came, because of this."""
        self.error = error.message
        return error

    def exchange(self) -> Mapping[str, Any]:
        """The exchange as it is kept."""
        request = self._request
        return Exchange.record(
            request.method,
            self._url,
            request_headers=self.request_headers,
            request_body=self._sent,
            request_size=self._sent_size,
            status=self.status,
            response_headers=self.response_headers,
            response_body=self._body,
            response_size=self._size,
            started_at=self._started_at,
            duration_ms=(time.monotonic() - self._start) * 1000,
            error=self.error,
            api_version=request.version.value,
            borrowed_from=request.borrowed_from.value if request.borrowed_from else "",
            secrets=self._secrets,
        ).to_dict()
