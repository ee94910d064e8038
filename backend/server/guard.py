"""The door: one middleware around all there is, in the order of its rules. By default nothing passes.

Whoever runs code here runs it as this user, so being on the same machine is no permission: pages in a
browser, names that are rebound to 127.0.0.1, and other users of the machine reach a loopback port as well.
"""

from __future__ import annotations

import hmac
import time
from collections import Counter, deque
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.records import dataclass
from backend.server.log import Log
from backend.server.replies import SAFE_HEADERS, send_reply
from backend.wire import faults
from backend.wire.facts import Fault

NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
OPEN = frozenset({"/health"})
"""Paths that whoever may knock can read: they tell what is here, and nothing of anybody's."""
FAILURES = 10  # a minute that are told apart
MINUTE = 60.0
_ONCE = (b"host", b"content-length", b"authorization")
_DEFAULT_PORTS = {"http": 80, "https": 443}

SameUser = Callable[[tuple[str, int], tuple[str, int]], bool]


@dataclass(slots=True)
class Proof:
    """What is known of a connection's peer; None until somebody asks."""

    same_user: bool | None = None


class Door:
    """Lets in who shows the token, or is proven to be this user; who else, gets a refusal.

    `names` are further names of this host, in lower case. Without `token` nobody needs one.
    """

    def __init__(
        self,
        app: ASGIApp,
        token: str | None,
        same_user: SameUser,
        log: Log,
        names: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._token = token.encode("ascii") if token is not None else None
        self._same_user = same_user
        self._log = log
        self._names = NAMES | names
        self._failures: deque[float] = deque(maxlen=FAILURES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on; every answer goes out with the headers that keep browsers harmless."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await _refuse_socket(scope, send)
            return

        async def safe_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *SAFE_HEADERS]
            await send(message)

        fault = self._judge(scope)
        if fault is None:
            await self._app(scope, receive, safe_send)
        else:
            answer = faults.answer(fault)
            if fault.status == 401:
                answer = type(answer)(401, {**answer.headers, "WWW-Authenticate": "Bearer"}, answer.body)
            await send_reply(answer, safe_send)

    def _judge(self, scope: Scope) -> Fault | None:
        headers = scope["headers"]
        count = Counter(name for name, _ in headers)
        return (
            _framing(count)
            or self._host(scope, dict(headers)[b"host"])
            or _browser(headers)
            or self._user(scope, headers)
        )

    def _user(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> Fault | None:
        try:
            return self._token_needed(scope, headers)
        except OSError:
            message = "There are too few descriptors to tell who asks."
            return Fault(503, "ServiceUnavailable", message, retry_after=1)

    def _host(self, scope: Scope, host: bytes) -> Fault | None:
        own, port = scope["server"][0], scope["server"][1]
        name, colon, told = host.decode("latin-1").lower().rpartition(":")
        if not colon or host.endswith(b"]"):
            name, told = host.decode("latin-1").lower(), str(_DEFAULT_PORTS[scope["scheme"]])
        here = f"[{own}]" if ":" in own else own
        if (name in self._names or name == here) and told == str(port):
            return None
        return Fault(403, "HostNotAllowed", "This server does not answer to that name.", "Host")

    def _token_needed(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> Fault | None:
        if self._token is None or (scope["path"] in OPEN and scope["method"] in ("GET", "HEAD")):
            return None
        shown = next((value for name, value in headers if name == b"authorization"), None)
        if shown is None:
            if self._proven(scope):
                return None
            return self._failed(
                "This server needs the token of its token file as Authorization: Bearer TOKEN."
            )
        scheme, _, token = shown.partition(b" ")
        if scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self._token):
            return None
        # other clients of this user send tokens that are meant for the service
        return None if self._proven(scope) else self._failed("That is not the token of this server.")

    def _proven(self, scope: Scope) -> bool:
        proof = scope.get("state", {}).get("proof")
        if not isinstance(proof, Proof):
            proof = Proof()
        if proof.same_user is None:
            proof.same_user = bool(scope["client"]) and self._same_user(
                tuple(scope["client"][:2]), tuple(scope["server"][:2])
            )
        return proof.same_user

    def _failed(self, message: str) -> Fault:
        now = time.monotonic()
        flooded = len(self._failures) == FAILURES and now - self._failures[0] < MINUTE
        if not flooded:
            self._failures.append(now)
            if len(self._failures) == FAILURES and now - self._failures[0] < MINUTE:
                self._log.problem(
                    f"{FAILURES} requests within a minute came without the token; more are shut out."
                )
            return Fault(401, "Unauthorized", message, "Authorization")
        wait = MINUTE - (now - self._failures[0])
        return Fault(429, "TooManyFailures", message, "Authorization", retry_after=wait)


def _framing(count: Counter[bytes]) -> Fault | None:
    """What two readers could read in two ways."""
    for name in _ONCE:
        if count[name] > 1:
            return Fault(400, "InvalidRequest", f"The header {name.decode()} is there twice.", name.decode())
    if count[b"transfer-encoding"] and count[b"content-length"]:
        return Fault(400, "InvalidRequest", "A body has one length only.", "Transfer-Encoding")
    if not count[b"host"]:
        return Fault(400, "InvalidRequest", "The request names no host.", "Host")
    return None


def _browser(headers: list[tuple[bytes, bytes]]) -> Fault | None:
    """Signs that a page in a browser sends this. User-Agent is none: pages can set it."""
    for name, value in headers:
        if name == b"origin" or (name == b"sec-fetch-site" and value.strip().lower() != b"none"):
            return Fault(403, "BrowserNotAllowed", "Pages in a browser have no business here.", name.decode())
    return None


async def _refuse_socket(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
