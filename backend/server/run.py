"""A server's life: its sockets, uvicorn around the application, and an end within five seconds."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import ipaddress
import os
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import uvicorn

from backend.errors import TargetError, UsageError
from backend.records import dataclass
from backend.server.app import Application
from backend.server.guard import Door
from backend.server.log import Log, taken_over
from backend.server.peers import Peers
from backend.server.protocol import BoundedProtocol

LOOPBACK = ("127.0.0.1", "::1")
GRACE = 3.5  # seconds in which clients still get their answers
END_LIMIT = 5.0  # seconds after which the process ends as it is
TRIES = 20  # for a free port that both families have
BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of a TLS certificate and its key."""

    cert: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What TLS is spoken with. Raises UsageError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        for path in (self.cert, self.key):
            try:
                path.read_bytes()
            except OSError as error:
                raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
        try:
            # a password would be asked for on the terminal
            context.load_cert_chain(self.cert, self.key, password=lambda: b"")
        except (ssl.SSLError, OSError, ValueError) as error:
            raise UsageError(
                f"{self.cert} and {self.key} are no certificate with its key: {error}.",
                "Both are PEM files, and the key has no password.",
            ) from error
        return context


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nobody else can reach it."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on a host and port; 0 is any free one. Raises TargetError, UsageError.

    Loopback is both of its families: `localhost` may mean either, and who held the other one would get what
    is meant for us.
    """
    if host.lower() == "localhost" or host.strip("[]") in LOOPBACK:
        hosts = LOOPBACK if _has_ipv6() else LOOPBACK[:1]
    else:
        hosts = (host.strip("[]"),)
    for _ in range(TRIES - 1):
        try:
            return _bind(hosts, port)
        except TargetError:
            if port:
                raise
    return _bind(hosts, port)


def _bind(hosts: Sequence[str], port: int) -> list[socket.socket]:
    bound: list[socket.socket] = []
    try:
        for host in hosts:
            for family, address in _addresses(host, port):
                # with its protocol named asyncio sets TCP_NODELAY; without, an answer waits 40 ms for an ACK
                one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
                bound.append(one)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                one.bind(address)
                one.listen(BACKLOG)
                one.setblocking(False)
                port = one.getsockname()[1]
    except OSError as error:
        for one in bound:
            one.close()
        raise _cannot_bind(error, host, port) from error
    return bound


def _addresses(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(
            f"There is no host {host} here.", "Give --host an address of this machine."
        ) from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))  # type: ignore[misc]


def _cannot_bind(error: OSError, host: str, port: int) -> Exception:
    if error.errno == errno.EADDRINUSE:
        return TargetError(
            f"Another program listens on port {port} of {host} already.",
            f"Stop it (`ss -ltnp 'sport = :{port}'` names it), or serve on another port with --port.",
        )
    if error.errno == errno.EACCES:
        return TargetError(f"Port {port} is for the system only.", "Give a --port above 1023.")
    return UsageError(
        f"{host} port {port} cannot be listened on: {error.strerror}.",
        "Give --host an address of this machine.",
    )


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as trying:
            trying.bind(("::1", 0))
    except OSError:
        return False
    return True


class Server(uvicorn.Server):
    """uvicorn with the protocol that has limits, and without its handling of signals."""

    def __init__(
        self, application: Application, log: Log, tls: ssl.SSLContext | None, names: frozenset[str]
    ) -> None:
        settings = application.settings
        door = Door(
            application, None if settings.open_door else settings.token, Peers().same_user, log, names
        )
        super().__init__(
            uvicorn.Config(
                door,
                loop="asyncio",
                http=BoundedProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=int(settings.limits.idle_seconds),
                timeout_graceful_shutdown=int(GRACE),
            )
        )
        self._limits = settings.limits
        self._tls = tls

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await self.lifespan.startup()
        loop = asyncio.get_running_loop()
        make = functools.partial(
            BoundedProtocol,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            limits=self._limits,
        )
        handshake = self._limits.head_seconds if self._tls else None
        self.servers = [
            await loop.create_server(
                make, sock=one, ssl=self._tls, ssl_handshake_timeout=handshake, backlog=BACKLOG
            )
            for one in sockets or ()
        ]
        self.started = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the caller's."""
        yield


async def serve(
    application: Application,
    sockets: list[socket.socket],
    *,
    close: Callable[[], Awaitable[None]],
    log: Log,
    tls: ssl.SSLContext | None = None,
    names: frozenset[str] = frozenset(),
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, and then end within five seconds; or until `stop` is set.

    Runs are interrupted, and their clients told; `close` ends the backend. A second signal does not wait.
    """
    server = Server(application, log, tls, names)
    own = stop is None
    stop = stop or asyncio.Event()
    with taken_over(log), _signals(stop, log) if own else contextlib.nullcontext():
        application.open()
        serving = asyncio.create_task(server.serve(sockets=sockets))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        last = asyncio.get_running_loop().call_later(END_LIMIT, os._exit, 1) if own else None
        try:
            server.should_exit = True
            await asyncio.gather(serving, application.close())
            await close()
        finally:
            if last is not None:
                last.cancel()


@contextlib.contextmanager
def _signals(stop: asyncio.Event, log: Log) -> Iterator[None]:
    """The first signal stops in order, the second at once: what runs ends by itself without us."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def arrived(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        log.problem("Stopping; once more to stop at once.")
        stop.set()

    for number in numbers:
        loop.add_signal_handler(number, arrived, number)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
