"""The calls for sessions and for what is here: session, list, metadata, health."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import time

from backend.errors import WorkbenchError
from backend.models import PoolInfo
from backend.port import Backend
from backend.server.replies import RefusedError, Reply
from backend.server.request import Request
from backend.server.sessions import Served, Sessions
from backend.server.settings import Settings
from backend.wire import server_side
from backend.wire.facts import Fault, KernelFacts, PoolFacts, SessionList, Versioned
from backend.wire.messages import JSON, HttpAnswer
from backend.wire.problems import WireError
from backend.wire.text import dump

NAME = "session-workbench"
PAGE = 300  # sessions of one answer
NONCE = 128  # characters
_IPYTHON = KernelFacts("ipython", "", "https://ipython.org", "IPython in a process of its own")
_PLAIN = KernelFacts("python", "", "https://www.python.org", "Plain Python in a process of its own")


class Management:
    """Sessions and the pool of one backend."""

    def __init__(self, backend: Backend, sessions: Sessions, settings: Settings) -> None:
        self._backend = backend
        self._sessions = sessions
        self._settings = settings
        self._began = time.time()
        self._pool: asyncio.Task[PoolInfo] | None = None

    def warm(self) -> None:
        """Ask the interpreter what it has; until it answers this server is not ready."""
        if self._pool is None or (self._pool.done() and _failed(self._pool)):
            self._pool = asyncio.create_task(self._backend.pool())
            self._pool.add_done_callback(_failed)

    async def close(self) -> None:
        """Wait for nothing more."""
        if self._pool is not None:
            self._pool.cancel()
            with contextlib.suppress(asyncio.CancelledError, WorkbenchError):
                await self._pool

    async def session(self, request: Request) -> Reply:
        """A session. Raises RefusedError when there is none."""
        found = self._found(request.session)
        found.touch()
        return request.wire.session(self._sessions.facts(found))

    async def end_session(self, request: Request) -> Reply:
        """End a session. Raises RefusedError when there is none."""
        await self._end(request.session)
        return request.wire.session_ended()

    async def stop_session(self, request: Request) -> Reply:
        """End a session, as pools of custom containers do."""
        await self._end(request.session)
        return request.wire.session_stopped()

    async def list_sessions(self, request: Request) -> Reply:
        """All sessions, in pages."""
        skip = request.wire.read_skip(request.query)
        found = self._sessions.all()
        page = tuple(self._sessions.facts(one) for one in found[skip : skip + PAGE])
        link = request.link(skip=str(skip + PAGE)) if skip + PAGE < len(found) else ""
        return request.wire.sessions(SessionList(page, link))

    async def metadata(self, request: Request) -> Reply:
        """The interpreter of the sessions, as it tells itself. Raises CannotStart."""
        self.warm()
        assert self._pool is not None
        pool = await asyncio.shield(self._pool)
        facts = PoolFacts(
            tuple(Versioned(*one) for one in pool.runtimes),
            tuple(Versioned(*one) for one in pool.packages),
            self._began,
            self._began,
            _kernel(pool),
        )
        return request.wire.metadata(facts)

    async def health(self, request: Request) -> Reply:
        """That it is this server, and with `nonce` the proof that it has the token. Raises WireError."""
        nonce = request.query.get("nonce", "")
        if len(nonce) > NONCE:
            raise WireError(f"A nonce has at most {NONCE} characters.", "nonce")
        told = {"message": "healthy", "name": NAME, "version": self._settings.version}
        told["isolation"] = self._settings.isolation
        if nonce:
            told["proof"] = proof(self._settings.token, nonce)
        return HttpAnswer(200, {"Content-Type": JSON}, dump(told))

    async def ready(self, request: Request) -> Reply:
        """Whether the interpreter answers."""
        self.warm()
        assert self._pool is not None
        return server_side.ready(self._pool.done() and not _failed(self._pool))

    def _found(self, name: str) -> Served:
        found = self._sessions.find(name)
        if found is None:
            raise _none()
        return found

    async def _end(self, name: str) -> None:
        if not await self._sessions.end(name):
            raise _none()


def proof(token: str, nonce: str) -> str:
    """What only a server can answer that knows the token: HMAC-SHA256 of the nonce, in hexadecimal."""
    return hmac.new(token.encode("ascii"), nonce.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _none() -> RefusedError:
    return RefusedError(Fault(404, "SessionNotFound", "There is no such session.", "identifier"))


def _failed(task: asyncio.Task[PoolInfo]) -> bool:
    return task.cancelled() or task.exception() is not None


def _kernel(pool: PoolInfo) -> KernelFacts:
    """The shell that code runs in: IPython where the interpreter has it."""
    version = next((number for name, number in pool.packages if name.lower() == "ipython"), "")
    kind = _IPYTHON if version else _PLAIN
    version = version or next((number for _, number in pool.runtimes), "")
    return KernelFacts(kind.name, version, kind.project_url, kind.description)
