"""The application behind the door: from a request to its handler by the one table of routes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from backend.errors import WorkbenchError
from backend.port import Backend
from backend.server.executions import Execution, Executions
from backend.server.files import Files
from backend.server.log import Log
from backend.server.management import Management
from backend.server.openapi import PATH, document
from backend.server.replies import ClientLeft, Reply, refusal, send_reply
from backend.server.request import Request, methods_of, path_of, read_request, too_large
from backend.server.sessions import DEFAULT, Erase, Sessions
from backend.server.settings import Settings
from backend.wire import faults
from backend.wire.facts import Fault
from backend.wire.messages import JSON, HttpAnswer
from backend.wire.text import dump
from backend.wire.versions import Call

Handler = Callable[[Request], Awaitable[Reply]]
Told = Callable[[str, str, Mapping[str, Any]], None]
"""Session and id of an execution, and an exchange about it as data."""


class Application:
    """An ASGI application over a backend, which stays its maker's to close.

    `erase` deletes the files of an ended session; without it they stay where the backend keeps them. `told`
    hears of the exchanges by which executions are asked for.
    """

    def __init__(
        self,
        backend: Backend,
        settings: Settings,
        log: Log,
        erase: Erase | None = None,
        told: Told | None = None,
    ) -> None:
        self.settings = settings
        self._told = told
        self._log = log
        self.executions = Executions(backend, settings.timeout, log)
        self.sessions = Sessions(
            backend, settings.max_sessions, settings.idle_timeout, erase, self.executions.stop
        )
        self.management = Management(backend, self.sessions, settings)
        self._files = Files(backend, self.sessions, settings.max_upload)
        self._openapi: bytes = b""
        self._idle: asyncio.Task[None] | None = None
        self._handlers: Mapping[Call, Handler] = {
            Call.EXECUTE: self._execute,
            Call.POLL: self._poll,
            Call.LIST_FILES: self._files.list,
            Call.UPLOAD: self._files.upload,
            Call.DESCRIBE: self._files.describe,
            Call.DOWNLOAD: self._files.download,
            Call.DELETE: self._files.delete,
            Call.SESSION: self.management.session,
            Call.END_SESSION: self.management.end_session,
            Call.LIST_SESSIONS: self.management.list_sessions,
            Call.METADATA: self.management.metadata,
            Call.STOP_SESSION: self.management.stop_session,
            Call.HEALTH: self.management.health,
            Call.READY: self.management.ready,
        }

    def open(self) -> None:
        """Begin what goes on beside requests."""
        self.management.warm()
        self._idle = asyncio.create_task(self.sessions.watch())

    async def close(self) -> None:
        """Take no new work, stop what runs."""
        if self._idle is not None:
            self._idle.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._idle
        await self.management.close()
        await self.executions.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        began = time.monotonic()
        try:
            reply = await self._reply(scope, receive)
        except ClientLeft:
            return
        with contextlib.suppress(WorkbenchError):  # a file that cannot be read to its end: the answer is cut
            if await send_reply(reply, send, head=scope["method"] == "HEAD"):
                self._log.request(scope["method"], scope["path"], reply.status, time.monotonic() - began)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        try:
            if scope["path"] == PATH:
                return self._describe_itself(scope["method"])
            request = read_request(scope, receive)
            return await self._handlers[request.match.call](request)
        except WorkbenchError as error:
            answer = refusal(error)
            return _with_methods(answer, methods_of(path_of(scope))) if answer.status == 405 else answer
        except (ClientLeft, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: no trace of it leaves the house
            self._log.problem(f"{scope['method']} {scope['path']} failed here: {error!r}")
            return faults.answer(Fault(500, "InternalServerError", "The server failed; its log says how."))

    async def _execute(self, request: Request) -> Reply:
        request.need_json()
        limits = self.settings.limits
        began = time.monotonic()
        body = await request.body(limits.json)
        wanted = request.wire.read_execute(request.query, request.headers, body)
        if len(wanted.code) > limits.code or len(wanted.code.encode("utf-8", "replace")) > limits.code:
            raise too_large(limits.code, "code")
        served = await self.sessions.use(wanted.session or DEFAULT)
        execution = self.executions.submit(wanted, served)
        if not wanted.asynchronous:
            await execution.done.wait()
        facts = execution.facts(asynchronous=wanted.asynchronous)
        reply = request.wire.execution(facts, limit=wanted.output_limit)
        self._tell(request, execution, reply, began, body)
        return reply

    async def _poll(self, request: Request) -> Reply:
        began = time.monotonic()
        session = request.session
        if served := self.sessions.find(session):
            served.touch()
        execution = self.executions.find(session, request.match.id)
        facts = execution.facts(asynchronous=execution.asynchronous)
        reply = request.wire.execution(facts, limit=execution.limit, polled=True)
        self._tell(request, execution, reply, began)
        return reply

    def _tell(
        self, request: Request, execution: Execution, reply: HttpAnswer, began: float, body: bytes = b""
    ) -> None:
        """Tell of the exchange, the token and all that looks like a secret masked."""
        if self._told is None:
            return
        from backend.wire.exchange import Exchange

        seconds = time.monotonic() - began
        exchange = Exchange.record(
            request.method,
            request.link(),
            request_headers=request.headers.items(),
            request_body=body,
            status=reply.status,
            response_headers=reply.headers.items(),
            response_body=reply.body,
            started_at=time.time() - seconds,
            duration_ms=seconds * 1000,
            api_version=request.match.version.value,
            secrets=[self.settings.token],
        )
        self._told(execution.session, execution.id, exchange.to_dict())

    def _describe_itself(self, method: str) -> Reply:
        if method not in ("GET", "HEAD"):
            fault = Fault(405, "MethodNotAllowed", f"{PATH} is read with GET.", "method")
            return _with_methods(faults.answer(fault), ["GET", "HEAD"])
        if not self._openapi:
            self._openapi = dump(document(self.settings))
        return HttpAnswer(200, {"Content-Type": JSON}, self._openapi)


def _with_methods(answer: HttpAnswer, methods: list[str]) -> HttpAnswer:
    """The refusal of a method, with those that there are."""
    return HttpAnswer(answer.status, {**answer.headers, "Allow": ", ".join(methods)}, answer.body)
