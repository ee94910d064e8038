"""Requests made and their answers judged: what a success is, what is asked again, what is an error."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Self

from backend.client import failures
from backend.client.auth import Credential
from backend.client.endpoint import Endpoint, Place
from backend.client.options import Options
from backend.client.recording import Tell
from backend.client.retry import wait
from backend.client.sources import Source, source_of
from backend.client.transport import Body, Transport
from backend.errors import Refused, TargetError, UsageError
from backend.models import Target
from backend.wire.client_side import ClientSide
from backend.wire.messages import HttpAnswer, HttpRequest
from backend.wire.problems import WireError
from backend.wire.versions import FEATURES, ApiVersion, Call, Features

_EXECUTIONS = (Call.EXECUTE, Call.POLL)  # whose answers may have an error beside a status
_ERROR = re.compile(rb'\s*\{\s*"error"\s*:\s*[{"]')  # a refusal with the code of a success


class Calls:
    """Calls to one target in one version of the API. Every call raises TargetError."""

    def __init__(self, wire: ClientSide, transport: Transport, options: Options) -> None:
        self.wire = wire
        self.transport = transport
        self.options = options
        self.other_shape = False  # the target wants bodies of the other generation
        self.tells_sessions = False  # it has answered GET /session

    @classmethod
    def to(cls, target: Target, options: Options, source: Source | None = None) -> Self:
        """Calls to a target; without `source` its `auth` says where tokens come from. Raises UsageError."""
        endpoint = Endpoint.parse(target.url or "")
        try:
            version = ApiVersion.parse(target.api_version)
        except WireError as problem:
            raise UsageError(problem.message) from None
        credential = Credential(source or source_of(target.auth), endpoint)
        return cls(ClientSide(version), Transport(endpoint, credential, options), options)

    @property
    def endpoint(self) -> Endpoint:
        """Where the calls go."""
        return self.transport.endpoint

    @property
    def features(self) -> Features:
        """What the version has."""
        return FEATURES[self.wire.version]

    async def once(
        self, request: HttpRequest, tell: Tell | None, limit: float | None, body: Body | None = None
    ) -> HttpAnswer:
        """A success within `limit` seconds; asked once."""
        answer = await self.transport.call(request, tell, limit, body)
        if not answer.ok or (request.call not in _EXECUTIONS and _ERROR.match(answer.body)):
            raise self.refusal(answer)
        return answer

    async def repeated(self, request: HttpRequest, tell: Tell | None) -> HttpAnswer:
        """A success of a GET or DELETE, which is asked again a few times when it may help.

        All together takes at most `Options.calling` seconds.
        """
        limit = self.options.calling
        try:
            async with asyncio.timeout(limit):
                return await self._repeated(request, tell, limit)
        except TimeoutError:
            raise failures.too_late(self.endpoint, limit) from None

    async def _repeated(self, request: HttpRequest, tell: Tell | None, limit: float) -> HttpAnswer:
        count = 0
        while True:
            count += 1
            try:
                return await self.once(request, tell, limit)
            except TargetError as caught:
                error = caught
            if (
                count > 1
                and request.method == "DELETE"
                and isinstance(error, Refused)
                and error.status == 404
            ):
                return HttpAnswer(204)  # the one before had done it, and its answer was lost
            if count > self.options.repeats or not failures.worth_repeating(error):
                raise error
            told = error.retry_after if isinstance(error, Refused) else None
            await asyncio.sleep(wait(self.options, count, told))

    @contextlib.asynccontextmanager
    async def download(
        self, request: HttpRequest, tell: Tell | None
    ) -> AsyncIterator[tuple[HttpAnswer, AsyncIterator[bytes]]]:
        """The head of a success and its body in pieces."""
        async with self.transport.download(request, tell) as (answer, pieces):
            if not answer.ok:
                raise self.refusal(answer)
            yield answer, pieces

    def refusal(self, answer: HttpAnswer) -> TargetError:
        """The error that an answer tells."""
        return failures.refusal(answer, self.endpoint, self.transport.credential.claims)

    def unreadable(self, answer: HttpAnswer, problem: WireError) -> TargetError:
        """The error for a success that cannot be read."""
        text = answer.body[:2000].decode("utf-8", "replace")
        return failures.unreadable(self.endpoint, answer.status, problem.message.rstrip("."), text)

    def next_page(self, request: HttpRequest, link: str) -> HttpRequest | None:
        """The request for the rest of a listing, None at its end. Raises Refused for a link elsewhere."""
        if not link:
            return None
        if not self.endpoint.same_origin(link):
            raise Refused(
                f"{self.endpoint.host} says that the listing goes on at {failures.safe(link, 80)}, which is"
                " not followed.",
                "The list is not whole, so it is not shown.",
            )
        page = self.wire.next_page(request, link)
        # a link may leave out what it was asked with, such as the folder
        return page and replace(page, query={**request.query, **page.query})

    def operation(self, session: str, execution_id: str, location: str = "") -> HttpRequest:
        """The request that asks for an execution: where the target said, if that is its own place."""
        request = self.wire.poll(session, execution_id)
        place: Place | None = self.endpoint.below(location)
        if place is None or "/executions/" not in place.path:
            return request
        return replace(request, path=place.path, query={**request.query, **place.query})
