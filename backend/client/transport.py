"""The one place that sends: it adds the token, follows nothing, bounds what comes back, records it all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from backend.client import failures
from backend.client.auth import Credential
from backend.client.decoding import ACCEPTED, Undecodable, decoded, whole
from backend.client.endpoint import Endpoint
from backend.client.options import Options
from backend.client.recording import Recording, Tell
from backend.errors import NotAllowed, WorkbenchError
from backend.records import dataclass
from backend.wire.messages import HttpAnswer, HttpRequest
from backend.wire.versions import Call

CONNECTIONS = 256
KEPT_LOCAL, KEPT = 4.0, 30.0  # seconds an idle connection is kept: uvicorn closes after 5, so no race with it


@dataclass(frozen=True, slots=True)
class Body:
    """A body sent piece by piece: `size` in bytes where it is known; `head` is what a record keeps of it."""

    pieces: AsyncIterator[bytes]
    content_type: str
    size: int | None = None
    head: bytes = b""


class Transport:
    """Requests to one endpoint over one pool of connections."""

    def __init__(self, endpoint: Endpoint, credential: Credential, options: Options) -> None:
        self.endpoint = endpoint
        self.credential = credential
        self._options = options
        self._client: httpx.AsyncClient | None = None

    async def ready(self) -> None:
        """Have a token, where one is asked for. Raises NotAllowed."""
        await self.credential.token()

    async def call(
        self, request: HttpRequest, tell: Tell | None, limit: float | None, body: Body | None = None
    ) -> HttpAnswer:
        """The whole answer, whatever its code, within `limit` seconds. Raises TargetError.

        A refused token is renewed once; what is sent piece by piece cannot be sent again then.
        """
        token = await self.credential.token()
        answer = await self._once(request, tell, limit, body, token)
        if answer.status != 401 or not await self.credential.renewed(token):
            return answer
        if body is not None:
            raise NotAllowed("The token had ended; there is a new one now.", "Do it again.", status=401)
        return await self._once(request, tell, limit, body, await self.credential.token())

    async def _once(
        self,
        request: HttpRequest,
        tell: Tell | None,
        limit: float | None,
        body: Body | None,
        token: str | None,
    ) -> HttpAnswer:
        async with self._sent(request, tell, token, limit, body) as (response, recording):
            content = await whole(_raw(response), response.headers.get("content-encoding", ""), self._cap)
            answer = self._clean(HttpAnswer(response.status_code, dict(response.headers), content))
            recording.answer(answer.body, len(content))
        return answer

    @contextlib.asynccontextmanager
    async def download(
        self, request: HttpRequest, tell: Tell | None
    ) -> AsyncIterator[tuple[HttpAnswer, AsyncIterator[bytes]]]:
        """An answer without its body, and the body in pieces; of a refusal the answer is whole.

        Raises TargetError, also while pieces are taken.
        """
        request = replace(request, headers={**request.headers, "Accept-Encoding": "identity"})
        token = await self.credential.token()
        for last in (False, True):
            async with self._sent(request, tell, token, None) as (response, recording):
                encoding = response.headers.get("content-encoding", "")
                head = HttpAnswer(response.status_code, dict(response.headers))
                if head.ok:
                    yield self._clean(head), recording.watched(decoded(_raw(response), encoding))
                    return
                async with asyncio.timeout(self._options.calling):
                    content = await whole(_raw(response), encoding, self._cap)
                answer = self._clean(replace(head, body=content))
                recording.answer(answer.body, len(content))
            if last or answer.status != 401 or not await self.credential.renewed(token):
                yield answer, _nothing()
                return
            token = await self.credential.token()

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()

    @contextlib.asynccontextmanager
    async def _sent(
        self,
        request: HttpRequest,
        tell: Tell | None,
        token: str | None,
        limit: float | None,
        body: Body | None = None,
    ) -> AsyncIterator[tuple[httpx.Response, Recording]]:
        """The response to a request, closed and recorded at the end, with every failure as a TargetError."""
        head, size = (body.head, body.size) if body else (None, None)
        recording = Recording(request, self.endpoint, self.credential.secrets, head, size)
        try:
            async with asyncio.timeout(limit):
                response = await self._send(request, body, token, recording)
                try:
                    yield response, recording
                finally:
                    await response.aclose()
        except TimeoutError:
            raise recording.failed(failures.too_late(self.endpoint, limit or self._options.calling)) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            found = failures.from_transport(error, self.endpoint, self._hide)
            raise recording.failed(found) from None
        except Undecodable as error:
            raise recording.failed(
                failures.unreadable(self.endpoint, recording.status or 0, str(error))
            ) from None
        except WorkbenchError as error:
            recording.failed(error)
            raise
        except asyncio.CancelledError:
            recording.error = "Nobody waited for the answer any more."
            raise
        finally:
            if tell is not None:
                tell(recording.exchange())

    async def _send(
        self, request: HttpRequest, body: Body | None, token: str | None, recording: Recording
    ) -> httpx.Response:
        transfer = body is not None or request.call is Call.DOWNLOAD
        stalling = self._options.stalling if transfer else None
        headers = dict(request.headers)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content: bytes | AsyncIterator[bytes] = request.body
        if body is not None:
            headers["Content-Type"] = body.content_type
            content = body.pieces
            if body.size is not None:
                headers["Content-Length"] = str(body.size)
        client = self._connected()
        built = client.build_request(
            request.method,
            request.url(self.endpoint.base),
            headers=headers,
            content=content,
            timeout=httpx.Timeout(stalling, connect=self._options.connecting, pool=self._options.connecting),
        )
        recording.request_headers = list(built.headers.multi_items())
        response = await client.send(built, stream=True, follow_redirects=False)
        recording.status = response.status_code
        recording.response_headers = list(response.headers.multi_items())
        return response

    @property
    def _cap(self) -> int:
        return self._options.body

    def _connected(self) -> httpx.AsyncClient:
        """The one client; over plain http it needs no certificates, whose reading takes 15 ms."""
        if self._client is None:
            local = self.endpoint.loopback
            plain = self.endpoint.origin[0] == "http"
            self._client = httpx.AsyncClient(
                verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else _trusted(local),
                trust_env=not local,
                follow_redirects=False,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                headers={
                    "Accept": "*/*",
                    "Accept-Encoding": ACCEPTED,
                    "User-Agent": "session-workbench",
                },
                limits=httpx.Limits(
                    max_connections=CONNECTIONS,
                    max_keepalive_connections=CONNECTIONS,
                    keepalive_expiry=KEPT_LOCAL if local else KEPT,
                ),
            )
        return self._client

    def _hide(self, text: str) -> str:
        masker = self.credential.masker
        return text if masker is None else masker.text(text)

    def _clean(self, answer: HttpAnswer) -> HttpAnswer:
        """The answer without tokens, which a target may repeat."""
        masker = self.credential.masker
        if masker is None:
            return answer
        headers = {name: masker.text(value) for name, value in answer.headers.items()}
        return replace(answer, headers=headers, body=masker.content(answer.body))


def _trusted(local: bool) -> ssl.SSLContext | bool:
    """The certificates to trust. Here no proxy of the environment counts, but what it trusts does."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not local or not (file or folder):
        return True
    try:
        return ssl.create_default_context(cafile=file, capath=folder)
    except (OSError, ssl.SSLError):
        raise NotAllowed(
            "The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read.", "Correct it."
        ) from None


async def _raw(response: httpx.Response) -> AsyncIterator[bytes]:
    async for piece in response.aiter_raw():
        yield piece


async def _nothing() -> AsyncIterator[bytes]:
    for piece in tuple[bytes, ...]():
        yield piece
