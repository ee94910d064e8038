"""HTTP/1.1 by h11 with what uvicorn leaves open: deadlines, the size of a head, the number of connections.

Measured on uvicorn: a head that comes byte by byte and a silent connection are kept for ever, a body has no
limit, and h11 limits incomplete heads only.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from backend.server.guard import Proof
from backend.server.replies import SAFE_HEADERS
from backend.server.settings import Limits
from backend.wire import faults
from backend.wire.facts import Fault

_LENGTH = re.compile(rb"^content-length[ \t]*:", re.IGNORECASE | re.MULTILINE)
_RAW = re.compile(rb"[\x80-\xff]")


class BoundedConnection(h11.Connection):
    """h11's side of a server that looks at each head before anybody else does.

    `on_head` is called with each request, `on_end` when its body is complete.
    """

    def __init__(self, limits: Limits, on_head: Callable[[], None], on_end: Callable[[], None]) -> None:
        super().__init__(h11.SERVER, limits.head)
        self._limits = limits
        self._on_head = on_head
        self._on_end = on_end
        self.problem: h11.RemoteProtocolError | None = None

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the network; what is raw UTF-8 in a request line is percent-encoded for h11."""
        if self.their_state is h11.IDLE and not data.isascii() and b"\n" not in self.trailing_data[0]:
            line, end, rest = data.partition(b"\n")
            data = _RAW.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest
        super().receive_data(data)

    def next_event(self) -> Any:
        """The next event. Raises RemoteProtocolError, also for a head past our limits."""
        before = self.trailing_data[0] if self.their_state is h11.IDLE else b""
        try:
            event = super().next_event()
            if isinstance(event, h11.Request):
                self._check(before[: len(before) - len(self.trailing_data[0])])
        except h11.RemoteProtocolError as problem:
            self.problem = problem
            raise
        if isinstance(event, h11.Request):
            self._on_head()
        elif isinstance(event, h11.EndOfMessage):
            self._on_end()
        return event

    def _check(self, head: bytes) -> None:
        if len(head) > self._limits.head:
            raise h11.RemoteProtocolError(f"The head is longer than {self._limits.head} bytes.", 431)
        if head.count(b"\n") - 2 > self._limits.fields:
            raise h11.RemoteProtocolError(f"The head has more than {self._limits.fields} fields.", 431)
        if len(_LENGTH.findall(head)) > 1:
            raise h11.RemoteProtocolError("The header content-length is there twice.")


class BoundedProtocol(H11Protocol):
    """A connection: `head` until a request's head is whole, `body` until its body is, then `quiet`.

    `linger` is a body that comes after its refusal.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        limits: Limits,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, "proof": Proof()}, _loop)
        self.limits = limits
        self.conn = BoundedConnection(limits, self._head_came, self._body_came)
        self.phase = "head"
        self.since = self.loop.time()
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._silent = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected: when there are too many, one that does nothing goes, or this one."""
        super().connection_made(transport)
        self._enter("head", self.limits.head_seconds)
        if len(self.connections) > self.limits.connections:
            idle = [each for each in self.connections if each is not self and _spare(each)]
            if idle:
                min(idle, key=lambda each: each.since).transport.abort()  # type: ignore[union-attr]
            else:
                message = f"There are {self.limits.connections} connections already."
                self.refuse(Fault(503, "TooManyConnections", message, retry_after=1))

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended."""
        super().connection_lost(exc)
        for timer in (self._timer, self._stalled):
            if timer is not None:
                timer.cancel()
        self._timer = self._stalled = None

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self.transport.is_closing():
            return
        self._silent = False
        if self.phase == "body":
            self._deadline = self.loop.time() + self.limits.body_seconds
        elif self.phase == "quiet" and (self.cycle is None or self.cycle.response_complete):
            self._enter("head", self.limits.head_seconds)
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or too much of it."""
        problem = self.conn.problem if isinstance(self.conn, BoundedConnection) else None
        status = 400 if problem is None else problem.error_status_hint
        self.refuse(Fault(status, "InvalidRequest", str(problem or msg)))

    def on_response_complete(self) -> None:
        """An answer went out; a body that still comes is let in for a while, so that the answer is read."""
        if self.phase == "body" and self.conn.their_state is h11.SEND_BODY:
            self._enter("linger", self.limits.linger_seconds)
        super().on_response_complete()

    def shutdown(self) -> None:
        """The server ends."""
        try:
            super().shutdown()
        except h11.LocalProtocolError:
            self.transport.abort()

    def pause_writing(self) -> None:
        """The client does not take what is sent."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self.limits.answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def refuse(self, fault: Fault) -> None:
        """Answer in place of the app, if nothing was answered yet, and close."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = faults.answer(fault)
            headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
            headers += [
                *SAFE_HEADERS,
                (b"content-length", b"%d" % len(answer.body)),
                (b"connection", b"close"),
            ]
            response = h11.Response(
                status_code=fault.status, headers=headers, reason=STATUS_PHRASES.get(fault.status, b"")
            )
            for event in (response, h11.Data(data=answer.body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _enter(self, phase: str, seconds: float) -> None:
        self.phase = phase
        self.since = self.loop.time()
        self._deadline = self.since + seconds
        if self._timer is not None and self._timer.when() > self._deadline:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self.loop.call_at(self._deadline, self._look)

    def _head_came(self) -> None:
        self._enter("body", self.limits.body_seconds)

    def _body_came(self) -> None:
        self.phase = "quiet"
        self.since = self.loop.time()

    def _look(self) -> None:
        """A deadline may have passed; one timer serves all of a connection's deadlines."""
        self._timer = None
        if self.phase == "quiet" or self.transport.is_closing():
            return
        now = self.loop.time()
        if self.phase == "body":
            if self.flow.read_paused:  # it is we who do not read
                self._deadline = now + self.limits.body_seconds
            if now - self.since >= self.limits.whole_body_seconds:
                self._deadline = now
        if now < self._deadline:
            self._timer = self.loop.call_at(self._deadline, self._look)
        elif self._silent or self.phase == "linger":
            self.transport.abort()
        else:
            what = "head" if self.phase == "head" else "body"
            self.refuse(Fault(408, "RequestTimeout", f"The {what} of the request did not come in time."))


def _spare(protocol: Any) -> bool:
    """Whether a connection does nothing now that anybody waits for."""
    if not isinstance(protocol, BoundedProtocol) or protocol.transport.is_closing():
        return False
    done = protocol.cycle is None or protocol.cycle.response_complete
    return protocol.phase == "head" or (protocol.phase == "quiet" and done)
